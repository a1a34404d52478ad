"""Driving a form with lines in a story: it is shown in the place of ``exec``, filled in and stored."""

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from ui.kit.lines_form import LinesForm


def in_lines_form(monkeypatch: pytest.MonkeyPatch, qtbot: Any, act: Callable[[Any], object]) -> list[Any]:
    """Let ``act`` use the form with lines that opens next; gives the forms that opened."""
    forms: list[Any] = []

    def driven(form: Any) -> bool:
        forms.append(form)
        form.show()
        form.activateWindow()
        qtbot.waitUntil(form.isActiveWindow)
        QApplication.processEvents()
        act(form)
        form.dirty = False
        form.done(0)
        return form.saved is not None

    monkeypatch.setattr(LinesForm, "exec", driven)
    return forms


def pick(form: Any, key: str, text: str) -> None:
    """Take the record of that name in a field."""
    form.editors[key].setText(text)
    form.editors[key]._take_same()


def enter(form: Any, number: int, **words: str) -> None:
    """Type words into the cells of a line (from 1), with what follows from them."""
    read = form.table._reader()
    form.table.edits.enter({-number: {key: read(key, text) for key, text in words.items()}})
    form.table._typed([-number])
