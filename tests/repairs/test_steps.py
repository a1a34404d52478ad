"""The steps of a job: what each writes, what it refuses, what several at once say, and that days stand in order."""

from datetime import date

import pytest

from app.core.errors import Invalid, Refused
from app.repairs import commands, queries, rules
from app.repairs.rules import AcceptDraft, CompletionDraft
from app.school.signing_rules import Signer
from app.store import journal
from app.store.database import scalar
from tests.repairs.conftest import FRIDAY, MONDAY, TODAY, TUESDAY

WEDNESDAY, THURSDAY = date(2026, 11, 18), date(2026, 11, 19)


def problems(caught):
    return [(problem.row, problem.field) for problem in caught.value.problems]


def test_the_usual_way(shop):
    identity = shop.assigned()
    assert (shop.row(identity).state_words, shop.row(identity).workers) == ("已派工", "张师傅")
    commands.complete([identity], CompletionDraft(TUESDAY, "换灯管", "老化", 20, TUESDAY))
    step = commands.accept([identity], AcceptDraft(FRIDAY, "满意"))
    row = shop.row(identity)
    assert (row.state_words, row.assigned_on, row.arrived_on, row.first_done_on, row.done_on, row.accepted_on, row.satisfaction, row.acceptor) == (
        "已完成", MONDAY, TUESDAY, TUESDAY, TUESDAY, FRIDAY, "满意", "王敏")
    assert (row.treatment, row.cause, row.minutes) == ("换灯管", "老化", 20)
    assert [(each.title, each.dated_on, each.words) for each in queries.events(identity)] == [
        ("派工", MONDAY, "张师傅"), ("完工", TUESDAY, "换灯管"), ("验收", FRIDAY, "王敏，满意")]
    journal.undo(step.id)
    assert shop.row(identity).state_words == "待验收"


def test_a_vendor_may_be_sent_and_somebody_must(shop):
    identity = shop.report()
    with pytest.raises(Invalid, match="请选择维修人，或填写维修单位"):
        commands.assign([identity], MONDAY, [])
    commands.assign([identity], MONDAY, [Signer(name="李师傅")], "蓝天维修")
    row = shop.row(identity)
    assert (row.workers, row.vendor) == ("李师傅", "蓝天维修")
    with pytest.raises(Invalid, match="选了两次"):
        commands.assign([identity], MONDAY, [Signer(name="李师傅"), Signer(name="李 师傅")])


def test_assigning_again_may_mend_the_day(shop):
    identity = shop.assigned()
    commands.assign([identity], TUESDAY, [shop.signer("李强")])
    commands.assign([identity], MONDAY, [shop.signer("张师傅")])
    assert (shop.row(identity).assigned_on, shop.row(identity).workers) == (MONDAY, "张师傅")


def test_waiting_tells_its_reason_and_the_days_go_on(shop):
    identity = shop.assigned()
    due = shop.row(identity).due_on
    with pytest.raises(Invalid, match="等什么材料"):
        commands.wait([identity], TUESDAY, " ")
    commands.wait([identity], TUESDAY, "等 T8 灯管")
    row = shop.row(identity)
    assert (row.state_words, row.waiting_reason, row.due_on) == ("待料", "等 T8 灯管", due)
    commands.assign([identity], WEDNESDAY, [shop.signer("张师傅")])
    assert shop.row(identity).waiting_reason == ""


def test_rework_is_counted_and_the_first_completion_stays(shop):
    identity = shop.assigned()
    commands.complete([identity], CompletionDraft(TUESDAY, "换灯管"))
    with pytest.raises(Invalid, match="哪里没有修好"):
        commands.rework(identity, WEDNESDAY, "")
    commands.rework(identity, WEDNESDAY, "还是闪")
    row = shop.row(identity)
    assert (row.state, row.rework, row.first_done_on, row.done_on) == (rules.ASSIGNED, 1, TUESDAY, None)
    with pytest.raises(Invalid, match="早于上一步的日期"):
        commands.complete([identity], CompletionDraft(TUESDAY))
    commands.assign([identity], WEDNESDAY, [shop.signer("李强")])
    commands.complete([identity], CompletionDraft(THURSDAY, "换镇流器"))
    row = shop.row(identity)
    assert (row.assigned_on, row.first_done_on, row.done_on, row.treatment, row.rework) == (MONDAY, TUESDAY, THURSDAY, "换镇流器", 1)
    commands.accept([identity], AcceptDraft(FRIDAY))
    with pytest.raises(Refused, match="请先撤回验收；过后又坏了，请另报一次"):
        commands.rework(identity, FRIDAY, "又坏了")


