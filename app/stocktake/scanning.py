"""The USB scanner: the room's code first, then everything in the room; each outcome has its own word and sentence."""

from dataclasses import dataclass
from typing import Any

from app.core import pinyin
from app.core.errors import Refused
from app.school import queries as school
from app.stocktake import commands, queries, rules
from app.stocktake.rules import Count, FindDraft
from app.store import journal
from app.store.database import database

RIGHT, ELSEWHERE, AGAIN, OUTSIDE, PARKED, ROOM = "right", "elsewhere", "again", "outside", "parked", "room"


@dataclass(frozen=True, slots=True)
class Scanned:
    """What a scan came to.

    ``outcome``: right (相符), elsewhere (位置不符), again (second scan, nothing written), outside (a card this
    stocktake does not cover), parked (unknown code, now a 盘盈 candidate), room (a room's code: count there from now
    on). ``record`` is the line, find or place.
    """

    outcome: str
    text: str
    record: int = 0


def room_of(code: str) -> int | None:
    """Give the one room in use that a code stands for: its number, name or full path; None for none or several."""
    typed = pinyin.fold(code)
    rows = database.execute_sql(
        "SELECT id FROM place WHERE active = 1 AND ? IN (lower(code), lower(name), lower(path)) LIMIT 2",
        (typed,)).fetchall() if typed else []
    return int(rows[0][0]) if len(rows) == 1 else None


def scan(identity: int, code: str, room: int | None, by: str = "") -> Scanned:
    """Take one scan in a room (None before a room was scanned) and say what it came to.

    A label counts all pieces of its card. ``Refused`` for an empty code, and for a thing before any room.
    """
    code = code.strip()
    if not code:
        raise Refused("没有读到条码，请再扫一次。")
    commands.require_open(identity)
    asset = _asset_of(code)
    line = queries.line_of(identity, code, asset)
    if line is None and asset is None and (found := room_of(code)) is not None:
        return Scanned(ROOM, f"现在盘：{school.place_path(found)}", found)
    if room is None:
        raise Refused("请先扫房间的条码（或选房间），再扫房间里的东西。")
    if line is not None:
        return _count(identity, line, room, by)
    if asset is not None:
        return Scanned(OUTSIDE, f"{code} 有卡片，但不在本次盘点范围内，没有记入。")
    return _park(identity, code, room)


def _count(identity: int, line: queries.LineRow, room: int, by: str) -> Scanned:
    name, here = f"{line.number} {line.name}", line.place_id == room
    if line.counted is not None:
        where = line.found_place or line.place or queries.NO_PLACE
        return Scanned(AGAIN, f"{name} 已经盘过了（在 {where}，{line.counted} 件），没有重复计数。", line.id)
    commands.count_lines(
        identity, [Count(line.id, line.quantity, found_place_id=None if here else room, remark=line.remark)],
        by, rules.SCANNED)
    if here:
        return Scanned(RIGHT, f"{name} 相符，{line.quantity} 件", line.id)
    return Scanned(ELSEWHERE, f"{name} 账上在 {line.place or queries.NO_PLACE}，记为位置不符", line.id)


def _park(identity: int, code: str, room: int) -> Scanned:
    known = next((find for find in queries.finds(identity) if pinyin.fold(find.code) == pinyin.fold(code)), None)
    if known:
        return Scanned(AGAIN, f"{code} 不在账上，已经记在盘盈待查里（{known.place}）。", known.id)
    with journal.operation(f"盘点扫到账上没有的条码 {code}"):
        find = commands.park(identity, FindDraft(code=code[:40], place_id=room), rules.SCANNED)
    return Scanned(PARKED, f"{code} 不在账上，已记入盘盈待查", find)


def _asset_of(code: str) -> int | None:
    """Give the card with a number, or with an old number that only it has."""
    rows: list[tuple[Any, ...]] = database.execute_sql(
        "SELECT id FROM asset WHERE number = ?1 OR lower(number) = ?2", (code, pinyin.fold(code))).fetchall()
    if not rows:
        rows = database.execute_sql("SELECT id FROM asset WHERE lower(old_number) = ? LIMIT 2", (pinyin.fold(code),)).fetchall()
    return int(rows[0][0]) if len(rows) == 1 else None
