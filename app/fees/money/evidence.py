"""What stands behind vouchers: an invoice of which each is a share, or other evidence. Part of the verb that writes vouchers.

The number says which paper a voucher belongs to. One that is known already lends its kind, day and payee, and what is
left of it is taken where no amount was typed; what was typed and contradicts it is a problem. A voucher that alone holds
the whole of its invoice carries the total with its amount. An invoice whose shares all went elsewhere is voided.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from app.core.errors import Problem
from app.core.money import format_fen
from app.core.pinyin import fold
from app.fees.money.rules import VoucherDraft, same_number
from app.school import invoice_rules, invoices, invoicing
from app.school.invoice_rules import InvoiceDraft, Share
from app.school.invoices import InvoiceRow
from app.store.database import database

OWNER = "fee_voucher"
MOVED = "没有支出再用到它（号码改正）"
_WORDS = {"kind": "票据种类", "dated_on": "日期", "supplier": "收款单位"}     # a code belongs to the number

PAPERS = """(SELECT v.id, v.plan_item_id, v.invoice_id, coalesce(n.kind, v.kind) AS kind, coalesce(n.code, '') AS code,
    coalesce(n.number, v.number) AS number, coalesce(n.dated_on, v.dated_on) AS dated_on,
    coalesce(n.supplier, v.supplier) AS supplier, v.fen, n.fen AS total, coalesce(o.number, '') AS red_of,
    v.handler_id, v.acceptor_id, v.auditor_id, v.remark, v.voided_on, v.void_reason
    FROM fee_voucher v LEFT JOIN invoice n ON n.id = v.invoice_id LEFT JOIN invoice o ON o.id = n.original_id)"""
"""SQL: vouchers with the words of their papers, wherever those stand; ``total`` is the invoice's, NULL beside other evidence."""


@dataclass(slots=True)
class Line:
    """A voucher being written: ``draft`` as it will stand, ``typed`` which of its keys a person gave.

    ``row`` is its id, below zero for a new one; ``before`` the id of the invoice that it held, ``was`` its amount then.
    """

    row: int
    draft: VoucherDraft
    typed: frozenset[str]
    before: int | None = None
    was: int = 0

    @property
    def key(self) -> str:
        """Give what its invoice is known by, "" for other evidence."""
        draft = self.draft
        own = invoice_rules.is_invoice(draft.kind, draft.code, draft.number)
        return invoice_rules.key_of(draft.code, draft.number) if own else ""


@dataclass
class Paper:
    """An invoice as it will stand after writing: ``known`` before it, or new; ``lines`` are its shares that are written."""

    draft: InvoiceDraft
    lines: list[Line]
    known: InvoiceRow | None = None


@dataclass(frozen=True)
class Known:
    """An invoice that is known already, and the shares that others hold of it."""

    row: InvoiceRow
    shares: tuple[Share, ...]

    @property
    def left(self) -> int:
        """Give what nobody holds yet, 分."""
        return self.row.fen - sum(share.fen for share in self.shares)

    @property
    def words(self) -> str:
        """Say how much of it is taken and by whom."""
        return f"{invoice_rules.told(self.shares, self.row.fen)}（{self.others}）。"

    @property
    def others(self) -> str:
        """Name the shares."""
        return invoice_rules.listed(self.shares)


def known(draft: VoucherDraft, voucher: int | None = None) -> Known | None:
    """Give the invoice that a draft's code and number stand for where others than ``voucher`` hold shares of it, else None."""
    row = invoices.known_by(Line(0, draft, frozenset()).key)
    shares = (
        [share for share in invoices.shares([row.id])[row.id] if (share.table, share.row) != (OWNER, voucher)]
        if row
        else []
    )
    return Known(row, tuple(shares)) if row and shares else None


