"""The roster on the command line: ``import students FILE`` and ``export students FILE``."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from app.cli.opening import opened, progress
from app.cli.words import DONE, REFUSED, Verb, day, emit, say, say_problems
from app.core.errors import Refused
from app.core.listing import Wish
from app.exchange.headings import normal_heading
from app.exchange.problems import folded
from app.school import erasing, roster, roster_import, roster_sheets
from app.school.roster_import import Entry, RosterOutcome, RosterPlan
from app.store import backup

_MOST_TOLD = 40


def _import_words(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--sheet", action="append", default=[], metavar="工作表", help="只导入这张工作表（可写多次）")
    parser.add_argument("--year", type=_year, metavar="2026", help="导入到哪个学年（不写时是当前学年）")
    parser.add_argument("--day", type=day, metavar="2026-11-20", help="调班、返校从哪天起（不写时是今天）")
    parser.add_argument("--readmit", action="store_true", help="文件里有的离校学生返校（不写时不动他们）")
    parser.add_argument("--make-classes", action="store_true", help="新建缺少的班级")
    parser.add_argument("--class", dest="one_class", default="", metavar="班级", help="表里看不出班级时，这些学生都是哪个班")
    parser.add_argument("--map", action="append", default=[], metavar="列=字段", help="指定一列，例如 --map 学生=姓名；--map 列= 不导入")
    parser.add_argument("--dry-run", action="store_true", help="只检查，不写入")
    parser.add_argument("--skip-bad", action="store_true", help="只导入没有问题的行")


def _import(words: argparse.Namespace) -> int:
    """Import a roster, or rehearse it, and tell what came of it."""
    store = opened(words, writes=True)
    plan = RosterPlan(words.year, words.day, words.make_classes, words.readmit, words.skip_bad, tuple(words.sheet),
                      words.one_class, _answers(words.map))
    if not words.dry_run:
        backup.make(store.folder, "导入前")
    outcome = roster_import.run(words.file, plan, progress, rehearse=words.dry_run)
    if words.json:
        emit(_facts(outcome, plan, words.dry_run))
    else:
        _tell(outcome, words.dry_run)
    return REFUSED if outcome.refused else DONE


def _answers(pairs: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Give the answers that the person names: heading=field, the field by its title; nothing behind = leaves the column out."""
    keys = {title: key for key, title in roster_sheets.TITLES.items()} | {"": ""}
    for pair in pairs:
        if "=" not in pair or pair.rpartition("=")[2].strip() not in keys:
            raise Refused(f"--map {pair}：要写成 列=字段，字段有：{'、'.join(roster_sheets.TITLES.values())}。")
    return tuple((_plain(heading), keys[name.strip()]) for heading, _, name in (pair.rpartition("=") for pair in pairs))


def _plain(heading: str) -> str:
    words, sign, number = heading.rpartition("#")
    return f"{normal_heading(words)}#{number}" if sign and number.isdecimal() else normal_heading(heading)


