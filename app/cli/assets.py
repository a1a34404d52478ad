"""The ledger on the command line: ``stat``, ``export`` and ``import assets FILE`` with everything the wizard asks."""

import argparse
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from app.assets import importing, queries, rejected, sheets, template
from app.assets.importing import CardUpdate, Doubtful, Outcome, Plan, Source
from app.cli.opening import opened, progress
from app.cli.words import DONE, REFUSED, Verb, emit, say, say_problems
from app.core.errors import Refused
from app.core.listing import Wish
from app.core.money import format_fen
from app.exchange.fine_print import column_number
from app.exchange.headings import normal_heading
from app.exchange.matching import Question, column_letters
from app.exchange.problems import folded
from app.store import backup

_MOST_UPDATES_TOLD = 30


def _stat(words: argparse.Namespace) -> None:
    opened(words)
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


# --- export ------------------------------------------------------------------------------------------------------


def _export_words(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE.xlsx")
    parser.add_argument("--search", default="", metavar="词", help="只导出找得到这些词的卡片")


def _export(words: argparse.Namespace) -> None:
    opened(words)
    count = sheets.export_ledger(words.file, Wish(words.search, sort="number"), progress)
    say(f"已导出 {count} 张卡片：{words.file}")


def _template_words(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE.xlsx")


def _template(words: argparse.Namespace) -> None:
    opened(words)
    template.export_template(words.file)
    say(f"已写出导入模板：{words.file}")


# --- import ------------------------------------------------------------------------------------------------------


def _import_words(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--sheet", action="append", default=[], metavar="工作表",
                        help="只导入这张工作表（可写多次；不写时表头相同的各张一起导入）")
    parser.add_argument("--all-sheets", action="store_true", help="各张工作表都导入，内容大多相同的也不问")
    parser.add_argument("--header-row", type=int, metavar="行号")
    parser.add_argument("--header-depth", type=int, choices=(1, 2, 3), help="表头占几行（不写时按合并单元格判断）")
    parser.add_argument("--map", action="append", default=[], metavar="列=字段", help="指定一列，例如 --map 放置处=存放地点")
    parser.add_argument("--no-room-names", action="store_true", help="不把工作表名当作存放地点")
    parser.add_argument("--duplicates", choices=("refuse", "skip", "update"), default="refuse", help="编号已有时怎么办")
    parser.add_argument("--update", dest="duplicates", action="store_const", const="update", help="按编号更新已有卡片（空格不清空）")
    parser.add_argument("--only", action="append", default=[], metavar="字段", help="更新时只改这些字段（可写多次）")
    parser.add_argument("--renumber", action="store_true", help="文件里重复的编号另编新号，原号记入原资产编号")
    parser.add_argument("--again", action="store_true", help="这个文件导入过，仍然再导入一次")
    parser.add_argument("--dry-run", action="store_true", help="只检查，不写入")
    parser.add_argument("--skip-bad", action="store_true", help="只导入没有问题的行")
    parser.add_argument("--save-bad", type=Path, metavar="FILE.xlsx", help="把有问题的行另存为工作簿")


def _import(words: argparse.Namespace) -> int:
    """Import, or rehearse it, and tell what came of it."""
    store, source = opened(words, writes=True), Source(words.file)
    plan = _plan(source, words)
    if not words.dry_run:
        backup.make(store.folder, "导入前")
    try:
        outcome = importing.run(source, plan, progress, rehearse=words.dry_run)
    except importing.Doubtful as doubt:
        return _ask(source, plan, doubt, words.json)
    if not words.dry_run:
        rejected.imported(store.folder, outcome, words.file)
    if words.save_bad and outcome.bad_rows:
        rejected.save(store.folder, outcome, words.save_bad)
    if words.json:
        emit(_facts(outcome, words.dry_run))
    else:
        _tell(outcome, words.dry_run)
    return REFUSED if outcome.refused else DONE


def _ask(source: Source, plan: Plan, doubt: Doubtful, as_json: bool) -> int:
    """Say what must be settled before anything can be imported, with the words that settle it."""
    titles, heads = {spec.key: spec.title for spec in importing.specs()}, source.heads(plan)
    if as_json:
        reasons = {choice.column: choice.reasons for choice in source.understanding(plan).choices}
        emit({"refused": True, "questions": [
            {"field": titles.get(each.key, ""), "leave_out": list(each.sheets), "text": each.text, "alternatives": [
                {"column": column_letters(at), "heading": head, "map": name, "reasons": () if each.elsewhere else reasons.get(at, ())}
                for at, head, name in zip(each.columns, each.heads, _names(each, heads), strict=True)]}
            for each in doubt.questions]})
        return REFUSED
    say("有些地方说不准，没有导入。请指明：")
    for each in doubt.questions:
        say(f"  {each.text}")
        if each.sheets:
            kept = " ".join(f'--sheet "{name}"' for name in plan.sheets if name not in each.sheets)
            say(f"    不导入这些：{kept}　都要导入：--all-sheets")
        for name in _names(each, heads):
            say(f"    是：--map {name}={titles[each.key]}　不导入：--map {name}=")
    return REFUSED


def _names(question: Question, main: Sequence[str]) -> list[str]:
    """Give what --map calls each column of a question: its heading, else its letters; 数量#2 where the ``main`` head has the word."""
    if len(set(question.heads)) == len(question.heads) and not (question.elsewhere and set(question.heads) & set(main)):
        return list(question.heads)
    return list(question.names) if question.elsewhere else [f"{column_letters(at)}列" for at in question.columns]


def _plan(source: Source, words: argparse.Namespace) -> Plan:
    """Give how the workbook is to be read; ``Refused`` where the words name what is not there."""
    first, *rest = words.sheet or [None]
    plan = source.propose(first, words.header_row, words.header_depth)
    plan = replace(plan, also=tuple(source.workbook.sheet(name).name for name in rest) or plan.also)
    plan = _with_columns(source, plan, words.map)
    if not plan.header_row:
        raise Refused(f"没有认出工作表“{plan.sheet}”的表头。请用 --header-row 写明表头的行号，或用 --sheet 换一张工作表"
                      f"（现有：{'、'.join(source.sheets[:8])}）。")
    if "name" not in plan.columns.values():
        raise Refused("还没有指明哪一列是“资产名称”。请用 --map 指定，例如 --map 东西=资产名称。"
                      f"表头有：{'、'.join(filter(None, source.heads(plan)))}。")
    return replace(
        plan,
        duplicates=words.duplicates,
        skip_bad=words.skip_bad,
        rooms_by_name=not words.no_room_names,
        twice="renumber" if words.renumber else "refuse",
        fields=_fields(words.only),
        again=words.again,
        sheets_chosen=bool(words.sheet) or words.all_sheets,
    )


def _field_keys() -> dict[str, str]:
    """Give the key of each field by its title and by itself."""
    return {name: spec.key for spec in importing.specs() for name in (spec.key, spec.title)}


def _fields(names: Sequence[str]) -> frozenset[str] | None:
    keys = _field_keys()
    for name in names:
        if name.strip() not in keys:
            raise Refused(f"--only {name}：没有“{name}”这个字段。可用：{'、'.join(spec.title for spec in importing.specs())}。")
    return frozenset(keys[name.strip()] for name in names) if names else None


def _with_columns(source: Source, plan: Plan, pairs: Sequence[str]) -> Plan:
    """Give the plan with columns that the person names: heading=field, the field by title or key."""
    heads, keys, columns = source.heads(plan), _field_keys(), dict(plan.columns)
    if pairs and not heads:
        raise Refused("没有认出表头在哪一行，不能按 --map 指定列。请再用 --header-row 写明表头的行号。")
    answered, elsewhere = set(plan.answered), source.headings_elsewhere(plan) if pairs else {}
    said = dict(plan.words)
    for pair in pairs:
        heading, equals, name = pair.partition("=")
        at, others = _column_named(heading.strip(), heads), _named_elsewhere(heading, elsewhere)
        if not equals or (at is None and not others):
            raise Refused(f"--map {pair}：表头里没有“{heading}”这一列。现有：{'、'.join(filter(None, heads))}。")
        if name.strip() and name.strip() not in keys:
            raise Refused(f"--map {pair}：没有“{name}”这个字段。可用：{'、'.join(spec.title for spec in importing.specs())}。")
        key = keys.get(name.strip(), "")
        if at is None:
            said |= dict.fromkeys(others, key)
            continue
        columns = {other: given for other, given in columns.items() if other != at and given != key}
        if key:
            columns[at] = key
        answered.add(normal_heading(heads[at]))
    return replace(plan, columns=columns, answered=frozenset(answered), words=said)


def _named_elsewhere(words: str, headings: Mapping[str, str]) -> list[str]:
    """Give which of the headings in other heads are meant by 型号, or by 数量#2 where several are called the same."""
    plain = normal_heading(words)
    return [known for known, head in headings.items() if plain in (known, normal_heading(head))]


def _column_named(words: str, heads: Sequence[str]) -> int | None:
    """Give the column that a heading or its letters (C列) name, None where there is none."""
    if words in heads:
        return heads.index(words)
    found = re.fullmatch(r"([A-Za-z]{1,2})列", words)
    at = column_number(found[1].encode()) - 1 if found else len(heads)
    return at if at < len(heads) else None


def _facts(outcome: Outcome, rehearsed: bool) -> dict[str, Any]:
    written = not outcome.refused
    return {
        "dry_run": rehearsed, "refused": outcome.refused, "sheets": list(outcome.sheets),
        "imported": outcome.imported if written else 0, "updated": outcome.updated if written else 0,
        "unchanged": outcome.unchanged, "skipped": outcome.skipped + len(outcome.bad_rows),
        "pieces": outcome.pieces if written else 0, "fen": outcome.fen if written else 0,
        "new_places": outcome.places, "new_people": outcome.people, "new_departments": outcome.departments,
        "updates": [_update_facts(update) for update in outcome.updates],
        "problems": [problem.as_json() for problem in outcome.problems],
        "told": [told.as_json() for told in folded(outcome.problems)],
        "unread": [{"sheet": sheet, "column": heading} for sheet, heading in outcome.unread],
        "priceless": outcome.priceless, "alike": outcome.alike, "hidden": outcome.hidden,
        "imported_before": outcome.twice.words if outcome.twice else None,
    }


def _update_facts(update: CardUpdate) -> dict[str, Any]:
    fields = [{"field": key, "title": title, "old": old, "new": new} for key, title, old, new in update.fields]
    return {"number": update.number, "name": update.name, "sheet": update.sheet, "row": update.row, "fields": fields}


def _tell(outcome: Outcome, rehearsed: bool) -> None:
    say_problems(outcome.problems, len(outcome.sheets))
    for update in outcome.updates[:_MOST_UPDATES_TOLD]:
        changes = "；".join(f"{title} {old or '（空）'} → {new or '（空）'}" for _, title, old, new in update.fields)
        say(f"更新 {update.number} {update.name}：{changes}")
    if len(outcome.updates) > _MOST_UPDATES_TOLD:
        say(f"更新的共 {len(outcome.updates)} 张，这里列出前 {_MOST_UPDATES_TOLD} 张；全部见 --json。")
    if outcome.refused and not outcome.errors:
        say("没有写入任何内容。确实要再导入一次，请加 --again。")
    elif outcome.refused:
        say(f"有 {outcome.errors} 处错误，没有写入任何内容。改好后再导入，或加 --skip-bad 只导入没有问题的行。"
            + (f"其中 {outcome.known} 行的编号台账里已有，可加 --update 更新已有卡片。" if outcome.known else ""))
    else:
        say(("检查完毕，将会" if rehearsed else "已") + outcome.sentence() + "。")
    for title, names in (("新地点", outcome.places), ("新人员", outcome.people), ("新部门", outcome.departments)):
        if names:
            say(f"{title} {len(names)} 个：{'、'.join(names[:8])}{'……' if len(names) > 8 else ''}")


VERBS = (
    Verb("stat", "统计"),
    Verb("stat assets", "台账有多少卡片、件数、金额，按分类", _stat, json=True),
    Verb("export", "导出为工作簿"),
    Verb("export assets", "资产台账", _export, _export_words),
    Verb("export template", "空白的导入模板", _template, _template_words),
    Verb("import", "从工作簿导入"),
    Verb("import assets", "资产台账", _import, _import_words, json=True),
)
