"""Moving goods as a part of any verb: each function here expects an operation that is open already and opens none.

A slip is written with its lines, then the costs of the items it touches are worked out from its day on (``costing``): lines that
come later and cost something else now are written anew in the same operation, and ``Slip.recosted`` says how many they are.
Whoever wants a cost reads it from the movement (``fen``, ``difference``); nobody copies it.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from app.core import clock
from app.core.errors import Invalid, Problem, Refused, require_valid
from app.core.money import MOST_FEN, format_fen
from app.core.numbering import Rule
from app.core.quantity import format_quantity
from app.stock import costing, rules
from app.stock.costing import Line, Pool, Short, Track
from app.stock.rules import Back, In, Out, Receiver
from app.stock.settings import COUNT_NUMBERS, ISSUE_NUMBERS, RECEIPT_NUMBERS, RETURN_NUMBERS, TRANSFER_NUMBERS
from app.stock.tables import StockMovement, StockSlip
from app.store import numbering, voiding
from app.store.database import database, scalar

NUMBERS: Mapping[str, Rule] = {
    costing.RECEIPT: RECEIPT_NUMBERS, costing.OPENING: RECEIPT_NUMBERS, costing.SUPPLIER: RECEIPT_NUMBERS, costing.PRICE: RECEIPT_NUMBERS,
    costing.ISSUE: ISSUE_NUMBERS, costing.SCRAP: ISSUE_NUMBERS, costing.RETURN: RETURN_NUMBERS, rules.TRANSFER: TRANSFER_NUMBERS,
    rules.COUNT: COUNT_NUMBERS}


@dataclass(frozen=True, slots=True)
class Slip:
    """A slip that was written: its movements in the order of its lines, and how many later lines cost something else now."""

    id: int
    number: str
    movements: tuple[int, ...]
    recosted: int
    booked_on: date


@dataclass(frozen=True, slots=True)
class _Moved:
    """A movement about to be written."""

    item: int
    storeroom: int
    kind: str
    quantity: int
    fen: int = 0
    difference: int = 0
    origin: int | None = None
    swapped: bool = False
    remark: str = ""


# --- what comes in -----------------------------------------------------------------------------------------------


def receive(day: date | None, storeroom: int, lines: Sequence[In], supplier: str = "", handler: str = "", remark: str = "",
            kind: str = costing.RECEIPT) -> Slip:
    """Take goods in at the amounts given; ``kind`` is 入库 or 期初. ``handler`` are the acceptors' names.

    Raises ``Invalid``, its ``Problem.row`` -1, -2 … in the order of the lines.
    """
    require_valid(rules.check_day(day, clock.today()) + rules.check_in(lines))
    return _write(kind, day, storeroom, [_Moved(line.item, storeroom, kind, line.quantity, line.fen, remark=line.remark) for line in lines],
                  supplier=supplier, handler=handler, remark=remark)


def give_back(day: date | None, storeroom: int, lines: Sequence[Back], handler: str = "", remark: str = "") -> Slip:
    """Take back what was issued, each line at what its issue cost. Raises ``Invalid`` as ``receive``."""
    issues = _origins(day, lines, (costing.ISSUE,), "领用")
    return _write(costing.RETURN, day, storeroom, [
        _Moved(issue["item_id"], storeroom, costing.RETURN, line.quantity, origin=line.movement, remark=line.remark)
        for line, issue in zip(lines, issues, strict=True)], handler=handler, remark=remark, receiver=_receiver_of(issues))


def settle_price(movement: int, fen: int, day: date | None, remark: str = "") -> Slip | None:
    """Let what is to be paid for what was kept of a receipt's line be ``fen`` (the invoice says so): a 价差 line; None where it is that already.

    What was handed out directly, or lies there no more, goes past the store as the line's ``difference``; where the whole
    receipt was handed out directly the slip names who got it.
    """
    receipt = _origins(day, [Back(movement, 1)], (costing.RECEIPT, costing.OPENING), "入库")[0]
    owed = int(scalar("""SELECT m.fen + coalesce((SELECT sum(l.fen + l.difference) FROM stock_movement l WHERE l.origin_id = m.id AND l.stands
                                                  AND l.kind IN ('价差', '退供应商')), 0) FROM stock_movement m WHERE m.id = ?""", (movement,)))
    if not 0 <= fen <= MOST_FEN:
        raise Invalid([Problem("fen", "发票金额应是 0 元以上的数。")])
    if fen == owed:
        return None
    return _write(costing.PRICE, day, receipt["storeroom_id"], [
        _Moved(receipt["item_id"], receipt["storeroom_id"], costing.PRICE, 0, fen - owed, origin=movement, remark=remark)],
        supplier=receipt["supplier"], remark=remark or f"{receipt['number']} 原价 {format_fen(owed)} 元，发票 {format_fen(fen)} 元",
        receiver=_direct_receiver(movement, -receipt["quantity"]))


def _direct_receiver(receipt: int, whole: int) -> Mapping[str, Any]:
    """Give who got all of a receipt directly, nothing where part of it went to the store or to somebody else."""
    rows = database.execute_sql(
        """SELECT s.department_id, s.school_class_id, s.person_id, s.place_id, s.receiver, sum(m.quantity)
           FROM stock_movement m JOIN stock_slip s ON s.id = m.slip_id
           WHERE m.origin_id = ? AND m.kind = '领用' AND m.stands GROUP BY 1, 2, 3, 4, 5""", (receipt,)).fetchall()
    return dict(zip(_RECEIVER, rows[0][:5], strict=True)) if len(rows) == 1 and rows[0][5] == whole else {}


# --- what goes out -----------------------------------------------------------------------------------------------


def issue(day: date | None, storeroom: int, lines: Sequence[Out], to: Receiver, handler: str = "", remark: str = "") -> Slip:
    """Hand goods out. A line with ``of_receipt`` costs what that receipt of the same day cost (直接领用), the others the average.

    Raises ``Invalid``: also where there is less in the store than a line takes (``Problem.field`` quantity); ``Refused``
    where a later line would not be served any more.
    """
    problems = rules.check_day(day, clock.today()) + rules.check_out(lines)
    if not to:
        problems.append(Problem("receiver", "请填写领用的部门、班级、领用人或地点。"))
    require_valid(problems)
    tied = [Back(line.of_receipt, line.quantity) for line in lines if line.of_receipt is not None]
    receipts = {row["id"]: row for row in _origins(day, tied, (costing.RECEIPT,), "入库")} if tied else {}
    wrong = [Problem("of_receipt", "直接领用要与入库同一天、同一保管室、同一物品。", row=-at) for at, line in enumerate(lines, 1)
             if line.of_receipt is not None and not _same_day(receipts[line.of_receipt], line.item, storeroom, _booked(day))]
    require_valid(wrong)
    return _write(costing.ISSUE, day, storeroom, [
        _Moved(line.item, storeroom, costing.ISSUE, -line.quantity, origin=line.of_receipt, swapped=line.swapped, remark=line.remark)
        for line in lines], handler=handler, remark=remark, receiver=_receiver(to))


def _same_day(receipt: Mapping[str, Any], item: int, storeroom: int, booked: date) -> bool:
    return (receipt["item_id"], receipt["storeroom_id"], receipt["booked_on"]) == (item, storeroom, booked.isoformat())


def scrap(day: date | None, storeroom: int, lines: Sequence[Out], reason: str, handler: str = "") -> Slip:
    """Write goods off (报损): spoilt, expired, broken; ``reason`` is asked for."""
    problems = rules.check_day(day, clock.today()) + rules.check_out(lines)
    problems += [] if reason.strip() else [Problem("remark", "报损请写明原因。")]
    require_valid(problems)
    return _write(costing.SCRAP, day, storeroom, [_Moved(line.item, storeroom, costing.SCRAP, -line.quantity, remark=line.remark)
                                                  for line in lines], handler=handler, remark=reason)


def transfer(day: date | None, storeroom: int, target: int, lines: Sequence[Out], handler: str = "", remark: str = "") -> Slip:
    """Move goods to another storeroom at their average; the movements are out and in of each line in turn."""
    problems = rules.check_day(day, clock.today()) + rules.check_out(lines)
    problems += [Problem("target", "调入的保管室与调出的是同一个，请另选。")] if target == storeroom else []
    require_valid(problems)
    moved = [each for line in lines for each in (
        _Moved(line.item, storeroom, costing.OUT, -line.quantity, remark=line.remark),
        _Moved(line.item, target, costing.IN, line.quantity, origin=_BEFORE, remark=line.remark))]
    return _write(rules.TRANSFER, day, storeroom, moved, handler=handler, remark=remark, target=target)


def return_to_supplier(day: date | None, lines: Sequence[Back], handler: str = "", remark: str = "") -> Slip:
    """Give goods back to whom they were bought from, each at the price of its receipt, out of the store that took it in.

    Never more value leaves than lies there; the rest is the line's ``difference``. ``Invalid`` as ``issue``, also where the
    lines stem from several storerooms.
    """
    receipts = _origins(day, lines, (costing.RECEIPT, costing.OPENING), "入库")
    if len({row["storeroom_id"] for row in receipts}) > 1:
        raise Invalid([Problem("lines", "这些物品收在不同的保管室，请一个保管室开一张退货单。")])
    return _write(costing.SUPPLIER, day, receipts[0]["storeroom_id"], [
        _Moved(row["item_id"], row["storeroom_id"], costing.SUPPLIER, -line.quantity, origin=line.movement, remark=line.remark)
        for line, row in zip(lines, receipts, strict=True)], supplier=receipts[0]["supplier"], handler=handler, remark=remark)


def correct(day: date | None, storeroom: int, number: str, lines: Sequence[In | Out], remark: str) -> Slip:
    """Write what an approved count found: more (``In``, with its amount) and less (``Out``), under the number of the count."""
    return _write(rules.COUNT, day, storeroom, [
        _Moved(line.item, storeroom, costing.FOUND, line.quantity, line.fen, remark=line.remark) if isinstance(line, In)
        else _Moved(line.item, storeroom, costing.LOST, -line.quantity, remark=line.remark) for line in lines], number=number, remark=remark)


# --- taking back -------------------------------------------------------------------------------------------------


def void_slip(identity: int, reason: str) -> int:
    """Void a slip: its number and lines stay and count no more. Gives how many later lines cost something else now.

    ``Refused`` where others rest on its lines, where its month is issued, or where a later day would fall short.
    """
    row = database.execute_sql("SELECT number, booked_on, kind FROM stock_slip WHERE id = ?", (identity,)).fetchone()
    if row is None:
        raise Refused("这张单据已经不在了。请刷新后再试。")
    number, booked, kind = row
    if kind == rules.COUNT:
        raise Refused(f"{number} 是盘点批准时写的，不能单独作废。请撤销批准那一步，或重新盘一次。")
    first = first_open_day()
    if first and booked < first.isoformat():
        remedy = {costing.ISSUE: "要退回请登记退库。", costing.RECEIPT: "要退货请登记退供应商。"}.get(kind, "请登记一张相反的单据。")
        raise Refused(f"{number} 记在{booked[:7]}，这个月已经月结，不能作废。{remedy}")
    resting = [each for (each,) in database.execute_sql(
        """SELECT DISTINCT s.number FROM stock_movement m JOIN stock_slip s ON s.id = m.slip_id
           JOIN stock_movement o ON o.slip_id = ?1 AND (m.origin_id = o.id OR (o.kind = '价差' AND m.kind = '价差' AND m.origin_id = o.origin_id
                                                                               AND m.id > o.id))
           WHERE m.slip_id <> ?1 AND m.stands ORDER BY s.id LIMIT 3""",
        (identity,)).fetchall()]
    if resting:
        raise Refused(f"{'、'.join(resting)} 是对着 {number} 登记的，请先作废{'它' if len(resting) == 1 else '它们'}。")
    voiding.void("stock_slip", [identity], reason)
    items = [item for (item,) in database.execute_sql("SELECT DISTINCT item_id FROM stock_movement WHERE slip_id = ?", (identity,)).fetchall()]
    database.execute_sql("UPDATE stock_movement SET stands = 0 WHERE slip_id = ?", (identity,))
    return sum(_recost(item, booked, frozenset()) for item in items)


# --- months ------------------------------------------------------------------------------------------------------


def first_open_day() -> date | None:
    """Give the first day on which something may still be booked, None while no month is issued."""
    month = scalar("SELECT max(month) FROM stock_month WHERE voided_on IS NULL")
    if not month:
        return None
    year, number = map(int, month.split("-"))
    return date(year + number // 12, number % 12 + 1, 1)


def _booked(day: date | None) -> date:
    if day is None:
        raise ValueError("a slip without a day is not right")
    return max(day, first_open_day() or day)


# --- writing -----------------------------------------------------------------------------------------------------

_BEFORE = -1    # as an origin: the movement that is written just before
_GETTERS = {"department_id": ("department", "部门"), "school_class_id": ("school_class", "班级"), "person_id": ("person", "领用人"),
            "place_id": ("place", "地点")}
_RECEIVER = ("department_id", "school_class_id", "person_id", "place_id", "receiver")


def _write(kind: str, day: date | None, storeroom: int, lines: Sequence[_Moved], number: str = "", supplier: str = "", handler: str = "",
           remark: str = "", target: int | None = None, receiver: Mapping[str, Any] | None = None) -> Slip:
    booked = _booked(day)
    assert day is not None
    require_all("stock_storeroom", [storeroom, *([target] if target else [])], "保管室")
    require_all("stock_item", [line.item for line in lines], "物品")
    for key, (table, word) in _GETTERS.items():
        require_all(table, [each for each in [(receiver or {}).get(key)] if each], word)
    number = number or numbering.take(NUMBERS[kind], day.year)[0]
    values = {"number": number, "kind": kind, "dated_on": day, "booked_on": booked, "storeroom": storeroom, "target": target,
              "supplier": supplier.strip(), "handler": handler.strip(), "remark": remark.strip(), **(receiver or {})}
    identity = int(StockSlip.insert(values).execute())
    made = list[int]()
    for line in lines:
        origin = made[-1] if line.origin == _BEFORE else line.origin
        made.append(int(StockMovement.insert(
            slip=identity, item=line.item, storeroom=line.storeroom, kind=line.kind, booked_on=booked,
            phase=costing.phase(line.kind, origin is not None), quantity=line.quantity, fen=line.fen, difference=line.difference, origin=origin,
            swapped=int(line.swapped), remark=line.remark.strip()).execute()))
    return Slip(identity, number, tuple(made), _recost_all(lines, made, booked.isoformat()), booked)


def require_all(table: str, identities: Collection[int], word: str) -> None:
    """Refuse where one of these records is gone meanwhile."""
    wanted = set(identities)
    if scalar(f'SELECT count(*) FROM "{table}" WHERE id IN (SELECT value FROM json_each(?))', (json.dumps(list(wanted)),)) < len(wanted):
        raise Refused(f"选的{word}已经不在了。请刷新后再试。")


def work_out(item: int, day: str = "") -> int:
    """Work out all costs of an item whose lines were written otherwise, from a day (ISO) on; gives how many were wrong."""
    return _recost(item, day, frozenset())


def _recost_all(lines: Sequence[_Moved], made: Sequence[int], day: str) -> int:
    """Work the touched items out anew; every line of the slip that cannot be served is told at once."""
    problems, changed, mine = list[Problem](), 0, frozenset(made)
    halves = 2 if lines[-1].kind == costing.IN else 1    # of a line of a transfer
    for item in dict.fromkeys(line.item for line in lines):
        try:
            changed += _recost(item, day, mine)
        except Invalid as wrong:
            problems += [replace(each, row=-1 - made.index(each.row or 0) // halves) for each in wrong.problems]
    if problems:
        raise Invalid(problems)
    return changed


def _recost(item: int, day: str, mine: Collection[int]) -> int:
    """Work an item's costs out from a day on and write those that differ; gives how many of them are not ``mine``.

    A line that falls short is ``Invalid`` (``row`` its id) where it is mine, else ``Refused``.
    """
    track, lines = load(item, day)
    try:
        changed = costing.recost(track, lines)
    except Short as short:
        if short.line.id in mine:
            raise Invalid([Problem("quantity", _short_words(item, short), row=short.line.id)]) from None
        raise Refused(f"这样一来，{_short_words(item, short)}请先处理那张单据。") from None
    database.cursor().executemany("UPDATE stock_movement SET fen = ?, difference = ? WHERE id = ?",
                                  [(line.fen, line.difference, line.id) for line in changed])
    return sum(line.id not in mine for line in changed)


def _short_words(item: int, short: Short) -> str:
    name, spec, unit = database.execute_sql("SELECT name, spec, unit FROM stock_item WHERE id = ?", (item,)).fetchone()
    number, store = database.execute_sql(
        """SELECT s.number, r.name FROM stock_movement m JOIN stock_slip s ON s.id = m.slip_id JOIN stock_storeroom r ON r.id = m.storeroom_id
           WHERE m.id = ?""", (short.line.id,)).fetchone()
    wanted, missing = abs(short.line.quantity), short.missing
    there = f"{format_quantity(wanted - missing)}{unit}"
    where = "对应的单据只剩" if short.of_origin else f"{store} {short.line.day} 只有"
    return f"“{' '.join(filter(None, (name, spec)))}”{where} {there}，不够{number}的 {format_quantity(wanted)}{unit}。"


# --- reading what is needed for it -------------------------------------------------------------------------------

_LINE = "m.id, m.booked_on, m.kind, m.storeroom_id, m.quantity, m.fen, m.difference, m.origin_id"


def load(item: int, day: str) -> tuple[Track, list[Line]]:
    """Give what stood of an item when a day (ISO) began, and its standing lines from then on."""
    lines = _lines("m.item_id = ? AND m.booked_on >= ? AND m.stands", (item, day))
    pools = {store: Pool(quantity, fen) for store, quantity, fen in database.execute_sql(
        """SELECT storeroom_id, sum(quantity), sum(fen) FROM stock_movement WHERE item_id = ? AND booked_on < ? AND stands
           GROUP BY storeroom_id""", (item, day)).fetchall()}
    track = Track(pools)
    named = json.dumps(sorted({line.origin for line in lines if line.origin is not None}))
    here = "(SELECT value FROM json_each(?))"
    for line in _lines(f"m.id IN {here} AND m.booked_on < ? AND m.stands", (named, day)):
        track.remember(line)
    for line in _lines(f"m.origin_id IN {here} AND m.booked_on < ? AND m.stands", (named, day)):
        track.forget(line)
    return track, lines


def _lines(where: str, parameters: tuple[Any, ...]) -> list[Line]:
    return [Line(*row) for row in database.execute_sql(f"SELECT {_LINE} FROM stock_movement m WHERE {where}", parameters).fetchall()]


def _origins(day: date | None, lines: Sequence[Back], kinds: Collection[str], word: str) -> list[dict[str, Any]]:
    """Give the standing lines that some refer to, in their order; ``Invalid`` where one is gone, of another kind or younger."""
    require_valid(rules.check_day(day, clock.today()) + rules.check_out(lines))
    names = ("id", "item_id", "storeroom_id", "booked_on", "kind", "quantity", "supplier", "number", *_RECEIVER)
    rows = {row[0]: dict(zip(names, row, strict=True)) for row in database.execute_sql(
        """SELECT m.id, m.item_id, m.storeroom_id, m.booked_on, m.kind, m.quantity, s.supplier, s.number,
                  s.department_id, s.school_class_id, s.person_id, s.place_id, s.receiver
           FROM stock_movement m JOIN stock_slip s ON s.id = m.slip_id
           WHERE m.stands AND m.id IN (SELECT value FROM json_each(?))""", (json.dumps([line.movement for line in lines]),)).fetchall()}
    problems, booked = list[Problem](), _booked(day).isoformat()
    for at, line in enumerate(lines, 1):
        row = rows.get(line.movement)
        if row is None or row["kind"] not in kinds:
            problems.append(Problem("movement", f"对应的{word}已经不在了，或者已经作废。请重新选。", row=-at))
        elif row["booked_on"] > booked:
            problems.append(Problem("dated_on", f"日期早于对应的{word}（{row['number']}，{row['booked_on']}），请检查。", row=-at))
    require_valid(problems)
    return [rows[line.movement] for line in lines]


def _receiver(to: Receiver) -> dict[str, Any]:
    """Give the columns of who gets the goods, with the words that papers name him by."""
    words = to.words.strip() or "、".join(filter(None, (
        scalar("SELECT name FROM department WHERE id = ?", (to.department,)) if to.department else "",
        scalar("SELECT name FROM school_class WHERE id = ?", (to.school_class,)) if to.school_class else "",
        scalar("SELECT name FROM person WHERE id = ?", (to.person,)) if to.person else "",
        scalar("SELECT path FROM place WHERE id = ?", (to.place,)) if to.place else "")))
    return dict(zip(_RECEIVER, (to.department, to.school_class, to.person, to.place, words), strict=True))


def _receiver_of(issues: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Give who had what comes back, where all of it was with one."""
    first = {key: issues[0][key] for key in _RECEIVER}
    return first if all({key: row[key] for key in _RECEIVER} == first for row in issues) else {}