def _export_words(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE.xlsx")
    parser.add_argument("--search", default="", metavar="词", help="只导出找得到这些词的学生")


def _export(words: argparse.Namespace) -> None:
    """Write the pupils of the current school year, those whom the words find, and say how many."""
    opened(words)
    count = roster_sheets.export_roster(words.file, Wish(words.search))
    say(f"已导出 {count} 名学生：{words.file}")


def _erase_words(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("students", nargs="+", metavar="学号或姓名")
    parser.add_argument("--papers", action="store_true", help="带姓名的打印存档和附件也删掉")
    parser.add_argument("--backups", action="store_true", help="以前的备份里也抹去（备份多时要几分钟）")
    parser.add_argument("--dry-run", action="store_true", help="只说有哪些，不清除")


def _erase(words: argparse.Namespace) -> None:
    """Erase pupils, or say what there is of them."""
    store = opened(words, writes=True)
    ids = [_pupil(text) for text in words.students]
    traces = erasing.look(store.folder, ids)
    if words.dry_run:
        say(f"将清除 {len(ids)} 名学生的个人信息，不能撤销。\n{traces.told}".strip())
        return
    done = erasing.erase(store.folder, ids, words.papers, words.backups, progress)
    left = [part for part, chosen in ((traces.papers or traces.files, words.papers), (traces.backups, words.backups)) if part and not chosen]
    say(done.told + (f"\n还留着的：\n{traces.told}\n加 --papers、--backups 一起清除。" if left else ""))


def _pupil(text: str) -> int:
    """Give the one pupil of a number or a name; ``Refused`` where there is none, or several have it."""
    found = roster.called(text)
    if len(found) != 1:
        raise Refused(f"没有学号或姓名是“{text}”的学生。" if not found else f"叫“{text}”的学生有 {len(found)} 人，请写学号。")
    return found[0]


def _year(text: str) -> int:
    if not (text.isdecimal() and len(text) == 4):
        raise argparse.ArgumentTypeError(f"要写学年开始的年份，例如 2026，“{text[:20]}”不是")
    return int(text)


def _facts(outcome: RosterOutcome, plan: RosterPlan, rehearsed: bool) -> dict[str, Any]:
    counts = outcome.counts
    return {
        "dry_run": rehearsed,
        "refused": outcome.refused,
        "sheets": outcome.sheets,
        "year": plan.year if plan.year is not None else roster.current_year(),
        "new": counts["新增"],
        "moved": counts["调班"],
        "risen": counts["升入"],
        "returned": counts["返校"],
        "updated": counts["更新"],
        "unchanged": counts["不变"],
        "missing": counts["文件里没有"],
        "left": counts["已离校"],
        "bad_rows": outcome.bad_rows,
        "new_classes": outcome.classes,
        "lacking_classes": outcome.lacking,
        "classless": outcome.classless,
        "hidden": outcome.hidden,
        "questions": [{"field": roster_sheets.TITLES.get(question.key, ""), "text": question.text,
                       "headings": list(question.heads)} for question in outcome.questions],
        "columns_left_out": outcome.unused,
        "entries": [_entry(entry) for entry in outcome.entries if entry.what != "不变"],
        "problems": [problem.as_json() for problem in outcome.problems],
        "told": [told.as_json() for told in folded(outcome.problems)],
    }


def _entry(entry: Entry) -> dict[str, Any]:
    return {
        "what": entry.what,
        "name": entry.name,
        "class": entry.class_name,
        "detail": entry.detail,
        "sheet": entry.sheet,
        "row": entry.row,
    }


def _tell(outcome: RosterOutcome, rehearsed: bool) -> None:
    say_problems(outcome.problems, len(outcome.sheets))
    told = [entry for entry in outcome.entries
            if entry.what not in ("新增", "不变") or (entry.what == "新增" and entry.detail)]
    for entry in told[:_MOST_TOLD]:
        say(f"{entry.what} {entry.class_name} {entry.name}{f'：{entry.detail}' if entry.detail else ''}")
    if len(told) > _MOST_TOLD:
        say(f"这样的共 {len(told)} 人，这里列出前 {_MOST_TOLD} 人；全部见 --json。")
    for question in outcome.questions:
        say(f"要先指明：{question.text}")
        title = roster_sheets.TITLES.get(question.key, "")
        for name in question.heads if len(set(question.heads)) == len(question.heads) else question.names:
            say(f"  是这一列：--map {name}={title}　不导入：--map {name}=")
    if outcome.classless and outcome.refused:
        say("这些学生都是同一个班的话，请加 --class，例如 --class 三年级2班。")
    if outcome.refused:
        say(f"有 {outcome.errors} 处错误，没有写入任何内容。改好后再导入，或加 --skip-bad 只导入没有问题的行。")
        if outcome.lacking:
            say(f"缺少的班级：{'、'.join(outcome.lacking)}。加 --make-classes 可以新建。")
    else:
        say(("检查完毕，将会" if rehearsed else "已") + outcome.sentence() + "。")


VERBS = (
    Verb("export students", "学生名册", _export, _export_words),
    Verb("erase", "清除个人信息"),
    Verb("erase students", "离校学生的姓名、电话等，不能撤销", _erase, _erase_words),
    Verb("import students", "学生名册", _import, _import_words, json=True),
)
