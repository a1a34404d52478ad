"""全班已缴，除… and 全班已领，除…: the pupils of a class; one fills in only who did not, or only in part."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtWidgets import QWidget

from app.core.columns import Column, Kind
from app.core.errors import Invalid, Problem, Refused
from app.core.money import format_fen
from app.fees.money import paying
from app.store.journal import Step
from ui.base import keys, undoing
from ui.forms.form import Field
from ui.kit.all_but_dialog import AllButDialog

Line = tuple[int, int | None, str, int]     # pupil, seat, name, 分 that are open
Write = Callable[[Mapping[int, int]], Step]     # stores the class but for what was typed: pupil → 分
TYPED, _WIDE = "fen", 620


@dataclass(frozen=True)
class AllBut:
    """The words of the dialog: title, class, what to do, titles of the two columns, what was done and what was not, the button.

    ``told`` is what the strip says of it, with room for how many and how much.
    """

    title: str
    name: str
    hint: str
    open_title: str
    typed_title: str
    done: str
    undone: str
    verb: str
    told: str


def all_but(parent: QWidget, words: AllBut, rows: Sequence[Line], write: Write) -> bool:
    """Let the person fill in the exceptions and write the rest as one step; gives whether that was done.

    ``write`` takes what was typed (pupil → 分) and stores the whole class. It may raise ``Invalid`` (rows are pupils) or ``Refused``.
    """
    return bool(ClassDialog(parent, words, rows, write).exec())


class ClassDialog(AllButDialog):
    """Rows left alone are done in full; nothing is written before the button."""

    def __init__(self, parent: QWidget | None, words: AllBut, rows: Sequence[Line], write: Write) -> None:
        self.words, self.lines, self.write_amounts = words, {each[0]: each for each in rows}, write
        columns = (
            Column("seat", "序号", Kind.WHOLE, ordinal=True),
            Column("name", "姓名"),
            Column("open", words.open_title, Kind.MONEY),
            Column(TYPED, f"{words.typed_title}（不填就是全部）", Kind.MONEY),
        )
        fields = {TYPED: Field(TYPED, words.typed_title, "money")}
        shown = [(*each, None) for each in rows]
        super().__init__(parent, words.title, words.name, words.hint, columns, fields, shown, TYPED, _WIDE)
        self.grid.verticalHeader().hide()
        self.grid.after_cell = lambda down, on: self.grid.step(down or on, 0)
        self.grid.on_enter = self._enter

    def amounts(self) -> dict[int, int]:
        """Give what each pupil who did pays or gets; those filled in with 0 are left out."""
        return paying.all_but({pupil: line[3] for pupil, line in self.lines.items()}, self.exceptions())

    def exceptions(self) -> dict[int, int]:
        """Give what was typed and can be read: pupil → 分."""
        return {record: cell.value for record, cells in self.edits.cells.items() for cell in cells.values()
                if not cell.reason and cell.value is not None}

    def problems(self) -> list[Problem]:
        """Give what is wrong with the amounts: below zero, or more than is open."""
        return [
            Problem(
                TYPED,
                f"{self.words.open_title} {format_fen(self.lines[pupil][3])} 元，填的数要在 0 到这个数之间。",
                row=pupil,
            )
            for pupil, fen in self.amounts().items()
            if not 0 < fen <= self.lines[pupil][3]
        ]

    def save(self) -> None:
        """Write as one step; cells that cannot be are marked, and nothing is written."""
        self.grid.setFocus()    # a cell that is being typed in hands its words on
        problems = self.problems()
        if not problems and not self.edits.bad():
            if not self.amounts():
                self.say(f"全都填了 0，没有要{self.words.verb}的。")
                return
            try:
                amounts, step = self.amounts(), self.write_amounts(self.exceptions())
            except Invalid as refused:
                problems = list(refused.problems)
            except Refused as refused:
                self.say(refused.text)
                return
            else:
                self.edits.clear()
                undoing.told(f"已{self.words.told.format(len(amounts), format_fen(sum(amounts.values())))}。", step)
                self.accept()
                return
        self._mark(problems)
        self.go_to_bad()

    def _mark(self, problems: Sequence[Problem]) -> None:
        rest = []
        for problem in problems:
            cell = self.edits.at(problem.row or 0, TYPED)
            if cell is None:
                rest.append(
                    f"{self.lines[problem.row or 0][2]}：{problem.text}" if problem.row in self.lines else problem.text
                )
            else:
                self.edits.put({problem.row or 0: {TYPED: replace(cell, reason=problem.text)}})
        if rest:
            self.say("；".join(rest[:3]) + (f"（共 {len(rest)} 处）" if len(rest) > 3 else ""))
        self.grid.viewport().update()

    def _enter(self, index: Any) -> bool:
        self.grid.step(1, 0)
        return True

    def typed_key(self, key: str) -> str:
        """Esc takes back the amount of the row, wherever it was pressed."""
        return TYPED

    def show_sum(self) -> None:
        """Say how many did, how much that is, and who did not or only in part."""
        amounts = self.amounts()
        part = [fen for pupil, fen in amounts.items() if fen != self.lines[pupil][3]]
        left = len(self.lines) - len(amounts)
        said = [f"{len(amounts)} 人{self.words.done} {format_fen(sum(amounts.values()))} 元"]
        said += [f"其中 {len(part)} 人只{self.words.done}了一部分"] * bool(part) + [f"{left} 人{self.words.undone}"] * bool(left)
        self.sum.setText("，".join(said) + "。")
        self.button.setText(f"{self.words.verb} {len(amounts)} 人（{keys.shown('store')}）")
        self.say("")
