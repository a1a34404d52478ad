"""Purchasing on the command line: ``purchase new | show``, ``import suppliers``, ``stat budget | purchases``."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from app.cli.opening import opened
from app.cli.printing import OrderWord
from app.cli.words import DONE, REFUSED, Verb, day, emit, say
from app.core import clock
from app.core.columns import Kind, shown
from app.core.errors import Invalid, Refused
from app.core.listing import Wish
from app.core.money import format_fen
from app.purchasing import budgets, commands, ledgers, lists, paying, progress, queries, rules, sheets, small
from app.purchasing.paying import PaperDraft
from app.purchasing.queries import PurchaseRow
from app.purchasing.rules import RequestDraft
from app.purchasing.small import SmallDraft
from app.school import links, supplier_import
from app.school import queries as school
from app.school.signing_rules import Signer, names
from app.store import backup


def _new_words(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE.xlsx", help="一行一样：品名、规格、单位、数量、单价或金额、用途、去向、领用、资金来源")
    parser.add_argument("--supplier", default="", metavar="供应商")
    parser.add_argument("--department", default="", metavar="部门", help="申请部门")
    parser.add_argument("--purpose", default="", metavar="用途")
    parser.add_argument("--kind", choices=rules.KINDS, default=rules.GOODS, help="类别（不写时是货物）")
    parser.add_argument("--date", type=day, metavar="日期", help="购买日期，只请购时是申请日期（不写时是今天）")
    parser.add_argument("--approved", metavar="日期", help="批准日期（不写时与购买日期同一天；写 无 就是还没有批准，算补办）")
    parser.add_argument("--buyer", action="append", default=[], metavar="姓名", help="采购人（可写多次）；写了验收人就一次登记完整的采购")
    parser.add_argument("--acceptor", action="append", default=[], metavar="姓名", help="验收人（可写多次）")
    parser.add_argument("--invoice", default="", metavar="号码", help="发票号码")
    parser.add_argument("--code", default="", metavar="代码", help="发票代码，数电票没有")
    parser.add_argument("--dry-run", action="store_true", help="只检查，不写入")


def _signers(typed: Sequence[str]) -> tuple[Signer, ...]:
    """Give people by name; an outsider stays a name. Two of one name are ``Refused``."""
    found = []
    for name in typed:
        picks = [pick for pick in school.find_people(name) if pick.text == name]
        if len(picks) > 1:
            raise Refused(f"叫“{name}”的有 {len(picks)} 人，请在窗口里登记。")
        found.append(Signer(picks[0].id, shown=name) if picks else Signer(None, name, shown=name))
    return tuple(found)


def _department(text: str) -> int | None:
    found = [pick.id for pick in school.find_departments(text) if pick.text == text] if text else []
    if text and not found:
        raise Refused(f"没有叫“{text}”的部门。")
    return found[0] if found else None


def _new(words: argparse.Namespace) -> None:
    opened(words, writes=True)
    on = words.date or clock.today()
    read = sheets.read_lines(words.file, on)
    if read.problems:
        raise Invalid(read.problems)
    whole = bool(words.acceptor)
    request = RequestDraft(on, words.kind, "", _department(words.department), words.purpose, None, words.supplier, "", read.lines)
    draft = SmallDraft(on, _approved(words.approved, on), None, words.supplier, words.kind, department=request.department,
                       purpose=words.purpose, lines=read.lines, paper=PaperDraft(code=words.code, number=words.invoice),
                       buyers=_signers(words.buyer), acceptors=_signers(words.acceptor))
    if words.dry_run:
        found = small.rehearsed(draft) if whole else ()
        say(f"可以登记：{len(read.lines)} 行 {format_fen(sum(line.amount or 0 for line in read.lines))} 元。没有写入。")
        for each in found:
            say(f"{'错误' if each.level == 'error' else '提醒'}：{each.text}（{each.source}）")
    else:
        step = small.save(draft) if whole else commands.request(request, commands.People(buyers=draft.buyers or None))
        row = queries.purchase(step.made[0])
        say(f"已登记 {queries.titles([row.id])[row.id]}，{progress.strip(row.id).next.text}不对可以 undo。")
    if read.unused:
        say(f"提醒：这几列没有读：{'、'.join(read.unused)}")


def _approved(text: str | None, on: Any) -> Any:
    return on if text is None else None if text == "无" else day(text)


def _show_words(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("number", metavar="NUMBER", help="请购编号，验收、合同、报销编号也行，例如 QG-2026-00012")


def _show(words: argparse.Namespace) -> None:
    opened(words)
    row = queries.by_number(words.number)
    if row is None:
        raise Refused(f"没有编号为 {words.number} 的采购。")
    if words.json:
        emit(_facts(row))
        return
    strip = progress.strip(row.id)
    say(f"{queries.titles([row.id])[row.id]}　{row.state_words}　{row.supplier}")
    for step in strip.steps:
        say(f"  {_MARKS[step.state]} {step.title} {step.facts}{f'　{step.why}' if step.why else ''}")
    for line in queries.lines(row.id):
        amount = format_fen(line.amount) if line.amount is not None else "未定价"
        say(f"  {line.name} {line.spec} {shown(Kind.QUANTITY, line.quantity)}{line.unit} {amount} {line.goes} {line.to_words}".rstrip())
    say(strip.next.text)
    for each in strip.findings:
        say(f"{'错误' if each.level == 'error' else '提醒'}：{each.text}（{each.source}）")


_MARKS = {progress.DONE: "√", progress.NOW: "→", progress.BLOCKED: "×", progress.WAITS: "○", progress.SPARED: "－"}


def _facts(row: PurchaseRow) -> dict[str, Any]:
    strip = progress.strip(row.id)
    signed = commands.signers_of(row.id)
    return {
        "number": row.number, "state": row.state, "kind": row.kind, "supplier": row.supplier, "department": row.department,
        "requested_on": row.requested_on.isoformat(), "approved_on": row.approved_on and row.approved_on.isoformat(),
        "bought_on": row.bought_on and row.bought_on.isoformat(), "people": {role: names(each) for role, each in signed.items()},
        "lines": [{"name": line.name, "spec": line.spec, "unit": line.unit, "quantity": shown(Kind.QUANTITY, line.quantity), "fen": line.amount,
                   "accepted": shown(Kind.QUANTITY, line.accepted), "accepted_fen": line.accepted_fen, "goes": line.goes,
                   "money": line.money_words} for line in queries.lines(row.id)],
        "acceptances": [{"number": each.number, "accepted_on": each.accepted_on.isoformat(), "fen": each.fen, "stands": each.stands}
                        for each in queries.acceptances(row.id)],
        "papers": [{"kind": each.kind, "number": each.number, "fen": each.fen, "source": each.source, "claim": each.claim_no}
                   for each in paying.shares(row.id)],
        "steps": [{"key": step.key, "state": step.state, "facts": step.facts, "why": step.why} for step in strip.steps],
        "next": strip.next.text,
        "findings": [{"rule": each.rule, "level": each.level, "text": each.text, "source": each.source} for each in strip.findings]}


# --- suppliers ---------------------------------------------------------------------------------------------------


def _supplier_words(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="一行一家：供应商、联系人、电话、税号、开户行和账号、供应类别")
    parser.add_argument("--dry-run", action="store_true", help="只检查，不写入")


def _import_suppliers(words: argparse.Namespace) -> int:
    """Import a list of suppliers, or rehearse it, and tell what came of it."""
    store = opened(words, writes=True)
    if not words.dry_run:
        backup.make(store.folder, "导入前")
    outcome = supplier_import.run(words.file, rehearse=words.dry_run)
    if words.json:
        emit({"dry_run": words.dry_run, "refused": outcome.refused, "new": outcome.new, "same": outcome.same,
              "changed": [{"name": name, "field": title, "old": old, "new": new} for name, title, old, new in outcome.changed],
              "problems": [{"row": each.row, "field": each.field, "text": each.text} for each in outcome.problems],
              "columns_left_out": outcome.unused})
        return REFUSED if outcome.refused else DONE
    for name, title, old, new in outcome.changed:
        say(f"{name} {title}：{old or '（空）'} → {new}")
    for each in outcome.problems:
        say(f"错误 第 {each.row} 条：{each.text}" if each.row else f"错误：{each.text}")
    changed = len({name for name, *_ in outcome.changed})
    word = "没有写入" if outcome.refused or words.dry_run else "已导入，不对可以 undo"
    say(f"新增 {len(outcome.new)} 家，更新 {changed} 家，不变 {outcome.same} 家。{word}。")
    if outcome.unused:
        say(f"提醒：这几列没有读：{'、'.join(outcome.unused)}")
    return REFUSED if outcome.refused else DONE


# --- figures -----------------------------------------------------------------------------------------------------


def _year(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--year", type=int, default=0, metavar="2026", help="哪一年（不写时是今年）")


def _stat_budget(words: argparse.Namespace) -> None:
    opened(words)
    year = words.year or clock.today().year
    rows = budgets.lines(year)
    if words.json:
        emit({"year": year, "lines": [{"name": row.name, "planned_fen": row.fen, "committed_fen": row.committed, "spent_fen": row.spent,
                                       "left_fen": row.left, "office": row.office} for row in rows]})
        return
    for row in rows:
        planned, committed, spent, left = map(format_fen, (row.fen, row.committed, row.spent, row.left))
        say(f"{row.name}：预算 {planned}，已批未付 {committed}，已支出 {spent}，结余 {left}")
    if not rows:
        say(f"{year}年还没有预算项目。")


def _stat_purchases(words: argparse.Namespace) -> None:
    """Say how many purchases of a year are how far, what they came to, how many were approved afterwards, what is owed."""
    opened(words)
    year = words.year or clock.today().year
    found = {stage: lists.PURCHASE_LIST.totals(Wish(filters={"year": str(year), "stage": stage})) for stage in lists.STAGES}
    late, accepted = queries.count_late(year)
    owed = paying.owed_by_supplier()
    splits = ledgers.split_rows(year)
    if words.json:
        emit({"year": year, "stages": {stage: {"count": each.records, "fen": each.fen} for stage, each in found.items() if each.records},
              "late": late, "accepted": accepted, "owed": [{"supplier": each.supplier, "fen": each.owed} for each in owed],
              "splits": [{"words": row[1], "times": row[2], "fen": row[3]} for row in splits]})
        return
    for stage, each in found.items():
        if each.records:
            say(f"{stage}：{each.records} 次，{format_fen(each.fen)} 元")
    say(f"验收 {accepted} 次，其中补办 {late} 次。应付未付 {format_fen(sum(each.owed for each in owed))} 元（{len(owed)} 家）。")
    for row in splits:
        say(f"当心化整为零：{row[1]} {row[2]} 次共 {format_fen(row[3])} 元")


def _purchase(number: str, _: argparse.Namespace) -> int:
    return links.find(queries.OWNER, number)


ORDER_WORDS = (
    OrderWord("--number", None, "哪一次采购的单据（不写时是最近的），验收、合同、报销编号也行", _purchase, {"metavar": "QG-2026-00012"},
              queries.OWNER),
)
VERBS = (
    Verb("import suppliers", "供应商名单", _import_suppliers, _supplier_words, json=True),
    Verb("stat budget", "一年的预算执行：预算、已批未付、已支出、结余", _stat_budget, _year, json=True),
    Verb("stat purchases", "一年的采购：各到哪一步、多少钱、补办几次、欠谁的款", _stat_purchases, _year, json=True),
    Verb("purchase", "采购：登记、看一次采购到了哪一步"),
    Verb("purchase new", "按工作簿登记请购；写了验收人就登记一次完整的采购（一步，可撤销）", _new, _new_words),
    Verb("purchase show", "一次采购：明细、到了哪一步、还缺什么", _show, _show_words, json=True),
)
