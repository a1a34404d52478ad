"""导入名册: choose a workbook, see what becomes of every pupil, then take it as one step."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QDialog, QTabWidget, QWidget

from app.core.columns import Column, Kind
from app.core.terms import school_year_title
from app.school import roster, roster_import, roster_sheets
from app.school.roster_import import RosterOutcome, RosterPlan
from ui.base import jobs, notify, undoing
from ui.base.parts import button, column, label, mark, row
from ui.forms.editors import DayEditor
from ui.grid.grid import Grid
from ui.grid.rows import RowsModel

WORKBOOKS = "学生名册 (*.xlsx *.xlsm *.xls *.et *.ods *.csv *.txt)"
_ENTRIES = (Column("what", "结果", Kind.CHOICE), Column("class", "班级"), Column("name", "姓名"), Column("detail", "说明"),
            Column("where", "在哪一行"))
_PROBLEMS = (Column("level", "", Kind.CHOICE), Column("sheet", "工作表"), Column("row", "行", Kind.WHOLE), Column("column", "列", Kind.CODE),
             Column("value", "表上写的", Kind.CODE), Column("text", "问题"))
_TONES = {"新增": "done", "调班": "warning", "升入": "done", "返校": "accent", "更新": "accent", "不变": "quiet",
          "已离校": "warning", "文件里没有": "danger", "错误": "danger", "提醒": "warning"}
_ORDER = ("调班", "返校", "已离校", "文件里没有", "升入", "更新", "新增", "不变")     # what wants a look comes first
_TABS = ("学生", "有问题")
_MOST_NAMED = 8


class RosterDialog(QDialog):
    """Shows what a workbook would do to the roster; nothing is written before the button."""

    def __init__(self, parent: QWidget | None, year: int) -> None:
        super().__init__(parent)
        self.setWindowTitle("导入名册")
        self.path: Path | None = None
        self.outcome = RosterOutcome()
        self.sum = label("请选学校的学生花名册，也可以拖到这里。一张表、一个班一张表都可以，表头里有“姓名”就行。", "title", wrap=True)
        self.under, self.refused = label("", "hint", wrap=True), label("", "error", wrap=True)
        self.years = QComboBox()
        for each in (year, year + 1):
            self.years.addItem(school_year_title(each), each)
        self.day = DayEditor()
        self.day.setFixedWidth(140)
        self.day.set_value(roster.day_in(year))
        self.make = QCheckBox("新建缺少的班级")
        self.back = QCheckBox("离校学生返校")
        self.skip = QCheckBox("有问题的行跳过，只导入其余的")
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.models = [RowsModel(columns, _TONES) for columns in (_ENTRIES, _PROBLEMS)]
        self.grids = [Grid(model) for model in self.models]
        for title, grid in zip(_TABS, self.grids, strict=True):
            grid.horizontalHeader().setSectionsClickable(False)
            self.tabs.addTab(grid, title)
        self.again = button("重新读取", self.read, "refresh")
        self.again.setToolTip("在 Excel 里改好并保存之后，从这里再读一次")
        self.take = button("导入", self.write, primary=True)
        self.blank = button("另存空白名册…", self.save_blank, flat=True)
        self.blank.setToolTip("一个班一张工作表，填好再从这里导入")
        first = row(button("选文件…", self.choose, "folder"), self.again, self.blank, None, label("学年"), self.years,
                    label("调班、返校从"), self.day, label("起"))
        lines = column(first, self.sum, self.under, self.refused, self.tabs,
                       row(self.make, self.back, self.skip, None, button("取消", self.reject), self.take), margins=(20, 16, 20, 16), gap=10)
        lines.setStretch(4, 1)
        self.setLayout(lines)
        room = self.screen().availableGeometry()
        self.resize(min(1080, room.width() - 60), min(640, room.height() - 70))
        self.setAcceptDrops(True)
        self.years.currentIndexChanged.connect(self._year_changed)
        self.day.edited.connect(self.read)
        self.make.toggled.connect(self.read)
        self.back.toggled.connect(self.read)
        self.skip.toggled.connect(self._ready)
        self._ready()

    def choose(self) -> None:
        """Let the person choose a file, then read it."""
        path = notify.open_file("导入学生名册", WORKBOOKS)
        if path is not None:
            self.open_path(path)

    def save_blank(self) -> None:
        """Write an empty roster for the office to fill in."""
        path = notify.save_file("另存空白名册", "学生名册.xlsx", "Excel 工作簿 (*.xlsx)")
        if path is not None:
            count = roster_sheets.template(path, self.years.currentData())
            notify.said(f"已写出空白名册，{count} 张工作表：{path}。填好后从这里导入。")

    def open_path(self, path: Path) -> None:
        """Read a file that was chosen or dropped."""
        self.path = path
        self.read()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take a file that is dragged here."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Read the first file that was dropped."""
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            event.acceptProposedAction()
            self.open_path(paths[0])

    def plan(self) -> RosterPlan:
        """Give how the file is to be imported."""
        return RosterPlan(self.years.currentData(), self.day.value(), self.make.isChecked(), self.back.isChecked(), self.skip.isChecked())

    def read(self) -> None:
        """Rehearse the import as a job and show what it would do."""
        path, plan = self.path, replace(self.plan(), skip_bad=False)
        if path is not None and (self.day.value() is not None or not self.day.complaint()):
            jobs.run_job(self, "读名册", lambda progress: roster_import.run(path, plan, progress, rehearse=True), self._show)

    def write(self) -> None:
        """Import as shown, as one step."""
        path, plan = self.path, self.plan()
        if path is not None:
            jobs.run_job(self, "导入名册", lambda progress: roster_import.run(path, plan, progress), self._written)

    def _written(self, outcome: RosterOutcome) -> None:
        if outcome.refused:     # the file was changed since it was read
            self._show(outcome)
            return
        self.accept()
        undoing.told(f"{outcome.sentence()}。", outcome.step)

    def _year_changed(self) -> None:
        self.day.set_value(roster.day_in(self.years.currentData()))
        self.read()

    def _show(self, outcome: RosterOutcome) -> None:
        self.outcome = outcome
        order = {what: place for place, what in enumerate(_ORDER)}
        entries = sorted(outcome.entries, key=lambda each: order[each.what])
        several = len(outcome.sheets) > 1
        self._load(0, [(0, each.what, each.class_name, each.name, each.detail,
                        (f"{each.sheet} " if several else "") + f"第 {each.row} 行" if each.row else "") for each in entries])
        self._load(1, [(0, "错误" if each.level == "error" else "提醒", each.sheet if each.row else "", each.row or None, each.column,
                        each.value, each.text) for each in outcome.problems])
        self.tabs.setCurrentIndex(0 if outcome.entries else 1)
        missing = outcome.counts["文件里没有"]
        self.sum.setText(f"{self.path.name if self.path else ''}：{outcome.sentence()}。")
        gone = outcome.counts["已离校"]
        parts = [f"文件里还有 {gone} 名已离校的学生，不会动他们。"] if gone else []
        parts += [f"名册里有、文件里没有的 {missing} 人，不会动他们。"] if missing else []
        parts += [f"不导入的列：{_some(outcome.unused)}。"] if outcome.unused else []
        parts += [f"缺少的班级：{_some(outcome.lacking)}，可勾选“新建缺少的班级”。"] if outcome.lacking else []
        self.under.setText("".join(parts))
        self._ready()

    def _load(self, number: int, rows: Sequence[tuple[Any, ...]]) -> None:
        self.models[number].load(lambda limit, offset: rows[offset:offset + limit], len(rows))
        self.grids[number].fit(measure=True)
        self.tabs.setTabText(number, f"{_TABS[number]} {len(rows):,}")

    def _ready(self) -> None:
        outcome = self.outcome
        writes = sum(count for what, count in outcome.counts.items() if what not in ("不变", "已离校", "文件里没有"))
        blocked = outcome.errors > 0 and not self.skip.isChecked()
        self.refused.setText(f"有 {outcome.errors} 处错误，见“有问题”。改好后点“重新读取”，或勾选跳过有问题的行。" if blocked else "")
        self.refused.setVisible(blocked)
        mark(self.refused)
        self.under.setVisible(bool(self.under.text()))
        self.take.setText(f"导入 {writes:,} 人" if writes else "导入")
        self.take.setEnabled(writes > 0 and not blocked)
        self.skip.setVisible(outcome.errors > 0)
        self.make.setVisible(bool(outcome.lacking) or self.make.isChecked())
        self.back.setVisible(outcome.counts["已离校"] > 0 or self.back.isChecked())
        self.blank.setVisible(self.path is None)
        self.again.setVisible(self.path is not None)
        for tool in (self.again, self.years, self.day):
            tool.setEnabled(self.path is not None)


def _some(words: Sequence[str]) -> str:
    return "、".join(words[:_MOST_NAMED]) + ("等" if len(words) > _MOST_NAMED else "")
