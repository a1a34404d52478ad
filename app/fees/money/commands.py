"""Collecting and spending: what was used, receipts, vouchers. One verb is one operation.

Numbered papers are voided with a reason, never deleted. A term that is closed takes no changes. Settling, giving back
and closing are in ``settlement``.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from app.core import clock
from app.core.errors import Invalid, Problem, Refused, errors_only
from app.core.money import format_fen
from app.fees.keys import item_key
from app.fees.money import evidence, paying, settling
from app.fees.money.evidence import Line
from app.fees.money.facts import Facts, Head, head, titles
from app.fees.money.rules import (
    MOST_UNITS,
    RECEIPT_NUMBERS,
    ReceiptDraft,
    VoucherDraft,
    check_receipt,
    check_voucher,
    run_of_numbers,
    same_number,
)
from app.fees.tables import FeeUsage, FeeVoucher
from app.school import settings as signing
from app.store import journal, numbering, settings, voiding
from app.store.database import database, insert_rows, scalar
from app.store.journal import Counted, Step

_MOST_RECEIPTS, _NAMED = 5_000, 3
_OWN = ("plan_item", "fen", "handler", "acceptor", "auditor", "remark")     # what does not stand on the paper


def _open_head(plan_id: int) -> Head:
    found = head(plan_id)
    found.after("record")
    return found


# --- what was used -----------------------------------------------------------------------------------------------


def write_usage(plan_id: int, typed: Mapping[int, Mapping[int, int | None]]) -> Counted:
    """Write how many measures (days eaten, months, copies) pupils took: pupil → plan item → units, None to forget it.

    Gives how many cells changed. For an item charged by the term the units are the days its costs go by. Raises
    ``Invalid`` with every cell that is wrong: ``Problem.row`` the pupil, ``field`` ``item`` and the plan item's id.
    """
    head = _open_head(plan_id)
    with journal.operation(f"录入实际数量 {head.title}") as work:
        facts = Facts(plan_id, typed)
        takes = {(each.plan_item, each.pupil): each for found in facts.charges.values() for each in found}
        names = {each.id: each.name for each in facts.titles}
        cells = {(item, pupil): units for pupil, row in typed.items() for item, units in row.items()}
        problems = [Problem(item_key(item), text, row=pupil) for (item, pupil), units in cells.items()
                    if (text := _wrong_units(names.get(item), takes.get((item, pupil)), units))]
        if problems:
            raise Invalid(problems)
        changed = {key: units for key, units in cells.items() if facts.usage.get(key) != units}
        gone = [key for key in changed if key in facts.usage]
        cursor = database.cursor()
        cursor.executemany("DELETE FROM fee_usage WHERE plan_item_id = ? AND pupil_id = ?", gone)
        insert_rows(FeeUsage, ("plan_item_id", "pupil_id", "units"),
                    [(*key, units) for key, units in changed.items() if units is not None])
        work.rename(f"录入实际数量 {len({pupil for _, pupil in changed})} 名学生")
    return Counted(len(changed), work.step)


def _wrong_units(name: str | None, charge: settling.Charge | None, units: int | None) -> str:
    if name is None:
        return "这个项目不在本学期的收费计划里。"
    if units is None:
        return ""
    if isinstance(units, bool) or not isinstance(units, int) or not 0 <= units <= MOST_UNITS:
        return f"数量请填 0 到 {MOST_UNITS} 的整数。"
    if charge is None:
        return f"这名学生不在“{name}”的收费范围里，不用填。"
    if charge.why in (settling.REFUSED, settling.UNANSWERED):
        return f"家长没有同意“{name}”，不能填数量。请先登记回执。"
    return ""


# --- receipts ----------------------------------------------------------------------------------------------------


def record_receipts(plan_id: int, drafts: Sequence[ReceiptDraft]) -> Step:
    """Record receipts as one step, its ``made`` in their order; without a number each gets the next one of the series.

    Raises ``Invalid`` with every problem (``Problem.row`` is -1, -2 … in the order given): more than is owed, a number
    that was ever used (by a voided receipt too), a day before collecting began. ``Refused`` while nothing may be
    collected yet.
    """
    with journal.operation("登记收费") as work:
        facts = Facts(plan_id, {draft.pupil for draft in drafts})
        for identity in record(plan_id, drafts, facts):
            work.made(identity)
        work.rename(f"登记收费 {facts.whose([draft.pupil for draft in drafts])} {format_fen(sum(sum(draft.fen.values()) for draft in drafts))} 元")
    return work.done


def pay_class(plan_id: int, class_id: int, paid_on: date | None, method: str = "", first_number: str = "",
              but: Mapping[int, int] | None = None) -> Step:
    """Record that everybody in a class paid all he owes, ``but`` those named: they so much (分, 0: nothing), as one step.

    Its ``made`` are the receipts. ``first_number`` is the first of a run of receipts (0012345, 0012346 …), "" for numbers of
    the series. ``Refused`` where nobody owes anything or all were named with 0; ``Invalid`` as ``record_receipts``, with the
    pupil as ``Problem.row``.
    """
    with journal.operation("登记收费 全班") as work:
        facts = Facts(plan_id)
        owed = {child.id: left for child in facts.children
                if facts.places[child.id].class_id == class_id and (left := facts.owed(child.id))}
        amounts = paying.all_but({pupil: sum(left.values()) for pupil, left in owed.items()}, but or {})
        if not amounts:
            raise Refused("这个班没有还要缴费的学生。")
        numbers = run_of_numbers(first_number, len(amounts))
        drafts = [ReceiptDraft(pupil, paid_on, paying.spread(owed[pupil], fen), number, method)
                  for (pupil, fen), number in zip(amounts.items(), numbers, strict=True)]
        try:
            made = record(plan_id, drafts, facts)
        except Invalid as wrong:
            raise Invalid([replace(each, row=drafts[-1 - (each.row or -1)].pupil) for each in wrong.problems]) from None
        for identity in made:
            work.made(identity)
        work.rename(f"登记收费 {facts.whose(list(amounts))} {format_fen(sum(amounts.values()))} 元")
    return work.done


def record(plan_id: int, drafts: Sequence[ReceiptDraft], facts: Facts | None = None) -> list[int]:
    """Record receipts inside an operation that is open already; gives their ids. Problems as ``record_receipts``."""
    facts = facts or Facts(plan_id, {draft.pupil for draft in drafts})
    facts.head.after("receive")
    if len(drafts) > _MOST_RECEIPTS:
        raise Refused(f"一次最多登记 {_MOST_RECEIPTS} 张收据，请分几次。")
    owed, names = dict[int, dict[int, int]](), {each.id: each.name for each in facts.titles}
    problems = []
    for at, draft in enumerate(drafts):
        left = owed[draft.pupil] if draft.pupil in owed else facts.owed(draft.pupil)
        found = check_receipt(draft, clock.today(), facts.head.collect_from, left, names)
        problems += [replace(problem, row=-1 - at) for problem in found]
        owed[draft.pupil] = {item: fen - draft.fen.get(item, 0) for item, fen in left.items()}   # two for one pupil
    problems += _numbers_taken([draft.number for draft in drafts])
    if problems:
        raise Invalid(problems)
    return _insert(plan_id, drafts)


def _numbers_taken(numbers: Sequence[str]) -> list[Problem]:
    wanted = [same_number(number) for number in numbers]
    if not any(wanted):
        return []
    given = {same_number(number) for (number,) in database.execute_sql("SELECT number FROM fee_receipt").fetchall()}
    problems, seen = [], set[str]()
    for at, number in enumerate(wanted):
        if number and (number in given or number in seen):
            problems.append(Problem("number", f"票据号“{numbers[at]}”已经用过（作废的号也不能再用），请换一个。", row=-1 - at))
        seen.add(number)
    return problems


def _insert(plan_id: int, drafts: Sequence[ReceiptDraft]) -> list[int]:
    fresh = [draft for draft in drafts if not draft.number.strip()]
    typed = {draft.number.strip() for draft in drafts} - {""}
    given: dict[int, list[str]] = {}
    for year in sorted({draft.paid_on.year for draft in fresh if draft.paid_on}):
        count = sum(draft.paid_on is not None and draft.paid_on.year == year for draft in fresh)
        given[year] = numbering.take(RECEIPT_NUMBERS, year, count, lambda numbers: _used(numbers) | typed)[::-1]
    made, lines = [], []
    for draft in drafts:
        day = draft.paid_on or clock.today()
        number = draft.number.strip() or given[day.year].pop()
        receipt = database.execute_sql(
            "INSERT INTO fee_receipt (plan_id, pupil_id, number, paid_on, method, remark, void_reason) VALUES (?, ?, ?, ?, ?, ?, '')",
            (plan_id, draft.pupil, number, day.isoformat(), draft.method.strip(), draft.remark.strip()),
        ).lastrowid
        made.append(int(receipt))
        lines += [(receipt, item, fen) for item, fen in draft.fen.items()]
    if typed:
        numbering.note_used(RECEIPT_NUMBERS, list(typed))
    database.execute_sql(
        """INSERT INTO fee_receipt_line (receipt_id, plan_item_id, fen)
           SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?)""", (json.dumps(lines),))
    return made


def _used(numbers: list[str]) -> set[str]:
    rows = database.execute_sql("SELECT number FROM fee_receipt WHERE number IN (SELECT value FROM json_each(?))",
                                (json.dumps(numbers),)).fetchall()
    return {number for (number,) in rows}


def void_receipts(ids: Collection[int], reason: str) -> Step:
    """Void receipts with a reason; their numbers stay taken. Who is voided already is refused."""
    reason = voiding.require_reason(reason)
    numbers = [number for (number,) in database.execute_sql(
        f"SELECT number FROM fee_receipt WHERE id IN ({','.join('?' * len(ids))}) ORDER BY id", tuple(ids)).fetchall()]
    named = "、".join(numbers[:_NAMED]) + (f"等 {len(ids)} 张" if len(ids) > _NAMED else "")
    with journal.operation(f"作废收据 {named}") as work:
        _void("fee_receipt", ids, reason, "SELECT plan_id FROM fee_receipt WHERE id = ?")
    return work.done


def _void(table: str, ids: Collection[int], reason: str, plans: str) -> None:
    """Void papers of terms that are not closed; ``plans`` is the SQL that gives a paper's plan."""
    for identity in ids:
        if (plan := scalar(plans, (identity,))) is not None:
            _open_head(int(plan))
    voiding.void(table, ids, reason)


