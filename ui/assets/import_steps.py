"""The first two steps of the import: the file, then its header row and what each column means."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any, Literal

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QButtonGroup, QCheckBox, QFrame, QGridLayout, QRadioButton

from app.assets import importing, template
from app.assets.fields import TITLE
from app.assets.importing import Duplicates, Outcome, Plan, Source, Twice
from app.assets.sheet_rows import SheetMeant, sheets_meant
from app.core.errors import Refused
from app.exchange.headings import normal_heading
from app.exchange.matching import Question
from app.exchange.reading import SUFFIXES
from ui.assets.import_sheet import SheetGrid
from ui.assets.import_sheets import SheetsDialog
from ui.base import jobs, notify, style
from ui.base.parts import Choices, button, column, label, mark, row
from ui.forms.wizard import Step
from ui.kit.questions import QuestionBar

PATTERNS = f"台账 ({' '.join(f'*{suffix}' for suffix in SUFFIXES)})"


@dataclass
class ImportState:
    """What the steps hand on: the opened workbook, how it is to be read, what the rehearsal found."""

    source: Source | None = None
    plan: Plan | None = None
    outcome: Outcome | None = None
    by_hand: dict[str, str] = field(default_factory=dict)     # normal heading → field key, "" for left out


class ImportStep(Step):
    """A step that knows whether one may go on; ``changed`` asks the wizard to look again."""

    changed = Signal()

    def __init__(self, state: ImportState) -> None:
        super().__init__()
        self.state = state

    @property
    def ready(self) -> bool:
        """Whether the button that goes on may be pressed."""
        return True


def open_source(path: Path) -> tuple[Source, Plan]:
    """Open a workbook and guess how it is to be read; for the worker."""
    source = Source(path)
    return source, source.propose()


def save_template(refuse: Callable[[str], object] = notify.refuse) -> None:
    """Ask where, and write the empty workbook with the school's own words to choose from."""
    path = notify.save_file("另存导入模板", "资产台账导入模板.xlsx", "Excel 工作簿 (*.xlsx)")
    if path is None:
        return
    try:
        template.export_template(path)
    except Refused as trouble:
        refuse(trouble.text)
    else:
        notify.written(f"导入模板已存到“{path.name}”。用 Excel 或 WPS 填好、保存，再用“导入台账”导入它。", path)


# --- the file ----------------------------------------------------------------------------------------------------


