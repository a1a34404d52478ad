import ast
import os
import subprocess
import sys
from pathlib import Path

import debian
import environment
import pytest

SCRIPTS = Path(environment.__file__).parent


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A checkout of its own, with what the environment is stamped by."""
    monkeypatch.setattr(environment, "ROOT", tmp_path)
    for name in environment.DECLARED:
        (tmp_path / name).write_text((SCRIPTS.parent / name).read_text("utf-8"), "utf-8")
    return tmp_path


@pytest.fixture
def made(venv, monkeypatch):
    """Making and installing only noted: gives the list of what was done."""
    done = []

    def make_venv():
        done.append("make")
        python = environment.python_of(venv)
        python.parent.mkdir(parents=True, exist_ok=True)
        python.touch()

    monkeypatch.setattr(environment, "make_venv", make_venv)
    monkeypatch.setattr(environment, "install", lambda _, dev: done.append("install dev" if dev else "install"))
    return done


def test_first_time_makes_and_installs_then_nothing_more(project, made):
    python = environment.prepare(dev=False)
    assert python.exists()
    assert made == ["make", "install"]
    environment.prepare(dev=False)
    assert made == ["make", "install"]


def test_test_tools_are_added_once_and_serve_both(project, made):
    environment.prepare(dev=False)
    environment.prepare(dev=True)
    environment.prepare(dev=False)
    environment.prepare(dev=True)
    assert made == ["make", "install", "install dev"]


@pytest.mark.parametrize("name", environment.DECLARED)
def test_a_changed_declaration_installs_again_with_the_tools_that_were_there(project, made, name):
    environment.prepare(dev=True)
    with (project / name).open("a") as file:
        file.write("# changed\n")
    environment.prepare(dev=False)
    assert made == ["make", "install dev", "install dev"]


def test_another_python_or_a_vanished_one_makes_it_anew(project, made, venv, monkeypatch):
    environment.prepare(dev=False)
    monkeypatch.setattr(sys, "base_prefix", "elsewhere")
    environment.prepare(dev=False)
    environment.python_of(venv).unlink()
    environment.prepare(dev=False)
    assert made == ["make", "install"] * 3


def test_an_interrupted_install_is_done_again(project, made, monkeypatch):
    def broken(*_, **__):
        raise KeyboardInterrupt

    with monkeypatch.context() as inner:
        inner.setattr(environment, "install", broken)
        with pytest.raises(KeyboardInterrupt):
            environment.prepare(dev=False)
    environment.prepare(dev=False)
    assert made == ["make", "install"]


@pytest.mark.parametrize("text", ["", "{", "[]", "\0"])
def test_a_damaged_stamp_counts_as_none(venv, text):
    venv.mkdir()
    (venv / environment.STAMP).write_text(text)
    assert environment.read_stamp() == {}


def test_requirements_hold_backend_libraries_and_tools():
    plain, dev = environment.requirements(dev=False), environment.requirements(dev=True)
    assert any(line.startswith("hatchling") for line in plain)
    assert any(line.startswith("PySide6-Essentials") for line in plain)
    assert any(line.startswith("pytest>") for line in set(dev) - set(plain))


def test_a_failed_download_is_said_in_a_sentence(calls):
    calls.answers = {"--constraint": 1}
    with pytest.raises(SystemExit, match="请检查网络"):
        environment.install(Path("python"), dev=False)
    assert len(calls) == 1


def test_install_is_locked_and_fetches_nothing_unlocked(calls):
    environment.install(Path("python"), dev=True)
    assert "--constraint" in calls[0]
    assert {"--no-deps", "--no-build-isolation", "--editable"} <= set(calls[1])


def test_an_editable_install_is_found_whatever_the_name_of_its_folder():
    """A path file would be read in the system's encoding: the packages are mapped by a Python file instead, nothing copied."""
    import tomllib

    build = tomllib.loads((SCRIPTS.parent / "pyproject.toml").read_text("utf-8"))["tool"]["hatch"]["build"]
    assert build["dev-mode-exact"]
    assert "force-include" not in build["targets"]["wheel"]     # would be copied into an editable install as well, and hide the packages


def test_debian_without_venv_names_the_package_and_stops(venv, calls, monkeypatch, capsys):
    calls.answers = {"ensurepip": 1}
    monkeypatch.setattr(debian, "is_root", lambda: False)
    monkeypatch.setattr(debian.shutil, "which", lambda _: "apt-get")
    package = "python{}.{}-venv".format(*sys.version_info[:2])
    with pytest.raises(SystemExit, match=package):
        environment.make_venv()
    assert f"sudo apt-get update && sudo apt-get install -y {package}\n" in capsys.readouterr().out
    assert not any("apt-get" in call for call in calls)


def test_root_on_debian_installs_without_questions(calls, monkeypatch):
    monkeypatch.setattr(debian, "is_root", lambda: True)
    monkeypatch.setattr(debian.shutil, "which", lambda _: "apt-get")
    assert debian.install(["libegl1"], "缺少。")
    assert calls[0][:2] == ["apt-get", "update"]
    assert calls[1][:3] == ["apt-get", "install", "-y"]
    assert calls[1][-1] == "libegl1"


def test_a_failing_apt_prints_the_command(calls, monkeypatch, capsys):
    calls.answers = {"install": 100}
    monkeypatch.setattr(debian, "is_root", lambda: True)
    monkeypatch.setattr(debian.shutil, "which", lambda _: "apt-get")
    assert not debian.install(["libegl1"], "缺少。")
    assert debian.command(["libegl1"]) in capsys.readouterr().out


def test_other_systems_hear_the_names(calls, monkeypatch, capsys):
    monkeypatch.setattr(debian.shutil, "which", lambda _: None)
    assert not debian.install(["libegl1"], "缺少。")
    assert "libegl1" in capsys.readouterr().out
    assert calls == []


@pytest.mark.parametrize("encoding", ["cp1252", "gbk", "utf-8"])
def test_what_is_said_into_a_pipe_is_utf_8(encoding):
    run = subprocess.run([sys.executable, "-c", "import environment; environment.say('做好了：总务通')"], cwd=SCRIPTS,
                         env={**os.environ, "PYTHONIOENCODING": encoding}, capture_output=True, check=True)
    assert run.stdout.decode("utf-8").splitlines() == ["做好了：总务通"]


@pytest.mark.parametrize("name", ["environment.py", "run.py", "build.py", "test.py"])
def test_an_old_python_can_read_as_far_as_the_sentence(name):
    """Python 3.6 must parse the whole file to say what it lacks; our other imports come after the check."""
    text = (SCRIPTS / name).read_text("utf-8")
    tree = ast.parse(text, feature_version=(3, 6))
    own = [
        alias.name for node in tree.body if isinstance(node, ast.Import) for alias in node.names
        if (SCRIPTS / f"{alias.name}.py").exists()
    ]
    assert own[0] == ("debian" if name == "environment.py" else "environment")
    if name == "environment.py":
        assert text.index("sys.exit(") < text.index("import debian")
