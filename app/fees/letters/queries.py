"""Letters of a term and the slips that came back: counts by class, who is missing, what families chose. Plain rows.

What gives names is private; ``reply_counts`` and ``choice_counts`` give none.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.core import clock
from app.core.columns import Column, Kind
from app.core.errors import Refused
from app.core.terms import TermName, school_year_title
from app.fees.item_fields import PlanItemRow
from app.fees.letters.kinds import KINDS
from app.fees.letters.replies import ReplyRow
from app.fees.plan import queries as plan_queries
from app.fees.rules import PlanRow
from app.school import queries as school
from app.school import roster
from app.school.letters.text import LetterDraft, filled, parsed
from app.school.roster import ClassSize, PupilRow
from app.store.database import among, database
from app.store.remembered import Remembered

LETTERS: tuple[Column, ...] = (
    Column("title", "标题", Kind.TEXT, 70),
    Column("kind", "种类", Kind.CHOICE, 36),
    Column("dated_on", "落款日期", Kind.DAY, 23),
    Column("due_on", "回执截止", Kind.DAY, 23),
    Column("printed_on", "印发日期", Kind.DAY, 23),
    Column("replies", "已收回执", Kind.WHOLE, 18),
)
REPLY_COUNTS: tuple[Column, ...] = (
    Column("class", "班级", Kind.TEXT, 30), Column("pupils", "应交", Kind.WHOLE, 16, total=True),
    Column("returned", "已交", Kind.WHOLE, 16, total=True), Column("missing", "未交", Kind.WHOLE, 16, total=True))


@dataclass(frozen=True, slots=True)
class LetterRow:
    """A letter of a term; ``replies`` counts the slips that came back."""

    id: int
    term_id: int
    kind: str
    title: str
    body: str
    slip: str
    by_item: bool
    dated_on: date | None
    due_on: date | None
    printed_on: date | None
    school_year: int
    half: int
    starts_on: date
    ends_on: date
    replies: int

    @property
    def term(self) -> TermName:
        """Give the term's name."""
        return TermName(self.school_year, self.half)

    @property
    def kind_name(self) -> str:
        """Give what people call its kind."""
        return KINDS[self.kind].name if self.kind in KINDS else self.kind

    @property
    def day(self) -> date:
        """Give the day that decides who is in class: today, inside the term."""
        return min(max(clock.today(), self.starts_on), self.ends_on)


@dataclass(frozen=True, slots=True)
class ReplyCount:
    """How many slips of a class came back; no names."""

    class_id: int
    grade: int
    class_name: str
    pupils: int
    returned: int

    @property
    def missing(self) -> int:
        """Give how many are still out."""
        return self.pupils - self.returned


@dataclass(frozen=True, slots=True)
class ChoiceCount:
    """What the families of a class chose for one item; ``silent`` did not answer. No names."""

    class_id: int
    class_name: str
    plan_item: int
    item: str
    agreed: int
    refused: int
    silent: int


_LETTER = """SELECT l.id, l.term_id, l.kind, l.title, l.body, l.slip, l.by_item, l.dated_on, l.due_on, l.printed_on,
    t.school_year, t.half, t.starts_on, t.ends_on, (SELECT count(*) FROM fee_reply r WHERE r.letter_id = l.id)
    FROM fee_letter l JOIN term t ON t.id = l.term_id"""


# What a list of slips asks for again and again, kept until it changes (``store.remembered``).
_letters: Remembered[Mapping[int, LetterRow]] = Remembered(2)
_addressed: Remembered[Sequence[PupilRow]] = Remembered(3)
_sizes: Remembered[Sequence[ClassSize]] = Remembered(3)
_voluntary: Remembered[Mapping[int, Sequence[PlanItemRow]]] = Remembered(3)
_choices: Remembered[Mapping[tuple[int, int], bool]] = Remembered(3)
_returned: Remembered[Mapping[int, tuple[date, str]]] = Remembered(3)


def letters(term_id: int) -> list[LetterRow]:
    """Give the letters of a term in the order in which they were made."""
    return [row for row in _all_letters().values() if row.term_id == term_id]


def letter(identity: int) -> LetterRow:
    """Give a letter; refuses one that has been removed meanwhile."""
    row = _all_letters().get(identity)
    if row is None:
        raise Refused("这封信已经不在了，可能刚被删除。请刷新后再试。")
    return row


def _all_letters() -> Mapping[int, LetterRow]:
    return _letters.get("", lambda: {row[0]: _letter(row)
                                     for row in database.execute_sql(f"{_LETTER} ORDER BY l.id").fetchall()})


def heading(row: LetterRow) -> str:
    """Give a letter's title as people read it: term, school year and school are filled in."""
    return filled(
        parsed(row.title),
        {"学期": row.term.title, "学年": school_year_title(row.school_year), "学校": school.profile().name},
    )


def latest(kind: str, term_id: int) -> LetterRow | None:
    """Give the latest letter of a kind in a term, None where there is none."""
    return next((row for row in reversed(letters(term_id)) if row.kind == kind), None)


def draft_of(row: LetterRow) -> LetterDraft:
    """Give a letter that is read already as a form edits it."""
    return LetterDraft(row.kind, row.title, row.body, row.slip, row.by_item, row.dated_on, row.due_on)


def _letter(row: Sequence[Any]) -> LetterRow:
    days = [date.fromisoformat(each) if each else None for each in row[7:10]]
    first, last = map(date.fromisoformat, row[12:14])
    return LetterRow(*(*row[:6], bool(row[6]), *days, row[10], row[11], first, last, row[14]))


# --- who gets it, who answered -----------------------------------------------------------------------------------


