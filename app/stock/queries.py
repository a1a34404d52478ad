"""What can be asked of the store: goods, balances on any day, slips with their lines, months, who got what. Plain rows.

Quantities are thousandths, amounts 分. A day is that on which lines are booked.
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.core import pinyin
from app.core.errors import Refused
from app.stock.months import bounds
from app.stock.rules import ItemDraft
from app.store.database import by_name, database, scalar


@dataclass(frozen=True, slots=True)
class StoreroomRow:
    """A storeroom; ``keeper`` is his name, "" for none."""

    id: int
    name: str
    keeper: str
    active: bool
    place_id: int | None
    keeper_id: int | None


@dataclass(frozen=True, slots=True)
class ItemRow:
    """An item with what lies there now in all stores, and what one unit cost when it last came in (分, None for never)."""

    id: int
    name: str
    spec: str
    unit: str
    pack_unit: str
    pack_size: int
    minimum: int | None
    category: str
    storeroom_id: int | None
    active: bool
    quantity: int = 0
    fen: int = 0
    last_price: int | None = None

    @property
    def title(self) -> str:
        """Give name and spec as one."""
        return f"{self.name} {self.spec}".strip()


@dataclass(frozen=True, slots=True)
class BalanceRow:
    """What lies of an item in one storeroom."""

    item: int
    storeroom: int
    quantity: int
    fen: int


@dataclass(frozen=True, slots=True)
class LineRow:
    """A line of a slip; ``quantity`` and ``fen`` as they changed the store. ``back`` is what of it came back or went back since."""

    id: int
    slip: int
    item: int
    name: str
    spec: str
    unit: str
    kind: str
    storeroom: int
    quantity: int
    fen: int
    difference: int
    origin: int | None
    swapped: bool
    remark: str
    back: int

    @property
    def title(self) -> str:
        """Give name and spec as one."""
        return f"{self.name} {self.spec}".strip()


@dataclass(frozen=True, slots=True)
class SlipRow:
    """A slip without its lines."""

    id: int
    number: str
    kind: str
    dated_on: date
    booked_on: date
    storeroom_id: int
    storeroom: str
    target: str
    supplier: str
    department_id: int | None
    school_class_id: int | None
    person_id: int | None
    place_id: int | None
    receiver: str
    handler: str
    remark: str
    signed_on: date | None
    voided_on: date | None
    void_reason: str


def storerooms(all_: bool = False) -> list[StoreroomRow]:
    """Give the storerooms in use, or with ``all_`` those that are not as well."""
    rows = database.execute_sql(
        """SELECT s.id, s.name, coalesce(p.name, ''), s.active, s.place_id, s.keeper_id
           FROM stock_storeroom s LEFT JOIN person p ON p.id = s.keeper_id
           WHERE s.active OR ? ORDER BY s.id""", (int(all_),)).fetchall()
    return [StoreroomRow(row[0], row[1], row[2], bool(row[3]), row[4], row[5]) for row in rows]


def storeroom_of(name: str) -> int:
    """Give the id of a storeroom by its name, the first one for ""; ``Refused`` where there is none."""
    rooms = storerooms()
    found = next((room.id for room in rooms if not name or pinyin.fold(room.name) == pinyin.fold(name)), None)
    if found is None:
        raise Refused(f"没有保管室“{name}”。现有：{'、'.join(room.name for room in rooms)}。")
    return found


def held_by(person: int) -> list[str]:
    """Say which storerooms a person keeps, for the check before 离岗: a sentence, or nothing."""
    names = [name for (name,) in database.execute_sql(
        "SELECT name FROM stock_storeroom WHERE keeper_id = ? AND active ORDER BY id", (person,)).fetchall()]
    return [f"还是{'、'.join(names)}的保管员"] if names else []


def slip_titles(identities: Collection[int]) -> dict[int, str]:
    """Give what slips are called: 领用 CK-2026-00012."""
    return {row.id: f"{row.kind} {row.number}" for row in slips(identities)}


def slip_found(text: str) -> int | None:
    """Give the slip of a number, None where there is none."""
    found = scalar("SELECT id FROM stock_slip WHERE number = ?", (text.strip().upper(),))
    return None if found is None else int(found)


def item_titles(identities: Collection[int]) -> dict[int, str]:
    """Give what goods are called."""
    return {identity: row.title for identity, row in items(identities).items()}


def item_found(text: str) -> int | None:
    """Give the one item of a name, None where there is none or several."""
    found = [item.id for item in find_items(text) if text.strip() in (item.name, item.title)]
    return found[0] if len(found) == 1 else None


# --- goods -------------------------------------------------------------------------------------------------------

_ITEM = """SELECT i.id, i.name, i.spec, i.unit, i.pack_unit, i.pack_size, i.minimum, i.category, i.storeroom_id, i.active,
                  coalesce((SELECT sum(m.quantity) FROM stock_movement m WHERE m.item_id = i.id AND m.stands), 0) AS quantity,
                  coalesce((SELECT sum(m.fen) FROM stock_movement m WHERE m.item_id = i.id AND m.stands), 0) AS fen,
                  (SELECT cast(round(1000.0 * m.fen / m.quantity) AS INTEGER) FROM stock_movement m
                   WHERE m.item_id = i.id AND m.stands AND m.kind IN ('入库', '期初') AND m.quantity > 0
                   ORDER BY m.booked_on DESC, m.id DESC LIMIT 1) AS last_price
           FROM stock_item i"""


def find_items(text: str, limit: int = 30) -> list[ItemRow]:
    """Give goods in use that hold every word of a text (also by 拼音), what begins with it first."""
    words = pinyin.words(text)
    where = " AND ".join(["i.active", *("instr(i.keys, ?)" for _ in words)])
    first = pinyin.fold(text)
    chosen = [identity for (identity,) in database.execute_sql(
        f"SELECT i.id FROM stock_item i WHERE {where} ORDER BY instr(folded(i.name), ?) <> 1, length(i.name), i.id LIMIT ?",
        (*words, first, limit)).fetchall()]
    found = items(chosen)
    return [found[each] for each in chosen]


def items(identities: Collection[int]) -> dict[int, ItemRow]:
    """Give goods by id."""
    return {row.id: row for row in _items(f"{_ITEM} WHERE i.id IN (SELECT value FROM json_each(?))", (json.dumps(sorted(identities)),))}


def _items(sql: str, parameters: Sequence[Any]) -> list[ItemRow]:
    return [ItemRow(**{**row, "active": bool(row["active"])}) for row in by_name(sql, parameters)]


def item_draft(identity: int) -> ItemDraft:
    """Give an item as it is typed; ``Refused`` where it is gone."""
    rows = by_name("""SELECT name, spec, unit, pack_unit, nullif(pack_size, 0) AS pack_size, minimum, category, storeroom_id AS storeroom,
                             remark, active FROM stock_item WHERE id = ?""", (identity,))
    if not rows:
        raise Refused("这种物品已经不在了。请刷新后再试。")
    return ItemDraft(**{**rows[0], "active": bool(rows[0]["active"])})


# --- balances ----------------------------------------------------------------------------------------------------


def balances(day: date | None = None, storeroom: int | None = None) -> list[BalanceRow]:
    """Give what lies where at the end of a day, today's latest state where none is given; what is used up is left out."""
    rows = database.execute_sql(
        """SELECT item_id, storeroom_id, sum(quantity), sum(fen) FROM stock_movement
           WHERE stands AND booked_on <= ? AND (? IS NULL OR storeroom_id = ?)
           GROUP BY item_id, storeroom_id HAVING sum(quantity) <> 0 OR sum(fen) <> 0""",
        (day.isoformat() if day else "9999", storeroom, storeroom)).fetchall()
    return [BalanceRow(*row) for row in rows]


