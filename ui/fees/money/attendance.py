"""就餐登记 of a class: pupils × school days of a month, typed by exception; the days that settling uses follow."""

from collections.abc import Mapping
from datetime import date

from PySide6.QtCore import QSettings, Signal

from app.core import clock
from app.core.columns import Column, Kind
from app.core.errors import Refused
from app.core.month_marks import MonthSheet, first_of, month_words
from app.fees.money import attendance, attendance_facts
from app.fees.money.attendance_facts import MARKS
from app.fees.money.facts import Facts
from app.fees.rules import PlanRow
from app.store.journal import Step
from ui.base import notify, undoing
from ui.base.changes import Changes
from ui.base.parts import label
from ui.fees.plan_step import required
from ui.forms.editors import ChoiceEditor
from ui.kit.acts import Act
from ui.kit.month_grid import MonthGrid


class AttendanceList(MonthGrid):
    """For one class at a time; with several items by the day one is chosen beside the month."""

    title = "就餐登记"
    acts = (
        Act("all", "其余都就餐，登记本月", "note_all", "done", primary=True),
        Act("print", "打印登记表", "print_sheet", "print"),
        Act("anew", "按登记重算实际数量", "count_anew", "refresh", menu=True),
        Act("withdraw", "撤回本月登记", "withdraw", "undo", menu=True),
    )
    who = (Column("seat", "序号", Kind.WHOLE, ordinal=True), Column("name", "姓名", Kind.CODE))
    marks = MARKS
    sum_title = "天数"
    empty_text = "请在左边选一个班。这里登记按天收费的项目：谁哪天没有就餐。"
    settings_key = "fees_attendance"
    record_word = "人"
    print_asked = Signal()

    def __init__(self, changes: Changes, settings: QSettings | None) -> None:
        self.plan: PlanRow | None = None
        self.class_id = 0
        super().__init__(changes, settings)
        self.item_label, self.item = label("项目"), ChoiceEditor([])
        self.item.setAccessibleName("项目")
        self.lead.addWidget(self.item_label)
        self.lead.addWidget(self.item)
        self.item.edited.connect(self._show)
        self.month_chosen.connect(self._show)

    def show_class(self, plan: PlanRow, class_id: int, facts: Facts) -> None:
        """Show a class of a plan; for the whole school (0) nothing but what to do."""
        self.plan, self.class_id = plan, class_id
        titles = attendance_facts.by_days(facts)
        kept = self.item.value()
        if [self.item.itemData(at) for at in range(self.item.count())] != [each.id for each in titles]:
            self.item.blockSignals(True)
            self.item.clear()
            for each in titles:
                self.item.addItem(each.name, each.id)
            self.item.set_value(kept if kept in {each.id for each in titles} else titles[0].id if titles else None)
            self.item.blockSignals(False)
        for widget in (self.item_label, self.item):
            widget.setVisible(len(titles) > 1)
        self.offer_months(attendance_facts.months(facts), first_of(clock.today()))
        self._show()

    def _show(self) -> None:
        plan, month, item = self.plan, self.chosen_month(), self.item.value()
        if plan is None or month is None:
            return
        chosen = bool(item and self.class_id)
        self.show_month(attendance.sheet(plan.id, item, self.class_id, month) if chosen else MonthSheet(month, MARKS, (), ()))
        self.model.locked = not plan.allows("record")

    def store(self, changed: Mapping[int, Mapping[date, str]]) -> Step | None:
        """Write the marks; a count that a person typed before stays, and that is said."""
        return self._told(attendance.note_month(*self._chosen(), changed))

    def _told(self, noted: attendance.Noted) -> Step | None:
        if noted.by_hand:
            notify.said(f"有 {noted.by_hand} 名学生的实际数量是手工填的，没有按登记改。要改，请点 ⋯ 里的“按登记重算实际数量”。", tone="warning")
        return noted.step

    def _chosen(self) -> tuple[int, int, int, date]:
        """Give plan, item, class and month; ``Refused`` where one is not chosen."""
        month, item = self.chosen_month(), self.item.value()
        if not item:
            raise Refused("本学期没有按天收的项目，不用登记就餐。")
        if not self.class_id or month is None:
            raise Refused("请先在左边选一个班。")
        return required(self.plan).id, int(item), self.class_id, month

    def able(self) -> Mapping[str, bool]:
        """A class is noted while money may be recorded, withdrawn once it was noted."""
        here = bool(self.class_id and self.item.value() and self.plan is not None and self.plan.allows("record") and self.rows)
        taken = bool(here and self.sheet is not None and self.sheet.taken)
        return {"all": here and not taken, "anew": here, "withdraw": taken}

    # --- acts

    def note_all(self) -> None:
        """Note the month: who has no mark ate on every day."""
        chosen = self._chosen()
        step = self._told(attendance.note_month(*chosen))
        undoing.told(f"已登记{month_words(chosen[-1])}的就餐，实际数量已经算好。", step)

    def count_anew(self) -> None:
        """Let the sheets decide the days of the class, also where a person typed another count."""
        plan, item, class_id, _ = self._chosen()
        undoing.told("已按就餐登记重算这个班的实际数量。", attendance.count_anew(plan, item, class_id))

    def withdraw(self) -> None:
        """Take the month's sheet back with its marks."""
        chosen = self._chosen()
        undoing.told(f"已撤回{month_words(chosen[-1])}的就餐登记。", attendance.withdraw(*chosen))

    def print_sheet(self) -> None:
        """Print the month's sheet, blank where it was not noted yet."""
        self.print_asked.emit()
