"""Find the header of an office's sheet, match its columns to fields, and tell data rows from the rest.

Rows are lists of cells where ``rows[i]`` is worksheet row ``i + 1``; columns count from 0.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from app.core.columns import Kind
from app.core.money import FULL_WIDTH
from app.exchange.reading import Cell, Merged
from app.exchange.values import is_blank, read_text

LOOKED_AT = 30        # rows from the top that may be the header
LONGEST_HEADING = 24  # characters; a longer cell is a sentence


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """A field that a sheet may have a column for: ``synonyms`` are other headings offices give it, best first."""

    key: str
    title: str
    kind: Kind = Kind.TEXT
    synonyms: tuple[str, ...] = ()
    required: bool = False


@dataclass(frozen=True, slots=True)
class HeaderGuess:
    """The header begins at worksheet row ``row_number`` and takes ``depth`` rows (2 where groups stand above headings).

    ``score`` is about the number of columns recognised. Data begin at ``row_number + depth``.
    """

    row_number: int
    score: float
    depth: int = 1


_BRACKETED = re.compile(r"[(\[【〔〈<{][^)\]】〕〉>}]*[)\]】〕〉>}]")
_MARKS = re.compile(r"[\s*※★☆:：·.。、,，\-_/\\|'\"“”]+")
# A heading followed by one of these is about another thing: 数量合计 is still a 数量, 保管人电话 is no 保管人.
_AND = ("及", "和", "与", "或")
_OTHER_THING = re.compile(
    r"(电话|手机|编号|编码|代码|号码|日期|时间|部门|签字|签名|签章|备注|说明|状态|状况|名称|单位|数量|数|金额|价值|"
    r"类型|方式|来源|年限|地点|位置|照片|图片|规格|型号|序号)$")


_SAYS_MORE = re.compile(r"[:：]\s*(?![(（]|[千万]?元|$)\S")  # 保管人：王敏 is a line about the table, 单价：元 a heading


def normal_heading(value: object) -> str:
    """Give a heading for comparing and for remembering: half-width, no spaces or marks, no 必填, brackets kept."""
    return _normal(read_text(value))


@lru_cache(maxsize=8_192)  # synonyms are compared with every cell that may be a heading
def _normal(text: str) -> str:
    text = text.translate(FULL_WIDTH).lower()
    return _MARKS.sub("", text).replace("必填", "").replace("选填", "").replace("()", "")


def _bare(heading: str) -> str:
    """Give a normal heading without what stands in brackets: 单价(元) → 单价."""
    return _BRACKETED.sub("", heading) or heading


def money_factor(heading: object) -> int:
    """Give what amounts under a heading count in 元: 10,000 for 原值(万元), 1,000 for (千元), else 1."""
    text = normal_heading(heading)
    if "万元" in text:
        return 10_000
    return 1_000 if "千元" in text else 1


def match_columns(
    header_cells: Sequence[object], specs: Sequence[FieldSpec], remembered: Mapping[str, str] | None = None,
) -> dict[int, str]:
    """Give which column (from 0) holds which field.

    ``remembered`` maps a normal heading to a field's key, or to "" for a column the person chose to leave out; it beats
    everything. An exact heading beats one that merely contains the field's name; no column and no field is used twice.
    """
    columns: dict[int, str] = {}
    left = {}
    known = {spec.key for spec in specs}
    for column, cell in enumerate(header_cells):
        heading = normal_heading(cell)
        choice = (remembered or {}).get(heading) if heading else ""
        if choice and choice in known and choice not in columns.values():
            columns[column] = choice
        elif heading and choice != "" and len(heading) <= LONGEST_HEADING and not _SAYS_MORE.search(read_text(cell)):
            left[column] = heading
    offers = sorted(
        ((-_likeness(heading, spec), column, order)
         for column, heading in left.items() for order, spec in enumerate(specs)),
    )
    taken = set(columns.values())
    for unlike, column, order in offers:
        key = specs[order].key
        if unlike < 0 and column not in columns and key not in taken:
            columns[column] = key
            taken.add(key)
    return dict(sorted(columns.items()))


def _likeness(heading: str, spec: FieldSpec) -> float:
    """Tell how well a normal heading names a field: 3–4 exact, 2–3 exact but for brackets, under 2 contained, 0 not."""
    best = 0.0
    bare = _bare(heading)
    for place, name in enumerate((spec.title, *spec.synonyms)):
        word = normal_heading(name)
        if not word:
            continue
        if word == heading:
            best = max(best, 4 - place / 1000)
        elif word == bare or _bare(word) == bare:
            best = max(best, 3 - place / 1000)
        elif len(word) >= 2 and word in bare:
            best = max(best, _contained(word, bare))
    return best


def _contained(word: str, heading: str) -> float:
    """Tell how well a heading is named by a word inside it, under 2; 0 where it is about another thing."""
    before, _, rest = heading.rpartition(word)
    share = len(word) / len(heading)
    if rest.startswith(_AND):  # 设备名称及规格 is a name first
        return 1 + share
    if before.endswith(_AND):
        return share / 2
    if not rest:  # the last word of a Chinese compound is what it is about: 现存放地点 is a 存放地点
        return 1 + share
    return 0.0 if _OTHER_THING.search(rest) else share


def _score(header_cells: Sequence[object], specs: Sequence[FieldSpec], remembered: Mapping[str, str] | None) -> float:
    """Tell how much a row looks like the header: one for each exact column, a half for a contained one."""
    by_key = {spec.key: spec for spec in specs}
    score = 0.0
    for column, key in match_columns(header_cells, specs, remembered).items():
        heading = normal_heading(header_cells[column])
        known = heading in (remembered or {}) or _likeness(heading, by_key[key]) >= 2
        score += (1.0 if known else 0.5) + (0.25 if by_key[key].required else 0.0)
    # A data row may hold words that are also headings; numbers and days never stand in a header.
    return score - 0.5 * sum(1 for cell in header_cells if not is_blank(cell) and not isinstance(cell, str))


def find_header(
    rows: Sequence[Sequence[Cell]], specs: Sequence[FieldSpec], merged: Iterable[Merged] = (),
    remembered: Mapping[str, str] | None = None,
) -> HeaderGuess | None:
    """Give the row among the first 30 that names the most fields; None when no row names two.

    A second header row counts in when the two together name more fields than the first alone.
    """
    blocks = [block for block in merged if block.first_row <= LOOKED_AT + 1]
    best: HeaderGuess | None = None
    for number in range(1, min(LOOKED_AT, len(rows)) + 1):
        guess = header_at(rows, number, specs, blocks, remembered)
        if best is None or guess.score > best.score:
            best = guess
    return best if best is not None and best.score >= 1.5 else None


def header_at(
    rows: Sequence[Sequence[Cell]], number: int, specs: Sequence[FieldSpec], merged: Iterable[Merged] = (),
    remembered: Mapping[str, str] | None = None,
) -> HeaderGuess:
    """Tell how well worksheet row ``number`` does as the header, and whether the row below belongs to it."""
    blocks = list(merged)
    one = HeaderGuess(number, _score(heading_cells(rows, number, 1, blocks), specs, remembered))
    if not _may_be_second_row(rows, number, blocks):
        return one
    # The margin keeps a plain header from swallowing its first data row.
    two = HeaderGuess(number, _score(heading_cells(rows, number, 2, blocks), specs, remembered) - 0.6, 2)
    return two if two.score > one.score else one


def _may_be_second_row(rows: Sequence[Sequence[Cell]], number: int, blocks: Sequence[Merged]) -> bool:
    """Whether the row below ``number`` can belong to its header: only short words, and groups or gaps above them."""
    if number >= len(rows):
        return False
    upper, lower = rows[number - 1], rows[number]
    filled = [column for column, cell in enumerate(lower) if not is_blank(cell)]
    if not filled or any(not isinstance(lower[column], str) or len(str(lower[column])) > LONGEST_HEADING
                         for column in filled):
        return False
    gaps = [column for column in range(max(len(upper), len(lower))) if column >= len(upper) or is_blank(upper[column])]
    return bool(gaps) or any(block.first_row == number for block in blocks)


def heading_cells(
    rows: Sequence[Sequence[Cell]], row_number: int, depth: int = 1, merged: Iterable[Merged] = (),
) -> list[str]:
    """Give the headings of a header of one or two rows as text, column by column.

    A merged heading serves every column it lies over; a group's heading goes before the ones under it: 账面 + 数量.
    """
    lines: list[list[str]] = []
    blocks = list(merged)
    for number in range(row_number, row_number + depth):
        row = rows[number - 1] if number <= len(rows) else ()
        lines.append([read_text(cell) for cell in row])
    width = max((len(line) for line in lines), default=0)
    for line in lines:
        line.extend([""] * (width - len(line)))
    for block in blocks if depth > 1 else ():
        if block.first_row == row_number and block.first_column < width:
            for column in range(block.first_column + 1, min(block.last_column + 1, width)):
                lines[0][column] = lines[0][column] or lines[0][block.first_column]
    return ["".join(dict.fromkeys(words)) for words in zip(*lines, strict=True)]


_TOTAL = re.compile(r".{0,16}(合计|小计|总计|共计|累计)(数|数量|金额|人民币|大写)?")
_SIGNERS = (
    "制表人?|制单人?|编制人?|填表人?|填报人?|审核人?|复核人?|审批人?|负责人|单位负责人|部门负责人|财务负责人|经办人?|经手人|盘点人员?|监盘人员?|"
    "清查人员?|保管人员?|管理员|使用人|移交人|接收人|交接人|验收人|领用人|校长|主管校长|分管校长|总务主任|总务处|会计|出纳|记账|主管|班主任|学生代表|"
    "资产管理员|单位|学校|单位名称|单位盖章|单位公章|公章|填报单位|编制单位|填报日期|填表日期|制表日期|制表时间|打印日期|打印时间|打印人|盘点日期|清查日期|日期"
)
_NOTE = re.compile(
    rf"(?:{_SIGNERS})(?:签[字名章]|[(（][^)）]*[)）])*\s*[:：].*|(?:{_SIGNERS})?[(（]?(?:签[字名章]|盖章)[)）]?\s*[:：]?.{{0,12}}|"
    r"(?:附?注|说明|填表说明|备注)\s*\d?\s*[:：].*|第?\s*\d+\s*页[\s,，/]*共?\s*\d*\s*页?|本表一式.*|[(（—-]*以下(?:空白|无正文)[)）—-]*|此页无正文.*",
    re.DOTALL)


def is_blank_row(cells: Sequence[object]) -> bool:
    """Whether no cell of the row holds anything."""
    return all(is_blank(cell) for cell in cells)


def is_total_row(cells: Sequence[object], name_column: int | None = None) -> bool:
    """Whether a row only adds up others: 合计, 小 计, 教学楼小计 in its first filled cell or the name column."""
    first = next((cell for cell in cells if not is_blank(cell)), None)
    named = cells[name_column] if name_column is not None and name_column < len(cells) else None
    return _adds_up(first) or _adds_up(named)


def _adds_up(cell: object) -> bool:
    """Whether a cell says 合计 or the like."""
    return isinstance(cell, str) and "计" in cell and _TOTAL.fullmatch(_bare(normal_heading(cell))) is not None


_GROUP = re.compile(r"(?:[（(][一二三四五六七八九十]{1,3}[)）]|[一二三四五六七八九十]{1,3}[、.．])\s*\S.{0,30}")


def is_group_row(cells: Sequence[object]) -> bool:
    """Whether a row is only a heading over the rows below: 一、教学设备 or （二）办公家具, alone in its row."""
    filled = [cell for cell in cells if not is_blank(cell)]
    return len(filled) == 1 and isinstance(filled[0], str) and _GROUP.fullmatch(read_text(filled[0])) is not None


def is_note_row(cells: Sequence[object]) -> bool:
    """Whether a row is a signature line, a note or a page number: 制表人：张三  审核：, 注：…, 第 1 页 共 3 页."""
    first = next((cell for cell in cells if not is_blank(cell)), None)
    if not isinstance(first, str) or any(isinstance(cell, (int, float)) for cell in cells):
        return False
    return _NOTE.fullmatch(read_text(first).replace(" ", "")) is not None


def is_repeated_header(cells: Sequence[object], header_cells: Sequence[object], titles: Iterable[object] = ()) -> bool:
    """Whether a row is the page head pasted again: mostly the header's own words, or a title that stood above it."""
    first = next((column for column, cell in enumerate(cells) if not is_blank(cell)), None)
    if first is None or not isinstance(cells[first], str):
        return False
    start = normal_heading(cells[first])
    if start and first < len(header_cells) and start == normal_heading(header_cells[first]):
        filled = [(normal_heading(cell), normal_heading(header_cells[column]) if column < len(header_cells) else "")
                  for column, cell in enumerate(cells) if not is_blank(cell)]
        same = sum(1 for cell, heading in filled if cell == heading)
        return same >= 2 and same >= 0.6 * len(filled)
    above = {normal_heading(title) for title in titles if not is_blank(title)}
    return start in above and all(normal_heading(cell) in above for cell in cells if not is_blank(cell))
