"""Printing letters: who gets one is ticked in a tree, one or two on a page, with covers, only for whose slip is still out."""

from collections import Counter
from collections.abc import Collection, Sequence
from pathlib import Path

from PySide6.QtWidgets import QButtonGroup, QCheckBox, QLineEdit, QRadioButton, QWidget

from app.core.errors import Refused
from app.core.progress import Progress
from app.paper.book import Printed
from app.paper.forms import Form, Order
from app.school.letters import settings as words
from app.school.letters.papers import Layout
from app.school.roster import PupilRow
from app.school.rules import grade_word
from app.store import settings
from app.store.folder import DataFolder
from ui.base.parts import button, column, label, later, open_at, row
from ui.forms.ticks import CHECKED, UNCHECKED, Branch, RoomTree
from ui.paper.choosing import PaperDialog

SEARCH_MS = 150     # a thousand names are looked through once the person has stopped typing
GRADE, CLASS = "grade", "class"     # of the branches above the pupils: (which, id)
_NAMED = 2      # classes that are named where not all are printed


class PupilTicks(RoomTree):
    """Who gets a letter, under class and grade. Of reminders only those whose slip is still out are counted."""

    def __init__(self, pupils: Collection[PupilRow], returned: Collection[int], classes: Collection[int]) -> None:
        self.pupils = {each.id: each for each in pupils}
        self.returned, self.reminders = frozenset(returned), False
        super().__init__(
            ["学生", "人数、序号"], {each.id: (each.name, str(each.seat or "")) for each in pupils}, (), (330, 90)
        )
        for key, node in self.nodes.items():
            if isinstance(key, tuple):
                node.setExpanded(key[0] == GRADE)
        if classes:
            self.tick_only([each.id for each in pupils if each.class_id in classes])

    def branches(self, columns: int) -> list[Branch]:
        """Give the pupils under their classes and grades."""
        grades = dict.fromkeys(each.grade for each in self.pupils.values())
        classes = {each.class_id: each for each in self.pupils.values()}
        sizes = Counter(key for each in self.pupils.values() for key in ((GRADE, each.grade), (CLASS, each.class_id)))
        return [
            *(Branch((GRADE, grade), None, (grade_word(grade), f"{sizes[GRADE, grade]} 人")) for grade in grades),
            *(
                Branch(
                    (CLASS, each.class_id), (GRADE, each.grade), (each.class_name, f"{sizes[CLASS, each.class_id]} 人")
                )
                for each in classes.values()
            ),
            *(Branch(each.id, (CLASS, each.class_id), self.held[each.id]) for each in self.pupils.values()),
        ]

    def tick_only(self, places: Collection[int]) -> None:
        """Tick these pupils and no other; one change is told for all."""
        blocked = self.blockSignals(True)
        super().tick_only(places)
        self.blockSignals(blocked)
        self.viewport().update()
        self.itemChanged.emit(self.topLevelItem(0), 0)

    def wanted(self) -> list[PupilRow]:
        """Give who gets a letter as the tree stands."""
        return [self.pupils[each] for each in self.chosen() if not self.reminders or each not in self.returned]

    def whole(self) -> bool:
        """Whether all are ticked."""
        return len(self.chosen()) == len(self.pupils)

    def scope(self) -> str:
        """Say in a few words who gets the letter; no pupil's name, as it becomes the name of a file."""
        wanted, chosen = self.wanted(), set(self.chosen())
        reminder = "（催交回执）" if self.reminders else ""
        if self.whole():
            return f"全校{reminder}"
        classes = {each.class_id: each.class_name for each in wanted}
        full = all(each.id in chosen for each in self.pupils.values() if each.class_id in classes)
        named = "、".join(list(classes.values())[:_NAMED]) + (f"等 {len(classes)} 个班" if len(classes) > _NAMED else "")
        return named + ("" if full else f" {len(wanted)} 人") + reminder

    def sentence(self) -> str:
        """Say how many letters that makes."""
        wanted = self.wanted()
        if not wanted:
            return "选中的都已交回执" if self.reminders and self.chosen() else ""
        return f"{len({each.class_id for each in wanted})} 个班、{len(wanted)} 份"


class LetterPapers(PaperDialog):
    """Prints one letter for whoever is ticked in ``tree``; a feature says in ``write_letter`` how.

    ``options`` are the feature's own; ``slips``: the letter has slips, so that reminders can be printed.
    """

    rooms: PupilTicks

    def __init__(self, parent: QWidget, data: DataFolder, key: str, heading: str, tree: PupilTicks, slips: bool,
                 options: Sequence[QCheckBox] = ()) -> None:
        self.heading, self.options = heading, options
        self.one, self.two = QRadioButton("一页一份"), QRadioButton("一页两份（沿虚线裁开）")
        self.layouts = QButtonGroup()
        for each in (self.one, self.two):
            self.layouts.addButton(each)
        self.one.setChecked(True)
        self.covers = QCheckBox("每班附封面（份数、签收、回执登记）")
        self.covers.setChecked(settings.value(words.COVERS))
        self.missing = QCheckBox("只印还没交回执的（催交）")
        super().__init__(parent, data, [Form(key, heading, self.write_letter, lambda _: tree.scope(), word=True)], tree)
        self.setWindowTitle("打印告家长书")
        self.missing.setVisible(slips)
        self.missing.toggled.connect(self._remind)
        self.say_size()

    def write_letter(self, order: Order, path: Path, progress: Progress) -> Printed:
        """Write the letters as the dialog stood when printing began."""
        raise NotImplementedError

    def page_layout(self) -> Layout:
        """Give how many letters come on a page."""
        return "two" if self.two.isChecked() else "one"

    def print_it(self) -> None:
        """Print as a job, then show; refuses where nobody is ticked."""
        if not self.rooms.chosen():
            raise Refused("还没有选学生。请至少勾选一个班，或点“全选”。")
        if not self.rooms.wanted():
            raise Refused("选中的学生都已交回执，没有要催交的。")
        super().print_it()

    def say_size(self) -> None:
        """Say how many letters that makes."""
        self.count.setText(self.rooms.sentence())

    def _remind(self, on: bool) -> None:
        self.rooms.reminders = on
        self.say_size()

    def lay_out(self) -> None:
        """Lay out whom the letter goes to, how many are on a page."""
        tree, search = self.rooms, QLineEdit(placeholderText="找班级或学生，可输拼音首字母")
        search.setClearButtonEnabled(True)
        narrowing = later(self, SEARCH_MS, lambda: tree.narrow(search.text()))
        search.textChanged.connect(lambda _: narrowing.start())
        head = row(label("印给谁", "section"), None, button("全选", lambda: tree.tick_all(CHECKED), flat=True),
                   button("全不选", lambda: tree.tick_all(UNCHECKED), flat=True))
        inside = column(head, search, tree)
        inside.setStretch(2, 1)
        self.choose.setLayout(inside)
        buttons = row(
            self.count, None, button("取消", self.reject), button("预览并打印", self.print_it, "print", primary=True)
        )
        lines = column(label(self.heading, "title", wrap=True), self.choose, self.missing, *self.options,
                       row(self.one, self.two, None, gap=16), self.covers, buttons, margins=(20, 18, 20, 16), gap=10)
        lines.setStretch(1, 1)
        self.setLayout(lines)
        open_at(self, 540, 680)

    def form_chosen(self) -> None:
        """There is one form only, with nothing to choose about its paper."""

    def say_count(self) -> None:
        """Say how many letters that is."""
        self.say_size()
