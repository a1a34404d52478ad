"""The slips of a class: Enter = came back and agrees to all; an exception is typed in the item it concerns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from PySide6.QtCore import QSettings, Signal
from PySide6.QtWidgets import QFrame

from app.core import clock
from app.core.columns import Column, Kind
from app.core.errors import Invalid, Problem, Refused
from app.core.progress import Progress, silent
from app.fees.keys import item_key
from app.fees.letters import commands, queries
from app.fees.letters.queries import LetterRow
from app.fees.letters.replies import ReplyDraft, ReplyRow, agreeing, as_typed
from app.fees.rules import PlanRow
from app.store.journal import Step
from ui.base import undoing
from ui.base.changes import Changes
from ui.base.parts import Elided, label, mark, row
from ui.fees.class_list import ClassList
from ui.forms.editors import WRONG, DayEditor
from ui.forms.form import Field
from ui.grid.rows import Index, Row, RowsModel
from ui.kit.acts import Act
from ui.kit.filters import ChoiceFilter

BACK, OUT = "已交", "未交"
AGREED, REFUSED = "同意", "不同意"
_SHORT = {
    **dict.fromkeys(("1", "√", "✓", "v", "y", "是", "要"), AGREED),
    **dict.fromkeys(("0", "2", "×", "x", "n", "不", "否", "不要"), REFUSED),
}
_WORDS: dict[bool | None, str | None] = {True: AGREED, False: REFUSED, None: None}


@dataclass(frozen=True)
class AnswerField(Field):
    """同意 or 不同意, or the one sign that means it: 1 √ 要, 0 × 不; nothing is no answer."""

    def read(self, text: str) -> Any:
        """Give True, False, or None for no answer."""
        text = text.strip()
        return super().read(_SHORT.get(text.lower(), text)) if text else None


class SlipsModel(RowsModel):
    """Only items that a pupil's grade is asked about can be answered."""

    asked: Mapping[int, frozenset[str]] = {}     # pupil → columns of the items he is asked about
    items: frozenset[str] = frozenset()

    def field_at(self, index: Index) -> Field | None:
        """Give the field of a cell, None for an item that the pupil is not asked about."""
        key = self.columns[index.column()].key
        if key in self.items and key not in self.asked.get(self.record_at(index.row()), ()):
            return None
        return super().field_at(index)


