"""Fees on the command line: ``fees plan | check | settle | month``, and what the options of ``print`` mean for fee papers."""

import argparse
import re
from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from app.cli.words import Parser, emit, say, term_code
from app.core import clock
from app.core.errors import Refused
from app.core.money import format_fen
from app.core.terms import parse_code
from app.fees import rules
from app.fees.board import checking
from app.fees.money import queries as money_queries
from app.fees.money import settlement
from app.fees.money import sheets as money_sheets
from app.fees.money.queries import Facts
from app.fees.plan import commands, queries
from app.fees.rules import PlanRow
from app.paper.forms import LAYOUTS, PAPERS, Form, Option
from app.school import queries as school
from app.school import roster

DONE, REFUSED = 0, 1
MONTHLY_REPORT = "fee-monthly"
_OPTIONS: dict[Option, tuple[str, str]] = {"classes": ("class_", "--class"), "grades": ("grade", "--grade"), "layout": ("layout", "--layout"),
                                           "paper": ("paper", "--paper")}


# --- verbs -------------------------------------------------------------------------------------------------------


def add_verbs(parser: argparse.ArgumentParser) -> None:
    """Give the verb ``fees`` its own verbs."""
    verbs = parser.add_subparsers(dest="act", required=True, metavar="动作", parser_class=Parser)

    def verb(name: str, run: Callable[[argparse.Namespace], int], text: str, writes: bool = True) -> argparse.ArgumentParser:
        sub = verbs.add_parser(name, help=text, description=text)
        sub.add_argument("--data", type=Path, default=argparse.SUPPRESS, help=argparse.SUPPRESS)
        sub.set_defaults(run=run, writes=writes)
        sub.add_argument("--term", type=term_code, default="", metavar="2026-2027-1", help="哪个学期（不写时是当前学期）")
        sub.add_argument("--json", action="store_true", help="输出 JSON")
        return sub

    plan = verb("plan", _plan, "建立一个学期的收费：从别的学期复制，列出不同的地方")
    plan.add_argument("--copy-from", type=term_code, required=True, metavar="2025-2026-2", help="从哪个学期复制")
    check = verb("check", _check, "检查一个学期的收费能不能公示、打印", writes=False)
    check.add_argument("--for", dest="purpose", choices=("post", "print", "collect"), default="",
                       help="为公示、打印还是收费而检查（不写时看现在到了哪一步）")
    verb("settle", _settle, "结算一个学期的收费").add_argument("--preview", action="store_true", help="只试算，不写入")
    month = verb("month", _month, "写出一个月的代收费、服务性收费月报工作簿", writes=False)
    month.add_argument("--month", type=month_code, metavar="2026-10", help="哪个月（不写时是本月）")
    month.add_argument("--out", type=Path, required=True, metavar="FILE.xlsx")


def run(words: argparse.Namespace) -> int:
    """Run one of the verbs and give the exit status."""
    status: int = words.run(words)
    return status


def _term(code: str) -> int:
    """Give the id of a term by its code, the current one for ""."""
    if not code:
        current = school.current_term()
        if current is None:
            raise Refused("还没有学期。请先用 init 建立账本。")
        return current.id
    wanted = parse_code(code)
    found = next((row.id for row in school.terms() if row.name == wanted), None)
    if found is None:
        raise Refused(f"账本里没有{wanted.title}。请先在“设置—学期”里建立它。")
    return found


def _plan(words: argparse.Namespace) -> int:
    made = commands.copy_plan(_term(words.term), _term(words.copy_from))
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
    return {"term": plan.term_title, "state": plan.state_words, "shortage": rules.SHORTAGES[plan.shortage]}


def _totals(plan_id: int) -> list[dict[str, Any]]:
    return [{"grade": total.grade, "fen": total.fen, "voluntary_fen": total.voluntary, "beside": list(total.beside)}
            for total in queries.totals(plan_id).values()]