# --- slips -------------------------------------------------------------------------------------------------------

_SLIP = """SELECT s.id, s.number, s.kind, s.dated_on, s.booked_on, s.storeroom_id, r.name AS storeroom, coalesce(t.name, '') AS target,
                  s.supplier, s.department_id, s.school_class_id, s.person_id, s.place_id, s.receiver, s.handler, s.remark, s.signed_on,
                  s.voided_on, s.void_reason
           FROM stock_slip s JOIN stock_storeroom r ON r.id = s.storeroom_id LEFT JOIN stock_storeroom t ON t.id = s.target_id"""
_DAYS = ("dated_on", "booked_on", "signed_on", "voided_on")


def slips(identities: Collection[int]) -> list[SlipRow]:
    """Give slips by id, the earliest first."""
    return _slips(f"{_SLIP} WHERE s.id IN (SELECT value FROM json_each(?)) ORDER BY s.dated_on, s.id", (json.dumps(sorted(identities)),))


def slip(identity: int) -> SlipRow:
    """Give one; ``Refused`` where it is gone."""
    found = slips([identity])
    if not found:
        raise Refused("这张单据已经不在了。请刷新后再试。")
    return found[0]


def slip_numbered(number: str) -> SlipRow:
    """Give the slip of a number; ``Refused`` where there is none."""
    found = _slips(f"{_SLIP} WHERE s.number = ?", (number.strip().upper(),))
    if not found:
        raise Refused(f"没有单号为 {number} 的库存单据。")
    return found[0]


