"""What checks have found in a plan, under its matrix: each with its rule, its source and the way to its cell."""

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QFrame

from app.core.columns import Column, Kind
from app.fees.board.rules import RULES, Finding
from app.fees.keys import grade_key
from ui.base import style
from ui.base.parts import Elided, column, label, low, mark, row, tool
from ui.grid.grid import Grid
from ui.grid.rows import RowsModel

_COLUMNS = (Column("level", "程度", Kind.CHOICE), Column("text", "问题和办法"), Column("rule", "检查", Kind.CHOICE),
            Column("source", "依据", Kind.CHOICE))
_WORDS = {"error": "必须改", "warning": "提醒"}
_TITLES = {rule.key: rule.title for rule in RULES}
# The column of an item that a rule is about; those about a price name their grade.
_AT = {
    "no_basis": "basis",
    "stale_basis": "basis",
    "no_scope": "scope",
    "refund_differs": "refund_rule",
    "waiver_not_given": "waived",
    "waiver_untold": "waiver_policy",
    "prepayment": "unit",
    "no_slip": "voluntary",
    "banned": "name",
    "merged": "name",
}
_DATES = ("no_dates", "short_publicity", "prepayment")     # of the whole plan: mended where dates are arranged
_MOST_ROWS, _FEW_ROWS = 5, 2    # lines shown at once; fewer in a low window


def cell_of(finding: Finding) -> tuple[int, str]:
    """Give the cell that a finding is about: (plan item, column key); item 0 for what concerns the whole plan."""
    return finding.item, grade_key(finding.grade) if finding.grade else _AT.get(finding.rule, "name")


def cells_of(findings: Sequence[Finding]) -> dict[tuple[int, str], str]:
    """Give the cells in which something must be mended, with what is wrong there."""
    found: dict[tuple[int, str], str] = {}
    for each in findings:
        if each.item and each.level == "error":
            cell = cell_of(each)
            found[cell] = "\n".join(filter(None, (found.get(cell, ""), each.text)))
    return found


class FindingsPane(QFrame):
    """``picked`` tells the cell of a finding that was clicked: plan item and column; item 0 stands for the term's dates."""

    picked = Signal(int, str)
    opened = Signal(bool)       # whether it has just come into sight

    def __init__(self) -> None:
        super().__init__()
        mark(self, role="panel")
        self.found: Sequence[Finding] = ()
        self.title, self.whole = label(), Elided()
        self.model = RowsModel(_COLUMNS, {"必须改": "danger", "提醒": "warning"})
        self.grid = Grid(self.model)
        self.grid.horizontalHeader().setSectionsClickable(False)
        self.grid.clicked.connect(self._take)
        self.grid.open_asked.connect(self._open)
        head = row(self.title, self.whole, None, tool("dismiss", "收起检查结果", self.hide))
        head.setStretch(1, 100)
        self.setLayout(column(head, self.grid, margins=(12, 6, 8, 8), gap=4))

    def open(self) -> None:
        """Show the pane, the first finding chosen."""
        self.show()
        if self.found:
            self.grid.choose_rows([0], 0)
            self.grid.setFocus()

    def show_findings(self, found: Sequence[Finding]) -> None:
        """Show these findings."""
        self.found = found
        errors = sum(each.level == "error" for each in found)
        said = [f"{errors} 处必须改"] * bool(errors) + [f"{len(found) - errors} 条提醒"] * bool(len(found) - errors)
        self.title.setText(f"检查结果：{'，'.join(said)}" if found else "检查结果：没有问题")
        mark(self.title, role="error" if errors else "")
        self.whole.say("点一条就到它说的格子，说日期的双击打开“收费安排”。严格程度在“设置—收费检查”里定。" if found
                       else "依据、标准、禁收项目、跨学期预收、公示天数等都查过了。")
        rows = [(number, _WORDS[each.level], each.text, _TITLES.get(each.rule, each.rule), each.source)
                for number, each in enumerate(found, 1)]
        self.model.load(lambda limit, offset: rows[offset:offset + limit], len(rows))
        self.grid.setVisible(bool(rows))
        self._take_height()
        self.grid.fit(measure=True)

    def _take_height(self) -> None:
        lines, head = min(self.model.stored, _FEW_ROWS if low(self) else _MOST_ROWS), self.grid.horizontalHeader()
        head.setVisible(not low(self))
        self.grid.setFixedHeight(style.ROW_PX * lines + (0 if low(self) else head.sizeHint().height()) + 4)

    def showEvent(self, event: QShowEvent) -> None:
        """Take the height that the window has to give."""
        super().showEvent(event)
        self._take_height()
        self.opened.emit(True)

    def hideEvent(self, event: QHideEvent) -> None:
        """Tell that there is room again."""
        super().hideEvent(event)
        self.opened.emit(False)

    def _open(self) -> None:
        """Take the way of the chosen finding on Enter or double click; what concerns dates opens 收费安排."""
        at = self.grid.currentIndex().row()
        if 0 <= at < len(self.found) and not self.found[at].item and self.found[at].rule in _DATES:
            self.picked.emit(0, "")
        else:
            self._take(self.grid.currentIndex())

    def _take(self, index: QModelIndex) -> None:
        if index.isValid() and self.found[index.row()].item:
            self.picked.emit(*cell_of(self.found[index.row()]))
