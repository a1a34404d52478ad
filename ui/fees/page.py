"""收费公示: one term on top, the steps of its fees in the order of the work, the page of the step below."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QSettings

from app.core.errors import Refused
from app.fees.money import vouchers
from app.fees.plan import commands as plan_commands
from app.fees.plan import queries as plan_queries
from app.fees.rules import PlanRow
from app.school import queries as school
from app.school import roster
from app.school.queries import TermRow
from app.store.folder import DataFolder
from ui.base import undoing
from ui.base.changes import Changes
from ui.base.page import Page, measured
from ui.base.parts import button, invitation, later
from ui.fees.head import Head
from ui.fees.steps import STEPS
from ui.kit.steps_page import StepsPage

TELL_MS = 300
_WHAT = ("每学期的收费从这里开始，一步一步往下做：\n"
         "1. 收费方案：各年级收什么、收多少，每项都要有依据，合计由程序算。\n"
         "2. 公示：检查通过后打印公示表张贴，登记张贴日期，变动要换新版。\n"
         "3. 告家长书和回执：印发、收回、统计，自愿项目按回执收。\n"
         "4. 收费、支出、结算：登记收据和票据，期末算到每个学生的每一分钱，清退、公示、结账。")


class FeesPage(StepsPage):
    """The tab. It holds the choice of a term and of a step; the steps' pages fetch for themselves.

    ``take_roster`` takes the school's pupils in from a workbook and gives whether any came; it is offered while there are none.
    """

    title = "收费公示"

    def __init__(self, changes: Changes, settings: QSettings | None, data: DataFolder,
                 take_roster: Callable[[], bool] | None = None) -> None:
        super().__init__({each.key: each.title for each in STEPS}, changes, settings)
        self.data_folder, self.take_roster = data, take_roster
        self.factories = {each.key: each.factory for each in STEPS}
        self.chosen = 0                     # the term a person picked, 0 for the current one
        self.term: TermRow | None = None
        self.plan: PlanRow | None = None
        self.head = Head()
        self.top.addWidget(self.head)
        self.telling = later(self, TELL_MS, lambda: self._tell() if self.isVisible() else None)
        self.head.picked.connect(self.show_term)
        self.head.go.connect(self.go)

    # --- what is shown

    def fill(self) -> None:
        """Read the term's fees anew and tell the steps."""
        terms = school.terms()
        self.term = next((term for term in terms if term.id == self.chosen), None) or next(
            (term for term in terms if term.is_current), terms[0] if terms else None)
        before, self.plan = self.plan, plan_queries.plan_of(self.term.id) if self.term else None
        if self.plan is not None and self.plan == before and self.plan.allows("receive"):
            self.telling.start()    # the sums of a thousand pupils: told when Enter after Enter pauses
        else:
            self._tell()
        for page in self.built.values():
            page.show_plan(self.plan)
        if self.plan is None:
            self._invite()
        else:
            self.show_front()

    @measured
    def _tell(self) -> None:
        self.telling.stop()
        self.head.show_plan(school.terms(), self.term, self.plan)

    def show_record(self, table: str, record: int) -> None:
        """Show the term of a plan, or a voucher of the money that was spent."""
        if table == "fee_voucher":
            self.show_term(plan_queries.plan(vouchers.plan_of(record)).term_id)
            self.show_key("spending").show_voucher(record)
            return
        self.show_term(plan_queries.plan(record).term_id)

    def show_term(self, term: int) -> None:
        """Choose a term; ``Refused`` while something that was typed waits in the present one."""
        if self.term and term != self.term.id and self.unsaved():
            self.head.put_back(self.term.id)
            raise Refused("表格里还有没保存的格子。请先改好或放弃，再换另一个学期。")
        self.chosen = term
        self.refresh()

    def make(self, key: str) -> Page:
        """Make the page of a step, showing the term's fees."""
        page: Any = self.factories[key](self.changes, self.settings, self.data_folder)
        page.show_plan(self.plan)
        return page

    def ready(self) -> bool:
        """Whether the term has fees."""
        return self.plan is not None

    def go(self, way: str) -> None:
        """Take a way that the page or a step offers; "roster" takes the pupils in, then begins the term's fees."""
        if way != "roster":
            super().go(way)
        elif self.take_roster is not None and self.take_roster():
            self.bring_up_to_date()
            if self.plan is None:
                self.start_new()

    # --- a term without fees

    def copy_last(self) -> None:
        """Begin the term's fees as a copy of the last that there are."""
        if self.term is None:
            return
        last = plan_queries.last_plan(self.term.id)
        if last is None:
            raise Refused("以前的学期都没有收费方案，没有可以复制的。请点“新建收费方案”。")
        step = plan_commands.copy_plan(self.term.id, last.term_id)
        count = len(plan_queries.plan_items(step.made[0]))
        undoing.told(f"已从{last.term_title}复制 {count} 项。有变动的直接改，改过的格子会标出来。", step)
        self.show_key("plan").setFocus()

    def start_new(self) -> None:
        """Begin the term's fees with nothing in them and go on to choosing items."""
        if self.term is None:
            return
        plan_commands.start_plan(self.term.id)
        self.go("plan:new")

    def _invite(self) -> None:
        """Say what the tab is for and offer to begin: a copy of last term's fees, or none."""
        last = plan_queries.last_plan(self.term.id) if self.term else None
        pupils = sum(each.pupils for each in roster.class_sizes(self.term.name.school_year)) if self.term else 0
        ways = [button(f"从{last.term_title}复制", self.copy_last, "copy", primary=True)] if last else []
        ways.append(button("新建收费方案", self.start_new, "add", primary=not last and bool(pupils)))
        if self.take_roster is not None and not pupils:
            ways.insert(0, button("导入学生名册…", self.take_roster, "people", primary=not last))
        title = f"{self.term.title}还没有收费方案" if self.term else "还没有学期"
        count = f"学生名册有 {pupils:,} 人。" if pupils else "学生名册还是空的：收费和告家长书都从名册里取学生。"
        self.invite(invitation("receipt", title, f"{count}\n{_WHAT}", *(ways if self.term else [])))
