"""The stocktake on the command line: ``stocktake open | list | sheet | import | result | approve``."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from app.cli import naming
from app.cli.opening import opened
from app.cli.printing import OrderWord
from app.cli.words import Verb, day, emit, say, say_problems, term_code
from app.core import clock
from app.core.errors import Refused
from app.core.money import format_fen
from app.school import queries as school
from app.stocktake import approval, commands, queries, rules, sheets
from app.stocktake.queries import StocktakeRow
from app.stocktake.rules import Scope, StocktakeDraft

_BY = {"room": "房间", "keeper": "保管人", "class": "分类"}


def _number(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--number", default="", metavar="PD-2026-00001", help="哪一次盘点（不写时是最近进行中的）")


def _places(parser: argparse.ArgumentParser, text: str) -> None:
    parser.add_argument("--place", action="append", default=[], metavar="地点", help=text)


def _opening_words(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--term", type=term_code, required=True, metavar="2026-2027-1", help="所属学期")
    parser.add_argument("--kind", choices=rules.KINDS, default=rules.TERM_END, help="种类（不写时是期末）")
    parser.add_argument("--date", type=day, metavar="日期", help="基准日（不写时是今天）")
    _places(parser, "只盘这些地点（可写多次）")
    parser.add_argument("--team", default="", metavar="姓名", help="盘点人")
    parser.add_argument("--observer", default="", metavar="姓名", help="监盘人")


def _sheet_words(parser: argparse.ArgumentParser) -> None:
    _number(parser)
    parser.add_argument("--out", type=Path, required=True, metavar="FILE.xlsx")
    parser.add_argument("--each", choices=(sheets.BY_ROOM, sheets.BY_KEEPER), default="",
                        help="每个房间或每位保管人一个文件，--out 写文件夹")
    _places(parser, "只写这些地点（可写多次）")


def _reading_words(parser: argparse.ArgumentParser) -> None:
    _number(parser)
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--by", default="", metavar="姓名", help="盘点人")


def _result_words(parser: argparse.ArgumentParser) -> None:
    _number(parser)
    parser.add_argument("--by", choices=tuple(_BY), default="room", help="按房间、保管人或分类")


def _approving_words(parser: argparse.ArgumentParser) -> None:
    _number(parser)
    parser.add_argument("--no", metavar="文号", help="批准文号")
    parser.add_argument("--date", type=day, metavar="日期", help="批准日期")
    parser.add_argument("--by", default="", metavar="批准人", help="谁批准的，例如 校长办公会")
    parser.add_argument("--preview", action="store_true", help="只看会怎样调账，不写入")


def _chosen(number: str) -> StocktakeRow:
    """Give the stocktake of a number, else the latest one under way; ``Refused`` where there is none."""
    if not number:
        latest = queries.latest()
        if latest is None:
            raise Refused("还没有盘点。请先用 stocktake open 开始一次。")
        return latest
    for row in queries.stocktakes():
        if row.number == number.strip().upper():
            return row
    raise Refused(f"没有编号为 {number} 的盘点。可用 stocktake list 查看。")


def _open(words: argparse.Namespace) -> None:
    opened(words, writes=True)
    identity = commands.open_stocktake(
        StocktakeDraft(
            naming.term(words.term),
            words.kind,
            words.date or clock.today(),
            Scope(places=tuple(naming.place(text) for text in words.place)),
            team=words.team,
            observer=words.observer,
        )
    ).made[0]
    row = commands.require(identity)
    say(f"已开始盘点 {row.number} {row.title}：{row.scope_words}，{row.lines} 种，基准日 {row.base_date}。")


def _list(words: argparse.Namespace) -> None:
    opened(words)
    rows = queries.stocktakes()
    if words.json:
        emit([_head(row) for row in rows])
    for row in [] if words.json else rows:
        say(f"{row.number}  {row.title}  {row.scope_words}  {row.state_words}  {row.lines} 种，未盘 {row.left} 种")


def _head(row: StocktakeRow) -> dict[str, Any]:
    return {"number": row.number, "title": row.title, "kind": row.kind, "base_date": row.base_date.isoformat(),
            "scope": row.scope_words, "state": row.state, "lines": row.lines, "left": row.left,
            "approval_no": row.approval_no, "approved_on": row.approved_on.isoformat() if row.approved_on else None}


def _sheet(words: argparse.Namespace) -> None:
    opened(words)
    row = _chosen(words.number)
    rooms = [room for text in words.place for room in school.places_below(naming.place(text))]
    if words.each:
        on_the_way = next(place for place in (words.out.absolute(), *words.out.absolute().parents) if place.exists())
        if not on_the_way.is_dir():
            raise Refused(f"“{on_the_way}”是一个文件。--each 要写出多个文件，请给一个文件夹。")
        words.out.mkdir(parents=True, exist_ok=True)
        files = sheets.write_sheets(row.id, words.out, words.each, rooms)
        say(f"已写出 {row.number} 的盘点表 {len(files)} 个：{words.out}")
        return
    count = sheets.write_sheet(row.id, words.out, rooms)
    say(f"已写出 {row.number} 的盘点表，{count} 行：{words.out}")


def _import(words: argparse.Namespace) -> None:
    opened(words, writes=True)
    row = _chosen(words.number)
    outcome = sheets.read_sheet(row.id, words.file, words.by)
    if words.json:
        emit({"number": row.number, "counted": outcome.counted, "same": outcome.same, "blank": outcome.blank,
              "parked": outcome.parked, "problems": [problem.as_json() for problem in outcome.problems]})
        return
    say_problems(outcome.problems, len({problem.sheet for problem in outcome.problems}))
    say(f"{row.number}：{outcome.sentence()}。")


def _result(words: argparse.Namespace) -> None:
    opened(words)
    row = _chosen(words.number)
    groups, total = queries.result(row.id, words.by), queries.result(row.id, "all")[0]
    if words.json:
        emit({**_head(row), "by": words.by, "total": _facts(total), "groups": [_facts(group) for group in groups],
              "missing_rooms": [room.name for room in queries.missing_rooms(row.id)]})
        return
    for group in groups:
        _tell(group)
    _tell(total)


def _facts(group: queries.Result) -> dict[str, Any]:
    return {"name": group.name, "lines": group.lines, "left": group.left, "book": group.book, "counted": group.counted,
            "damaged": group.damaged, "fen": group.fen, "lost_fen": group.lost_fen, "pieces": dict(group.pieces),
            "finds": group.finds, "gained": group.gained}


def _tell(group: queries.Result) -> None:
    parts = [f"{word} {count}" for word in rules.RESULTS
             if (count := group.gained if word == rules.SURPLUS else group.pieces[word])]
    parts += [f"盘盈中账外 {group.extra}"] if group.extra else []
    lost = f"，盘亏 {format_fen(group.lost_fen)} 元" if group.lost_fen else ""
    say(f"{group.name}：账面 {group.book} 件，{'、'.join(parts)}{lost}")


def _approve(words: argparse.Namespace) -> None:
    opened(words, writes=True)
    row = _chosen(words.number)
    planned = approval.preview(row.id)
    blocks = approval.blocks(row.id) if words.preview else []
    made = 0
    if not words.preview:
        if not words.no or words.date is None:
            raise Refused("请用 --no 写批准文号、--date 写批准日期；只想看会怎样调账请加 --preview。")
        made = approval.approve(row.id, words.no, words.date, words.by).count
    if words.json:
        emit({"number": row.number, "written": made, "preview": words.preview, "blocks": blocks,
              "corrections": _corrections(planned)})
        return
    for each in planned:
        skipped = f"（{each.skipped}）" if each.skipped else ""
        say(f"{each.what} {each.number} {each.name}：{each.old} → {each.new}{skipped}")
    for text in blocks:
        say(f"还不能批准：{text}")
    say(f"会调整 {sum(not each.skipped for each in planned)} 处。" if words.preview
        else f"已批准 {row.number}（{words.no}），调整 {made} 处。不对可以 undo。")


def _corrections(planned: Sequence[approval.Correction]) -> list[dict[str, str]]:
    return [{"what": each.what, "number": each.number, "name": each.name, "old": each.old, "new": each.new,
             "skipped": each.skipped} for each in planned]


def _about(number: str, words: argparse.Namespace) -> int:
    if words.term:
        raise Refused("--stocktake 已经指明了是哪一次盘点，请去掉 --term。")
    return _chosen(number).id


ORDER_WORDS = (
    OrderWord(
        "--stocktake",
        None,
        "哪一次盘点的单据（不写时是最近进行中的）",
        _about,
        {"metavar": "PD-2026-00001"},
        "stocktake",
    ),
)
VERBS = (
    Verb("stocktake", "盘点：开始、发表、读回、看结果、批准"),
    Verb("stocktake open", "开始盘点，冻结账面数", _open, _opening_words),
    Verb("stocktake list", "列出各次盘点", _list, json=True),
    Verb("stocktake sheet", "写出盘点表工作簿，发给保管人填", _sheet, _sheet_words),
    Verb("stocktake import", "读回保管人填好的盘点表", _import, _reading_words, json=True),
    Verb("stocktake result", "盘点结果", _result, _result_words, json=True),
    Verb("stocktake approve", "录入批准文号和日期，按盘点结果调账（一步，可撤销）", _approve, _approving_words, json=True),
)
