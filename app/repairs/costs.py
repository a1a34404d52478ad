"""What jobs and larger works cost outside: shares of invoices. A repairer's bill of a month is one invoice held by thirty jobs.

Amounts are 分. What an invoice holds is bounded by ``app.school.invoicing``; material of the store is no cost of this kind.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from app.core import clock
from app.core.errors import Problem, Refused, require_valid
from app.core.money import MOST_FEN, format_fen
from app.core.terms import chinese_day
from app.purchasing.rules import BUDGET, SOURCES
from app.repairs import lists, queries, rules
from app.repairs.tables import RepairShare
from app.school import invoice_rules, invoicing
from app.school.figures import OfficeFigure
from app.school.invoice_rules import InvoiceDraft, Share
from app.store import journal, voiding
from app.store.database import among, by_name, database, scalar
from app.store.journal import Step

SHARE = "repair_share"
MOST_SHARES = 500


@dataclass(frozen=True, slots=True)
class Part:
    """What a job, or a larger work instead, bears of a bill, 分."""

    fen: int
    repair: int | None = None
    works: int | None = None


@dataclass(frozen=True, slots=True)
class BillDraft:
    """A bill as it is typed: ``total`` is the whole invoice's, None where the parts are all of it. A red one is below zero."""

    kind: str = "发票"
    code: str = ""
    number: str = ""
    dated_on: date | None = None
    supplier: str = ""
    total: int | None = None
    source: str = ""
    budget_line: int | None = None
    fund: str = ""
    paid_on: date | None = None
    red_of: str = ""
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class ShareRow:
    """What a job or a work bears of a paper; ``bearer`` is what that is called, ``money_words`` where the money comes from."""

    id: int
    repair: int | None
    works: int | None
    bearer: str
    invoice: int | None
    kind: str
    code: str
    number: str
    dated_on: date | None
    supplier: str
    fen: int
    source: str
    money_words: str
    budget_line: int | None
    paid_on: date | None


def shares(repairs: Collection[int] | None = None, works: Collection[int] | None = None, ids: Collection[int] | None = None) -> list[ShareRow]:
    """Give the standing shares of some jobs, of some works, or by id."""
    narrowed, parameters = "", tuple[str, ...]()
    for column, wanted in (("s.repair_id", repairs), ("s.works_id", works), ("s.id", ids)):
        more, given = among(column, wanted)
        narrowed, parameters = narrowed + more, parameters + given
    rows = by_name(
        f"""SELECT s.id, s.repair_id AS repair, s.works_id AS works, coalesce(r.number || ' ' || r.what, w.number || ' ' || w.title) AS bearer,
                s.invoice_id AS invoice, coalesce(n.kind, s.kind) AS kind, coalesce(n.code, '') AS code, coalesce(n.number, s.number) AS number,
                coalesce(n.dated_on, s.dated_on) AS dated_on, coalesce(n.supplier, s.supplier) AS supplier, s.fen, s.source,
                coalesce(nullif(s.fund, ''), b.name, s.source) AS money_words, s.budget_line_id AS budget_line, s.paid_on
            FROM repair_share s LEFT JOIN invoice n ON n.id = s.invoice_id LEFT JOIN budget_line b ON b.id = s.budget_line_id
            LEFT JOIN repair r ON r.id = s.repair_id LEFT JOIN works w ON w.id = s.works_id
            WHERE s.voided_on IS NULL {narrowed} ORDER BY s.id""", parameters)
    return [ShareRow(**{**row, **{key: date.fromisoformat(row[key]) if row[key] else None for key in ("dated_on", "paid_on")}}) for row in rows]


# --- entering ----------------------------------------------------------------------------------------------------


def enter(draft: BillDraft) -> Step:
    """Enter a bill with what each job bears of it, as one step; ``made`` are the shares in the order of the parts.

    Raises ``Invalid``: problems of parts have ``row`` -1, -2 …; an invoice that is known and says another day, payee or total, or has
    not enough left. ``Refused`` where a job takes no costs in its state.
    """
    with journal.operation(f"登记维修费用 {draft.number.strip()} {format_fen(sum(part.fen for part in draft.parts))} 元", draft.dated_on) as work:
        for identity in write(draft):
            work.made(identity)
    return work.done


