"""导入名册: choose a workbook, see what becomes of every pupil, then take it as one step."""

from dataclasses import replace
from pathlib import Path

from PySide6.QtWidgets import QCheckBox, QLineEdit, QWidget

from app.core.columns import Column, Kind
from app.core.terms import school_year_title
from app.exchange.matching import Question
from app.exchange.problems import folded, row_ranges
from app.school import roster, roster_import, roster_sheets
from app.school.roster_import import RosterOutcome, RosterPlan
from ui.base import jobs, notify, undoing
from ui.base.parts import Choices, button, label, row
from ui.forms.editors import DayEditor
from ui.kit.questions import QuestionBar
from ui.kit.rehearsal import RehearsalDialog, some

WORKBOOKS = "学生名册 (*.xlsx *.xlsm *.xls *.et *.ods *.csv *.txt)"
_ENTRIES = (Column("what", "结果", Kind.CHOICE), Column("class", "班级"), Column("name", "姓名"), Column("detail", "说明"),
            Column("where", "在哪一行"))
_PROBLEMS = (
    Column("level", "", Kind.CHOICE),
    Column("sheet", "工作表", Kind.CODE),
    Column("row", "行", Kind.CODE),
    Column("column", "列", Kind.CODE),
    Column("value", "表上写的", Kind.CODE),
    Column("text", "问题"),
)
_TONES = {"新增": "done", "调班": "warning", "升入": "done", "返校": "accent", "更新": "accent", "不变": "quiet",
          "已离校": "warning", "文件里没有": "danger", "错误": "danger", "提醒": "warning"}
_ORDER = ("调班", "返校", "已离校", "文件里没有", "升入", "更新", "新增", "不变")     # what wants a look comes first


def take_roster(parent: QWidget) -> bool:
    """Ask for the office's roster, show what it would do to this year's, and take it when the person says so; gives whether
    anything came in.
    """
    path = notify.open_file(RosterDialog.title, WORKBOOKS)
    if path is None:
        return False
    dialog = RosterDialog(parent, roster.current_year())
    dialog.open_paths(path)
    taken = bool(dialog.exec())
    dialog.deleteLater()
    return taken


