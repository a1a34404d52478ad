"""Letters to parents as text: fields in braces, kinds and their shipped texts, what a filled text becomes on paper.

A letter's text has one paragraph a line. ``{姓名}`` is a field, ``{{`` and ``}}`` are braces that are meant as such. A short
line that begins with 一、 is a heading, a first line that ends with ： the salutation, a line of ``{项目表}`` alone the table,
a line with ｜ lines to sign on, side by side. No I/O but reading the shipped texts.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from app.core.errors import Problem
from app.core.paths import shipped
from app.paper.letter_blocks import Blanks, Grid, Paragraph, Piece

LONGEST_TITLE, LONGEST = 80, 6000
IN_ONE_COLUMN = 3       # voluntary items in one column of a slip
TABLE, CHOICES = "项目表", "征求意见表"

FIELDS: dict[str, str] = {
    "家长称谓": "张三同学家长", "姓名": "学生姓名", "班级": "三年级2班", "年级": "三年级", "学期": "2026—2027学年第一学期",
    "学年": "2026—2027学年", "学校": "学校全称", "部门": "总务部门名称", "咨询电话": "学校的电话", "监督电话": "学校、教育局和热线电话",
    "公示地点": "校门口公示栏",
    "落款日期": "2026年9月1日", "回执截止": "交回执的最后一天", "放假日期": "学期结束的第二天", "开学日期": "下学期开始的日子",
}
"""Fields that every letter may use, with what stands there."""
FEE_FIELDS: dict[str, str] = {
    TABLE: "收费项目表（单独一行）", CHOICES: "自愿项目的同意、不同意表（单独一行）", "合计": "各项合计，如 1,733.00", "大写": "合计的大写",
    "自愿合计": "其中自愿项目", "必缴合计": "其中非自愿项目", "缴费时间": "2026年9月8日至9月15日", "退费说明": "多退少补或多退少不补的说明",
    "结算办法": "多退少补或多退少不补", "减免说明": "减免政策",
}
"""Fields of a letter about what is to be paid."""
SETTLED_FIELDS: dict[str, str] = {
    TABLE: "结算表（单独一行）", "预收合计": "预收的合计", "实支合计": "实际支出的合计", "应退": "应退金额", "应退大写": "应退金额的大写",
    "应补": "应补金额", "应补大写": "应补金额的大写", "退补说明": "应退多少、应补多少的一句话", "退费说明": "多退少补或多退少不补的说明",
    "结算办法": "多退少补或多退少不补",
}
"""Fields of a letter about what was settled."""


@dataclass(frozen=True, slots=True)
class LetterKind:
    """A kind of letter: ``about`` says which money it tells (fees, settled, meals or none), ``fields`` what it may use.

    ``by_item``: its slip asks about every voluntary item. The shipped text lies in ``data/letters/<key>.md``.
    """

    key: str
    name: str
    about: str = ""
    by_item: bool = False

    @property
    def fields(self) -> Mapping[str, str]:
        """Give every field that a letter of this kind may use, with what stands there."""
        money = FEE_FIELDS if self.about == "fees" else SETTLED_FIELDS if self.about else {}
        return FIELDS | money


KINDS: dict[str, LetterKind] = {kind.key: kind for kind in (
    LetterKind("fee-notice", "收费告家长书（带回执）", "fees", by_item=True),
    LetterKind("subscription", "征订回执", "fees", by_item=True),
    LetterKind("settlement", "代办费结算告家长书", "settled"),
    LetterKind("meals", "伙食费退费告家长书", "meals"),
    LetterKind("drowning", "防溺水致家长的信"),
    LetterKind("traffic", "交通安全与上下学方式"),
    LetterKind("holiday", "假期安全告家长书"),
    LetterKind("promise", "安全承诺书"),
    LetterKind("agreement", "家校安全协议书"),
    LetterKind("general", "其他通知"),
)}


@dataclass(slots=True)
class LetterDraft:
    """A letter as a form edits it; ``slip`` "" for none, ``by_item`` asks 同意/不同意 for each voluntary item."""

    kind: str = "fee-notice"
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
    """A text made ready to be filled many times: its lines cut into words and fields once."""

    def __init__(self, text: str) -> None:
        self._lines: list[tuple[str, Segments, Piece | None]] = []
        for number, line in enumerate(text.strip("\n").splitlines()):
            line = line.strip()
            alone = _ALONE.fullmatch(line)
            if alone and alone[1] in (TABLE, CHOICES):
                self._lines.append((alone[1], (), None))
            elif line:
                segments = parsed(line)
                look = _look(line, number == 0)
                still = None if any(field for field, _ in segments) else _piece(look, filled(segments, {}))
                self._lines.append((look, segments, still))

    def parts(self, values: Mapping[str, str], grids: Mapping[str, Sequence[Piece]]) -> list[Piece]:
        """Give the paragraphs and tables with a pupil's values in them; a table that he has not is left out."""
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