# --- vouchers ----------------------------------------------------------------------------------------------------


def write_vouchers(
    plan_id: int, changed: Mapping[int, Mapping[str, Any]], added: Sequence[Mapping[str, Any]]
) -> Step | None:
    """Write cells of vouchers and add vouchers as one step, its ``made`` the new ones. Keys as in ``VoucherDraft``.

    A number that is known makes the voucher a share of that invoice (``evidence``). Raises ``Invalid`` with every problem
    (``Problem.row``): shares beyond their invoice's total, signers that are not three different people, an item whose
    vouchers would sum to less than nothing. Voided ones cannot be changed.
    """
    with journal.operation(f"修改票据 {len(changed)} 张" if not added else f"登记票据 {len(added)} 张") as work:
        for identity in write(plan_id, changed, added):
            work.made(identity)
    return work.step


def write(plan_id: int, changed: Mapping[int, Mapping[str, Any]], added: Sequence[Mapping[str, Any]],
          later: Collection[str] = ()) -> list[int]:
    """The same inside an operation that is open already; gives the ids of the new vouchers.

    ``later`` are those of the three signers who may sign later, by ``sign``.
    """
    _open_head(plan_id)
    before = evidence.drafts(changed)
    if len(before) < len(changed):
        raise Refused("要修改的票据里有已经作废或不在了的，没有保存。请刷新后再试。")
    held = evidence.invoices_held(changed)
    lines = [
        Line(
            identity,
            replace(draft, **changed[identity]),
            evidence.typed_in(changed[identity], draft),
            held.get(identity),
            draft.fen or 0,
        )
        for identity, draft in before.items()
    ]
    lines += [Line(-1 - at, VoucherDraft(**values), evidence.typed_in(values)) for at, values in enumerate(added)]
    papers = _require_vouchers(plan_id, lines, later)
    return _write_lines(lines, before, evidence.store(papers, lines))


