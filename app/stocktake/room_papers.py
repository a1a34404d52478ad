"""What a stocktake prints of each room: count sheets blank and filled, the bureau's full sheet, the class register."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from app.assets.fields import CATEGORIES
from app.assets.queries import MOST_KEEPERS
from app.core.columns import Column, Kind
from app.core.errors import Refused, joined
from app.core.progress import Progress, silent
from app.paper.book import Printed
from app.paper.forms import Form, Order, Takes
from app.paper.ledger import Ledger, Section, write_ledger
from app.school import queries as school
from app.school import settings as words
from app.school.papers import signers, style
from app.school.room_sheets import full_sheet, full_signers, parted, register_sheet, register_signers, registered
from app.stocktake import papers, queries, rules
from app.stocktake.queries import LineRow, Result, StocktakeRow
from app.store import settings

BLANK_COLUMNS: tuple[Column, ...] = (
    *papers.THING_COLUMNS, Column("status", "账面状况", Kind.CHOICE, 16),
    *(Column(key, title, Kind.WHOLE, 12, by_hand=True) for key, title in
      (("counted", "实盘数"), ("sound", "完好"), ("damaged", "损坏"))),
    Column("remark", "备注", Kind.TEXT, 20, by_hand=True))
FILLED_COLUMNS: tuple[Column, ...] = (
    *papers.THING_COLUMNS, Column("value", "账面价值", Kind.MONEY, 22, total=True),
    *(Column(key, title, Kind.WHOLE, 12, total=True) for key, title in
      (("counted", "实盘数"), ("sound", "完好"), ("damaged", "损坏"), ("surplus", "盘盈"), ("missing", "盘亏"))),
    Column("fen", "盈亏金额", Kind.MONEY, 20, total=True), Column("result", "结果", Kind.CHOICE, 17),
    Column("found", "实际地点、状况", Kind.TEXT, 28),
    Column("reason", "原因、备注", Kind.TEXT, 26))


def _rooms(order: Order, row: StocktakeRow) -> list[tuple[Result, list[LineRow]]]:
    """Give the rooms of a stocktake, or those chosen, with their lines in one question."""
    lines: dict[int, list[LineRow]] = {}
    for line in queries.lines(row.id):
        lines.setdefault(line.place_id or 0, []).append(line)
    rooms = [(replace(room, keepers=_kept_by(found)), found)
             for room in queries.result(row.id) for found in (lines.get(int(room.key), []),)]
    wanted = set(order.places)
    found = [(room, found) for room, found in rooms if found and (not wanted or int(room.key) in wanted)]
    if not found:
        raise Refused("这些地点不在这次盘点的范围里，没有可打印的内容。")
    return found


def _kept_by(lines: Sequence[LineRow]) -> str:
    """Give who keeps the things of a room by their cards: what stands above a sheet of a room that has no keeper of its own."""
    names = list(dict.fromkeys(line.keeper for line in lines if line.keeper))
    return "、".join(names[:MOST_KEEPERS]) + (f"等 {len(names)} 人" if len(names) > MOST_KEEPERS else "")


def _heading(room: Result) -> tuple[str, str, str]:
    place = school.place(int(room.key))
    users = school.class_in(int(room.key))
    return f"室名：{room.name}{f'（{users}）' if users else ''}", "", f"保管人：{(place.keeper if place else '') or room.keepers}"


def _total(lines: Sequence[LineRow]) -> str:
    """Give the words of a room's total: what is 固定资产 and what 低值易耗品, as the ledger's own sheets say it, and all of it."""
    of = {category: [line.quantity for line in lines if line.category == category] for category in (*CATEGORIES, "")}
    return f"{parted([(category, len(pieces), sum(pieces)) for category, pieces in of.items() if pieces])}本室合计：{len(lines)} 种"


def _classroom(room: Result) -> bool:
    place = school.place(int(room.key))
    return place is not None and place.kind == "教室"


def _keepers(room: Result) -> list[str]:
    """Give who answers for a room: its keeper, in a classroom a pupil beside him."""
    return signers(words.KEEPER, *([words.PUPIL] if _classroom(room) else []))


def _signing(room: Result | None) -> list[str]:
    """Give who signs a room's sheet, or (None) the last page of sheets that run on: there each room is signed for below it."""
    keepers = _keepers(room) if room else []
    return [*signers(words.STOCKTAKER, words.STOCKTAKER, words.OBSERVER), *keepers, *signers(words.DIRECTOR)]


