"""A stocktake of a large school, nearly all of it counted, and how long its results take to be asked."""

import statistics
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from bench_ledger import make_ledger

ROUNDS = 5
LOST, ELSEWHERE, IDLE, LEFT = 97, 89, 83, 50     # every so-manieth line is lost, elsewhere, idle, not counted yet


def measure(folder: Path, count: int) -> dict[str, float]:
    """Give seconds by name for every result of a stocktake of ``count`` cards, and for single acts on it."""
    make_ledger(folder, count)
    from app.store.opening import open_store

    store = open_store(folder)
    try:
        started = time.perf_counter()
        identity = _begin()
        taken = {"opening it": time.perf_counter() - started}
        _count(identity)
        return taken | {name: _median(ask) for name, ask in _asked(identity).items()} | {"one scan": _scans(identity)}
    finally:
        store.close()


def _begin() -> int:
    from app.core import clock
    from app.school import queries as school
    from app.stocktake import commands
    from app.stocktake.rules import StocktakeDraft

    term = school.current_term()
    assert term is not None, "the import has begun the school"
    return commands.open_stocktake(StocktakeDraft(term.id, base_date=clock.today())).made[0]


def _count(identity: int) -> None:
    from app.stocktake import commands, queries
    from app.stocktake.rules import Count, FindDraft

    lines = queries.lines(identity)
    rooms = sorted({line.place_id for line in lines if line.place_id})
    counts = []
    for number, line in enumerate(lines):
        if number % LEFT == 0:
            continue
        gone = 1 if number % LOST == 0 else 0
        counts.append(Count(line.id, line.quantity - gone, reason="去向不明" if gone else "",
                            found_place_id=rooms[number % len(rooms)] if number % ELSEWHERE == 0 else None,
                            found_status="闲置" if number % IDLE == 0 else ""))
    commands.count_lines(identity, counts)
    for number in range(200):
        commands.record_find(identity, FindDraft(name=f"书柜{number}", place_id=rooms[number % len(rooms)]))


def _asked(identity: int) -> dict[str, Callable[[], object]]:
    from app.core.listing import Wish
    from app.stocktake import approval, commands, comparison, lists, queries

    row = commands.require(identity)
    return {
        "result by room": partial(queries.result, identity, "room"),
        "result by keeper": partial(queries.result, identity, "keeper"),
        "result by class": partial(queries.result, identity, "class"),
        "differences": partial(queries.differences, identity),
        "rooms that are missing": partial(queries.missing_rooms, identity),
        "the list of differences": partial(lists.LINE_LIST.rows, Wish(filters={"stocktake": identity, "result": lists.DIFFERING})),
        "comparison with another": partial(comparison.compare, row, row),
        "preview of the approval": partial(approval.preview, identity),
    }


def _median(ask: Callable[[], object]) -> float:
    """Give the median time of an answer; the first one warms up and does not count."""
    times = []
    for _ in range(ROUNDS + 1):
        begin = time.perf_counter()
        ask()
        times.append(time.perf_counter() - begin)
    return statistics.median(times[1:])


def _scans(identity: int) -> float:
    """Give the median time of a scan that is written: the next one may come a tenth of a second later."""
    from app.stocktake import queries, rules, scanning

    waiting = queries.lines(identity, (rules.UNSEEN,))[:ROUNDS * 2]
    room = next(line.place_id for line in waiting if line.place_id)
    times = []
    for line in waiting:
        begin = time.perf_counter()
        scanning.scan(identity, line.number, room)
        times.append(time.perf_counter() - begin)
    return statistics.median(times)
