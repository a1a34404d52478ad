"""Lines of a foreign list and whose they are: what is sure, what is asked, what is not found; nothing is written before the button."""

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from app.core.columns import Column, Kind
from app.core.errors import Refused
from app.fees.money.facts import Facts
from app.fees.money.lists import Name
from app.fees.money.roll import Roll, described
from ui.base import jobs
from ui.base.parts import button, label
from ui.forms.picker import Picker
from ui.grid.rows import Index, Row
from ui.kit.rehearsal import RehearsalDialog
from ui.kit.workbooks import WORKBOOKS

SURE, ASKED, LEFT = range(3)
_WHO, _WHY = Column("who", "认作", Kind.CODE), Column("why", "说明")


class Line(Protocol):
    """A line as its reader gives it: ``sure`` is the pupil for whom it is taken unasked, ``wrong`` why it never can be."""

    @property
    def number(self) -> int:
        """Which line it is, from 1 on."""

    @property
    def pupils(self) -> Sequence[Name]:
        """Who may be meant."""

    @property
    def sure(self) -> int | None:
        """The pupil that is meant beyond doubt."""

    @property
    def why(self) -> str:
        """Why it must be asked."""

    @property
    def wrong(self) -> str:
        """Why it cannot be taken."""


def tabs_of(*columns: Column) -> Sequence[tuple[str, Sequence[Column]]]:
    """Give the three tabs of a dialog whose lines show these columns."""
    shown = (Column("number", "序号", Kind.WHOLE), *columns, _WHO, _WHY)
    return (("认准的", shown), ("要确认的", shown), ("没有找到、不能登记的", shown))