def write(draft: BillDraft) -> list[int]:
    """The same inside an operation that is open already; gives the ids of the shares."""
    require_valid(_check(draft))
    _require_open(draft.parts)
    fen = sum(part.fen for part in draft.parts)
    paper: dict[str, object] = {"kind": draft.kind.strip(), "number": draft.number.strip(), "dated_on": draft.dated_on,
                                "supplier": draft.supplier.strip()}
    invoice = None
    if invoice_rules.is_invoice(draft.kind, draft.code, draft.number):
        invoice = invoicing.take(InvoiceDraft(draft.kind, draft.code, draft.number, draft.dated_on, draft.supplier, draft.total), fen, draft.red_of)
        paper = {}
    source = draft.source or (BUDGET if draft.budget_line is not None else "")
    return [int(RepairShare.insert(
        repair=part.repair, works=part.works, invoice=invoice, **paper, fen=part.fen, source=source, budget_line=draft.budget_line,
        fund=draft.fund.strip(), paid_on=draft.paid_on).execute()) for part in draft.parts]


def _check(draft: BillDraft) -> list[Problem]:
    today, fen = clock.today(), sum(part.fen for part in draft.parts)
    problems = rules.check_day("dated_on", "票据日期", draft.dated_on, today)
    problems += rules.check_day("paid_on", "付款日期", draft.paid_on, today, needed=False)
    if not draft.kind.strip():
        problems.append(Problem("kind", "请填写票据种类。"))
    elif "票" in draft.kind and not invoice_rules.plain(draft.number):
        problems.append(Problem("number", "请填写票据号码；没有号码的，票据种类请写收据或其他。"))
    elif draft.total is not None and draft.total != fen and not invoice_rules.is_invoice(draft.kind, draft.code, draft.number):
        problems.append(Problem("total", f"各件合计 {format_fen(fen)} 元，总额写的是 {format_fen(draft.total)} 元，请核对。"))
    if draft.total is not None and (not draft.total or abs(draft.total) > MOST_FEN):
        problems.append(Problem("total", "总额不能是零，也不能大得离谱。"))
    if draft.source not in ("", *SOURCES):
        problems.append(Problem("source", f"资金来源只能是{'、'.join(SOURCES)}，或空着。"))
    elif draft.budget_line is not None and draft.source not in ("", BUDGET):
        problems.append(Problem("source", "选了预算项目，资金来源就是预算，请改正或去掉预算项目。"))
    return problems + _check_parts(draft.parts) + rules.check_words(
        kind=draft.kind, code=draft.code, number=draft.number, supplier=draft.supplier, fund=draft.fund)


def _check_parts(parts: Sequence[Part]) -> list[Problem]:
    if not parts:
        return [Problem("parts", "请至少选一件报修。")]
    if len(parts) > MOST_SHARES:
        return [Problem("parts", f"一张票据最多分给 {MOST_SHARES} 件，请分开登记。")]
    problems, seen = [], set[tuple[int | None, int | None]]()
    for at, part in enumerate(parts, 1):
        if (part.repair is None) == (part.works is None):
            problems.append(Problem("repair", "请选择一件报修或一项大修工程。", row=-at))
        elif (part.repair, part.works) in seen:
            problems.append(Problem("repair", "同一件写了两次，请合成一行。", row=-at))
        if not part.fen or abs(part.fen) > MOST_FEN:
            problems.append(Problem("fen", "金额不能是零，也不能大得离谱。", row=-at))
        elif part.fen * parts[0].fen < 0:
            problems.append(Problem("fen", "一张票据里的金额要么都是正数，要么都是负数（红字）。", row=-at))
        seen.add((part.repair, part.works))
    return problems


def _require_open(parts: Sequence[Part]) -> None:
    """Refuse jobs whose state takes no costs, and works that are gone or voided."""
    for part in parts:
        if part.repair is not None:
            queries.repair(part.repair).after("pay")
        elif scalar("SELECT 1 FROM works WHERE id = ? AND voided_on IS NULL", (part.works,)) is None:
            raise Refused("选的大修工程已经不在了，或已经作废。请刷新后再试。")


def divided(fen: int, count: int) -> list[int]:
    """Divide an amount equally, what is odd to the last; their sum is ``fen``."""
    each = abs(fen) // count * (1 if fen >= 0 else -1)
    return [*[each] * (count - 1), fen - each * (count - 1)]


def by_card(identity: int) -> dict[int, int]:
    """Give what each card of a job cost (material and bills): all of them alike, what is odd to the last; {} for a job without cards."""
    cards = [card.asset for card in queries.cards(identity)]
    fen = int(scalar(f"SELECT {lists.COST} FROM repair r WHERE r.id = ?", (identity,)) or 0)
    return dict(zip(cards, divided(fen, len(cards)), strict=True)) if cards else {}


# --- paying, voiding ---------------------------------------------------------------------------------------------


