"""Rows of an office's sheet that are no data: totals, signature lines, notes, headings pasted again, blank ones."""

import re
from collections.abc import Iterable, Sequence

from app.exchange.headings import bare, normal_heading
from app.exchange.values import is_blank, read_text

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

_SIGNED = re.compile(rf".{{0,4}}(?:{_SIGNERS}|主任|科长|院长)(?:签[字名章])?[:：]")


def lone_cell(cells: Sequence[object]) -> object:
    """Give the one cell that holds anything, None where none or several do."""
    alone: object = None
    for cell in cells:
        if cell is not None and not is_blank(cell):
            if alone is not None:
                return None     # nearly every row ends here, at its second cell
            alone = cell
    return alone


def is_blank_row(cells: Sequence[object]) -> bool:
    """Whether no cell of the row holds anything."""
    return first_filled(cells) is None


def first_filled(cells: Sequence[object]) -> object:
    """Give the first cell that holds anything, None where none does."""
    for cell in cells:
        if cell is not None and not is_blank(cell):
            return cell
    return None


def is_total_row(cells: Sequence[object], name_column: int | None = None) -> bool:
    """Whether a row only adds up others: 合计, 小 计, 教学楼小计 in its first filled cell or the name column."""
    first = first_filled(cells)
    named = cells[name_column] if name_column is not None and name_column < len(cells) else None
    return _adds_up(first) or _adds_up(named)


def _adds_up(cell: object) -> bool:
    """Whether a cell says 合计 or the like."""
    return isinstance(cell, str) and "计" in cell and _TOTAL.fullmatch(bare(normal_heading(cell))) is not None


_GROUP = re.compile(r"(?:[（(][一二三四五六七八九十]{1,3}[)）]|[一二三四五六七八九十]{1,3}[、.．])\s*\S.{0,30}")


def is_group_row(cells: Sequence[object]) -> bool:
    """Whether a row is only a heading over the rows below: 一、教学设备 or （二）办公家具, alone in its row."""
    alone = lone_cell(cells)
    return isinstance(alone, str) and _GROUP.fullmatch(read_text(alone)) is not None


def is_note_row(cells: Sequence[object], name_column: int | None = None) -> bool:
    """Whether a row is a signature line, a note or a page number: 制表人：张三  审核：, 注：…, 第 1 页 共 3 页.

    So it is where the line for the signature stands in the name's column: 归口科室意见 | 负责人：    审核日期：
    """
    first = first_filled(cells)
    if not isinstance(first, str) or any(isinstance(cell, (int, float)) for cell in cells):
        return False
    named = cells[name_column] if name_column is not None and name_column < len(cells) else None
    if isinstance(named, str) and (":" in named or "：" in named) and _SIGNED.match(named.replace(" ", "")):
        return True
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