def shares_of(invoices_wanted: Collection[int]) -> list[Share]:
    """Give the shares that standing vouchers hold of some invoices, for ``app.school.invoices``."""
    marks = ",".join(str(int(each)) for each in invoices_wanted)
    rows = database.execute_sql(
        f"""SELECT v.invoice_id, v.id, v.fen, i.name, t.school_year, t.half, p.closed_on IS NOT NULL
            FROM fee_voucher v JOIN fee_plan_item i ON i.id = v.plan_item_id JOIN fee_plan p ON p.id = i.plan_id
            JOIN term t ON t.id = p.term_id
            WHERE v.voided_on IS NULL AND v.invoice_id IN ({marks}) ORDER BY v.id""").fetchall()
    return [Share(invoice, OWNER, row, fen, name, f"{year}—{year + 1}学年第{'一二'[half - 1]}学期的收费已经结账" if closed else "")
            for invoice, row, fen, name, year, half, closed in rows]


def drafts(vouchers: Iterable[int]) -> dict[int, VoucherDraft]:
    """Give some vouchers as they stand; those that are voided or gone are left out. ``total`` is the invoice's."""
    rows = database.execute_sql(
        f"""SELECT id, plan_item_id, number, dated_on, fen, kind, code, supplier, handler_id, acceptor_id, auditor_id, remark, total,
                   red_of
            FROM {PAPERS} WHERE voided_on IS NULL AND id IN (SELECT value FROM json_each(?))""",
        (json.dumps(list(vouchers)),),
    ).fetchall()
    return {row[0]: VoucherDraft(*(*row[1:3], date.fromisoformat(row[3]), *row[4:])) for row in rows}


def titles(vouchers: Collection[int]) -> dict[int, str]:
    """Give what vouchers are called, by id: 发票 04410266 作业本费."""
    rows = database.execute_sql(
        f"""SELECT v.id, v.kind || ' ' || v.number || ' ' || i.name FROM {PAPERS} v JOIN fee_plan_item i ON i.id = v.plan_item_id
            WHERE v.id IN (SELECT value FROM json_each(?))""", (json.dumps(sorted(vouchers)),)).fetchall()
    return dict(rows)


def with_number(number: str) -> int | None:
    """Give the standing voucher of a paper's number, None where none or several have it."""
    rows = database.execute_sql(f"SELECT id, number FROM {PAPERS} WHERE voided_on IS NULL AND number <> ''").fetchall()
    found = [identity for identity, written in rows if same_number(written) == same_number(number)]
    return found[0] if len(found) == 1 else None


def invoices_held(vouchers: Iterable[int]) -> dict[int, int]:
    """Give the invoice that each of some vouchers holds a share of; those with other evidence are left out."""
    return dict(database.execute_sql("SELECT id, invoice_id FROM fee_voucher WHERE invoice_id IS NOT NULL AND id IN "
                                     "(SELECT value FROM json_each(?))", (json.dumps(list(vouchers)),)).fetchall())


def resolve(lines: Sequence[Line]) -> tuple[list[Paper], list[Problem]]:
    """Give the invoices that lines belong to, with the lines' blanks filled from them; and everything that is wrong.

    Changes the drafts of the lines, writes nothing.
    """
    papers, problems = [], []
    written = {line.row for line in lines}
    groups: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        if line.key:
            groups[line.key].append(line)
    for key, group in groups.items():
        known = invoices.known_by(key)
        outside = (
            [share for share in invoices.shares([known.id])[known.id] if not _among(share, written)] if known else []
        )
        staying = [line for line in group if known and line.before == known.id]
        leaving = [line for line in lines if known and line.before == known.id and line.key != key]
        if known and (outside or staying or not leaving):
            paper, found = _joined(known, group, staying, outside)
        else:
            paper, found = _new(group)
        problems += found + _totals_typed(paper) + _within(paper, outside)
        problems += _red(paper)
        papers.append(paper)
    return papers, problems + _same_evidence([line for line in lines if not line.key])


def _among(share: Share, written: Collection[int]) -> bool:
    return share.table == OWNER and share.row in written


