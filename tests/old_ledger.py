"""A small ledger as the release of 28 November 2026 wrote it (commit e4cb5b3), and what that release read in it.

``tests/store/files/ledger-2026-11.db.xz`` is its file (schema 3): 柳溪小学 with four classes, 40 pupils and 61 cards, a tree of
places, three terms. The fees of the first term are closed, those of the second settled (odd 分 borne by the school), those of
the third are being collected; they have versions of the board, letters with slips, receipts (voided ones too), vouchers (two of
one shop whose name ends in a blank, one in red, one voided), days eaten, leavers and late comers, refunds. One stocktake is
approved, one under way. Settings and a number series differ from the shipped ones, a card has fields of the school's own, steps
were undone and redone, two cards lie in the recycle bin. All of it went through that release's verbs, with the clock set to each
day; the program that did so is not kept, since it would have to be mended with every verb.

``ledger-2026-11.json`` holds what that release gave for the questions of ``read`` on 12 March 2027. It is never made anew: a
migration or a verb that changes one of its figures is wrong. New keys are welcome, they are not compared. Where words on a paper
change on purpose, run the test with ``AMEND="why"`` in the environment: it writes the new words of the papers (only these) and
notes why under ``amended``.
"""

import contextlib
import dataclasses
import io
import json
import lzma
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pypdf

from app.assets import queries as cards
from app.cli import main as cli
from app.core.columns import Column
from app.core.listing import Wish
from app.fees.board import commands as board
from app.fees.board import queries as boards
from app.fees.letters import queries as letters
from app.fees.money import grids, lists, monthly
from app.fees.money import queries as money
from app.fees.plan import queries as plans
from app.school import queries as school
from app.school import roster
from app.stocktake import lists as stocktake_lists
from app.stocktake import queries as stocktakes
from app.store import database, journal
from app.store.folder import DataFolder

FILES = Path(__file__).parent / "store" / "files"
FILE, READ = FILES / "ledger-2026-11.db.xz", FILES / "ledger-2026-11.json"
MOMENT = datetime(2027, 3, 12, 10).astimezone()
TERMS = ("2025-2026-2", "2026-2027-1", "2026-2027-2")
STOCKTAKES = ("PD-2026-00001", "PD-2027-00001")
MONTHS = ("2026-03", "2026-07", "2027-01", "2027-03")
_NEW_DOUBTS = ("相差很多", "没有回执", "还没有录入")     # the old release settled without a word on these
COUNTED = ("资产卡片", "学生", "学生分班", "收费记录", "收费明细", "支出票据", "退费", "结算", "回执", "自愿选择", "告家长书", "公示记录",
           "盘点明细", "操作记录", "地点", "人员", "打印存档")
HISTORIES = (("asset", 1), ("asset", 2), ("asset", 3), ("asset", 11), ("asset", 25), ("asset", 58), ("pupil", 6), ("enrolment", 6),
             ("fee_plan", 1), ("fee_plan", 2), ("fee_receipt", 21), ("fee_refund", 1), ("fee_publication", 3), ("stocktake", 1))


def unpack(folder: Path) -> Path:
    """Write the old file into a data folder that is made for it, and give the folder."""
    folder.mkdir(parents=True)
    (folder / database.FILE_NAME).write_bytes(lzma.decompress(FILE.read_bytes()))
    return folder


def read(data: DataFolder, out: Path) -> dict[str, Any]:
    """Give all that is compared, from the ledger that is open; papers are printed into ``out``."""
    told = {
        "check": _check(data), "stat": _run(data, "stat", "assets", "--json"), "cards": _cards(),
        "places": [[each.path, each.kind, each.custody] for each in school.places_tree(retired=True)],
        "pupils": {str(term): [[each.name, each.class_id, each.seat, each.waiver] for each in roster.pupils_in(None, day, year)]
                   for term, day, year in ((TERMS[0], date(2026, 4, 1), 2025), (TERMS[1], date(2026, 12, 1), 2026),
                                           (TERMS[2], MOMENT.date(), 2026))},
        "fees": {plan.term: _fees(plan.id) for plan in _plans()},
        "months": {month: [_month(row) for row in monthly.report(date.fromisoformat(f"{month}-15"))] for month in MONTHS},
        "stocktakes": {row.number: _stocktake(row) for row in stocktakes.stocktakes()},
        "history": {f"{table} {row}": [_event(event) for event in journal.history(table, row)] for table, row in HISTORIES},
        "steps": [[each.title, each.who, each.entered_at, each.undone] for each in journal.steps(limit=1000)],
        "bin": [[each.row, each.title] for each in journal.deleted("asset")],
    }
    told["papers"] = dict(_papers(data, out))
    plain: dict[str, Any] = json.loads(json.dumps(told, ensure_ascii=False, default=str))
    return plain


