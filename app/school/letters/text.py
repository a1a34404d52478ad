"""Letters as text: fields in braces, kinds and their shipped texts, what a filled text becomes on paper.

A letter's text has one paragraph a line. ``{姓名}`` is a field, ``{{`` and ``}}`` are braces that are meant as such. A short
line that begins with 一、 is a heading, a first line that ends with ： the salutation, a line with ｜ lines to sign on, side by
side; a field that stands for a table has a line of its own. Which fields there are is said by the kind of letter: a feature
adds its own. No I/O but reading the shipped texts.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from app.core.errors import Problem
from app.core.paths import shipped
from app.paper.letter_blocks import Blanks, Paragraph, Piece

LONGEST_TITLE, LONGEST = 80, 6000

FieldGroups = tuple[tuple[str, Mapping[str, str]], ...]
"""Fields as the editor offers them: (title of the group, field → what stands there)."""


@dataclass(frozen=True)
class LetterKind:
    """A kind of letter: ``groups`` are the fields that it may use, ``tables`` those of them that stand for a table.

    ``asks``: its slip may ask 同意/不同意 item by item, and as shipped does so where ``by_item``. Its shipped text lies in ``data/letters/<key>.md``.
    """

    key: str
    name: str
    groups: FieldGroups
    tables: frozenset[str] = frozenset()
    asks: bool = False
    by_item: bool = False

    @property
    def fields(self) -> dict[str, str]:
        """Give every field that a letter of this kind may use, with what stands there."""
        return {name: what for _, fields in self.groups for name, what in fields.items()}


@dataclass(slots=True)
class LetterDraft:
    """A letter as the editor writes it; ``slip`` "" for none, ``by_item``: it asks 同意/不同意 item by item.

    The days are those of the signature and of the slip's return.
    """

    kind: str = ""
    title: str = ""
    body: str = ""
    slip: str = ""
    by_item: bool = False
    dated_on: date | None = None
    due_on: date | None = None


# --- text with fields --------------------------------------------------------------------------------------------

BRACES = re.compile(r"\{\{|\}\}|\{([^{}\n]*)\}|[{}]")
Segments = tuple[tuple[bool, str], ...]     # (is a field, name or words)


def problems_in(text: str, known: Collection[str]) -> list[str]:
    """Give sentences about braces that do not close and fields that are not known, each once."""
    found: dict[str, None] = {}
    for number, line in enumerate(text.splitlines(), 1):
        for match in BRACES.finditer(line):
            if match[0] in ("{{", "}}"):
                continue
            if match[1] is None:
                found[f"第 {number} 行有单独的“{match[0]}”。字段要写成 {{姓名}} 的样子；就要印花括号时请连写两个。"] = None
            elif match[1].strip() not in known:
                found[f"第 {number} 行的字段“{{{match[1]}}}”这封信里没有。可用的有：{'、'.join(known)}。"] = None
    return list(found)


def parsed(text: str) -> Segments:
    """Cut a text into words and fields; a brace that closes nothing stays as it is."""
    segments: list[tuple[bool, str]] = []
    end = 0
    for match in BRACES.finditer(text):
        segments.append((False, text[end:match.start()]))
        end = match.end()
        segments.append((True, match[1].strip()) if match[1] is not None else (False, match[0][0]))
    segments.append((False, text[end:]))
    return tuple((field, words) for field, words in segments if words or field)


def filled(segments: Segments, values: Mapping[str, str]) -> str:
    """Put values into a text; a field without one is left blank to write on."""
    return "".join((values.get(words) or "______") if field else words for field, words in segments)


# --- what becomes of it on paper ---------------------------------------------------------------------------------

_HEADING = re.compile(r"[一二三四五六七八九十]{1,3}、[^。；]{1,36}$")
_ALONE = re.compile(r"\{\s*([^{}]*?)\s*\}")
_SIGNING = re.compile(r"[｜|]")


class Text:
    """A text made ready to be filled many times: its lines cut into words and fields once; ``tables`` are fields for tables."""

    def __init__(self, text: str, tables: Collection[str] = ()) -> None:
        self._lines: list[tuple[str, Segments, Piece | None]] = []
        for number, line in enumerate(text.strip("\n").splitlines()):
            line = line.strip()
            alone = _ALONE.fullmatch(line)
            if alone and alone[1] in tables:
                self._lines.append((alone[1], (), None))
            elif line:
                segments = parsed(line)
                look = _look(line, number == 0)
                still = None if any(field for field, _ in segments) else _piece(look, filled(segments, {}))
                self._lines.append((look, segments, still))

    def parts(self, values: Mapping[str, str], grids: Mapping[str, Sequence[Piece]]) -> list[Piece]:
        """Give the paragraphs and tables with somebody's values in them; a table that he has not is left out."""
        found: list[Piece] = []
        for look, segments, still in self._lines:
            if not segments:
                found.extend(grids.get(look, ()))
            else:
                found.append(still or _piece(look, filled(segments, values)))
        return found


