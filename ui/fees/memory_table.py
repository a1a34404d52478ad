"""A list of a term's fees: rows worked out by the step that holds it, searched, filtered and sorted in memory."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QSettings

from app.core.columns import Column
from app.core.listing import MemoryList
from app.core.money import format_fen
from app.fees.rules import PlanRow
from ui.base.changes import Changes
from ui.grid.rows import Row
from ui.kit.table_page import TablePage


class MemoryTable(TablePage):
    """The step calls ``show_rows`` when something changed; the list itself asks no query."""

    embedded = True
    searched: Sequence[str] = ("name",)
    narrowing: Mapping[str, Callable[[Row, Any], bool]] = {}
    sums: Sequence[str] = ()    # columns whose sum the status line says, after the count

    def __init__(self, columns: Sequence[Column], changes: Changes, settings: QSettings | None) -> None:
        self.columns = columns
        self.rows: Sequence[Row] = ()
        self.listing = MemoryList(columns, lambda: self.rows, self.searched, self.narrowing)
        self.plan: PlanRow | None = None
        super().__init__(changes, settings)

    def scope_words(self) -> str:
        """Give the term and the group."""
        return " ".join(filter(None, (self.plan.term_title if self.plan else "", self.group)))

    @property
    def listed(self) -> Sequence[Row]:
        """Give the rows that are shown, in order."""
        return self.listing.rows(self.wish())

    def show_rows(self, plan: PlanRow, rows: Sequence[Row]) -> None:
        """Show these rows of a plan; what is closed can be looked at only."""
        other = self.plan is None or plan.id != self.plan.id or not self.rows
        self.plan, self.rows = plan, rows
        self.model.locked = not plan.allows("record")
        self.refresh()
        if other:
            self.grid.fit(measure=True)

    def value(self, record: int, key: str) -> Any:
        """Give what a record has in a column, None where it is not listed."""
        at = self.place(key) + 1
        return next((row[at] for row in self.rows if row[0] == record), None)

    def place(self, key: str) -> int:
        """Give the number of a column."""
        return next(number for number, column in enumerate(self.columns) if column.key == key)

    def status_line(self) -> tuple[str, str]:
        """Say how many rows there are and the sums that matter."""
        found, chosen = super().status_line()
        said = []
        for key in self.sums:
            at = self.place(key)
            fen = sum(row[at + 1] or 0 for row in self.listed)
            said.append(f"{self.columns[at].title} ￥{format_fen(fen)}")
        return " · ".join([found, *said]), chosen