def expected() -> dict[str, Any]:
    """Give what the old release read."""
    told: dict[str, Any] = json.loads(READ.read_text("utf-8"))
    return told


def amend(told: dict[str, Any], papers: Mapping[str, list[str]], why: str) -> None:
    """Keep other words of papers than the old release printed, and why; figures are not touched."""
    told["papers"] = {key: papers[key] for key in told["papers"]}
    told["amended"].append(why)
    store(told)


def store(told: Mapping[str, Any]) -> None:
    """Write what was read: each record on a line of its own, papers a line a line."""
    def parts(key: str, value: Any) -> str:
        if not isinstance(value, dict):
            return json.dumps(value, ensure_ascii=False)
        indent = 1 if key == "papers" else None
        lines = [f"{json.dumps(name, ensure_ascii=False)}: {json.dumps(each, ensure_ascii=False, indent=indent)}"
                 for name, each in value.items()]
        return "{\n" + ",\n".join(lines) + "}"

    READ.write_text("{\n" + ",\n".join(f'"{key}": {parts(key, value)}' for key, value in told.items()) + "}\n", "utf-8")


# --- what is asked -----------------------------------------------------------------------------------------------


@dataclasses.dataclass(frozen=True)
class _Plan:
    id: int
    term: str


def _plans() -> list[_Plan]:
    terms = {row.id: row.code for row in school.terms()}
    return sorted((_Plan(row.id, terms[row.term_id]) for row in plans.plans()), key=lambda each: each.term)


def _check(data: DataFolder) -> dict[str, Any]:
    told = _run(data, "check", "--json")
    return {"ok": told["ok"], "problems": told["problems"], "counts": {noun: told["counts"].get(noun) for noun in COUNTED}}


def _cards() -> dict[str, Any]:
    ordered = Wish(sort="number")
    return {"totals": _plain(cards.totals(ordered)), "rows": _rows(cards.COLUMNS, cards.listing(ordered)),
            "by_room": [_plain(row) for row in cards.by_room()], "by_group": cards.by_group(),
            "searched": [row[0] for row in cards.listing(Wish("gq", sort="number"))],
            "drafts": {str(row): _plain(card.draft) for row in (1, 3, 8, 21, 60) if (card := cards.card(row))}}


def _fees(plan: int) -> dict[str, Any]:
    facts = money.Facts(plan)
    of_plan = Wish(filters={"plan": plan})
    row = plans.plan(plan)
    return {
        "state": row.state, "term": row.term_title,
        "items": [[each.name, each.kind, each.unit, each.basis, each.supplier, each.waived] for each in plans.plan_items(plan)],
        "prices": sorted([item, grade, fen] for (item, grade), fen in plans.matrix(plan).items()),
        "accounts": sorted(map(list, map(dataclasses.astuple, money.accounts(plan)))),
        "open": sorted(money.open_balances(facts).items()),
        "register": [[each.who.name, each.charged, each.received, each.owed] for each in lists.register(plan)],
        "arrears": [each.who.name for each in lists.arrears(plan)],
        "vouchers_by_item": sorted(facts.vouchers.items()), "remainders": sorted(facts.settled[1].items()),
        "problems": money.problems(facts), "doubts": [each for each in money.doubts(facts) if not any(new in each for new in _NEW_DOUBTS)],
        "sums": [_sum(each) for by in ("item", "class") for each in money.sums(plan, by)],
        "receipts": _rows(grids.RECEIPTS, grids.RECEIPT_LIST.rows(of_plan)), "receipts_totals": _plain(grids.RECEIPT_LIST.totals(of_plan)),
        "vouchers": _rows(grids.VOUCHERS, grids.VOUCHER_LIST.rows(of_plan)), "vouchers_totals": _plain(grids.VOUCHER_LIST.totals(of_plan)),
        "refunds": _rows(grids.REFUNDS, grids.REFUND_LIST.rows(of_plan)), "refunds_totals": _plain(grids.REFUND_LIST.totals(of_plan)),
        "boards": [[each.title, each.state, each.posted_on, each.until_on, each.reason, each.place, each.content]
                   for each in boards.publications(plan)],
        "changes": [[change.sort, change.item, change.grade] for each in boards.publications(plan) for change in board.changes(each.id)],
        "letters": [_letter(each) for each in letters.letters(row.term_id)],
    }


