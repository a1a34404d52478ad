"""A term's accounts as one workbook: the refund list, every pupil's account item by item, the vouchers. It is private."""

from collections.abc import Collection
from pathlib import Path

from app.core.columns import Column, Kind
from app.core.listing import Wish
from app.core.progress import Progress, silent
from app.exchange.writing import SheetOut, write_workbook
from app.fees.keys import item_key
from app.fees.money import grids, lists
from app.fees.money.facts import Facts
from app.fees.money.lists import PupilAccount, own
from app.fees.money.papers import PRIVATE
from app.school import settings as words
from app.store import settings

_WHO = (Column("class", "班级", Kind.TEXT, 26), Column("seat", "序号", Kind.WHOLE, 12), Column("number", "学号", Kind.CODE, 28),
        Column("name", "姓名", Kind.TEXT, 22))
_SUMS = (Column("refund", "应退（缴）", Kind.MONEY, 24, total=True), Column("given", "已办", Kind.MONEY, 24, total=True),
         Column("left", "未办", Kind.MONEY, 24, total=True), Column("given_on", "日期", Kind.DAY, 24), Column("method", "方式", Kind.TEXT, 22),
         Column("signer", "签领人", Kind.TEXT, 22))
_ACCOUNT = (*_WHO, Column("item", "收费项目", Kind.TEXT, 36),
            *(Column(key, title, Kind.MONEY, 24, total=True) for key, title in (
                ("charged", "应收"), ("paid", "预收"), ("spent", "均摊支出"), ("borne", "学校承担"), ("own", "实支"), ("refund", "应退（缴）"))))
_VOUCHERS = tuple(each for each in grids.VOUCHERS if each.key not in ("total", "red_of"))


def export_accounts(path: Path, plan_id: int, classes: Collection[int] = (), progress: Progress = silent) -> int:
    """Write the refund list, the accounts and the vouchers of a term (pupils of some classes) and give the number of pupils.

    Amounts of the list are those of the signed paper; before settling they are what settling would give now, and the titles
    say so. Voided vouchers stand there with their reason and are not in the sum.
    """
    facts = Facts(plan_id)
    rows = lists.settlements(plan_id, classes, facts=facts)
    stage = "" if facts.head.settled_on else "（未结算，试算）"
    school = settings.value(words.NAME)
    used = [title for title in facts.titles if any(each.id == title.id and account.refund for row in rows for each, account in row.lines)]
    refund_columns = (*_WHO, Column("paid", "预收", Kind.MONEY, 24, total=True), Column("own", "实支", Kind.MONEY, 24, total=True),
                      *(Column(item_key(title.id), f"{title.name}应退", Kind.MONEY, 24, total=True) for title in used), *_SUMS)
    notes = (PRIVATE, "单位：元。应退 = 预收 − 实支，负数为欠缴或应补。")
    write_workbook(path, [
        SheetOut("清退表", refund_columns, [_refund(row, [title.id for title in used]) for row in rows],
                 f"{school}{facts.head.title}代办费清退表{stage}", total=True, notes=notes),
        SheetOut("逐项账目", _ACCOUNT, [
            (*_who(row), title.name, each.charged, each.paid, each.spent, each.borne or None, own(each), each.refund)
            for row in rows for title, each in row.lines], f"{school}{facts.head.title}逐生逐项账目{stage}", total=True, notes=notes),
        SheetOut("支出票据", _VOUCHERS, _vouchers(plan_id), f"{school}{facts.head.title}支出票据", total=True,
                 notes=("作废的票据金额列为空。",))], progress)
    return len(rows)


def _who(row: PupilAccount) -> tuple[object, ...]:
    return row.who.class_name, row.who.seat, row.who.number, row.who.name


def _refund(row: PupilAccount, items: Collection[int]) -> tuple[object, ...]:
    refunds = {title.id: account.refund for title, account in row.lines}
    return (*_who(row), row.paid, row.own, *(refunds.get(item) or None for item in items), row.refund, row.given or None, row.left or None,
            row.given_on, row.method, row.signer)


def _vouchers(plan_id: int) -> list[list[object]]:
    """Give the vouchers, those that are voided without an amount: it is in no sum."""
    keys = [each.key for each in grids.VOUCHERS]
    kept = [keys.index(each.key) for each in _VOUCHERS]
    found = []
    for row in grids.VOUCHER_LIST.rows(Wish(filters={"plan": plan_id})):
        values = dict(zip(keys, row[1:], strict=True))
        values["fen"] = None if values["void"] else values["fen"]
        found.append([values[keys[at]] for at in kept])
    return found
