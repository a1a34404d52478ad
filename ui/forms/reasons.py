"""Asks why something is voided or closed; the command itself refuses a reason that is empty or too long."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtWidgets import QWidget

from app.store import journal
from ui.base import notify
from ui.base.parts import label
from ui.forms.form import Field, FormDialog


@dataclass
class _Reason:
    reason: str = ""


def with_reason(parent: QWidget, title: str, detail: str, verb: str, act: Callable[[str], object], done: str) -> bool:
    """Ask for a reason and act with it; gives whether that was done."""
    def save(draft: Any) -> None:
        act(draft.reason)

    form = FormDialog(parent, title, _Reason(), [Field("reason", "原因", "lines", 2, required=True)], lambda _: (), save,
                      save_text=verb)
    form.above.addWidget(label(detail, "hint", wrap=True))
    if not form.exec():
        return False
    notify.said(done, [("撤销", journal.undo)])
    return True