def choice_grid(rows: Sequence[tuple[str, str]]) -> Grid:
    """Give the table of a slip: for each voluntary item (name, price) a box to agree and one not to; many stand in two columns."""
    boxes = "☐ 同意　☐ 不同意"
    titles, widths, align = ("自愿项目", "标准（元）", "意见（请打√）"), (31.0, 20.0, 40.0), "crc"
    if len(rows) <= IN_ONE_COLUMN:
        return Grid(titles, tuple((name, price, boxes) for name, price in rows), widths, align, row=1.05)
    high = -(-len(rows) // 2)
    cells = [(name, price, boxes) for name, price in rows] + [("", "", "")]
    return Grid(titles * 2, tuple((*cells[at], *cells[at + high]) for at in range(high)), widths * 2, align * 2, row=1.1)


# --- drafts ------------------------------------------------------------------------------------------------------


def check_letter(draft: LetterDraft) -> list[Problem]:
    """Give what is wrong with a letter: no title or text, unknown fields, a table inside a line, dates the wrong way."""
    kind = KINDS.get(draft.kind)
    if kind is None:
        return [Problem("kind", f"没有“{draft.kind}”这种信。可用：{'、'.join(KINDS)}。")]
    problems = []
    if not draft.title.strip() or len(draft.title) > LONGEST_TITLE:
        problems.append(Problem("title", f"请填标题，最多 {LONGEST_TITLE} 个字。"))
    if not draft.body.strip():
        problems.append(Problem("body", "请写正文。"))
    for key, text in (("title", draft.title), ("body", draft.body), ("slip", draft.slip)):
        if len(text) > LONGEST:
            problems.append(Problem(key, f"最多 {LONGEST} 个字，现在是 {len(text)} 个。"))
        known = [field for field in kind.fields if key != "title" or field not in (TABLE, CHOICES)]
        problems += [Problem(key, sentence) for sentence in problems_in(text, known)]
        problems += [Problem(key, f"“{{{field}}}”要单独占一行。") for field in (TABLE, CHOICES)
                     if any(re.search(rf"\{{\s*{field}\s*\}}", line) and not _ALONE.fullmatch(line.strip())
                            for line in text.splitlines()) and key != "title"]
    if draft.by_item and kind.about != "fees":
        problems.append(Problem("by_item", f"“{kind.name}”不是收费的信，没有自愿项目可以征求意见。"))
    if draft.by_item and not draft.slip.strip():
        problems.append(Problem("slip", "要逐项征求意见，回执不能为空。"))
    if draft.dated_on and draft.due_on and draft.due_on < draft.dated_on:
        problems.append(Problem("due_on", "交回执的日期早于落款日期，请检查。"))
    return problems


@cache
def shipped_text(kind: str) -> tuple[str, str, str]:
    """Give title, body and slip of a kind as shipped: the file's first line, what follows, what stands below ``---``."""
    text = shipped("data", "letters", f"{kind}.md").read_text(encoding="utf-8")
    head, _, rest = text.partition("\n")
    body, _, slip = rest.partition("\n---\n")
    return head.removeprefix("#").strip(), body.strip(), slip.strip()


def shipped_draft(kind: str, dated_on: date | None = None, due_on: date | None = None) -> LetterDraft:
    """Give a new letter of a kind with its shipped text."""
    title, body, slip = shipped_text(kind)
    return LetterDraft(kind, title, body, slip, KINDS[kind].by_item, dated_on, due_on)