def _sum(each: money.Sum) -> dict[str, Any]:
    """The old release called 应补 what is 欠缴 now."""
    return _plain(each) | {"shortage": each.shortage + each.arrears}


def _month(row: monthly.MonthRow) -> dict[str, Any]:
    """The old release counted what goes by its standard among what was spent."""
    return _plain(row) | {"spent": row.spent + row.standard}


def _letter(row: letters.LetterRow) -> dict[str, Any]:
    return {"title": letters.heading(row), "body": letters.draft_of(row).body, "printed": row.printed_on,
            "replies": [[each.returned, each.missing] for each in letters.reply_counts(row.id)],
            "choices": [[each.agreed, each.refused] for each in letters.choice_counts(row.id)]}


def _stocktake(row: stocktakes.StocktakeRow) -> dict[str, Any]:
    wish = Wish(filters={"stocktake": row.id})
    return {"row": _plain(row), "by_room": [_plain(each) for each in stocktakes.result(row.id)],
            "by_class": [_plain(each) for each in stocktakes.result(row.id, "class")],
            "lines": _rows(stocktake_lists.LINES, stocktake_lists.LINE_LIST.rows(wish)),
            "finds": _rows(stocktake_lists.FINDS, stocktake_lists.FIND_LIST.rows(wish)),
            "totals": _plain(stocktake_lists.LINE_LIST.totals(wish))}


def _event(event: journal.Event) -> list[Any]:
    return [event.title, event.who, event.entered_at, event.business_date, event.fields]


def _papers(data: DataFolder, out: Path) -> Iterable[tuple[str, list[str]]]:
    """Give each paper's lines, by the words of the command line that prints it; a refused one gives its sentence."""
    orders: list[tuple[str, ...]] = [("inventory", "--place", "教学楼 1层 101室"), ("inventory-summary",), ("inventory-classes",),
                                     ("asset-ledger",), ("asset-card", "--place", "综合楼 1层 音乐室")]
    for number in STOCKTAKES:
        orders += [(key, "--stocktake", number) for key in (
            "stocktake-sheet", "stocktake-filled", "stocktake-register", "stocktake-rooms", "stocktake-keepers", "stocktake-classes",
            "stocktake-differences", "stocktake-approval", "stocktake-report")]
    for term in TERMS:
        year_class = "二年级1班" if term == TERMS[0] else "三年级1班"
        orders += [(key, "--term", term) for key in (
            "fee-board", "fee-change-notice", "fee-settlement-board", "fee-arrears", "fee-refund-list", "fee-statement")]
        orders += [(key, "--term", term, "--class", year_class) for key in ("fee-notice", "fee-settlement-letter")]
    orders += [("fee-monthly", "--month", month) for month in MONTHS]
    for at, order in enumerate(orders):
        pdf = out / f"{at}.pdf"
        told = _run(data, "print", *order, "--out", str(pdf), json_wanted=False)
        yield " ".join(order), _lines(pdf) if pdf.exists() else [told]


# --- plain values ------------------------------------------------------------------------------------------------


def _run(data: DataFolder, *words: str, json_wanted: bool = True) -> Any:
    said, complained = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(complained):
        code = cli.main(["--data", str(data.root), *words])
    if json_wanted:
        assert code == 0, complained.getvalue()
        return json.loads(said.getvalue())
    return complained.getvalue().strip()


def _lines(pdf: Path) -> list[str]:
    with pypdf.PdfReader(pdf) as reader:
        lines = [" ".join(line.split()) for page in reader.pages for line in page.extract_text().splitlines()]
    return [line for line in lines if line]


def _rows(columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> list[dict[str, Any]]:
    """Give rows of a list by the keys of their columns, so that a new column changes nothing."""
    return [dict(zip(["id", *(column.key for column in columns)], row, strict=True)) for row in rows]


def _plain(record: Any) -> dict[str, Any]:
    return dataclasses.asdict(record)


def differing(before: Any, now: Any, where: str = "") -> list[str]:
    """Give every place where what is read now lacks or contradicts what was read before; keys that are new do not count."""
    if isinstance(before, Mapping) and isinstance(now, Mapping):
        return [line for key in before for line in (
            differing(before[key], now[key], f"{where}/{key}") if key in now else [f"{where}/{key}: gone, was {before[key]!r}"])]
    if isinstance(before, list) and isinstance(now, list) and len(before) == len(now):
        return [line for at, (old, new) in enumerate(zip(before, now, strict=True)) for line in differing(old, new, f"{where}[{at}]")]
    return [] if before == now else [f"{where}: was {before!r}, is {now!r}"]