class MatchDialog(RehearsalDialog):
    """Subclasses say ``tables`` (by ``tabs_of``) and write ``lines_of``, ``cells`` and ``take``.

    Enter on a line that is asked takes its one suggestion; another pupil is found by name or 学号 at the foot. What stays
    unanswered is not written.
    """

    patterns = WORKBOOKS
    unit = "行"

    def __init__(self, parent: QWidget | None, plan_id: int) -> None:
        self.plan_id, self.lines = plan_id, dict[int, Line]()
        self.answers: dict[int, int] = {}
        super().__init__(parent)
        self.folder: tempfile.TemporaryDirectory[str] | None = None
        self.roll = Roll(Facts(plan_id))
        self.controls.addWidget(button("粘贴", self.paste, "copy"))
        self.controls.addStretch(1)
        self.who = Picker(self._hits, self._name)
        self.who.setPlaceholderText("姓名、学号")
        self.who.setAccessibleName("选中的行认作")
        self.who.setFixedWidth(190)
        self.answer_button = button("认作这名学生", self.answer)
        for widget in (label("选中的行是"), self.who, self.answer_button, button("都按建议认", self.answer_all), button("不要", self.forget)):
            self.foot.addWidget(widget)
        for grid in self.grids:
            grid.selectionModel().selectionChanged.connect(lambda *_: self._suggest())
            grid.on_enter = self._entered
        self.tabs.currentChanged.connect(lambda _: self._suggest())
        self.offer(0, self.unit)

    # What a list writes.

    def lines_of(self, path: Path) -> Sequence[Any]:
        """Read a file; nothing is written."""
        raise NotImplementedError

    def cells(self, line: Any) -> Sequence[object]:
        """Give what a line shows in the columns of its own."""
        raise NotImplementedError

    def take(self, lines: Sequence[Any], answers: Mapping[int, int]) -> None:
        """Write the lines that are sure or answered, as one step, and say so."""
        raise NotImplementedError

    def objection(self, line: Any, pupil: int) -> str:
        """Say why a line cannot be taken for a pupil, "" where it can."""
        return ""

    def summary(self, counts: Sequence[int]) -> str:
        """Say what was read: how many lines are sure, asked, left out."""
        return f"读了 {len(self.lines)} 行：认准 {counts[SURE]} 行，要确认 {counts[ASKED]} 行，没有找到或不能登记 {counts[LEFT]} 行。"

    def decided(self) -> str:
        """Name the lines that were given to pupils by hand."""
        return f"刚才认好的 {len(self.answers)} {self.unit}" if self.answers else ""

    # What a person does.

    def paste(self) -> None:
        """Read what was copied from a spreadsheet, with its line of titles."""
        text = QGuiApplication.clipboard().text()
        if not text.strip():
            raise Refused("剪贴板里没有文字。请先在 Excel 里选中名单，连同表头一起复制。")
        if self.folder is None:
            self.folder = tempfile.TemporaryDirectory(prefix="zongwu-", ignore_cleanup_errors=True)
        path = Path(self.folder.name) / "粘贴的内容.txt"
        path.write_text(text, "utf-8-sig")
        self.open_paths(path)

    def read(self) -> None:
        """Read the chosen file as a job and show whose its lines are."""
        path = self.paths[0]
        jobs.run_job(self, self.title, lambda _: self.lines_of(path), self._show)

    def write(self) -> None:
        """Write what is sure or answered."""
        self.take(list(self.lines.values()), self.answers)
        self.accept()

    def done(self, result: int) -> None:
        """Leave nothing that was pasted behind."""
        if self.folder is not None:
            self.folder.cleanup()
        super().done(result)

    def answer(self) -> None:
        """Take the pupil in the picker for the chosen line, or for several each one's only suggestion."""
        numbers = self._chosen()
        if len(numbers) > 1:
            self._answer_by_suggestion(numbers)
        elif numbers and self.who.value() is not None:
            self._set(numbers[0], self.who.value())
        else:
            raise Refused("请先选中一行，再输入姓名或学号选出学生。")
        self._fill()

    def answer_all(self) -> None:
        """Take the only suggestion of every line that is asked."""
        self._answer_by_suggestion([line.number for line in self.lines.values() if self.place(line) == ASKED])
        self._fill()

    def forget(self) -> None:
        """Leave the chosen lines out after all."""
        for number in self._chosen():
            self.answers.pop(number, None)
        self._fill()

    # Inside.

    def place(self, line: Line) -> int:
        """Give the tab a line stands on."""
        if line.sure is not None:
            return SURE
        return ASKED if line.pupils and not line.wrong else LEFT

    def _show(self, lines: Sequence[Line]) -> None:
        self.lines, self.answers = {line.number: line for line in lines}, {}
        counts = self._fill()
        self.tabs.setCurrentIndex(next((at for at in (ASKED, LEFT, SURE) if counts[at]), SURE))
        grid = self.grids[self.tabs.currentIndex()]
        if grid.rows.rowCount():
            grid.choose_rows([0], 0)
        grid.setFocus()

    def _fill(self) -> list[int]:
        """Show all lines with the answers there are, the cursor where it was; gives how many stand on each tab."""
        rows: list[list[Row]] = [[], [], []]
        for line in self.lines.values():
            rows[self.place(line)].append(self._row(line))
        for at, found in enumerate(rows):
            here = self.grids[at].currentIndex()
            self.load(at, found)
            if here.isValid() and here.row() < len(found):
                self.grids[at].choose_rows([here.row()], here.row())
        counts = list(map(len, rows))
        taken = counts[SURE] + len(self.answers)
        left = len(self.lines) - taken
        self.sum.setText(self.summary(counts) if self.lines else self.invitation)
        self.offer(taken, self.unit, under=f"还有 {left} 行没有确认，不会登记。" if left and self.lines else "")
        return counts

    def _row(self, line: Line) -> Row:
        pupil = self.answers.get(line.number, line.sure)
        if pupil is not None:
            who = self.roll.names[pupil]
            words = f"{who.name}（{described(who)}）"
        else:
            words = f"{'、'.join(described(each) for each in line.pupils[:3])}？" if line.pupils else ""
        return (line.number, line.number, *self.cells(line), words, line.wrong + line.why)

    def _chosen(self) -> list[int]:
        grid = self.grids[self.tabs.currentIndex()]
        rows = sorted({row for top, _, bottom, _ in grid.spans() for row in range(top, bottom + 1)})
        return [number for row in rows if (number := grid.rows.id_at(row)) is not None]

    def _suggest(self) -> None:
        """Put the likeliest pupil of the chosen line into the picker."""
        numbers = self._chosen()
        line = self.lines.get(numbers[0]) if numbers else None
        only = line.pupils[0].pupil if line is not None and len(line.pupils) == 1 else None
        self.who.set_value(self.answers.get(line.number, only) if line is not None else None)
        self.answer_button.setEnabled(line is not None and line.sure is None and not line.wrong)

    def _entered(self, index: Index) -> bool:
        """Take the only suggestion of a line and go on to the next; one with several is answered at the foot."""
        grid = self.grids[self.tabs.currentIndex()]
        line = self.lines.get(grid.rows.id_at(index.row()) or 0)
        if line is None or self.place(line) != ASKED:
            return False
        if len(line.pupils) > 1 and line.number not in self.answers:
            self.who.setFocus()
            self.who.open()
            return True
        self._answer_by_suggestion([line.number])
        row = min(index.row() + 1, grid.rows.rowCount() - 1)
        self._fill()
        grid.choose_rows([row], row)
        return True

    def _answer_by_suggestion(self, numbers: Sequence[int]) -> None:
        for number in numbers:
            line = self.lines[number]
            if self.place(line) == ASKED and len(line.pupils) == 1 and not self.objection(line, line.pupils[0].pupil):
                self._set(number, line.pupils[0].pupil)

    def _set(self, number: int, pupil: int) -> None:
        line = self.lines[number]
        if line.wrong:
            raise Refused(f"这一行不能登记：{line.wrong}")
        if objection := self.objection(line, pupil):
            raise Refused(objection)
        if line.sure is None:
            self.answers[number] = pupil

    def _hits(self, text: str) -> list[tuple[int, str, str]]:
        """Give the suggestions of the chosen line, or who fits the words."""
        numbers = self._chosen()
        line = self.lines.get(numbers[0]) if numbers else None
        if not text and line is not None and line.pupils:
            return [(each.pupil, each.name, described(each)) for each in line.pupils]
        return self.roll.hits(text)

    def _name(self, pupil: int) -> str:
        return self.roll.names[pupil].name
