"""What sections of the settings page have in common: a heading, and for lists the rows in memory."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.core.errors import Problem
from app.core.listing import Listing, MemoryList
from ui.base.parts import column, label
from ui.forms.form import Field, FormDialog
from ui.grid.rows import Row
from ui.kit.table_page import TablePage

BAND = 34   # px: height of a verdict that stands over the whole width


def heading(title: str, hint: str) -> QVBoxLayout:
    """Give the title of a section and the sentence under it."""
    return column(label(title, "title"), label(hint, "hint", wrap=True), gap=4)


class ListSection(TablePage):
    """A section that is a list: short, with ``rows`` giving all of it, or answered by the listing that ``make_listing`` gives."""

    hint = ""
    narrowing: Mapping[str, Callable[[Row, Any], bool]] = {}  # whether a row has a filter's value, by the filter's key

    def __init__(self, *inherited: Any) -> None:
        self.listing = self.make_listing()
        super().__init__(*inherited)
        self.top.addLayout(heading(self.title, self.hint))

    def make_listing(self) -> Listing:
        """Give what answers the list's wishes."""
        return MemoryList(self.columns, self.rows, filters=self.narrowing)

    def rows(self) -> Sequence[Row]:
        """Give every row (id, then the columns) in the list's own order."""
        raise NotImplementedError

    @property
    def listed(self) -> Sequence[Row]:
        """Give the rows that are shown, in order."""
        return self.listing.rows(self.wish())


def fill_in(parent: QWidget, title: str, draft: Any, fields: Sequence[Field], save: Callable[[Any], object],
            check: Callable[[Any], Sequence[Problem]] = lambda draft: (),
            again: Callable[[Any], Any] | None = None, save_text: str = "保存") -> FormDialog | None:
    """Let a person fill in a draft; gives the form once it was saved (``saved`` holds what ``save`` gave), else None.

    Most rules ask the ledger and are asked inside the command, whose ``Invalid`` comes back to the fields.
    """
    form = FormDialog(parent, title, draft, fields, check, save, again, save_text)
    return form if form.exec() else None
