"""The build tries out what it made, and stops where anything is missing."""

import importlib.util
import subprocess
from pathlib import Path
from types import SimpleNamespace

import environment
import pytest


@pytest.fixture
def build():
    file = Path(environment.__file__).with_name("build.py")
    specification = importlib.util.spec_from_file_location("script_build", file)
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


@pytest.fixture
def packed(build, monkeypatch):
    """Say what the window and the command line hold."""
    def packed(window, cli=()):
        held = {build.WINDOW: window, build.CLI: cli}
        monkeypatch.setattr(subprocess, "run", lambda words, **_: SimpleNamespace(
            stdout="Contents:\n" + "\n".join(f" {name}" for name in held[words[-1]])))

    return packed


def test_a_page_that_loads_late_is_looked_for(build, packed):
    modules = build.modules_of(environment.ROOT)
    page, verbs = {"ui.assets.page"}, {"app.cli.words"}
    assert page | verbs | {"app", "app.core.paths", "ui.settings", "ui.home.first_start"} <= modules
    packed(modules - verbs, verbs)
    build.require_modules(Path("python"))
    packed(modules - page, modules)
    with pytest.raises(SystemExit, match="缺少：ui.assets.page$"):
        build.require_modules(Path("python"))
    packed(modules - verbs)
    with pytest.raises(SystemExit, match="缺少：app.cli.words$"):
        build.require_modules(Path("python"))


def test_every_verb_of_the_trial_is_one_of_the_command_line(build, calls, tmp_path, monkeypatch):
    from app import features
    from app.cli import main as cli

    monkeypatch.setattr(build, "LEAST_SHEET", 0)
    (tmp_path / "盘点表.pdf").touch()
    (tmp_path / "图片").mkdir()
    (tmp_path / "图片" / "首页.png").write_bytes(bytes(build.LEAST_PICTURE))
    build.try_out(tmp_path)
    features.join()
    for call in calls[1:-1]:
        assert cli.parser().parse_args(call[1:])
    assert "--pictures" in calls[-1]


def test_a_step_that_fails_stops_the_build(build, calls, tmp_path):
    calls.answers = {"demo": 1}
    with pytest.raises(SystemExit, match="没有做成，退出码 1：.*demo"):
        build.try_out(tmp_path)
    assert len(calls) == 2


def test_empty_pictures_are_no_pictures(build, calls, tmp_path):
    (tmp_path / "图片").mkdir()
    (tmp_path / "图片" / "首页.png").write_bytes(b"1")
    with pytest.raises(SystemExit, match="没有画出每一页"):
        build.try_out(tmp_path)


def test_what_the_build_installs_is_exact_and_named_in_the_licence_list(build):
    text = (environment.ROOT / "THIRD_PARTY.md").read_text("utf-8")
    for line in build.TOOLS:
        name, exact, _ = line.partition("==")
        assert exact, line
        assert name in text