def _new(group: Sequence[Line]) -> tuple[Paper, list[Problem]]:
    """Give a paper that is not known yet; several lines of it must not contradict each other, blanks are filled."""
    first, problems = group[0].draft, []
    for key, title in _WORDS.items():
        given = [(line, getattr(line.draft, key)) for line in group if getattr(line.draft, key)]
        agreed = given[0][1] if given else getattr(first, key)
        for line, value in given:
            if not _alike(value, agreed):
                problems.append(Problem(key, f"与同一张发票的另一笔写的{title}不一样，请核对。", row=line.row))
        for line in group:
            setattr(line.draft, key, agreed)
    first.code = next((line.draft.code for line in group if line.draft.code.strip()), "")
    totals = [line.draft.total for line in group if "total" in line.typed and line.draft.total]
    problems += [Problem("total", "与同一张发票的另一笔写的总额不一样，请核对。", row=line.row) for line in group
                 if "total" in line.typed and line.draft.total and line.draft.total != totals[0]]
    if (
        not totals
    ):  # two rows of one number may be a bill that is shared, or one of them a slip: who shares it says its total
        problems += [Problem("number", f"同一个号码 {line.draft.number.strip()} 写了 {len(group)} 笔。同一张票据不能重复报销；"
                                       "一张发票分几处报销的，请在其中一笔填发票总额。", row=line.row) for line in group[1:]]
    total = totals[0] if totals else sum(line.draft.fen or 0 for line in group)
    return Paper(_invoice_draft(first, total), list(group)), problems


def _joined(known: InvoiceRow, group: Sequence[Line], staying: Sequence[Line],
            outside: Sequence[Share]) -> tuple[Paper, list[Problem]]:
    """Give a known paper: who holds it already may mend its words and its total, who joins takes them."""
    draft = InvoiceDraft(
        known.kind, known.code, known.number, known.dated_on, known.supplier, known.fen, known.original
    )
    problems = []
    for key, title in _WORDS.items():
        mended = [line for line in staying if key in line.typed]
        if mended:
            setattr(draft, key, getattr(mended[0].draft, key))
        stands = getattr(draft, key)
        for line in group:
            value = getattr(line.draft, key)
            if key in line.typed and value and not _alike(value, stands):
                shown = "、".join(share.words for share in outside) or "另一笔"
                problems.append(Problem(key, f"{known.title}已经登记过（{shown}），那里的{title}是“{stands}”，与这里不一样。"
                                             "请核对号码；要改就改已登记的那一笔。", row=line.row))
            setattr(line.draft, key, stands)
    for line in group:
        line.draft.code = known.code
    total, found = _total(known, group, staying, outside)
    draft.fen = total
    left = total - sum(share.fen for share in outside) - sum(line.draft.fen or 0 for line in group)
    for line in group:
        if line.draft.fen is None and left:
            line.draft.fen, left = left, 0
    changed = draft != InvoiceDraft(
        known.kind, known.code, known.number, known.dated_on, known.supplier, known.fen, known.original
    )
    if changed and (locked := next((share for share in outside if share.locked), None)):
        problems.append(Problem("number", f"{known.title}还有一笔在别处：{locked.locked}，它的日期、收款单位和总额不能再改。",
                                row=staying[0].row))
    return Paper(draft, list(group), known), problems + found


def _total(known: InvoiceRow, group: Sequence[Line], staying: Sequence[Line],
           outside: Sequence[Share]) -> tuple[int, list[Problem]]:
    """Give the total of a known paper after writing, and what contradicts it."""
    typed = [line for line in staying if "total" in line.typed and line.draft.total]
    alone = not outside and len(group) == len(staying) == 1 and staying[0].was == known.fen
    if typed:
        total = typed[0].draft.total or known.fen
    else:
        total = sum(line.draft.fen or 0 for line in staying) if alone else known.fen
    return total, [
        Problem(
            "total",
            f"{known.title}登记的总额是 {format_fen(total)} 元，与这里的 {format_fen(line.draft.total)} 元不一样。"
            "请核对号码；要改就改已登记的那一笔。",
            row=line.row,
        )
        for line in group
        if "total" in line.typed and line.draft.total and line.draft.total != total
    ]


def _totals_typed(paper: Paper) -> list[Problem]:
    return [replace(problem, row=line.row) for line in paper.lines if "total" in line.typed
            for problem in invoice_rules.check_total(line.draft.total)]


