"""Which sheets of a workbook come in together: each with its rows and the room that its rows without a place get."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QDialog, QWidget

from app.assets.fields import TITLE
from app.assets.importing import Plan
from app.assets.sheet_rows import SheetMeant
from ui.base.parts import button, column, label, open_at, row
from ui.forms.ticks import CHECKED, UNCHECKED, Branch, TickTree

_WIDTHS = (250, 70)
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class SheetsDialog(QDialog):
    """Ticks for the sheets; the one whose columns were looked at always comes in."""

    def __init__(self, parent: QWidget | None, plan: Plan, sheets: Sequence[SheetMeant]) -> None:
        super().__init__(parent)
        self.setWindowTitle("一起导入的工作表")
        open_at(self, 620, 520)
        self.main = plan.sheet
        self.known = {sheet.name: sheet for sheet in sheets}
        self.tree = TickTree(
            ("工作表", "行数", "没写地点的行登记到"),
            [
                Branch(sheet.name, None, (sheet.name, f"{sheet.rows:,}" if sheet.fits else "", self._words(sheet)))
                for sheet in sheets
            ],
            lambda name: name in plan.sheets,
            _WIDTHS,
        )
        self.tree.setRootIsDecorated(False)
        self.tree.setAccessibleName("工作表")
        for sheet in sheets:
            for at in (0, 2):   # a room called 301 is no figure
                self.tree.nodes[sheet.name].setTextAlignment(at, _LEFT)
            if not sheet.fits or sheet.name == plan.sheet:
                self.tree.nodes[sheet.name].setDisabled(True)
        self.tree.itemChanged.connect(lambda *_: self._count())
        self.by_name = QCheckBox(f"行里没有写{TITLE['place']}、表上也没有写室名时，用工作表名作地点")
        self.by_name.setChecked(plan.rooms_by_name)
        self.by_name.toggled.connect(lambda _: self._rename())
        self.words = label("", "hint", wrap=True)
        self.all, self.none = button("全选", lambda: self._tick(True)), button("只要这一张", lambda: self._tick(False))
        ok = button("确定", self.accept, primary=True)
        ok.setDefault(True)
        hint = label("表头不必完全相同：每张表按自己的表头找列；手工指定的列对各张都有效。", "hint", wrap=True)
        lines = column(hint, self.tree, self.words, self.by_name,
                       row(self.all, self.none, None, button("取消", self.reject), ok), margins=(20, 16, 20, 16), gap=10)
        lines.setStretch(1, 1)
        self.setLayout(lines)
        self._rename()
        self._count()

    @property
    def also(self) -> tuple[str, ...]:
        """Give the ticked sheets beside the main one, in the workbook's order."""
        return tuple(name for name in self.known
                     if name != self.main and self.tree.nodes[name].checkState(0) == CHECKED)

    def _words(self, sheet: SheetMeant) -> str:
        return sheet.room if sheet.fits else "没有认出表头"

    def _rename(self) -> None:
        for name, sheet in self.known.items():
            if sheet.fits:
                self.tree.nodes[name].setText(2, "" if sheet.by_name and not self.by_name.isChecked() else sheet.room)

    def _tick(self, on: bool) -> None:
        for name, sheet in self.known.items():
            if sheet.fits and name != self.main:
                self.tree.nodes[name].setCheckState(0, CHECKED if on else UNCHECKED)

    def _count(self) -> None:
        names = (self.main, *self.also)
        self.words.setText(
            f"一起导入 {len(names):,} 张工作表、约 {sum(self.known[name].rows for name in names):,} 行，作为一步，可以一次撤销。"
        )