class RosterDialog(RehearsalDialog):
    """Shows what a workbook would do to the roster; nothing is written before the button."""

    title, patterns = "导入名册", WORKBOOKS
    invitation = "请选学校的学生花名册，也可以拖到这里。一张表、一个班一张表都可以，表头里有“姓名”就行。"
    tables = (("学生", _ENTRIES), ("有问题", _PROBLEMS))
    tones = _TONES

    def __init__(self, parent: QWidget | None, year: int) -> None:
        super().__init__(parent)
        self.outcome, self.beside, self.typed_class = RosterOutcome(), "", ""
        self.years = Choices()
        for each in (year, year + 1):
            self.years.addItem(school_year_title(each), each)
        self.day = DayEditor()
        self.day.setFixedWidth(140)
        self.day.set_value(roster.day_in(year))
        self.make = QCheckBox("新建缺少的班级")
        self.make.setChecked(not roster.classes_of(year))   # a school that begins has none: all of them are new
        self.answers: dict[str, str] = {}
        self.questions = QuestionBar(roster_sheets.TITLES, self.day)
        self.questions.answered.connect(self.answer)
        self.one_class = Choices(editable=True)
        self.one_class.setMinimumWidth(160)
        self.one_class.addItems(["", *(name for _, name in roster.classes_of(year))])
        words = QLineEdit(placeholderText="例如 三年级2班")
        self.one_class.setLineEdit(words)
        self.one_class.activated.connect(self._class_typed)
        words.editingFinished.connect(self._class_typed)
        self.of_one = label("这些学生都是")
        self.back = QCheckBox("离校学生返校")
        self.skip = QCheckBox("有问题的行跳过，只导入其余的")
        self.blank = button("另存空白名册…", self.save_blank, flat=True)
        self.blank.setToolTip("一个班一张工作表，填好再从这里导入")
        self.controls.addLayout(row(self.blank, None, label("学年"), self.years, label("调班、返校从"), self.day, label("起")))
        self.foot.addLayout(row(self.of_one, self.one_class, self.make, self.back, self.skip, gap=16))
        self.above.addWidget(self.questions)
        self.years.currentIndexChanged.connect(self._year_changed)
        self.day.edited.connect(self.read)
        self.make.toggled.connect(self.read)
        self.back.toggled.connect(self.read)
        self.skip.toggled.connect(self._ready)
        self._ready()

    def save_blank(self) -> None:
        """Write an empty roster for the office to fill in."""
        path = notify.save_file("另存空白名册", "学生名册.xlsx", "Excel 工作簿 (*.xlsx)")
        if path is not None:
            count = roster_sheets.template(path, self.years.currentData())
            notify.written(f"已写出空白名册，{count} 张工作表：{path}。填好后从这里导入。", path)

    def path(self) -> Path | None:
        """Give the file that was chosen."""
        return self.paths[0] if self.paths else None

    def plan(self) -> RosterPlan:
        """Give how the file is to be imported."""
        return RosterPlan(
            self.years.currentData(),
            self.day.value(),
            self.make.isChecked(),
            self.back.isChecked(),
            self.skip.isChecked(),
            one_class=self.one_class.currentText().strip(),
            answers=tuple(self.answers.items()),
        )

    def open_paths(self, *paths: Path) -> None:
        """Read another file: what was answered about the last one does not hold for it."""
        self.answers.clear()
        self.one_class.setCurrentText("")
        super().open_paths(*paths)

    def answer(self, question: Question, at: int) -> None:
        """Take the answer to a question about the columns, and read again."""
        for name, column in zip(question.names, question.columns, strict=True):
            self.answers[name] = question.key if column == at else ""
        self.read()

    def _class_typed(self, *_: object) -> None:
        """Read again where another class was typed."""
        if self.one_class.currentText().strip() != self.typed_class:
            self.typed_class = self.one_class.currentText().strip()
            self.read()

    def read(self) -> None:
        """Rehearse the import as a job and show what it would do."""
        path, plan = self.path(), replace(self.plan(), skip_bad=False)
        if path is not None and (self.day.value() is not None or not self.day.complaint()):
            jobs.run_job(
                self, "读名册", lambda progress: roster_import.run(path, plan, progress, rehearse=True), self._show
            )

    def write(self) -> None:
        """Import as shown, as one step."""
        path, plan = self.path(), self.plan()
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
        self.load(
            0,
            [
                (
                    0,
                    each.what,
                    each.class_name,
                    each.name,
                    each.detail,
                    (f"{each.sheet} " if several else "") + f"第 {each.row} 行" if each.row else "",
                )
                for each in entries
            ],
        )
        self.load(
            1,
            [
                (0, "错误" if each.level == "error" else "提醒", each.sheet if each.rows else "",
                 row_ranges(each.rows) if each.rows else "全表", each.column, each.value,
                 each.text + (f"（共 {len(each.rows)} 行）" if len(each.rows) > 1 else ""))
                for each in folded(outcome.problems)
            ],
        )
        self.tabs.setCurrentIndex(0 if outcome.entries else 1)
        missing = outcome.counts["文件里没有"]
        self.sum.setText(f"{self.paths[0].name if self.paths else ''}：{outcome.sentence()}。")
        gone = outcome.counts["已离校"]
        parts = [f"文件里还有 {gone} 名已离校的学生，不会动他们。"] if gone else []
        parts += [f"名册里有、文件里没有的 {missing} 人，不会动他们。"] if missing else []
        parts += [f"不导入的列：{some(outcome.unused)}。"] if outcome.unused else []
        parts += [f"缺少的班级：{some(outcome.lacking)}，可勾选“新建缺少的班级”。"] if outcome.lacking else []
        self.beside = "".join(parts)
        self._ready()

    def _ready(self) -> None:
        outcome = self.outcome
        writes = sum(count for what, count in outcome.counts.items() if what not in ("不变", "已离校", "文件里没有"))
        asked = bool(outcome.questions)
        blocked = asked or (outcome.errors > 0 and not self.skip.isChecked())
        self.questions.ask(outcome.questions)
        for widget in (self.of_one, self.one_class):
            widget.setVisible(outcome.classless > 0)
        wrong = "请先回答上面的问题。" if asked else f"有 {outcome.errors} 处错误，见“有问题”。改好后点“重新读取”，或勾选跳过有问题的行。"
        self.offer(writes, "人", wrong if blocked else "", self.beside, blocked)
        self.skip.setVisible(outcome.errors > 0)
        self.make.setVisible(bool(outcome.lacking) or self.make.isChecked())
        self.back.setVisible(outcome.counts["已离校"] > 0 or self.back.isChecked())
        self.blank.setVisible(not self.paths)
        for tool in (self.years, self.day):
            tool.setEnabled(bool(self.paths))

