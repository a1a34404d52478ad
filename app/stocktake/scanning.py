"""The USB scanner: the room's code first, then everything in the room; each outcome has its own word and sentence.

A scanner types like a keyboard, so what arrives may have gone through an input method: full-width signs, dashes of
another sort, capitals, blanks, line ends. ``clean`` takes these away before anything is looked up.
"""

import re
import unicodedata
from dataclasses import dataclass

from app.assets import queries as assets
from app.core import pinyin
from app.core.errors import Invalid, Problem, Refused, joined
from app.school import queries as school
from app.stocktake import commands, queries, rules
from app.stocktake.rules import Count, FindDraft
from app.stocktake.tables import StocktakeFind
from app.store import journal
from app.store.database import database
from app.store.journal import Step

RIGHT, ELSEWHERE, AGAIN, OUTSIDE, PARKED, ROOM = "right", "elsewhere", "again", "outside", "parked", "room"
LONGEST_CODE = 40       # as ``rules.check_find`` allows; a longer scan is a web address or two labels in one
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−─ー", "-") | {"。": "."})


@dataclass(frozen=True, slots=True)
class Scanned:
    """What a scan came to.

    ``outcome``: right (相符), elsewhere (位置不符), again (second scan, nothing written), outside (a card this
    stocktake does not cover), parked (unknown code, now a 盘盈 candidate), room (a room's code: count there from now
    on). ``record`` is the line, find or place; ``step`` what was written, None where nothing was.
    """

    outcome: str
    text: str
    record: int = 0
    step: Step | None = None


def clean(code: str) -> str:
    """Give a scanned code as the label has it: half width, plain dashes, no blanks at the ends, no control signs."""
    plain = unicodedata.normalize("NFKC", code.translate(_DASHES))
    visible = "".join(" " if sign.isspace() else sign for sign in plain
                      if sign.isspace() or unicodedata.category(sign)[0] != "C")
    return " ".join(visible.split())


def rooms_of(code: str) -> list[tuple[int, str]]:
    """Give (id, full name) of the rooms in use that a code stands for: their number, name or full path; a label before it is passed over."""
    typed = pinyin.fold(_ROOM_LABEL.sub("", code))
    rows = database.execute_sql(
        "SELECT id, path FROM place WHERE active = 1 AND ? IN (lower(code), lower(name), lower(path)) ORDER BY rank",
        (typed,)).fetchall() if typed else []
    return [(int(identity), path) for identity, path in rows]


def room_of(code: str) -> int | None:
    """Give the one room in use that a code stands for; None for none or several."""
    found = rooms_of(code)
    return found[0][0] if len(found) == 1 else None


def scan(identity: int, code: str, room: int | None, by: str = "") -> Scanned:
    """Take one scan in a room (None before a room was scanned) and say what it came to.

    A label counts all pieces of its card. ``Refused`` for an empty or overlong code, for a thing before any room, and for
    what may be two things: a name that two rooms bear, an old or serial number of two cards. Only what is nothing at all
    in the ledger is taken for something found.
    """
    code = clean(code)
    if not code:
        raise Refused("没有读到条码，请再扫一次。")
    commands.require_open(identity)
    line, asset = _thing(identity, code)
    if line is None and asset is None:
        rooms = rooms_of(code)
        if len(rooms) > 1:
            raise Refused(f"有 {len(rooms)} 间房叫“{code}”：{'、'.join(path for _, path in rooms[:4])}。请点“选房间”，或扫房间编号。")
        if rooms:
            return Scanned(ROOM, f"现在盘：{school.place_path(rooms[0][0])}", rooms[0][0])
        if len(code) > LONGEST_CODE:
            raise Refused(f"读到 {len(code)} 个字，不像资产标签（{code[:20]}…），没有记入。请再扫一次。")
    if room is None:
        raise Refused("请先扫房间的条码（或选房间），再扫房间里的东西。")
    if line is not None:
        return _count(identity, line, room, by)
    if asset is not None:
        return Scanned(OUTSIDE, f"{code} 有卡片，但不在本次盘点范围内，没有记入。")
    return _park(identity, code, room)


def _thing(identity: int, code: str) -> tuple[queries.LineRow | None, int | None]:
    """Give the line and the card that a scan stands for; ``Refused`` where it may be several."""
    # The frozen number first: the card's may have been changed since, or the card deleted.
    found = {line.id: line for part in (code, *labelled(code)) if (line := queries.line_of(identity, part))}
    if len(found) > 1:
        raise Refused(f"一次读到 {len(found)} 个编号（{'、'.join(line.number for line in found.values())}），没有记入。请一张一张扫。")
    for line in found.values():
        return line, line.asset_id
    asset = _card_of(code)
    return (queries.line_of(identity, "", asset) if asset is not None else None), asset


