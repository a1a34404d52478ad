"""A store of many goods and movements: how long balances, a month's report, a slip and a line dated far back take."""

import statistics
import time
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from pathlib import Path

ROUNDS = 5
FIRST = date(2025, 1, 1)
LATER = 5_000       # lines after the one that is dated back


def measure(folder: Path, goods: int, movements: int) -> dict[str, float]:
    """Give seconds by name, in a ledger of ``goods`` sorts with that many movements over two years."""
    from app import features
    from app.store.opening import open_store

    folder.mkdir(parents=True, exist_ok=True)
    features.join()
    store = open_store(folder)
    try:
        busy = _fill(goods, movements)
        return {name: _median(ask) for name, ask in _asked(goods).items()} | {
            "a slip of three lines": _slips(), f"a line dated back before {LATER:,} later ones": _dated_back(busy)}
    finally:
        store.close()


def _fill(goods: int, movements: int) -> int:
    """Write the goods with their lines, and one more with ``LATER`` lines of its own, whose id it gives."""
    from app.school.tables import Department
    from app.stock import costing
    from app.stock import movements as moving
    from app.stock.tables import StockItem, StockMovement, StockSlip
    from app.store import journal
    from app.store.database import insert_rows

    each, slips, lines = movements // goods, list[tuple[object, ...]](), list[tuple[object, ...]]()

    def put(item: int, day: date, receipt: bool, quantity: int, fen: int) -> None:
        number = len(slips) + 1
        kind = costing.RECEIPT if receipt else costing.ISSUE
        slips.append((number, f"{'RK' if receipt else 'CK'}-{number}", kind, day.isoformat(), day.isoformat(), 1, "", "教导处", "", "", ""))
        lines.append((number, number, item, 1, kind, day.isoformat(), costing.phase(kind, False), quantity, fen, 0, 0, "", 1))

    for item in range(1, goods + 1):
        put(item, FIRST, True, each * 1000, each * (100 + item % 700))
        for at in range(1, each):
            put(item, FIRST + timedelta(at * 690 // each), at % 10 == 0, 3000 if at % 10 == 0 else -1000, (300 + at % 7) * 3 if at % 10 == 0 else 0)
    busy = goods + 1
    put(busy, FIRST, True, LATER * 1000, LATER * 317)
    for at in range(LATER):
        put(busy, FIRST + timedelta(1 + at % 600), False, -900, 0)
    with journal.operation("建立仓库"):
        Department.insert(name="教导处").execute()
        insert_rows(StockItem, ("id", "name", "spec", "unit", "pack_unit", "pack_size", "minimum", "category", "remark", "active", "key", "keys"),
                    [(item, f"物品{item}", "", "个", "", 0, 2000, "办公用品", "", 1, f"物品{item}||个", f"wupin{item} wp{item} 物品{item}")
                     for item in range(1, busy + 1)])
        insert_rows(StockSlip, ("id", "number", "kind", "dated_on", "booked_on", "storeroom_id", "supplier", "receiver", "handler", "remark",
                                "void_reason"), slips)
        insert_rows(StockMovement, ("id", "slip_id", "item_id", "storeroom_id", "kind", "booked_on", "phase", "quantity", "fen", "difference",
                                    "swapped", "remark", "stands"), lines)
        for item in range(1, busy + 1):
            moving.work_out(item)
    return busy


def _asked(goods: int) -> dict[str, Callable[[], object]]:
    from app.core.listing import Wish
    from app.stock import lists, queries
    from app.stock.months import bounds

    first, last = bounds("2026-03")
    return {
        f"balances of {goods:,} goods": queries.balances,
        "balances of a past day": partial(queries.balances, date(2025, 9, 30)),
        "收发存月报": partial(queries.span, first, last),
        "the list of goods": partial(lists.ITEM_LIST.totals, Wish()),
        "the list of slips, first 500": partial(lists.SLIP_LIST.rows, Wish(), 500),
        "the list of movements, first 500": partial(lists.MOVEMENT_LIST.rows, Wish(), 500),
        "what runs low": queries.low,
    }


def _median(ask: Callable[[], object]) -> float:
    """Give the median time of an answer; the first one warms up and does not count."""
    times = []
    for _ in range(ROUNDS + 1):
        begin = time.perf_counter()
        ask()
        times.append(time.perf_counter() - begin)
    return statistics.median(times[1:])


def _slips() -> float:
    from app.stock import commands
    from app.stock.rules import Out, Receiver

    return _median(partial(commands.issue, date(2026, 11, 20), 1, [Out(1, 100), Out(2, 100), Out(3, 100)], Receiver(department=1)))


def _dated_back(item: int) -> float:
    """Give the median time of a receipt before all other lines: each of them costs something else afterwards."""
    from app.stock import commands
    from app.stock.rules import In

    return _median(partial(commands.receive, FIRST, 1, [In(item, 1000, 90_000)]))
