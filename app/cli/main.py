"""The same verbs without a window: ``zongwu-cli --data DIR VERB …``.

Messages are Chinese sentences, ``--json`` gives machines the same facts. Exit status: 0 done, 1 refused, 2 usage.
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from app import __version__, features
from app.assets import queries, sheets, template
from app.cli import fees as cli_fees
from app.cli import imports as cli_import
from app.cli import roster as cli_roster
from app.cli import stocktake as cli_stocktake
from app.cli.words import Parser, emit, say, step_number, term_code
from app.core.errors import Invalid, Refused
from app.core.listing import Wish
from app.core.money import format_fen
from app.core.paths import program_folder
from app.demo import build_demo
from app.paper.forms import Order
from app.school import commands as school_commands
from app.school import queries as school
from app.school.rules import SchoolDraft
from app.store import archive, backup, check, folder, journal, transfer
from app.store.opening import Store, open_store

DONE, REFUSED = 0, 1
Verb = Callable[[argparse.Namespace], int]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb and give the exit status; known trouble is one sentence on stderr, never a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    features.join()
    try:
        words = _parser().parse_args(arguments)
        verb: Verb = words.verb
        return verb(words)
    except SystemExit as leaving:
        return int(leaving.code or 0)
    except Invalid as trouble:
        return _refuse("\n".join(problem.text for problem in trouble.problems))
    except Refused as trouble:
        return _refuse(trouble.text)
    except KeyboardInterrupt:
        return _refuse("中断了，做到一半的这一步没有保存。")


def _refuse(text: str) -> int:
    sys.stderr.write(f"没有完成：{text}\n")
    return REFUSED


def _parser() -> argparse.ArgumentParser:
    parser = Parser(prog="zongwu-cli", description="总务通命令行")
    parser.add_argument("--data", type=Path, metavar="DIR", help="数据文件夹（不写时用本机默认位置）")
    parser.add_argument("--version", action="version", version=f"总务通 {__version__}", help="显示版本后退出")
    verbs = parser.add_subparsers(dest="word", required=True, metavar="动作", parser_class=Parser)

    def verb(name: str, run: Verb, text: str) -> argparse.ArgumentParser:
        sub = verbs.add_parser(name, help=text, description=text)
        sub.add_argument("--data", type=Path, default=argparse.SUPPRESS, help=argparse.SUPPRESS)  # after the verb as well
        sub.set_defaults(verb=run)
        return sub

    init = verb("init", _init, "建立账本：学校名称和学期")
    init.add_argument("--school", required=True, metavar="名称")
    init.add_argument("--term", type=term_code, default="", metavar="2026-2027-1", help="当前学期（不写时按今天）")
    verb("demo", _demo, "建立示范学校（只能在空账本里）")
    importing = verb("import", _import, "从工作簿导入")
    cli_import.add_options(importing)
    cli_roster.add_options(importing)
    export = verb("export", _export, "导出为工作簿")
    export.add_argument("what", choices=("assets", "students", "template"), metavar="assets|students|template",
                        help="资产台账、学生名册，或空白的导入模板")
    export.add_argument("file", type=Path, metavar="FILE.xlsx")
    export.add_argument("--search", default="", metavar="词")
    _with_json(verb("stat", _stat, "统计")).add_argument("what", choices=("assets",), metavar="assets")
    _with_json(verb("papers", _papers, "列出可打印的单据"))
    _add_print(verb("print", _print, "打印单据为 PDF"))
    _with_json(verb("check", _check, "检查账本是否完好"))
    verb("backup", _backup, "备份；写明文件名时另存一份完整备份").add_argument("file", type=Path, nargs="?", metavar="FILE.zip")
    verb("restore", _restore, "从备份恢复（先自动留一份现在的）").add_argument("file", type=Path, metavar="FILE")
    undo = _with_json(verb("undo", _undo, "撤销最近一步"))
    undo.add_argument("--list", action="store_true", help="只列出最近的操作")
    undo.add_argument("--step", type=step_number, metavar="编号", help="撤销指定的一步")
    verb("redo", _redo, "重做刚撤销的一步")
    cli_stocktake.add_verbs(verb("stocktake", _stocktake, "盘点：开始、发表、读回、看结果、批准"))
    cli_fees.add_verbs(verb("fees", _fees, "收费：从上学期复制、检查、结算"))
    return parser


def _with_json(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    parser.add_argument("--json", action="store_true", help="输出 JSON")
    return parser


def _add_print(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("key", choices=[form.key for form in features.forms()], metavar="单据")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE.pdf")
    parser.add_argument("--term", type=term_code, default="", metavar="2026-2027-1", help="单据上的学期（不写时印当前学期）")
    parser.add_argument("--place", action="append", default=[], metavar="地点", help="只印这些地点（可写多次）")
    parser.add_argument("--orientation", choices=("portrait", "landscape"), help="纵向或横向")
    parser.add_argument("--stocktake", default="", metavar="PD-2026-00001", help="盘点单据属于哪一次盘点（不写时是最近进行中的）")
    parser.add_argument("--run-on", action="store_true", help="各室连续排印，不另起页")
    cli_fees.add_print_options(parser)


# --- opening -----------------------------------------------------------------------------------------------------


def _root(words: argparse.Namespace) -> Path:
    return words.data or folder.default_root(program_folder())


def _opened(words: argparse.Namespace, writes: bool = False) -> Store:
    """Open the ledger; a verb that writes takes the folder, so that it never works behind an open window."""
    root = _root(words)
    if not (root / "zongwu.db").exists() and words.word not in ("init", "demo", "restore"):
        raise Refused(f"“{root}”里还没有账本。请先用 init 建立账本，或用 --data 指明数据文件夹。")
    if writes:
        words.lock = folder.take(folder.prepare(root))
    store = open_store(root)
    if school.started():
        journal.worker.name = school.profile().operator
    return store


def _progress(done: int, total: int, text: str = "") -> None:
    """Show progress on a terminal only."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{text} {done}/{total}   " + ("\n" if done >= total else ""))