class SlipsList(ClassList):
    """The pupils of a class, or of all, with their slips; made for the voluntary items of one plan."""

    title = "回执"
    acts = (
        Act("all", "全班同意，除…", "take_class", "done", primary=True),
        Act("missing", "未交名单", "show_missing", "filter"),
        Act("remind", "印催交", "print_reminders", "print"),
        Act("counts", "打印回执统计表", "print_counts", "print", menu=True),
        Act("back", "选中的都已交并同意", "take_chosen", "checkmark", needs="some", menu=True),
        Act("out", "选中的改回未交", "take_back", "undo", needs="some", menu=True),
    )
    filters = (ChoiceFilter("state", "全部学生", lambda: [(word, word) for word in (OUT, BACK)]),)
    tones = {BACK: "done", OUT: "warning", REFUSED: "danger"}
    rows_model = SlipsModel
    empty_text = "这个班还没有学生。请先在“设置—学生名册”里录入或导入。"
    settings_key = "fee_slips"
    search_hint = "搜索姓名"
    others_above = "下面都交了，上面还有 {} 人没交。"
    reminders_asked = Signal()
    counts_asked = Signal()
    model: SlipsModel

    def __init__(self, titles: Sequence[tuple[int, str]], changes: Changes, settings: QSettings | None) -> None:
        self.titles = list(titles)
        self.letter: LetterRow | None = None
        self.slips: dict[int, ReplyRow] = {}
        items = [Column(item_key(item), name, Kind.CHOICE) for item, name in titles]
        columns = (
            Column("seat", "序号", Kind.WHOLE, ordinal=True),
            Column("name", "姓名"),
            Column("class", "班级", Kind.CHOICE),
            Column("state", "回执", Kind.CHOICE),
            Column("returned_on", "收回日期", Kind.DAY),
            *items,
            Column("remark", "备注"),
        )
        self.fields = {
            "returned_on": Field("returned_on", "收回日期", "day"),
            "remark": Field("remark", "备注"),
            **{
                each.key: AnswerField(each.key, each.title, "choice", choices=[(True, AGREED), (False, REFUSED)])
                for each in items
            },
        }
        self.narrowing = {"state": lambda row, wanted: row[self.place("state") + 1] == wanted}
        super().__init__(columns, changes, settings)
        self.model.items = frozenset(each.key for each in items)
        self.day, self.hint = DayEditor(), Elided()
        self.day.set_value(clock.today())
        self.day.setFixedWidth(118)
        self.day.setAccessibleName("收回日期")
        self.hint.say("回车 = 交回、全部同意，并到下一人；不同意的在项目格里输入“不”。" if items else "回车 = 交回，并到下一人。")
        line, band = row(label("收回日期"), self.day, self.hint, None, margins=(10, 5, 10, 5)), QFrame()
        line.setStretch(2, 100)
        band.setLayout(line)
        mark(band, role="panel")
        self.above.addWidget(band)

    # --- what is shown

    def show_class(self, plan: PlanRow, letter: LetterRow, class_id: int) -> None:
        """Show the slips of a class (0: of all); the cursor stands on the first that is still out."""
        other = self.letter is None or (letter.id, class_id) != (self.letter.id, self.class_id)
        self.letter = letter
        classes = {each.id: each.class_name for each in queries.addressed(letter, class_id or None)}
        self.slips = {each.pupil: each for each in queries.reply_rows(letter.id, class_id or None)}
        self.model.asked = {each.pupil: frozenset(map(item_key, each.choices)) for each in self.slips.values()}
        asked = {item for each in self.slips.values() for item in each.choices}
        for item, _ in self.titles:
            self.grid.layout_of_columns.hide(self.place(item_key(item)), item not in asked)
        self.show_pupils(plan, class_id, [self._row(each, classes[each.pupil]) for each in self.slips.values()], other)
        self.model.locked = letter.by_item and not plan.allows("answer")    # what was settled by stays as it was
        self.selection_changed()

    def _row(self, slip: ReplyRow, class_name: str) -> Row:
        return (slip.pupil, slip.seat, slip.name, class_name, BACK if slip.returned_on else OUT, slip.returned_on,
                *(_WORDS[slip.choices.get(item)] for item, _ in self.titles), slip.remark)

    def able(self) -> Mapping[str, bool]:
        """A whole class can be counted where one is chosen."""
        return {"all": bool(self.class_id and self.slips) and not self.model.locked}

    # --- counting

    def write(self, changed: Mapping[int, Mapping[str, Any]], added: Sequence[Mapping[str, Any]],
              progress: Progress = silent) -> Step | None:
        """Store what was typed or pasted. An answer says that the slip came back; what it does not say is agreed to."""
        drafts = {pupil: self._typed(self.slips[pupil], values) for pupil, values in changed.items()
                  if pupil in self.slips}
        return self._store(drafts, {pupil: next(iter(values)) for pupil, values in changed.items()})

    def _typed(self, slip: ReplyRow, values: Mapping[str, Any]) -> ReplyDraft:
        answers = {item: values[item_key(item)] for item in slip.choices if item_key(item) in values}
        return as_typed(slip, answers, values, self.came_on)

    def _store(self, drafts: Mapping[int, ReplyDraft], typed: Mapping[int, str]) -> Step | None:
        """Write slips; a problem is told at the cell it came from."""
        letter = self._letter()
        try:
            return commands.set_replies(letter.id, drafts)
        except Invalid as wrong:
            raise Invalid(
                [
                    Problem(
                        each.field if each.field in self.fields else typed.get(each.row or 0, each.field),
                        each.text,
                        each.level,
                        row=each.row,
                    )
                    for each in wrong.problems
                ]
            ) from None

    def came_on(self) -> date:
        """Give the day that is set; ``Invalid`` for one that cannot be read."""
        day: date | None = self.day.value()
        if day is None:
            raise Invalid([Problem("day", f"收回日期：{WRONG['day']}。" if self.day.complaint() else "请先填上面的收回日期。")])
        return day

    def enter(self, record_id: int, column_key: str) -> bool:
        """Count a slip as come back, agreeing to all, and go on to the next that is out; one that is back stays as it is."""
        slip = self.slips.get(record_id)
        if slip is None or self.model.locked:
            return False
        following = self.next_waiting(record_id)
        if slip.returned_on is None:
            self._store({record_id: agreeing(slip, self.came_on())}, {})
        self.go_on(following)
        return True

    def waits(self, pupil: int) -> bool:
        """Whether a pupil's slip is out."""
        return self.slips[pupil].returned_on is None

    def go_to(self, pupil: int | None, key: str = "") -> None:
        """Put the cursor on a pupil's slip, in the column it stands in where that is typed in."""
        column = self.grid.currentIndex().column()
        here = self.columns[column].key if column >= 0 else ""
        first = item_key(self.titles[0][0]) if self.titles else "returned_on"
        super().go_to(pupil, key or (here if here in self.fields else first))

    # --- acts

    def take_class(self) -> None:
        """Count the whole class: all agree, but for the exceptions typed."""
        from ui.fees.letters.slip_exceptions import ask_exceptions

        if not self.class_id:
            raise Refused("请先在左边选一个班，再整班登记。")
        ask_exceptions(self, self._letter(), self.class_id, self.titles, self.came_on())

    def take_chosen(self) -> None:
        """Count the chosen slips as come back, agreeing to all; those that are back stay as they are."""
        chosen = [self.slips[pupil] for pupil in self.selected_ids() if self.slips[pupil].returned_on is None]
        if not chosen:
            raise Refused("选中的学生都已交回执。")
        step = self._store({slip.pupil: agreeing(slip, self.came_on()) for slip in chosen}, {})
        undoing.told(f"已登记 {len(chosen)} 份回执，全部同意。", step)

    def take_back(self) -> None:
        """Take the chosen slips back: they have not come."""
        chosen = [pupil for pupil in self.selected_ids() if self.slips[pupil].returned_on]
        if not chosen:
            raise Refused("选中的学生都还没交回执。")
        step = self._store({pupil: ReplyDraft() for pupil in chosen}, {})
        undoing.told(f"{len(chosen)} 份回执已改回未交，意见一并去掉。", step)

    def show_missing(self) -> None:
        """Show only whose slip is still out; once more shows all again."""
        box = self.boxes["state"]
        box.set_value(None if box.value() == OUT else OUT)
        self.reload()
        self.grid.setFocus()

    def print_reminders(self) -> None:
        """Print the letter again for whose slip is still out."""
        if not any(each.returned_on is None for each in self.slips.values()):
            raise Refused("这里的回执都收齐了，没有要催交的。")
        self.reminders_asked.emit()

    def print_counts(self) -> None:
        """Print how many slips came back, class by class."""
        self.counts_asked.emit()

    def _letter(self) -> LetterRow:
        if self.letter is None:
            raise Refused("请先选一封带回执的信。")
        return self.letter
