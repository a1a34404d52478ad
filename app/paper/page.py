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
_TITLE, _SUBTITLE, _THIRD, _SIGN, _NOTE = 18.0, 10.5, 10.5, 10.5, 9.0  # sizes in points
_HAND = 26 * MM     # room that a signature needs beside its label
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


def head(ink: Ink, width: float, title: str, subtitle: str = "", third: Heading = ("", "", "")) -> Block:
    """Give title, the line under it and the third line (left · centre · right), each only if it has words."""
    parts: list[str] = []
    y = 0.0
    titles: tuple[tuple[str, float, Role], ...] = ((title, _TITLE, "bold"), (subtitle, _SUBTITLE, "body"))
    for text, size, role in titles:
        if text:
            fitted = fit(ink.face(role), text, width, size)
            y -= fitted.height / 2
            parts.append(_text(y, place(ink, role, fitted, 0, width, "center")))
            y -= fitted.height / 2 + 1.6 * MM
    if any(third):
        block = _thirds(ink, width, third)
        parts.append(block.at(0, y - 0.6 * MM))
        y -= block.height + 0.6 * MM
    return Block(" ".join(parts), -y)


def _thirds(ink: Ink, width: float, texts: Heading) -> Block:
    """Give one line with up to three texts; they share the width by what they need, each fitted into its share."""
    face, gap = ink.face("body"), 4 * MM
    needs = [face.width(text, _THIRD) if text else 0.0 for text in texts]
    left, centre, right = needs
    # The centre stands in the middle of the page if the sides leave it there, else between them.
    if max(left, right) * 2 + centre + 2 * gap <= width:
        spans = [(0.0, left), ((width - centre) / 2, (width + centre) / 2), (width - right, width)]
    else:
        present = [need for need in needs if need]
        share = (width - gap * (len(present) - 1)) / sum(present)
        spans, x = [], 0.0
        for need in needs:
            spans.append((x, x + need * share))
            x += need * share + gap if need else 0
    sides = ("left", "center", "right")
    fits = [fit(face, text, end - start, _THIRD) for text, (start, end) in zip(texts, spans, strict=True)]
    high = max(fitted.height for fitted in fits) + 2 * MM
    lines = [place(ink, "body", fitted, start, end, side)
             for fitted, (start, end), side in zip(fits, spans, sides, strict=True)]
    return Block(_text(-high / 2, "".join(lines)), high)


def signing(ink: Ink, width: float, labels: Sequence[str], date_label: str = "", copies: str = "") -> Block:
    """Give the signature line: labels with ruled blanks of 25 mm or more, evenly on as many lines as needed.

    ``date_label`` adds 年 月 日 to fill in as the last blank; ``copies`` is the 一式N份 note, right below.
    """
    texts = [f"{label}：" for label in labels]
    face = ink.face("body")
    if date_label:
        texts.append(f"{date_label}：")
    widest = max((face.width(text, _SIGN) for text in texts), default=0.0) + _HAND
    parts: list[str] = []
    y = -3.5 * MM
    if texts:
        lines = -(-len(texts) // max(1, int(width / widest)))
        each = -(-len(texts) // lines)
        slot = width / each
        for number, text in enumerate(texts):
            row, column = divmod(number, each)
            dated = bool(date_label) and number == len(texts) - 1
            parts.append(_blank(ink, text, column * slot, slot, y - row * _PITCH - 7 * MM, dated))
        y -= lines * _PITCH
    if copies:
        fitted = fit(face, copies, width, _NOTE)
        y -= 1.5 * MM + fitted.height / 2
        parts.append(_text(y, place(ink, "body", fitted, 0, width, "right")))
        y -= fitted.height / 2
    return Block(" ".join(parts), -y if parts else 0.0)


def _blank(ink: Ink, label: str, x: float, slot: float, y: float, dated: bool) -> str:
    """Give one label with its ruled blank, or with 年 月 日, its baseline at ``y``."""
    face = ink.face("body")
    fitted = fit(face, label, slot - _HAND * 0.6, _SIGN)  # only a monstrous label is shrunk or wrapped
    wide = max((face.width(line, fitted.size) for line in fitted.lines), default=0.0)
    text = _text(y + _SIGN * 0.37, place(ink, "body", fitted, x, x + slot, "left"))
    if dated:
        spaced = fit(face, "　" * 2 + _DATE, slot - wide, _SIGN, least=0.5)
        return text + _text(y + _SIGN * 0.37, place(ink, "body", spaced, x + wide, x + slot, "left"))
    return f"{text} 0.4 w {x + wide:.2f} {y - 2:.2f} m {x + slot - 4 * MM:.2f} {y - 2:.2f} l S"


def foot(book: Book, page: Frame, total: int, mark: str = "") -> None:
    """Write 第x页 共y页 in the middle of the bottom margin and ``mark`` (内部资料 请勿张贴) at its left."""
    y = page.bottom - 7 * MM
    book.text((page.left + page.right) / 2, y, f"第 {book.pages + 1} 页　共 {total} 页", _NOTE, align="center")
    if mark:
        fitted = fit(book.ink.face("sans"), mark, page.inner / 2 - 20 * MM, _NOTE, tallest=_NOTE * LEADING)
        book.put(_text(y + _NOTE * 0.37, place(book.ink, "sans", fitted, page.left, page.right, "left")))


def _text(y: float, operators: str) -> str:
    """Wrap placed lines into a text object whose middle stands at height ``y``."""
    return f"BT 1 0 0 1 0 {y:.2f} Tm {operators}ET " if operators else ""


def boxed(ink: Ink, role: Role, text: str, size: float, left: float, right: float, align: str) -> str:
    """Give a short text fitted between two edges on one height, for labels inside rows; "" for none."""
    return place(ink, role, fit(ink.face(role), text, right - left, size), left, right, align)
