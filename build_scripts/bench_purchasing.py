"""Purchases after years of them: the request with last prices of 50 lines, a small purchase saved, the list, the checks, the budget.

Used by ``bench.py``. Thousands of purchases are written as rows; what is measured goes by the app's own verbs and queries.
"""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from app import features
from app.core.listing import Wish
from app.purchasing import budget, budgets, checking, lists, progress, queries, small
from app.purchasing.paying import PaperDraft
from app.purchasing.rules import LineDraft
from app.purchasing.small import SmallDraft
from app.school import commands as school
from app.school.commands import start_school
from app.school.rules import PersonDraft, SchoolDraft
from app.school.signing_rules import Signer
from app.store.opening import open_store

ROUNDS, LINES = 7, 50


def measure(folder: Path, count: int) -> dict[str, float]:
    """Give ms by what was done, in a ledger of so many purchases of three lines each."""
    store = open_store(folder)
    features.join()
    try:
        start_school(SchoolDraft("青禾小学", term="2025-2026-1"))
        draft = _draft()
        for at in range(count):
            small.save(_another(draft, at))
        return _measured(draft, count)
    finally:
        store.close()


def _draft() -> SmallDraft:
    people = [school.add_person(PersonDraft(name)).made[0] for name in ("王敏", "李强")]
    office = school.add_department("教务处").made[0]
    made = budget.write_lines({}, [{"year": 2025, "name": "公用经费", "fen": 10**9}])
    line = made.made[0] if made else None
    lines = tuple(LineDraft(name, "塑料", "把", 10_000, 860, department=office, budget_line=line, goes="直接领用")
                  for name in ("扫帚", "拖把", "水桶"))
    return SmallDraft(date(2025, 9, 1), date(2025, 9, 1), None, "青河五金店", department=office, lines=lines, buyers=(Signer(people[0]),),
                      acceptors=(Signer(people[1]),))


def _another(draft: SmallDraft, at: int) -> SmallDraft:
    """Give the same on another day, of other things, with an invoice of its own."""
    day = date(2025, 9, 1) + timedelta(at % 90)
    lines = tuple(replace(line, name=f"{line.name}{at % 400}") for line in draft.lines)
    return replace(draft, bought_on=day, approved_on=day, lines=lines, paper=PaperDraft(number=f"{at:08d}", code="36"))


def _measured(draft: SmallDraft, count: int) -> dict[str, float]:
    wanted = [(f"扫帚{at}", "塑料") for at in range(LINES)]
    numbers = iter(range(count, count + ROUNDS + 1))
    latest = int(queries.standing()[-1].id)
    return {
        f"last prices of {LINES} lines": _median(lambda: queries.last_bought(wanted)),
        "a small purchase of three lines saved": _median(lambda: small.save(_another(draft, next(numbers)))),
        "the list of purchases, by stage": _median(lambda: lists.PURCHASE_LIST.rows(Wish(filters={"stage": lists.PAID}), 500)),
        "the strip of a purchase with its checks": _median(lambda: progress.strip(latest)),
        "the budget of a year": _median(lambda: budgets.lines(2025)),
        "化整为零 of a year": _median(lambda: checking.sums_of_sorts(2025)),
    }


def _median(work: Callable[[], object]) -> float:
    times = []
    for _ in range(ROUNDS):
        begin = time.perf_counter()
        work()
        times.append((time.perf_counter() - begin) * 1000)
    return sorted(times)[ROUNDS // 2]