# --- verbs -------------------------------------------------------------------------------------------------------


def _init(words: argparse.Namespace) -> int:
    _opened(words, writes=True)
    if school.started():
        raise Refused("这个文件夹里已经有账本了，没有重新建立。")
    school_commands.start_school(SchoolDraft(name=words.school, term=words.term))
    term = school.current_term()
    say(f"已建立账本：{words.school}，{term.name.title if term else ''}。位置：{_root(words)}")
    return DONE


def _demo(words: argparse.Namespace) -> int:
    _opened(words, writes=True)
    say(build_demo(_progress))
    return DONE


def _import(words: argparse.Namespace) -> int:
    reader = cli_roster if words.what == "students" else cli_import
    return reader.run(words, _opened(words, writes=True), _progress)


def _export(words: argparse.Namespace) -> int:
    _opened(words)
    if words.what == "template":
        template.export_template(words.file)
        say(f"已写出导入模板：{words.file}")
        return DONE
    if words.what == "students":
        return cli_roster.export(words.file, words.search)
    count = sheets.export_ledger(words.file, Wish(words.search, sort="number"), _progress)
    say(f"已导出 {count} 张卡片：{words.file}")
    return DONE


def _stat(words: argparse.Namespace) -> int:
    _opened(words)
    totals = queries.totals(Wish())
    rooms, kinds = queries.by_room(), queries.by_class()
    facts = {
        "cards": totals.records, "pieces": totals.pieces, "fen": totals.fen,
        "places": sum(room.place > 0 for room in rooms), "classes": sum(bool(code) for code, *_ in kinds),
        "by_class": [{"code": code, "name": name, "cards": cards, "pieces": pieces, "fen": fen}
                     for code, name, cards, pieces, fen in kinds],
    }
    if words.json:
        emit(facts)
    else:
        say(f"资产卡片 {totals.records} 张，{totals.pieces} 件，{format_fen(totals.fen)} 元；"
             f"分布在 {facts['places']} 处地点，{facts['classes']} 个分类。")
    return DONE


