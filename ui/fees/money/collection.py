"""收费登记: the classes with what they owe on the left; on the right who paid what, what was used, the receipts."""

from collections.abc import Sequence
from itertools import groupby

from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QAction, QShowEvent
from PySide6.QtWidgets import QSplitter, QStackedWidget, QTabBar, QWidget

from app.core.columns import Column, Kind
from app.core.money import format_fen
from app.fees.money import lists
from app.fees.money.lists import RegisterRow
from app.fees.money.queries import Facts, Title
from app.fees.rules import PlanRow
from app.store import journal
from app.store.folder import DataFolder
from ui.base import notify
from ui.base.changes import Changes
from ui.base.page import Page
from ui.base.parts import Elided, column, row
from ui.fees.money.receipts import ReceiptsList
from ui.fees.money.register import RegisterList
from ui.fees.money.usage import UsageList
from ui.fees.totals_pane import ALL, TotalsPane
from ui.grid.rows import Row
from ui.kit.table_page import TablePage

_LEFT = (Column("name", "班级"), Column("charged", "应收", Kind.MONEY), Column("received", "已收", Kind.MONEY),
         Column("owed", "欠缴", Kind.MONEY), Column("done", "缴清", Kind.CHOICE))
_OWED = 4       # place of 欠缴 in a row of the left side
_LEFT_PX, _LEFT_SHARE = 470, 0.36
_TABS = ("收费登记", "实际数量", "收据")


