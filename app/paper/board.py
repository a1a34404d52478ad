"""What hangs on a wall: tables and words in large type, on A4 and A3 pages, as one poster, or as a poster on A4 tiles.

Type keeps its size and words wrap: nothing on a board is shrunk below what is asked for (16 points, 三号, on A3). A poster
takes the largest type with which everything fits on its one page.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.core.errors import Refused
from app.core.progress import Progress, silent
from app.paper.book import MM, Book, Printed, Style, check_target
from app.paper.fitting import Fitted, fit, place, wrap
from app.paper.fonts import Ink, Role
from app.paper.forms import POSTERS, Paper
from app.paper.page import Frame, Numbered, Orientation, continued, foot, frame, title_lines
from app.paper.ruling import Line, ruled

LEAST = 16.0            # points, 三号: the smallest type on A3 and on posters
_A4_TYPE = 11.5         # points; an A4 copy is for the desk and the file
_MOST_LINES = 60        # of one cell
_POSTER = (600.0, 800.0)            # mm
_TILE = (210.0, 297.0)              # mm, A4
_TILE_MARGIN, _OVERLAP = 8.0, 12.0  # mm: what a printer leaves white, and what two tiles share
_TOGETHER = 4           # rows of a table that a page ends with at least
_ALONG = 3              # paragraphs that go to a further page with who issues the board
_SEAL = 42 * MM                     # a school's seal is 40 to 42 mm wide
BLANK = "　"            # between telephones and the like: where a line may break
_TITLE, _SUB = 1.9, 0.95            # sizes of title and the line under it, in sizes of the text


@dataclass(frozen=True, slots=True)
class BoardColumn:
    """A column: its width relative to the others, how its cells stand; ``number`` may shrink rather than break."""

    title: str
    width: float
    align: str = "left"
    number: bool = False


@dataclass(frozen=True, slots=True)
class BoardRow:
    """Cells as people read them; a ``heading`` has one cell over the whole width, a ``bold`` row is a sum."""

    cells: Sequence[str]
    bold: bool = False
    heading: bool = False


@dataclass(frozen=True, slots=True)
class BoardTable:
    """Columns and rows under a caption; ``snug`` rows stand closer, for many figures."""

    columns: Sequence[BoardColumn]
    rows: Sequence[BoardRow]
    caption: str = ""
    snug: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """A paragraph; what ``label`` says stands before it in bold. ``indent`` begins its first line two characters in."""

    text: str
    label: str = ""
    indent: bool = False


@dataclass(frozen=True)
class Board:
    """A notice: title, a line under it (left, right), tables and paragraphs, and who issues it, with room for the seal.

    ``mark`` stands in the bottom margin of A4 and A3 pages (核对稿). A title too long for a line is broken after ``owner``, what it
    begins with (school and term).
    """

    title: str
    pieces: Sequence[BoardTable | Words]
    subtitle: tuple[str, str] = ("", "")
    issuer: str = ""
    dated: str = ""
    mark: str = ""
    owner: str = ""


@dataclass(slots=True)
class _Block:
    """A part of the flow: its height in points and what draws it with its upper edge at a height, at the left margin."""

    height: float
    draw: Callable[[float], str]


def write_board(board: Board, paper: Paper, path: Path, orientation: Orientation = "landscape",
                progress: Progress = silent, style: Style | None = None) -> Printed:
    """Write a board on ``a4``, ``a3``, as one ``poster`` of 60×80 cm, or as A4 ``tiles`` to be joined to that poster.

    Refuses a target that cannot be written, and a poster whose words do not fit even in the smallest type allowed.
    """
    check_target(path)
    style = style or Style()
    if paper in POSTERS:
        return _write_poster(board, paper == "tiles", path, orientation, progress, style)
    page, size = _frame(paper or "a3", orientation), _A4_TYPE if paper == "a4" else LEAST
    book = Book(board.title, (page.width, page.height), style)
    pages = _pages(_Setter(book.ink, page.inner, size), board, page)
    for done, operators in enumerate(pages):
        progress(done, len(pages), f"正在写第 {done + 1} 页，共 {len(pages)} 页")
        book.put(*operators)
        if done:
            continued(book, page, board.title)
        foot(book, page, Numbered(done + 1, len(pages), len(pages)), board.mark)
        book.end_page()
    return book.save(path)


def _frame(paper: Paper, orientation: Orientation) -> Frame:
    """Give a page: A4 is filed after it hung and keeps the margin for binding; A3 has even margins, it is not bound."""
    if paper == "a4":
        return frame("a4", orientation)
    wide, high = (297, 420) if orientation == "portrait" else (420, 297)
    edge = 16
    return Frame(wide * MM, high * MM, edge * MM, (wide - edge) * MM, (edge + 2) * MM, (high - edge) * MM)


# --- pages -------------------------------------------------------------------------------------------------------


def _pages(setter: "_Setter", board: Board, page: Frame) -> list[list[str]]:
    """Let the board flow over pages: tables repeat their head, a heading never ends a page."""
    flow = _Flow(setter, page)
    for block in setter.head(board):
        flow.put(block)
    closing = setter.closing(board)
    for at, piece in enumerate(board.pieces):
        if not isinstance(piece, Words):
            flow.table(piece)
            continue
        # Who issues it never stands on a page with nothing but a telephone number: the last paragraphs go along.
        after = [setter.words(each).height for each in board.pieces[at + 1:] if isinstance(each, Words)]
        ends = at >= len(board.pieces) - _ALONG and len(after) == len(board.pieces) - at - 1
        flow.put(setter.words(piece), sum(after) + closing.height if ends else 0)
    flow.put(closing)
    return flow.pages


class _Flow:
    """Puts blocks and tables one below the other, on new pages where they need them."""

    def __init__(self, setter: "_Setter", page: Frame) -> None:
        self.setter, self.page, self.y = setter, page, page.top
        self.pages: list[list[str]] = [[]]

    def _turn(self) -> None:
        self.pages.append([])
        self.y = self.page.top

    def put(self, block: _Block, below: float = 0) -> None:
        """Put a block that stays whole, where ``below`` points are left under it."""
        if self.y < self.page.top and self.y - block.height - below < self.page.bottom - 0.01:
            self._turn()
        self.pages[-1].append(_at(self.page.left, block.draw(self.y)))
        self.y -= block.height

    def table(self, table: BoardTable) -> None:
        """Put a table; one that fits on a page of its own does not leave a row or two behind on the page before."""
        caption, head, lines = self.setter.table(table)
        above = (caption.height if caption else 0) + head.height
        first = _fitting(lines, self.y - self.page.bottom - above)
        whole = _fitting(lines, self.page.top - self.page.bottom - above) == len(lines)
        if self.y < self.page.top and (not first or (whole and first < min(len(lines), _TOGETHER))):
            self._turn()
        if caption:
            self.put(caption)
        start = 0
        while start < len(lines):
            # A row higher than a page stands on one all the same.
            count = _fitting(lines[start:], self.y - self.page.bottom - head.height) or 1
            drawn, self.y = ruled([head, *lines[start:start + count]], 0, self.page.inner, self.y)
            self.pages[-1].append(_at(self.page.left, drawn))
            start += count
            if start < len(lines):
                self._turn()
        self.y -= self.setter.size * 0.7


def _fitting(lines: Sequence[Line], room: float) -> int:
    """Give how many lines fit; a heading does not stand last, and a sum is not parted from the row before it."""
    count, used = 0, 0.0
    for line in lines:
        used += line.height
        if used > room + 0.01:
            break
        count += 1
    while 0 < count < len(lines) and (lines[count - 1].part == "head" or lines[count].part == "foot"):
        count -= 1
    return count


def _at(x: float, operators: str) -> str:
    return f"q 1 0 0 1 {x:.2f} 0 cm {operators} Q" if operators else ""


# --- posters -----------------------------------------------------------------------------------------------------


def _write_poster(
    board: Board, tiled: bool, path: Path, orientation: Orientation, progress: Progress, style: Style
) -> Printed:
    wide, high = _POSTER if orientation == "portrait" else _POSTER[::-1]
    edge = 28 * MM
    page = Frame(wide * MM, high * MM, edge, wide * MM - edge, edge, high * MM - edge)
    size = (_TILE[0] * MM, _TILE[1] * MM) if tiled else (page.width, page.height)
    book = Book(board.title, size, style)
    operators = _one_page(book.ink, board, page)
    if not tiled:
        progress(0, 1, "正在写海报")
        book.put(*operators)
        book.end_page()
        return book.save(path)
    _tile(book, operators, page, progress)
    return book.save(path)


def _one_page(ink: Ink, board: Board, page: Frame) -> list[str]:
    """Set the board on one page in the largest type that fits, half a point at a time."""
    low, high = int(LEAST * 2), 160
    while low < high:
        middle = (low + high + 1) // 2
        if _height(_Setter(ink, page.inner, middle / 2), board) <= page.top - page.bottom:
            low = middle
        else:
            high = middle - 1
    setter = _Setter(ink, page.inner, low / 2)
    spare = page.top - page.bottom - _height(setter, board)
    if spare < 0:
        raise Refused("内容太多，一张 60×80 厘米的海报放不下。请改用 A3（可以多页），或把备注写短一些。")
    # What is left goes above and below in halves of a golden sort: the words stand a little above the middle.
    tall = Frame(
        page.width, page.height, page.left, page.right, -10 * page.height, page.top - min(spare * 0.35, 40 * MM)
    )
    return _pages(setter, board, tall)[0]


def _height(setter: "_Setter", board: Board) -> float:
    total = sum(block.height for block in setter.head(board)) + setter.closing(board).height
    for piece in board.pieces:
        if isinstance(piece, Words):
            total += setter.words(piece).height
        else:
            caption, head, lines = setter.table(piece)
            total += (
                (caption.height if caption else 0)
                + head.height
                + sum(line.height for line in lines)
                + setter.size * 0.7
            )
    return total


def _tile(book: Book, operators: Sequence[str], poster: Frame, progress: Progress) -> None:
    """Cut a poster into upright A4 sheets that share ``_OVERLAP``, each with crosses where to cut and its place's name."""
    inner = tuple((side - 2 * _TILE_MARGIN) * MM for side in _TILE)
    step = tuple(side - _OVERLAP * MM for side in inner)
    across, down = (max(1, -(-int(whole - _OVERLAP * MM) // int(each)))
                    for whole, each in zip((poster.width, poster.height), step, strict=True))
    # The poster stands in the middle of all tiles.
    shift_x = (across * step[0] + _OVERLAP * MM - poster.width) / 2
    shift_y = (down * step[1] + _OVERLAP * MM - poster.height) / 2
    edge, drawing = _TILE_MARGIN * MM, "\n".join(operators)
    border = f"0.5 w 0 0 {poster.width:.2f} {poster.height:.2f} re S"
    for row in range(down):
        for column in range(across):
            progress(row * across + column, across * down, f"正在写第 {row + 1} 行第 {column + 1} 张")
            left = column * step[0] - shift_x
            low = (down - 1 - row) * step[1] - shift_y
            book.put(f"q {edge:.2f} {edge:.2f} {inner[0]:.2f} {inner[1]:.2f} re W n "
                     f"1 0 0 1 {edge - left:.2f} {edge - low:.2f} cm {border}\n{drawing} Q")
            book.put(_cut_marks(edge, inner, row, column, down, across))
            words = f"第 {row + 1} 行第 {column + 1} 张（共 {down} 行，每行 {across} 张）　沿角线裁掉右边和下边，压在后一张上粘贴"
            book.text(_TILE[0] * MM / 2, edge / 2 - 2, words, 7, align="center")
            book.end_page()


def _cut_marks(edge: float, inner: Sequence[float], row: int, column: int, down: int, across: int) -> str:
    """Draw crosses in the corners of what is kept: where the next sheet begins, the middle of what both share."""
    half = _OVERLAP / 2 * MM
    right, top = edge + inner[0], edge + inner[1]
    xs = [edge + (half if column else 0), right - (half if column < across - 1 else 0)]
    ys = [edge + (half if row < down - 1 else 0), top - (half if row else 0)]
    long = 5 * MM
    marks = [f"{x - long:.2f} {y:.2f} m {x + long:.2f} {y:.2f} l {x:.2f} {y - long:.2f} m {x:.2f} {y + long:.2f} l"
             for x in xs for y in ys]
    return f"q 0.3 w 0.5 G {' '.join(marks)} S Q"


# --- setting -----------------------------------------------------------------------------------------------------


class _Setter:
    """Sets a board's parts in one size of type across one width, all in points."""

    def __init__(self, ink: Ink, width: float, size: float) -> None:
        self.ink, self.width, self.size = ink, width, size
        self.pad = size * 0.3

    def head(self, board: Board) -> list[_Block]:
        """Give the title and the line under it."""
        size = self.size * _TITLE
        blocks = [self._centred(line, size) for line in title_lines(self.ink, board.title, self.width, board.owner, size)]
        if any(board.subtitle):
            size = self.size * _SUB
            left, right = board.subtitle

            def draw(y: float) -> str:
                middle = y - size * 0.7
                return _written(
                    self.ink, "body", Fitted(size, (left,) if left else ()), 0, self.width, "left", middle
                ) + _written(self.ink, "body", Fitted(size, (right,) if right else ()), 0, self.width, "right", middle)

            blocks.append(_Block(size * 1.7, draw))
        return blocks

    def _centred(self, text: str, size: float) -> _Block:
        set_text = fit(
            self.ink.face("bold"), text, self.width, size
        )  # a title a little too long is set a little smaller
        height = set_text.height + size * 0.45
        return _Block(
            height, lambda y: _written(self.ink, "bold", set_text, 0, self.width, "center", y - set_text.height / 2)
        )

    def words(self, piece: Words) -> _Block:
        """Give a paragraph, its label in bold before its first line."""
        label = f"{piece.label}：" if piece.label else "　　" if piece.indent else ""
        start = self.ink.face("bold").width(label, self.size)
        # The label takes the room of as many blanks at the beginning of the first line.
        first = self._lines(piece.text, max(self.width - start, self.size))[:1]
        rest_of = piece.text[len(first[0]):].lstrip() if first else ""
        hang = 0.0 if piece.indent else start
        rest = self._lines(rest_of, self.width - hang)
        pitch = self.size * 1.45
        height = pitch * (1 + len(rest)) + self.size * 0.25

        def draw(y: float) -> str:
            parts = (
                [_written(self.ink, "bold", Fitted(self.size, (label,)), 0, self.width, "left", y - pitch / 2)]
                if label.strip()
                else []
            )
            for at, line in enumerate([*first, *rest]):
                left = start if at == 0 else hang
                parts.append(
                    _written(
                        self.ink, "body", Fitted(self.size, (line,)), left, self.width, "left", y - pitch * (at + 0.5)
                    )
                )
            return "".join(parts)

        return _Block(height, draw)

    def _lines(self, text: str, width: float) -> list[str]:
        """Break a paragraph; what stands between wide blanks (a telephone with its name) stays together if it can."""
        face, parts = self.ink.face("body"), text.split(BLANK)
        if len(parts) == 1 or any(face.width(part, self.size) > width for part in parts):
            return wrap(face, text, width, self.size, _MOST_LINES)
        lines = [parts[0]]
        for part in parts[1:]:
            if face.width(longer := f"{lines[-1]}{BLANK}{part}", self.size) <= width:
                lines[-1] = longer
            else:
                lines.append(part)
        return lines

    def table(self, table: BoardTable) -> tuple[_Block | None, Line, list[Line]]:
        """Give a table's caption, its head and its rows."""
        scale = self.width / sum(column.width for column in table.columns)
        edges = [0.0]
        for column in table.columns:
            edges.append(edges[-1] + column.width * scale)
        caption = None
        if table.caption:
            size = self.size * 1.15
            caption = _Block(size * 1.75, lambda y: _written(
                self.ink, "bold", Fitted(size, (table.caption,)), 0, self.width, "left", y - size * 0.95))
        head = self._row([column.title for column in table.columns], table.columns, edges, "bold", head=True)
        least = self.size * (1.4 if table.snug else 1.75)
        lines = [
            self._heading(row.cells[0])
            if row.heading
            else self._row(row.cells, table.columns, edges, "bold" if row.bold else "body", least=least)
            for row in table.rows
        ]
        for line, row in zip(lines, table.rows, strict=True):
            line.part = "head" if row.heading else "foot" if row.bold else "row"
        return caption, head, lines

    def _heading(self, text: str) -> Line:
        set_text = Fitted(
            self.size, tuple(wrap(self.ink.face("bold"), text, self.width - 2 * self.pad, self.size, _MOST_LINES))
        )
        return Line(
            place(self.ink, "bold", set_text, self.pad, self.width - self.pad, "left"),
            set_text.height + self.size * 0.6,
        )

    def _row(
        self,
        cells: Sequence[str],
        columns: Sequence[BoardColumn],
        edges: Sequence[float],
        role: Role,
        head: bool = False,
        least: float = 0.0,
    ) -> Line:
        parts, height = [], least or self.size * 1.75
        for text, column, left, right in zip(cells, columns, edges, edges[1:], strict=False):
            start, end = left + self.pad, right - self.pad
            face = self.ink.face(role)
            if column.number and not head:
                set_text = fit(face, text, end - start, self.size, least=0.5)
            else:
                lines = [line
                         for part in text.split("\n")
                         for line in wrap(face, part, end - start, self.size, _MOST_LINES)]
                set_text = Fitted(self.size, tuple(lines))
            align = "center" if head or (column.align == "center" and len(set_text.lines) < 2) else column.align
            if column.align == "center" and not head and len(set_text.lines) > 1:
                align = "left"
            parts.append(place(self.ink, role, set_text, start, end, align))
            height = max(height, set_text.height + self.size * (0.6 if len(set_text.lines) > 1 or not least else 0.18))
        return Line("".join(parts), height, tuple(edges[1:-1]))

    def closing(self, board: Board) -> _Block:
        """Give who issues it and the day, at the right, with room for the seal over both."""
        if not board.issuer:
            return _Block(0.0, lambda y: "")
        height = max(_SEAL, self.size * 5)
        face = self.ink.face("body")
        wide = max(face.width(board.issuer, self.size), face.width(board.dated, self.size), _SEAL)
        right = self.width - self.size * 2
        left = max(0.0, right - wide)

        def draw(y: float) -> str:
            middle = y - height / 2
            return (
                _written(
                    self.ink, "body", Fitted(self.size, (board.issuer,)), left, right, "center", middle + self.size
                )
                + _written(
                    self.ink, "body", Fitted(self.size, (board.dated,)), left, right, "center", middle - self.size
                )
                + _written(
                    self.ink,
                    "body",
                    Fitted(self.size * 0.75, ("（盖章）",)),
                    left,
                    right,
                    "center",
                    middle - self.size * 2.6,
                )
            )

        return _Block(height, draw)


def _written(ink: Ink, role: Role, set_text: Fitted, left: float, right: float, align: str, middle: float) -> str:
    """Give a text object whose lines are centred on a height."""
    if not set_text.lines or not set_text.lines[0]:
        return ""
    return f"BT 1 0 0 1 0 {middle:.2f} Tm {place(ink, role, set_text, left, right, align)}ET "
