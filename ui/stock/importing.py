"""导入期初库存: choose the office's stock workbook, see what becomes of every row, then take it as one step."""

from dataclasses import replace
from pathlib import Path

from PySide6.QtWidgets import QCheckBox, QWidget

from app.core import clock
from app.core.columns import Column, Kind
from app.core.errors import Refused
from app.exchange.matching import Question
from app.exchange.problems import folded, row_ranges
from app.stock import importing, queries
from app.stock.importing import StockOutcome, StockPlanIn
from app.store import backup
from app.store.folder import DataFolder
from ui.base import jobs, notify, undoing
from ui.base.parts import Choices, label, row
from ui.forms.editors import DayEditor
from ui.kit.questions import QuestionBar
from ui.kit.rehearsal import RehearsalDialog, some

WORKBOOKS = "库存表 (*.xlsx *.xlsm *.xls *.et *.ods *.csv *.txt)"
_ENTRIES = (
    Column("what", "结果", Kind.CHOICE), Column("name", "品名"), Column("spec", "规格"), Column("unit", "单位", Kind.CHOICE),
    Column("quantity", "数量", Kind.QUANTITY), Column("fen", "金额（元）", Kind.MONEY), Column("where", "在哪一行"))
_PROBLEMS = (
    Column("level", "", Kind.CHOICE), Column("sheet", "工作表", Kind.CODE), Column("row", "行", Kind.CODE), Column("column", "列", Kind.CODE),
    Column("value", "表上写的", Kind.CODE), Column("text", "问题"))
_TONES = {importing.NEW: "done", importing.KNOWN: "accent", importing.EMPTY: "quiet", importing.BAD: "danger", "错误": "danger", "提醒": "warning"}


def import_stock(parent: QWidget, data: DataFolder) -> None:
    """Ask for the workbook, show what it would do, and take it in when the person says so."""
    path = notify.open_file(StockDialog.title, WORKBOOKS)
    if path is None:
        return
    dialog = StockDialog(parent, data)
    dialog.open_paths(path)
    dialog.exec()
    dialog.deleteLater()


class StockDialog(RehearsalDialog):
    """Shows what a workbook would bring into the store; nothing is written before the button."""

    title, patterns = "导入期初库存", WORKBOOKS
    invitation = "请选仓库自己的库存表，也可以拖到这里。表头里有品名、单位、数量、单价或金额就行。"
    tables = (("物品", _ENTRIES), ("有问题", _PROBLEMS))
    tones = _TONES

    def __init__(self, parent: QWidget | None, data: DataFolder) -> None:
        super().__init__(parent)
        self.data_folder, self.outcome = data, StockOutcome()
        self.answers: dict[str, str] = {}
        self.day = DayEditor()
        self.day.setFixedWidth(140)
        self.day.set_value(clock.today())
        self.room = Choices()
        for each in queries.storerooms():
            self.room.addItem(each.name, each.id)
        self.skip, self.twice = QCheckBox("有问题的行跳过，只导入其余的"), QCheckBox("这个文件导入过，再导入一次")
        self.questions = QuestionBar(dict(importing.TITLES), self.day)
        self.questions.answered.connect(self.answer)
        self.controls.addLayout(row(None, label("记在"), self.day, label("放在"), self.room))
        self.foot.addLayout(row(self.skip, self.twice, gap=16))
        self.above.addWidget(self.questions)
        self.day.edited.connect(self.read)
        self.room.currentIndexChanged.connect(self.read)
        self.skip.toggled.connect(self._ready)
        self.twice.toggled.connect(self._ready)
        self._ready()

    def path(self) -> Path | None:
        """Give the file that was chosen."""
        return self.paths[0] if self.paths else None

    def plan(self) -> StockPlanIn:
        """Give how the file is to be taken in."""
        day = self.day.value()
        if day is None:
            raise Refused("请填写期初库存记在哪一天。")
        return StockPlanIn(day, self.room.currentData(), self.skip.isChecked(), self.twice.isChecked(), tuple(self.answers.items()))

    def open_paths(self, *paths: Path) -> None:
        """Read another file: what was answered about the last one does not hold for it."""
        self.answers.clear()
        super().open_paths(*paths)

    def answer(self, question: Question, at: int) -> None:
        """Take the answer to a question about the columns, and read again."""
        for name, column in zip(question.names, question.columns, strict=True):
            self.answers[name] = question.key if column == at else ""
        self.read()

    def read(self) -> None:
        """Rehearse the import as a job and show what it would do."""
        path = self.path()
        if path is not None and self.day.value() is not None:
            plan = replace(self.plan(), skip_bad=False)
            jobs.run_job(self, "读库存表", lambda progress: importing.run(path, plan, progress, rehearse=True), self._show)

    def write(self) -> None:
        """Take the workbook in as shown, as one step."""
        path, plan = self.path(), self.plan()
        if path is not None:
            backup.make(self.data_folder, "导入前")
            jobs.run_job(self, "导入期初库存", lambda progress: importing.run(path, plan, progress), self._written)

    def _written(self, outcome: StockOutcome) -> None:
        if outcome.refused:     # the file was changed since it was read
            self._show(outcome)
            return
        self.accept()
        undoing.told(f"已{outcome.sentence()}。", outcome.step)

    def _show(self, outcome: StockOutcome) -> None:
        self.outcome = outcome
        several = len(outcome.sheets) > 1
        self.load(0, [(0, each.what, each.name, each.spec, each.unit, each.quantity, each.fen,
                       (f"{each.sheet} " if several else "") + f"第 {each.row} 行") for each in outcome.entries])
        self.load(1, [(0, "错误" if each.level == "error" else "提醒", each.sheet, row_ranges(each.rows) if each.rows else "全表", each.column,
                       each.value, each.text + (f"（共 {len(each.rows)} 行）" if len(each.rows) > 1 else "")) for each in folded(outcome.problems)])
        self.tabs.setCurrentIndex(0)
        self.sum.setText(f"{self.paths[0].name if self.paths else ''}：{outcome.sentence()}。")
        self._ready()

    def _ready(self) -> None:
        outcome = self.outcome
        asked = bool(outcome.questions)
        wrong = outcome.errors > 0 and not self.skip.isChecked()
        twice = outcome.twice is not None and not self.twice.isChecked()
        self.questions.ask(outcome.questions)
        said = ("请先回答上面的问题。" if asked else f"有 {outcome.errors} 处错误，见“有问题”。改好后点“重新读取”，或勾选跳过有问题的行。" if wrong
                else f"{outcome.twice.words}。" if twice and outcome.twice else "")
        beside = f"不导入的列：{some(outcome.unused)}。" if outcome.unused else ""
        self.offer(len(outcome.taken), "种", said, beside, asked or wrong or twice)
        self.skip.setVisible(outcome.errors > 0)
        self.twice.setVisible(outcome.twice is not None)