def _by_rooms(
    order: Order, row: StocktakeRow, title: str, columns: Sequence[Column], rows: Sequence[Section], unit: str = ""
) -> Ledger:
    return Ledger(
        title=f"{settings.value(words.NAME)}{title}", subtitle=f"{papers.subtitle(row)}{unit}", columns=columns, sections=rows,
        orientation=order.lies, sections_on_new_page=order.own_pages, page_total="本页小计", fill=order.own_pages,
        grand_total="" if order.own_pages or len(rows) < 2 else "总计", signatures=_signing(None), date_label="盘点日期",
        copies=settings.value(words.COPIES), row_height=8.0)


def write_blank(order: Order, path: Path, progress: Progress = silent) -> Printed:
    """Write the 盘点表 with the frozen figures, counts left to the pen; what is lent or in repair shows by its status."""
    row = papers.chosen(order)
    sections = [Section(_heading(room), [
        (line.number, line.name, line.model, line.unit, line.quantity, line.mark or line.status, None, None, None, None)
        for line in lines], _total(lines), _signing(room) if order.own_pages else None, _keepers(room))
        for room, lines in _rooms(order, row)]
    return write_ledger(_by_rooms(order, row, "财产盘点表", BLANK_COLUMNS, sections), path, progress, style())


def write_filled(order: Order, path: Path, progress: Progress = silent) -> Printed:
    """Write the 盘点表 with what was counted, room by room, to be signed and filed."""
    row = papers.chosen(order)
    sections = [Section(_heading(room), [_filled(line) for line in lines], _total(lines),
                        _signing(room) if order.own_pages else None, _keepers(room)) for room, lines in _rooms(order, row)]
    return write_ledger(_by_rooms(order, row, "财产盘点表（盘点结果）", FILLED_COLUMNS, sections, "　金额单位：元"), path, progress, style())


def _filled(line: LineRow) -> tuple[object, ...]:
    sound = None if line.counted is None else line.counted - line.damaged
    notes = joined((line.reason, line.remark))
    result = line.mark if line.result == rules.AWAY else line.result
    return (
        line.number,
        line.name,
        line.model,
        line.unit,
        line.quantity,
        line.value,
        line.counted,
        sound,
        line.damaged or None,
        line.surplus or None,
        line.missing or None,
        papers.change_fen(line) or None,
        result,
        papers.found_words(line),
        notes,
    )


def write_full(order: Order, path: Path, progress: Progress = silent) -> Printed:
    """Write the bureau's full 固定资产盘点表 with the frozen figures, what is found left to the pen."""
    row = papers.chosen(order)
    sections = [Section(_heading(room), [
        (line.number, line.name, line.model, line.unit, line.quantity, line.value, line.mark or line.status, line.user, *[None] * 7)
        for line in lines], _total(lines), full_signers(_classroom(room)) if order.own_pages else None, _keepers(room))
        for room, lines in _rooms(order, row)]
    return write_ledger(full_sheet(sections, papers.subtitle(row), order), path, progress, style())


def write_register(order: Order, path: Path, progress: Progress = silent) -> Printed:
    """Write the 班级（室）校产登记表 with the frozen figures; before a stocktake is open the ledger prints it of the cards."""
    row = papers.chosen(order)
    sections = []
    for room, lines in _rooms(order, row):
        things = registered((line.name, line.model, line.unit, line.quantity) for line in lines)
        sections.append(Section(_heading(room), things, f"合计：{len(things)} 种", register_signers(_classroom(room))))
    return write_ledger(register_sheet(sections, papers.subtitle(row), order), path, progress, style())


_BY_ROOM: Takes = (*papers.EITHER_WAY, "places", "own_pages")
FORMS: tuple[Form, ...] = (
    papers.form("stocktake-sheet", "盘点表（空白）", write_blank, _BY_ROOM),
    papers.form("stocktake-full", "固定资产盘点表（全表，空白）", write_full, (*papers.WHICH, "places", "own_pages"), "landscape"),
    papers.form("stocktake-filled", "盘点表（盘点结果）", write_filled, _BY_ROOM, "landscape"),
    papers.form("stocktake-register", "班级（室）校产登记表", write_register, (*papers.EITHER_WAY, "places")),
)
