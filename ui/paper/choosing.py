"""Choosing a paper, what it covers and how it lies; then the job, the preview, and the archive. Knows no feature."""

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QButtonGroup, QCheckBox, QDialog, QFormLayout, QRadioButton, QWidget

from app.core import clock
from app.core.progress import Progress
from app.paper.book import Printed
from app.paper.forms import PAPERS, POSTERS, Form, Option, Order
from app.store import archive
from app.store.folder import DataFolder
from ui.base import jobs, notify
from ui.base.parts import button, column, label, open_at, row
from ui.forms.editors import ChoiceEditor, DayEditor
from ui.forms.ticks import CHECKED, UNCHECKED, RoomTree
from ui.paper import preview


def show_paper(parent: QWidget, name: str, scope: str, write: Callable[[Path, Progress], Printed],
               keep: Callable[[Printed], object], shown: Callable[[], object] = lambda: None, word: bool = False) -> None:
    """Make a paper as a job and show it; ``keep`` is called when it is printed or saved, ``shown`` when it was looked at.

    ``word``: ``write`` makes a Word file as well, which the preview then offers.

    The file is named by ``name`` and ``scope`` and lies in a folder of its own that goes away with the look at it, or
    with a refusal.
    """
    folder = tempfile.TemporaryDirectory(prefix="zongwu-", ignore_cleanup_errors=True)
    path = Path(folder.name) / f"{archive.safe_name(f'{name} {scope}')}.pdf"

    def work(progress: Progress) -> Printed:
        try:
            return write(path, progress)
        except Exception:       # refused or cancelled: nothing will be shown
            folder.cleanup()
            raise

    def show(printed: Printed) -> None:
        with folder:
            preview.show_pdf(parent, path, name, printed.warnings, lambda: keep(printed), *([write] if word else []))
        shown()

    jobs.run_job(parent, f"正在生成{name}", work, show)


def print_order(parent: QWidget, data: DataFolder, form: Form, order: Order) -> None:
    """Show the paper of an order that is settled already; it is archived, and noted by its form, when it is printed or saved."""
    scope = form.scope(order)

    def keep(printed: Printed) -> None:
        archive.keep(data, printed.path, form.key, form.name, scope, printed.pages, form.stands_for(order))
        form.noted(order)

    show_paper(parent, form.name, scope, lambda path, progress: form.write(order, path, progress), keep)


