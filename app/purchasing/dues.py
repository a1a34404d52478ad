"""What wants doing in purchases: what waits for its approval, acceptance, intake, paper or claim; payments, budget, 化整为零."""

from collections.abc import Iterator
from datetime import date, timedelta

from app.core.dues import PLAIN, WARNING, Due
from app.core.listing import Wish
from app.core.money import format_fen
from app.core.terms import chinese_day
from app.purchasing import budgets, checking, contracts, lists, queries
from app.store.database import database

SOON_DAYS, PATIENT_DAYS = 14, 7
_SAID = {   # of a stage: what is said, the way there, its button, and after how many days it presses
    lists.ASKED: ("{}等待审批", "approve", "登记审批", 0), lists.GOING: ("{}验收了还没有入库、建卡", "take_in", "入库建卡", 0),
    lists.PART: ("{}只到了一部分", "accept", "去验收", 30), lists.ACCEPTED: ("{}验收了还没有发票", "paper", "登记发票", 30),
    lists.PAID: ("{}有发票还没有报销", "claim", "去报销", 30),
}


def dues(day: date) -> Iterator[Due]:
    """Give everything that waits, the oldest first within a kind."""
    yield from _waiting(day)
    yield from _payments(day)
    yield from _unsigned(day)
    yield from _late(day)
    for row in budgets.lines(day.year):
        if row.left < 0:
            yield Due("purchasing/budget", f"预算项目“{row.name}”超出 {format_fen(-row.left)} 元。", "supply", "看预算", WARNING, None,
                      "budget_line", row.id)
    for at, each in enumerate(checking.sums_of_sorts(day.year), 1):
        words = f"{each.year}年“{each.words}”分 {len(each.numbers)} 次买了 {format_fen(each.fen)} 元，合起来要按更高一档办，当心化整为零。"
        yield Due("purchasing/split", words, "supply", "看清单", WARNING, None, "purchase_sort", at, many="{} 类采购当心化整为零。")


def _waiting(day: date) -> Iterator[Due]:
    places = {column.key: at for at, column in enumerate(lists.COLUMNS, 1)}
    rows = [row for stage in _SAID for row in lists.PURCHASE_LIST.rows(Wish(filters={"stage": stage}, sort="day"))]
    for row in rows:
        stage, on = row[places["stage"]], date.fromisoformat(row[places["day"]])
        words, act, button, presses = _SAID[stage]
        age = (day - on).days
        what = f"采购 {row[places['number']]} {row[places['what']]}"
        since = f"，已经 {age} 天" if age > PATIENT_DAYS else ""
        yield Due(f"purchasing/{act}", f"{words.format(what)}{since}。", "supply", button,
                  WARNING if presses and age > presses else PLAIN, None, "purchase", row[0], filters={"stage": stage},
                  many=f"{{}} 次采购{words.format('')}。")


def _payments(day: date) -> Iterator[Due]:
    for part in contracts.due_parts(day + timedelta(SOON_DAYS)):
        words = f"合同 {part.number}（{part.supplier}）的{part.kind} {format_fen(part.fen)} 元应在{chinese_day(part.due_on)}付。"
        yield Due("purchasing/instalment", words, "supply", "登记付款", WARNING if part.due_on < day else PLAIN, part.due_on,
                  "purchase", part.purchase)


def _unsigned(day: date) -> Iterator[Due]:
    """Ask for signed papers only where the office ticks them at all."""
    count, first = database.execute_sql(
        """SELECT count(*), min(purchase_id) FROM purchase_acceptance WHERE voided_on IS NULL AND signed_on IS NULL
           AND accepted_on BETWEEN ? AND ? AND EXISTS (SELECT 1 FROM purchase_acceptance WHERE signed_on IS NOT NULL)""",
        ((day - timedelta(60)).isoformat(), (day - timedelta(PATIENT_DAYS)).isoformat())).fetchone()
    if count:
        yield Due("purchasing/unsigned", f"{count} 张验收单还没有签回。", "supply", "去登记", PLAIN, None, "purchase", first, count)


def _late(day: date) -> Iterator[Due]:
    late, accepted = queries.count_late(day.year)
    waiting = [row for row in lists.PURCHASE_LIST.rows(Wish(filters={"late": "补办"})) if row[0] and not _approved(row[0])]
    if waiting:
        words = f"{len(waiting)} 次采购没有批准就验收了，请补批。今年补办 {late} 次，共验收 {accepted} 次。"
        yield Due("purchasing/late", words, "supply", "去补登", WARNING, None, "purchase", waiting[0][0] if len(waiting) == 1 else 0, len(waiting),
                  {"late": "补办"})


def _approved(purchase: int) -> bool:
    return queries.purchase(purchase).approved_on is not None
