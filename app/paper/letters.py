"""Letters: one for each family, hundreds in one PDF, each class behind its cover sheet.

A letter is a title, parts and a slip to be cut off. The manner in which all are set is the first of those asked for in
which the longest letter stays on its page, or on its half of a page.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.core.progress import Progress, silent
from app.paper.book import MM, WORD, Book, Printed, Style, check_target
from app.paper.fonts import Ink
from app.paper.letter_blocks import (
    COMPACT,
    SMALL,
    Blanks,
    Blocks,
    Grid,
    Letter,
    Manner,
    Paragraph,
    Piece,
    Signed,
    Space,
)
from app.paper.page import Frame, continued

SLIP = "回　执"
_SHORT, _LONG = 210 * MM, 297 * MM
_HALF_GAP = 9.5 * MM    # between the cut line of a page and the letter beside it: the mark of the upper one stands there
_FOOT = 6 * MM          # what stands in the bottom margin is at least so far from the edge, also from one that is cut
_WORTH = 200            # characters of operators from which on a part is kept once for all pages it stands on
_CUT = 9 * MM           # room for the cut line of a slip
_SPREAD = 75 * MM       # a slip goes down to the foot of its page where not more than this stays empty


@dataclass(frozen=True)
class Bundle:
    """The letters of one class in the order of handing out, behind ``cover``; ``name`` is for warnings."""

    letters: Sequence[Letter]
    cover: Letter | None = None
    name: str = ""


@dataclass(frozen=True)
class Mailing:
    """Letters that are printed together, ``manners`` tried in turn. With ``halves`` two come on a page where a class fits.

    Two on a page are laid so that the upper and the lower pile of a class, once cut, follow each other. ``mark`` stands
    in the bottom margin of every page; ``words`` is what the letters are counted in.
    """

    title: str
    bundles: Sequence[Bundle]
    manners: Sequence[Manner] = (SMALL, COMPACT)
    halves: Sequence[Manner] = ()
    mark: str = ""
    words: str = "封信"


def write_letters(mailing: Mailing, path: Path, progress: Progress = silent, style: Style | None = None) -> Printed:
    """Write all letters as one PDF and give its page count and warnings; as a Word file where ``path`` ends with .docx.

    Refuses a target that cannot be written. ``progress`` counts letters and may raise ``Cancelled``: no file is made.
    """
    if path.suffix.lower() == WORD:
        return _as_word(mailing, path, progress, style or Style())
    check_target(path)
    book = Book(mailing.title, (_SHORT, _LONG), style or Style())
    total = sum(len(bundle.letters) for bundle in mailing.bundles)
    letters = [letter for bundle in mailing.bundles for letter in bundle.letters]
    whole = _Setter(book, chosen_manner(book.ink, letters, mailing.manners), mailing.mark)
    half = (
        _Setter(book, chosen_manner(book.ink, letters, mailing.halves, half=True), mailing.mark)
        if mailing.halves
        else None
    )
    done, too_long = 0, []
    for bundle in mailing.bundles:
        if bundle.cover is not None:
            book.begin_front()
            whole.cover(bundle.cover)
        pairs = half if half is not None and half.fits(bundle) else None
        if half is not None and pairs is None:
            too_long.append(bundle.name)
        groups = list(_groups(bundle.letters, pairs is not None))
        for group in groups:
            progress(done, total, f"正在排第 {done + 1} {mailing.words}，共 {total} {mailing.words}")
            if pairs is not None:
                if group is groups[0]:
                    book.begin_front()
                pairs.pair(group)
            else:
                book.begin_front()
                whole.letter(group[0])
            done += len(group)
    if too_long:
        book.note(f"{too_long[0]}{f'等 {len(too_long)} 个班' if len(too_long) > 1 else ''}的信放不下半页，改为一页一份。")
    if not book.pages:
        whole.letter(Letter(mailing.title, (Paragraph("（没有需要印发的信）", "centre"),)))
    progress(total, total, "正在保存")
    return book.save(path)


def _as_word(mailing: Mailing, path: Path, progress: Progress, style: Style) -> Printed:
    """Write the same letters and covers for Word, one on a page, set as they would be printed."""
    from app.paper.word import write_word

    letters = [letter for bundle in mailing.bundles for letter in bundle.letters]
    manner = chosen_manner(Book(mailing.title, (_SHORT, _LONG), style).ink, letters, mailing.manners)
    every = [each for bundle in mailing.bundles for each in (*([bundle.cover] if bundle.cover else []), *bundle.letters)]
    return write_word(every, path, mailing.title, manner, mailing.mark, progress, style)


def chosen_manner(ink: Ink, letters: Sequence[Letter], manners: Sequence[Manner], half: bool = False) -> Manner:
    """Give the first manner in which the longest letters fit a page, or half of one; the last where none does."""
    longest = sorted(letters, key=_length)[-3:]
    for manner in manners:
        page = _frame(manner)
        blocks = Blocks(ink, manner, page.inner)
        room = _half_room(manner) if half else page.top - page.bottom
        if all(_height(blocks, letter) <= room for letter in longest):
            return manner
    return manners[-1]


def _length(letter: Letter) -> int:
    """Give about how long a letter is, in characters; a row of a table counts as a line of them."""
    found = 0
    for part in (*letter.parts, *letter.slip):
        if isinstance(part, Paragraph):
            found += len(part.text) + 24
        elif isinstance(part, Grid):
            found += 40 * (len(part.rows) + 2)
        else:
            found += 40
    return found


def _groups(letters: Sequence[Letter], pairs: bool) -> Iterator[tuple[Letter, ...]]:
    """Give what comes onto each page: one letter, or one of the first half of the class over one of the second."""
    if not pairs:
        yield from ((letter,) for letter in letters)
        return
    half = (len(letters) + 1) // 2
    for number in range(half):
        yield tuple(letters[number::half])


def _frame(manner: Manner) -> Frame:
    return Frame(
        _SHORT, _LONG, manner.left * MM, _SHORT - manner.right * MM, manner.bottom * MM, _LONG - manner.top * MM
    )


def _half_room(manner: Manner) -> float:
    return _LONG / 2 - manner.top * MM - _HALF_GAP


def _head(letter: Letter) -> list[Piece]:
    head: list[Piece] = [Paragraph(letter.title, "title")]
    if letter.subtitle:
        head.append(Paragraph(letter.subtitle, "centre"))
    return [*head, Space(0.5)]


def _height(blocks: Blocks, letter: Letter) -> float:
    """Give the height of a whole letter with its slip."""
    body = sum(blocks[part].height for part in (*_head(letter), *letter.parts))
    return body + (_CUT + sum(blocks[part].height for part in letter.slip) if letter.slip else 0)


class _Setter:
    """Puts letters on pages."""

    def __init__(self, book: Book, manner: Manner, mark: str) -> None:
        self.book, self.mark, self.manner = book, mark, manner
        self.page = _frame(manner)
        self.blocks = Blocks(book.ink, manner, self.page.inner)
        self._cover = Blocks(book.ink, SMALL, _frame(SMALL).inner)

    def fits(self, bundle: Bundle) -> bool:
        """Whether every letter of a class fits half a page."""
        room = _half_room(self.manner)
        return all(_height(self.blocks, letter) <= room for letter in bundle.letters)

    def cover(self, cover: Letter) -> None:
        """Draw a cover sheet; a long one goes on overleaf."""
        self._flow(cover, self._cover, _frame(SMALL))

    def letter(self, letter: Letter) -> None:
        """Draw a letter on a page of its own, or on as many as it takes."""
        self._flow(letter, self.blocks, self.page)

    def pair(self, letters: Sequence[Letter]) -> None:
        """Draw one or two letters on a page with the line to cut along between them."""
        middle = _LONG / 2
        for number, letter in enumerate(letters):
            top = (_LONG if number == 0 else middle - _HALF_GAP + self.manner.top * MM) - self.manner.top * MM
            y = self._stack([*_head(letter), *letter.parts], self.blocks, self.page, top)
            if letter.slip:
                self._slip(letter.slip, self.blocks, self.page, y)
        if self.mark:       # the upper half, once cut, has its own
            self.book.text(self.page.left, middle + _FOOT, self.mark, 7.5, "sans")
        self.book.put(f"q 0.6 w [5 3] 0 d 0 {middle:.2f} m {_SHORT:.2f} {middle:.2f} l S Q")
        self._end(self.page, 0)

    def _stack(self, parts: Sequence[Piece], blocks: Blocks, page: Frame, y: float) -> float:
        for part in parts:
            block = blocks[part]
            if len(block.operators) > _WORTH:
                self.book.stamp(block.operators, page.left, y)
            elif block.operators:
                self.book.put(block.at(page.left, y))
            y -= block.height
        return y

    def _flow(self, letter: Letter, blocks: Blocks, page: Frame) -> None:
        sheets = _sheets(blocks, letter, page.top - page.bottom)
        for number, (parts, slip) in enumerate(sheets):
            if number:
                continued(self.book, page, "　".join(filter(None, (letter.issuer, letter.title))))
            y = self._stack(parts, blocks, page, page.top)
            if slip:
                high = _CUT + sum(blocks[part].height for part in slip)
                spare = y - page.bottom - high
                self._slip(slip, blocks, page, y - spare if 0 < spare <= _SPREAD else y)
            self._end(page, number + 1 if len(sheets) > 1 else 0)

    def _slip(self, slip: Sequence[Piece], blocks: Blocks, page: Frame, y: float) -> None:
        """Draw the line to cut along and the slip below it, from ``y`` down."""
        cut = y - 4 * MM
        words, size = "沿　此　线　剪　下", 8.0
        wide = self.book.ink.face("body").width(words, size) / 2 + 2 * MM
        middle = _SHORT / 2
        left, right = page.left - 8 * MM, page.right + 8 * MM
        self.book.put(f"q 0.6 w [3 2.5] 0 d {left:.2f} {cut:.2f} m {middle - wide:.2f} {cut:.2f} l "
                      f"{middle + wide:.2f} {cut:.2f} m {right:.2f} {cut:.2f} l S Q")
        self.book.text(middle, cut - size * 0.35, words, size, align="center")
        self._stack(slip, blocks, page, y - _CUT)

    def _end(self, page: Frame, number: int) -> None:
        """Write what stands in the bottom margin and finish the page."""
        y = max(min(page.bottom * 0.5, 9 * MM), _FOOT)
        if number:
            self.book.text(_SHORT / 2, y, f"— {number} —", 9, align="center")
        if self.mark:
            self.book.text(page.left, y, self.mark, 7.5, "sans")
        self.book.end_page()


def _sheets(blocks: Blocks, letter: Letter, room: float) -> list[tuple[list[Piece], tuple[Piece, ...]]]:
    """Break a letter into pages: the parts of each, and the slip on its last."""
    waiting: list[Piece] = [*_head(letter), *letter.parts]
    sheets: list[tuple[list[Piece], tuple[Piece, ...]]] = []
    parts: list[Piece] = []
    used = 0.0
    while waiting:
        part = waiting.pop(0)
        high = blocks[part].height
        ahead = _kept(blocks, part, waiting)
        if used + high + ahead <= room + 0.01:
            # What is signed below a table never stands on a page alone: the table's last row goes along.
            signed = _signed_below(blocks, part, waiting)
            some, rest = blocks.split(part, high - 1) if signed and used + high + signed > room + 0.01 else (None, part)
            if some is not None and rest is not None:
                sheets.append(([*parts, some], ()))
                parts, used = [], 0.0
                waiting.insert(0, rest)
                continue
            parts.append(part)
            used += high
            continue
        fitting, rest = blocks.split(part, room - used) if not ahead else (None, part)
        if fitting is not None:
            parts.append(fitting)
        if not parts:   # nothing smaller can be made of it
            parts, rest = [part], None
        sheets.append((parts, ()))
        parts, used = [], 0.0
        if rest is not None:
            waiting.insert(0, rest)
    slip = _CUT + sum(blocks[part].height for part in letter.slip) if letter.slip else 0.0
    if parts and used + slip > room + 0.01:
        sheets.append((parts, ()))
        parts = []
    if parts or letter.slip:
        sheets.append((parts, letter.slip))
    return sheets


def _signed_below(blocks: Blocks, part: Piece, following: Sequence[Piece]) -> float:
    """Give the height of what is signed below a table, 0.0 where more than that follows it."""
    closing = isinstance(part, Grid) and following and all(isinstance(each, Space | Blanks | Signed) for each in following)
    return sum(blocks[each].height for each in following) if closing else 0.0


def _kept(blocks: Blocks, part: Piece, following: Sequence[Piece]) -> float:
    """Give how much of what follows must stay on the same page: after a heading a beginning, before the signing all of it."""
    if not following:
        return 0.0
    if isinstance(part, Paragraph) and part.look == "heading":
        return _beginning(blocks, following[0], following[1:])
    if isinstance(following[0], Signed) and not isinstance(part, Grid):
        return blocks[following[0]].height
    return 0.0


def _beginning(blocks: Blocks, part: Piece, following: Sequence[Piece]) -> float:
    """Give the least room in which a part can begin on a page."""
    kept = _kept(blocks, part, following)
    return blocks[part].height + kept if kept else blocks.least(part)
