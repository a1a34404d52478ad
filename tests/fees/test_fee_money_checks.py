"""The check of the ledger finds money that contradicts itself."""

from datetime import date

from app.fees.money import commands as money_commands
from app.fees.money import settlement
from app.fees.money.checks import money_sound
from app.fees.tables import FeePlan, FeeReceipt, FeeReceiptLine, FeeSettlement, FeeVoucher
from app.store import journal
from tests.money_fixture import FeeSchool


def _collected(school: FeeSchool) -> list[int]:
    return [receipt for each in school.classes.values() for receipt in money_commands.pay_class(school.plan, each, date(2026, 9, 30)).made]


def test_a_sound_term_has_no_findings(fee_school: FeeSchool) -> None:
    _collected(fee_school)
    settlement.settle(fee_school.plan)
    settlement.close_term(fee_school.plan, "票据未到")
    assert money_sound() == []


def test_every_contradiction_is_told(fee_school: FeeSchool) -> None:
    receipts = _collected(fee_school)
    settlement.settle(fee_school.plan)
    people = fee_school.people["经手甲"]
    with journal.operation("弄坏"):
        FeeSettlement.update(spent=FeeSettlement.spent + 1).where(FeeSettlement.id == 1).execute()
        FeeReceipt.update(number="X").where(FeeReceipt.id.in_(receipts[:2])).execute()
        FeeReceiptLine.update(fen=0).where(FeeReceiptLine.id == 1).execute()
        for _ in range(2):
            FeeVoucher.create(plan_item=1, number="9", dated_on=date(2026, 10, 1), fen=5, handler=people, acceptor=people)
        FeePlan.update(state="closed", closed_on=date(2026, 11, 1)).execute()
    told = "".join(money_sound())
    for word in ("对不上", "票据号 X", "登记了不止一次", "三个不同的人", "不合理", "不相等"):
        assert word in told