def _check(words: argparse.Namespace) -> int:
    plan = queries.chosen_plan(term=words.term)
    found = checking.findings(plan.id, words.purpose or checking.next_purpose(plan.id))
    errors = [each for each in found if each.level == "error"]
    names = {item.id: item.name for item in queries.plan_items(plan.id)}
    if words.json:
        emit(_head(plan) | {"ok": not errors, "totals": _totals(plan.id), "findings": [
            {"rule": each.rule, "level": each.level, "text": each.text, "source": each.source, "item": names.get(each.item, ""),
             "grade": each.grade} for each in found]})
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
    plan = queries.chosen_plan(term=words.term)
    done = settlement.summed(Facts(plan.id)) if words.preview else settlement.settle(plan.id)
    if words.json:
        keys = ("name", "pupils", "charged", "paid", "voucher_fen", "spent", "refund", "shortage", "borne", "remainder")
        items = [{key: getattr(each, key) for key in keys} for each in money_queries.sums(plan.id)]
        emit(_head(queries.plan(plan.id)) | {"written": not words.preview} | asdict(done) | {"items": items})
        return DONE
    say(f"{'试算' if words.preview else '已结算'} {plan.term_title}：{done.pupils} 名学生，预收 {format_fen(done.paid)} 元，"
        f"实支 {format_fen(done.spent)} 元，应退 {format_fen(done.refund)} 元，应补 {format_fen(done.shortage)} 元，"
        f"学校承担 {format_fen(done.borne + done.remainder)} 元。")
    for doubt in done.doubts:
        say(f"注意：{doubt}")
    return DONE


def _month(words: argparse.Namespace) -> int:
    day = words.month or clock.today()
    rows = money_sheets.export_monthly(words.out, day)
    if words.json:
        emit({"month": f"{day:%Y-%m}", "file": str(words.out), "rows": rows})
    else:
        say(f"已写出 {day.year}年{day.month}月的月报：{words.out}")
    return DONE


def month_code(text: str) -> date:
    """Give the first day of a month as typed (2026-10, 2026年10月); what is no month is a usage error."""
    found = re.fullmatch(r"(\d{4})\D(\d{1,2})月?", text.strip())
    if not found or not 1 <= int(found[2]) <= 12 or not 1900 <= int(found[1]) <= 2999:
        raise argparse.ArgumentTypeError("要写月份，例如 2026-10")
    return date(int(found[1]), int(found[2]), 1)


# --- print -------------------------------------------------------------------------------------------------------


def add_print_options(parser: argparse.ArgumentParser) -> None:
    """Give ``print`` the options that fee papers take; each form says which (``papers --json``)."""
    parser.add_argument("--class", dest="class_", action="append", default=[], metavar="班级", help="只印这些班，例如 三年级2班（可写多次）")
    parser.add_argument("--grade", action="append", default=[], metavar="年级", help="只印这些年级，例如 3（可写多次）")
    parser.add_argument("--month", type=month_code, metavar="2026-10", help="月报是哪个月的（不写时是本月）")
    parser.add_argument("--layout", choices=LAYOUTS, default="", help="告家长书每页一份或两份")
    parser.add_argument("--paper", choices=PAPERS, default="", help="纸张：a4、a3、poster（60×80 厘米一页）、tiles（A4 拼成海报）")


def print_options(words: argparse.Namespace, form: Form) -> dict[str, Any]:
    """Give what an order takes of the words typed; an option that the form does not heed is ``Refused``."""
    for option, (name, typed) in _OPTIONS.items():
        if getattr(words, name) and option not in form.takes:
            raise Refused(f"{form.name}用不上 {typed}。")
    if words.month and form.key != MONTHLY_REPORT:
        raise Refused(f"{form.name}用不上 --month。")
    if words.paper and words.paper not in form.papers:
        raise Refused(f"{form.name}只能印成：{'、'.join(form.papers)}。")
    return {"classes": tuple(_class(text, words.term) for text in words.class_), "grades": tuple(_grade(text) for text in words.grade),
            "layout": words.layout, "paper": words.paper, "day": words.month}


def _class(text: str, term: str) -> int:
    """Give the class that a person names, of the term's school year: 三年级2班, 三（2）班, 302."""
    year = parse_code(term).school_year if term else roster.current_year()
    wanted = _bare(text)
    known = [(size, {_bare(size.name), f"{size.grade}{size.number:02d}", _bare(f"{rules.grade_word(size.grade)[:-2]}{size.number}班")})
             for size in roster.class_sizes(year)]
    found = [size.class_id for size, names in known if wanted in names]
    if len(found) != 1:
        some = "、".join(size.name for size, _ in known[:6])
        raise Refused(f"没有找到班级“{text}”。请写全称，例如：{some or '（还没有班级）'}。")
    return found[0]


def _bare(text: str) -> str:
    """Give a class's name without brackets, spaces and 年级: 三（2）班 and 三年级2班 are the same."""
    return "".join(sign for sign in text.replace("年级", "") if sign not in "（）() 　·.")


def _grade(text: str) -> int:
    """Give the grade that a person names: 3, 三, 三年级."""
    wanted = text.strip().removesuffix("年级").removesuffix("级")
    for grade in range(1, 13):
        if wanted in (str(grade), rules.grade_word(grade).removesuffix("年级")):
            return grade
    raise Refused(f"“{text}”不是年级。请写 1 到 12，例如 --grade 3。")
