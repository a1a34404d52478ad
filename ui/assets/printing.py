"""Choosing a paper, what it covers and how it lies; then the job, the preview, and the archive."""

import tempfile
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QDialog,
    QFormLayout,
    QRadioButton,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from app import features
from app.assets import queries
from app.core import clock
from app.core.progress import Progress
from app.paper.book import Printed
from app.paper.forms import Form, Order
from app.school import queries as school
from app.store import archive
from app.store.folder import DataFolder
from ui.base import jobs, notify
from ui.base.parts import button, column, label, row
from ui.forms.editors import ChoiceEditor, DayEditor
from ui.paper import preview

_CHECKED, _UNCHECKED = Qt.CheckState.Checked, Qt.CheckState.Unchecked


class PrintDialog(QDialog):
    """Prints a form of the ledger for chosen rooms, or the cards ``records``; ``place`` is ticked from the start."""

    def __init__(self, parent: QWidget, data: DataFolder, place: int | None = None, records: list[int] | None = None) -> None:
        super().__init__(parent)
        self.data_folder, self.records = data, tuple(records or ())
        self.setWindowTitle("打印")
        keys = ("asset-card", "asset-ledger") if self.records else tuple(form.key for form in features.forms() if not form.about)
        self.form = ChoiceEditor([(key, features.form(key).name) for key in keys])
        self.day = DayEditor()
        self.day.set_value(clock.today())
        self.upright, self.lying = QRadioButton("纵向"), QRadioButton("横向")
        self.group = QButtonGroup(self)
        self.group.addButton(self.upright)
        self.group.addButton(self.lying)
        self.own_pages = QCheckBox("每个房间另起一页（各室分别签字存档）")
        self.own_pages.setChecked(True)
        self.rooms = _Rooms(place)
        self.count = label("", "hint")
        self._lay_out()
        self.form.edited.connect(self._form_chosen)
        self.rooms.itemChanged.connect(lambda *_: self._say_count())
        self._form_chosen()
        self._say_count()

    def _lay_out(self) -> None:
        lines = QFormLayout()
        lines.setHorizontalSpacing(12)
        lines.setVerticalSpacing(10)
        lines.addRow(label("单据"), self.form)
        lines.addRow(label("基准日"), self.day)
        lines.addRow(label("纸张 A4"), row(self.upright, self.lying, None, gap=16))
        lines.addRow(label(""), self.own_pages)
        buttons = row(self.count, None, button("取消", self.reject), button("预览并打印", self.print_it, "print", primary=True))
        choose = row(label("打印范围", "section"), None, button("全选", lambda: self.rooms.tick_all(_CHECKED), flat=True),
                     button("全不选", lambda: self.rooms.tick_all(_UNCHECKED), flat=True))
        parts: list[object] = [lines] if self.records else [lines, choose, self.rooms]
        self.setLayout(column(*parts, buttons, margins=(20, 18, 20, 16), gap=12))  # type: ignore[arg-type]
        self.resize(520, 240 if self.records else min(620, self.screen().availableGeometry().height() - 60))

    def chosen(self) -> Form:
        """Give the form that is chosen."""
        return features.form(str(self.form.value()))

    def order(self) -> Order:
        """Give what is to be printed, as the dialog stands."""
        return Order(places=() if self.records else self.rooms.ticked(), records=self.records, day=self.day.value(),
                     orientation="portrait" if self.upright.isChecked() else "landscape",
                     own_pages=self.own_pages.isChecked())

    def print_it(self) -> None:
        """Make the paper as a job, then show it; it is archived when it is printed or saved, not when looked at."""
        order, form = self.order(), self.chosen()
        if not self.records and not self.rooms.anything_ticked():
            notify.refuse("还没有选打印范围。请至少勾选一个房间，或点“全选”。")
            return
        folder = tempfile.TemporaryDirectory(prefix="zongwu-", ignore_cleanup_errors=True)
        path = Path(folder.name) / f"{archive.safe_name(f'{form.name} {features.scope(order)}')}.pdf"

        def work(progress: Progress) -> Printed:
            return form.write(order, path, progress)

        def show(printed: Printed) -> None:
            with folder:
                preview.show_pdf(self, path, form.name, printed.warnings, lambda: self._keep(form, order, printed))
            self.accept()

        jobs.run_job(self, f"正在生成{form.name}", work, show)

    def _keep(self, form: Form, order: Order, printed: Printed) -> None:
        archive.keep(self.data_folder, printed.path, form.key, form.name, features.scope(order), printed.pages)

    def _form_chosen(self) -> None:
        form = self.chosen()
        self.own_pages.setVisible(form.by_room)
        self.day.setEnabled(form.key != "asset-card")
        (self.upright if form.orientation == "portrait" else self.lying).setChecked(True)
        lies = form.key != "asset-card"
        self.upright.setEnabled(lies)
        self.lying.setEnabled(lies)

    def _say_count(self) -> None:
        self.count.setText(f"{len(self.records)} 张卡片" if self.records else self.rooms.sentence())


