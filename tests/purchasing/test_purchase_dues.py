"""Dues of purchases, guards of undo, and the check of the ledger."""

from dataclasses import replace
from datetime import date

import pytest

from app.core.dues import together
from app.core.errors import Refused
from app.purchasing import accepting, budget, checks, claims, commands, contracts, intake, paying, queries
from app.purchasing.commands import ApprovalDraft, People
from app.purchasing.contracts import ContractDraft, Instalment
from app.purchasing.dues import dues
from app.purchasing.paying import PaperDraft
from app.purchasing.rules import AcceptanceDraft, AcceptedLine, RequestDraft
from app.school import uses
from app.store import check, journal
from app.store.database import database

DAY = date(2026, 11, 20)


def kinds(day=date(2026, 11, 21)):
    return {due.kind: due for due in together(list(dues(day)))}


def test_each_stage_wants_its_own_doing(shop):
    asked = commands.request(RequestDraft(date(2026, 11, 2), lines=(shop.broom,)), People(buyers=[shop.signer("王敏")])).made[0]
    assert list(kinds()) == ["purchasing/approve"]
    assert kinds()["purchasing/approve"].words == "采购 QG-2026-00001 扫帚等待审批，已经 19 天。"
    commands.approve(asked, ApprovalDraft(date(2026, 11, 3)))
    assert kinds() == {}
    line = queries.lines(asked)[0].id
    accepting.accept(asked, AcceptanceDraft(DAY, lines=(AcceptedLine(line, 4_000),)), [shop.signer("李强")])
    assert list(kinds()) == ["purchasing/accept"]
    commands.finish(asked, "够用了")
    assert list(kinds()) == ["purchasing/take_in"]
    intake.take_in(asked, intake.proposed(asked))
    assert list(kinds()) == ["purchasing/paper"]
    paying.enter(asked, PaperDraft("收据", dated_on=DAY, supplier="店"))
    assert list(kinds()) == ["purchasing/claim"]
    share = paying.shares(asked)[0].id
    claims.claim([share], replace(claims.proposed([share]), auditor=shop.signer("钱多")))
    assert kinds() == {}


def test_payments_budget_and_what_was_bought_unapproved(shop):
    line = budget.write_lines({}, [{"year": 2026, "name": "公用经费", "fen": 100}]).made[0]
    made = shop.buy(replace(shop.broom, budget_line=line), approved_on=None).made[0]
    contracts.save(made, ContractDraft(supplier="店", fen=8_600, signed_on=DAY, instalments=(Instalment("质保金", "", date(2026, 11, 25), 8_600),)))
    found = kinds()
    assert set(found) == {"purchasing/claim", "purchasing/instalment", "purchasing/late", "purchasing/budget"}
    assert found["purchasing/instalment"].words == "合同 HT-2026-00001（店）的质保金 86.00 元应在2026年11月25日付。"
    assert found["purchasing/instalment"].tone == ""
    assert {due.kind: due.tone for due in dues(date(2026, 11, 26))}["purchasing/instalment"] == "warning"
    assert "请补批" in found["purchasing/late"].words
    contracts.pay(contracts.instalments([1])[1][0].id, DAY)
    assert "purchasing/instalment" not in kinds()


def test_unsigned_papers_are_asked_for_where_the_office_ticks_them(shop):
    first = shop.buy(bought_on=date(2026, 11, 2), approved_on=date(2026, 11, 2)).made[0]
    shop.buy(bought_on=date(2026, 11, 3), approved_on=date(2026, 11, 3), paper=PaperDraft(number="2", code="36"))
    assert "purchasing/unsigned" not in kinds()
    commands.sign_back("purchase_acceptance", queries.acceptances(first)[0].id)
    assert kinds()["purchasing/unsigned"].words == "1 张验收单还没有签回。"


# --- guards ------------------------------------------------------------------------------------------------------


def test_what_came_back_signed_is_voided_not_undone(shop):
    step = shop.buy()
    acceptance = queries.acceptances(step.made[0])[0].id
    signed = commands.sign_back("purchase_acceptance", acceptance)
    shop.buy(paper=PaperDraft(number="2", code="36"))
    with pytest.raises(Refused):
        journal.undo(step.id)
    journal.undo(signed.id)
    commands.sign_back("purchase", step.made[0])
    with pytest.raises(Refused):
        journal.undo(step.id)
    accepting.void(acceptance, "数错了")


def test_a_buyer_does_not_come_back_beside_himself_as_acceptor(shop):
    asked = commands.request(RequestDraft(DAY, lines=(shop.broom,)), People(buyers=[shop.signer("王敏")])).made[0]
    draft, ids = queries.request_draft(asked)
    changed = commands.edit(asked, draft, ids, People(buyers=[shop.signer("张兰")]))
    accepting.accept(asked, AcceptanceDraft(DAY, lines=(AcceptedLine(ids[0], 1_000),)), [shop.signer("王敏")])
    with pytest.raises(Refused, match="王敏既是采购人又是验收人"):
        journal.undo(changed.id)


def test_what_was_wanted_does_not_shrink_below_what_was_accepted(shop):
    asked = commands.request(RequestDraft(DAY, lines=(shop.broom,)), People(buyers=[shop.signer("王敏")])).made[0]
    draft, ids = queries.request_draft(asked)
    more = commands.edit(asked, replace(draft, lines=(replace(draft.lines[0], quantity=20_000),)), ids)
    accepting.accept(asked, AcceptanceDraft(DAY, lines=(AcceptedLine(ids[0], 15_000),)), [shop.signer("李强")])
    with pytest.raises(Refused, match="比要买的多"):
        journal.undo(more.id)


# --- the check ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("sql", "said"), [
    ("UPDATE purchase_line SET quantity = 1", "验收的比要买的多"), ("UPDATE purchase_intake SET fen = 1", "与验收的不一致"),
    ("UPDATE purchase_intake SET movement = 99", "在库存收发里对不上"), ("UPDATE purchase SET state = 'voided'", "状态与作废不一致"),
    ("UPDATE purchase SET approved_on = NULL", "没有批准日期"),
    ("UPDATE purchase_acceptance SET voided_on = '2026-11-20', void_reason = 'x'", "作废了的验收还记着"),
    ("INSERT INTO purchase_instalment (contract_id, kind, words, fen) VALUES (1, '付款', '', 5)", "各期合计与合同金额不一致")])
def test_contradictions_are_found(shop, sql, said):
    made = shop.buy().made[0]
    contracts.save(made, ContractDraft(supplier="店", fen=8_600, signed_on=DAY))
    assert list(checks.purchases_sound()) == []
    assert check.run(shop_folder()).problems == []
    with journal.operation("弄坏"):
        database.execute_sql(sql)
    assert any(said in sentence for sentence in checks.purchases_sound())


def shop_folder():
    from pathlib import Path

    from app.store.folder import DataFolder

    return DataFolder(Path(database.database).parent)


def test_who_leaves_has_bought_what_is_not_claimed(shop):
    shop.buy()
    assert "经手的采购还有 1 次没有报销" in uses.still_keeps(shop.people["王敏"])
    assert uses.still_keeps(shop.people["李强"]) == []
