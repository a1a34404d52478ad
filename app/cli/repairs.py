"""Repairs on the command line: ``repairs new | accept | list``."""

import argparse
from datetime import date
from typing import Any

from app.cli.opening import opened
from app.cli.words import Verb, day, emit, say
from app.core import clock
from app.core.errors import Refused
from app.core.listing import Wish
from app.repairs import calendar, commands, intake, lists, queries, rules
from app.repairs.intake import Words
from app.repairs.queries import RepairRow
from app.repairs.rules import AcceptDraft


def _new_words(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--place", required=True, metavar="地点", help="房间号、全称、班级或拼音")
    parser.add_argument("--what", required=True, metavar="内容", help="什么坏了")
    parser.add_argument("--by", default="", metavar="姓名", help="报修人（不写时是这个房间上一次的报修人）")
    parser.add_argument("--urgent", default="", metavar="急", help="急 是紧急，! 是特急，不写是一般")
    parser.add_argument("--date", type=day, metavar="日期", help="哪天报的（不写时是今天）")
    parser.add_argument("--category", default="", metavar="类别", help="不写时按内容判断")
    parser.add_argument("--phone", default="", metavar="电话")
    parser.add_argument("--as-written", action="store_true", help="账本里没有的地点和人照写")


def _new(words: argparse.Namespace) -> None:
    opened(words, writes=True)
    line = Words(words.place, words.what, words.by, words.urgent, words.date, words.phone, words.category)
    step = intake.report(intake.from_words([line], words.as_written)[0])
    row = queries.repair(step.made[0])
    if words.json:
        emit(_facts(row))
        return
    by = f"，报修人 {row.reporter}" if row.reporter else ""
    say(f"已登记 {row.number}：{row.place_title} {row.what}（{row.category}，{row.urgency}）{by}，约定 {row.due_on} 前修好。")


def _facts(row: RepairRow) -> dict[str, Any]:
    def iso(value: date | None) -> str | None:
        return value.isoformat() if value else None

    late = calendar.office_days().open_days(row.due_on, clock.today()) if row.state in rules.UNDONE else 0
    return {"number": row.number, "reported_on": iso(row.reported_on), "place": row.place_title, "what": row.what, "category": row.category,
            "urgency": row.urgency, "reporter": row.reporter, "class": row.school_class, "department": row.department, "state": row.state_words,
            "workers": row.workers, "vendor": row.vendor, "due_on": iso(row.due_on), "late_days": late, "waiting": row.waiting_reason,
            "done_on": iso(row.done_on), "accepted_on": iso(row.accepted_on), "acceptor": row.acceptor, "satisfaction": row.satisfaction}


def _accept_words(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("number", nargs="+", metavar="报修单号", help="例如 WX-2026-00012（可写多个，同一天验收）")
    parser.add_argument("--date", type=day, required=True, metavar="日期", help="验收单上签的日期")
    parser.add_argument("--satisfied", default="", choices=("", *rules.SATISFACTIONS), metavar="满意度", help="、".join(rules.SATISFACTIONS))
    parser.add_argument("--done", type=day, metavar="日期", help="哪天修好的（还没有登记完工的；不写时是验收那天）")


def _accept(words: argparse.Namespace) -> None:
    opened(words, writes=True)
    rows = [queries.by_number(number) for number in words.number]
    missing = [number for number, row in zip(words.number, rows, strict=True) if row is None]
    if missing:
        raise Refused(f"没有这样的报修单：{'、'.join(missing[:5])}。请核对单号。")
    ids = [row.id for row in rows if row is not None]
    commands.accept(ids, AcceptDraft(words.date, words.satisfied, done_on=words.done))
    accepted = queries.repairs(ids)
    if words.json:
        emit([_facts(row) for row in accepted])
        return
    for row in accepted:
        say(f"已验收 {row.title}：{row.acceptor}{f'，{row.satisfaction}' if row.satisfaction else ''}。")


def _list_words(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--overdue", action="store_true", help="只列超时的")
    parser.add_argument("--open", action="store_true", help="只列还没有了结的")
    parser.add_argument("--search", default="", metavar="词", help="内容、地点、人名、单号（也可写拼音）")


def _list(words: argparse.Namespace) -> None:
    opened(words)
    wish = Wish(words.search, {"chip": lists.LATE} if words.overdue else {})
    rows = [row for row in queries.repairs(lists.REPAIRS.ids(wish)) if not words.open or row.state in rules.OPEN]
    if words.json:
        emit([_facts(row) for row in rows])
        return
    for row in rows:
        late = _facts(row)["late_days"]
        about = "，".join(filter(None, (row.state_words, row.workers or row.vendor, row.waiting_reason, f"超时 {late} 天" if late else "")))
        say(f"{row.number}　{row.reported_on}　{row.place_title}　{row.what}　{about}")
    counts = lists.chips(clock.today())
    say(f"共 {len(rows)} 件。{' · '.join(f'{title} {counts[key]}' for key, title in lists.CHIP_TITLES.items())}")


VERBS = (
    Verb("repairs", "报修维修：登记、验收、查看"),
    Verb("repairs new", "登记一件报修（可撤销）", _new, _new_words, json=True),
    Verb("repairs accept", "按签回的单子登记验收（一步，可撤销）", _accept, _accept_words, json=True),
    Verb("repairs list", "报修清单：哪些没修好、超时几天", _list, _list_words, json=True),
)