class PaperDialog(QDialog):
    """Prints one of the ``forms``; what the chosen one does not take is not asked. Subclasses add to ``order``.

    ``rooms`` is a tree to tick, None where there is nothing to tick; ``ticks`` is the option of an order that it gives.
    """

    ticks: Option = "places"

    def __init__(self, parent: QWidget, data: DataFolder, forms: Sequence[Form], rooms: RoomTree | None) -> None:
        super().__init__(parent)
        self.data_folder, self.forms, self.rooms = data, {form.key: form for form in forms}, rooms
        self.setWindowTitle("打印")
        self.form = ChoiceEditor([(form.key, form.name) for form in forms])
        self.size_of = ChoiceEditor([])
        self.day = DayEditor()
        self.day.set_value(clock.today())
        self.upright, self.lying = QRadioButton("纵向"), QRadioButton("横向")
        self.group = QButtonGroup(self)
        self.group.addButton(self.upright)
        self.group.addButton(self.lying)
        self.ways = QWidget()
        self.ways.setLayout(row(self.upright, self.lying, None, gap=16))
        self.own_pages = QCheckBox("每个房间另起一页（各室分别签字存档）")
        self.own_pages.setChecked(True)
        self.count = label("", "hint")
        self.choose, self.under = QWidget(), label("", "hint", wrap=True)  # under the tree: what a subclass has to say
        self.under.hide()
        self.lines = QFormLayout()     # the options, one a line
        self.lay_out()
        self.form.edited.connect(self.form_chosen)
        self.size_of.edited.connect(self._size_chosen)
        if rooms is not None:
            rooms.itemChanged.connect(lambda *_: self.say_count())
        self.form_chosen()

    def lay_out(self) -> None:
        """Lay out what is asked for."""
        lines = self.lines
        lines.setHorizontalSpacing(12)
        lines.setVerticalSpacing(10)
        lines.addRow(label("单据"), self.form)
        lines.addRow(label("基准日"), self.day)
        lines.addRow(label("纸张"), self.size_of)
        lines.addRow(label("方向"), self.ways)
        lines.addRow(label(""), self.own_pages)
        buttons = row(
            self.count, None, button("取消", self.reject), button("预览并打印", self.print_it, "print", primary=True)
        )
        parts: list[object] = [lines, buttons]
        if self.rooms is not None:
            rooms = self.rooms
            head = row(label("打印范围", "section"), None, button("全选", lambda: rooms.tick_all(CHECKED), flat=True),
                       button("全不选", lambda: rooms.tick_all(UNCHECKED), flat=True))
            tree = column(head, rooms, self.under)
            tree.setStretch(1, 1)
            self.choose.setLayout(tree)
            parts.insert(1, self.choose)
        whole = column(*parts, margins=(20, 18, 20, 16), gap=12)  # type: ignore[arg-type]
        whole.setStretch(1, 1)
        self.setLayout(whole)
        open_at(self, 520, 620 if self.rooms is not None else 240)

    def chosen(self) -> Form:
        """Give the form that is chosen."""
        return self.forms[str(self.form.value())]

    def by_rooms(self) -> bool:
        """Whether the chosen paper covers what is ticked only."""
        return self.rooms is not None and self.ticks in self.chosen().takes

    def order(self) -> Order:
        """Give what is to be printed, as the dialog stands: of what it asks, what the chosen form takes."""
        asked: dict[Option, Any] = {
            "day": self.day.value(), "paper": self.size_of.value() or "", "own_pages": self.own_pages.isChecked()}
        if asked["paper"] not in POSTERS:
            asked["orientation"] = "portrait" if self.upright.isChecked() else "landscape"
        if self.rooms is not None:
            asked[self.ticks] = self.rooms.rooms()
        return Order(**{option: value for option, value in asked.items() if option in self.chosen().takes})

    def print_it(self) -> None:
        """Make the paper as a job, then show it; it is archived when it is printed or saved, not when looked at."""
        order, form = self.order(), self.chosen()
        if self.rooms is not None and self.by_rooms() and not self.rooms.chosen():
            notify.refuse("还没有选打印范围。请至少勾选一个房间，或点“全选”。")
            return
        show_paper(self, form.name, form.scope(order), lambda path, progress: form.write(order, path, progress),
                   lambda printed: self.keep(form, order, printed), self.accept, form.word)

    def keep(self, form: Form, order: Order, printed: Printed) -> None:
        """Archive what was printed or saved, and let the form note it."""
        archive.keep(self.data_folder, printed.path, form.key, form.name, form.scope(order), printed.pages, form.stands_for(order))
        form.noted(order)

    def form_chosen(self) -> None:
        """Ask only for what the chosen paper takes, its sizes and how it usually lies."""
        form = self.chosen()
        asked = (("day", self.day), ("paper", self.size_of), ("orientation", self.ways), ("own_pages", self.own_pages))
        for option, widget in asked:
            self.lines.setRowVisible(widget, option in form.takes)
        self.choose.setEnabled(self.by_rooms())
        self._lie_as_usual()
        self._offer_sizes(form)
        self.say_count()

    def _offer_sizes(self, form: Form) -> None:
        """Offer the sizes of a form that comes in several, the one chosen before where this form has it too."""
        kept = self.size_of.value()
        self.size_of.clear()
        for size in form.papers:
            self.size_of.addItem(PAPERS[size], size)
        self.size_of.set_value(kept if kept in form.papers else next(iter(form.papers), None))
        self._size_chosen()

    def _size_chosen(self) -> None:
        """A poster stands upright, as boards are."""
        poster = self.size_of.value() in POSTERS
        if poster:
            self.upright.setChecked(True)
        elif not self.ways.isEnabled():
            self._lie_as_usual()
        self.ways.setEnabled(not poster)

    def _lie_as_usual(self) -> None:
        (self.upright if self.chosen().orientation == "portrait" else self.lying).setChecked(True)

    def say_count(self) -> None:
        """Say how much is ticked to be printed."""
        self.count.setText(self.rooms.sentence() if self.rooms is not None and self.by_rooms() else "")
