"""What stands where on a printed paper, read back from the PDF itself: lines of text with their widths, rules, fonts.

It knows nothing of the kit that drew the page: a text that reaches over a rule, out of the page or over another text is
found here whoever put it there. Only the operators that this program writes are read (``app/paper/book.py``).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pypdf

_TOKEN = re.compile(r"\((?:[^()\\]|\\.)*\)|\[[^\]]*\]|/[^\s()\[\]/]+|[-+]?[0-9]*\.?[0-9]+|[A-Za-z*'\"]+", re.DOTALL)
_ESCAPE = re.compile(r"\\([0-7]{3}|.)", re.DOTALL)
_PAIR = re.compile(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")
_EDGE = 5 * 72 / 25.4       # points at each side of a page that no office printer reaches
_NEAR = 0.6                 # points: what touches by rounding is not over it
_ASCENT = 0.72              # of a line of text, above its baseline, in sizes
_OVER = 1.5                 # points by which two texts on one line may touch: the room beside a Chinese sign is its own


@dataclass(frozen=True, slots=True)
class Span:
    """One line of text: from ``left`` to ``right`` in points, its baseline and size."""

    text: str
    left: float
    right: float
    base: float
    size: float


@dataclass(frozen=True, slots=True)
class Rule:
    """One ruled line, upright or level, in points."""

    left: float
    low: float
    right: float
    high: float


@dataclass
class Sheet:
    """One page: its size in points, its texts and rules, fonts that the file does not bring along."""

    width: float
    height: float
    spans: list[Span] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)

    @property
    def words(self) -> str:
        """Give all words of the page as they were drawn."""
        return "\n".join(span.text for span in self.spans)


class _Font:
    """Widths and characters of one font of a file."""

    def __init__(self, entry: Any) -> None:
        self.first = int(entry.get("/FirstChar", 0))
        self.widths = [float(each) for each in entry.get("/Widths", ())]
        self.chars: dict[int, str] = {}
        if "/ToUnicode" in entry:
            text = entry["/ToUnicode"].get_object().get_data().decode("latin-1")
            for code, char in _PAIR.findall(text.partition("endcodespacerange")[2]):
                self.chars[int(code, 16)] = bytes.fromhex(char).decode("utf-16-be", "replace")
        descriptor = entry.get("/FontDescriptor", {})
        self.embedded = entry["/Subtype"] == "/Type3" or "/FontFile2" in descriptor

    def shown(self, raw: str) -> tuple[str, float]:
        """Give the words of a string and their width at size 1."""
        codes = [ord(char) for char in _ESCAPE.sub(_unescaped, raw)]
        wide = sum(self.widths[code - self.first] for code in codes if 0 <= code - self.first < len(self.widths))
        return "".join(self.chars.get(code, chr(code)) for code in codes), wide / 1000


def _unescaped(found: re.Match[str]) -> str:
    return chr(int(found[1], 8)) if len(found[1]) == 3 else found[1]


def read(path: Path, pages: Sequence[int] | None = None) -> Iterator[Sheet]:
    """Give the pages of a PDF (all, or those counted from 0) as what stands on them."""
    with pypdf.PdfReader(path) as reader:
        fonts: dict[str, _Font] = {}
        for number in range(len(reader.pages)) if pages is None else pages:
            page: Any = reader.pages[number]
            resources = page["/Resources"].get_object()
            for name, entry in resources["/Font"].get_object().items():
                if name not in fonts:
                    fonts[name] = _Font(entry.get_object())
            sheet = Sheet(float(page.mediabox.width), float(page.mediabox.height))
            forms = resources.get("/XObject", {})
            _Reader(sheet, fonts, forms).run(page.get_contents().get_data().decode("latin-1"))
            yield sheet


class _Reader:
    """Runs the operators of one page; only moved, never turned or scaled, but for pictures."""

    def __init__(self, sheet: Sheet, fonts: dict[str, _Font], forms: Any) -> None:
        self.sheet, self.fonts, self.forms = sheet, fonts, forms
        self.at, self.stack = (0.0, 0.0), list[tuple[float, float]]()
        self.line = (0.0, 0.0)
        self.pen = 0.0
        self.spread = 0.0
        self.font, self.size = "", 0.0
        self.from_ = (0.0, 0.0)

    def run(self, code: str) -> None:
        """Run a page's or a form's operators."""
        waiting: list[str] = []
        for found in _TOKEN.finditer(code):
            token = found[0]
            if token[0] in "([/" or token[0].isdigit() or token[0] in "-+.":
                waiting.append(token)
            else:
                self._do(token, waiting)
                waiting = []

    def _do(self, word: str, given: list[str]) -> None:
        if word == "Tj":
            self._show(given[-1][1:-1])
        elif word == "Tf":
            self.font, self.size = given[-2], float(given[-1])
        elif word in ("BT", "Td", "Tm"):
            x, y = (float(given[-2]), float(given[-1])) if given else (0.0, 0.0)
            self.line = (self.line[0] + x, self.line[1] + y) if word == "Td" else (x, y)
            self.pen = 0.0
        elif word == "Tc":
            self.spread = float(given[-1])
        elif word == "cm":
            self.at = self.at[0] + float(given[-2]), self.at[1] + float(given[-1])
        elif word == "q":
            self.stack.append(self.at)
        elif word == "Q":
            self.at = self.stack.pop()
        elif word == "Do" and (form := self.forms[given[-1]].get_object())["/Subtype"] == "/Form":
            self.run(form.get_data().decode("latin-1"))
        elif word in ("m", "l", "re"):
            self._rule(word, [float(each) for each in given[-4:]])

    def _show(self, raw: str) -> None:
        font = self.fonts[self.font]
        self.sheet.strangers += [self.font] if not font.embedded else []
        text, wide = font.shown(raw)
        wide = wide * self.size + self.spread * len(text)
        left = self.at[0] + self.line[0] + self.pen
        base = self.at[1] + self.line[1]
        self.pen += wide
        last = self.sheet.spans[-1] if self.sheet.spans else None
        if last and abs(last.base - base) < 0.01 and abs(last.right - left) < 0.05 and last.size == self.size:
            self.sheet.spans[-1] = Span(last.text + text, last.left, left + wide, base, self.size)
        elif text:
            self.sheet.spans.append(Span(text, left, left + wide, base, self.size))

    def _rule(self, word: str, given: list[float]) -> None:
        x, y = given[:2] if word == "re" else given[-2:]
        here = self.at[0] + x, self.at[1] + y
        if word == "l":
            (x0, y0), (x1, y1) = self.from_, here
            self.sheet.rules.append(Rule(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)))
        elif word == "re":
            far = here[0] + given[2], here[1] + given[3]
            for a, b in ((here, (far[0], here[1])), ((here[0], far[1]), far), (here, (here[0], far[1])), ((far[0], here[1]), far)):
                self.sheet.rules.append(Rule(min(a[0], b[0]), min(a[1], b[1]), max(a[0], b[0]), max(a[1], b[1])))
        self.from_ = here


def faults(sheet: Sheet) -> list[str]:
    """Give a sentence for each text that leaves the page, crosses a rule or lies on another text, and for a font not embedded."""
    found = [f"font {name} is not embedded" for name in dict.fromkeys(sheet.strangers)]
    upright = sorted((rule.left, rule.low, rule.high) for rule in sheet.rules if rule.right - rule.left < _NEAR)
    level = [(rule.low, rule.left, rule.right) for rule in sheet.rules if rule.high - rule.low < _NEAR]
    rows: dict[int, list[Span]] = {}
    for span in (each for each in sheet.spans if each.text.strip()):
        left, right = _inked(span)
        top = span.base + _ASCENT * span.size
        if left < _EDGE or right > sheet.width - _EDGE or span.base < _EDGE or top > sheet.height - _EDGE:
            found.append(f"out of the page: {span.text!r}")
        middle = (span.base + top) / 2
        if any(left + _NEAR < x < right - _NEAR and low < middle < high for x, low, high in upright):
            found.append(f"over an upright rule: {span.text!r}")
        if any(span.base + _NEAR < y < top - _NEAR and start < right - _NEAR and end > left + _NEAR for y, start, end in level):
            found.append(f"over a level rule: {span.text!r}")
        rows.setdefault(round(span.base), []).append(span)
    for base, spans in rows.items():
        spans = sorted([*spans, *rows.get(base + 1, ())], key=lambda each: each.left)
        for one, other in zip(spans, spans[1:], strict=False):
            if one != other and _inked(one)[1] - _inked(other)[0] > _OVER:
                found.append(f"one over the other: {one.text!r}, {other.text!r}")
    return found


def _inked(span: Span) -> tuple[float, float]:
    """Give left and right of what is seen: spaces at both ends take room but no ink."""
    one = (span.right - span.left) / max(1, len(span.text))
    before = len(span.text) - len(span.text.lstrip())
    after = len(span.text) - len(span.text.rstrip())
    return span.left + one * before, span.right - one * after


_PAGE = re.compile(r"第 (\d+) 页　共 (\d+) 页")
_FOOT = re.compile(r"(小计|合计|总计)")


def wrongly_numbered(sheets: Sequence[Sheet]) -> list[str]:
    """Give what is wrong with the page numbers: each part of a job counts 1, 2, … to the number that all its pages name."""
    found, expected, total = [], 1, 0
    for at, sheet in enumerate(sheets, 1):
        numbers = [(int(x), int(y)) for x, y in _PAGE.findall(sheet.words)]
        if not numbers:
            continue
        number, of = numbers[0]
        if (number, of) != (expected, total if expected > 1 else of) or number > of:
            found.append(f"page {at} says {number} of {of}, expected {expected} of {total or of}")
        expected, total = (1, 0) if number >= of else (number + 1, of)
    return found


def lonely_signatures(sheet: Sheet, signers: Sequence[str]) -> bool:
    """Whether a page has a line to sign on (one of ``signers``, with colon) but no row of what is signed for."""
    signed = [span for span in sheet.spans if span.text.strip("　 ") in {f"{each}：" for each in signers}]
    if not signed:
        return False
    top = min(span.base for span in signed)
    above = [span for span in sheet.spans if span.base > top + 3 and any(
        rule.high - rule.low > 4 and rule.low - _NEAR < span.base < rule.high for rule in sheet.rules)]
    rows: dict[int, str] = {}
    for span in above:
        rows[round(span.base / 4)] = rows.get(round(span.base / 4), "") + span.text
    return not [text for text in list(rows.values())[1:] if not _FOOT.search(text)]
