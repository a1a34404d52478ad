"""The keys that mean the same everywhere: the manual names them all, and nobody else spells them."""

import re
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent

from ui.base.keys import KEYS, is_key, shown

ROOT = Path(__file__).resolve().parents[3]
MANUAL = (ROOT / "resources" / "manual" / "manual.md").read_text("utf-8")
SPELLED = re.compile(r'"(?:Ctrl|Alt|Shift)\+[^"]*"|StandardKey\.|\bKey_(?:F\d+|Delete)\b')


@pytest.mark.parametrize("name", KEYS)
def test_the_manual_names_every_key(name):
    assert shown(name) in MANUAL


def test_no_two_keys_of_one_place_are_alike():
    alike = [(one, other) for one in KEYS for other in KEYS if one < other and set(KEYS[one].all) & set(KEYS[other].all)]
    assert alike == [("drop", "wipe")]      # Esc in a cell, Esc in the search


def test_keys_are_spelled_in_one_place():
    """What a feature's own acts do stands at the act; beside these only what is no key of a list."""
    found = {}
    for file in sorted((ROOT / "ui").rglob("*.py")):
        lines = [line.strip() for line in file.read_text("utf-8").splitlines() if SPELLED.search(line) and "Act(" not in line]
        if lines:
            found[file.relative_to(ROOT).as_posix()] = lines
    assert list(found) == ["ui/base/keys.py"]


@pytest.mark.parametrize(("name", "key", "held"), [
    ("copy", Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier),
    ("copy_titles", Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier),
    ("enter", Qt.Key.Key_Enter, Qt.KeyboardModifier.KeypadModifier), ("enter", Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier),
    ("today", Qt.Key.Key_Semicolon, Qt.KeyboardModifier.ControlModifier), ("clear", Qt.Key.Key_Delete, Qt.KeyboardModifier.NoModifier),
    ("drop", Qt.Key.Key_Escape, Qt.KeyboardModifier.NoModifier),
])
def test_what_is_pressed_is_known(name, key, held):
    event = QKeyEvent(QEvent.Type.KeyPress, key, held)
    assert [each for each in KEYS if is_key(event, each)] in ([name], ["wipe", name])
