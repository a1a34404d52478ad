"""The long chain: request, approval, quotes, contract, partial acceptances, intake, papers, claim, notice; refused and voided."""

from dataclasses import replace
from datetime import date

import pytest

from app.assets import commands as asset_commands
from app.assets import queries as cards
from app.assets.tables import Asset
from app.core.errors import Invalid, Refused
from app.purchasing import (
    accepting,
    cancelling,
    checking,
    checks,
    claims,
    commands,
    contracts,
    intake,
    notices,
    paying,
    progress,
    queries,
    quoting,
)
from app.purchasing.claims import ClaimDraft
from app.purchasing.commands import ApprovalDraft, People
from app.purchasing.contracts import RETENTION, ContractDraft, Instalment
from app.purchasing.paying import PaperDraft
from app.purchasing.quoting import Asking, Award, QuoteDraft
from app.purchasing.rules import AcceptanceDraft, AcceptedLine, IntakeDraft, LineDraft, RequestDraft
from app.purchasing.tables import Purchase
from app.school import links, signing, supplier_commands
from app.school import settings as words
from app.school.rules import SupplierDraft
from app.school.signing_rules import Signer
from app.stock import commands as stock
from app.stock.tables import StockSlip
from app.store import journal, settings

DAY = date(2026, 11, 20)
DESKS = LineDraft("课桌", "600×400", "张", 23_000, 30_000, class_code="A05010201", goes="建卡")


@pytest.fixture
def wanted(shop):
    """Give a request for 23 desks at 300 yuan, approved, with two buyers and the reply of the bureau."""
    shop.id = commands.request(RequestDraft(date(2026, 11, 2), department=shop.office, lines=(replace(DESKS, place=shop.room),)),
                               People([shop.signer("钱多")], [shop.signer("王敏"), shop.signer("张兰")])).made[0]
    commands.approve(shop.id, ApprovalDraft(date(2026, 11, 3), shop.signer("钱多"), reply_no="教字5号"))
    shop.line = queries.lines(shop.id)[0].id
    shop.acceptors = [shop.signer("李强"), shop.signer("赵云")]
    return shop


def accept(shop, accepted, refused=0, day=DAY, **more):
    line = AcceptedLine(shop.line, accepted * 1_000, refused * 1_000, remark="缺腿，换" if refused else "", **more)
    return accepting.accept(shop.id, AcceptanceDraft(day, lines=(line,)), shop.acceptors).made[0]


def quote(shop, *prices):
    quotes = tuple(QuoteDraft(f"第{at}家", prices={shop.line: fen}) for at, fen in enumerate(prices, 1))
    quoting.write_quotes(shop.id, Asking(quotes, date(2026, 11, 5), (shop.signer("王敏"), shop.signer("张兰"))))
    return [each.id for each in quoting.asking(shop.id).quotes]