class DropPanel(QFrame):
    """A frame to drop a file on."""

    dropped = Signal(Path)

    def __init__(self) -> None:
        super().__init__()
        self.setAcceptDrops(True)
        self.setProperty("role", "drop")
        self.setStyleSheet(f"QFrame[role='drop'] {{ background: {style.PANEL}; border: 1px dashed #b6c0ca; "
                           f"border-radius: 6px; }} QFrame[role='drop'][over='true'] {{ border-color: {style.ACCENT}; "
                           f"background: {style.ACCENT_SOFT}; }}")

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files, one at a time."""
        if len(event.mimeData().urls()) == 1 and event.mimeData().urls()[0].isLocalFile():
            event.acceptProposedAction()
            mark(self, over=True)

    def dragLeaveEvent(self, event: Any) -> None:
        """Look as before."""
        mark(self, over=False)

    def dropEvent(self, event: QDropEvent) -> None:
        """Give the dropped file on."""
        mark(self, over=False)
        event.acceptProposedAction()
        self.dropped.emit(Path(event.mimeData().urls()[0].toLocalFile()))


class FileStep(ImportStep):
    """Choosing the file; what is wrong with it stands under the button. ``opened`` is called once it lies open."""

    title = "选择文件"

    def __init__(self, state: ImportState, opened: Callable[[], object]) -> None:
        super().__init__(state)
        self.opened = opened
        self.name, self.trouble = label("", "section"), label("", "error", wrap=True)
        self.panel = DropPanel()
        self.panel.dropped.connect(self.open)
        words = [label("把学校原有的台账文件拖到这里，或者", "title"),
                 label("能读 Excel 和 WPS 表格（.xlsx、.xls、.et，也包括系统导出的网页和 XML 格式）、.ods 和 .csv。只读取，不会改动原文件。", "hint"),
                 self.name]
        for each in words:
            each.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.trouble.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.choose_button = button("选择文件…", self.choose, "folder")
        self.template_button = button("没有台账？另存一份导入模板，填好再导入", self.save_template, flat=True)
        self.panel.setLayout(column(None, words[0], row(None, self.choose_button, None), words[1],
                                    row(None, self.template_button, None), words[2], self.trouble, None,
                               margins=(24, 24, 24, 24), gap=14))
        self.setLayout(column(self.panel, margins=(0, 0, 0, 0)))

    @property
    def ready(self) -> bool:
        """Whether a file lies open."""
        return self.state.source is not None

    def choose(self) -> None:
        """Let the person choose a file."""
        path = notify.open_file("导入台账", PATTERNS)
        if path:
            self.open(path)

    def save_template(self) -> None:
        """Write the empty workbook; a refusal is said here."""
        save_template(self.trouble.setText)

    def open(self, path: Path) -> None:
        """Open a file beside the window; a refusal is said here."""
        self.name.setText(path.name)
        self.trouble.setText("")
        jobs.run_job(self, f"正在打开“{path.name}”", lambda _progress: open_source(path), self._take, self._refuse)

    def _take(self, found: tuple[Source, Plan]) -> None:
        self.state.source, self.state.plan = found
        self.state.by_hand.clear()
        self.changed.emit()
        self.opened()

    def _refuse(self, error: Exception) -> None:
        if not isinstance(error, Refused):
            raise error
        self.state.source = self.state.plan = None
        self.trouble.setText(error.text)
        self.changed.emit()


# --- header and columns ------------------------------------------------------------------------------------------


_TWICE: tuple[tuple[Twice, str, str], ...] = (
    ("refuse", "当作错误提示我", "后面的一行不导入，列在问题里。"),
    ("renumber", f"另编新号，原号记入“{TITLE['old_number']}”", "第一行保留编号，后面的按编号规则另编。"),
)
_DUPLICATES: tuple[tuple[Duplicates, str, str], ...] = (
    ("refuse", "当作错误提示我", "编号已在台账里的行不导入，列在问题里。"),
    ("skip", "跳过这些行", "台账里已有的卡片保持原样。"),
    ("update", "更新已有卡片（空格不清空）", "表里填了的内容写到已有卡片上，没填的保持原样；下一步逐项对照原来和改后的内容。"),
)


class ColumnsStep(ImportStep):
    """Which sheet, which row is the header, which column holds what, and what to do with numbers known already.

    ``onward`` is called when all of this is settled and the sheet is to be checked.
    """

    title = "表头与列"
    next_text = "检查"

    def __init__(self, state: ImportState, onward: Callable[[], object]) -> None:
        super().__init__(state)
        self.onward = onward
        self.sheet = Choices()
        self.sheet.setMinimumWidth(160)
        self.sheet.activated.connect(lambda _: self._propose(self.sheet.currentText()))
        self.header, self.two_rows = label(), QCheckBox("表头占两行")
        self.two_rows.clicked.connect(self._change_depth)
        self.grid = SheetGrid()
        self.heads = self.grid.heads
        self.heads.chosen.connect(self.choose)
        self.grid.row_clicked.connect(self.take_header)
        self.questions = QuestionBar({spec.key: spec.title for spec in importing.specs()}, self.two_rows)
        self.questions.answered.connect(self.answer)
        self.words = label("", "hint", wrap=True)
        self.kept: dict[str, QRadioButton] = {}
        self.group = QButtonGroup(self)
        for key, text, tip in _DUPLICATES:
            self.kept[key] = QRadioButton(text)
            self.kept[key].setToolTip(tip)
            self.kept[key].clicked.connect(partial(self._keep, key))
            self.group.addButton(self.kept[key])
        self.twice: dict[str, QRadioButton] = {}
        self.second_group = QButtonGroup(self)
        for which, text, tip in _TWICE:
            self.twice[which] = QRadioButton(text)
            self.twice[which].setToolTip(tip)
            self.twice[which].clicked.connect(partial(self._keep_twice, which))
            self.second_group.addButton(self.twice[which])
        self.together = button("", self.choose_sheets, "table")
        top = row(label("工作表"), self.sheet, self.together, self.header, self.two_rows, None, gap=12)
        hint = label("点一下表头所在的行（或移到那一行按空格）；各列上方可改它对应的内容。", "hint")
        bottom = QGridLayout()
        bottom.setHorizontalSpacing(16)
        bottom.setVerticalSpacing(6)
        for number, (words, ways) in enumerate((("编号与台账里已有卡片相同时：", self.kept), ("编号在文件里重复时：", self.twice))):
            bottom.addWidget(label(words), number, 0)
            for at, way in enumerate(ways.values(), start=1):
                bottom.addWidget(way, number, at)
        bottom.setColumnStretch(4, 1)
        below = row(self.words, hint, gap=16)
        below.setStretch(0, 1)
        lines = column(top, self.questions, self.grid, below, bottom, gap=10)
        lines.setStretch(2, 1)
        self.setLayout(lines)

    @property
    def ready(self) -> bool:
        """Whether the name's column is known and every doubt was settled: nothing else must be there."""
        plan, source = self.state.plan, self.state.source
        if plan is None or source is None or not plan.header_row or "name" not in plan.columns.values():
            return False
        return not source.questions(plan)

    def enter(self) -> None:
        """Show the sheet as the plan reads it."""
        source, plan = self.state.source, self.state.plan
        if source is None or plan is None:
            return
        self.sheet.clear()
        self.sheet.addItems(source.sheets)
        self.sheet.setEnabled(len(source.sheets) > 1)
        self.together.setVisible(len(source.sheets) > 1)
        self._show_plan(plan, whole=True)

    def leave(self) -> bool:
        """Rehearse the import; the wizard goes on when that is done."""
        if self.ready and self.state.plan:
            self.state.plan = replace(
                self.state.plan, fields=None
            )  # columns may have changed: all that differs is shown again
            self.onward()
        return False

    def choose_sheets(self) -> None:
        """Let the person tick the sheets that come in together."""
        source, plan = self.state.source, self.state.plan
        if source is not None and plan is not None:
            jobs.run_job(
                self, "正在查看各张工作表", lambda _progress: sheets_meant(source, plan), self._ask_sheets, self._refuse
            )

    def _ask_sheets(self, sheets: list[SheetMeant]) -> None:
        plan = self.state.plan
        if plan is None:
            return
        dialog = SheetsDialog(self, plan, sheets)
        if dialog.exec():
            self._show_plan(replace(plan, also=dialog.also, rooms_by_name=dialog.by_name.isChecked(), sheets_chosen=True))
        dialog.deleteLater()

    def take_header(self, number: int) -> None:
        """Make another row the header."""
        plan = self.state.plan
        if plan and number != plan.header_row:
            self._propose(plan.sheet, number)

    def choose(self, at: int, key: str) -> None:
        """Let a column hold a field; another column that held it is left out from now on."""
        plan, source = self.state.plan, self.state.source
        if plan is None or source is None:
            return
        heads = source.heads(plan)
        plan = replace(plan, answered=plan.answered | {normal_heading(heads[at])} if at < len(heads) else plan.answered)
        for other in [number for number, held in plan.columns.items() if held == key and key and number != at] + [at]:
            heading = normal_heading(heads[other]) if other < len(heads) else ""
            if heading:
                self.state.by_hand[heading] = key if other == at else ""
        self._show_plan(replace(plan, columns=_moved(plan.columns, at, key)))

    def answer(self, question: Question, at: int) -> None:
        """Take the answer to a question: the column that holds the field, or (-1) none of those asked about; for sheets 0: not those."""
        plan, source = self.state.plan, self.state.source
        if plan is None or source is None:
            return
        if question.sheets:
            self._show_plan(source.without(plan, question.sheets if at >= 0 else ()), whole=True)
            return
        if question.elsewhere:
            said = {name: question.key if each == at else "" for each, name in zip(question.columns, question.names, strict=True)}
            self._show_plan(replace(plan, words={**plan.words, **said}))
            return
        plan = replace(plan, answered=plan.answered | set(map(normal_heading, question.heads)))
        if at >= 0:
            columns = _moved(plan.columns, at, question.key)
        else:
            columns = {each: held for each, held in plan.columns.items() if each not in question.columns}
        self._show_plan(replace(plan, columns=columns))

    def _propose(self, sheet: str, header_row: int | None = None, depth: int | None = None) -> None:
        """Read a sheet anew beside the window: one that was never shown may be large."""
        source = self.state.source
        if source is not None:
            jobs.run_job(self, f"正在读取工作表“{sheet}”", lambda _progress: source.propose(sheet, header_row, depth),
                         self._take, self._refuse)

    def _take(self, plan: Plan) -> None:
        standing, source = self.state.plan, self.state.source
        if standing is None or source is None:
            return
        columns = dict(plan.columns)
        for number, head in enumerate(source.heads(plan)):
            chosen = self.state.by_hand.get(normal_heading(head))
            if chosen is not None:
                columns = _moved(columns, number, chosen)
        also = tuple(name for name in standing.sheets if name != plan.sheet) if plan.sheet in standing.sheets else ()
        if not standing.header_row:     # the head was shown by hand: it counts for all sheets that have it
            also = source.with_same_head(plan).also
        self._show_plan(
            replace(
                standing, sheet=plan.sheet, header_row=plan.header_row, depth=plan.depth, columns=columns, also=also
            ),
            whole=True,
        )

    def _refuse(self, error: Exception) -> None:
        if not isinstance(error, Refused):
            raise error
        if self.state.plan is not None:
            self._show_plan(self.state.plan, whole=True)
        self._say(error.text, "error")

    def _show_plan(self, plan: Plan, whole: bool = False) -> None:
        source = self.state.source
        assert source is not None
        self.state.plan = plan
        heads, remembered = source.heads(plan), importing.remembered_columns()
        if whole:
            self.heads.choices = [("", "不导入"), *((spec.key, spec.title) for spec in importing.specs())]
            self.grid.show_sheet(source.workbook.sheet(plan.sheet).rows, plan)
        else:
            self.grid.top.mark_columns(plan)
        marked = frozenset(number for number, head in enumerate(heads)
                           if head and remembered.get(normal_heading(head)) == plan.columns.get(number, ""))
        questions = source.questions(plan)
        asked = frozenset(at for question in questions if not question.elsewhere for at in question.columns)
        reasons = {choice.column: choice.reasons for choice in source.understanding(plan).choices
                   if plan.columns.get(choice.column) == choice.key}
        self.heads.show_columns(self.grid.top.width, plan.columns, marked, asked, reasons)
        self.heads.viewport().update()
        self.questions.ask(questions)
        self.sheet.setCurrentText(plan.sheet)
        last = plan.header_row + plan.depth - 1
        self.header.setText("还没有认出表头" if not plan.header_row else
                            f"表头：第 {plan.header_row} 行" if plan.depth == 1 else f"表头：第 {plan.header_row}—{last} 行")
        self.two_rows.setChecked(plan.depth > 1)
        self.two_rows.setText("表头占三行" if plan.depth == 3 else "表头占两行")
        self.two_rows.setEnabled(bool(plan.header_row))
        self.kept[plan.duplicates].setChecked(True)
        self.twice[plan.twice].setChecked(True)
        self.together.setText(f"共 {len(plan.sheets):,} 张一起导入…" if plan.also else "只导入这一张…")
        self.together.setEnabled(bool(plan.header_row))
        self._say(*self._state_in_words(plan, heads))
        self.changed.emit()

    def _state_in_words(self, plan: Plan, heads: Sequence[str]) -> tuple[str, Literal["hint", "warning", "error"]]:
        if not self.grid.top.width:
            return "这张工作表是空的。请换一张工作表，或返回上一步换一个文件。", "warning"
        if not plan.header_row:
            return f"没有认出表头。请点一下写着“{TITLE['name']}”“{TITLE['quantity']}”这些字的那一行，或换一张工作表。", "warning"
        if "name" not in plan.columns.values():
            return f"还没有指明哪一列是“{TITLE['name']}”。请在那一列的上方选“{TITLE['name']}”。", "warning"
        left = [head for number, head in enumerate(heads) if head and number not in plan.columns]
        more = f"；不导入：{'、'.join(left[:8])}{'……' if len(left) > 8 else ''}" if left else ""
        return f"将读取{f' {len(plan.sheets):,} 张工作表的' if plan.also else ''} {len(plan.columns)} 列{more}。", "hint"

    def _say(self, text: str, role: Literal["hint", "warning", "error"]) -> None:
        self.words.setText(text)
        mark(self.words, role=role)

    def _change_depth(self) -> None:
        plan = self.state.plan
        if plan:
            self._propose(plan.sheet, plan.header_row, 2 if self.two_rows.isChecked() else 1)

    def _keep(self, key: Duplicates, *_: object) -> None:
        if self.state.plan:
            self.state.plan = replace(self.state.plan, duplicates=key)

    def _keep_twice(self, key: Twice, *_: object) -> None:
        if self.state.plan:
            self.state.plan = replace(self.state.plan, twice=key)


def _moved(columns: Mapping[int, str], at: int, key: str) -> dict[int, str]:
    """Give the columns with ``key`` at ``at`` and nowhere else; "" leaves that column out."""
    rest = {number: held for number, held in columns.items() if number != at and held != key}
    return dict(sorted({**rest, **({at: key} if key else {})}.items()))
