"""The build uses what it made as a user would, and stops where anything is missing or complains."""

import importlib.util
import subprocess
from pathlib import Path
from types import SimpleNamespace

import environment
import pytest
import smoke


@pytest.fixture
def build():
    file = Path(environment.__file__).with_name("build.py")
    specification = importlib.util.spec_from_file_location("script_build", file)
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


@pytest.fixture
def program(tmp_path):
    """Give a program that notes how it is started, answers 0 and says nothing; papers and pictures it makes as told."""
    started = []

    def start(words):
        started.append([str(word) for word in words])
        if "--out" in words:
            Path(words[-1]).write_bytes(bytes(smoke.LEAST_SHEET))
        if "--pictures" in words:
            Path(words[-1]).mkdir(parents=True)
            (Path(words[-1]) / "首页.png").write_bytes(bytes(smoke.LEAST_PICTURE))
        return start.answer

    start.answer, start.started = (0, "", ""), started
    return smoke.Program(tmp_path / "总务通", "", start)


def test_a_page_that_loads_late_is_looked_for(build, program, monkeypatch):
    modules = build.modules_of(environment.ROOT)
    page = "ui.assets.page"
    assert {page, "app.cli.words", "app", "app.core.paths", "ui.settings", "ui.home.first_start"} <= modules
    held = set(modules)
    monkeypatch.setattr(subprocess, "run", lambda words, **_: SimpleNamespace(
        stdout="Contents:\n" + "\n".join(f" {name}" for name in held if words[-1] == program.modules)))
    build.require_modules(Path("python"), program)
    held.remove(page)
    with pytest.raises(SystemExit, match=f"缺少：{page}$"):
        build.require_modules(Path("python"), program)


def test_every_verb_of_the_smoke_is_one_of_the_command_line(program, tmp_path):
    from app import features
    from app.cli import main as cli

    smoke.use(program, tmp_path)
    features.join()
    for call in program.start.started[1:]:
        if "--pictures" not in call:
            assert cli.parser().parse_args(call[1:])
    assert sum("--pictures" in call for call in program.start.started) == 2


@pytest.mark.parametrize("answer", [(1, "", ""), (0, "", "QWidget: something\n")])
def test_a_step_that_fails_or_complains_stops_the_build(program, tmp_path, answer):
    program.start.answer = answer
    with pytest.raises(SystemExit, match=f"没有做成，退出码 {answer[0]}：--version"):
        smoke.use(program, tmp_path)


def test_empty_pictures_and_what_stands_in_the_log_stop_the_build(program, tmp_path, monkeypatch):
    monkeypatch.setattr(smoke, "LEAST_PICTURE", 10_000)
    (tmp_path / "示范 账本").mkdir()
    (tmp_path / "示范 账本" / "zongwu.log").write_text("Traceback", "utf-8")
    with pytest.raises(SystemExit, match="在记录里写了：Traceback"):
        smoke.use(program, tmp_path)


def test_what_the_build_installs_is_exact_and_named_in_the_licence_list(build):
    text = (environment.ROOT / "THIRD_PARTY.md").read_text("utf-8")
    for line in (*build.TOOLS, *build.WINDOWS_TOOLS):
        name, exact, _ = line.partition("==")
        assert exact, line
        assert name in text