def test_the_whole_chain(wanted):
    ids = quote(wanted, 30_000, 29_500, 31_000)
    assert quoting.lowest(quoting.asking(wanted.id).quotes) == {wanted.line: ids[1]}
    assert [each.rule for each in checking.findings(wanted.id, "claim")] == ["no_award"]
    quoting.award(wanted.id, {wanted.line: Award(ids[1])})
    assert (queries.purchase(wanted.id).supplier, queries.lines(wanted.id)[0].amount) == ("第2家", 678_500)
    assert quoting.awarded(wanted.id) == {"第2家": 678_500}
    contracts.save(wanted.id, ContractDraft("", "课桌采购", "第2家", 678_500, date(2026, 11, 6), instalments=(
        Instalment("付款", "验收后", date(2026, 11, 30), 644_575), Instalment(RETENTION, "一年后", date(2027, 11, 30), 33_925))))
    assert [part.fen for part in contracts.due_parts(date(2026, 12, 1))] == [644_575]
    first = accept(wanted, 20, refused=1)
    assert [(each.fen, each.number) for each in queries.acceptances(wanted.id)] == [(590_000, "YS-2026-00001")]
    strip = progress.strip(wanted.id)
    assert {step.key: step.state for step in strip.steps} == {
        "request": "done", "approval": "done", "quotes": "done", "contract": "done", "acceptance": "now", "intake": "waits", "papers": "waits",
        "claim": "waits", "notice": "waits"}
    assert "部分到货 5,900.00 元" in strip.next.text
    accept(wanted, 3, day=date(2026, 11, 21))
    intake.take_in(wanted.id, intake.proposed(wanted.id))
    assert Asset.select().count() == 23
    assert sum(card.value for card in Asset.select()) == 678_500
    paying.enter(wanted.id, PaperDraft(number="26322000000000000001", dated_on=DAY, supplier="第2家"))
    shares = paying.shares(wanted.id)
    assert [share.fen for share in shares] == [678_500]
    draft = replace(claims.proposed([shares[0].id]), auditor=wanted.signer("钱多"))
    claim = claims.claim([shares[0].id], draft).made[0]
    assert claims.claims([claim])[0].fen == 678_500
    assert progress.strip(wanted.id).next.act == "post"
    notices.post([wanted.id], notices.begin())
    assert progress.strip(wanted.id).next.text == "已经办完，可以打印采购档案。"
    assert queries.by_number("BX-2026-00001").id == wanted.id
    with pytest.raises(Refused, match="已经报销"):
        paying.void([shares[0].id], "错了")
    commands.sign_back("purchase_acceptance", first)
    assert paying.owed_by_supplier()[0].owed == 678_500
    paying.pay([shares[0].id], DAY)
    assert paying.owed_by_supplier() == []


def test_it_is_undone_step_by_step(wanted):
    before = len(journal.steps(100, undone=False))
    quote(wanted, 30_000, 29_500, 31_000)
    accept(wanted, 23)
    intake.take_in(wanted.id, intake.proposed(wanted.id))
    while len(journal.steps(100, undone=False)) > before:
        journal.undo()
    assert not Asset.select().exists()
    assert quoting.asking(wanted.id).quotes == ()


def test_no_request_no_acceptance_and_no_acceptance_no_intake(wanted):
    with pytest.raises(Refused, match="已经不在了"):
        accepting.accept(99, AcceptanceDraft(DAY), wanted.acceptors)
    with pytest.raises(Invalid, match="不验收不入库"):
        intake.take_in(wanted.id, [IntakeDraft(99, "建卡")])
    with pytest.raises(Invalid, match="没有可以入库建卡的东西"):
        intake.take_in(wanted.id, [])


def test_no_more_is_accepted_than_was_wanted(wanted):
    accept(wanted, 20)
    with pytest.raises(Invalid, match="已验收 20，不能再验收 4"):
        accept(wanted, 4)
    with pytest.raises(Invalid, match="请写明为什么"):
        accepting.accept(wanted.id, AcceptanceDraft(DAY, lines=(AcceptedLine(wanted.line, 0, 1_000),)), wanted.acceptors)


def test_who_gets_the_award_though_another_asks_less(wanted):
    ids = quote(wanted, 30_000, 29_500, 31_000)
    quoting.award(wanted.id, {wanted.line: Award(ids[2])})
    assert [each.rule for each in checking.findings(wanted.id, "claim")] == ["not_lowest"]
    quoting.award(wanted.id, {wanted.line: Award(ids[2], "质保五年")})
    assert checking.findings(wanted.id, "claim") == []
    with pytest.raises(Refused, match="取消定标"):
        quoting.write_quotes(wanted.id, replace(quoting.asking(wanted.id), quotes=quoting.asking(wanted.id).quotes[:2]))


def test_fewer_than_three_quotes_want_a_reason_and_one_asker_is_not_enough(wanted):
    quoting.write_quotes(wanted.id, Asking((QuoteDraft("独家", prices={wanted.line: 30_000}),), DAY, (wanted.signer("王敏"),)))
    assert [each.rule for each in checking.findings(wanted.id, "claim")] == ["few_quotes", "few_askers", "no_award"]
    asked = quoting.asking(wanted.id)
    quoting.write_quotes(wanted.id, replace(asked, few_reason="县里只有一家", askers=(wanted.signer("王敏"), Signer(None, "外请专家"))))
    assert [each.rule for each in checking.findings(wanted.id, "claim")] == ["no_award"]


