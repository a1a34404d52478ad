"""Letters to families as one PDF: for the school, for grades, classes, pupils, or for those whose slip is still out."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from app.core.errors import Refused
from app.core.progress import Progress, silent
from app.fees import rules
from app.fees.board import checking
from app.fees.letters import queries
from app.fees.letters import settings as words
from app.fees.letters.queries import LetterRow
from app.fees.letters.text import KINDS, Text, filled, parsed, shipped_draft
from app.fees.letters.values import Filled, Filler
from app.fees.plan import queries as plan_queries
from app.paper.book import Printed
from app.paper.forms import Form, Layout, Order
from app.paper.letter_blocks import (
    COMPACT,
    DENSE,
    OFFICIAL,
    SMALL,
    TIGHT,
    Blanks,
    Grid,
    Manner,
    Paragraph,
    Piece,
    Signed,
    Space,
)
from app.paper.letters import SLIP, Bundle, Letter, Mailing, write_letters
from app.school.papers import style
from app.school.roster import PupilRow
from app.store import settings

MARK = "内部资料　请勿张贴"
MANNERS: Mapping[str, tuple[Manner, ...]] = {
    words.FITTING: (OFFICIAL, SMALL, COMPACT, DENSE), words.OFFICIAL: (OFFICIAL,), words.SMALL: (SMALL,), words.COMPACT: (COMPACT, DENSE)}
_HALF = (COMPACT, DENSE, TIGHT)
_IN_A_ROW = 3       # pupils side by side on a cover sheet


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
    setter = _Setter(letter, filler)
    bundles, left_out = [], 0
    covers = settings.value(words.COVERS) if batch.covers is None else batch.covers
    pupils = chosen_pupils(letter, filler, batch)
    for name, group in groupby(pupils, key=lambda pupil: (pupil.class_id, pupil.class_name)):
        rows = list(group)
        told = [(pupil, filler.filled(pupil)) for pupil in rows]
        kept = [(pupil, each) for pupil, each in told if each.matter or not batch.matter]
        left_out += len(told) - len(kept)
        if kept:
            cover = setter.cover(name[1], [pupil for pupil, _ in kept], len(rows) - len(kept)) if covers else None
            bundles.append(Bundle([setter.letter(each) for _, each in kept], cover, name[1]))
    if not bundles:
        if left_out:
            raise Refused(f"选中的 {left_out} 名学生都没有应缴或应退的款项，不用印发。")
        raise Refused("没有要印发的学生。请检查选中的班级，或先录入学生名册。")
    mailing = Mailing(setter.title(filler.common), bundles, MANNERS[settings.value(words.MANNER)],
                      _HALF if batch.layout == "two" else (), MARK, "份")
    return write_letters(mailing, path, progress, style())


def preview(letter: LetterRow, pupil: PupilRow | int, path: Path) -> Printed:
    """Write one pupil's letter as it will be printed, for the editor's picture beside the text."""
    identity = pupil if isinstance(pupil, int) else pupil.id
    return print_letters(letter, path, Batch(pupils=(identity,), covers=False, draft=True))


def chosen_pupils(letter: LetterRow, filler: Filler, batch: Batch) -> list[PupilRow]:
    """Give the pupils of a batch by class and seat."""
    back = queries.returned(letter.id) if batch.missing else {}
    return [pupil for pupil in filler.addressed()
            if (not batch.classes or pupil.class_id in batch.classes) and (not batch.grades or pupil.grade in batch.grades)
            and (not batch.pupils or pupil.id in batch.pupils) and pupil.id not in back]


def require_printable(letter: LetterRow) -> None:
    """Refuse a notice of fees while the checks of its plan forbid printing; what is settled may be printed again as it was."""
    plan = plan_queries.plan_of(letter.term_id) if KINDS[letter.kind].about == "fees" else None
    if plan is not None and plan.state in rules.OPEN_STATES:
        checking.require_clean(plan.id, "print")


class _Setter:
    """Makes letters of one text: what is the same for all is cut once."""

    def __init__(self, letter: LetterRow, filler: Filler) -> None:
        self._title, self._body, self._slip = parsed(letter.title), Text(letter.body), Text(letter.slip)
        self._common = filler.common
        self._due = filler.common["回执截止"] if letter.slip else ""
        kind = KINDS[letter.kind]
        signer = settings.value(words.SIGNER) or filler.common["学校"]
        signs = any("｜" in line or "|" in line for line in letter.body.splitlines())
        # Who signs a promise signs in the text; the school signs what it sends.
        self._signed: tuple[Piece, ...] = () if signs and not kind.about else (Signed(signer, filler.common["落款日期"]),)

    def title(self, values: Mapping[str, str]) -> str:
        """Give the title with its fields filled."""
        return filled(self._title, values)

    def letter(self, told: Filled) -> Letter:
        """Give one pupil's letter; one without anything to choose has no empty table in its slip."""
        slip = self._slip.parts(told.values, told.grids)
        head: list[Piece] = [Paragraph(SLIP, "slip")]
        return Letter(self.title(told.values), (*self._body.parts(told.values, told.grids), *self._signed),
                      (*head, *slip) if slip else ())

    def cover(self, name: str, pupils: Sequence[PupilRow], left_out: int) -> Letter:
        """Give a class's cover sheet: how many letters, who takes them over, and a list to tick the slips on."""
        parts: list[Piece] = [
            Paragraph(f"班级：{name}　　　本班印发：{len(pupils)} 份" + (f"（另有 {left_out} 人没有款项，不发）" if left_out else ""), "flush"),
            Paragraph("请班主任点清份数后签收，逐一交给学生带回。" + (f"回执请于{self._due}前收齐，在下表打√后一并交回。" if self._due else ""),
                      "flush"),
            Space(0.3), _ticks(pupils), Space(0.3),
            Blanks(("实发份数", "收回回执", "未交人数")), Blanks(("班主任", "总务处", "日期"))]
        return Letter("告家长书班级封面", tuple(parts), (), f"《{self.title(self._common)}》")


