"""The ledger as a whole on the command line: begun, checked, backed up, restored, a step back and forth."""

import argparse
import sys
from pathlib import Path

from app.cli.opening import opened, progress, root
from app.cli.words import DONE, REFUSED, Verb, emit, say, step_number, term_code
from app.core.errors import Refused
from app.salvage import salvage
from app.school import commands as school_commands
from app.school import queries as school
from app.school.rules import SchoolDraft
from app.store import archive, backup, backup_list, check, compacting, folder, journal, rescue, transfer, upkeep
from app.store.database import FILE_NAME


def _init_words(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--school", required=True, metavar="名称")
    parser.add_argument("--term", type=term_code, default="", metavar="2026-2027-1", help="当前学期（不写时按今天）")
    parser.add_argument("--anew", action="store_true", help="原来的账本找不到或已损坏，仍然从空白开始（原文件改名留着）")


def _init(words: argparse.Namespace) -> None:
    opened(words, writes=True, begins=True)
    if school.started():
        raise Refused("这个文件夹里已经有账本了，没有重新建立。")
    school_commands.start_school(SchoolDraft(name=words.school, term=words.term))
    term = school.current_term()
    say(f"已建立账本：{words.school}，{term.name.title if term else ''}。位置：{root(words)}")


def _demo(words: argparse.Namespace) -> None:
    from app.demo import build_demo

    opened(words, writes=True, begins=True)
    say(build_demo(progress))


def _check(words: argparse.Namespace) -> int:
    report = check.run(opened(words).folder, progress)
    if words.json:
        emit({"ok": not report.problems, "problems": list(report.problems), "counts": dict(report.counts)})
    else:
        for problem in report.problems:
            say(problem)
        say("检查完毕，没有发现问题。" if not report.problems else f"发现 {len(report.problems)} 处问题。")
    return REFUSED if report.problems else DONE


def _backup_words(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, nargs="?", metavar="FILE.zip")
    parser.add_argument("--list", action="store_true", help="只列出已有的备份：时间、原因、哪个账本、是否完好、有多少内容")


def _listed(words: argparse.Namespace) -> None:
    """List the backups, also of a ledger that cannot be opened any more; with ``--json`` as facts."""
    try:
        found = backup_list.of_open_ledger(opened(words).folder)
    except rescue.LostLedger as trouble:
        sys.stderr.write(f"{trouble.lost.text}\n")
        found = backup_list.described(folder.prepare(root(words)))
    if words.json:
        emit([{"file": str(each.made.path), "at": each.made.at.isoformat(), "reason": each.made.reason, "ours": each.ours,
               "dated": each.dated, "state": each.state, "trouble": each.holds.trouble, "counts": each.holds.counts,
               "last_step": each.last_step, "size": each.made.size} for each in found])
        return
    for each in found:
        cards = f"{each.holds.counts.get('asset', 0):,} 张卡片"
        holds = each.holds.trouble or f"{cards}，最后一步 {each.last_step}"
        say(f"{each.moment}  {each.made.reason}  {each.ledger}  {each.state}  {holds}  {each.made.path}")
    if not found:
        say("还没有备份。")


def _backup(words: argparse.Namespace) -> None:
    if words.list:
        _listed(words)
        return
    store = opened(words)
    if words.file:
        path = transfer.export(store.folder, words.file, progress).path
    else:
        compacting.compact(store.folder, progress)
        sequence = backup.make(store.folder, "手工", progress=progress).sequence
        upkeep.tidy(store.folder, progress)
        path = next(made.path for made in backup.listing(store.folder) if made.sequence == sequence)
    if words.json:
        emit({"file": str(path)})
    else:
        say(f"已备份并核对：{path}")


def _restore_words(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE")


def _restore(words: argparse.Namespace) -> None:
    try:
        data = opened(words, writes=True, begins=True).folder
    except folder.Taken:
        raise
    except Refused:  # a ledger too damaged to be opened is what a restore is for; it is kept aside as it is
        data = folder.prepare(root(words))
    counts = transfer.restore(data, words.file, progress=progress)
    say(f"已从 {words.file} 恢复：资产卡片 {counts.get('asset', 0):,} 张。恢复前的账本另存在备份文件夹里。")


def _salvage_words(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE.xlsx")
    parser.add_argument("--from", dest="source", type=Path, metavar="FILE.db", help="读这个账本文件（不写时读数据文件夹里的）")


def _salvage(words: argparse.Namespace) -> None:
    saved = salvage(words.source or root(words) / FILE_NAME, words.file, progress=progress)
    if words.json:
        emit({"file": str(words.file), "rows": saved})
    else:
        say(f"已存到 {words.file}：{'、'.join(f'{name} {count:,} 行' for name, count in saved.items())}。账本文件没有改动。")


def _undo_words(parser: argparse.ArgumentParser) -> None:
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--list", action="store_true", help="只列出最近的操作")
    which.add_argument("--step", type=step_number, metavar="编号", help="撤销指定的一步")


def _undo(words: argparse.Namespace) -> None:
    opened(words, writes=not words.list)
    if not words.list:
        latest = words.step or next((step for step, _ in [journal.undoable() or (0, "")]), 0)
        printed = archive.printed_since(latest)
        say(f"已撤销：{journal.undo(words.step)}")
        archive.mark([paper for paper, *_ in printed], undone=True)
        for _, title, scope, _ in printed:
            say(f"“{title} {scope}”已经打印过，请收回那张纸；存档的那份标上了“已撤销”。")
        return
    steps = journal.steps(30)
    if words.json:
        emit([{"id": step.id, "title": step.title, "who": step.who, "entered_at": step.entered_at,
                "undone": step.undone} for step in steps])
    for step in [] if words.json else steps:
        say(f"{step.id:>6}  {step.entered_at}  {step.title}{'（已撤销）' if step.undone else ''}")


def _redo(words: argparse.Namespace) -> None:
    opened(words, writes=True)
    say(f"已重做：{journal.redo()}")


VERBS = (
    Verb("init", "建立账本：学校名称和学期", _init, _init_words),
    Verb("demo", "建立示范学校（只能在空账本里）", _demo),
    Verb("check", "检查账本是否完好", _check, json=True),
    Verb("backup", "备份；写明文件名时另存一份完整备份", _backup, _backup_words, json=True),
    Verb("restore", "从备份恢复（先自动留一份现在的）", _restore, _restore_words),
    Verb("salvage", "把损坏的账本里还读得出的内容存成 Excel", _salvage, _salvage_words, json=True),
    Verb("undo", "撤销最近一步", _undo, _undo_words, json=True),
    Verb("redo", "重做刚撤销的一步", _redo),
)
