"""What an undo or redo may not leave behind in a term's fees: the verbs' rules, asked of a replay (``app/store/guards.py``)."""

import json
from collections.abc import Iterator
from typing import Any

from app.core.errors import Refused
from app.fees.board.checks import version_faults
from app.fees.money.facts import Facts
from app.fees.plan import queries as plan_queries
from app.fees.rules import CLOSED, COLLECTING, DRAFT, POSTED, SETTLED, PlanRow
from app.school.invoices import faults_of
from app.store.database import database, scalar
from app.store.guards import Guards, Replay

COUNTED = (
    "fee_receipt",
    "fee_receipt_line",
    "fee_voucher",
    "fee_usage",
    "fee_choice",
    "fee_price",
    "fee_plan_item",
    "fee_settlement",
)
"""The tables whose rows a settlement counts, or holds."""


def counted_stay(replay: Replay) -> Iterator[str]:
    """What a settled term has counted stays as it is, and so does everything of a closed one.

    What came after the settlement may go again: a voucher that waits for the term to be settled once more.
    """
    turned = {image.row for image in replay.images("fee_plan") if image.turned("state")}
    for row in _plans(_plans_of(replay) - turned):
        if row.state == CLOSED:
            yield f"{row.term_title}的收费已经结账，收费、票据和方案都不能再变。请先撤销结账。"
        elif row.state == SETTLED and _settled_since(row.id, replay.step):
            yield f"{row.term_title}的收费已经按它结算。请先撤销结算。"


def states_stand(replay: Replay) -> Iterator[str]:
    """A plan comes into a state only where its money fits: settled accounts are today's, refunds rest on a settlement."""
    for image in replay.images("fee_plan"):
        if image.after is None or not image.turned("state"):
            continue
        before, after = image.before["state"] if image.before else DRAFT, image.after["state"]
        for row in _plans({image.row}):
            if (after == SETTLED and before != CLOSED) or after == CLOSED:
                facts = Facts(row.id)
                if set(facts.frozen) != set(facts.settled[0]):
                    yield f"{row.term_title}结算之后又有收款、票据、名册或实际数量的变动，那时的结算已经不对。请重新结算。"
            if after in (DRAFT, POSTED, COLLECTING) and (given := _unfounded_refunds(row.id)):
                yield f"{row.term_title}已经登记了 {given} 笔清退，没有结算就没有依据。请先作废这些清退。"
            if after in (DRAFT, POSTED) and (taken := _receipts(row.id)):
                yield f"{row.term_title}已经收了 {taken} 张收据的钱，不能退回到收费以前。请先作废这些收据。"


def receipts_fit(replay: Replay) -> Iterator[str]:
    """A receipt that comes back takes no more than is still owed."""
    back = [image.after for image in replay.images("fee_receipt") if image.after and image.after["voided_on"] is None]
    for plan in sorted({image["plan_id"] for image in back}):
        pupils = {image["pupil_id"] for image in back if image["plan_id"] == plan}
        facts = Facts(plan, pupils)
        owed = {(item, each.pupil): each.fen for item, charges in facts.charges.items() for each in charges}
        over = {pupil for item, paid in facts.paid.items() for pupil, fen in paid.items()
                if pupil in pupils and fen > owed.get((item, pupil), 0)}
        if over:
            yield f"有 {len(over)} 名学生会多收：后来又缴过，或者标准后来改低了。请先作废后来的收据，或者核对标准。"


def payments_once(replay: Replay) -> Iterator[str]:
    """A payment of a bank's statement stands for one receipt only."""
    back = [image.row for image in replay.images("fee_receipt") if image.after and image.after["voided_on"] is None]
    back += [image.after["receipt_id"] for image in replay.images("fee_statement_line") if image.after]
    twice = database.execute_sql(
        """SELECT count(DISTINCT mine.id) FROM fee_statement_line mine JOIN fee_receipt r ON r.id = mine.receipt_id AND r.voided_on IS NULL
           JOIN fee_statement_line other ON other.id <> mine.id AND other.payment_key <> ''
             AND (mine.serial_key = other.serial_key AND (mine.serial_key <> '' OR mine.payment_key = other.payment_key))
           JOIN fee_receipt o ON o.id = other.receipt_id AND o.voided_on IS NULL
           WHERE mine.receipt_id IN (SELECT value FROM json_each(?))""", (json.dumps(back),)).fetchone()[0]
    if twice:
        yield f"对账单上有 {twice} 笔收款后来又登记过，同一笔不能有两张收据。请先作废后来的收据。"


def refunds_fit(replay: Replay) -> Iterator[str]:
    """A refund that comes back gives no more than the settlement says."""
    back = {(image.after["plan_id"], image.after["pupil_id"]) for image in replay.images("fee_refund")
            if image.after and image.after["voided_on"] is None}
    over = 0
    for plan, pupil in back:
        due = int(
            scalar(
                """SELECT coalesce(sum(s.refund), 0) FROM fee_settlement s JOIN fee_plan_item i ON i.id = s.plan_item_id
                            WHERE i.plan_id = ? AND s.pupil_id = ?""",
                (plan, pupil),
            )
        )
        given = int(scalar("""SELECT coalesce(sum(fen), 0) FROM fee_refund
                              WHERE plan_id = ? AND pupil_id = ? AND voided_on IS NULL""", (plan, pupil)))
        over += not min(due, 0) <= given <= max(due, 0)
    if over:
        yield f"有 {over} 名学生的清退后来又登记过，这样会多退或多补。请先作废后来的清退。"


