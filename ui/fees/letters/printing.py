"""打印告家长书: the school, grades, classes or ticked pupils, or whose slip is still out; one PDF, one entry in the archive."""

from collections.abc import Collection
from pathlib import Path

from PySide6.QtWidgets import QCheckBox, QWidget

from app.core.errors import Refused
from app.core.progress import Progress
from app.fees.letters import commands, queries
from app.fees.letters.kinds import KINDS
from app.fees.letters.papers import Batch, print_letters, require_printable
from app.fees.letters.queries import LetterRow
from app.fees.letters.values import Filler
from app.paper.book import Printed
from app.paper.forms import Form, Order
from app.store.folder import DataFolder
from ui.kit.letters.printing import LetterPapers, PupilTicks


def print_letter(
    parent: QWidget, data: DataFolder, letter: LetterRow, classes: Collection[int] = (), missing: bool = False
) -> None:
    """Let the person print a letter; ``classes`` are ticked from the start (none: all), ``missing``: reminders."""
    FeeLetterPapers(parent, data, letter, classes, missing).exec()


class FeeLetterPapers(LetterPapers):
    """Prints one letter of a term. Whoever has nothing due can be left out; each class goes behind its cover sheet."""

    def __init__(
        self, parent: QWidget, data: DataFolder, letter: LetterRow, classes: Collection[int] = (), missing: bool = False
    ) -> None:
        self.letter = letter
        require_printable(letter)
        pupils = Filler(letter).addressed()
        if not pupils:
            raise Refused("学生名册里还没有本学年的学生。请先在“设置—学生名册”里录入或导入。")
        tree = PupilTicks(pupils, queries.returned(letter.id), classes)
        self.matter = QCheckBox("没有应缴、应退款项的不印")
        self.matter.setChecked(True)
        super().__init__(parent, data, f"letter-{letter.kind}", queries.heading(letter), tree,
                         bool(letter.slip) and bool(letter.id), [self.matter])
        self.matter.setVisible(self.about_money())
        self.missing.setChecked(missing)

    def batch(self) -> Batch:
        """Give what is to be printed, as the dialog stands."""
        pupils = frozenset() if self.rooms.whole() else frozenset(self.rooms.chosen())
        return Batch(
            pupils=pupils,
            missing=self.missing.isChecked(),
            matter=self.matter.isChecked() and self.about_money(),
            layout=self.page_layout(),
            covers=self.covers.isChecked(),
        )

    def about_money(self) -> bool:
        """Whether the letter tells what is to be paid or given back."""
        return bool(KINDS[self.letter.kind].about)

    def print_it(self) -> None:
        """Print what is chosen now; refuses where nobody is ticked."""
        self.ordered = self.batch()
        super().print_it()

    def write_letter(self, order: Order, path: Path, progress: Progress) -> Printed:
        """Write the letters as the dialog stood when printing began."""
        return print_letters(self.letter, path, self.ordered, progress)

    def keep(self, form: Form, order: Order, printed: Printed) -> None:
        """Archive what was printed, and note that the letter went out."""
        super().keep(form, order, printed)
        if not self.ordered.missing and self.letter.printed_on is None:
            commands.note_printed(self.letter.id)
            self.letter = queries.letter(self.letter.id)
