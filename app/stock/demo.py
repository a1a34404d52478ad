"""The demo school's store: 180 sorts of goods, 4,000 movements over two calendar years, one count with three differences.

Always the same. The rows are written as the verbs would write them, all in one step and whatever the calendar says today; then
every cost is worked out by the rules.
"""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from app.core.money import parse_fen
from app.core.paths import shipped
from app.core.progress import Progress, silent
from app.core.quantity import ONE, parse_quantity
from app.school import queries as school
from app.stock import costing, counts, items, movements
from app.stock.rules import APPROVED, TO_CLASSES, TRANSFER, ItemDraft
from app.stock.settings import COUNT_NUMBERS
from app.stock.tables import (
    StockCount,
    StockCountLine,
    StockMovement,
    StockPlan,
    StockPlanLine,
    StockSlip,
    StockStoreroom,
)
from app.store import journal, numbering
from app.store.database import database, insert_rows, scalar

_FIRST, _LAST = date(2025, 1, 6), date(2026, 11, 19)
_MOVEMENTS, _ISSUED_A_DAY = 4_000, 8.9
_HOLIDAYS = ((date(2025, 1, 18), date(2025, 2, 16)), (date(2025, 7, 6), date(2025, 8, 27)), (date(2026, 1, 24), date(2026, 3, 1)),
             (date(2026, 7, 11), date(2026, 8, 26)), (date(2025, 4, 4), date(2025, 4, 6)), (date(2025, 5, 1), date(2025, 5, 5)),
             (date(2025, 10, 1), date(2025, 10, 8)), (date(2026, 1, 1), date(2026, 1, 3)), (date(2026, 4, 4), date(2026, 4, 6)),
             (date(2026, 5, 1), date(2026, 5, 5)), (date(2026, 10, 1), date(2026, 10, 7)))
_COUNT_BASE, _COUNT_APPROVED = date(2026, 7, 8), date(2026, 7, 10)
_HANDED_OUT = date(2026, 9, 1)
_MOVED, _SPOILT, _GIVEN_BACK, _BOUGHT_UNTIL = date(2026, 3, 10), date(2026, 11, 10), date(2026, 9, 8), date(2026, 11, 6)
_SPORTS = 2     # the storeroom of the sports' group
_UNSIGNED_SINCE = date(2026, 11, 16)
_SUPPLIERS = {"作业本": "青河县新华印刷厂", "教材": "青河新华书店"}
_SHOPS = ("为民文具批发部", "青禾市宏达日杂", "惠民五金商行")
_WHERE = {"办公用品": 0, "教学用品": 0, "作业本": 0, "清洁用品": 1, "卫生防疫": 1, "水电维修": 2, "体育用品": 0, "会议接待": 1, "福利": 1}


_Slip = tuple[int, str, str, dict[str, object]]     # id, kind, ISO day, further columns


@dataclass
class _Goods:
    """An item on its way through the two years."""

    id: int
    category: str
    fen: int            # of one unit, when it was last bought
    minimum: int
    left: int = 0


@dataclass
class _Rows:
    """Slips and lines to be written, with ids given beforehand."""

    slip: int
    line: int
    slips: list[_Slip] = field(default_factory=list)
    lines: list[tuple[object, ...]] = field(default_factory=list)

    def add(self, kind: str, day: date, lines: Sequence[tuple[_Goods, int, int]], **words: object) -> list[int]:
        """Note a slip with its lines (item, thousandths as they change the store, 分); gives the ids of the lines."""
        self.slip += 1
        self.slips.append((self.slip, kind, day.isoformat(), dict(words)))
        made = []
        for goods, quantity, fen in lines:
            self.line += 1
            goods.left += quantity
            self.put(goods, kind, day, quantity, fen)
            made.append(self.line)
        return made

    def put(self, goods: _Goods, kind: str, day: date, quantity: int, fen: int = 0, origin: int | None = None, store: int = 1) -> None:
        """Note a line of the latest slip."""
        self.lines.append((self.line, self.slip, goods.id, kind, day.isoformat(), costing.phase(kind, False), quantity, fen, origin, store))


