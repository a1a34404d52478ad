"""告家长书: the letters of a term with their days and how many slips came back; writing, copying, printing them."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QSettings, Signal
from PySide6.QtWidgets import QFrame

from app.core.columns import Column, Kind
from app.core.errors import Refused
from app.core.listing import Totals, Wish
from app.core.terms import chinese_day
from app.fees.letters import commands, queries
from app.fees.letters.queries import LetterRow
from app.fees.rules import PlanRow
from app.school import queries as school
from app.store.folder import DataFolder
from ui.base import undoing
from ui.base.changes import Changes
from ui.base.parts import Elided, column, label, mark, row
from ui.fees.letters.family import family_picture
from ui.fees.letters.printing import print_letter
from ui.grid.rows import Row
from ui.kit.acts import Act
from ui.kit.letters.picture import look_at
from ui.kit.table_page import TablePage
from ui.paper.picture import PagePicture

_COLUMNS = (
    Column("title", "标题"),
    Column("kind", "种类", Kind.CHOICE, shown=False),
    Column("dated_on", "落款日期", Kind.DAY),
    Column("due_on", "回执截止", Kind.DAY),
    Column("printed_on", "印发日期", Kind.DAY),
    Column("replies", "回执", Kind.CHOICE),
)
_PANE = 0.4


class LettersPage(TablePage):
    """The letters of one term in the order in which they were made; the chosen one as a family gets it on the right."""

    title = "告家长书"
    columns = _COLUMNS
    acts = (
        Act("notice", "印收费告家长书", "print_notice", "print", primary=True),
        Act("new", "新建", "add_letter", "add"),
        Act("copy", "从上学期复制", "copy_last", "copy"),
        Act("edit", "编辑", "edit_chosen", "edit", needs="one"),
        Act("print", "打印", "print_letters", "print", needs="one"),
        Act("replies", "登记回执", "show_replies", "done", needs="one"),
        Act("delete", "删除", "remove", "delete", needs="one"),
    )
    settings_key = "fee_letters"
    record_word = "封"
    embedded, narrows, always_one = True, False, True
    empty_text = "本学期还没有告家长书。可以用自带的文本新建（收费告知、防溺水、交通安全……），或从上学期复制。"
    empty_acts = ("notice", "new", "copy")
    go = Signal(str)

    def __init__(self, changes: Changes, settings: QSettings | None, data: DataFolder) -> None:
        self.data_folder = data
        self.plan: PlanRow | None = None
        self.letters: list[LetterRow] = []
        self.pictured = b""
        super().__init__(changes, settings)
        self.setContentsMargins(0, 8, 0, 0)
        if settings is None or settings.value(f"{self.settings_key}/pane_width") is None:
            self.splitter.setSizes([int(1000 * (1 - _PANE)), int(1000 * _PANE)])

    def scope_words(self) -> str:
        """Give the term."""
        return self.plan.term_title if self.plan else ""

    def show_plan(self, plan: PlanRow | None) -> None:
        """Show the letters of a term."""
        other = plan is not None and (self.plan is None or plan.term_id != self.plan.term_id)
        changed, self.plan = plan != self.plan, plan
        if changed and plan is not None:
            self.refresh()
        if other:
            self.grid.fit(measure=True)

    # --- the list

    def totals(self, wish: Wish) -> Totals:
        """Read the letters anew and count them."""
        self.letters = queries.letters(self.plan.term_id) if self.plan else []
        return Totals(len(self.letters))

    def fetch(self, wish: Wish, limit: int, offset: int) -> Sequence[Row]:
        """Give a block of letters."""
        shown = self.letters[offset:offset + limit]
        return [(row.id, queries.heading(row), row.kind_name, row.dated_on, row.due_on, row.printed_on,
                 _returned(row) if row.slip else "没有回执") for row in shown]

    def position(self, wish: Wish, record_id: int) -> int | None:
        """Give the row a letter stands in."""
        return next((number for number, row in enumerate(self.letters) if row.id == record_id), None)

    def able(self) -> Mapping[str, bool]:
        """A letter without a slip has no replies to go to."""
        row = self.chosen()
        return {"replies": row is not None and bool(row.slip)}

    # --- the letter on the right

    def detail_widget(self) -> QFrame:
        """Give the pane: whether the letter went out, and the page as the first family gets it."""
        self.picture, self.chip, self.about = PagePicture(), label("", "chip"), Elided()
        self.picture.clicked.connect(self.look)
        head = row(self.chip, self.about, None, gap=10)
        head.setStretch(1, 100)
        lines = column(head, self.picture, margins=(12, 10, 12, 12))
        lines.setStretch(1, 1)
        pane = QFrame()
        mark(pane, role="panel")
        pane.setLayout(lines)
        return pane

    def show_detail(self, row: Row | None) -> None:
        """Show a letter as the first pupil's family gets it."""
        letter = self.chosen()
        self.chip.setVisible(letter is not None)
        if letter is None:
            self.about.say("")
            self.pictured, words = b"", "选一封信，这里显示家长收到的样子。"
        else:
            self.chip.setText("已印发" if letter.printed_on else "未印发")
            mark(self.chip, tone="done" if letter.printed_on else "warning")
            self.about.say(letter.kind_name)
            self.pictured, words = family_picture(letter)
        if self.pictured:
            self.picture.show_pdf(self.pictured)
        else:
            self.picture.say(words)

    def look(self) -> None:
        """Show the letter in large."""
        letter = self.chosen()
        if letter is not None and self.pictured:
            look_at(self, self.pictured, queries.heading(letter))

    # --- what a person does

    def chosen(self) -> LetterRow | None:
        """Give the letter of the one chosen line."""
        identity = self.selected_id()
        return next((row for row in self.letters if row.id == identity), None)

    def add_letter(self) -> None:
        """Write a new letter from one of the shipped texts."""
        from ui.fees.letters.editor import FeeLetterEditor

        editor = FeeLetterEditor(self, self._plan().term_id)
        if editor.exec() and editor.letter_id:
            self.choose(editor.letter_id)
            undoing.told("已新建。核对右边的样子，再点“打印”。", editor.step)

    def print_notice(self) -> None:
        """Print the term's letter about its fees; where there is none yet, one with the shipped text is made first."""
        letter = queries.latest("fee-notice", self._plan().term_id)
        if letter is None:
            step = commands.make_letter(self._plan().term_id, commands.usual_draft("fee-notice"))
            undoing.told("已用自带的文本建立收费告家长书；要改的话点“编辑”。", step)
            letter = queries.letter(step.made[0])
        self.choose(letter.id)
        print_letter(self, self.data_folder, letter)

    def copy_last(self) -> None:
        """Take the letters of the last term that has any; those that there are already stay as they are."""
        plan = self._plan()
        terms = sorted(
            (term for term in school.terms() if term.starts_on < plan.starts_on), key=lambda term: term.starts_on
        )
        last = next((term for term in reversed(terms) if queries.letters(term.id)), None)
        if last is None:
            raise Refused("以前的学期都没有告家长书，没有可以复制的。请点“新建”，用自带的文本。")
        step = commands.copy_letters(last.id, plan.term_id)
        self.choose(step.made[0])
        undoing.told(f"已从{last.title}复制 {len(step.made)} 封，请填写落款日期和回执截止。", step)

    def edit_chosen(self) -> None:
        """Change the chosen letter."""
        from ui.fees.letters.editor import FeeLetterEditor

        row = self._chosen()
        editor = FeeLetterEditor(self, row.term_id, row.id)
        if editor.exec():
            undoing.told("已保存。", editor.step)

    def print_letters(self) -> None:
        """Print the chosen letter for whoever is ticked."""
        print_letter(self, self.data_folder, self._chosen())

    def show_replies(self) -> None:
        """Go on to counting the slips of the chosen letter."""
        self.go.emit(f"replies:letter{self._chosen().id}")

    def remove(self) -> None:
        """Remove the chosen letter; one that went out is kept."""
        row = self._chosen()
        if row.printed_on:
            raise Refused(f"这封信已在{chinese_day(row.printed_on)}印发给家长，要留着备查，不能删除。")
        undoing.told(f"已删除“{queries.heading(row)}”。", commands.remove_letter(row.id))

    def _chosen(self) -> LetterRow:
        row = self.chosen()
        if row is None:
            raise Refused("请先选一封信。")
        return row

    def _plan(self) -> PlanRow:
        if self.plan is None:
            raise Refused("这个学期还没有收费方案。请先从上学期复制，或新建。")
        return self.plan


def _returned(row: LetterRow) -> str:
    """Say how many slips came back of those who are in class: 993/1002."""
    counts = queries.reply_counts(row.id)
    return f"{sum(each.returned for each in counts)}/{sum(each.pupils for each in counts)}"