def test_an_acceptance_is_taken_back_and_given_again(shop):
    identity = shop.accepted()
    commands.take_back([identity], TODAY, "签错了")
    row = shop.row(identity)
    assert (row.state_words, row.accepted_on, row.acceptor, row.satisfaction, row.done_on) == ("待验收", None, "", "", TUESDAY)
    commands.accept([identity], AcceptDraft(FRIDAY, "不满意", shop.signer("赵云")))
    assert (shop.row(identity).acceptor, shop.row(identity).satisfaction) == ("赵云", "不满意")


def test_a_slip_that_comes_back_signed_completes_as_well(shop):
    identity = shop.report()
    commands.accept([identity], AcceptDraft(FRIDAY, done_on=WEDNESDAY, treatment="紧了螺丝"))
    row = shop.row(identity)
    assert (row.state_words, row.first_done_on, row.done_on, row.accepted_on, row.treatment) == ("已完成", WEDNESDAY, WEDNESDAY, FRIDAY, "紧了螺丝")


def test_the_keeper_accepts_what_the_office_reported(shop):
    own, homeless = shop.report(by_office=True), shop.report(by_office=True, place=shop.other)
    commands.accept([own], AcceptDraft(FRIDAY))
    assert shop.row(own).acceptor == "李强"
    with pytest.raises(Invalid, match="房间没有保管人，请填写验收人"):
        commands.accept([homeless], AcceptDraft(FRIDAY))
    commands.accept([homeless], AcceptDraft(FRIDAY, acceptor=Signer(name="校长")))
    assert shop.row(homeless).acceptor == "校长"


def test_several_are_accepted_with_one_day_in_one_step(shop):
    ids = [shop.assigned(what=what) for what in ("灯", "门锁", "龙头")]
    step = commands.accept(ids, AcceptDraft(FRIDAY, "满意"))
    assert {shop.row(each).state for each in ids} == {rules.ACCEPTED}
    journal.undo(step.id)
    assert {shop.row(each).state for each in ids} == {rules.ASSIGNED}


def test_what_is_wrong_with_several_is_told_at_once_by_job(shop):
    early, late, done = shop.assigned(), shop.report(reported_on=FRIDAY), shop.accepted()
    with pytest.raises(Refused, match="WX-2026-00003 现在是“已完成”，不能验收。它已经验收了。"):
        commands.accept([early, late, done], AcceptDraft(THURSDAY))
    with pytest.raises(Invalid) as caught:
        commands.accept([early, late], AcceptDraft(THURSDAY))
    assert problems(caught) == [(late, "done_on")]
    assert "WX-2026-00002：" in str(caught.value)
    with pytest.raises(Invalid) as caught:
        commands.accept([early, late], AcceptDraft(date(2026, 12, 1), "好"))
    assert [field for _, field in problems(caught)][:2] == ["accepted_on", "satisfaction"]
    assert scalar("SELECT count(*) FROM repair WHERE state = 'accepted'") == 1


@pytest.mark.parametrize("act", [
    lambda identity: commands.assign([identity], date(2026, 11, 13), [Signer(name="张")]),
    lambda identity: commands.wait([identity], date(2026, 11, 13), "等"),
    lambda identity: commands.send(identity, date(2026, 11, 13), "厂家"),
    lambda identity: commands.complete([identity], CompletionDraft(date(2026, 11, 13))),
    lambda identity: commands.accept([identity], AcceptDraft(date(2026, 11, 13))),
    lambda identity: commands.escalate([identity], date(2026, 11, 13)),
    lambda identity: commands.assign([identity], date(2026, 11, 22), [Signer(name="张")]),
    lambda identity: commands.complete([identity], CompletionDraft(None)),
    lambda identity: commands.complete([identity], CompletionDraft(TUESDAY, minutes=-1)),
    lambda identity: commands.complete([identity], CompletionDraft(TUESDAY, cause="天意")),
    lambda identity: commands.complete([identity], CompletionDraft(TUESDAY, arrived_on=WEDNESDAY)),
    lambda identity: commands.accept([identity], AcceptDraft(None)),
    lambda identity: commands.accept([identity], AcceptDraft(TUESDAY, done_on=WEDNESDAY)),
    lambda identity: commands.send(identity, TUESDAY, ""),
    lambda identity: commands.void([identity], ""),
])
def test_what_cannot_be_is_refused_and_nothing_kept(shop, act):
    identity = shop.report()
    before = shop.row(identity)
    with pytest.raises(Invalid):
        act(identity)
    assert shop.row(identity) == before
    assert queries.events(identity) == []