def test_one_card_for_all_or_one_a_piece_with_numbers_of_ones_own(wanted):
    accept(wanted, 23, fen=100_000)
    line = queries.accepted_lines(wanted.id)[0].id
    intake.take_in(wanted.id, [IntakeDraft(line, "建卡", 20_000, place=wanted.room, alike=False),
                               IntakeDraft(line, "建卡", None, place=wanted.room, number="校-008")])
    assert [(card.number, card.quantity, card.value) for card in Asset.select().order_by(Asset.id)] == [
        ("ZC-2026-00001", 20, 86_956), ("校-008", 1, 4_348), ("校-009", 1, 4_348), ("校-010", 1, 4_348)]
    assert sum(card.value for card in Asset.select()) == 100_000


def test_the_same_line_may_go_partly_to_the_store(wanted):
    accept(wanted, 23)
    line = queries.accepted_lines(wanted.id)[0].id
    said = intake.take_in(wanted.id, [IntakeDraft(line, "建卡", 3_000, place=wanted.room), IntakeDraft(line, "入库")])
    assert said.title.endswith("建卡 3 张，RK-2026-00001")
    assert {each.rule for each in checking.findings(wanted.id)} >= {"no_notice"}


def test_a_refused_request_is_opened_again(shop):
    asked = commands.request(RequestDraft(DAY, lines=(shop.broom,))).made[0]
    with pytest.raises(Invalid, match="不批准的原因"):
        commands.refuse(asked, " ")
    commands.refuse(asked, "库里还有", shop.signer("钱多"))
    assert (queries.purchase(asked).state, signing.of("purchase", [asked], "审批人")[asked][0].opinion) == ("refused", "库里还有")
    with pytest.raises(Refused, match="未批准"):
        accepting.accept(asked, AcceptanceDraft(DAY), [shop.signer("李强")])
    commands.reopen(asked)
    assert queries.purchase(asked).state == "asked"


def test_what_was_approved_does_not_come_to_more_and_what_was_accepted_stays(wanted):
    draft, ids = queries.request_draft(wanted.id)
    with pytest.raises(Refused, match=r"批准的是 6,900.00 元，不能改成 7,200.00 元"):
        commands.edit(wanted.id, replace(draft, lines=(replace(draft.lines[0], quantity=24_000),)), ids)
    accept(wanted, 3)
    with pytest.raises(Refused, match="已经验收 3"):
        commands.edit(wanted.id, replace(draft, lines=(replace(draft.lines[0], quantity=2_000),)), ids)
    with pytest.raises(Refused, match="不能去掉"):
        commands.edit(wanted.id, replace(draft, lines=(shop_line(draft),)), [0])
    commands.edit(wanted.id, replace(draft, purpose="新班", lines=(replace(draft.lines[0], quantity=20_000),)), ids)
    assert queries.purchase(wanted.id).purpose == "新班"
    commands.finish(wanted.id, "厂家停产")
    assert queries.purchase(wanted.id).state == "done"


def shop_line(draft):
    return replace(draft.lines[0], name="别的", price=1)


def test_a_copy_is_linked_on_both_ends(wanted):
    made = commands.copy(wanted.id, DAY).made[0]
    assert queries.lines(made)[0].name == "课桌"
    assert [(each.why, each.title) for each in links.of("purchase", made)] == [("复制自", "QG-2026-00001 课桌")]
    assert [(each.why, each.id) for each in links.of("purchase", wanted.id)] == [("复制成", made)]
    assert links.find("purchase", "qg-2026-00001") == wanted.id