def slips_between(first: date, last: date, kinds: Collection[str], voided: bool = False) -> list[SlipRow]:
    """Give the slips of some kinds that are dated within some days, the earliest first; ``voided`` ones too where asked."""
    return _slips(f"""{_SLIP} WHERE s.dated_on BETWEEN ? AND ? AND s.kind IN (SELECT value FROM json_each(?))
                      AND (? OR s.voided_on IS NULL) ORDER BY s.dated_on, s.id""",
                  (first.isoformat(), last.isoformat(), json.dumps(list(kinds)), int(voided)))


def _slips(sql: str, parameters: Sequence[Any]) -> list[SlipRow]:
    rows = by_name(sql, parameters)
    for row in rows:
        row.update({key: date.fromisoformat(row[key]) if row[key] else None for key in _DAYS})
    return [SlipRow(**row) for row in rows]


_LINE = """SELECT m.id, m.slip_id AS slip, m.item_id AS item, i.name, i.spec, i.unit, m.kind, m.storeroom_id AS storeroom, m.quantity, m.fen,
                  m.difference, m.origin_id AS origin, m.swapped, m.remark,
                  coalesce((SELECT sum(abs(b.quantity)) FROM stock_movement b
                            WHERE b.origin_id = m.id AND b.stands AND b.kind IN ('退库', '退供应商')), 0) AS back
           FROM stock_movement m JOIN stock_item i ON i.id = m.item_id"""


def lines(slips: Collection[int]) -> dict[int, list[LineRow]]:
    """Give the lines of slips, by slip, in the order they were typed; of a transfer only what went out."""
    found: dict[int, list[LineRow]] = {each: [] for each in slips}
    for row in by_name(f"{_LINE} WHERE m.slip_id IN (SELECT value FROM json_each(?)) AND m.kind <> '调入' ORDER BY m.id",
                       (json.dumps(sorted(slips)),)):
        found[row["slip"]].append(LineRow(**{**row, "swapped": bool(row["swapped"])}))
    return found


def last_issues(item: int, limit: int = 20) -> list[tuple[LineRow, SlipRow]]:
    """Give the latest standing issues of an item of which something may still come back, with their slips."""
    rows = [LineRow(**{**row, "swapped": bool(row["swapped"])}) for row in by_name(
        f"{_LINE} WHERE m.item_id = ? AND m.kind = '领用' AND m.stands ORDER BY m.booked_on DESC, m.id DESC LIMIT ?", (item, limit))]
    of = {each.id: each for each in slips({row.slip for row in rows})}
    return [(row, of[row.slip]) for row in rows if row.back < -row.quantity]


# --- the account of one item -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AccountRow:
    """A line of the 库存明细账: what came in or went out, and what lay there afterwards. ``true_on`` is "" where it is ``day``."""

    day: str
    true_on: str
    number: str
    kind: str
    words: str
    quantity: int
    fen: int
    difference: int
    left: int
    left_fen: int


_ACCOUNT = ("day", "true_on", "number", "kind", "words", "quantity", "fen", "difference")


