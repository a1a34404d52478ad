"""各班用量: how much of a thing each class gets, by the class or by its pupils; their sum is what is bought, and later handed out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from PySide6.QtWidgets import QWidget

from app.core.columns import Column, Kind
from app.core.quantity import ONE, format_quantity
from app.purchasing.rules import Need
from app.school import roster
from app.school.roster import ClassSize
from ui.forms.form import Field
from ui.kit.lines_form import Line, Lines, LinesForm

BY_CLASS, BY_PUPIL = "每班", "每人"
_COLUMNS = (Column("name", "班级", Kind.TEXT, 44), Column("pupils", "人数", Kind.WHOLE, 20), Column("quantity", "数量", Kind.QUANTITY, 28))


@dataclass(frozen=True)
class Screen:
    """How much a class or a pupil gets, of which grades; ``needs`` as the grid stands."""

    by: str = BY_PUPIL
    each: int | None = ONE
    grade: int | None = None
    needs: tuple[Need, ...] = ()


class NeedsForm(LinesForm):
    """The classes of this school year; what is typed over them is worked out for all of a grade. ``saved`` are the needs."""

    def __init__(self, parent: QWidget | None, name: str, needs: Sequence[Need]) -> None:
        self.sizes = roster.class_sizes(roster.current_year())
        fields = {"quantity": Field("quantity", "数量", "quantity"), "line": Field("line", "班级", "whole")}
        table = Lines(_COLUMNS, fields, _sums, adds=False)
        known = {need.school_class: need for need in needs}
        by = BY_PUPIL if not needs or any(need.pupils for need in needs) else BY_CLASS
        super().__init__(parent, f"各班用量　{name}", Screen(by, None if needs else ONE, None, tuple(known.values())), self._head(), table,
                         lambda draft: (), self._taken, save_text="就这样分")
        self.changed.connect(lambda _: self.work_out())
        if not needs:
            self.work_out()
        table.grid.choose_cell(0, 2)

    def _head(self) -> list[Field]:
        grades = [(None, "全校"), *((size.grade, f"{size.grade} 年级") for size in {each.grade: each for each in self.sizes}.values())]
        return [Field("by", "按", "choice", choices=(BY_PUPIL, BY_CLASS)), Field("each", "每人或每班几个", "quantity"),
                Field("grade", "年级", "choice", width=2, choices=grades)]

    def work_out(self) -> None:
        """Give every class of the chosen grade its share, in the place of what stood there; other grades keep theirs."""
        each, grade = self.value("each"), self.value("grade")
        if each is None:
            return
        by_pupil = self.value("by") == BY_PUPIL
        now = {line["line"]: line.get("quantity") for line in self.table.lines().values()}
        self.table.show_lines([self._line(size, each * size.pupils if by_pupil else each) if grade in (None, size.grade)
                               else self._line(size, now.get(size.class_id)) for size in self.sizes])

    def lines_of(self, draft: Screen) -> Sequence[Mapping[str, str]]:
        """Give the classes with what they get."""
        known = {need.school_class: need.quantity for need in draft.needs}
        return [self._line(size, known.get(size.class_id)) for size in self.sizes]

    def _line(self, size: ClassSize, quantity: int | None) -> dict[str, str]:
        return {"name": size.name, "pupils": str(size.pupils), "quantity": format_quantity(quantity) if quantity else "",
                "line": str(size.class_id)}

    def with_lines(self, draft: Screen, lines: Sequence[Line]) -> Screen:
        """Give the screen with what each class gets; a class without a number gets nothing."""
        pupils = {size.class_id: size.pupils for size in self.sizes}
        by_pupil = draft.by == BY_PUPIL
        return replace(draft, needs=tuple(Need(line["line"], line["quantity"], pupils.get(line["line"], 0) if by_pupil else 0)
                                          for line in lines if line.get("quantity")))

    def _taken(self, screen: Screen) -> tuple[Need, ...]:
        return screen.needs


def _sums(lines: Sequence[Line]) -> str:
    found = [line["quantity"] for line in lines if line.get("quantity")]
    return f"{len(found)} 个班 · 合计 {format_quantity(sum(found))}"

