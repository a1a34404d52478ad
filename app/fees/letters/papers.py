"""Letters to families as one PDF: for the school, for grades, classes, pupils, or for those whose slip is still out."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from app.core.errors import Refused
from app.core.progress import Progress, silent
from app.fees.board import checking
from app.fees.board import queries as boards
from app.fees.letters import queries
from app.fees.letters.kinds import KINDS, shipped_draft
from app.fees.letters.queries import LetterRow
from app.fees.letters.values import Filler
from app.fees.plan import queries as plan_queries
from app.fees.plan.orders import plan_of, scope
from app.paper.book import Printed
from app.paper.forms import Form, Layout, Order, Takes
from app.school import queries as school
from app.school.letters import settings as words
from app.school.letters.papers import INTERNAL, Pile, Setter, class_cover, signs_itself, write_piles
from app.school.roster import PupilRow
from app.store import settings

_CLAIM = re.compile(r"(汇总|结算)[^。]*已[^。]*公示")    # words that a person typed


@dataclass(frozen=True, slots=True)
class Batch:
    """Which letters are printed: nothing given is the whole school. ``missing``: only for whose slip is still out.

    ``matter`` leaves out pupils with nothing due; ``covers`` None goes by the setting. ``draft`` prints a notice although
    the plan's checks forbid it: for looking at only.
    """

    classes: Collection[int] = ()
    grades: Collection[int] = ()
    pupils: Collection[int] = ()
    missing: bool = False
    matter: bool = False
    layout: Layout = "one"
    covers: bool | None = None
    draft: bool = False


def print_letters(letter: LetterRow, path: Path, batch: Batch | None = None, progress: Progress = silent) -> Printed:
    """Write a letter for every pupil of a batch into one PDF, by class and seat, each class behind its cover sheet.

    Refuses where nobody would get one, and a notice of fees that may not be printed yet. ``progress`` may raise ``Cancelled``: then there is no file.
    """
    batch = batch or Batch()
    if not batch.draft:
        require_printable(letter)
    filler = Filler(letter, batch.draft)
    kind = KINDS[letter.kind]
    setter = Setter(queries.draft_of(letter), kind, filler.common, bool(kind.about) or not signs_itself(letter.body))
    title, due = setter.title(filler.common), filler.common["回执截止"] if letter.slip else ""
    piles, left_out = [], 0
    covers = settings.value(words.COVERS) if batch.covers is None else batch.covers
    for name, group in groupby(
        chosen_pupils(letter, filler, batch), key=lambda pupil: (pupil.class_id, pupil.class_name)
    ):
        told = [(pupil, filler.filled(pupil)) for pupil in group]
        kept = [(pupil, each) for pupil, each in told if each.matter or not batch.matter]
        without = len(told) - len(kept)
        left_out += without
        if kept:
            cover = class_cover(title, name[1], [pupil for pupil, _ in kept], due,
                                f"（另有 {without} 人没有款项，不发）" if without else "") if covers else None
            piles.append(Pile(name[1], [setter.letter(each) for _, each in kept], cover))
    if not piles:
        if left_out:
            raise Refused(f"选中的 {left_out} 名学生都没有应缴或应退的款项，不用印发。")
        raise Refused("没有要印发的学生。请检查选中的班级，或先录入学生名册。")
    return write_piles(title, piles, path, "two" if batch.layout == "two" else "one", INTERNAL if kind.about else "", progress)


def preview(letter: LetterRow, pupil: PupilRow | int, path: Path) -> Printed:
    """Write one pupil's letter as it will be printed, for the editor's picture beside the text."""
    identity = pupil if isinstance(pupil, int) else pupil.id
    return print_letters(letter, path, Batch(pupils=(identity,), covers=False, draft=True))


def chosen_pupils(letter: LetterRow, filler: Filler, batch: Batch) -> list[PupilRow]:
    """Give the pupils of a batch by class and seat."""
    back = queries.returned(letter.id) if batch.missing else {}
    return [
        pupil
        for pupil in filler.addressed()
        if (not batch.classes or pupil.class_id in batch.classes)
        and (not batch.grades or pupil.grade in batch.grades)
        and (not batch.pupils or pupil.id in batch.pupils)
        and pupil.id not in back
    ]


def require_printable(letter: LetterRow) -> None:
    """Refuse a notice of fees while the checks of its plan forbid printing; what is settled may be printed again as it was."""
    plan = plan_queries.plan_of(letter.term_id) if KINDS[letter.kind].about == "fees" else None
    if plan is not None and plan.allows("edit"):
        checking.require_clean(plan.id, "print")
    settled = plan_queries.plan_of(letter.term_id) if KINDS[letter.kind].about in ("settled", "meals") else None
    if settled is not None and _CLAIM.search(letter.body) and boards.hanging(settled.id, boards.ABOUT_SETTLEMENT) is None:
        raise Refused("信里说结算汇总已经公示，现在还没有公示。请先在“公示”里公示结算再印；或把这句话换成字段“{公示情况}”，没有公示时就不印。")


# --- forms -------------------------------------------------------------------------------------------------------


def letter_of(term_id: int, kind: str) -> LetterRow:
    """Give the latest letter of a kind in a term, else the shipped text for that term; refuses a term that is gone."""
    found = queries.latest(kind, term_id)
    if found is not None:
        return found
    term = next((row for row in school.terms() if row.id == term_id), None)
    if term is None:
        raise Refused("这个学期已经不在了。请先在“设置—学期”里建立它。")
    draft = shipped_draft(kind)
    return LetterRow(0, term_id, kind, draft.title, draft.body, draft.slip, draft.by_item, None, None, None,
                     term.name.school_year, term.name.half, term.starts_on, term.ends_on, 0)


def _form(kind: str, order: Order, path: Path, progress: Progress) -> Printed:
    batch = Batch(order.classes, order.grades, layout=order.layout or "one", matter=True)
    return print_letters(letter_of(plan_of(order).term_id, kind), path, batch, progress)


def _notice(order: Order, path: Path, progress: Progress) -> Printed:
    return _form("fee-notice", order, path, progress)


def _settlement(order: Order, path: Path, progress: Progress) -> Printed:
    return _form("settlement", order, path, progress)


_TAKES: Takes = ("term", "classes", "grades", "layout")
FORMS: tuple[Form, ...] = (
    Form("fee-notice", "收费告家长书（带回执）", _notice, scope, _TAKES, about="fee_plan", word=True),
    Form("fee-settlement-letter", "代办费结算告家长书", _settlement, scope, _TAKES, about="fee_plan", word=True),
)