def _within(paper: Paper, outside: Sequence[Share]) -> list[Problem]:
    """Say where the shares of a paper go beyond its total, naming the other vouchers."""
    total = paper.draft.fen or 0
    typed = [line for line in paper.lines if line.draft.fen]
    if not total or len(typed) < len(paper.lines):
        # An amount that was left blank and could not be filled: nothing is left of a known invoice.
        return [Problem("fen", _taken(paper, outside, 0), row=line.row) for line in paper.lines
                if not line.draft.fen and paper.known and "fen" not in line.typed]
    wrong = invoice_rules.exceeded(total, [*(share.fen for share in outside), *(line.draft.fen or 0 for line in typed)])
    if not wrong:
        return []
    if paper.known is None:
        return [Problem("fen", wrong, row=typed[-1].row)]
    joining = [line for line in typed if line.before != paper.known.id]
    return [Problem("number" if joining else "fen", _taken(paper, outside, line.draft.fen or 0), row=line.row)
            for line in joining or typed[-1:]]


def _taken(paper: Paper, outside: Sequence[Share], wanted: int) -> str:
    """Say that a known invoice has not enough left for an amount."""
    known = paper.known
    assert known is not None
    held = [*outside, *(Share(known.id, OWNER, line.row, line.was, "本次修改的一笔") for line in paper.lines
                        if line.before == known.id)]
    total = paper.draft.fen or 0
    words = f"{known.title}已经登记过：{invoice_rules.told(held, total)}（{invoice_rules.listed(held)}）"
    more = f"，不够再记 {format_fen(wanted)} 元" if wanted else "，没有可以再记的"
    return f"{words}{more}。同一张票据不能重复报销；一张发票分几处报销的，请先在已登记的那一笔里填发票总额。"


def _red(paper: Paper) -> list[Problem]:
    """Find the invoice that a red one takes back by the number typed; say what is wrong with it."""
    line = next((line for line in paper.lines if "red_of" in line.typed), None)
    where = line or paper.lines[0]
    if line is not None and not line.draft.red_of.strip():
        paper.draft.original = None
    elif line is not None:
        found = invoices.with_number(line.draft.red_of)
        if len(found) != 1:
            return [Problem("red_of", f"没有登记过号码是“{line.draft.red_of}”的发票，请核对。" if not found else
                            f"号码是“{line.draft.red_of}”的发票有 {len(found)} 张（代码不同），请先核对。", row=line.row)]
        paper.draft.original = found[0].id
    elif paper.known is None:       # a number that was mended still takes back the same invoice
        paper.draft.original = next((row.original for each in paper.lines
                                     if each.before and (row := invoices.invoice(each.before))), None)
    own = paper.known.id if paper.known else 0
    total, back = paper.draft.fen or 0, [each.fen for each in invoices.reds_of(own)] if own else []
    if back and -sum(back) > total:
        return [Problem("fen", f"它已被红冲 {format_fen(-sum(back))} 元，总额不能比这更少。", row=where.row)]
    if paper.draft.original is None:
        return []
    original = invoices.invoice(paper.draft.original)
    if original is None or original.id == own:
        return [Problem("red_of", "被红冲的不能是它自己，也不能是已经作废的发票，请核对。", row=where.row)]
    others = [each.fen for each in invoices.reds_of(original.id)
              if each.id != own and each.id not in {line.before for line in paper.lines}]
    wrong = invoice_rules.check_red(total, original.fen, others)
    return [Problem("red_of" if line else "fen", wrong, row=where.row)] if wrong else []


def _same_evidence(lines: Sequence[Line]) -> list[Problem]:
    """Say which other evidence is there already: the same number of the same kind from the same payee."""
    own = {line.row for line in lines}
    rows = database.execute_sql(
        "SELECT id, kind, number, supplier FROM fee_voucher WHERE voided_on IS NULL AND invoice_id IS NULL "
        "AND number <> ''"
    ).fetchall()
    taken = {_mark(kind, number, supplier) for row, kind, number, supplier in rows if row not in own}
    problems = []
    for line in lines:
        problems += [Problem(key, "只有发票才填这一格：收据、工资表没有总额和红冲。", row=line.row)
                     for key in ("total", "red_of") if key in line.typed]
        if not same_number(line.draft.number):
            continue
        mark = _mark(line.draft.kind, line.draft.number, line.draft.supplier)
        if mark in taken:
            problems.append(Problem("number", f"{line.draft.supplier}的{line.draft.kind} {line.draft.number} 已经登记过，"
                                              "同一张票据不能重复报销。", row=line.row))
        taken.add(mark)
    return problems


