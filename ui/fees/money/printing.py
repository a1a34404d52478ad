"""Printing the papers of a term's money: which paper, which classes; then the preview and the archive."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date

from PySide6.QtWidgets import QWidget

from app import features
from app.core.errors import Refused
from app.fees.keys import grade_key
from app.fees.money.facts import Facts
from app.fees.rules import PlanRow, grade_word
from app.paper.forms import Order
from app.school import roster
from app.store.folder import DataFolder
from ui.forms.ticks import Branch, RoomTree
from ui.paper.choosing import PaperDialog, print_order

COLLECTING = ("fee-register", "fee-arrears", "fee-receipt", "fee-waivers", "fee-class-items")
SETTLING = ("fee-refund-list", "fee-settlement-letter", "fee-statement", "fee-vouchers", "fee-settlement-unclaimed", "fee-class-items")


class ClassTicks(RoomTree):
    """The classes of a term's school year under their grades; who changed class is counted once, where he is printed."""

    def __init__(self, plan: PlanRow, wanted: Collection[int] = ()) -> None:
        count = Counter(place.class_id for place in Facts(plan.id).places.values())
        self.sizes = {each.class_id: replace(each, pupils=count[each.class_id]) for each in roster.class_sizes(plan.school_year)}
        super().__init__(
            ["班级", "人数"],
            {each.class_id: (each.name, str(each.pupils)) for each in self.sizes.values()},
            (),
            (320, 60),
        )
        if wanted:
            self.tick_only(wanted)

    def branches(self, columns: int) -> list[Branch]:
        """Give the classes under their grades."""
        grades = sorted({each.grade for each in self.sizes.values()})
        return [*(Branch(grade_key(grade), None, (grade_word(grade), "")) for grade in grades),
                *(Branch(each.class_id, grade_key(each.grade), self.held[each.class_id])
                  for each in self.sizes.values())]

    def sentence(self) -> str:
        """Say how much is ticked."""
        chosen = self.chosen()
        return f"已选 {len(chosen)} 个班、{sum(self.sizes[each].pupils for each in chosen)} 人"


class MoneyPapers(PaperDialog):
    """Papers of one term's fees; classes count for those that name pupils."""

    ticks = "classes"

    def __init__(
        self, parent: QWidget, data: DataFolder, plan: PlanRow, keys: Sequence[str], classes: Collection[int]
    ) -> None:
        self.plan = plan
        by_key = {form.key: form for form in features.forms()}
        forms = [by_key[key] for key in keys if key in by_key]
        super().__init__(parent, data, forms, ClassTicks(plan, classes))
        self.setWindowTitle(f"打印 - {plan.term_title}收费")
        self.own_pages.setText("每个班另起一页（各班分别签字、分发）")

    def order(self) -> Order:
        """Give what is to be printed, as the dialog stands."""
        return replace(super().order(), about=self.plan.id)

    def print_it(self) -> None:
        """Make the paper; where it is made class by class, at least one must be ticked."""
        if self.by_rooms() and self.rooms is not None and not self.rooms.chosen():
            raise Refused("还没有选班级。请至少勾选一个班，或点“全选”。")
        super().print_it()

    def form_chosen(self) -> None:
        """Name what is ticked: rooms, or classes for a paper of theirs."""
        super().form_chosen()
        names = self.by_rooms()
        self.under.setText("有学生姓名，内部资料，不能张贴。" if names else "")
        self.under.setVisible(names)

    def say_count(self) -> None:
        """Say how many classes and pupils are ticked."""
        super().say_count()
        if not self.by_rooms():
            self.count.setText("全校一张，没有学生姓名")


def print_meals(parent: QWidget, data: DataFolder, plan: PlanRow, class_id: int, month: date | None) -> None:
    """Show the 就餐登记表 of a month, of a class or of all (0); it is archived when it is printed or saved."""
    order = Order(about=plan.id, month=month, classes=(class_id,) if class_id else ())
    print_order(parent, data, features.form("fee-meal-sheet"), order)


def print_money(parent: QWidget, data: DataFolder, plan: PlanRow, keys: Sequence[str], class_id: int = 0) -> None:
    """Let the person print papers of the term's money; ``class_id`` is ticked from the start (0: all classes)."""
    MoneyPapers(parent, data, plan, keys, [class_id] if class_id else []).exec()