def vouchers_fit(replay: Replay) -> Iterator[str]:
    """Vouchers of an item never sum to less than nothing, none stands twice, invoices hold their shares."""
    images = [each for image in replay.images("fee_voucher") for each in image.both]
    for item in sorted({image["plan_item_id"] for image in images}):
        below = database.execute_sql(
            """SELECT i.name FROM fee_voucher v JOIN fee_plan_item i ON i.id = v.plan_item_id
               WHERE v.voided_on IS NULL AND i.id = ? GROUP BY i.id HAVING sum(v.fen) < 0""", (item,)).fetchone()
        if below:
            yield f"“{below[0]}”的票据合计会小于零。请先处理红字票据。"
    for image in images:
        same = (image["kind"], image["number"], image["supplier"])
        if image["invoice_id"] is None and image["number"] and scalar(
                """SELECT count(*) FROM fee_voucher WHERE voided_on IS NULL AND invoice_id IS NULL
                   AND kind = ? AND number = ? AND supplier = ?""", same) > 1:
            yield f"{image['kind']} {image['number']} 后来又登记过，同一张票据不能重复报销。请先作废后来的那张。"
    yield from faults_of({image["invoice_id"] for image in images} - {None})


def boards_stand(replay: Replay) -> Iterator[str]:
    """Of the versions on the board one hangs at most, and none is missing between two others."""
    for row in _plans({each["plan_id"] for image in replay.images("fee_publication") for each in image.both}):
        yield from version_faults(row)


def letters_stand(replay: Replay) -> Iterator[str]:
    """A letter whose slips came back goes on asking what it asked."""
    for image in replay.images("fee_letter"):
        asks = image.after is not None and (image.turned("kind") or image.turned("by_item"))
        if asks and (back := scalar("SELECT count(*) FROM fee_reply WHERE letter_id = ?", (image.row,))):
            yield f"这封信已收回 {back} 份回执，种类和逐项征求意见不能再变。"


def _plans(identities: set[int]) -> Iterator[PlanRow]:
    """Give the plans that are still there."""
    for identity in sorted(identities):
        try:
            yield plan_queries.plan(identity)
        except Refused:     # it goes with this very replay
            continue


def _plans_of(replay: Replay) -> set[int]:
    """Give the plans to which the rows that change belong."""
    images: list[dict[str, Any]] = [each for image in replay.images(*COUNTED) for each in image.both]
    plans = {each["plan_id"] for each in images if "plan_id" in each}
    items = {each["plan_item_id"] for each in images if "plan_item_id" in each}
    return plans | {scalar("SELECT plan_id FROM fee_plan_item WHERE id = ?", (item,)) for item in items} - {None}


def _settled_since(plan: int, step: int) -> bool:
    """Whether a step that stands settled the term after this one."""
    return (
        scalar(
            """SELECT EXISTS (
               SELECT 1 FROM change_image c JOIN operation o ON o.id = c.operation_id
               WHERE c.table_name = 'fee_plan' AND c.row_id = ?2 AND o.id > ?1 AND o.kind = 'do' AND o.undone = 0
                 AND json_extract(c.after, '$.state') = 'settled'
           ) OR EXISTS (
               SELECT 1 FROM change_image c JOIN operation o ON o.id = c.operation_id
               WHERE c.table_name = 'fee_settlement' AND c.id > coalesce((SELECT min(id) FROM change WHERE operation_id = ?1), 0)
                 AND o.id > ?1 AND o.kind = 'do' AND o.undone = 0
                 AND json_extract(coalesce(c.after, c.before), '$.plan_item_id') IN (
                     SELECT id FROM fee_plan_item WHERE plan_id = ?2))""",
            (step, plan),
        )
        == 1
    )


def _unfounded_refunds(plan: int) -> int:
    """Count the refunds that stand without a settlement; those of leavers rest on their own."""
    return int(scalar(
        """SELECT count(*) FROM fee_refund r WHERE r.plan_id = ? AND r.voided_on IS NULL AND NOT EXISTS (
               SELECT 1 FROM fee_settlement s JOIN fee_plan_item i ON i.id = s.plan_item_id
               WHERE i.plan_id = r.plan_id AND s.pupil_id = r.pupil_id AND s.at_leaving = 1)""", (plan,)))


def _receipts(plan: int) -> int:
    return int(scalar("SELECT count(*) FROM fee_receipt WHERE plan_id = ? AND voided_on IS NULL", (plan,)))


GUARDS: Guards = {
    **dict.fromkeys(COUNTED, (counted_stay,)),
    "fee_receipt": (counted_stay, receipts_fit, payments_once),
    "fee_statement_line": (payments_once,),
    "fee_voucher": (counted_stay, vouchers_fit),
    "fee_plan": (states_stand,),
    "fee_refund": (refunds_fit,),
    "fee_publication": (boards_stand,),
    "fee_letter": (letters_stand,),
}
