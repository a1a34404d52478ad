"""A list of numbered papers of a term's money (receipts, vouchers, refunds) as the database has it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QSettings

from app.core.columns import Column
from app.core.listing import Totals, Wish
from app.fees.rules import PlanRow
from ui.base.changes import Changes
from ui.grid.rows import Row
from ui.kit.filters import ChoiceFilter
from ui.kit.table_page import TablePage

STATES = ChoiceFilter("state", "有效和作废", lambda: [("valid", "有效"), ("void", "作废")])


class PapersList(TablePage):
    """The step says by ``show_within`` of what (a class, an item); subclasses name the questions."""

    embedded = True
    filters = (STATES,)
    record_word = "张"

    def __init__(self, columns: Sequence[Column], listing: Callable[[Wish, int, int], Sequence[Row]], counting: Callable[[Wish], Totals],
                 changes: Changes, settings: QSettings | None) -> None:
        self.columns, self.listing, self.counting = columns, listing, counting
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

    def fetch(self, wish: Wish, limit: int, offset: int) -> Sequence[Row]:
        """Give a block of papers."""
        return self.listing(self.whole(wish), limit, offset)

    def totals(self, wish: Wish) -> Totals:
        """Count the papers that match and sum those that stand."""
        return self.counting(self.whole(wish))

    def position(self, wish: Wish, record_id: int) -> int | None:
        """Give the row a paper stands in."""
        return next((number for number, row in enumerate(self.listing(self.whole(wish), -1, 0)) if row[0] == record_id), None)

    def values(self, record: int) -> dict[str, Any]:
        """Give what the list shows of a paper, by column; nothing where it is not listed."""
        number = self.model.find([record], [self.grid.currentIndex().row()]).get(record)
        row = None if number is None else self.model.row(number)
        return dict(zip((column.key for column in self.columns), row[1:], strict=True)) if row else {}