class CollectionPage(Page):
    """The step. It holds the choice of a class; lists that have a column for each item are made for the items of one plan."""

    title = "收费登记"
    depends_on = frozenset({"fee_plan", "fee_plan_item", "fee_price", "fee_choice", "fee_usage", "fee_receipt", "fee_receipt_line",
                            "fee_settlement", "fee_voucher", "pupil", "enrolment", "school_class", "setting"})

    def __init__(self, changes: Changes, settings: QSettings | None, data: DataFolder) -> None:
        super().__init__(changes, settings)
        self.data_folder = data
        self.plan: PlanRow | None = None
        self.titles: Sequence[Title] | None = None
        self.register: list[RegisterRow] = []
        self.window_acts: tuple[QAction, ...] = ()
        self.shared = False
        self.classes = TotalsPane(_LEFT, give_way=("received", "charged"))
        self.receipts = ReceiptsList(changes, settings)
        self.lists: list[TablePage] = []
        self.tabs, self.pages, self.class_name = QTabBar(), QStackedWidget(), Elided("title")
        self.tabs.setDrawBase(False)
        for text in _TABS:
            self.tabs.addTab(text)
        self._lay_out()
        self.classes.chosen.connect(self._show_front)
        self.classes.entered.connect(lambda: self.front().grid.setFocus())
        self.tabs.currentChanged.connect(lambda _: self._turned())
        self.splitter.splitterMoved.connect(self._keep_width)

    @property
    def actions_by_key(self) -> dict[str, QAction]:
        """Give the acts of the lists."""
        return {key: action for each in self.lists for key, action in each.actions_by_key.items()}

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

    def show_plan(self, plan: PlanRow | None) -> None:
        """Show the money of a term's fees."""
        changed, self.plan = plan != self.plan, plan
        if changed and plan is not None:
            self.stale = True
            if self.isVisible():
                self._fetch()

    def refresh(self) -> None:
        """Read everybody's account anew; the list in front is filled, the others when they are turned to."""
        if self.plan is None:
            return
        facts = Facts(self.plan.id)
        used = [each for each in facts.titles if any(charge.fen for charge in facts.charges[each.id]) or facts.paid.get(each.id)]
        if used != self.titles:
            self._make(used)
        self.register = lists.register(self.plan.id, facts=facts)
        self.classes.show_rows(_groups(self.register))
        self._show_front()

    def _show_front(self) -> None:
        if self.plan is None or not self.lists:
            return
        front, key = self.front(), self.classes.key
        if front is self.receipts:
            self.receipts.show_within(self.plan, {"class": key} if key != ALL else {})
        elif front is self.usage:
            self.usage.show_class(self.plan, key)
        else:
            self.payments.show_class(self.plan, key, [each for each in self.register if key in (ALL, each.who.class_id)])
        for each in self.lists:
            each.bar.setVisible(each is front)
        self.pages.setCurrentWidget(front)
        self.class_name.say("全校" if key == ALL else self.classes.name())
        self.setFocusProxy(front.grid)
        self.status_changed.emit(*self.status_line())

    def front(self) -> TablePage:
        """Give the list in front."""
        return self.lists[self.tabs.currentIndex()]

    def _turned(self) -> None:
        self._show_front()
        self.front().grid.setFocus()

    def _make(self, titles: Sequence[Title]) -> None:
        """Make the lists for the items of a plan."""
        self.titles = titles
        for old in self.lists[:2]:
            self.pages.removeWidget(old)
            self.bars.removeWidget(old.bar)
            old.bar.deleteLater()
            old.deleteLater()
        payments, usage = RegisterList(titles, self.changes, self.settings), UsageList(titles, self.changes, self.settings)
        first = not self.lists
        self.lists = [payments, usage, self.receipts]
        for number, each in enumerate(self.lists):
            if first or each is not self.receipts:
                self.pages.insertWidget(number, each)
                self.bars.addWidget(each.bar)
                each.status_changed.connect(lambda *_: self.status_changed.emit(*self.status_line()))
                each.place_window_acts(*self.window_acts)
        payments.group_done.connect(self._class_done)
        payments.receipts_asked.connect(self.show_receipts)
        payments.print_asked.connect(self.print_papers)

    def place_window_acts(self, *actions: QAction) -> None:
        """Keep undo and redo in the row of acts."""
        self.window_acts = actions
        for each in self.lists:
            each.place_window_acts(*actions)

    def save(self) -> object:
        """Store what waits in the lists."""
        saved = [each.save() for each in self.lists if each.unsaved()]
        return all(saved)

    def unsaved(self) -> str:
        """Say what waits in the lists."""
        return next((words for each in self.lists if (words := each.unsaved())), "")

    def status_line(self) -> tuple[str, str]:
        """Give what the list in front says."""
        return self.front().status_line() if self.plan and self.lists else ("", "")

    # --- what a person does

    def show_receipts(self, pupil: int) -> None:
        """Show the receipts of one pupil."""
        name = next((each.who.name for each in self.register if each.who.pupil == pupil), "")
        self.tabs.setCurrentIndex(_TABS.index("收据"))
        self.receipts.search.setText(name)
        self.receipts.reload()

    def print_papers(self) -> None:
        """Print register or arrears, of the chosen class where one is chosen."""
        from ui.fees.money.printing import COLLECTING, print_money

        if self.plan is not None:
            print_money(self, self.data_folder, self.plan, COLLECTING, self.classes.key)

    def _class_done(self) -> None:
        """Say that a class paid all, and go on to the next that owes."""
        done = [each for each in self.register if each.who.class_id == self.classes.key]
        name, fen = self.classes.name(), sum(each.received for each in done)
        following = self.classes.next_with(_OWED)
        notify.said(f"{name} 缴齐了：{sum(1 for each in done if each.received)} 人 {format_fen(fen)} 元。" + ("" if following else "全校都缴齐了。"),
                    [("撤销", journal.undo)])
        if following is not None:
            self.classes.choose(following)
            self.payments.grid.setFocus()

    # --- how it is laid out

    def _lay_out(self) -> None:
        right = QWidget()
        self.bars = row(gap=0)
        top = row(self.tabs, self.class_name, None, self.bars, gap=12)
        top.setStretch(1, 100)
        right.setLayout(column(top, self.pages, gap=6))
        self.splitter = QSplitter(Qt.Orientation.Horizontal, childrenCollapsible=False, handleWidth=8)
        self.splitter.addWidget(self.classes)
        self.splitter.addWidget(right)
        self.splitter.setStretchFactor(1, 1)
        self.setLayout(column(self.splitter, margins=(0, 8, 0, 0)))

    def showEvent(self, event: QShowEvent) -> None:
        """Share the room between both sides when the page is first seen: as before, else by its width."""
        super().showEvent(event)
        if not self.shared:
            self.shared = True
            kept = self.settings.value("fees_collection/left") if self.settings is not None else None
            left = int(str(kept)) if kept is not None else min(_LEFT_PX, int(self.width() * _LEFT_SHARE))
            self.splitter.setSizes([left, max(self.width() - left, 1)])

    def _keep_width(self) -> None:
        if self.settings is not None:
            self.settings.setValue("fees_collection/left", self.splitter.sizes()[0])


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