def _write_lines(
    lines: Sequence[Line], before: Mapping[int, VoucherDraft], papers: Mapping[int, Mapping[str, Any]]
) -> list[int]:
    """Write the vouchers' own rows, new ones in their order; gives the ids of those."""
    made = []
    for line in lines:
        own = {key: getattr(line.draft, key) for key in _OWN}
        values = {
            **{key: value.strip() if isinstance(value, str) else value for key, value in own.items()},
            **papers[line.row],
        }
        if line.row < 0:
            made.append(int(FeeVoucher.insert(**values, void_reason="").execute()))
        elif line.draft != before[line.row]:
            FeeVoucher.update(**values).where(FeeVoucher.id == line.row).execute()
    return made


def sign(vouchers: Collection[int], handler: int | None, acceptor: int | None, auditor: int | None) -> None:
    """Write who signed vouchers, inside an operation that is open already; the claim that covers them has asked the rules."""
    for voucher in vouchers:
        if (plan := scalar(_PLAN_OF_VOUCHER, (voucher,))) is not None:
            _open_head(int(plan))
        FeeVoucher.update(handler=handler, acceptor=acceptor, auditor=auditor).where(FeeVoucher.id == voucher).execute()


_PLAN_OF_VOUCHER = "SELECT i.plan_id FROM fee_voucher v JOIN fee_plan_item i ON i.id = v.plan_item_id WHERE v.id = ?"


