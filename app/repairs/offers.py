"""What becomes of a job that is not simply mended: its things wait to be scrapped, or something new is bought for it."""

from collections.abc import Sequence
from datetime import date

from app.assets import meanings, statuses
from app.assets.tables import Asset
from app.core import clock
from app.core.errors import Problem, Refused, require_valid
from app.core.quantity import ONE
from app.purchasing import commands as purchasing
from app.purchasing.commands import People
from app.purchasing.rules import LineDraft, RequestDraft
from app.repairs import commands, queries, rules
from app.repairs.queries import OWNER
from app.school import linking
from app.school.signing_rules import Signer
from app.store import journal
from app.store.journal import Step

BOUGHT_FOR = "报修转采购"


def cannot_be_mended(identity: int, day: date | None = None, reason: str = "") -> Step:
    """Mark the cards of a job as waiting to be scrapped (待处置, in the school's word) after somebody looked; the job goes on as it is.

    ``Refused`` where it has no cards, or only some pieces of one are meant: those are parted from their card first.
    """
    row, when = queries.repair(identity), day or clock.today()
    with journal.operation(f"标为待报废 {row.title}", when) as work:
        row.after("dispose")
        require_valid(rules.check_day("day", "日期", when, clock.today(), ("报修日期", row.reported_on)) + rules.check_words(reason=reason))
        cards = [card for card in queries.cards(identity) if not card.gone]
        if not cards:
            raise Refused(f"报修 {row.number} 没有登记资产卡片。请先“修改”，选上坏了的东西。")
        parts = [card for card in cards if card.pieces < card.quantity]
        if parts:
            raise Refused(f"{parts[0].number} {parts[0].name}共 {parts[0].quantity} 件，只有 {parts[0].pieces} 件不能修。"
                          "请先在“资产台账”把它们拆分出来，再把报修改到拆出的卡片上。")
        word = statuses.word_for(meanings.DISPOSAL)
        known = statuses.words(meanings.DISPOSAL, meanings.WRITE_OFF)
        for card in cards:
            if card.status not in known:
                Asset.update(status=word).where(Asset.id == card.asset).execute()
        commands.note(identity, "dispose", when, row.state, "；".join(filter(None, ("、".join(card.number for card in cards), reason.strip()))))
    return work.done


def purchase_lines(identity: int) -> list[LineDraft]:
    """Propose what would be bought for a job: the like of its cards, else what it says is broken."""
    row = queries.repair(identity)
    cards = [card for card in queries.cards(identity) if not card.gone]
    if not cards:
        return [LineDraft(row.what[:rules.LONGEST_NAME], quantity=ONE, place=row.place_id, purpose=f"维修 {row.number}")]
    return [LineDraft(card.name, quantity=card.pieces * ONE, place=row.place_id, purpose=f"维修 {row.number} 更换") for card in cards]


def to_purchase(identity: int, lines: Sequence[LineDraft] = (), day: date | None = None) -> Step:
    """Make a request of what must be bought for a job, linked on both ends; ``made`` is the purchase. It is an ordinary request then.

    ``lines`` are those of ``purchase_lines`` where none are given. ``Refused`` for a voided job.
    """
    row, when = queries.repair(identity), day or clock.today()
    with journal.operation(f"报修转采购 {row.title}", when) as work:
        if row.state == rules.VOIDED:
            raise Refused(f"报修 {row.number} 已经作废，不能转采购。")
        if when < row.reported_on:
            require_valid([Problem("requested_on", "申请日期早于报修日期，请核对。")])
        wishers = (Signer(row.reporter_id, row.reporter_name),) if row.reporter else None
        draft = RequestDraft(when, department=row.department_id, purpose=f"维修 {row.number} {row.place_title} {row.what}"[:rules.LONGEST],
                             lines=tuple(lines or purchase_lines(identity)))
        purchase = work.made(purchasing.write(draft, People(wishers=wishers)))
        linking.tie(OWNER, identity, "purchase", purchase, BOUGHT_FOR)
    return work.done
