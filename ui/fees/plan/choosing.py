"""加项目: choosing from the library what a term charges."""

from collections.abc import Collection, Sequence

from PySide6.QtWidgets import QDialog, QLineEdit, QWidget

from app.core.listing import Wish
from app.fees import rules
from app.fees.item_fields import TITLE
from app.fees.plan import catalogue, commands, queries
from app.store.journal import Step
from ui.base import notify
from ui.base.parts import button, column, label, open_at, row
from ui.fees.plan.item_forms import edit_item
from ui.forms.ticks import CHECKED, Branch, TickTree

NO_BASIS = "没有登记依据"


def choose_items(parent: QWidget | None, plan: int) -> Step | None:
    """Let a person take items into a term's plan; gives the step, its ``made`` the new rows, None where he changed his mind."""
    dialog = ChooseDialog(parent, plan)
    return dialog.step if dialog.exec() else None


class ChooseDialog(QDialog):
    """The items that a term does not have yet, by kind, with ticks: those of the library, then shipped ones that it lacks.

    While the library is empty, what most schools charge every term is ticked.
    """

    def __init__(self, parent: QWidget | None, plan: int) -> None:
        super().__init__(parent)
        self.setWindowTitle("加项目")
        self.plan = plan
        self.step: Step | None = None
        self.place, self.count = QWidget(), label("", "hint")
        self.search = QLineEdit(placeholderText="输入名称或拼音首字母")
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(lambda text: self.tree.narrow(text))
        self.take = button("加入", self.save, primary=True)
        lines = column(self.search, self.place, row(button("新项目", self.add_new, "add"), self.count, None,
                                                    button("取消", self.reject), self.take),
                       margins=(20, 16, 20, 16), gap=10)
        lines.setStretch(1, 1)
        self.setLayout(lines)
        self.inside = column(gap=0)
        self.place.setLayout(self.inside)
        self.tree: TickTree
        self._show_tree([] if queries.item_names() else [item.name for item in catalogue.shipped_items() if item.usual])
        open_at(self, 860, 560)

    def _show_tree(self, ticked: Collection[int | str]) -> None:
        taken = {item.item_id for item in queries.plan_items(self.plan)}
        keys = ("id", *(column.key for column in queries.ITEMS))
        items = [dict(zip(keys, each, strict=True)) for each in queries.items_listing(Wish())]
        items = [each for each in items if each["id"] not in taken and each["kind"] != rules.BANNED]
        there = queries.item_names()
        shipped = [item for item in catalogue.shipped_items() if item.name not in there and item.kind != rules.BANNED]
        kinds = {*(each["kind"] for each in items), *(item.kind for item in shipped)}
        branches = [Branch(kind, None, (kind,)) for kind in rules.KINDS if kind in kinds]
        branches += [Branch(each["id"], each["kind"], (each["name"], each["unit"], each["standard"], each["document"] or NO_BASIS))
                     for each in items]
        branches += [Branch(item.name, item.kind, (item.name, item.unit, "", item.document or NO_BASIS)) for item in shipped]
        made = TickTree(
            [TITLE["name"], TITLE["unit"], "现行标准", TITLE["basis"]],
            branches,
            lambda item: item in ticked,
            (300, 110, 130),
        )
        made.expandAll()
        made.itemChanged.connect(lambda *_: self._say())
        while (old := self.inside.takeAt(0)) is not None:
            if (widget := old.widget()) is not None:
                widget.deleteLater()
        self.inside.addWidget(made)
        self.tree = made
        self._say()

    def chosen(self) -> list[int]:
        """Give the items of the library that are ticked."""
        return [key for key in self.tree.ticked() if isinstance(key, int)]

    def chosen_shipped(self) -> list[str]:
        """Give the shipped items that are ticked, by name."""
        return [key for key in self.tree.ticked() if isinstance(key, str) and self.tree.parents[key] is not None]

    def tick(self, items: Sequence[int]) -> None:
        """Tick these items besides those ticked already."""
        for item in items:
            self.tree.nodes[item].setCheckState(0, CHECKED)

    def add_new(self) -> None:
        """Add an item to the library; it is ticked here then."""
        made = edit_item(self)
        if made:
            self._show_tree([*self.chosen(), *self.chosen_shipped(), made])

    def save(self) -> None:
        """Take what is ticked into the plan as one step."""
        chosen, shipped = self.chosen(), self.chosen_shipped()
        if not chosen and not shipped:
            notify.refuse("还没有勾选项目。请先勾选，或点“新项目”。")
            return
        self.step = commands.add_plan_items(self.plan, chosen, shipped)
        self.accept()

    def _say(self) -> None:
        count = len(self.chosen()) + len(self.chosen_shipped())
        listed = sum(above is not None for above in self.tree.parents.values())
        self.count.setText(f"已选 {count} 项" if count else "" if listed else "项目库里没有可加的项目")
        self.take.setText(f"加入 {count} 项" if count else "加入")
