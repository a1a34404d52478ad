"""Fees on the command line: ``fees plan | check | settle | month``."""

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import Any

from app.cli import naming
from app.cli.opening import opened
from app.cli.printing import OrderWord
from app.cli.words import DONE, REFUSED, Verb, day, emit, month_code, say, term_code
from app.core import clock
from app.core.errors import Refused
from app.core.money import format_fen
from app.core.terms import parse_code
from app.fees import rules
from app.fees.board import checking
from app.fees.letters.kinds import KINDS
from app.fees.letters.papers import Batch, letter_of, print_letters
from app.fees.money import account_sheets, attendance_facts, bank, matching_statement, receipts, settlement
from app.fees.money import queries as money_queries
from app.fees.money import sheets as money_sheets
from app.fees.money.facts import Facts
from app.fees.plan import commands, queries
from app.fees.rules import PlanRow
from app.school import commands as school_commands
from app.school import queries as school
from app.school.rules import TermDraft


def _term(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--term", type=term_code, default="", metavar="2026-2027-1", help="哪个学期（不写时是当前学期）")


def _plan_words(parser: argparse.ArgumentParser) -> None:
    _term(parser)
    parser.add_argument("--copy-from", type=term_code, required=True, metavar="2025-2026-2", help="从哪个学期复制")


def _check_words(parser: argparse.ArgumentParser) -> None:
    _term(parser)
    parser.add_argument("--for", dest="purpose", choices=("post", "print", "collect"), default="",
                        help="为公示、打印还是收费而检查（不写时看现在到了哪一步）")


def _settle_words(parser: argparse.ArgumentParser) -> None:
    _term(parser)
    parser.add_argument("--preview", action="store_true", help="只试算，不写入")


def _accounts_words(parser: argparse.ArgumentParser) -> None:
    _term(parser)
    parser.add_argument("--class", dest="classes", action="append", default=[], metavar="班级", help="只要这些班（可写多次）")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE.xlsx")


def _bank_words(parser: argparse.ArgumentParser) -> None:
    _term(parser)
    parser.add_argument("file", type=Path, metavar="名单", help="有姓名、卡号的名单，最好还有班级、学号、户名、开户行")
    parser.add_argument("--write", action="store_true", help="登记认准的行（不写时只看会怎样）")


def _statement_words(parser: argparse.ArgumentParser) -> None:
    _term(parser)
    parser.add_argument("file", type=Path, metavar="对账单", help="银行流水、微信或支付宝账单")
    parser.add_argument("--method", default="银行转账", help="缴费方式，例如 扫码")
    parser.add_argument("--write", action="store_true", help="登记认准的行（不写时只看会怎样）")


def _transfer_words(parser: argparse.ArgumentParser) -> None:
    _term(parser)
    parser.add_argument("--out", type=Path, required=True, metavar="FILE.xlsx", help="转账文件：.xlsx、.csv 或 .txt")
    parser.add_argument("--lacking", type=Path, metavar="FILE.xlsx", help="没有银行账户的学生，写到这个工作簿")


def _letter_words(parser: argparse.ArgumentParser) -> None:
    _term(parser)
    parser.add_argument("kind", choices=tuple(KINDS), metavar="种类", help="、".join(f"{key} {kind.name}" for key, kind in KINDS.items()))
    parser.add_argument("--class", dest="classes", action="append", default=[], metavar="班级", help="只印这些班（可写多次）")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE.pdf")


def _open_words(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("term", type=term_code, metavar="2026-2027-2", help="哪个学期")
    parser.add_argument("--from", dest="starts_on", type=day, metavar="2027-02-22", help="开学日期（不写时按常规）")
    parser.add_argument("--until", dest="ends_on", type=day, metavar="2027-07-09", help="结束日期（不写时按常规）")


def _month_words(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--month", type=month_code, metavar="2026-10", help="哪个月（不写时是本月）")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE.xlsx")


def _plan(words: argparse.Namespace) -> int:
    opened(words, writes=True)
    made = commands.copy_plan(naming.term(words.term), naming.term(words.copy_from)).made[0]
    plan, found = queries.plan(made), queries.differences(made)
    if words.json:
        emit(_head(plan) | {"items": len(queries.plan_items(made)), "totals": _totals(made),
                            "differences": [each.sentence for each in found]})
    else:
        say(f"已建立{plan.term_title}的收费：复制了 {len(queries.plan_items(made))} 项，与原来不同的 {len(found)} 处。")
        for each in found:
            say(f"  {each.sentence}")
    return DONE


def _head(plan: PlanRow) -> dict[str, Any]:
    return {"term": plan.term_title, "state": plan.state_words, "shortage_rule": rules.SHORTAGES[plan.shortage]}


def _totals(plan_id: int) -> list[dict[str, Any]]:
    return [{"grade": total.grade, "fen": total.fen, "voluntary_fen": total.voluntary, "beside": list(total.beside)}
            for total in queries.totals(plan_id).values()]


def _check(words: argparse.Namespace) -> int:
    opened(words)
    plan = queries.chosen_plan(term=words.term)
    found = checking.findings(plan.id, words.purpose or checking.next_purpose(plan.id))
    errors = [each for each in found if each.level == "error"]
    names = {item.id: item.name for item in queries.plan_items(plan.id)}
    if words.json:
        emit(
            _head(plan)
            | {
                "ok": not errors,
                "totals": _totals(plan.id),
                "findings": [
                    {
                        "rule": each.rule,
                        "level": each.level,
                        "text": each.text,
                        "source": each.source,
                        "item": names.get(each.item, ""),
                        "grade": each.grade,
                    }
                    for each in found
                ],
            }
        )
        return REFUSED if errors else DONE
    for each in found:
        say(f"{'禁止' if each.level == 'error' else '提醒'}：{each.text}（{each.source}）")
    for total in queries.totals(plan.id).values():
        say(f"{rules.grade_word(total.grade)}合计 {format_fen(total.fen)} 元，其中自愿 {format_fen(total.voluntary)} 元")
    said = f"，提醒 {len(found) - len(errors)} 处" if len(found) > len(errors) else ""
    say(f"{plan.term_title}收费{plan.state_words}：{f'有 {len(errors)} 处要先改好' if errors else '检查通过'}{said}。")
    return REFUSED if errors else DONE


def _settle(words: argparse.Namespace) -> int:
    """Settle a term, or only say what it would come to; amounts in JSON are 分."""
    opened(words, writes=not words.preview)
    plan = queries.chosen_plan(term=words.term)
    done = settlement.summed(Facts(plan.id)) if words.preview else settlement.settle(plan.id)
    if words.json:
        keys = ("name", "pupils", "charged", "paid", "voucher_fen", "billed", "standard", "spent", "refund", "arrears", "shortage", "borne",
                "remainder")
        items = [{key: getattr(each, key) for key in keys} for each in money_queries.sums(plan.id)]
        emit(_head(queries.plan(plan.id)) | {"written": not words.preview} | asdict(done) | {"items": items})
        return DONE
    say(f"{'试算' if words.preview else '已结算'} {plan.term_title}：{done.pupils} 名学生，预收 {format_fen(done.paid)} 元，"
        f"实支 {format_fen(done.spent)} 元，应退 {format_fen(done.refund)} 元，欠缴 {format_fen(done.arrears)} 元，"
        f"应补 {format_fen(done.shortage)} 元，"
        f"学校承担 {format_fen(done.borne + done.remainder)} 元。")
    for doubt in done.doubts:
        say(f"注意：{doubt}")
    return DONE


def _letter(words: argparse.Namespace) -> int:
    """Write the letters of a kind: the latest of the term, else the shipped text."""
    opened(words)
    term = naming.term(words.term)
    classes = [naming.class_of(text, words.term) for text in words.classes]
    printed = print_letters(letter_of(term, words.kind), words.out, Batch(classes=classes))
    if words.json:
        emit({"file": str(words.out), "kind": words.kind, "pages": printed.pages})
    else:
        say(f"已写出{KINDS[words.kind].name}：{words.out}（{printed.pages} 页）")
    return DONE


def _open(words: argparse.Namespace) -> int:
    """Add a term to the school's."""
    opened(words, writes=True)
    name = parse_code(words.term)
    made = school_commands.add_term(TermDraft(name.school_year, name.half, words.starts_on, words.ends_on)).made[0]
    row = next(each for each in school.terms() if each.id == made)
    if words.json:
        emit({"term": row.code, "title": row.title, "from": row.starts_on.isoformat(), "until": row.ends_on.isoformat()})
    else:
        say(f"已建立{row.title}：{row.starts_on} 至 {row.ends_on}。")
    return DONE


def _month(words: argparse.Namespace) -> int:
    opened(words)
    month = words.month or clock.today()
    rows = money_sheets.export_monthly(words.out, month)
    if words.json:
        emit({"month": f"{month:%Y-%m}", "file": str(words.out), "rows": rows})
    else:
        say(f"已写出 {month.year}年{month.month}月的月报：{words.out}")
    return DONE


def _accounts(words: argparse.Namespace) -> int:
    opened(words)
    plan = queries.chosen_plan(term=words.term)
    classes = [naming.class_of(text, words.term) for text in words.classes]
    count = account_sheets.export_accounts(words.out, plan.id, classes)
    if words.json:
        emit({"term": plan.term_title, "file": str(words.out), "pupils": count})
    else:
        say(f"已写出 {plan.term_title} {count} 名学生的账目：{words.out}")
    return DONE


def _bank(words: argparse.Namespace) -> int:
    """Match a list of bank accounts; lines that are not sure are told and left out."""
    opened(words, writes=words.write)
    plan = queries.chosen_plan(term=words.term)
    lines = bank.read_accounts(words.file, plan.id)
    done = bank.take_accounts(lines, {}).count if words.write else 0
    open_lines = [each for each in lines if each.sure is None]
    if words.json:
        emit({"lines": len(lines), "sure": len(lines) - len(open_lines), "written": done, "open": [
            {"line": each.number, "name": each.name, "why": each.wrong + each.why} for each in open_lines]})
        return DONE
    for each in open_lines:
        say(f"第 {each.number} 行 {each.name}：{each.wrong}{each.why}")
    say(f"{len(lines)} 行里认准 {len(lines) - len(open_lines)} 行" + (f"，登记了 {done} 人。" if words.write else "；加 --write 登记。"))
    return DONE


def _statement(words: argparse.Namespace) -> int:
    """Match a statement; payments that are not sure are told and left out."""
    opened(words, writes=words.write)
    plan = queries.chosen_plan(term=words.term)
    found = matching_statement.read_statement(words.file, plan.id)
    step = matching_statement.take_statement(plan.id, found.lines, {}, words.method) if words.write else None
    open_lines = [each for each in found.lines if each.sure is None]
    sure = [each for each in found.lines if each.sure is not None]
    if words.json:
        emit({"lines": len(found.lines), "left_out": found.left_out, "sure": len(sure), "sure_fen": sum(each.fen for each in sure),
              "written": len(step.made) if step else 0,
              "open": [{"line": each.number, "fen": each.fen, "why": each.wrong + each.why} for each in open_lines]})
        return DONE
    for each in open_lines:
        say(f"第 {each.number} 行 {format_fen(each.fen)} 元：{each.wrong}{each.why}")
    say(f"收入 {len(found.lines)} 笔里认准 {len(sure)} 笔 {format_fen(sum(each.fen for each in sure))} 元"
        + (f"，登记了 {len(step.made) if step else 0} 笔。" if words.write else "；加 --write 登记。"))
    return DONE


def _meals(words: argparse.Namespace) -> int:
    """Say which sheets of meals lack, of the months that have begun."""
    opened(words)
    plan = queries.chosen_plan(term=words.term)
    facts = Facts(plan.id)
    names = {each.class_id: each.class_name for each in facts.places.values()}
    found: list[tuple[str, int, list[dict[str, str]]]] = []
    for title in attendance_facts.by_days(facts):
        sheets = attendance_facts.Attendance(facts, title.id)
        found.append((title.name, len(sheets.noted), [
            {"class": names.get(class_id, ""), "month": f"{month:%Y-%m}"} for class_id, month in sheets.lacking(clock.today())]))
    if words.json:
        emit({"term": plan.term_title, "items": [{"item": item, "noted": noted, "lacking": lacking} for item, noted, lacking in found]})
        return DONE
    for item, noted, lacking in found:
        say(f"{item}：已登记 {noted} 张，还没有登记 {len(lacking)} 张。")
        for sheet in lacking:
            say(f"  {sheet['class']} {sheet['month']}")
    if not found:
        say(f"{plan.term_title}没有按天收的项目，不用登记就餐。")
    return DONE


def _transfer(words: argparse.Namespace) -> int:
    opened(words)
    plan = queries.chosen_plan(term=words.term)
    asked = bank.transfer(plan.id)
    count = bank.write_transfer(words.out, asked)
    if words.lacking is not None:
        bank.write_lacking(words.lacking, asked)
    if words.json:
        emit({"file": str(words.out), "payees": count, "fen": asked.fen, "lacking": len(asked.lacking), "lacking_fen": asked.lacking_fen})
        return DONE
    say(f"已写出转账文件：{count} 人 {format_fen(asked.fen)} 元；没有账户的 {len(asked.lacking)} 人 {format_fen(asked.lacking_fen)} 元。")
    return DONE


def _receipt(number: str, _: argparse.Namespace) -> int:
    """Give the receipt of a number."""
    found = receipts.by_number(number)
    if found is None:
        raise Refused(f"没有票据号是“{number}”的收据。请核对号码。")
    return found


ORDER_WORDS = (
    OrderWord("--receipt", "records", "只印这些号的收据，印过的印上“补打”（可写多次）",
              lambda typed, words: tuple(_receipt(number, words) for number in typed), {"action": "append", "metavar": "SJ-2026-00001"},
              only=("fee-receipt",)),
)
VERBS = (
    Verb("fees", "收费：从上学期复制、检查、结算、月报"),
    Verb("fees plan", "建立一个学期的收费：从别的学期复制，列出不同的地方", _plan, _plan_words, json=True),
    Verb("fees check", "检查一个学期的收费能不能公示、打印", _check, _check_words, json=True),
    Verb("fees settle", "结算一个学期的收费", _settle, _settle_words, json=True),
    Verb("fees accounts", "写出一个学期的清退表、逐生逐项账目和支出票据工作簿", _accounts, _accounts_words, json=True),
    Verb("fees bank", "从名单登记退费的银行账户", _bank, _bank_words, json=True),
    Verb("fees statement", "按银行、扫码对账单登记收费", _statement, _statement_words, json=True),
    Verb("fees meals", "哪些班、哪些月的就餐登记还没有登", _meals, _term, json=True),
    Verb("fees transfer", "写出给银行的批量转账文件", _transfer, _transfer_words, json=True),
    Verb("fees term", "建立一个学期", _open, _open_words, json=True),
    Verb("fees letter", "写出一种告家长书（防溺水、假期安全、征订、伙食费结算等），每名学生一份", _letter, _letter_words, json=True),
    Verb("fees month", "写出一个月的代收费、服务性收费月报工作簿", _month, _month_words, json=True),
)
