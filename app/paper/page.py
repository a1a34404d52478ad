"""What stands around the body of every page: margins, title lines, signature line, copies note, page numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from app.paper.book import MM, Book
from app.paper.fitting import LEADING, fit, place
from app.paper.fonts import Ink, Role

Size = Literal["a4", "a3"]
Orientation = Literal["portrait", "landscape"]
Heading = tuple[str, str, str]  # left · centre · right

_SHORT_AND_LONG: dict[Size, tuple[float, float]] = {"a4": (210, 297), "a3": (297, 420)}
_TITLE, _SUBTITLE, _THIRD, _SIGN, _NOTE, _JOB = 18.0, 10.5, 10.5, 10.5, 9.0, 7.0  # sizes in points
_ONE_LINE = 0.86    # how far a title shrinks before it is broken before the form's name
_GAP = 4 * MM       # from the end of a blank to the next label
_HAND = 26 * MM + _GAP  # room that a signature needs beside its label, upright and lying
_PITCH = 11 * MM    # from one line of signatures to the next
_DATE = "年　　月　　日"


@dataclass(frozen=True, slots=True)
class Frame:
    """A page and the part of it that may be printed on, all in points from the lower left corner."""

    width: float
    height: float
    left: float
    right: float
    bottom: float
    top: float

    @property
    def inner(self) -> float:
        """Width between the margins."""
        return self.right - self.left


def frame(size: Size = "a4", orientation: Orientation = "portrait") -> Frame:
    """Give a page with a binding margin: 22 mm at the left of an upright page, 25 mm at the top of a lying one."""
    short, long = (each * MM for each in _SHORT_AND_LONG[size])
    if orientation == "portrait":
        return Frame(short, long, 22 * MM, short - 14 * MM, 16 * MM, long - 16 * MM)
    return Frame(long, short, 15 * MM, long - 15 * MM, 15 * MM, short - 25 * MM)


class Block(NamedTuple):
    """Something drawn below a point: operators with the upper left corner as their origin, and its height."""

    operators: str
    height: float

    def at(self, x: float, top: float) -> str:
        """Give the operators that draw it with its upper left corner at a place of the page."""
        return f"q 1 0 0 1 {x:.2f} {top:.2f} cm {self.operators} Q" if self.operators else ""


def head(ink: Ink, width: float, title: str, subtitle: str = "", third: Heading = ("", "", ""), owner: str = "") -> Block:
    """Give title, the line under it and the third line (left · centre · right), each only if it has words.

    A title too long for a line is broken after ``owner``, the school's name that it begins with: before the form's name.
    """
    parts: list[str] = []
    y = 0.0
    titles: list[tuple[str, float, Role]] = [
        *((line, _TITLE, "bold") for line in title_lines(ink, title, width, owner)), (subtitle, _SUBTITLE, "body")]
    for text, size, role in titles:
        if text:
            fitted = fit(ink.face(role), text, width, size, least=0.7)
            y -= fitted.height / 2
            parts.append(_text(y, place(ink, role, fitted, 0, width, "center")))
            y -= fitted.height / 2 + 1.6 * MM
    if any(third):
        block = _thirds(ink, width, third)
        parts.append(block.at(0, y - 0.6 * MM))
        y -= block.height + 0.6 * MM
    return Block(" ".join(parts), -y)


def title_lines(ink: Ink, title: str, width: float, owner: str, size: float = _TITLE) -> list[str]:
    """Give the lines of a title: one where it fits, else the school's name and below it what the paper is."""
    fits = ink.face("bold").width(title, size * _ONE_LINE) <= width
    form = title.removeprefix(owner).lstrip() if owner else title
    return [title] if fits or form in ("", title) else [title[:-len(form)].rstrip(), form]


def third_spans(needs: Sequence[float], width: float, gap: float) -> list[tuple[float, float]]:
    """Give from where to where left, centre and right of a line stand, by the widths they need (0: nothing there).

    The centre stands in the middle of the line if the sides leave it there, else between them. What is short keeps its
    width; the longest takes what is left.
    """
    left, centre, right = needs
    if max(left, right) * 2 + centre + 2 * gap <= width or sum(map(bool, needs)) < 2 and max(needs) <= width:
        return [(0.0, left), ((width - centre) / 2, (width + centre) / 2), (width - right, width)]
    room = width - gap * (sum(map(bool, needs)) - 1)
    if sum(needs) <= room:
        between = (left + gap, left + gap + centre) if left else (0.0, centre)
        return [(0.0, left), between, (width - right, width)]
    longest = max(range(3), key=lambda at: needs[at])
    kept = [min(need, room / 3) for need in needs]
    kept[longest] = room - (sum(kept) - kept[longest])
    spans, x = [], 0.0
    for need in kept:
        spans.append((x, x + need))
        x += need + gap if need else 0.0
    return spans


def _thirds(ink: Ink, width: float, texts: Heading) -> Block:
    """Give one line with up to three texts; they share the width by what they need, each fitted into its share."""
    face = ink.face("body")
    spans = third_spans([face.width(text, _THIRD) for text in texts], width, 4 * MM)
    sides = ("left", "center", "right")
    fits = [fit(face, text, end - start, _THIRD) for text, (start, end) in zip(texts, spans, strict=True)]
    high = max(fitted.height for fitted in fits) + 2 * MM
    lines = [place(ink, "body", fitted, start, end, side)
             for fitted, (start, end), side in zip(fits, spans, sides, strict=True)]
    return Block(_text(-high / 2, "".join(lines)), high)


