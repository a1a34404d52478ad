"""The store on the command line: ``stock balance | issue``, ``stat stock``, and what its papers are asked for."""

import argparse
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from app.cli import naming
from app.cli.opening import opened, progress
from app.cli.printing import OrderWord
from app.cli.words import DONE, REFUSED, Verb, day, emit, say, say_problems
from app.core import clock
from app.core.errors import Refused
from app.core.money import format_fen
from app.core.quantity import format_quantity
from app.school import queries as school
from app.stock import commands, counts, importing, plans, queries, quotas, rules
from app.stock.importing import StockOutcome, StockPlanIn
from app.stock.queries import ItemRow
from app.stock.rules import Out, Receiver
from app.store import backup


def _balance_words(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--day", type=day, metavar="日期", help="哪一天结束时的库存（不写时是现在）")
    parser.add_argument("--store", default="", metavar="保管室", help="只看这个保管室")
    parser.add_argument("--item", default="", metavar="品名", help="只看这种物品（也可写拼音）")


def _balance(words: argparse.Namespace) -> None:
    opened(words)
    store = queries.storeroom_of(words.store) if words.store else None
    rows = queries.balances(words.day, store)
    if words.item:
        chosen = {each.id for each in queries.find_items(words.item, -1)}
        rows = [row for row in rows if row.item in chosen]
    goods, stores = queries.items({row.item for row in rows}), {each.id: each.name for each in queries.storerooms(True)}
    if words.json:
        emit([{"name": goods[row.item].name, "spec": goods[row.item].spec, "unit": goods[row.item].unit, "storeroom": stores[row.storeroom],
               "quantity": row.quantity / 1000, "fen": row.fen} for row in rows])
        return
    for row in rows:
        item = goods[row.item]
        say(f"{item.title}　{rules.quantity_words(row.quantity, item.unit)}　{format_fen(row.fen)} 元　{stores[row.storeroom]}")
    say(f"共 {len({row.item for row in rows})} 种，{format_fen(sum(row.fen for row in rows))} 元。")


def _issue_words(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("line", nargs="+", metavar="品名=数量", help="例如 粉笔=2 或 A4纸=1箱（可写多个；品名也可写拼音）")
    parser.add_argument("--to", required=True, metavar="部门、班级或姓名", help="谁领用")
    parser.add_argument("--day", type=day, metavar="日期", help="不写时是今天")
    parser.add_argument("--store", default="", metavar="保管室", help="从哪个保管室（不写时是第一个）")
    parser.add_argument("--use", default="", metavar="用途")


def _issue(words: argparse.Namespace) -> None:
    opened(words, writes=True)
    to, when = _receiver(words.to), words.day or clock.today()
    step = commands.issue(when, queries.storeroom_of(words.store), [_line(text, words.use) for text in words.line], to)
    slip = queries.slip(step.made[0])
    lines = queries.lines([slip.id])[slip.id]
    cost = sum(-line.fen for line in lines)
    warning = quotas.warning(to, when)
    if words.json:
        emit({"number": slip.number, "fen": cost, "booked_on": slip.booked_on.isoformat(), "warning": warning})
        return
    said = "，".join(f"{line.title} {rules.quantity_words(-line.quantity, line.unit)}" for line in lines)
    say(f"已登记{step.title}：{slip.receiver}，{said}，{format_fen(cost)} 元。")
    if warning:
        say(f"提醒：{warning}")


def _line(text: str, use: str) -> Out:
    name, equals, amount = text.rpartition("=")
    if not equals:
        raise Refused(f"“{text}”要写成 品名=数量，例如 粉笔=2。")
    item = item_named(name)
    try:
        return Out(item.id, rules.typed_quantity(amount, item.unit, item.pack_unit, item.pack_size), remark=use)
    except ValueError as wrong:
        raise Refused(f"{item.title}：{wrong}") from None


def item_named(text: str) -> ItemRow:
    """Give the item that a person names: exactly one of that name (and spec), else the only one found; else ``Refused`` with some."""
    found = queries.find_items(text)
    exact = [item for item in found if text.strip() in (item.name, item.title)]
    if len(exact or found) == 1:
        return (exact or found)[0]
    if not found:
        raise Refused(f"仓库里没有“{text}”。")
    raise Refused(f"“{text}”可能是：{'、'.join(item.title for item in (exact or found)[:6])}。请写明规格。")


def _receiver(text: str) -> Receiver:
    """Give whom a person means: a department, a person or a class of this school year; ``Refused`` for none of them."""
    departments = [pick for pick in school.find_departments(text) if pick.text == text]
    if departments:
        return Receiver(department=departments[0].id)
    people = [pick for pick in school.find_people(text) if pick.text == text]
    if len(people) == 1:
        return Receiver(person=people[0].id)
    if people:
        raise Refused(f"有 {len(people)} 位“{text}”。请写部门。")
    return Receiver(school_class=naming.class_of(text, ""))


def _stat(words: argparse.Namespace) -> None:
    opened(words)
    rows, low = queries.balances(), queries.low()
    goods = queries.items({row.item for row in rows})
    by_category: dict[str, int] = {}
    for row in rows:
        category = goods[row.item].category or "未分类"
        by_category[category] = by_category.get(category, 0) + row.fen
    facts: dict[str, Any] = {
        "items": len(goods), "fen": sum(row.fen for row in rows), "low": [{"name": each.name, "spec": each.spec, "quantity": each.quantity / 1000,
                                                                          "minimum": each.minimum / 1000} for each in low],
        "unsigned": queries.unsigned(date.max), "by_category": by_category}
    if words.json:
        emit(facts)
        return
    say(f"库存 {facts['items']} 种，{format_fen(facts['fen'])} 元；低于最低库存 {len(low)} 种；未签回的领用单 {facts['unsigned']} 张。")
    for category, fen in by_category.items():
        say(f"  {category}　{format_fen(fen)} 元")
    for each in low[:10]:
        say(f"  {each.name} {each.spec} 只有 {format_quantity(each.quantity)}{each.unit}，最低 {format_quantity(each.minimum)}{each.unit}")


# --- import -----------------------------------------------------------------------------------------------------


def _import_words(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--day", type=day, metavar="日期", help="期初库存记在哪一天（不写时是今天）")
    parser.add_argument("--store", default="", metavar="保管室", help="放在哪个保管室（不写时是第一个）")
    parser.add_argument("--map", action="append", default=[], metavar="列=字段", help="指定一列，例如 --map 结余=库存数量")
    parser.add_argument("--again", action="store_true", help="这个文件导入过，仍然再导入一次")
    parser.add_argument("--dry-run", action="store_true", help="只检查，不写入")
    parser.add_argument("--skip-bad", action="store_true", help="只导入没有问题的行")


def _import(words: argparse.Namespace) -> int:
    """Take a stock workbook in as opening balances, or rehearse it, and tell what came of it."""
    store = opened(words, writes=True)
    keys = {title: key for key, title in importing.TITLES.items()}
    answers = []
    for text in words.map:
        column, _, title = text.partition("=")
        if title and title not in keys:
            raise Refused(f"没有“{title}”这个字段。可用：{'、'.join(keys)}。")
        answers.append((column, keys.get(title, "")))
    plan = StockPlanIn(words.day or clock.today(), queries.storeroom_of(words.store), words.skip_bad, words.again, tuple(answers))
    if not words.dry_run:
        backup.make(store.folder, "导入前")
    outcome = importing.run(words.file, plan, progress, rehearse=words.dry_run)
    if words.json:
        emit(_import_facts(outcome, words.dry_run))
    else:
        _tell(outcome, words.dry_run)
    return REFUSED if outcome.refused else DONE


def _import_facts(outcome: StockOutcome, rehearsed: bool) -> dict[str, Any]:
    return {
        "dry_run": rehearsed, "refused": outcome.refused, "sheets": outcome.sheets, "number": outcome.number,
        "items": len(outcome.taken), "fen": sum(entry.fen for entry in outcome.taken), "hidden": outcome.hidden,
        "questions": [{"field": importing.TITLES.get(each.key, ""), "text": each.text, "headings": list(each.heads)} for each in outcome.questions],
        "columns_left_out": outcome.unused, "imported_before": outcome.twice.words if outcome.twice else None,
        "problems": [problem.as_json() for problem in outcome.problems]}


def _tell(outcome: StockOutcome, rehearsed: bool) -> None:
    say_problems(outcome.problems, len(outcome.sheets))
    for question in outcome.questions:
        say(f"要先指明：{question.text}")
        for name in question.names:
            say(f"  是这一列：--map {name}={importing.TITLES.get(question.key, '')}　不导入：--map {name}=")
    if outcome.twice is not None and outcome.refused:
        say(f"{outcome.twice.words}。确实要再导入一次，请加 --again。")
    if outcome.refused:
        wrong = f"有 {outcome.errors} 处错误，改好后再导入，或加 --skip-bad 只导入没有问题的行。" if outcome.errors else ""
        say(f"没有写入任何内容。{wrong}")
    else:
        say(("检查完毕，将会" if rehearsed else "已") + outcome.sentence() + "。")


# --- papers ------------------------------------------------------------------------------------------------------


def _slips(typed: Sequence[str], _: argparse.Namespace) -> tuple[int, ...]:
    return tuple(queries.slip_numbered(number).id for number in typed)


def _items(typed: Sequence[str], _: argparse.Namespace) -> tuple[int, ...]:
    return tuple(item_named(text).id for text in typed)


def _people(typed: Sequence[str], _: argparse.Namespace) -> tuple[int, ...]:
    found = []
    for text in typed:
        picks = [pick for pick in school.find_people(text) if pick.text == text]
        if len(picks) != 1:
            raise Refused(f"没有找到“{text}”，或者有几位同名。")
        found.append(picks[0].id)
    return tuple(found)


def _count(number: str, _: argparse.Namespace) -> int:
    for row in counts.counts():
        if row.number == number.strip().upper():
            return row.id
    raise Refused(f"没有编号为 {number} 的库存盘点。")


def _plan(title: str, _: argparse.Namespace) -> int:
    for row in plans.plans():
        if row.title == title.strip():
            return row.id
    raise Refused(f"没有名称为“{title}”的分发表。")


ORDER_WORDS = (
    OrderWord("--slip", "records", "只印这些单号的库存单据（可写多次；不写时是一个月的）", _slips, {"action": "append", "metavar": "CK-2026-00001"},
              only=("stock-receipt", "stock-issue", "stock-other")),
    OrderWord("--item", "records", "只印这些物品的明细账（可写多次）", _items, {"action": "append", "metavar": "品名"}, only=("stock-account",)),
    OrderWord("--person", "records", "只印这些人的领用卡（可写多次）", _people, {"action": "append", "metavar": "姓名"}, only=("stock-person-card",)),
    OrderWord("--count", None, "哪一次库存盘点（不写时是最近的）", _count, {"metavar": "KP-2026-00001"}, "stock_count"),
    OrderWord("--plan", None, "哪一张分发表（不写时是最近的）", _plan, {"metavar": "名称"}, "stock_plan"),
)
VERBS = (
    Verb("stock", "仓库：库存、领用"),
    Verb("stock balance", "现在或某一天的库存数量和金额", _balance, _balance_words, json=True),
    Verb("stock issue", "登记一张领用单", _issue, _issue_words, json=True),
    Verb("import stock", "仓库自己的库存表，作为期初库存", _import, _import_words, json=True),
    Verb("stat stock", "库存有多少种、多少钱，哪些低于最低库存", _stat, json=True),
)
