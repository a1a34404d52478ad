"""One amount over several items; a voucher for the form and its scans; a settlement taken back."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import Refused
from app.fees.money import commands as money_commands
from app.fees.money import queries as money_queries
from app.fees.money import settlement, vouchers
from app.fees.money.facts import Facts
from app.fees.money.paying import spread
from app.fees.money.rules import ReceiptDraft, VoucherDraft
from app.fees.plan import queries
from app.store import journal
from tests.fee_verbs import record_voucher


@given(st.dictionaries(st.integers(1, 20), st.integers(1, 100_000), max_size=8), st.integers(0, 900_000))
def test_no_fen_of_an_amount_is_lost(owed, fen):
    parts = spread(owed, fen)
    assert sum(parts.values()) == (fen if owed else 0)
    assert all(part > 0 for part in parts.values())
    if fen <= sum(owed.values()):
        assert all(part <= owed[item] for item, part in parts.items())
        whole = [item for item in owed if parts.get(item) == owed[item]]
        assert whole == list(owed)[:len(whole)]      # what comes first is paid first


def test_a_voucher_comes_back_as_it_was_typed(fee_school, started_ledger, tmp_path):
    people = fee_school.people.values()
    typed = VoucherDraft(fee_school.items["作业本费"], "0441", date(2026, 11, 3), 1_200, "发票", "36", "文具店", *people, "红线本")
    made = record_voucher(fee_school.plan, typed).made[0]
    assert vouchers.draft_of(made) == typed
    scan = tmp_path / "发票.png"
    scan.write_bytes(b"\x89PNG")
    assert len(vouchers.attach_files(started_ledger.folder, made, [scan]).made) == 1
    assert len(vouchers.files_of(made)) == 1
    vouchers.remove_file(vouchers.files_of(made)[0].id)
    assert vouchers.files_of(made) == []
    money_commands.void_voucher(made, "抄错")
    with pytest.raises(Refused, match="已经作废"):
        vouchers.draft_of(made)
    with pytest.raises(Refused, match="已经不在了"):
        vouchers.attach_files(started_ledger.folder, 999, [scan])


def test_a_settlement_taken_back_leaves_leavers_as_they_were(fee_school):
    plan, left = fee_school.plan, fee_school.pupils["冯七"]
    with pytest.raises(Refused, match="它还没有结算"):
        settlement.unsettle(plan)
    for each in fee_school.classes.values():
        money_commands.pay_class(plan, each, date(2026, 11, 2))
    money_commands.write_usage(plan, {left: {fee_school.items["伙食费"]: 1}})
    settlement.settle_leavers(plan, [left])
    before = Facts(plan)
    settlement.settle(plan)
    assert settlement.unsettle(plan).count > 0
    after = Facts(plan)
    assert set(after.frozen) == set(before.frozen)
    assert queries.plan(plan).state == "collecting"
    assert money_queries.open_balances(after) == money_queries.open_balances(before)
    money_commands.void_receipts([1], "退票")      # collecting again: receipts are taken again
    again = ReceiptDraft(fee_school.pupils["安一"], date(2026, 11, 3), {fee_school.items["作业本费"]: 100})
    assert money_commands.record_receipts(plan, [again]).made


def test_a_settlement_stays_once_money_was_given_for_it(fee_school):
    plan = fee_school.plan
    for each in fee_school.classes.values():
        money_commands.pay_class(plan, each, date(2026, 11, 2))
    settlement.settle(plan)
    made = settlement.refund_class(plan, fee_school.classes["三年级1班"], date(2026, 11, 20)).made
    with pytest.raises(Refused, match=f"已经登记了 {len(made)} 笔清退"):
        settlement.unsettle(plan)
    journal.undo()
    settlement.unsettle(plan)
    settlement.settle(plan)
    settlement.close_term(plan, "没有领取的挂账")
    with pytest.raises(Refused, match="先撤销结账"):
        settlement.unsettle(plan)
