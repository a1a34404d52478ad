"""批量修改: tick fields, see old → new of every card, then write all as one step."""

from dataclasses import replace
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QButtonGroup, QCheckBox, QDialog, QGridLayout, QRadioButton, QScrollArea, QWidget

from app.assets import bulk, queries
from app.assets.bulk import CardChange, Change, Preview
from app.assets.fields import FIELD
from app.core.columns import Column, Kind
from app.core.errors import Problem, joined
from app.core.listing import Wish
from app.store.journal import Counted
from ui.assets.card_form import card_fields
from ui.base import jobs, undoing
from ui.base.parts import button, column, label, mark, open_at, row
from ui.forms.form import Field
from ui.grid.grid import Grid
from ui.grid.rows import RowsModel

_COLUMNS = (
    Column("state", "结果", Kind.CHOICE), FIELD["number"].column(), FIELD["name"].column(),
    Column("field", "字段"), Column("old", "原来"), Column("new", "改为"), Column("text", "问题"),
)
_TONES = {"改": "done", "提醒": "warning", "不能改": "danger"}
_EDITOR_PX = 218


class FieldLine:
    """One field: a tick, its editor, and 清空. Typing ticks it; 清空 takes the editor's place."""

    def __init__(self, field: Field) -> None:
        self.field = field
        self.tick, self.editor, self.clear = QCheckBox(field.label), field.editor(), QCheckBox("清空")
        self.clear.setVisible(field.key not in bulk.NEVER_BLANK)
        self.clear.setToolTip(f"把选中卡片的“{field.label}”改成空的")
        self.editor.setFixedWidth(_EDITOR_PX)
        self.editor.set_value(None)     # a choice begins blank: its first word was not chosen by anybody
        self.editor.setAccessibleName(field.label)
        self.editor.edited.connect(lambda: self.tick.setChecked(True))
        self.clear.toggled.connect(self._cleared)
        self.tick.toggled.connect(lambda on: None if on else self.clear.setChecked(False))

    def _cleared(self, on: bool) -> None:
        self.editor.setEnabled(not on)
        if on:
            self.tick.setChecked(True)

    def complaint(self) -> str:
        """Say why what was typed cannot be read, "" when it can or does not count."""
        return self.editor.complaint() if self.tick.isChecked() and not self.clear.isChecked() else ""