def _mark(kind: str, number: str, supplier: str) -> tuple[str, str, str]:
    return fold(kind), same_number(number), fold(supplier)


def _alike(one: Any, other: Any) -> bool:
    return fold(one) == fold(other) if isinstance(one, str) and isinstance(other, str) else bool(one == other)


def _invoice_draft(draft: VoucherDraft, total: int) -> InvoiceDraft:
    return InvoiceDraft(draft.kind, draft.code, draft.number, draft.dated_on, draft.supplier, total)


# --- writing -----------------------------------------------------------------------------------------------------


def store(papers: Sequence[Paper], lines: Sequence[Line]) -> dict[int, dict[str, Any]]:
    """Write the invoices and give what each voucher's row holds of its paper: invoice, kind, number, day and payee.

    Invoices that all their shares leave are voided first: their numbers may be the very ones that come anew.
    """
    kept = {paper.known.id for paper in papers if paper.known}
    written = {line.row for line in lines}
    left = {line.before for line in lines if line.before} - kept
    for invoice, held in invoices.shares([each for each in left if each]).items():
        if all(_among(share, written) for share in held):
            invoicing.void(invoice, MOVED)
    values: dict[int, dict[str, Any]] = {
        line.row: {"invoice": None, "kind": line.draft.kind.strip(), "number": line.draft.number.strip(),
                   "dated_on": line.draft.dated_on, "supplier": line.draft.supplier.strip()} for line in lines}
    for paper in papers:
        invoice = _keep(paper)
        for line in paper.lines:
            if line.before and line.before not in kept:
                invoicing.take_reds(line.before, invoice)
            values[line.row] = {"invoice": invoice, "kind": "", "number": "", "dated_on": None, "supplier": ""}
    return values


def _keep(paper: Paper) -> int:
    known = paper.known
    if known is None:
        return invoicing.keep(paper.draft)
    before = InvoiceDraft(
        known.kind, known.code, known.number, known.dated_on, known.supplier, known.fen, known.original
    )
    if paper.draft != before:
        invoicing.amend(known.id, paper.draft)
    return known.id


def release(vouchers: Sequence[int], reason: str) -> None:
    """Void the invoices of vouchers that were just voided, where nobody else holds a share of them."""
    marks = ",".join(str(int(each)) for each in vouchers)
    held = [invoice for (invoice,) in database.execute_sql(
        f"SELECT DISTINCT invoice_id FROM fee_voucher WHERE id IN ({marks}) AND invoice_id IS NOT NULL").fetchall()]
    invoicing.release(held, reason)


def typed_in(values: Mapping[str, Any], before: VoucherDraft | None = None) -> frozenset[str]:
    """Give the keys that a person gave: other than before; of a new voucher those that are not blank.

    Where something stood a blank takes it away, but for the total: without one it is what it was.
    """
    def blank(value: Any) -> bool:
        return value is None or (isinstance(value, str) and not value.strip())

    stood = VoucherDraft() if before is None else before
    return frozenset(key for key, value in values.items() if value != getattr(stood, key)
                     and not (blank(value) and (before is None or key == "total")))


def rename_payee(names: frozenset[str], name: str, write: bool) -> int:
    """Give how many vouchers beside invoices name a payee by one of some folded names, none of a closed term.

    ``write`` writes the new name into them, in an open operation.
    """
    rows = database.execute_sql(
        """SELECT v.id, v.supplier FROM fee_voucher v JOIN fee_plan_item i ON i.id = v.plan_item_id JOIN fee_plan p ON p.id = i.plan_id
           WHERE v.voided_on IS NULL AND p.closed_on IS NULL AND v.supplier NOT IN ('', ?)""",
        (name,),
    ).fetchall()
    chosen = [identity for identity, word in rows if fold(word) in names]
    if write:
        database.cursor().executemany(
            "UPDATE fee_voucher SET supplier = ? WHERE id = ?", [(name, each) for each in chosen]
        )
    return len(chosen)