def build_stock(progress: Progress = silent) -> int:
    """Add the store as one step; gives how many movements. The demo's people and classes must be there."""
    chance = Random(2025)
    with journal.operation("建立示范仓库") as work:
        progress(0, 2, "建立示范仓库")
        StockStoreroom.insert(name="体育器材室").execute()
        goods = [_made(row) for row in _read()]
        rows = _Rows(int(scalar("SELECT coalesce(max(id), 0) FROM stock_slip")), int(scalar("SELECT coalesce(max(id), 0) FROM stock_movement")))
        plan = _two_years(chance, goods, rows)
        _write(rows)
        progress(1, 2, "建立示范仓库")
        for each in goods:
            movements.work_out(each.id)
        _plan(plan, rows)
        _count(goods)
        work.rename(f"建立示范仓库 {len(goods)} 种物品")
    return int(scalar("SELECT count(*) FROM stock_movement"))


def _read() -> list[dict[str, str]]:
    with shipped("data/demo/stock_items.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _made(row: dict[str, str]) -> _Goods:
    minimum = parse_quantity(row["最低库存"] or "0")
    identity = items.write(ItemDraft(row["品名"], row["规格"], row["单位"], row["大包装单位"], parse_quantity(row["每大包装数量"] or "0") or None,
                                     minimum or None, row["类别"]))
    return _Goods(identity, row["类别"], parse_fen(row["单价"]), minimum or 10 * ONE)


def _school_days() -> Iterator[date]:
    day = _FIRST
    while day <= _LAST:
        if day.weekday() < 5 and not any(first <= day <= last for first, last in _HOLIDAYS):  # noqa: PLR2004  Monday to Friday
            yield day
        day += timedelta(days=1)


def _two_years(chance: Random, goods: Sequence[_Goods], rows: _Rows) -> list[tuple[int, _Goods, int, int]]:
    """Note opening balances, purchases where something runs low, issues day by day; gives what was handed out to the classes."""
    rows.add(costing.OPENING, date(2025, 1, 2), [
        (each, many, each.fen * many // ONE) for each in goods for many in (each.minimum * chance.choice((1, 2, 3)),)], remark="上年结转")
    receivers = _receivers()
    given: list[tuple[int, _Goods, int, int]] = []
    days = list(_school_days())
    for number, day in enumerate(days):
        for shop, wanted in _running_low(chance, goods) if day < _BOUGHT_UNTIL else ():
            rows.add(costing.RECEIPT, day, wanted, supplier=shop, handler="龚秀珍、郝明珠")
        if day == _HANDED_OUT:
            given = _hand_out(goods, rows)
        _others(goods, rows, given, day)
        left = _MOVEMENTS - 3 - len(rows.lines)
        wanted_today = min(round(left / max(len(days) - number, 1)), left)
        while wanted_today > 0:
            words = chance.choice(receivers)
            lines = _issue(chance, goods, min(wanted_today, chance.choice((1, 1, 2, 3, 4))))
            wanted_today -= max(len(lines), 1)
            if lines:
                rows.add(costing.ISSUE, day, lines, **words)
    return given


def _others(goods: Sequence[_Goods], rows: _Rows, given: Sequence[tuple[int, _Goods, int, int]], day: date) -> None:
    """Note what happens once: balls that go to the sports' room, something spoilt, books that two classes give back."""
    if day == _MOVED:
        balls = [each for each in goods if each.category == "体育用品" and each.left >= 4 * ONE][:2]
        rows.add(TRANSFER, day, [], target=_SPORTS, remark="体育组专用")
        for ball in balls:
            rows.line += 1
            ball.left -= 2 * ONE
            rows.put(ball, costing.OUT, day, -2 * ONE)
            rows.line += 1
            rows.put(ball, costing.IN, day, 2 * ONE, 0, rows.line - 1, _SPORTS)
    elif day == _SPOILT:
        rows.add(costing.SCRAP, day, [(next(each for each in goods if each.left >= 8 * ONE), -2 * ONE, 0)], remark="受潮")
    elif day == _GIVEN_BACK:
        rows.add(costing.RETURN, day, [], remark="2026年秋季作业本")
        for _, book, quantity, line in (given[0], given[len(given) // 2]):
            rows.line += 1
            book.left += min(10 * ONE, quantity)
            rows.put(book, costing.RETURN, day, min(10 * ONE, quantity), 0, line)


def _receivers() -> list[dict[str, object]]:
    """Give who takes things: departments with one of their people, classes with their teacher and room."""
    people = database.execute_sql(
        "SELECT d.id, d.name, p.id, p.name FROM person p JOIN department d ON d.id = p.department_id WHERE p.on_staff ORDER BY p.id").fetchall()
    found: list[dict[str, object]] = [
        {"department": department, "person": person, "receiver": f"{name}、{who}"} for department, name, person, who in people]
    year = (school.current_term() or school.terms()[0]).name.school_year
    return found + [{"school_class": each, "place": place, "receiver": name} for each, name, place in database.execute_sql(
        "SELECT id, name, place_id FROM school_class WHERE school_year = ? ORDER BY grade, number", (year,)).fetchall()]


def _running_low(chance: Random, goods: Sequence[_Goods]) -> list[tuple[str, list[tuple[_Goods, int, int]]]]:
    """Give what is bought today, by shop: goods below their minimum are, one in three days, at a price that moves a little."""
    shops: dict[str, list[tuple[_Goods, int, int]]] = {}
    for each in goods:
        if each.left < each.minimum and chance.random() < 0.35:
            each.fen = max(round(each.fen * chance.uniform(0.97, 1.05)), 1)
            many = each.minimum * chance.choice((1, 2))
            shop = _SUPPLIERS.get(each.category, _SHOPS[_WHERE.get(each.category, 0)])
            shops.setdefault(shop, []).append((each, many, each.fen * many // ONE))
    return list(shops.items())


def _issue(chance: Random, goods: Sequence[_Goods], count: int) -> list[tuple[_Goods, int, int]]:
    """Give a slip's lines: some of what lies there, a tenth of the minimum of each or so."""
    lines = []
    for each in chance.sample(goods, count):
        most = max(each.minimum // 8 // ONE, 1)
        many = min(chance.randint(1, most) * ONE, each.left)
        if many > 0:
            lines.append((each, -many, 0))
    return lines


def _hand_out(goods: Sequence[_Goods], rows: _Rows) -> list[tuple[int, _Goods, int, int]]:
    """Buy exercise books for all classes and hand them out; gives (class, item, thousandths, line)."""
    year = (school.current_term() or school.terms()[0]).name.school_year
    books = [each for each in goods if each.category == "作业本"][:4]
    classes = database.execute_sql(
        """SELECT c.id, c.name, (SELECT count(*) FROM enrolment e WHERE e.school_class_id = c.id AND e.left_on IS NULL)
           FROM school_class c WHERE c.school_year = ? ORDER BY c.grade, c.number""", (year,)).fetchall()
    pupils = sum(count for *_, count in classes)
    rows.add(costing.RECEIPT, _HANDED_OUT, [(each, 2 * pupils * ONE, 2 * pupils * each.fen) for each in books], supplier=_SUPPLIERS["作业本"],
             handler="龚秀珍、郝明珠")
    given = []
    for each, name, count in classes:
        made = rows.add(costing.ISSUE, _HANDED_OUT, [(book, -2 * count * ONE, 0) for book in books], school_class=each, receiver=name,
                        remark="2026年秋季作业本")
        given += [(each, book, 2 * count * ONE, line) for book, line in zip(books, made, strict=True)]
    return given


_WORDS = {"supplier": "", "receiver": "", "handler": "", "remark": "", "target": None, "department": None, "school_class": None, "person": None,
          "place": None}
_SLIP = ("id", "number", "kind", "dated_on", "booked_on", "signed_on", "storeroom_id", "void_reason", "supplier", "receiver", "handler", "remark",
         "target_id", "department_id", "school_class_id", "person_id", "place_id")
_LINE = ("id", "slip_id", "item_id", "kind", "booked_on", "phase", "quantity", "fen", "origin_id", "storeroom_id", "difference", "swapped",
         "remark", "stands")


def _write(rows: _Rows) -> None:
    """Write what was noted, slips with numbers of their year."""
    slips: list[tuple[object, ...]] = []
    for (kind, year), found in _numbered(rows.slips).items():
        numbers = numbering.take(movements.NUMBERS[kind], year, len(found))
        for number, (identity, each, day, words) in zip(numbers, found, strict=True):
            signed = day if day < _UNSIGNED_SINCE.isoformat() else None
            slips.append((identity, number, each, day, day, signed, 1, "", *{**_WORDS, **words}.values()))
    insert_rows(StockSlip, _SLIP, sorted(slips, key=lambda slip: str(slip[3])))
    insert_rows(StockMovement, _LINE, [(*line, 0, 0, "", 1) for line in rows.lines])


def _numbered(slips: Sequence[_Slip]) -> dict[tuple[str, int], list[_Slip]]:
    """Give the slips by series (as its first kind) and year."""
    kinds: dict[str, str] = {}
    found: dict[tuple[str, int], list[_Slip]] = {}
    for slip in slips:
        kind = kinds.setdefault(movements.NUMBERS[slip[1]].series, slip[1])
        found.setdefault((kind, int(slip[2][:4])), []).append(slip)
    return found


def _plan(given: Sequence[tuple[int, _Goods, int, int]], rows: _Rows) -> None:
    """Add a 分发表 of brooms for this winter that is not handed out, and that of the exercise books, which is."""
    brooms = scalar("SELECT id FROM stock_item WHERE name = '扫帚' ORDER BY id LIMIT 1")
    draft = int(StockPlan.insert(title="2026年冬季清洁用品", kind=TO_CLASSES, storeroom=1, made_on=_LAST).execute())
    insert_rows(StockPlanLine, ("plan_id", "school_class_id", "item_id", "quantity"), [
        (draft, each, brooms, 2 * ONE) for each in dict.fromkeys(each for each, *_ in given)])
    plan = int(StockPlan.insert(title="2026年秋季作业本", kind=TO_CLASSES, storeroom=1, made_on=_HANDED_OUT, issued_on=_HANDED_OUT).execute())
    insert_rows(StockPlanLine, ("plan_id", "school_class_id", "item_id", "quantity", "movement_id"),
                [(plan, each, goods.id, quantity, line) for each, goods, quantity, line in given])


def _count(goods: Sequence[_Goods]) -> None:
    """Add the count of the summer of 2026: three sorts of goods differ, which the headmaster approved."""
    number = numbering.take(COUNT_NUMBERS, _COUNT_BASE.year)[0]
    count = int(StockCount.insert(number=number, storeroom=1, base_date=_COUNT_BASE, team="龚秀珍、郝明珠", state=APPROVED, approver="校长",
                                  approved_on=_COUNT_APPROVED).execute())
    rows = database.execute_sql(
        """SELECT item_id, sum(quantity), sum(fen), sum(sum(quantity)) OVER () FROM stock_movement WHERE booked_on <= ? AND stands
           GROUP BY item_id HAVING sum(quantity) > 0 ORDER BY item_id""", (_COUNT_BASE.isoformat(),)).fetchall()
    plenty = [row[0] for row in rows if row[1] >= 20 * ONE and _least_since(row[0]) >= 4 * ONE][:3]
    found = dict(zip(plenty, ((-2 * ONE, "领用漏登记"), (ONE, "上次盘点少计"), (-3 * ONE, "受潮报废未开单")), strict=True))
    insert_rows(StockCountLine, ("count_id", "item_id", "book", "book_fen", "counted", "reason"), [
        (count, item, book, fen, book + found.get(item, (0, ""))[0], found.get(item, (0, ""))[1]) for item, book, fen, _ in rows])
    lines = counts.corrections([line for line in counts.lines(count) if line.difference])
    slip = movements.correct(_COUNT_APPROVED, 1, number, lines, f"盘点 {number}，校长批准")
    StockCount.update(slip=slip.id).where(StockCount.id == count).execute()


def _least_since(item: int) -> int:
    """Give the least that lay there of an item from the count on."""
    return int(scalar(
        """SELECT min(left) FROM (SELECT booked_on, sum(sum(quantity)) OVER (ORDER BY booked_on) AS left FROM stock_movement
           WHERE item_id = ? AND stands GROUP BY booked_on) WHERE booked_on >= ?""", (item, _COUNT_BASE.isoformat())) or 0)