def void_voucher(identity: int, reason: str) -> Step:
    """Void a voucher with a reason: it counts no more, and its number may be entered again, correctly."""
    reason = voiding.require_reason(reason)
    number, fen = database.execute_sql(f"SELECT number, fen FROM {evidence.PAPERS} WHERE id = ?", (identity,)).fetchone() or ("", 0)
    with journal.operation(f"作废票据 {number or f'{format_fen(fen)} 元'}") as work:
        void([identity], reason)
    return work.done


def void(vouchers: Collection[int], reason: str) -> None:
    """Void vouchers inside an operation that is open already; their invoices go with them where nobody else holds a share."""
    _void("fee_voucher", vouchers, reason, _PLAN_OF_VOUCHER)
    for voucher in vouchers:
        left = database.execute_sql(
            """SELECT i.name FROM fee_voucher v JOIN fee_plan_item i ON i.id = v.plan_item_id
               WHERE v.voided_on IS NULL AND i.id = (SELECT plan_item_id FROM fee_voucher WHERE id = ?)
               GROUP BY i.id HAVING sum(v.fen) < 0""", (voucher,)).fetchone()
        if left:
            raise Refused(_below_nothing(left[0]))
    evidence.release(list(vouchers), reason)


def _below_nothing(name: str) -> str:
    return f"“{name}”的票据合计会小于零，请检查红字票据。"


def _require_vouchers(plan_id: int, lines: Sequence[Line], later: Collection[str]) -> list[evidence.Paper]:
    """Give the invoices that the lines belong to; raises ``Invalid`` with everything that is wrong."""
    items = {each.id: each.name for each in titles(plan_id)}
    people = [person for (person,) in database.execute_sql("SELECT id FROM person").fetchall()]
    papers, problems = evidence.resolve(lines)
    for line in lines:
        problems += [replace(problem, row=line.row) for problem in errors_only(
            check_voucher(line.draft, clock.today(), list(items), people, settings.value(signing.SIGNERS_APART), later))]
    problems += _below(items, lines)
    if problems:
        raise Invalid(problems)
    return papers


def _below(items: Mapping[int, str], lines: Sequence[Line]) -> list[Problem]:
    """Say which item's vouchers would come to less than nothing."""
    written = {line.row for line in lines}
    sums = dict.fromkeys(items, 0)
    for identity, item, fen in database.execute_sql(
        "SELECT id, plan_item_id, fen FROM fee_voucher WHERE voided_on IS NULL"
    ).fetchall():
        if item in sums and identity not in written:
            sums[item] += fen
    for line in lines:
        if line.draft.plan_item in sums:
            sums[line.draft.plan_item] += line.draft.fen or 0
    below = [item for item, fen in sums.items() if fen < 0]
    if not below:
        return []
    row = next((line.row for line in lines if line.draft.plan_item in below), lines[0].row)
    return [Problem("fen", _below_nothing(items[below[0]]), row=row)]
