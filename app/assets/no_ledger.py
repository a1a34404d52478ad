"""Sheets that look like a ledger and are something else: refused before anything is asked, each with the way out."""

import re
from collections.abc import Sequence

from app.assets.fields import TITLE
from app.assets.sheet_rows import Shared, SheetRows
from app.assets.source import Plan, Source
from app.core.errors import Refused
from app.exchange import evidence
from app.exchange.reading import Row
from app.exchange.values import read_text
from app.school.room_names import names_a_room

_ACROSS = 3         # columns of rooms from which a sheet has its rooms across
_KIND_OF_ACT = re.compile(r"类型|类别|方式|操作|[出进]入|收发|业务|摘要")
_NO_ROOM = re.compile(r"时间|期间|[入出在]库")  # end like 洗手间 and 仓库


def refuse(source: Source, parts: Sequence[Plan]) -> None:
    """Refuse sheets that have their rooms across, that record what came and went, or that are blank forms."""
    for part in parts:
        rows, heads = source.workbook.sheet(part.sheet).rows[part.header_row + part.depth - 1:], source.heads(part)
        across = _rooms_across(part, heads, rows[:evidence.MOST_ROWS])
        if across:
            raise Refused(
                f"工作表“{part.sheet}”是每个地点一列（{'、'.join(across[:3])}{'等' if len(across) > 3 else ''}，共 {len(across)} 列）、"
                f"格里写件数的表，直接导入会丢掉地点和件数。请改成每样东西在每个地点各占一行，用“{TITLE['place_id']}”和"
                f"“{TITLE['quantity']}”两列写明，再导入。")
        moving = _coming_and_going(heads, rows)
        if moving:
            raise Refused(
                f"工作表“{part.sheet}”是出入库流水：“{moving}”一列写着入库、出库，每行是一次进出，不是一样东西，数量也不是现有的数。"
                "请改用结存（库存）的清单；只要买进的，请先在原表里删去出库的行。")
    shared = Shared()
    if all(SheetRows(source, part, shared, []).is_empty() for part in parts):
        where = f"工作表“{parts[0].sheet}”" if len(parts) == 1 else f"这 {len(parts)} 张工作表"
        raise Refused(f"{where}里有表头，下面却没有资产，是空白的表。请填好再导入，或换一张工作表。")


def _coming_and_going(heads: Sequence[str], rows: Sequence[Row]) -> str:
    """Give the heading of a column that tells of each row whether something came or went, "" where there is none."""
    for at, head in enumerate(heads):
        words = [read_text(cell) for cell in evidence.column(rows, at)] if _KIND_OF_ACT.search(head) else []
        came, went = (sum(word.endswith(act) for word in words) for act in ("入库", "出库"))
        if came and went and came + went >= evidence.AGREES * len(words):
            return head
    return ""


def _rooms_across(plan: Plan, heads: Sequence[str], rows: Sequence[Row]) -> list[str]:
    """Give the headings of columns that are rooms with numbers of pieces below them, where no column is the number.

    Such a sheet has one line for each thing and one column for each room.
    """
    if "quantity" in plan.columns.values():
        return []
    rooms = [head for at, head in enumerate(heads)
             if at not in plan.columns and names_a_room(head) and not _NO_ROOM.search(head)
             and (cells := evidence.column(rows, at))
             and all(evidence.is_number(cell) for cell in cells)]
    return rooms if len(rooms) >= _ACROSS else []
