"""全班已缴，除… and 全班已领，除…: the pupils of a class; one fills in only who did not, or only in part."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QWidget

from app.core.columns import Column, Kind
from app.core.errors import Invalid, Problem, Refused
from app.core.money import format_fen
from app.fees.money import paying
from app.store.journal import Step
from ui.base import keys, notify, undoing
from ui.base.parts import button, column, label, mark, row
from ui.forms.form import Field
from ui.grid.edits import Edits
from ui.grid.grid import Grid
from ui.grid.rows import RowsModel

Line = tuple[int, int | None, str, int]     # pupil, seat, name, 分 that are open
Write = Callable[[Mapping[int, int]], Step]     # stores the class but for what was typed: pupil → 分
_TYPED = 3


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
    return bool(AllButDialog(parent, words, rows, write).exec())


class AllButDialog(QDialog):
    """Rows left alone are done in full; nothing is written before the button."""

    def __init__(self, parent: QWidget | None, words: AllBut, rows: Sequence[Line], write: Write) -> None:
        super().__init__(parent)
        self.words, self.lines, self.write_amounts = words, {each[0]: each for each in rows}, write
        self.setWindowTitle(words.title)
        columns = (Column("seat", "序号", Kind.WHOLE), Column("name", "姓名"), Column("open", words.open_title, Kind.MONEY),
                   Column("fen", f"{words.typed_title}（不填就是全部）", Kind.MONEY))
        self.edits = Edits({"fen": Field("fen", words.typed_title, "money")})
        self.model = RowsModel(columns, edits=self.edits)
        self.grid = Grid(self.model)
        self.grid.verticalHeader().hide()
        self.grid.head.setSectionsClickable(False)
        shown = [(*each, None) for each in rows]
        self.model.load(lambda limit, offset: shown[offset:offset + limit], len(shown))
        self.grid.fit(measure=True)
        self.grid.after_cell = lambda down, on: self.grid.step(down or on, 0)
        self.grid.on_enter = self._enter
        self.grid.edited.connect(lambda *_: self._show_sum())
        self.grid.drop_asked.connect(self._drop)
        self.grid.back_asked.connect(lambda: self._move(self.edits.back))
        self.grid.forth_asked.connect(lambda: self._move(self.edits.forth))
        self.sum, self.wrong = label("", "title", wrap=True), label("", "error", wrap=True)
        self.wrong.hide()
        self.button = button("", self.save, primary=True)
        lines = column(
            label(words.name, "headline"),
            label(words.hint, "hint", wrap=True),
            self.grid,
            self.sum,
            self.wrong,
            row(None, button("取消", self.reject), self.button),
            margins=(20, 16, 20, 16),
            gap=10,
        )
        lines.setStretch(2, 1)
        self.setLayout(lines)
        keys.bind("store", self, self.save)
        room = self.screen().availableGeometry()
        self.resize(min(620, room.width() - 60), min(660, room.height() - 70))
        self._show_sum()
        self.grid.choose_cell(0, _TYPED)
        self.grid.setFocus()

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
                "fen",
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
                self._say(f"全都填了 0，没有要{self.words.verb}的。")
                return
            try:
                amounts, step = self.amounts(), self.write_amounts(self.exceptions())
            except Invalid as refused:
                problems = list(refused.problems)
            except Refused as refused:
                self._say(refused.text)
                return
            else:
                self.edits.clear()
                undoing.told(f"已{self.words.told.format(len(amounts), format_fen(sum(amounts.values())))}。", step)
                self.accept()
                return
        self._mark(problems)
        bad = self.edits.bad()
        if bad:
            self.grid.choose_cell(list(self.lines).index(bad[0][0]), _TYPED)
            self._say("；".join(sorted({self.edits.cells[record][key].reason for record, key in bad})))

    def reject(self) -> None:
        """Ask before what was typed is lost."""
        if not self.edits.cells or notify.ask("刚才填写的还没有保存，要放弃吗？", "放弃", "继续填写", danger=True):
            super().reject()

    def _mark(self, problems: Sequence[Problem]) -> None:
        rest = []
        for problem in problems:
            cell = self.edits.at(problem.row or 0, "fen")
            if cell is None:
                rest.append(
                    f"{self.lines[problem.row or 0][2]}：{problem.text}" if problem.row in self.lines else problem.text
                )
            else:
                self.edits.put({problem.row or 0: {"fen": replace(cell, reason=problem.text)}})
        if rest:
            self._say("；".join(rest[:3]) + (f"（共 {len(rest)} 处）" if len(rest) > 3 else ""))
        self.grid.viewport().update()

    def _enter(self, index: Any) -> bool:
        self.grid.step(1, 0)
        return True

    def _drop(self) -> None:
        """Take back, on Esc, what was typed into the current cell; where nothing was, close."""
        record = self.model.record_at(self.grid.currentIndex().row())
        if self.edits.at(record, "fen"):
            self._move(lambda: self.edits.give_up((record, "fen")))
        else:
            self.reject()

    def _move(self, move: Callable[[], object]) -> None:
        move()
        self.grid.viewport().update()
        self._show_sum()

    def _show_sum(self) -> None:
        amounts = self.amounts()
        part = [fen for pupil, fen in amounts.items() if fen != self.lines[pupil][3]]
        left = len(self.lines) - len(amounts)
        said = [f"{len(amounts)} 人{self.words.done} {format_fen(sum(amounts.values()))} 元"]
        said += [f"其中 {len(part)} 人只{self.words.done}了一部分"] * bool(part) + [f"{left} 人{self.words.undone}"] * bool(left)
        self.sum.setText("，".join(said) + "。")
        self.button.setText(f"{self.words.verb} {len(amounts)} 人（{keys.shown('store')}）")
        self._say("")

    def _say(self, text: str) -> None:
        self.wrong.setText(text)
        self.wrong.setVisible(bool(text))
        mark(self.wrong)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter belongs to the grid; Esc closes."""
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)