def account(item: int, first: date, last: date, storeroom: int | None = None) -> list[AccountRow]:
    """Give the account of an item over some days: first 上期结存, then every line in the order in which costs are worked out."""
    rows = database.execute_sql(
        """SELECT m.booked_on, iif(s.dated_on = s.booked_on, '', s.dated_on), s.number, m.kind,
                  coalesce(nullif(s.receiver, ''), nullif(s.supplier, ''), s.remark), m.quantity, m.fen, m.difference
           FROM stock_movement m JOIN stock_slip s ON s.id = m.slip_id
           WHERE m.item_id = ?1 AND m.stands AND m.booked_on <= ?2 AND (?3 IS NULL OR m.storeroom_id = ?3)
           ORDER BY m.booked_on, m.phase, m.id""", (item, last.isoformat(), storeroom)).fetchall()
    before = [row for row in rows if row[0] < first.isoformat()]
    left, fen = sum(row[5] for row in before), sum(row[6] for row in before)
    found = [AccountRow(first.isoformat(), "", "", "上期结存", "", 0, 0, 0, left, fen)]
    for row in rows[len(before):]:
        left, fen = left + row[5], fen + row[6]
        found.append(AccountRow(**dict(zip(_ACCOUNT, row, strict=True)), left=left, left_fen=fen))
    return found


# --- months and spans --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SpanRow:
    """An item over some days: what lay there at first, came in, went out, lay there at last; in pieces and 分.

    ``difference`` is what of the amounts went past the store (价差).
    """

    item: int
    name: str
    spec: str
    unit: str
    category: str
    opening: int
    opening_fen: int
    incoming: int
    incoming_fen: int
    outgoing: int
    outgoing_fen: int
    closing: int
    closing_fen: int
    difference: int


def span(first: date, last: date, storeroom: int | None = None) -> list[SpanRow]:
    """Give every item that lay there or moved within some days: 收发存. A price set later counts as coming in.

    For all stores together what was only moved between them is left out of both sides.
    """
    begin, end = first.isoformat(), last.isoformat()
    inside = "m.booked_on >= ?1" + (" AND m.kind NOT IN ('调入', '调出')" if storeroom is None else "")
    comes = "(m.quantity > 0 OR m.kind = '价差')"
    rows = database.execute_sql(
        f"""SELECT i.id, i.name, i.spec, i.unit, i.category, t.* FROM (
              SELECT m.item_id, sum(iif(m.booked_on < ?1, m.quantity, 0)) AS oq, sum(iif(m.booked_on < ?1, m.fen, 0)) AS ofen,
                sum(iif({inside} AND {comes}, m.quantity, 0)) AS iq, sum(iif({inside} AND {comes}, m.fen, 0)) AS ifen,
                sum(iif({inside} AND NOT {comes}, -m.quantity, 0)) AS uq, sum(iif({inside} AND NOT {comes}, -m.fen, 0)) AS ufen,
                sum(m.quantity) AS cq, sum(m.fen) AS cfen, sum(iif({inside}, m.difference, 0)) AS diff, max(m.booked_on) AS moved
              FROM stock_movement m WHERE m.stands AND m.booked_on <= ?2 AND (?3 IS NULL OR m.storeroom_id = ?3) GROUP BY m.item_id) t
            JOIN stock_item i ON i.id = t.item_id
            WHERE t.oq <> 0 OR t.cq <> 0 OR t.moved >= ?1 ORDER BY i.id""", (begin, end, storeroom)).fetchall()
    return [SpanRow(*row[:5], *row[6:15]) for row in rows]


def month_issued(month: str) -> bool:
    """Whether a month's report was issued, or that of a later one."""
    return bool(scalar("SELECT EXISTS (SELECT 1 FROM stock_month WHERE voided_on IS NULL AND month >= ?)", (f"{bounds(month)[0]:%Y-%m}",)))


# --- who got what ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TakenRow:
    """What one receiver took of one item within some days, less what came back; ``fen`` is what it cost."""

    key: str
    receiver: str
    item: int
    name: str
    spec: str
    unit: str
    category: str
    quantity: int
    fen: int


