"""收费登记: the classes with what they owe on the left; on the right who paid what, what was used, the receipts."""

from collections.abc import Sequence
from itertools import groupby

from PySide6.QtCore import QSettings

from app.core.columns import Column, Kind
from app.core.money import format_fen
from app.fees.money import lists
from app.fees.money.facts import Facts, Title
from app.fees.money.lists import RegisterRow
from app.store.folder import DataFolder
from ui.base import notify, undoing
from ui.base.changes import Changes
from ui.fees.money.attendance import AttendanceList
from ui.fees.money.receipts import ReceiptsList
from ui.fees.money.register import RegisterList
from ui.fees.money.usage import UsageList
from ui.fees.plan_step import PlanStep
from ui.grid.rows import Row
from ui.kit.groups_page import GroupsPage
from ui.kit.table_page import TablePage
from ui.kit.totals_pane import ALL, TotalsPane

_LEFT = (Column("name", "班级"), Column("charged", "应收", Kind.MONEY), Column("received", "已收", Kind.MONEY),
         Column("owed", "欠缴", Kind.MONEY), Column("done", "缴清", Kind.CHOICE))
_OWED = 4       # place of 欠缴 in a row of the left side


class CollectionPage(PlanStep, GroupsPage):
    """The step. It holds the choice of a class; lists that have a column for each item are made for the items of one plan."""

    title = "收费登记"
    settings_key = "fees_collection"
    left_px = 470

    def __init__(self, changes: Changes, settings: QSettings | None, data: DataFolder) -> None:
        super().__init__(TotalsPane(_LEFT, give_way=("received", "charged")), changes, settings)
        self.data_folder = data
        self.titles: Sequence[Title] | None = None
        self.register: list[RegisterRow] = []
        self.receipts = ReceiptsList(changes, settings, data)
        self.attendance = AttendanceList(changes, settings)
        self.attendance.print_asked.connect(self.print_meals)

    @property
    def payments(self) -> RegisterList:
        """Give the list in which payments are typed."""
        made = self.lists[0]
        assert isinstance(made, RegisterList)
        return made

    @property
    def usage(self) -> UsageList:
        """Give the list in which what was used is typed."""
        made = self.lists[1]
        assert isinstance(made, UsageList)
        return made

    # --- what is shown

    def fill(self) -> None:
        """Read everybody's account anew; the list in front is filled, the others when they are turned to."""
        if self.plan is None:
            return
        facts = Facts(self.plan.id)
        used = [each for each in facts.titles if any(charge.fen for charge in facts.charges[each.id])
                or any(each.id in parts for parts in facts.paid_by.values())]
        if used != self.titles:
            self._make(used)
        self.register = lists.register(
            self.plan.id, facts=facts, before={each.who.pupil: each for each in self.register}
        )
        self.groups.show_rows(_groups(self.register))
        self.show_front()

    def show_list(self, front: TablePage) -> None:
        """Show the payments, the use or the receipts of the chosen class."""
        plan, key = self.shown_plan(), self.groups.key
        if front is self.receipts:
            self.receipts.show_within(plan, {"class": key} if key != ALL else {})
        elif front is self.attendance:
            self.attendance.show_class(plan, key if key != ALL else 0, Facts(plan.id))
        elif front is self.usage:
            self.usage.show_class(plan, key)
        else:
            self.payments.show_class(plan, key, [each for each in self.register if key in (ALL, each.who.class_id)])

    def _make(self, titles: Sequence[Title]) -> None:
        """Make the lists for the items of a plan."""
        self.titles = titles
        payments, usage = (
            RegisterList(titles, self.changes, self.settings),
            UsageList(titles, self.changes, self.settings),
        )
        self.set_lists(payments, usage, self.attendance, self.receipts)
        payments.group_done.connect(self._class_done)
        payments.receipts_asked.connect(self.show_receipts)
        payments.print_asked.connect(self.print_papers)

    # --- what a person does

    def show_receipts(self, pupil: int) -> None:
        """Show the receipts of one pupil."""
        name = next((each.who.name for each in self.register if each.who.pupil == pupil), "")
        self.turn_to(self.receipts)
        self.receipts.search.setText(name)
        self.receipts.reload()

    def print_papers(self) -> None:
        """Print register or arrears, of the chosen class where one is chosen."""
        from ui.fees.money.printing import COLLECTING, print_money

        if self.plan is not None:
            print_money(self, self.data_folder, self.plan, COLLECTING, self.groups.key)

    def print_meals(self) -> None:
        """Print the 就餐登记表 of the month that is shown, of the chosen class or of all."""
        from ui.fees.money.printing import print_meals

        if self.plan is not None:
            print_meals(self, self.data_folder, self.plan, self.groups.key, self.attendance.chosen_month())

    def _class_done(self) -> None:
        """Say that a class paid all, and go on to the next that owes."""
        done = [each for each in self.register if each.who.class_id == self.groups.key]
        name, fen = self.groups.name(), sum(each.received for each in done)
        following = self.groups.next_with(_OWED)
        step = self.payments.last
        notify.said(
            f"{name} 缴齐了：{sum(1 for each in done if each.received)} 人 {format_fen(fen)} 元。"
            + ("" if following else "全校都缴齐了。"),
            [undoing.way_back(step)] if step else [],
        )
        if following is not None:
            self.groups.choose(following)
            self.payments.grid.setFocus()


def _groups(register: Sequence[RegisterRow]) -> list[Row]:
    """Give the classes with their sums, the whole school on top; what a class does not owe is left blank."""
    classes = [(found[0].who.class_id, found[0].who.class_name, found) for found in
               (list(each) for _, each in groupby(register, key=lambda each: each.who.class_id))]
    whole = [(ALL, "全校", list(register))]
    return [(key, name, sum(each.charged for each in found), sum(each.received for each in found) or None,
             sum(each.owed for each in found) or None, _done(found)) for key, name, found in [*whole, *classes]]


def _done(found: Sequence[RegisterRow]) -> str:
    """Say how many of those who are charged have paid all: 43/45."""
    due = [each for each in found if each.charged or each.received]
    return f"{sum(1 for each in due if not each.owed)}/{len(due)}"