class _Rooms(QTreeWidget):
    """The tree of places that hold cards, with ticks; ticking a floor ticks its rooms."""

    def __init__(self, place: int | None) -> None:
        super().__init__()
        self.setHeaderLabels(["地点", "保管人", "卡片", "件数"])
        self.setUniformRowHeights(True)
        self.stock = {room.place: room for room in queries.by_room()}
        self.nodes: dict[int, QTreeWidgetItem] = {}
        below = set(school.places_below(place)) if place else set()
        wanted = self._wanted()
        for each in school.places_tree(retired=True):
            if each.id in wanted:
                self._add(each.id, each.parent_id, each.name, _CHECKED if not place or each.id in below else _UNCHECKED)
        if 0 in self.stock:
            self._add(0, None, "未登记地点", _UNCHECKED if place else _CHECKED)
        self.expandToDepth(1)
        for number, width in enumerate((250, 80, 56, 56)):
            self.setColumnWidth(number, width)

    def _wanted(self) -> set[int]:
        """Give the places that hold cards and all above them."""
        parents = {each.id: each.parent_id for each in school.places_tree(retired=True)}
        wanted: set[int] = set()
        for place in self.stock:
            at: int | None = place
            while at:
                wanted.add(at)
                at = parents.get(at)
        return wanted

    def _add(self, place: int, parent: int | None, name: str, tick: Qt.CheckState) -> None:
        room = self.stock.get(place)
        words = [name, room.keeper, str(room.cards), str(room.pieces)] if room else [name, "", "", ""]
        item = QTreeWidgetItem(words)
        item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsAutoTristate)
        item.setData(0, Qt.ItemDataRole.UserRole, place)
        for number in (2, 3):
            item.setTextAlignment(number, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        above = self.nodes.get(parent or -1)
        if above is None:
            self.addTopLevelItem(item)
        else:
            above.addChild(item)
        item.setCheckState(0, tick)
        self.nodes[place] = item

    def tick_all(self, state: Qt.CheckState) -> None:
        """Tick or clear every room."""
        for item in self.nodes.values():
            item.setCheckState(0, state)

    def _holding(self) -> list[int]:
        return [place for place, item in self.nodes.items() if place in self.stock and item.checkState(0) == _CHECKED]

    def anything_ticked(self) -> bool:
        """Whether at least one place is ticked."""
        return bool(self._holding())

    def ticked(self) -> tuple[int, ...]:
        """Give the places that are ticked; empty for all, so that the paper says 全校."""
        holding = self._holding()
        return () if len(holding) == len(self.stock) else tuple(holding)

    def sentence(self) -> str:
        """Say how much is ticked."""
        rooms = [self.stock[place] for place in self._holding()]
        return f"已选 {len(rooms)} 处、{sum(room.cards for room in rooms)} 张卡片、{sum(room.pieces for room in rooms)} 件"