def test_voiding_takes_everything_back_and_keeps_the_numbers(wanted):
    accept(wanted, 23)
    line = queries.accepted_lines(wanted.id)[0].id
    intake.take_in(wanted.id, [IntakeDraft(line, "建卡", 3_000, place=wanted.room), IntakeDraft(line, "直接领用", person=wanted.people["赵云"])])
    paying.enter(wanted.id, PaperDraft(number="0441", code="36", dated_on=DAY, supplier="木器厂"))
    share = paying.shares(wanted.id)[0].id
    signed = ClaimDraft(DAY, None, "课桌", 3, "转账", "木器厂", "", wanted.signer("王敏"), wanted.signer("李强"), wanted.signer("钱多"))
    quote(wanted, 30_000, 30_000, 30_000)
    with pytest.raises(Invalid, match="还没有定给谁"):
        claims.claim([share], signed)
    cancelling.void(wanted.id, "买错了")
    assert queries.purchase(wanted.id).state == "voided"
    assert not Asset.select().exists()
    assert [slip.voided_on is not None for slip in StockSlip.select()] == [True, True]
    assert paying.shares(wanted.id) == []
    assert commands.request(RequestDraft(DAY, lines=(DESKS,))).made[0] != wanted.id
    assert Purchase.select().order_by(Purchase.id.desc()).get().number == "QG-2026-00002"


def test_a_supplier_takes_his_new_name_along(wanted):
    shop = wanted
    shop.buy(supplier="老王五金", paper=PaperDraft("收据", fen=8_600))
    kept = supplier_commands.add_supplier(SupplierDraft("王记五金商行")).made[0]
    gone = supplier_commands.add_supplier(SupplierDraft("老王五金")).made[0]
    supplier_commands.merge_suppliers(kept, [gone], unify=True)
    purchase = queries.by_number("QG-2026-00002")
    assert purchase.supplier == "王记五金商行"
    assert paying.shares(purchase.id)[0].supplier == "王记五金商行"


def test_three_sign_a_claim_by_the_one_setting(wanted):
    paying.enter(shop_purchase(wanted), PaperDraft(number="0442", code="36", dated_on=DAY, supplier="五金店"))
    share = paying.shares(wanted.small)[0].id
    draft = claims.proposed([share])
    assert (draft.handler.shown, draft.checker.shown, draft.pieces) == ("王敏", "李强", 3)
    with pytest.raises(Invalid, match="请选择审核人"):
        claims.claim([share], draft)
    with pytest.raises(Invalid, match="审核人不能与经手人是同一个人"):
        claims.claim([share], replace(draft, auditor=draft.handler))
    settings.change({words.SIGNERS_APART: "提醒"})      # an office of two
    made = claims.claim([share], replace(draft, auditor=draft.handler)).made[0]
    assert claims.signers(made)["审核人"].shown == "王敏"
    with pytest.raises(Refused, match="不能重复报销"):
        claims.claim([share], replace(draft, auditor=draft.handler))
    claims.void(made, "金额写错")
    assert paying.shares(wanted.small)[0].claim is None


def shop_purchase(shop):
    shop.small = shop.buy(paper=PaperDraft()).made[0]
    return shop.small


def test_what_the_store_voided_lies_nowhere_again(wanted):
    accept(wanted, 23)
    line = queries.accepted_lines(wanted.id)[0].id
    intake.take_in(wanted.id, [IntakeDraft(line, "入库")])
    stock.void_slips([StockSlip.get().id], "入错保管室")
    assert queries.accepted_lines(wanted.id)[0].left == 23_000
    assert next(step for step in progress.strip(wanted.id).steps if step.key == "intake").state == "waits"
    intake.take_in(wanted.id, [IntakeDraft(line, "入库")])
    assert list(checks.purchases_sound()) == []
    cancelling.void(wanted.id, "退货")


def test_cards_that_were_changed_are_not_thrown_away(wanted):
    accept(wanted, 23)
    intake.take_in(wanted.id, intake.proposed(wanted.id))
    card = cards.card(1)
    asset_commands.edit_asset(1, replace(card.draft, value=1))
    with pytest.raises(Refused, match="改过数量或价值"):
        cancelling.void(wanted.id, "退货")


def test_where_the_money_comes_from_stays_once_a_paper_is_there(wanted):
    paying.enter(wanted.id, PaperDraft(number="0441", code="36", dated_on=DAY, supplier="木器厂"))
    draft, ids = queries.request_draft(wanted.id)
    with pytest.raises(Refused, match="资金来源不能再改"):
        commands.edit(wanted.id, replace(draft, lines=(replace(draft.lines[0], source="捐赠", fund="校友会"),)), ids)
    commands.edit(wanted.id, replace(draft, purpose="增班"), ids)
