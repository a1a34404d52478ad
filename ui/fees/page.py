"""收费公示: one term on top, the steps of its fees in the order of the work, the page of the step below."""

from functools import partial
from typing import Any

from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import QStackedWidget, QTabBar, QWidget

from app.core.errors import Refused
from app.fees import rules
from app.fees.plan import commands as plan_commands
from app.fees.plan import queries as plan_queries
from app.fees.rules import PlanRow
from app.school import queries as school
from app.school.queries import TermRow
from app.store import journal
from app.store.folder import DataFolder
from ui.base import notify
from ui.base.changes import Changes
from ui.base.page import Page
from ui.base.parts import button, column, invitation, later
from ui.fees.head import Head
from ui.fees.steps import STEPS, Step

TELL_MS = 300
_WHAT = ("每学期的收费从这里开始，一步一步往下做：\n"
         "1. 收费方案：各年级收什么、收多少，每项都要有依据，合计由程序算。\n"
         "2. 公示：检查通过后打印公示表张贴，登记张贴日期，变动要换新版。\n"
         "3. 告家长书和回执：印发、收回、统计，自愿项目按回执收。\n"
         "4. 收费、支出、结算：登记收据和票据，期末算到每个学生的每一分钱，清退、公示、结账。")


class FeesPage(Page):
    """The tab. It holds the choice of a term and of a step; the steps' pages fetch for themselves."""

    title = "收费公示"
    depends_on = frozenset({"fee_plan", "fee_plan_item", "fee_price", "fee_item", "fee_standard", "fee_publication", "fee_letter",
                            "fee_reply", "fee_choice", "fee_receipt", "fee_receipt_line", "fee_voucher", "fee_settlement",
                            "fee_refund", "term", "school_class", "enrolment", "setting"})

    def __init__(self, changes: Changes, settings: QSettings | None, data: DataFolder) -> None:
        super().__init__(changes, settings)
        self.data_folder = data
        self.chosen = 0                     # the term a person picked, 0 for the current one
        self.term: TermRow | None = None
        self.plan: PlanRow | None = None
        self.steps: dict[str, Step] = {each.key: each for each in STEPS}
        self.built: dict[str, Any] = {}     # pages by step: each a Page that shows a plan (steps.ShowsPlan)
        self.window_acts: tuple[QAction, ...] = ()
        self.head, self.tabs, self.pages = Head(), QTabBar(), QStackedWidget()
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        for step in self.steps.values():
            self.tabs.setTabData(self.tabs.addTab(step.title), step.key)
        self.body, self.empty = QWidget(), QWidget()
        body = column(self.tabs, self.pages, gap=0)
        body.setStretch(1, 1)
        self.body.setLayout(body)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.body)
        self.stack.addWidget(self.empty)
        lines = column(self.head, self.stack, margins=(14, 12, 14, 10), gap=8)
        lines.setStretch(1, 1)
        self.setLayout(lines)
        self.telling = later(self, TELL_MS, lambda: self._tell() if self.isVisible() else None)
        self.head.picked.connect(self.show_term)
        self.head.go.connect(self.go)
        self.tabs.currentChanged.connect(lambda _: self._turned())
        for keys, step_on in (("Ctrl+PgDown", 1), ("Ctrl+PgUp", -1)):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(partial(self._turn_on, step_on))

    # --- what is shown

    def refresh(self) -> None:
        """Read the term's fees anew and tell the steps."""
        terms = school.terms()
        self.term = next((term for term in terms if term.id == self.chosen), None) or next(
            (term for term in terms if term.is_current), terms[0] if terms else None)
        before, self.plan = self.plan, plan_queries.plan_of(self.term.id) if self.term else None
        if self.plan is not None and self.plan == before and self.plan.state == rules.COLLECTING:
            self.telling.start()    # the sums of a thousand pupils: told when Enter after Enter pauses
        else:
            self._tell()
        for page in self.built.values():
            page.show_plan(self.plan)
        if self.plan is None:
            self._show_empty()
        else:
            self._turned()

    def _tell(self) -> None:
        self.telling.stop()
        self.head.show_plan(school.terms(), self.term, self.plan, self.steps)

    def show_term(self, term: int) -> None:
        """Choose a term; ``Refused`` while something that was typed waits in the present one."""
        if self.term and term != self.term.id and self.unsaved():
            self.head.choice.setCurrentIndex(self.head.choice.findData(self.term.id))
            raise Refused("表格里还有没保存的格子。请先改好或放弃，再换另一个学期。")
        self.chosen = term
        self.refresh()

    def show_step(self, key: str) -> Any:
        """Bring a step to the front and give its page."""
        if self.stale:
            self._fetch()
        number = list(self.steps).index(key)
        if self.tabs.currentIndex() != number:
            self.tabs.setCurrentIndex(number)
        return self.page_of(key)

    def page_of(self, key: str) -> Any:
        """Give the page of a step, made when it is first wanted."""
        if key not in self.built:
            page: Any = self.steps[key].factory(self.changes, self.settings, self.data_folder)
            page.place_window_acts(*self.window_acts)
            page.status_changed.connect(lambda *_: self.status_changed.emit(*self.status_line()))
            self.built[key] = page
            self.pages.addWidget(page)
            if hasattr(page, "go"):     # a step may send on to another
                page.go.connect(self.go)
            page.show_plan(self.plan)
        return self.built[key]

    def go(self, way: str) -> None:
        """Take a way that head or a step offers: a step's key, after a colon an act of it ("publicity:post")."""
        step, _, act = way.partition(":")
        page = self.show_step(step)
        if act:
            page.actions_by_key[act].trigger()
        else:
            page.setFocus()

    def front(self) -> Any:
        """Give the page of the step in front, None where the term has no fees yet."""
        return self.built.get(self.tabs.tabData(self.tabs.currentIndex())) if self.plan else None

    def place_window_acts(self, *actions: QAction) -> None:
        """Keep undo and redo on the right of each step's row of acts."""
        self.window_acts = actions
        for page in self.built.values():
            page.place_window_acts(*actions)

    def save(self) -> object:
        """Store what waits in the steps."""
        waiting = [page for page in self.built.values() if page.unsaved()]
        if not waiting:
            return super().save()
        saved = [page.save() for page in waiting]
        return all(saved)

    def unsaved(self) -> str:
        """Say what waits in the steps."""
        return next((words for page in self.built.values() if (words := page.unsaved())), "")

    def status_line(self) -> tuple[str, str]:
        """Give what the step in front says."""
        page = self.front()
        return page.status_line() if page else ("", "")

    # --- a term without fees

    def copy_last(self) -> None:
        """Begin the term's fees as a copy of the last that there are."""
        if self.term is None:
            return
        last = plan_queries.last_plan(self.term.id)
        if last is None:
            raise Refused("以前的学期都没有收费方案，没有可以复制的。请点“新建空白方案”。")
        made = plan_commands.copy_plan(self.term.id, last.term_id)
        count = len(plan_queries.plan_items(made))
        notify.said(f"已从{last.term_title}复制 {count} 项。有变动的直接改，改过的格子会标出来。", [("撤销", journal.undo)])
        self.show_step("plan").setFocus()

    def start_new(self) -> None:
        """Begin the term's fees with nothing in them and go on to choosing items."""
        if self.term is None:
            return
        plan_commands.start_plan(self.term.id)
        self.go("plan:new")

    def _show_empty(self) -> None:
        """Say what the tab is for and offer to begin: a copy of last term's fees, or none."""
        last = plan_queries.last_plan(self.term.id) if self.term else None
        ways = [button(f"从{last.term_title}复制", self.copy_last, "copy", primary=True)] if last else []
        ways.append(button("新建空白方案", self.start_new, "add", primary=not last))
        title = f"{self.term.title}还没有收费方案" if self.term else "还没有学期"
        self.stack.removeWidget(self.empty)
        self.empty.deleteLater()
        self.empty = invitation("receipt", title, _WHAT, *(ways if self.term else []))
        self.stack.addWidget(self.empty)
        self.stack.setCurrentWidget(self.empty)
        self.status_changed.emit("", "")

    def _turn_on(self, by: int) -> None:
        """Go to the next step of the work or back to the one before."""
        number = self.tabs.currentIndex() + by
        if self.plan is not None and 0 <= number < self.tabs.count():
            self.tabs.setCurrentIndex(number)
            self.front().setFocus()

    def _turned(self) -> None:
        if self.plan is None:
            return
        page = self.page_of(self.tabs.tabData(self.tabs.currentIndex()))
        self.stack.setCurrentWidget(self.body)
        self.pages.setCurrentWidget(page)
        self.setFocusProxy(page)
        self.status_changed.emit(*self.status_line())
