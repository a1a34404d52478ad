"""Letters as one PDF: filled for each who gets one, in piles, a pile behind its cover sheet where there is one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from app.core.errors import Refused
from app.core.progress import Progress, silent
from app.paper.book import Printed
from app.paper.letter_blocks import (
    COMPACT,
    DENSE,
    OFFICIAL,
    SMALL,
    TIGHT,
    Blanks,
    Grid,
    Letter,
    Manner,
    Paragraph,
    Piece,
    Signed,
    Space,
)
from app.paper.letters import SLIP, Bundle, Mailing, write_letters
from app.school.letters import settings as words
from app.school.letters.text import LetterDraft, LetterKind, Text, filled, parsed
from app.school.papers import style
from app.school.roster import PupilRow
from app.store import settings

INTERNAL = "内部资料　请勿张贴"      # letters that name pupils
MANNERS: Mapping[str, tuple[Manner, ...]] = {
    words.FITTING: (OFFICIAL, SMALL, COMPACT, DENSE),
    words.OFFICIAL: (OFFICIAL,),
    words.SMALL: (SMALL,),
    words.COMPACT: (COMPACT, DENSE),
}
_HALF = (COMPACT, DENSE, TIGHT)
_IN_A_ROW = 3       # pupils side by side on a cover sheet

Layout = Literal["one", "two"]


@dataclass(frozen=True)
class Told:
    """What one letter says to whoever gets it: words by field, tables by field."""

    values: Mapping[str, str]
    grids: Mapping[str, Sequence[Piece]] = field(default_factory=dict)


@dataclass(frozen=True)
class Pile:
    """Letters that are handed out together (a class, a department) in their order, behind ``cover``."""

    name: str
    letters: Sequence[Letter]
    cover: Letter | None = None


class Setter:
    """Makes letters of one text: what is the same for all is cut once. ``signed`` False: who gets it signs, not the school."""

    def __init__(self, draft: LetterDraft, kind: LetterKind, common: Mapping[str, str], signed: bool = True) -> None:
        self._title, self._school = parsed(draft.title), common["学校"]
        self._body, self._slip = Text(draft.body, kind.tables), Text(draft.slip, kind.tables)
        signer = settings.value(words.SIGNER) or common["学校"]
        self._signed: tuple[Piece, ...] = (Signed(signer, common["落款日期"]),) if signed else ()

    def title(self, values: Mapping[str, str]) -> str:
        """Give the title with its fields filled."""
        return filled(self._title, values)

    def letter(self, told: Told) -> Letter:
        """Give one letter; a slip of which nothing is left is none."""
        slip = self._slip.parts(told.values, told.grids)
        head: list[Piece] = [Paragraph(SLIP, "slip")]
        return Letter(self.title(told.values), (*self._body.parts(told.values, told.grids), *self._signed),
                      (*head, *slip) if slip else (), issuer=self._school)


def signs_itself(body: str) -> bool:
    """Whether a text has lines to sign on: a promise is signed by who makes it."""
    return any("｜" in line or "|" in line for line in body.splitlines())


def write_piles(title: str, piles: Sequence[Pile], path: Path, layout: Layout = "one", mark: str = "",
                progress: Progress = silent) -> Printed:
    """Write piles of letters as one PDF in the school's manner; ``mark`` stands in the margin of every page.

    ``two`` lays two on a page where a pile fits. Refuses where nobody gets a letter; ``progress`` may raise ``Cancelled``:
    then there is no file.
    """
    if not any(pile.letters for pile in piles):
        raise Refused("没有人收这封信。请先选收信的人。")
    mailing = Mailing(
        title,
        [Bundle(pile.letters, pile.cover, pile.name) for pile in piles],
        MANNERS[settings.value(words.MANNER)],
        _HALF if layout == "two" else (),
        mark,
        "份",
    )
    return write_letters(mailing, path, progress, style())


def class_cover(title: str, name: str, pupils: Sequence[PupilRow], due: str = "", left_out: str = "") -> Letter:
    """Give a class's cover sheet: how many letters, who takes them over, and a list to tick the slips on.

    ``due`` is the day until which the slips come in, "" without slips; ``left_out`` says of how many who get none.
    """
    parts: list[Piece] = [
        Paragraph(f"班级：{name}　　　本班印发：{len(pupils)} 份{left_out}", "flush"),
        Paragraph("请班主任点清份数后签收，逐一交给学生带回。" + (f"回执请于{due}前收齐，在下表打√后一并交回。" if due else ""), "flush"),
        Space(0.3), _ticks(pupils), Space(0.3),
        Blanks(("实发份数", "收回回执", "未交人数")), Blanks(("班主任", "总务处", "日期"))]
    return Letter("告家长书班级封面", tuple(parts), (), f"《{title}》")


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