def signing(ink: Ink, width: float, labels: Sequence[str], date_label: str = "", copies: str = "", times: Sequence[str] = (),
            pitch: float = _PITCH) -> Block:
    """Give the signature line: labels with ruled blanks of 26 mm or more, evenly on as many lines as needed, ``pitch`` apart.

    ``date_label`` adds 年 月 日 to fill in as the last blank; ``copies`` is the 一式N份 note, right below. A paper that is
    signed several times over has the whole once for each of ``times`` (期初登记, 期末复查), which stand before it in bold.
    """
    face = ink.face("body")
    if times:
        signed, y = list[str](), 0.0
        for time in times:
            fitted = fit(ink.face("bold"), time, width, _SIGN)
            y -= 3.5 * MM + fitted.height / 2
            signed.append(_text(y, place(ink, "bold", fitted, 0, width, "left")))
            y -= fitted.height / 2
            block = signing(ink, width, labels, date_label, copies if time == times[-1] else "")
            signed.append(block.at(0, y + 3 * MM))
            y -= block.height - 3 * MM
        return Block(" ".join(signed), -y)
    texts = [f"{label}：" for label in labels]
    if date_label:
        texts.append(f"{date_label}：")
    needs = [face.width(text, _SIGN) + _HAND for text in texts]
    if date_label:
        needs[-1] = face.width(f"{texts[-1]}{_DATE}", _SIGN)
    parts: list[str] = []
    y = -3.5 * MM
    for row in _rows(needs, width):
        # All as wide where that leaves each the room it needs, else each by its need.
        spare = width - sum(needs[at] for at in row)
        even = max(needs[at] for at in row) * len(row) <= width
        x = 0.0
        for at in row:
            slot = width / len(row) if even else needs[at] + spare / len(row)
            parts.append(_blank(ink, texts[at], x, slot, y - 7 * MM, bool(date_label) and at == len(texts) - 1))
            x += slot
        y -= pitch
    if copies:
        fitted = fit(face, copies, width, _NOTE)
        y -= 1.5 * MM + fitted.height / 2
        parts.append(_text(y, place(ink, "body", fitted, 0, width, "right")))
        y -= fitted.height / 2
    return Block(" ".join(parts), -y if parts else 0.0)


def _rows(needs: Sequence[float], width: float) -> list[list[int]]:
    """Give what stands on each line of blanks, as few lines as can be and about as many blanks on each."""
    def filled(most: int) -> list[list[int]]:
        rows: list[list[int]] = []
        used = 0.0
        for at, need in enumerate(needs):
            if not rows or used + need > width or len(rows[-1]) == most:
                rows.append([])
                used = 0.0
            rows[-1].append(at)
            used += need
        return rows

    fewest = len(filled(len(needs)))
    return next((rows for most in range(1, len(needs) + 1) if len(rows := filled(most)) == fewest), [])


def _blank(ink: Ink, label: str, x: float, slot: float, y: float, dated: bool) -> str:
    """Give one label with its ruled blank, or with 年 月 日, its baseline at ``y``."""
    face = ink.face("body")
    fitted = fit(face, label, slot - _HAND * 0.6, _SIGN)  # only a monstrous label is shrunk or wrapped
    wide = max((face.width(line, fitted.size) for line in fitted.lines), default=0.0)
    text = _text(y + _SIGN * 0.37, place(ink, "body", fitted, x, x + slot, "left"))
    if dated:
        spaced = fit(face, "　" * 2 + _DATE, slot - wide, _SIGN)
        if len(spaced.lines) > 1 or spaced.size < _SIGN:    # no room for a wide blank before the year
            spaced = fit(face, _DATE, slot - wide, _SIGN, least=0.5)
        return text + _text(y + _SIGN * 0.37, place(ink, "body", spaced, x + wide, x + slot, "left"))
    return f"{text} 0.4 w {x + wide:.2f} {y - 2:.2f} m {x + slot - _GAP:.2f} {y - 2:.2f} l S"


@dataclass(frozen=True, slots=True)
class Numbered:
    """Which page this is of what is filed alone (a room's sheet, a class's list), and of how many; ``job`` pages are printed at once."""

    page: int
    of: int
    job: int


def foot(book: Book, page: Frame, number: Numbered, mark: str = "") -> None:
    """Write 第x页 共y页 in the middle of the bottom margin, ``mark`` (内部资料 请勿张贴) at its left.

    Where more is printed at once than this page's own sheets, its place in the whole stands small at the right.
    """
    y = page.bottom - 7 * MM
    book.text((page.left + page.right) / 2, y, f"第 {number.page} 页　共 {number.of} 页", _NOTE, align="center")
    if number.job != number.of:
        book.text(page.right, y, f"本批 {book.pages + 1}/{number.job}", _JOB, align="right")
    if mark:
        fitted = fit(book.ink.face("sans"), mark, page.inner / 2 - 20 * MM, _NOTE, tallest=_NOTE * LEADING)
        book.put(_text(y + _NOTE * 0.37, place(book.ink, "sans", fitted, page.left, page.right, "left")))


def continued(book: Book, page: Frame, words: str) -> None:
    """Write small in the top margin of a further sheet what it goes on with, so that it is known when it lies alone."""
    words = f"{words}（续）"
    size = min(_NOTE, _NOTE * page.inner / max(book.ink.face("body").width(words, _NOTE), 1))
    book.text(page.right, page.top + 3 * MM, words, size, align="right")


def _text(y: float, operators: str) -> str:
    """Wrap placed lines into a text object whose middle stands at height ``y``."""
    return f"BT 1 0 0 1 0 {y:.2f} Tm {operators}ET " if operators else ""


def boxed(ink: Ink, role: Role, text: str, size: float, left: float, right: float, align: str) -> str:
    """Give a short text fitted between two edges on one height, for labels inside rows; "" for none."""
    return place(ink, role, fit(ink.face(role), text, right - left, size), left, right, align)
