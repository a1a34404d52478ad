"""撤销结算: a term that was settled too early is being collected again. One operation, so it can be undone itself."""

from app.core.errors import Refused
from app.fees.plan import commands, queries
from app.fees.rules import CLOSED, COLLECTING, SETTLED
from app.fees.tables import FeePlanItem, FeeSettlement
from app.store import journal
from app.store.database import scalar


def unsettle(plan_id: int) -> int:
    """Take the settlement of a term back and give how many accounts are open again; those of leavers stay.

    ``Refused`` where it is not settled, and once money was given back for it: these entries must be voided first, else
    they would have nothing to stand on.
    """
    row = queries.plan(plan_id)
    if row.state != SETTLED:
        raise Refused(f"{row.term_title}的收费{'已经结账，请先撤销结账' if row.state == CLOSED else '没有结算'}。")
    with journal.operation(f"撤销结算 {row.term_title}收费"):
        given = int(scalar(
            """SELECT count(*) FROM fee_refund r WHERE r.plan_id = ? AND r.voided_on IS NULL AND NOT EXISTS (
                   SELECT 1 FROM fee_settlement s JOIN fee_plan_item i ON i.id = s.plan_item_id
                   WHERE i.plan_id = r.plan_id AND s.pupil_id = r.pupil_id AND s.at_leaving = 1)""", (plan_id,)) or 0)
        if given:
            raise Refused(f"已经登记了 {given} 笔清退，不能撤销结算。有漏登的票据可以直接补登，再重新结算；确实要撤销，请先作废这些清退。")
        items = FeePlanItem.select(FeePlanItem.id).where(FeePlanItem.plan == plan_id)
        gone = int(FeeSettlement.delete().where(FeeSettlement.plan_item.in_(items), FeeSettlement.at_leaving == 0).execute())
        commands.step_to(plan_id, COLLECTING)
    return gone