def _ticks(pupils: Sequence[PupilRow]) -> Grid:
    """Give the pupils in columns of equal height, each with room for a tick."""
    high = -(-len(pupils) // _IN_A_ROW)
    rows = []
    for number in range(high):
        cells: list[str] = []
        for column in range(_IN_A_ROW):
            at = column * high + number
            cells += [str(pupils[at].seat or ""), pupils[at].name, ""] if at < len(pupils) else ["", "", ""]
        rows.append(tuple(cells))
    return Grid(("序号", "姓名", "回执") * _IN_A_ROW, tuple(rows), (11, 27, 15) * _IN_A_ROW, "clc" * _IN_A_ROW, row=0.86)


# --- forms -------------------------------------------------------------------------------------------------------


def letter_for(order: Order, kind: str) -> LetterRow:
    """Give the letter that an order is about: the latest of its kind in the term, else the shipped text for that term."""
    plan = plan_queries.chosen_plan(order.about, order.term)
    found = queries.latest(kind, plan.term_id)
    if found is not None:
        return found
    draft = shipped_draft(kind)
    return LetterRow(0, plan.term_id, kind, draft.title, draft.body, draft.slip, draft.by_item, order.day, None, None,
                     plan.school_year, plan.half, plan.starts_on, plan.ends_on, 0)


def _form(kind: str, order: Order, path: Path, progress: Progress) -> Printed:
    batch = Batch(order.classes, order.grades, order.pupils, layout=order.layout or "one", matter=not order.pupils)
    return print_letters(letter_for(order, kind), path, batch, progress)


def _notice(order: Order, path: Path, progress: Progress) -> Printed:
    return _form("fee-notice", order, path, progress)


def _settlement(order: Order, path: Path, progress: Progress) -> Printed:
    return _form("settlement", order, path, progress)


FORMS = (
    Form("fee-notice", "收费告家长书（带回执）", _notice, about="fee_plan", takes=frozenset(("classes", "grades", "pupils", "layout"))),
    Form("fee-settlement-letter", "代办费结算告家长书", _settlement, about="fee_plan",
         takes=frozenset(("classes", "grades", "pupils", "layout"))),
)