def _card_of(code: str) -> int | None:
    """Give the card whose number a code is or names, else whose old or serial number it is; None for none.

    ``Refused`` where several cards bear it, and for the serial number of one of many pieces: a label counts all of them.
    """
    for part in (code, *labelled(code)):
        found = assets.numbers_in_use([part, *assets.numbers_alike([part])[0].values()])
        if found:
            return next(iter(found.values()))
    for part in (code, *_LABEL.findall(code)):
        bearers = assets.bearing(part)
        if len(bearers) > 1:
            cards = "、".join(f"{each.number} {each.name}" for each in bearers[:3]) + ("等" if len(bearers) > 3 else "")
            raise Refused(f"{part} 是 {len(bearers)} 张卡片的原编号或序列号：{cards}。没有记入，请扫或输入资产编号。")
        if bearers and bearers[0].serial and bearers[0].quantity > 1:
            raise Refused(f"序列号 {part} 是 {bearers[0].number} {bearers[0].name}（{bearers[0].quantity} 件）里的一件，没有记入。"
                          "请扫它的资产编号，或回到表格里填件数。")
        if bearers:
            return bearers[0].id
    return None


_LABEL = re.compile(r"(?:编号|标签号|条码|条形码|卡号|编码|序列号|出厂号|机身号|S/?N)\s*[:=]\s*([^\s,;|]+)", re.IGNORECASE)
_ROOM_LABEL = re.compile(r"^(?:存放)?(?:地点|房间|房间号|房号|室名|教室|位置)(?:编号|名称)?\s*[:=]\s*")
_BETWEEN = re.compile(r"[\s:,;|=?&/]+")
_NUMBERLIKE = re.compile(r"[A-Za-z]+[-A-Za-z0-9]*\d[-A-Za-z0-9]*|\d{6,}")     # a number by its looks, never a room's 101


def labelled(code: str) -> list[str]:
    """Give the numbers that a label's text names (资产编号：ZC-2026-00001 名称：课桌), those with a title first; none of a bare code."""
    others = [part for part in _BETWEEN.split(code) if _NUMBERLIKE.fullmatch(part)]
    return [part for part in dict.fromkeys([*_LABEL.findall(code), *others]) if part != code]


def _count(identity: int, line: queries.LineRow, room: int, by: str) -> Scanned:
    name, here = f"{line.number} {line.name}", line.place_id == room
    if line.counted is not None:
        where = line.found_place or line.place or queries.NO_PLACE
        return Scanned(AGAIN, f"{name} 已经盘过了（在 {where}，{line.counted} 件），没有重复计数。", line.id)
    step = commands.count_lines(
        identity, [Count(line.id, line.quantity, found_place_id=None if here else room, remark=line.remark)],
        by, rules.SCANNED)
    noted = f"；账上标着{line.mark}，东西却在这里" if line.mark else ""
    if here:
        return Scanned(RIGHT, f"{name} 相符，{line.quantity} 件{noted}", line.id, step)
    return Scanned(ELSEWHERE, f"{name} 账上在 {line.place or queries.NO_PLACE}，记为位置不符{noted}", line.id, step)


def _park(identity: int, code: str, room: int) -> Scanned:
    known = next((find for find in queries.finds(identity) if pinyin.fold(find.code) == pinyin.fold(code)), None)
    if known:
        return Scanned(AGAIN, f"{code} 不在账上，已经记在盘盈待查里（{known.place}）。", known.id)
    with journal.operation(f"盘点扫到账上没有的条码 {code}") as work:
        find = work.made(commands.park(identity, FindDraft(code=code, place_id=room), rules.SCANNED))
    return Scanned(PARKED, f"{code} 不在账上，已记入盘盈待查", find, work.step)


def recognise(identity: int, draft: FindDraft, line: int, find: int | None = None, by: str = "") -> Step:
    """Count something noted as 盘盈 for the card it turned out to be, as one step.

    The draft's pieces are added to what was counted of the line; where none was counted yet they are in the draft's
    place. The note, if there was one, is struck out; the label goes into the line's remark. ``Refused`` where all
    pieces of the card were counted already.
    """
    row = queries.lines_by_id([line]).get(line)
    if row is None:
        raise Refused("这张卡片不在这次盘点里。请重新选。")
    pieces, before = draft.quantity or 0, row.counted or 0
    if pieces < 1:
        raise Invalid([Problem("quantity", "请填写找到了几件。")])
    if before + pieces > row.quantity:
        raise Refused(
            f"{row.number} {row.name} 账上 {row.quantity} 件，已盘到 {before} 件（{row.found_place or row.place or queries.NO_PLACE}），"
            f"再加 {pieces} 件就多了。请核对：可能是另一件，或者那边盘错了。"
        )
    place = row.found_place_id if before else None if draft.place_id == row.place_id else draft.place_id
    note = f"标签 {draft.code}" if draft.code and pinyin.fold(draft.code) != pinyin.fold(row.number) else ""
    remark = joined((row.remark, note, draft.remark))
    with journal.operation(f"盘盈认作 {row.number} {row.name}") as work:
        commands.require_open(identity)
        if find is not None:
            StocktakeFind.delete().where((StocktakeFind.id == find) & (StocktakeFind.stocktake == identity)).execute()
        commands.write_counts(identity, [commands.changed(
            row, counted=before + pieces, found_place_id=place, remark=remark[:rules.LONGEST])], by, rules.TYPED)
    return work.done
