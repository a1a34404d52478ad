import re

import debian
import environment
import pytest
import qt_libraries

LDD = """\
	linux-vdso.so.1 (0x00007f0a7cec9000)
	libGL.so.1 => /lib/x86_64-linux-gnu/libGL.so.1 (0x00007f0a7cd6b000)
	libxcb-icccm.so.4 => not found
	libxcb-keysyms.so.1 => not found
	libxcb-icccm.so.4 => not found
"""


@pytest.fixture
def machine(venv, monkeypatch):
    """A Linux machine with an environment; ``tries`` are Qt's complaints, one for each attempt."""
    venv.mkdir()
    environment.write_stamp({"python": "x"})

    class Machine:
        tries: list[str | None] = []
        missing = ["libEGL.so.1"]
        installed: list[list[str]] = []
        allowed = True

    state = Machine()
    state.installed = []

    def install(packages, reason):
        state.installed.append(packages)
        return state.allowed

    monkeypatch.setattr(qt_libraries.sys, "platform", "linux")
    monkeypatch.setattr(qt_libraries, "attempt", lambda *_, **__: state.tries.pop(0))
    monkeypatch.setattr(qt_libraries, "missing_libraries", lambda *_, **__: state.missing)
    monkeypatch.setattr(debian, "install", install)
    return state


def test_not_found_reads_each_missing_library_once():
    assert qt_libraries.not_found(LDD) == ["libxcb-icccm.so.4", "libxcb-keysyms.so.1"]


def test_packages_are_named_as_debian_names_them():
    for library, package in qt_libraries.PACKAGES.items():
        assert re.fullmatch(r"lib\S+\.so\.\d+", library)
        assert re.fullmatch(r"[a-z0-9.+-]+", package)


def test_a_success_is_remembered_for_its_platform_only(machine):
    machine.tries = [None, None]
    assert qt_libraries.ready("python", display=False)
    assert qt_libraries.ready("python", display=False)
    assert machine.tries == [None]
    assert qt_libraries.ready("python", display=True)
    assert machine.tries == []
    assert environment.read_stamp() == {"python": "x", "qt-offscreen": True, "qt-display": True}


def test_missing_libraries_are_installed_and_tried_again(machine):
    machine.tries = ["libEGL.so.1: cannot open", None]
    machine.missing = ["libEGL.so.1", "libgthread-2.0.so.0", "libglib-2.0.so.0"]
    assert qt_libraries.ready("python", display=False)
    assert machine.installed == [["libegl1", "libglib2.0-0"]]


def test_without_the_right_to_install_it_is_not_tried_again(machine):
    machine.tries, machine.allowed = ["libEGL.so.1: cannot open"], False
    assert not qt_libraries.ready("python", display=False)
    assert environment.read_stamp() == {"python": "x"}


def test_an_unknown_library_is_named(machine, capsys):
    machine.tries, machine.missing = ["libodd.so.9: cannot open"], ["libodd.so.9"]
    assert not qt_libraries.ready("python", display=False)
    assert "libodd.so.9" in capsys.readouterr().out
    assert machine.installed == []


def test_another_complaint_of_qt_is_passed_on(machine, capsys):
    machine.tries, machine.missing = ["could not connect to display :98"], []
    assert not qt_libraries.ready("python", display=True)
    assert "could not connect to display :98" in capsys.readouterr().out


@pytest.mark.parametrize(("platform", "names", "expected"), [
    ("win32", {}, True), ("darwin", {}, True), ("linux", {}, False), ("linux", {"DISPLAY": ""}, False),
    ("linux", {"DISPLAY": ":0"}, True), ("linux", {"WAYLAND_DISPLAY": "wayland-0"}, True),
])
def test_has_display(monkeypatch, platform, names, expected):
    monkeypatch.setattr(qt_libraries.sys, "platform", platform)
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    for name, value in names.items():
        monkeypatch.setenv(name, value)
    assert qt_libraries.has_display() is expected
