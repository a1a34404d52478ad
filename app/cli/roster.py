"""The roster on the command line: ``import students FILE`` and ``export students FILE``."""

import argparse
from pathlib import Path
from typing import Any

from app.cli.words import day, emit, say
from app.core.errors import Refused
from app.core.listing import Wish
from app.core.progress import Progress
from app.school import roster, roster_import, roster_sheets
from app.school.roster_import import Entry, RosterOutcome, RosterPlan
from app.store import backup
from app.store.opening import Store

DONE, REFUSED = 0, 1
_MOST_TOLD = 40
_ASSETS_ONLY = ("header_row", "map", "no_room_names", "only", "renumber", "save_bad")


def add_options(parser: argparse.ArgumentParser) -> None:
    """Give ``import`` the words that only a roster needs."""
    parser.add_argument("--year", type=_year, metavar="2026", help="学生名册：导入到哪个学年（不写时是当前学年）")
    parser.add_argument("--day", type=day, metavar="2026-11-20", help="学生名册：调班、返校从哪天起（不写时是今天）")
    parser.add_argument("--readmit", action="store_true", help="学生名册：文件里有的离校学生返校（不写时不动他们）")
    parser.add_argument("--make-classes", action="store_true", help="学生名册：新建缺少的班级")


def run(words: argparse.Namespace, store: Store, progress: Progress) -> int:
    """Import a roster, or rehearse it, and tell what came of it; gives the exit status."""
    for name in _ASSETS_ONLY:
        if getattr(words, name):
            raise Refused(f"--{name.replace('_', '-')} 只用于导入资产台账，导入学生名册时请去掉。")
    if words.duplicates != "refuse":
        raise Refused("--duplicates 和 --update 只用于导入资产台账：名册里已有的学生总会比对、更新。")
    plan = RosterPlan(words.year, words.day, words.make_classes, words.readmit, words.skip_bad, tuple(words.sheet))
    if not words.dry_run:
        backup.make(store.folder, "导入前")
    outcome = roster_import.run(words.file, plan, progress, rehearse=words.dry_run)
    if words.json:
        emit(_facts(outcome, plan, words.dry_run))
    else:
        _tell(outcome, words.dry_run)
    return REFUSED if outcome.refused else DONE


def export(path: Path, search: str = "") -> int:
    """Write the pupils of the current school year (those whom the words find) and say how many; gives the exit status."""
    count = roster_sheets.export_roster(path, Wish(search))
    say(f"已导出 {count} 名学生：{path}")
    return DONE


def _year(text: str) -> int:
    if not (text.isdecimal() and len(text) == 4):
        raise argparse.ArgumentTypeError(f"要写学年开始的年份，例如 2026，“{text[:20]}”不是")
    return int(text)


def _facts(outcome: RosterOutcome, plan: RosterPlan, rehearsed: bool) -> dict[str, Any]:
    counts = outcome.counts
    return {
        "dry_run": rehearsed, "refused": outcome.refused, "sheets": outcome.sheets,
        "year": plan.year if plan.year is not None else roster.current_year(),
        "new": counts["新增"], "moved": counts["调班"], "risen": counts["升入"], "returned": counts["返校"], "updated": counts["更新"],
        "unchanged": counts["不变"], "missing": counts["文件里没有"],
        "left": counts["已离校"], "bad_rows": outcome.bad_rows,
        "new_classes": outcome.classes, "lacking_classes": outcome.lacking, "columns_left_out": outcome.unused,
        "entries": [_entry(entry) for entry in outcome.entries if entry.what != "不变"],
        "problems": [problem.as_json() for problem in outcome.problems],
    }


def _entry(entry: Entry) -> dict[str, Any]:
    return {"what": entry.what, "name": entry.name, "class": entry.class_name, "detail": entry.detail, "sheet": entry.sheet, "row": entry.row}


def _tell(outcome: RosterOutcome, rehearsed: bool) -> None:
    for problem in outcome.problems:
        where = f"“{problem.sheet}”第 {problem.row} 行" if problem.row else "全表"
        value = f"{problem.column}“{problem.value}”" if problem.value else problem.column
        say(f"{'错误' if problem.level == 'error' else '提醒'} {where} {value}：{problem.text}")
    told = [entry for entry in outcome.entries if entry.what not in ("新增", "不变") or (entry.what == "新增" and entry.detail)]
    for entry in told[:_MOST_TOLD]:
        say(f"{entry.what} {entry.class_name} {entry.name}{f'：{entry.detail}' if entry.detail else ''}")
    if len(told) > _MOST_TOLD:
        say(f"这样的共 {len(told)} 人，这里列出前 {_MOST_TOLD} 人；全部见 --json。")
    if outcome.refused:
        say(f"有 {outcome.errors} 处错误，没有写入任何内容。改好后再导入，或加 --skip-bad 只导入没有问题的行。")
        if outcome.lacking:
            say(f"缺少的班级：{'、'.join(outcome.lacking)}。加 --make-classes 可以新建。")
    else:
        say(("检查完毕，将会" if rehearsed else "已") + outcome.sentence() + "。")