def test_every_act_is_refused_where_the_table_says_so(shop):
    """Each verb asks the one table: a job that is voided takes no step any more."""
    identity = shop.report()
    commands.void([identity], "报错了")
    row = shop.row(identity)
    assert (row.state_words, row.void_reason, row.voided_on) == ("已作废", "报错了", TODAY)
    for act in (lambda: commands.assign([identity], FRIDAY, [Signer(name="张")]), lambda: commands.wait([identity], FRIDAY, "等"),
                lambda: commands.send(identity, FRIDAY, "厂家"), lambda: commands.bring_back(identity, FRIDAY),
                lambda: commands.complete([identity], CompletionDraft(FRIDAY)), lambda: commands.rework(identity, FRIDAY, "x"),
                lambda: commands.accept([identity], AcceptDraft(FRIDAY)), lambda: commands.take_back([identity]),
                lambda: commands.escalate([identity], FRIDAY), lambda: commands.void([identity], "再"),
                lambda: commands.edit(identity, queries.draft_of(identity))):
        with pytest.raises(Refused, match="已作废"):
            act()
    with pytest.raises(Refused, match="已经不在了"):
        commands.void([identity, 99], "x")
    with pytest.raises(Refused, match="请先选中"):
        commands.void([], "x")


def test_escalated_jobs_come_back_to_work(shop):
    identity = shop.report()
    commands.escalate([identity], TUESDAY, "青教请〔2026〕8号")
    assert (shop.row(identity).state_words, shop.row(identity).reported_up_no) == ("已上报", "青教请〔2026〕8号")
    commands.assign([identity], WEDNESDAY, [shop.signer("张师傅")])
    assert shop.row(identity).state == rules.ASSIGNED


# --- mending what was reported -----------------------------------------------------------------------------------


def test_editing_keeps_days_in_order(shop):
    from dataclasses import replace

    identity = shop.assigned()
    draft = queries.draft_of(identity)
    commands.edit(identity, replace(draft, what="灯管闪", reported_on=date(2026, 11, 13), due_on=None, urgency=rules.URGENT))
    row = shop.row(identity)
    assert (row.what, row.reported_on, row.due_on) == ("灯管闪", date(2026, 11, 13), date(2026, 11, 13))
    with pytest.raises(Invalid, match="派工日期 2026-11-16 早于报修日期 2026-11-17"):
        commands.edit(identity, replace(draft, reported_on=TUESDAY, due_on=None))
    assert commands.edit(identity, queries.draft_of(identity)) is None
    commands.accept([identity], AcceptDraft(FRIDAY))
    with pytest.raises(Refused, match="要改请先撤回验收"):
        commands.edit(identity, draft)


def test_an_edit_does_not_stumble_over_a_card_that_was_deleted_since(shop):
    from dataclasses import replace

    from app.assets import commands as assets

    identity = shop.report(assets=((shop.fan, 1), (shop.chairs, 2)))
    assets.delete_assets([shop.fan])
    commands.edit(identity, replace(queries.draft_of(identity), what="风扇不转"))
    assert [(card.gone, card.asset) for card in queries.cards(identity)] == [(True, shop.fan), (False, shop.chairs)]
    commands.edit(identity, replace(queries.draft_of(identity), assets=((shop.chairs, 5),)))
    assert [(card.asset, card.pieces) for card in queries.cards(identity)] == [(shop.chairs, 5)]