class BulkDialog(QDialog):
    """``selected`` are the chosen cards, ``wish`` what the list shows: either may be changed. ``done`` tells how many were."""

    def __init__(self, parent: QWidget | None, selected: list[int], wish: Wish) -> None:
        super().__init__(parent)
        self.setWindowTitle("批量修改")
        self.selected, self.wish, self.done_count, self.seen = selected, wish, 0, Preview()
        self.ids: list[int] = []
        self.lines = {field.key: FieldLine(field) for field in _fields()}
        self.chosen_way = QRadioButton(f"选中的 {len(selected):,} 张卡片")
        word = "符合搜索和筛选的" if wish.narrowed else "台账里的"
        self.all_way = QRadioButton(f"{word}全部 {queries.totals(wish).records:,} 张卡片")
        self.group = QButtonGroup(self)
        for way in (self.chosen_way, self.all_way):
            self.group.addButton(way)
        (self.chosen_way if selected else self.all_way).setChecked(True)
        self.chosen_way.setEnabled(bool(selected))
        self.model = RowsModel(_COLUMNS, _TONES)
        self.grid = Grid(self.model)
        self.grid.horizontalHeader().setSectionsClickable(False)
        self.said = label("勾选左边要修改的字段并填好，点“预览”逐张查看原来和改后的内容。没有勾选的字段不会动。", "hint", wrap=True)
        self.skip = QCheckBox("跳过有问题的卡片")
        self.look, self.write = button("预览", self.preview), button("修改", self.apply, primary=True)
        self._lay_out()
        self._stale()
        for line in self.lines.values():
            line.editor.edited.connect(self._stale)
            line.tick.toggled.connect(self._stale)
            line.clear.toggled.connect(self._stale)
        self.group.buttonToggled.connect(self._stale)
        self.skip.toggled.connect(self._ready)

    def change(self) -> Change:
        """Give what is ticked."""
        ticked = {key: line for key, line in self.lines.items() if line.tick.isChecked()}
        return Change({key: line.editor.value() for key, line in ticked.items() if not line.clear.isChecked()},
                      frozenset(key for key, line in ticked.items() if line.clear.isChecked()))

    def preview(self) -> None:
        """Show old → new of every card; what is wrong with the wish itself is said at its field."""
        problems = [Problem(key, line.complaint()) for key, line in self.lines.items() if line.complaint()]
        problems = problems or bulk.check_change(self.change())
        self._mark({problem.field for problem in problems})
        if problems:
            self._say(joined(problem.text for problem in problems), "error")
            return
        self.ids = self.selected if self.chosen_way.isChecked() else queries.matching_ids(self.wish)
        change, ids = self.change(), self.ids
        jobs.run_job(self, "核对要修改的卡片", lambda progress: bulk.preview(ids, change, progress), self._show)

    def apply(self) -> None:
        """Write what the preview shows, as one step."""
        change, ids, skip = self.change(), self.ids, self.skip.isChecked()
        jobs.run_job(self, "批量修改", lambda progress: bulk.edit_many(ids, change, skip, progress), self._written)

    def _written(self, done: Counted) -> None:
        self.done_count = done.count
        undoing.told(f"已修改 {done.count:,} 张卡片。", done.step)
        self.accept()

    def _show(self, seen: Preview) -> None:
        self.seen = seen
        cards = sorted(seen.cards, key=lambda each: (not each.errors, not each.warnings))
        rows = [each for card in cards for each in _rows(card)]
        self.model.load(lambda limit, offset: rows[offset:offset + limit], len(rows))
        self.grid.fit(measure=True)
        good, wrong = len(seen.cards) - len(seen.wrong), len(seen.wrong)
        words = [f"将修改 {good:,} 张卡片"]
        words += [f"{seen.same:,} 张本来就是这样，不动"] if seen.same else []
        warned = sum(1 for each in seen.cards if each.warnings and not each.errors)
        words += [f"其中 {warned:,} 张请留意"] if warned else []
        words += [f"{wrong:,} 张有问题，不能改"] if wrong else []
        self._say("，".join(words) + "。", "error" if wrong else "")
        self.skip.setVisible(bool(wrong))
        self.write.setText(f"修改 {good:,} 张卡片")
        self.fresh = True
        self._ready()

    def _stale(self, *_: object) -> None:
        """What was previewed is no longer what is ticked: look again before writing."""
        self.fresh, self.seen = False, Preview()
        self.skip.hide()
        self.skip.setChecked(False)
        self.write.setText("修改")
        self._ready()

    def _ready(self, *_: object) -> None:
        good = len(self.seen.cards) - len(self.seen.wrong)
        self.write.setEnabled(self.fresh and good > 0 and (not self.seen.wrong or self.skip.isChecked()))
        self.look.setEnabled(not self.fresh)

    def _say(self, text: str, role: str) -> None:
        self.said.setText(text)
        mark(self.said, role=role)

    def _mark(self, wrong: set[str]) -> None:
        for key, line in self.lines.items():
            mark(line.editor, bad=key in wrong)

    def _lay_out(self) -> None:
        body, grid = QWidget(), QGridLayout()
        for number, line in enumerate(self.lines.values()):
            for place, widget in enumerate((line.tick, line.editor, line.clear)):
                grid.addWidget(widget, number, place, Qt.AlignmentFlag.AlignVCenter)
        grid.setContentsMargins(12, 10, 10, 10)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(6)
        grid.setRowStretch(len(self.lines), 1)
        body.setLayout(grid)
        area = QScrollArea(widgetResizable=True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(body)
        area.setFixedWidth(body.sizeHint().width() + 22)
        right = column(self.said, self.grid, gap=8)
        right.setStretch(1, 1)
        middle = row(area, right, gap=14)
        middle.setStretch(1, 1)
        foot = row(self.skip, None, button("取消", self.reject), self.look, self.write)
        lines = column(row(label("修改哪些"), self.chosen_way, self.all_way, None, gap=16), middle, foot,
                       margins=(20, 16, 20, 16), gap=12)
        lines.setStretch(1, 1)
        self.setLayout(lines)
        open_at(self, 1180, 680)


def _fields() -> list[Field]:
    """Give the card form's fields that can be one and the same for many cards, in the order of ``bulk.FIELDS``."""
    known = {field.key: field for section in card_fields() for field in section.fields}
    known[bulk.REMARK_MORE] = Field(bulk.REMARK_MORE, bulk.FIELDS[bulk.REMARK_MORE])
    return [replace(known[key], width=1, required=False) for key in bulk.titles()]


def _rows(card: CardChange) -> list[tuple[Any, ...]]:
    """Give one row for each field that changes; what is wrong with the card stands in its first row."""
    state = "不能改" if card.errors else "提醒" if card.warnings else "改"
    text = joined((*card.errors, *card.warnings))
    first, later = (state, card.number, card.name), ("", "", "")
    return [(card.id, *(later if number else first), title, old or "空", new or "空", "" if number else text)
            for number, (title, old, new) in enumerate(card.fields)]