def addressed(row: LetterRow, class_id: int | None = None) -> list[PupilRow]:
    """Give who gets a letter: the pupils (of a class) who are there on the letter's day, by class and seat."""
    day, year = row.day, row.school_year
    everybody = _addressed.get((day, year), lambda: roster.pupils_in(None, day, year))
    return [pupil for pupil in everybody if class_id in (None, pupil.class_id)]


def returned(letter_id: int, pupils: Collection[int] | None = None) -> Mapping[int, tuple[date, str]]:
    """Give (of some pupils) pupil → (day on which the slip came back, remark)."""
    if pupils is None:
        return _returned.get(letter_id, lambda: _read_returned(letter_id, None))
    return _read_returned(letter_id, pupils)


def _read_returned(letter_id: int, pupils: Collection[int] | None) -> dict[int, tuple[date, str]]:
    narrow, more = among("pupil_id", pupils)
    return {
        pupil: (date.fromisoformat(day), remark)
        for pupil, day, remark in database.execute_sql(
            f"SELECT pupil_id, returned_on, remark FROM fee_reply WHERE letter_id = ?{narrow}", (letter_id, *more)
        ).fetchall()
    }


def choices(plan_id: int, pupils: Collection[int] | None = None) -> Mapping[tuple[int, int], bool]:
    """Give (of some pupils) (plan item, pupil) → agreed."""
    if pupils is None:
        return _choices.get(plan_id, lambda: _read_choices(plan_id, None))
    return _read_choices(plan_id, pupils)


def _read_choices(plan_id: int, pupils: Collection[int] | None) -> dict[tuple[int, int], bool]:
    narrow, more = among("c.pupil_id", pupils)
    return {(item, pupil): bool(agreed) for item, pupil, agreed in database.execute_sql(
        f"""SELECT c.plan_item_id, c.pupil_id, c.agreed FROM fee_choice c JOIN fee_plan_item i ON i.id = c.plan_item_id
            WHERE i.plan_id = ?{narrow}""", (plan_id, *more)).fetchall()}


def answered_elsewhere(row: LetterRow, pupils: Collection[int]) -> set[int]:
    """Give those of some pupils whose slip of another letter of the term, one that asks about items too, came back."""
    narrow, more = among("r.pupil_id", pupils)
    return {pupil for (pupil,) in database.execute_sql(
        f"""SELECT DISTINCT r.pupil_id FROM fee_reply r JOIN fee_letter l ON l.id = r.letter_id
            WHERE l.term_id = ? AND l.by_item = 1 AND l.id <> ?{narrow}""", (row.term_id, row.id, *more)).fetchall()}


def plan_asked(row: LetterRow) -> PlanRow | None:
    """Give the plan whose voluntary items a letter asks about, None where it asks about none."""
    return plan_queries.plan_of(row.term_id) if row.by_item else None


def voluntary(plan_id: int) -> Mapping[int, Sequence[PlanItemRow]]:
    """Give grade → the voluntary items that cost something there, in the plan's order."""
    return _voluntary.get(plan_id, lambda: _read_voluntary(plan_id))


def _read_voluntary(plan_id: int) -> dict[int, list[PlanItemRow]]:
    prices = plan_queries.matrix(plan_id)
    found: dict[int, list[PlanItemRow]] = defaultdict(list)
    for item in plan_queries.plan_items(plan_id):
        if item.voluntary:
            for grade in sorted(grade for each, grade in prices if each == item.id and prices[each, grade]):
                found[grade].append(item)
    return dict(found)


def reply_counts(letter_id: int) -> list[ReplyCount]:
    """Give for every class how many slips there should be and how many came back."""
    row = letter(letter_id)
    back = returned(letter_id)
    pupils = addressed(row)
    here = Counter(pupil.class_id for pupil in pupils)
    answered = Counter(pupil.class_id for pupil in pupils if pupil.id in back)
    return [ReplyCount(each.class_id, each.grade, each.name, here[each.class_id], answered[each.class_id])
            for each in _classes(row.school_year) if here[each.class_id]]


def _classes(year: int) -> Sequence[ClassSize]:
    return _sizes.get(year, lambda: roster.class_sizes(year))


def choice_counts(letter_id: int) -> list[ChoiceCount]:
    """Give for every class and voluntary item how many families agreed, refused and did not answer."""
    row = letter(letter_id)
    plan = plan_asked(row)
    if plan is None:
        return []
    known, asked_of = choices(plan.id), voluntary(plan.id)
    counted: dict[tuple[int, int], Counter[bool | None]] = defaultdict(Counter)
    for pupil in addressed(row):
        for item in asked_of.get(pupil.grade, ()):
            counted[pupil.class_id, item.id][known.get((item.id, pupil.id))] += 1
    return [
        ChoiceCount(
            each.class_id,
            each.name,
            item.id,
            item.name,
            *(counted[each.class_id, item.id][word] for word in (True, False, None)),
        )
        for each in _classes(row.school_year)
        for item in asked_of.get(each.grade, ())
        if (each.class_id, item.id) in counted
    ]


def reply_rows(letter_id: int, class_id: int | None) -> list[ReplyRow]:
    """Give every pupil of a class (None: of all) with his slip, by class and seat (private)."""
    row = letter(letter_id)
    back, plan = returned(letter_id), plan_asked(row)
    known = choices(plan.id) if plan else {}
    asked_of = voluntary(plan.id) if plan else {}
    return [ReplyRow(pupil.id, pupil.seat, pupil.name, back[pupil.id][0] if pupil.id in back else None,
                     {item.id: known.get((item.id, pupil.id)) for item in asked_of.get(pupil.grade, ())},
                     back[pupil.id][1] if pupil.id in back else "")
            for pupil in addressed(row, class_id)]
