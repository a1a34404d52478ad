"""Settling a term's fees on the command line: ``fees settle [--term T] [--preview] [--json]``."""

import argparse
from dataclasses import asdict

from app.cli_words import emit, say, term_code
from app.core.money import format_fen
from app.fees import money_queries, queries, settle_commands
from app.fees.money_queries import Facts


def add_settle_options(parser: argparse.ArgumentParser) -> None:
    """Give the verb its options."""
    parser.add_argument("--term", type=term_code, default="", metavar="2026-2027-1", help="哪个学期（不写时是当前学期）")
    parser.add_argument("--preview", action="store_true", help="只试算，不写入")
    parser.add_argument("--json", action="store_true", help="输出 JSON，金额以分为单位")


def settle(words: argparse.Namespace) -> None:
    """Settle a term, or only say what it would come to; amounts in JSON are 分."""
    plan = queries.chosen_plan(term=words.term)
    done = settle_commands.summed(Facts(plan.id)) if words.preview else settle_commands.settle(plan.id)
    if words.json:
        keys = ("name", "pupils", "charged", "paid", "voucher_fen", "spent", "refund", "shortage", "borne", "remainder")
        items = [{key: getattr(each, key) for key in keys} for each in money_queries.sums(plan.id)]
        emit({"term": plan.term_title, "written": not words.preview} | asdict(done) | {"items": items})
        return
    say(f"{'试算' if words.preview else '已结算'} {plan.term_title}：{done.pupils} 名学生，预收 {format_fen(done.paid)} 元，"
        f"实支 {format_fen(done.spent)} 元，应退 {format_fen(done.refund)} 元，应补 {format_fen(done.shortage)} 元，"
        f"学校承担 {format_fen(done.borne + done.remainder)} 元。")
    for doubt in done.doubts:
        say(f"注意：{doubt}")