def _look(line: str, first: bool) -> str:
    if _SIGNING.search(line):
        return "sign"
    if first and line.endswith(("：", ":")):
        return "flush"
    return "heading" if _HEADING.fullmatch(line) else "body"


def _piece(look: str, text: str) -> Piece:
    if look == "sign":
        return Blanks(tuple(label.strip().rstrip("：:") for label in _SIGNING.split(text) if label.strip()))
    return Paragraph(text, "flush" if look == "flush" else "heading" if look == "heading" else "body")


# --- drafts ------------------------------------------------------------------------------------------------------


def check_letter(draft: LetterDraft, kind: LetterKind) -> list[Problem]:
    """Give what is wrong with a letter: no title or text, unknown fields, a table inside a line, dates the wrong way."""
    problems = []
    if not draft.title.strip() or len(draft.title) > LONGEST_TITLE:
        problems.append(Problem("title", f"请填标题，最多 {LONGEST_TITLE} 个字。"))
    if not draft.body.strip():
        problems.append(Problem("body", "请写正文。"))
    for key, text in (("title", draft.title), ("body", draft.body), ("slip", draft.slip)):
        if len(text) > LONGEST:
            problems.append(Problem(key, f"最多 {LONGEST} 个字，现在是 {len(text)} 个。"))
        known = [field for field in kind.fields if key != "title" or field not in kind.tables]
        problems += [Problem(key, sentence) for sentence in problems_in(text, known)]
        problems += [Problem(key, f"“{{{field}}}”要单独占一行。") for field in kind.fields
                     if field in kind.tables and key != "title" and _inside_a_line(field, text)]
    if draft.by_item and not kind.asks:
        problems.append(Problem("by_item", f"“{kind.name}”里没有可以逐项征求意见的项目。"))
    if draft.by_item and not draft.slip.strip():
        problems.append(Problem("slip", "要逐项征求意见，回执不能为空。"))
    if draft.dated_on and draft.due_on and draft.due_on < draft.dated_on:
        problems.append(Problem("due_on", "交回执的日期早于落款日期，请检查。"))
    return problems


def _inside_a_line(field: str, text: str) -> bool:
    """Whether a field shares a line with other words somewhere."""
    wanted = re.compile(rf"\{{\s*{re.escape(field)}\s*\}}")
    return any(wanted.search(line) and not _ALONE.fullmatch(line.strip()) for line in text.splitlines())


@cache
def shipped_text(kind: str) -> tuple[str, str, str]:
    """Give title, body and slip of a kind as shipped: the file's first line, what follows, what stands below ``---``."""
    text = shipped("data", "letters", f"{kind}.md").read_text(encoding="utf-8")
    head, _, rest = text.partition("\n")
    body, _, slip = rest.partition("\n---\n")
    return head.removeprefix("#").strip(), body.strip(), slip.strip()


def shipped_draft(kind: LetterKind, dated_on: date | None = None, due_on: date | None = None) -> LetterDraft:
    """Give a new letter of a kind with its shipped text."""
    title, body, slip = shipped_text(kind.key)
    return LetterDraft(kind.key, title, body, slip, kind.by_item, dated_on, due_on)
