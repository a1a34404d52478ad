"""A list of numbered papers of a term's money (receipts, vouchers, refunds) as the database has it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QSettings

from app.core.columns import Column
from app.core.listing import Listing, Wish
from app.fees.rules import PlanRow
from ui.base.changes import Changes
from ui.kit.filters import ChoiceFilter
from ui.kit.table_page import TablePage

STATES = ChoiceFilter("state", "有效和作废", lambda: [("valid", "有效"), ("void", "作废")])


class PapersList(TablePage):
    """The step says by ``show_within`` of what (a class, an item); subclasses name the list."""

    embedded = True
    filters = (STATES,)
    record_word = "张"

    def __init__(
        self, columns: Sequence[Column], listing: Listing, changes: Changes, settings: QSettings | None
    ) -> None:
        self.columns, self.listing = columns, listing
        self.plan: PlanRow | None = None
        self.within: Mapping[str, int] = {}
        super().__init__(changes, settings)

    def show_within(self, plan: PlanRow, within: Mapping[str, int]) -> None:
        """Show the papers of a plan, within a class, an item; those of a closed term can be looked at only."""
        other = (self.plan and self.plan.id, self.within) != (plan.id, within)
        self.plan, self.within = plan, within
        self.model.locked = not plan.allows("record")
        self.refresh()
        if other:
            self.grid.fit(measure=True)
            self.grid.verticalScrollBar().setValue(0)

    def whole(self, wish: Wish) -> Wish:
        """Give what is asked for, within the plan and what was chosen in it."""
        return replace(wish, filters={**wish.filters, **self.within, "plan": self.plan.id if self.plan else 0})

    def scope_words(self) -> str:
        """Give the term and the group."""
        return " ".join(filter(None, (self.plan.term_title if self.plan else "", self.group)))

    def values(self, record: int) -> dict[str, Any]:
        """Give what the list shows of a paper, by column; nothing where it is not listed."""
        number = self.model.find([record], [self.grid.currentIndex().row()]).get(record)
        row = None if number is None else self.model.row(number)
        return dict(zip((column.key for column in self.columns), row[1:], strict=True)) if row else {}
