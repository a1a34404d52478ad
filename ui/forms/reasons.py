"""Asks why something is voided or closed; the command itself refuses a reason that is empty or too long."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtWidgets import QWidget

from app.store.journal import Step
from ui.base import undoing
from ui.base.parts import prose
from ui.forms.form import Field, FormDialog

_BESIDE_DETAIL = 270    # px that the field, the buttons and the frame take of the screen


@dataclass
class _Reason:
    reason: str = ""


def with_reason(
    parent: QWidget, title: str, detail: str, verb: str, act: Callable[[str], Step | None], done: str
) -> bool:
    """Ask for a reason and act with it; gives whether that was done. ``done`` says so, "" what the step itself says."""
    def save(draft: Any) -> Step | None:
        return act(draft.reason)

    form = FormDialog(parent, title, _Reason(), [Field("reason", "原因", "lines", 2, required=True)], lambda _: (), save,
                      save_text=verb)
    width = form.sizeHint().width()
    form.above.addWidget(prose(detail, width - 60, form.screen().availableGeometry().height() - _BESIDE_DETAIL))
    form.resize(width, form.sizeHint().height())
    if not form.exec():
        return False
    undoing.told(done or f"已{form.saved.title}。", form.saved)
    return True
