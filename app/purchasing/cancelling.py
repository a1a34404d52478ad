"""A whole purchase is voided: all that came of it goes back in one step, the latest first; every number stays used."""

from app.core.errors import Refused
from app.purchasing import accepting, claims, paying, queries
from app.purchasing.contracts import contracts
from app.purchasing.notices import notices
from app.purchasing.tables import Purchase
from app.store import journal, voiding
from app.store.journal import Step


def void(identity: int, reason: str) -> Step:
    """Void a purchase with its claim, papers, acceptances (slips of the store, cards), contracts and notices.

    ``Refused`` where a claim covers papers of other purchases as well, or something rests on what would go: goods given out
    since, a month of the store that is issued, a term of fees that is closed.
    """
    reason = voiding.require_reason(reason)
    row = queries.purchase(identity)
    with journal.operation(f"作废采购 {row.number}") as work:
        state = row.after("void")
        for claim in claims.claims(purchase=identity):
            if claim.voided_on is None:
                _require_own(claim.id, claim.number, identity)
                claims.write_void(claim.id, reason)
        if found := paying.shares(identity):
            paying.write_void(found, reason)
        for acceptance in reversed(queries.acceptances(identity)):
            if acceptance.stands:
                accepting.write_void(acceptance.id, reason)
        for table, records in (("purchase_contract", contracts(identity)), ("purchase_notice", notices(identity))):
            voiding.void(table, [each.id for each in records if each.voided_on is None], reason)
        voiding.void("purchase", [identity], reason)
        Purchase.update(state=state).where(Purchase.id == identity).execute()
    return work.done


def _require_own(claim: int, number: str, purchase: int) -> None:
    others = {share.purchase for share in paying.shares(claim=claim)} - {purchase}
    if others:
        named = "、".join(queries.titles(sorted(others)).values())
        raise Refused(f"报销单 {number} 里还有别的采购（{named}）。请先作废这张报销单，再作废采购。")