def pay(ids: Collection[int], day: date | None) -> Step | None:
    """Note the day on which shares were paid; None takes the day away."""
    found = shares(ids=ids)
    with journal.operation(f"登记维修付款 {len(found)} 笔 {format_fen(sum(each.fen for each in found))} 元") as work:
        require_valid(rules.check_day("paid_on", "付款日期", day, clock.today(), needed=False))
        RepairShare.update(paid_on=day).where(RepairShare.id.in_([each.id for each in found])).execute()
    return work.step


def void(ids: Collection[int], reason: str) -> Step:
    """Void shares with a reason; the invoice goes with them where nobody else holds one."""
    found = shares(ids=ids)
    with journal.operation(f"作废维修费用 {'、'.join(dict.fromkeys(each.number or each.kind for each in found))[:40]}") as work:
        voiding.void(SHARE, list(dict.fromkeys(ids)), reason)
        invoicing.release(sorted({each.invoice for each in found if each.invoice}), reason)
    return work.done


# --- what is told before money is spent --------------------------------------------------------------------------


def warranty(identity: int) -> str:
    """Say which cards of a job were still under warranty when it was reported, "" for none: who sold them mends them for nothing."""
    row = queries.repair(identity)
    found = by_name(
        """SELECT a.number, a.name, a.warranty_until, a.supplier FROM repair_asset x JOIN asset a ON a.id = x.asset
           WHERE x.repair_id = ? AND a.warranty_until >= ? ORDER BY a.number""", (identity, row.reported_on.isoformat()))
    told = [f"{each['number']} {each['name']}保修到{chinese_day(date.fromisoformat(each['warranty_until']))}"
            + (f"（{each['supplier']}）" if each["supplier"] else "") for each in found[:3]]
    more = f"等 {len(found)} 张卡片" if len(found) > len(told) else ""
    return f"{'、'.join(told)}{more}，还在保修期内，请先联系保修，不必付钱。" if found else ""


def hints(identity: int) -> list[str]:
    """Say what should be thought of before a job is mended at the school's cost: warranty, 先赔后修."""
    row = queries.repair(identity)
    found = [said] if (said := warranty(identity)) else []
    if row.bearer in (rules.CLASS, rules.PERSON) and row.state in rules.UNDONE and not row.self_mended:
        who = row.bearer_words or row.school_class or row.reporter
        found.append(f"费用由{row.bearer}承担{f'（{who}）' if who else ''}，先赔后修：请先确认已经赔偿。")
    return found


# --- what others ask ---------------------------------------------------------------------------------------------


def shares_of(wanted: Collection[int]) -> list[Share]:
    """Give the shares that jobs and works hold of some invoices, for ``app.school.invoices``."""
    narrowed, parameters = among("s.invoice_id", wanted)
    return [Share(invoice, SHARE, row, fen, f"维修 {number}") for invoice, row, fen, number in database.execute_sql(
        f"""SELECT s.invoice_id, s.id, s.fen, coalesce(r.number, w.number) FROM repair_share s LEFT JOIN repair r ON r.id = s.repair_id
            LEFT JOIN works w ON w.id = s.works_id WHERE s.voided_on IS NULL {narrowed} ORDER BY s.id""", parameters).fetchall()]


def spent() -> dict[int, int]:
    """Give what repairs and works spent of each budget line, 分, for the budget."""
    return dict(database.execute_sql(
        "SELECT budget_line_id, sum(fen) FROM repair_share WHERE voided_on IS NULL AND budget_line_id IS NOT NULL GROUP BY 1").fetchall())


def office_figures(first: date, last: date) -> Iterator[OfficeFigure]:
    """Give what repairs spent of lines of 办公费 by papers dated between two days, one figure a paper, for the month's report of the fees."""
    for row in by_name(
            """SELECT coalesce(n.dated_on, s.dated_on) AS day, sum(s.fen) AS fen, coalesce(n.supplier, s.supplier) AS supplier,
                   coalesce(n.number, s.number) AS number, count(*) AS count, min(coalesce(r.what, w.title)) AS what
               FROM repair_share s JOIN budget_line b ON b.id = s.budget_line_id AND b.office = 1 LEFT JOIN invoice n ON n.id = s.invoice_id
               LEFT JOIN repair r ON r.id = s.repair_id LEFT JOIN works w ON w.id = s.works_id
               WHERE s.voided_on IS NULL AND coalesce(n.dated_on, s.dated_on) BETWEEN ? AND ?
               GROUP BY coalesce('n' || s.invoice_id, 's' || s.id) ORDER BY day, min(s.id)""", (first.isoformat(), last.isoformat())):
        purpose = f"维修 {row['what']}" if row["count"] == 1 else f"维修费（{row['count']} 件）"
        yield OfficeFigure(date.fromisoformat(row["day"]), purpose, row["fen"], row["supplier"], row["number"])
