"""The editor of a letter in a term of fees: its kinds and shipped texts, the families that get it."""

from collections import defaultdict
from dataclasses import replace

from PySide6.QtWidgets import QWidget

from app.core.errors import Problem, Refused
from app.fees.letters import commands, kinds, queries
from app.fees.letters.kinds import KINDS
from app.fees.letters.queries import LetterRow
from app.fees.letters.values import Filler
from app.school import queries as school
from app.school.letters.text import LetterDraft
from app.store.journal import Step
from ui.fees.letters.family import family_picture
from ui.kit.letters.editor import LetterEditor


class FeeLetterEditor(LetterEditor):
    """Writes a new letter of a term (``letter_id`` 0), or changes one."""

    def __init__(self, parent: QWidget | None, term_id: int, letter_id: int = 0) -> None:
        self.term_id = term_id
        self.row = queries.letter(letter_id) if letter_id else _blank(term_id)
        super().__init__(parent, KINDS, "修改告家长书" if letter_id else "新建告家长书", letter_id)
        self.kind.setEnabled(not letter_id)
        self._begin()

    def check(self, draft: LetterDraft) -> list[Problem]:
        """Give what is wrong with a letter."""
        return kinds.check_letter(draft)

    def shipped(self, kind: str) -> LetterDraft:
        """Give a new letter of a kind, dated today."""
        return commands.usual_draft(kind)

    def store(self, draft: LetterDraft) -> Step | None:
        """Store the letter."""
        if not self.letter_id:
            return commands.make_letter(self.term_id, draft)
        return commands.edit_letter(self.letter_id, draft)

    def picture_for(self, draft: LetterDraft, person: int) -> tuple[bytes, str]:
        """Give the letter as a pupil's family gets it."""
        drawn = replace(self.row, kind=draft.kind, title=draft.title, body=draft.body, slip=draft.slip,
                        by_item=draft.by_item, dated_on=draft.dated_on, due_on=draft.due_on)
        return family_picture(drawn, person)

    def _begin(self) -> None:
        """Fill the editor: with the letter, or with the first shipped text that the term has no letter of yet."""
        if self.letter_id:
            draft = queries.draft_of(self.row)
        else:
            have = {each.kind for each in queries.letters(self.term_id)}
            draft = self.shipped(next((key for key in KINDS if key not in have), next(iter(KINDS))))
        families: dict[str, list[tuple[int, str]]] = defaultdict(list)
        for each in Filler(replace(self.row, kind=draft.kind), draft=True).addressed():
            families[each.class_name].append((each.id, f"{each.seat or ''} {each.name}".strip()))
        self.begin(draft, families)


def _blank(term_id: int) -> LetterRow:
    """Give an empty letter of a term that is not stored yet."""
    term = next((each for each in school.terms() if each.id == term_id), None)
    if term is None:
        raise Refused("这个学期已经不在了。请先在“设置—学期”里建立它。")
    return LetterRow(
        0,
        term.id,
        next(iter(KINDS)),
        "",
        "",
        "",
        False,
        None,
        None,
        None,
        term.name.school_year,
        term.name.half,
        term.starts_on,
        term.ends_on,
        0,
    )
