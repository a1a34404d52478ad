"""实际数量: days eaten, months, copies of each pupil, typed or pasted; what nobody counted goes by the school days."""

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QColor

from app.core.columns import Column, Kind
from app.core.progress import Progress, silent
from app.fees.keys import item_key
from app.fees.money import commands, lists
from app.fees.money.facts import Title
from app.fees.rules import TERM, PlanRow
from app.store.journal import Step
from ui.base import style
from ui.base.changes import Changes
from ui.base.parts import Elided
from ui.fees.memory_table import MemoryTable
from ui.fees.plan_step import required
from ui.forms.form import Field
from ui.grid.rows import Index, RowsModel
from ui.kit.filters import ChoiceFilter

_DISPLAY, _TIP, _INK = (int(role) for role in (
    Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.ForegroundRole))
_EXPECTED = QColor(style.SECOND)


class UsageModel(RowsModel):
    """Shows in brackets, paler, what is reckoned with where nobody counted."""

    expected: Mapping[tuple[int, str], int] = {}

    def data(self, index: Index, role: int = _DISPLAY) -> Any:
        """Give the expected number where there is no counted one."""
        found = super().data(index, role)
        if found in (None, "") and role in (_DISPLAY, _TIP, _INK) and self.waiting(index) is None:
            units = self.expected.get((self.record_at(index.row()), self.columns[index.column()].key))
            if units is not None:
                return {_DISPLAY: f"({units})", _TIP: "还没有录入，先按在校的日子算", _INK: _EXPECTED}[role]
        return found


class UsageList(MemoryTable):
    """The pupils of a class and what they took of the items that are charged by it; made for the items of one plan."""

    title = "实际数量"
    filters = (ChoiceFilter("state", "全部学生", lambda: [(True, "有没录入的"), (False, "都录入了")]),)
    rows_model = UsageModel
    empty_text = "这里没有按实际数量收费的学生。"
    settings_key = "fees_usage"
    search_hint = "搜索姓名"
    record_word = "人"
    row_numbers, internal = False, True
    model: UsageModel

    def __init__(self, titles: Sequence[Title], changes: Changes, settings: QSettings | None) -> None:
        self.class_id = 0
        self.items = [each for each in titles if each.measure != TERM]
        items = [Column(item_key(each.id), f"{each.name}（{each.measure}）", Kind.WHOLE, total=True)
                 for each in self.items]
        self.fields = {each.key: Field(each.key, each.title, "whole") for each in items}
        self.narrowing = {"state": lambda row, wanted: self._lacks(row[0], row) == wanted}
        who = (Column("seat", "序号", Kind.WHOLE, ordinal=True), Column("name", "姓名", Kind.CODE), Column("class", "班级", Kind.CHOICE))
        super().__init__((*who, *items), changes, settings)
        hint = Elided()
        hint.say("伙食按就餐天数、教辅按册数……照考勤表或领取单录入，也可以从 Excel 一列粘贴。括号里的是还没有录入、先按在校日子算的数。"
                 if items else "本学期的项目都按学期收，不用录入实际数量。")
        self.above.addWidget(hint)

    def show_class(self, plan: PlanRow, class_id: int) -> None:
        """Show the pupils of a class (0: of all); in another class than before the cursor stands on the first number."""
        other, self.class_id = (self.plan is None or plan.id != self.plan.id or class_id != self.class_id), class_id
        found = lists.usage(plan.id, class_id or None) if self.items else []
        keys = [each.id for each in self.items]
        self.model.expected = {(row.who.pupil, item_key(item)): row.expected[item] for row in found for item in keys
                               if item in row.expected and item not in row.counted}
        self.grid.layout_of_columns.hide(self.place("class"), bool(class_id))
        self.show_rows(
            plan,
            [
                (
                    row.who.pupil,
                    row.who.seat,
                    row.who.name,
                    row.who.class_name,
                    *(row.counted.get(item) for item in keys),
                )
                for row in found
                if any(item in row.expected for item in keys)
            ],
        )
        if other and self.listed:
            self.grid.choose_cell(0, self.place(item_key(keys[0])))

    def _lacks(self, pupil: int, row: Sequence[Any]) -> bool:
        return any((pupil, item_key(each.id)) in self.model.expected for each in self.items)

    def write(self, changed: Mapping[int, Mapping[str, Any]], added: Sequence[Mapping[str, Any]],
              progress: Progress = silent) -> Step | None:
        """Write the numbers as one step."""
        plan = required(self.plan)
        ids = {item_key(each.id): each.id for each in self.items}
        units = {pupil: {ids[key]: count for key, count in values.items()} for pupil, values in changed.items()}
        return commands.write_usage(plan.id, units).step
