"""Boxed forms of labels and values, such as 资产卡片: one or two on an A4 page, many in one file."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from app.core.columns import Kind, written
from app.core.progress import Progress, silent
from app.paper.book import MM, Book, Printed, Style, check_target
from app.paper.fitting import LEAST, fit, place
from app.paper.fonts import Role
from app.paper.ledger import NO_HEADING
from app.paper.page import Block, Frame, Heading, Numbered, boxed, foot, frame, head, signing
from app.paper.ruling import PAD, Line, paginate, ruled

_SIZE = 9.5
_PHOTO = 46 * MM        # width of the photo box
_LABEL = 22 * MM        # width of a label
_CUT = 12 * MM          # between two cards on one page: the cut line and room on both sides of it
_PHOTO_ROWS = 5         # rows beside a photo at least, so that the box is as high as a photo


@dataclass(frozen=True)
class Fact:
    """A label and its value; ``span`` is how many label–value pairs' room it takes. The kind says how it is shown.

    ``rows`` makes its row as high as so many, for a hand to write an opinion in.
    """

    label: str
    value: object = None
    kind: Kind = Kind.TEXT
    span: int = 1
    rows: float = 1


@dataclass(frozen=True)
class Part:
    """Facts under one heading row (基本信息, 财务信息 …); without a heading they follow the ones before."""

    facts: Sequence[Fact]
    heading: str = ""


@dataclass(frozen=True)
class History:
    """A small table in a card: what happened when. ``widths`` are shares of the row; ``blank`` rows wait for a pen.

    ``right`` are the columns (from 0) that hold figures. The titles stand again where the table goes on overleaf. ``totals``
    are last rows in bold.
    """

    heading: str
    titles: Sequence[str]
    rows: Sequence[Sequence[str]] = ()
    widths: Sequence[float] = ()
    blank: int = 0
    right: Sequence[int] = ()
    totals: Sequence[Sequence[str]] = ()


@dataclass(frozen=True)
class Card:
    """One card. ``photo_box`` leaves a box beside the first part even where there is no ``photo``; ``title`` is its own title.

    ``after`` are parts below the small table: what is decided about what it lists.
    """

    parts: Sequence[Part]
    heading: Heading = NO_HEADING
    photo: Path | None = None
    photo_box: bool = False
    history: History | None = None
    title: str = ""
    after: Sequence[Part] = ()


@dataclass(frozen=True)
class CardBook:
    """Cards that are printed together: ``pairs`` label–value pairs in a row, ``per_page`` 2 with a cut line between.

    A card too high for its half takes a page, one too high for a page goes on overleaf under the same title.
    ``row_height`` is mm.
    """

    title: str
    cards: Sequence[Card]
    subtitle: str = ""
    pairs: int = 2
    per_page: int = 1
    row_height: float = 7.5
    signatures: Sequence[str] = ()
    date_label: str = ""
    copies: str = ""
    mark: str = ""


@dataclass
class _Piece:
    """What one card puts on one page: its title, rows, photo (rows from–to) and, at its end, the signature line."""

    title: Block
    lines: list[Line]
    closing: Block
    photo: Path | None = None
    photo_lines: tuple[int, int] = (0, 0)
    number: int = 1     # which piece of its card this is, and of how many
    of: int = 1

    @property
    def height(self) -> float:
        """Height in points from title to signatures."""
        return self.title.height + sum(line.height for line in self.lines) + self.closing.height


def write_cards(cards: CardBook, path: Path, progress: Progress = silent, style: Style | None = None) -> Printed:
    """Write the cards as a PDF and give its page count and warnings.

    Refuses a target that cannot be written. ``progress`` counts cards and may raise ``Cancelled``: no file is made.
    """
    check_target(path)
    page = frame()
    book = Book(cards.title, (page.width, page.height), style or Style())
    writer = _Writer(cards, book, page)
    pieces: list[_Piece] = []
    for number, card in enumerate(cards.cards):
        progress(number, len(cards.cards), f"正在写第 {number + 1} 张卡片，共 {len(cards.cards)} 张")
        mine = list(writer.pieces(card))
        pieces.extend(replace(piece, number=at, of=len(mine)) for at, piece in enumerate(mine, 1))
    if not pieces:
        writer.closing = Block("", 0)     # nobody signs for nothing
        pieces.extend(writer.pieces(Card([Part([], "（没有卡片）")])))
    pages = list(writer.pages(pieces))
    for group in pages:
        writer.draw(group, len(pages))
    return book.save(path)


class _Writer:
    """Lays out cards and draws them."""

    def __init__(self, cards: CardBook, book: Book, page: Frame) -> None:
        self.cards, self.book, self.page = cards, book, page
        self.row_height = cards.row_height * MM
        self.half = (page.top - page.bottom - _CUT) / 2
        self.closing = signing(book.ink, page.inner, cards.signatures, cards.date_label, cards.copies)

    def pieces(self, card: Card) -> Iterator[_Piece]:
        """Lay out a card: one piece, or more where it is higher than a page."""
        title = head(self.book.ink, self.page.inner, card.title or self.cards.title, self.cards.subtitle, card.heading, self.book.owner)
        lines: list[Line] = []
        boxed_photo = bool(card.parts) and (card.photo is not None or card.photo_box)
        beside = 0
        for number, part in enumerate(card.parts):
            if part.heading:
                lines.append(self._heading(part.heading))
            first = len(lines)
            narrow = boxed_photo and number == 0
            lines.extend(self._facts(part.facts, narrow))
            if narrow:
                beside = first
                self._beside_photo(lines, first)
        photo_lines = (beside, self._photo_end(lines, beside)) if boxed_photo else (0, 0)
        titles, titled = [], len(lines)
        if card.history:
            lines.extend(self._history(card.history))
            titles, titled = lines[titled + 1:titled + 2], titled + 1
        listed = len(lines)
        for part in card.after:
            if part.heading:
                lines.append(self._heading(part.heading))
            lines.extend(self._facts(part.facts, narrow=False))
        room = self.page.top - self.page.bottom - title.height
        if sum(line.height for line in lines) > room - self.closing.height:
            room -= sum(line.height for line in titles)
        for start, end in paginate(lines, room, room - self.closing.height):
            last = end == len(lines)
            own = boxed_photo and start <= beside < end
            again = titles if titled < start < listed else []
            yield _Piece(
                title,
                [*again, *lines[start:end]],
                self.closing if last else Block("", 0),
                card.photo if own else None,
                (photo_lines[0] - start, min(photo_lines[1], end) - start) if own else (0, 0),
            )

    def pages(self, pieces: Sequence[_Piece]) -> Iterator[list[_Piece]]:
        """Put one piece on a page, or two where both fit their half."""
        waiting: list[_Piece] = []
        for piece in pieces:
            if self.cards.per_page < 2 or piece.height > self.half:
                if waiting:
                    yield waiting
                    waiting = []
                yield [piece]
                continue
            waiting.append(piece)
            if len(waiting) == 2:
                yield waiting
                waiting = []
        if waiting:
            yield waiting

    def draw(self, group: Sequence[_Piece], pages: int) -> None:
        """Draw one page."""
        top = self.page.top
        for number, piece in enumerate(group):
            if number:
                middle = self.page.top - self.half - _CUT / 2
                self.book.put(f"q 0.5 w [3 3] 0 d 0 {middle:.2f} m {self.page.width:.2f} {middle:.2f} l S Q")
                top = middle - _CUT / 2
            self._draw_piece(piece, top)
        alone = group[0] if len(group) == 1 else _Piece(Block("", 0), [], Block("", 0))    # two to a page are two of one page
        foot(self.book, self.page, Numbered(alone.number, alone.of, pages), self.cards.mark)
        self.book.end_page()

    def _draw_piece(self, piece: _Piece, top: float) -> None:
        """Draw one card, or the part of it that is on this page."""
        below_title = top - piece.title.height
        operators, y = ruled(piece.lines, self.page.left, self.page.right, below_title)
        self.book.put(piece.title.at(self.page.left, top), operators, piece.closing.at(self.page.left, y))
        start, end = piece.photo_lines
        if end > start:
            upper = below_title - sum(line.height for line in piece.lines[:start])
            height = sum(line.height for line in piece.lines[start:end])
            left = self.page.right - _PHOTO
            box = left + PAD, upper - height + PAD, _PHOTO - 2 * PAD, height - 2 * PAD
            if not (piece.photo and self.book.picture(piece.photo, *box)):
                hint = boxed(self.book.ink, "body", "（照片）", _SIZE, left, self.page.right, "center")
                self.book.put(f"BT 0.5 g 1 0 0 1 0 {upper - height / 2:.2f} Tm {hint}0 g ET")

    def _heading(self, text: str) -> Line:
        """Give a heading row across the card."""
        words = boxed(self.book.ink, "bold", text, _SIZE, self.page.left + PAD, self.page.right - PAD, "left")
        return Line(words, 7 * MM, part="head")

    def _facts(self, facts: Sequence[Fact], narrow: bool) -> Iterator[Line]:
        """Give rows of label–value pairs; a fact that does not fit into the rest of a row begins the next."""
        pairs = max(1, self.cards.pairs - 1) if narrow and self.cards.pairs > 2 else self.cards.pairs
        row: list[Fact] = []
        used = 0
        for fact in facts:
            span = min(max(1, fact.span), pairs)
            if used + span > pairs:
                yield self._fact_line(row, pairs, narrow)
                row, used = [], 0
            row.append(fact)
            used += span
        if row:
            yield self._fact_line(row, pairs, narrow)

    def _fact_line(self, facts: Sequence[Fact], pairs: int, narrow: bool) -> Line:
        """Give one row; its last value takes what room is left."""
        right = self.page.right - (_PHOTO if narrow else 0)
        pair = (right - self.page.left) / pairs
        label = min(_LABEL, pair * 0.42)
        parts: list[str] = []
        bounds: list[float] = []
        height = self.row_height * max(fact.rows for fact in facts)
        x = self.page.left
        for number, fact in enumerate(facts):
            end = right if number == len(facts) - 1 else x + pair * min(max(1, fact.span), pairs)
            value = written(fact.kind, fact.value)
            # Where a row is high, words of several lines are not set smaller first.
            least = 1.0 if fact.rows > 1 else LEAST
            for drawn, high in (self._cell(fact.label, "sans", x, x + label, "center", fact.label),
                                self._cell(value, "body", x + label, end, "left", fact.label, least)):
                parts.append(drawn)
                height = max(height, high)
            bounds += [x + label, end]
            x = end
        if not narrow:
            bounds.pop()
        return Line("".join(parts), height, tuple(bounds), reach=right if narrow else 0)

    def _cell(self, text: str, role: Role, left: float, right: float, align: str, label: str,
              least: float = LEAST) -> tuple[str, float]:
        """Give a cell's operators and the row height it needs; what is too long for a third of a page is cut, noted."""
        tallest = (self.page.top - self.page.bottom) / 3
        fitted = fit(self.book.ink.face(role), text, right - left - 2 * PAD, _SIZE, tallest, least)
        if fitted.kept is not None:
            self.book.note(f"“{label}”太长，共 {len(text):,} 字，纸上只印了前 {fitted.kept:,} 字。")
        return place(self.book.ink, role, fitted, left + PAD, right - PAD, align), fitted.height + 4

    def _beside_photo(self, lines: list[Line], first: int) -> None:
        """Make the rows beside the photo enough for its height, by blank rows merged into one cell if need be."""
        if missing := _PHOTO_ROWS - (len(lines) - first):
            edge = self.page.right - _PHOTO
            lines.extend(Line("", self.row_height, (edge,), reach=edge) for _ in range(missing))
        lines[-1].reach = 0

    def _photo_end(self, lines: Sequence[Line], start: int) -> int:
        """Give the index after the last row beside the photo."""
        return next((index + 1 for index in range(start, len(lines)) if not lines[index].reach), len(lines))

    def _history(self, history: History) -> Iterator[Line]:
        """Give the rows of the small table: heading, titles, what happened, blanks."""
        widths = list(history.widths) or [1.0] * len(history.titles)
        edges = [self.page.left]
        for width in widths:
            edges.append(edges[-1] + (self.page.right - self.page.left) * width / sum(widths))
        yield self._heading(history.heading)
        blanks = [("",) * len(widths)] * history.blank
        rows = (history.titles, *history.rows, *blanks, *history.totals)
        for number, row in enumerate(rows):
            parts, height = [], self.row_height
            bold = number >= len(rows) - len(history.totals)
            for column, (text, left, right) in enumerate(zip(row, edges[:-1], edges[1:], strict=True)):
                side = "center" if not number else "right" if column in history.right else "left"
                drawn, high = self._cell(text, "bold" if bold else "body" if number else "sans", left, right, side, history.heading)
                parts.append(drawn)
                height = max(height, high)
            yield Line("".join(parts), height, tuple(edges[1:-1]), part="foot" if bold else "row" if number else "head")