def _papers(words: argparse.Namespace) -> int:
    if words.json:
        emit([{"key": form.key, "name": form.name, **({"takes": sorted(form.takes)} if form.takes else {}),
               **({"papers": form.papers} if form.papers else {})} for form in features.forms()])
    else:
        for form in features.forms():
            say(f"{form.key:<24}{form.name}")
    return DONE


def _print(words: argparse.Namespace) -> int:
    store = _opened(words)
    form = features.form(words.key)
    order = Order(places=tuple(each for text in words.place for each in school.places_below(_place(text))), term=words.term,
                  orientation=words.orientation or form.orientation, own_pages=not words.run_on,
                  about=cli_stocktake.chosen(words.stocktake, words.term).id if form.about == "stocktake" else 0,
                  **cli_fees.print_options(words, form))
    printed = form.write(order, words.out, _progress)
    archive.keep(store.folder, words.out, form.key, form.name, features.scope(order, form.about), printed.pages)
    for warning in printed.warnings:
        say(f"提醒：{warning}")
    say(f"已打印{form.name}，共 {printed.pages} 页：{words.out}")
    return DONE


def _place(text: str) -> int:
    """Give the place a person names: exactly one of that name, else the sentence says which there are."""
    found = school.find_places(text)
    exact = [pick for pick in found if text in (pick.text, pick.text.rpartition(" ")[2])]
    if len(exact or found) == 1:
        return (exact or found)[0].id
    if not found:
        raise Refused(f"没有找到地点“{text}”。请写全称，例如 教学楼 3层 304室。")
    raise Refused(f"“{text}”可能是：{'、'.join(pick.text for pick in found[:6])}。请写全称。")


def _check(words: argparse.Namespace) -> int:
    report = check.run(_opened(words).folder, _progress)
    if words.json:
        emit({"ok": not report.problems, "problems": list(report.problems), "counts": dict(report.counts)})
    else:
        for problem in report.problems:
            say(problem)
        say("检查完毕，没有发现问题。" if not report.problems else f"发现 {len(report.problems)} 处问题。")
    return REFUSED if report.problems else DONE


def _backup(words: argparse.Namespace) -> int:
    store = _opened(words)
    if words.file:
        copy = transfer.export(store.folder, words.file)
        say(f"已备份并核对：{copy.path}")
    else:
        made = backup.make(store.folder, "手工")
        say(f"已备份并核对：{made.path}")
    return DONE


def _restore(words: argparse.Namespace) -> int:
    try:
        data = _opened(words, writes=True).folder
    except folder.Taken:
        raise
    except Refused:  # a ledger too damaged to be opened is what a restore is for; it is kept aside as it is
        data = folder.prepare(_root(words))
    transfer.restore(data, words.file)
    say(f"已从 {words.file} 恢复。恢复前的账本另存在备份文件夹里。")
    return DONE


def _undo(words: argparse.Namespace) -> int:
    _opened(words, writes=not words.list)
    if words.list:
        steps = journal.steps(30)
        if words.json:
            emit([{"id": step.id, "title": step.title, "who": step.who, "entered_at": step.entered_at,
                    "undone": step.undone} for step in steps])
        else:
            for step in steps:
                say(f"{step.id:>6}  {step.entered_at}  {step.title}{'（已撤销）' if step.undone else ''}")
        return DONE
    title = journal.undo(words.step)
    say(f"已撤销：{title}")
    return DONE


def _redo(words: argparse.Namespace) -> int:
    _opened(words, writes=True)
    say(f"已重做：{journal.redo()}")
    return DONE


def _stocktake(words: argparse.Namespace) -> int:
    _opened(words, writes=words.writes)
    cli_stocktake.run(words, _place)
    return DONE


def _fees(words: argparse.Namespace) -> int:
    _opened(words, writes=words.writes)
    return cli_fees.run(words)


if __name__ == "__main__":
    raise SystemExit(main())
