"""The last step of the import: what will come in, what is new, and every problem at once."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtWidgets import QButtonGroup, QCheckBox, QDialog, QPlainTextEdit, QPushButton, QRadioButton, QWidget

from app.assets.importing import Outcome, specs
from app.core.columns import Column, Kind
from app.core.money import format_fen
from app.exchange.problems import RowProblem, Told, folded, row_ranges
from ui.assets.import_steps import ImportState, ImportStep
from ui.assets.import_updates import UpdatesView
from ui.base.icons import icon
from ui.base.parts import button, column, label, mark, open_at, row
from ui.grid.grid import Grid
from ui.grid.rows import RowsModel

_WORDS = {"error": "错误", "warning": "提醒"}
_COLUMNS = (
    Column("level", "级别", Kind.CHOICE),
    Column("sheet", "工作表", Kind.CODE),
    Column("row", "行", Kind.CODE, 30),
    Column("column", "列", Kind.CODE),
    Column("value", "原值", Kind.CODE),
    Column("text", "问题"),
)


class ProblemsView(QWidget):
    """All problems of a run, errors first; the chosen one stands below in full."""

    def __init__(self) -> None:
        super().__init__()
        self.problems: list[Told] = []
        self.listed: list[Told] = []
        self.level = ""
        self.model = RowsModel(_COLUMNS, {"错误": "danger", "提醒": "warning"})
        self.grid = Grid(self.model)
        self.grid.horizontalHeader().setSectionsClickable(False)
        self.grid.horizontalHeader().setStretchLastSection(True)
        self.grid.setMinimumHeight(96)
        self.whole = label("", "hint", wrap=True)
        self.ways: dict[str, QPushButton] = {}
        self.group = QButtonGroup(self)
        for level in ("", "error", "warning"):
            way = button("", partial(self.narrow, level))
            way.setCheckable(True)
            self.ways[level] = way
            self.group.addButton(way)
        self.bar = row(*self.ways.values(), None)
        lines = column(self.bar, self.grid, self.whole, gap=8)
        lines.setStretch(1, 1)
        self.setLayout(lines)
        self.grid.selectionModel().currentRowChanged.connect(lambda now, _old: self._tell(now.row()))

    def show_problems(self, problems: Sequence[RowProblem]) -> None:
        """Show what a run found, one line a kind; the filter goes back to all. The sheet is named where there is more than one."""
        self.problems = sorted(folded(problems), key=lambda each: (each.level != "error", bool(each.rows)))
        self.grid.setColumnHidden(1, len({each.sheet for each in problems if each.row}) < 2)
        counts: Counter[str] = Counter(each.level for each in self.problems)
        for level, way in self.ways.items():
            count = counts[level] if level else len(self.problems)
            way.setText(f"{_WORDS.get(level, '全部')} {count:,}")
            way.setVisible(not level or bool(count))
        self.narrow("")

    def narrow(self, level: str) -> None:
        """Show only errors, only warnings, or ("") all."""
        for each, way in self.ways.items():
            way.setChecked(each == level)
            mark(way, set=each == level)
        self.listed = [each for each in self.problems if level in ("", each.level)]
        self.model.load(
            lambda limit, offset: [_row(each) for each in self.listed[offset : offset + limit]], len(self.listed)
        )
        self.grid.fit(measure=True)
        self._tell(-1)

    def _tell(self, number: int) -> None:
        chosen = self.listed[number] if 0 <= number < len(self.listed) else None
        self.whole.setText(_in_full(chosen, not self.grid.isColumnHidden(1)) if chosen else "")


def _row(problem: Told) -> tuple[object, ...]:
    rows = row_ranges(problem.rows) if problem.rows else "全表"
    return (0, _WORDS[problem.level], problem.sheet if problem.rows else "", rows, problem.column, problem.value, problem.text)


def _in_full(problem: Told, with_sheet: bool) -> str:
    where = f"{f'“{problem.sheet}”' if with_sheet and problem.rows else ''}{problem.where}"
    where += f"（共 {len(problem.rows):,} 行）" if len(problem.rows) > 1 else ""
    return "　".join(filter(None, (where, problem.column, problem.value and f"“{problem.value}”", problem.text)))


class ProblemsDialog(QDialog):
    """The problems of an import that is done, to look at once more."""

    def __init__(self, parent: QWidget | None, problems: Sequence[RowProblem]) -> None:
        super().__init__(parent)
        self.setWindowTitle("导入时的问题")
        open_at(self, 900, 480)
        view = ProblemsView()
        view.show_problems(problems)
        self.setLayout(
            column(view, row(None, button("关闭", self.accept, primary=True)), margins=(20, 16, 20, 16), gap=12)
        )


class CheckStep(ImportStep):
    """Shows the rehearsal and lets the person choose: all, or only the good rows. Nothing has been written yet."""

    title = "检查结果"

    def __init__(self, state: ImportState, read_again: Callable[[], object], save_bad: Callable[[], object],
                 update_only: Callable[[frozenset[str]], object]) -> None:
        super().__init__(state)
        self.sentence, self.more, self.how = label("", "title", wrap=True), label("", "hint", wrap=True), label("", "hint", wrap=True)
        self.trouble = label("", "error", wrap=True)
        self.shown_names = ""
        self.names = {kind: button("", partial(self.show_names, kind), flat=True)
                      for kind in ("places", "people", "departments")}
        self.listed = QPlainTextEdit(readOnly=True)
        self.listed.setFixedHeight(92)
        self.problems = ProblemsView()
        self.fine = label("没有发现问题。", "section")
        self.updates = UpdatesView(update_only)
        self.sides = {
            True: button("", partial(self.show_side, True)),
            False: button("", partial(self.show_side, False)),
        }
        self.side_group = QButtonGroup(self)
        for side_way in self.sides.values():
            side_way.setCheckable(True)
            self.side_group.addButton(side_way)
        self.save = button("另存问题行…", save_bad, "save")
        self.again = button("重新读取文件", read_again, "refresh")
        self.again.setToolTip("在 Excel 里改好并保存之后，从这里再读一次")
        self.problems.bar.addWidget(self.save)
        self.once_more = QCheckBox("再导入一次（原来导入的不动，会重复登记）")
        self.once_more.toggled.connect(self._choose_again)
        self.all_rows = QRadioButton("全部导入")
        self.good_rows = QRadioButton("")
        self.choice = QButtonGroup(self)
        for way in (self.all_rows, self.good_rows):
            self.choice.addButton(way)
            way.toggled.connect(lambda _: self.changed.emit())
        names = row(row(*self.sides.values()), *self.names.values(), None, self.again, gap=12)
        lines = column(
            self.sentence,
            self.how,
            self.more,
            self.trouble,
            names,
            self.listed,
            self.updates,
            self.problems,
            self.fine,
            self.once_more,
            row(self.all_rows, self.good_rows, None, gap=20),
            gap=8,
        )
        lines.setStretch(6, 100)
        lines.setStretch(7, 100)
        lines.addStretch(1)
        self.setLayout(lines)

    @property
    def ready(self) -> bool:
        """Whether something may be imported as the choice stands."""
        outcome = self.state.outcome
        if outcome is None or not outcome.imported + outcome.updated or (outcome.twice and not self.once_more.isChecked()):
            return False
        return self.good_rows.isChecked() if outcome.errors else True

    @property
    def only_good(self) -> bool:
        """Whether rows with errors stay out."""
        return bool(self.state.outcome and self.state.outcome.errors)

    @property
    def next_text(self) -> str:  # type: ignore[override]  # the words follow the choice
        """Give the words of the button that imports."""
        outcome = self.state.outcome
        return f"导入 {outcome.imported + outcome.updated:,} 行" if outcome and self.ready else "导入"

    def enter(self) -> None:
        """Show the rehearsal."""
        outcome = self.state.outcome
        if outcome is None:
            return
        self.once_more.setVisible(outcome.twice is not None and outcome.imported + outcome.updated > 0)
        self.once_more.setChecked(False)
        self.sentence.setText(in_words(outcome))
        self.how.setText(how_read(self.state))
        self.more.setText(_also(outcome))
        self.more.setVisible(bool(self.more.text()))
        self.say("")
        for kind, title in (("places", "新地点"), ("people", "新人员"), ("departments", "新部门")):
            count = len(getattr(outcome, kind))
            self.names[kind].setText(f"{title} {count:,} 个")
            self.names[kind].setVisible(bool(count))
        self.show_names("")
        self.problems.show_problems(outcome.problems)
        anew = self.state.plan is None or self.state.plan.fields is None
        if anew:
            self.updates.offer(outcome.fields, {spec.key: spec.title for spec in specs()})
        self.updates.show_updates(outcome)
        self.sides[True].setText(f"更新对照 {outcome.updated:,} 张")
        self.sides[False].setText(f"问题 {len(self.problems.problems):,}")
        for widget, shown in ((self.save, bool(outcome.bad_rows)), (self.all_rows, outcome.errors > 0),
                              (self.good_rows, outcome.errors > 0)):
            widget.setVisible(shown)
        for side_way in self.sides.values():
            side_way.setVisible(self.has_updates and bool(outcome.problems))
        if anew or not self.has_updates:
            self.show_side(self.has_updates and not outcome.errors)
        good = outcome.imported + outcome.updated
        self.all_rows.setText("全部导入（先改好上面的错误）")
        self.all_rows.setEnabled(False)
        self.good_rows.setText(f"只导入没有问题的 {good:,} 行，并另存有问题的 {len(outcome.bad_rows):,} 行")
        self.good_rows.setEnabled(good > 0)
        self.choice.setExclusive(False)
        for way in (self.all_rows, self.good_rows):
            way.setChecked(False)
        self.choice.setExclusive(True)
        self.changed.emit()

    @property
    def has_updates(self) -> bool:
        """Whether cards there are differ from what the file says, be it in fields that are not ticked."""
        return bool(self.updates.fields and self.updates.fields.nodes)

    def show_side(self, updates: bool) -> None:
        """Show old → new of the cards there are, or the problems."""
        for side, way in self.sides.items():
            way.setChecked(side == updates)
            mark(way, set=side == updates)
        problems = bool(self.state.outcome and self.state.outcome.problems)
        self.updates.setVisible(updates)
        self.problems.setVisible(not updates and problems)
        self.fine.setVisible(not updates and not problems)

    def _choose_again(self, again: bool) -> None:
        """Let a file that was imported before come in once more, or not."""
        if self.state.plan is not None:
            self.state.plan = replace(self.state.plan, again=again)
        self.changed.emit()

    def say(self, trouble: str) -> None:
        """Say why a request could not be met."""
        self.trouble.setText(trouble)
        self.trouble.setVisible(bool(trouble))

    def show_names(self, kind: str) -> None:
        """Open the list of new places, people or departments; a second time closes it."""
        outcome = self.state.outcome
        self.shown_names = "" if kind == self.shown_names else kind
        self.listed.setVisible(bool(self.shown_names))
        for each, way in self.names.items():
            way.setIcon(icon("chevron_down" if each == self.shown_names else "chevron_right"))
        if outcome and self.shown_names:
            self.listed.setPlainText("\n".join(getattr(outcome, self.shown_names)))


def how_read(state: ImportState) -> str:
    """Say which heading was taken for what, so that nobody has to go back to the columns to see it."""
    if state.source is None or state.plan is None:
        return ""
    titles, heads = {spec.key: spec.title for spec in specs()}, state.source.heads(state.plan)
    read = [(heads[at] if at < len(heads) else "", titles.get(key, key)) for at, key in state.plan.columns.items()]
    alike = [title for head, title in read if head == title]
    other = [f"{head or '（没有标题）'}→{title}" for head, title in read if head != title]
    left = [head for at, head in enumerate(heads) if head and at not in state.plan.columns]
    said = [*other, *(["、".join(alike)] if alike else [])]
    return f"读作：{'，'.join(said)}。" + (f"不导入：{'、'.join(left)}。" if left else "")


def in_words(outcome: Outcome) -> str:
    """Say what the import will do, in one sentence."""
    if not outcome.imported + outcome.updated:
        return "没有可以导入的行。" if outcome.bad_rows else "表里没有要导入的新内容。"
    parts = []
    if outcome.imported:
        sheets = f"从 {len(outcome.sheets):,} 张工作表" if len(outcome.sheets) > 1 else ""
        parts.append(f"将{sheets}导入 {outcome.imported:,} 张卡片、{outcome.pieces:,} 件、{format_fen(outcome.fen)} 元")
    if outcome.updated:
        parts.append(f"{'' if parts else '将'}更新已有卡片 {outcome.updated:,} 张")
    return "，".join(parts) + "。"


def _also(outcome: Outcome) -> str:
    parts = []
    if outcome.twice:
        parts.append(outcome.twice.words + ("，再导入会重复登记" if outcome.imported else ""))
    if outcome.bad_rows:
        parts.append(f"{len(outcome.bad_rows):,} 行有错误，不能导入")
    if outcome.known:
        parts.append(f"其中 {outcome.known:,} 行的编号台账里已有，可返回上一步改选“更新已有卡片”或“跳过这些行”")
    if outcome.skipped:
        parts.append(f"{outcome.skipped:,} 行编号已有，跳过")
    if outcome.unchanged:
        parts.append(f"{outcome.unchanged:,} 张卡片没有变化")
    return "；".join(parts) + ("。" if parts else "")