_BY = {"department": "s.department_id", "class": "s.school_class_id", "person": "s.person_id", "place": "s.place_id"}
_NAMES = {"department": "(SELECT name FROM department WHERE id = s.department_id)",
          "class": "(SELECT name FROM school_class WHERE id = s.school_class_id)",
          "person": "(SELECT name FROM person WHERE id = s.person_id)", "place": "(SELECT path FROM place WHERE id = s.place_id)"}


def taken(first: date, last: date, by: str = "", only: int | None = None) -> list[TakenRow]:
    """Give what was handed out within some days, by receiver and item.

    ``by`` is department, class, person or place (then slips without one are left out, and ``only`` names one of them), or ""
    for the words on the slips. What came back, and a later price of what was handed out directly, is counted in.
    """
    who = _BY.get(by, "s.receiver")
    name = _NAMES.get(by, "s.receiver")
    rows = database.execute_sql(
        f"""SELECT cast({who} AS TEXT), {name}, i.id, i.name, i.spec, i.unit, i.category, -sum(m.quantity),
                   sum(iif(m.kind = '价差', m.difference, -m.fen))
            FROM stock_movement m JOIN stock_slip s ON s.id = m.slip_id JOIN stock_item i ON i.id = m.item_id
            WHERE m.stands AND m.kind IN ('领用', '退库', '价差') AND m.booked_on BETWEEN ?1 AND ?2
              AND coalesce({who}, '') <> '' AND (?3 IS NULL OR {who} = ?3) AND (m.kind <> '价差' OR s.receiver <> '')
            GROUP BY {who}, i.id ORDER BY 2, i.category, i.id""", (first.isoformat(), last.isoformat(), only)).fetchall()
    return [TakenRow(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class CardRow:
    """A line of the issue card of one room or one person."""

    day: str
    number: str
    name: str
    spec: str
    unit: str
    quantity: int
    fen: int
    swapped: bool
    remark: str


def issue_card(first: date, last: date, person: int | None = None, place: int | None = None) -> list[CardRow]:
    """Give what one person or one room took and gave back within some days, line by line (一人一卡、一室一卡)."""
    who, value = ("s.person_id", person) if person else ("s.place_id", place)
    rows = database.execute_sql(
        f"""SELECT s.dated_on, s.number, i.name, i.spec, i.unit, -m.quantity, -m.fen, m.swapped, m.remark
            FROM stock_movement m JOIN stock_slip s ON s.id = m.slip_id JOIN stock_item i ON i.id = m.item_id
            WHERE m.stands AND m.kind IN ('领用', '退库') AND {who} = ? AND s.dated_on BETWEEN ? AND ? ORDER BY s.dated_on, m.id""",
        (value, first.isoformat(), last.isoformat())).fetchall()
    return [CardRow(row[0], row[1], row[2], row[3], row[4], row[5], row[6], bool(row[7]), row[8]) for row in rows]


# --- what runs out, what lies too long ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LowRow:
    """An item of which less lies there than its minimum; ``wanted`` is what is missing."""

    id: int
    name: str
    spec: str
    unit: str
    quantity: int
    minimum: int

    @property
    def wanted(self) -> int:
        """Give how much is missing to the minimum."""
        return self.minimum - self.quantity


def low() -> list[LowRow]:
    """Give the goods in use that are below their minimum, the scarcest first."""
    rows = database.execute_sql(
        """SELECT * FROM (SELECT i.id, i.name, i.spec, i.unit,
             coalesce((SELECT sum(m.quantity) FROM stock_movement m WHERE m.item_id = i.id AND m.stands), 0) AS quantity, i.minimum
           FROM stock_item i WHERE i.active AND i.minimum > 0) WHERE quantity < minimum ORDER BY 1.0 * quantity / minimum, id""").fetchall()
    return [LowRow(*row) for row in rows]


def unsigned(before: date) -> int:
    """Count the standing slips of issue that are dated before a day and did not come back signed."""
    return int(scalar("SELECT count(*) FROM stock_slip WHERE kind = '领用' AND signed_on IS NULL AND voided_on IS NULL AND dated_on < ?",
                      (before.isoformat(),)))
