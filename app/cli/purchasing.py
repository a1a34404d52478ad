"""Purchasing on the command line: ``purchase new | show``."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from app.cli.opening import opened
from app.cli.printing import OrderWord
from app.cli.words import Verb, day, emit, say
from app.core import clock
from app.core.columns import Kind, shown
from app.core.errors import Invalid, Refused
from app.core.money import format_fen
from app.purchasing import commands, paying, progress, queries, rules, sheets, small
from app.purchasing.paying import PaperDraft
from app.purchasing.queries import PurchaseRow
from app.purchasing.rules import RequestDraft
from app.purchasing.small import SmallDraft
from app.school import links
from app.school import queries as school
from app.school.signing_rules import Signer, names


def _new_words(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE.xlsx", help="一行一样：品名、规格、单位、数量、单价或金额、用途、去向、领用")
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
    read = sheets.read_lines(words.file)
    if read.problems:
        raise Invalid(read.problems)
    on = words.date or clock.today()
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


def _purchase(number: str, _: argparse.Namespace) -> int:
    return links.find(queries.OWNER, number)


ORDER_WORDS = (
    OrderWord("--number", None, "哪一次采购的单据（不写时是最近的），验收、合同、报销编号也行", _purchase, {"metavar": "QG-2026-00012"},
              queries.OWNER),
)
VERBS = (
    Verb("purchase", "采购：登记、看一次采购到了哪一步"),
    Verb("purchase new", "按工作簿登记请购；写了验收人就登记一次完整的采购（一步，可撤销）", _new, _new_words),
    Verb("purchase show", "一次采购：明细、到了哪一步、还缺什么", _show, _show_words, json=True),
)
