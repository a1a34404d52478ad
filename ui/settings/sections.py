"""What sections of the settings page have in common: a heading, and for lists the rows in memory."""

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.core import pinyin
from app.core.columns import Column, shown
from app.core.errors import Problem
from app.core.listing import Totals, Wish
from ui.base.parts import column, label
from ui.forms.form import Field, FormDialog
from ui.grid.rows import Row
from ui.kit.table_page import TablePage

BAND = 34   # px: height of a verdict that stands over the whole width


def heading(title: str, hint: str) -> QVBoxLayout:
    """Give the title of a section and the sentence under it."""
    return column(label(title, "title"), label(hint, "hint", wrap=True), gap=4)


def sifted(rows: Sequence[Row], columns: Sequence[Column], wish: Wish) -> list[Row]:
    """Give the rows that hold every word typed (拼音 too), in the order asked for; empty values come last."""
    typed = pinyin.words(wish.search)
    found = [row for row in rows if all(word in _keys(row, columns) for word in typed)] if typed else list(rows)
    place = next((place for place, each in enumerate(columns, 1) if each.key == wish.sort), 0)
    if place:
        blank = [row for row in found if row[place] in (None, "")]
        filled = [row for row in found if row[place] not in (None, "")]
        found = sorted(filled, key=lambda row: row[place], reverse=wish.descending) + blank
    return found


def _keys(row: Row, columns: Sequence[Column]) -> str:
    return " ".join(pinyin.keys(shown(each.kind, value)) for each, value in zip(columns, row[1:], strict=True))


class ListSection(TablePage):
    """A section that is a short list: ``rows`` gives all of it at once, searched and sorted here unless it does so."""

    hint = ""

    def __init__(self, *inherited: Any) -> None:
        super().__init__(*inherited)
        self.listed: Sequence[Row] = ()
        self.top.addLayout(heading(self.title, self.hint))

    def rows(self, wish: Wish) -> Sequence[Row]:
        """Give every row (id, then the columns) in the list's own order; subclasses write it."""
        raise NotImplementedError

    def totals(self, wish: Wish) -> Totals:
        """Read the list anew and count it."""
        self.listed = self.rows(wish)
        return Totals(len(self.listed))

    def fetch(self, wish: Wish, limit: int, offset: int) -> Sequence[Row]:
        """Give a block of what ``totals`` has read."""
        return self.listed[offset:offset + limit]

    def position(self, wish: Wish, record_id: int) -> int | None:
        """Give the row a record stands in."""
        return next((place for place, row in enumerate(self.listed) if row[0] == record_id), None)


def fill_in(parent: QWidget, title: str, draft: Any, fields: Sequence[Field], save: Callable[[Any], object],
            check: Callable[[Any], Sequence[Problem]] = lambda draft: (),
            again: Callable[[Any], Any] | None = None, save_text: str = "保存") -> FormDialog | None:
    """Let a person fill in a draft; gives the form once it was saved (``saved`` holds what ``save`` gave), else None.

    Most rules ask the ledger and are asked inside the command, whose ``Invalid`` comes back to the fields.
    """
    form = FormDialog(parent, title, draft, fields, check, save, again, save_text)
    return form if form.exec() else None
