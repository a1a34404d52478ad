"""Vouchers as shares of invoices: a month bill over several items, totals, corrections, red ones, undo and redo."""

from collections import Counter
from dataclasses import asdict
from datetime import date
from random import Random

import pytest

from app.core.errors import Invalid, Refused
from app.core.listing import Wish
from app.fees.money import commands, evidence, grids, settlement, vouchers
from app.fees.money.checks import money_sound
from app.fees.money.facts import Facts
from app.fees.money.rules import VoucherDraft
from app.school import invoices
from app.school.tables import Invoice
from app.store import journal
from tests.fee_verbs import record_voucher
from tests.money_fixture import BOOKS, CLUB, MEALS, UNIFORM, FeeSchool

DAY, OTHER_DAY = date(2026, 11, 3), date(2026, 11, 4)
NUMBER, SECOND = "24327000000012345678", "24327000000087654321"


def _draft(school: FeeSchool, item: str, fen: int | None, number: str = NUMBER, **more: object) -> VoucherDraft:
    people = school.people
    values: dict[str, object] = {
        "plan_item": school.items[item], "number": number, "fen": fen, "dated_on": DAY, "supplier": "新华书店",
        "handler": people["经手甲"], "acceptor": people["验收乙"], "auditor": people["审核丙"], **more}
    return VoucherDraft(**values)      # type: ignore[arg-type]


def _joining(school: FeeSchool, item: str, fen: int | None = None, number: str = NUMBER, **more: object) -> VoucherDraft:
    """Give a voucher of which only the number was typed, and its item and signers."""
    return _draft(school, item, fen, number, **{"dated_on": None, "supplier": "", **more})


def _record(school: FeeSchool, draft: VoucherDraft) -> int:
    return record_voucher(school.plan, draft).made[0]


def _told(school: FeeSchool, *drafts: VoucherDraft) -> dict[str, str]:
    with pytest.raises(Invalid) as trouble:
        commands.write_vouchers(school.plan, {}, [asdict(draft) for draft in drafts])
    return {problem.field: problem.text for problem in reversed(trouble.value.problems)}


def _rows(school: FeeSchool, state: str = "valid") -> list[dict[str, object]]:
    rows = grids.VOUCHER_LIST.rows(Wish(filters={"plan": school.plan, "state": state}))
    return [dict(zip(["id", *(column.key for column in grids.VOUCHERS)], row, strict=True)) for row in rows]


def _faults() -> list[str]:
    return [*invoices.invoices_sound(), *money_sound()]


def _invoices() -> list[tuple[str, int]]:
    return [(row.number, row.fen) for row in Invoice.select().where(Invoice.voided_on.is_null()).order_by(Invoice.id)]


def test_a_month_bill_is_shared_by_three_items(fee_school: FeeSchool) -> None:
    first = _record(fee_school, _draft(fee_school, BOOKS, 12_000, total=30_000))
    second = _record(fee_school, _joining(fee_school, CLUB, 6_000))
    third = _record(fee_school, _joining(fee_school, UNIFORM))       # the rest
    assert _invoices() == [(NUMBER, 30_000)]
    rows = {row["id"]: row for row in _rows(fee_school)}
    assert [rows[each]["fen"] for each in (first, second, third)] == [12_000, 6_000, 12_000]
    assert {(row["number"], row["dated_on"], row["supplier"], row["total"]) for row in rows.values()} == {
        (NUMBER, DAY.isoformat(), "新华书店", 30_000)}
    assert Facts(fee_school.plan).vouchers == {fee_school.items[BOOKS]: 12_000, fee_school.items[CLUB]: 6_000,
                                               fee_school.items[UNIFORM]: 12_000}
    told = _told(fee_school, _joining(fee_school, MEALS, 1))["number"]
    assert "该发票共 300.00 元，已有 3 笔共 300.00 元，余 0.00 元" in told
    assert f"{BOOKS} 120.00 元、{CLUB} 60.00 元、{UNIFORM} 120.00 元" in told
    assert "不能重复报销" in told
    assert "没有可以再记的" in _told(fee_school, _joining(fee_school, MEALS))["fen"]
    assert _faults() == []


def test_several_rows_of_one_bill_are_pasted_at_once(fee_school: FeeSchool) -> None:
    rows = [_draft(fee_school, BOOKS, 100), _joining(fee_school, CLUB, 200), _joining(fee_school, UNIFORM, 300)]
    assert "写了 3 笔" in _told(fee_school, *rows)["number"]       # a bill that is shared, or slips: the total says which
    rows[1].total = 600
    commands.write_vouchers(fee_school.plan, {}, [asdict(row) for row in rows])
    assert _invoices() == [(NUMBER, 600)]
    assert {row["supplier"] for row in _rows(fee_school)} == {"新华书店"}
    wrong = _told(fee_school, _draft(fee_school, BOOKS, 100, SECOND), _draft(fee_school, CLUB, 100, SECOND, dated_on=OTHER_DAY),
                  _draft(fee_school, CLUB, 100, SECOND, supplier="文具店"))
    assert "日期不一样" in wrong["dated_on"]
    assert "收款单位不一样" in wrong["supplier"]
    wrong = _told(fee_school, _draft(fee_school, BOOKS, 100, SECOND, total=500), _draft(fee_school, CLUB, 100, SECOND, total=400))
    assert "总额不一样" in wrong["total"]
    assert "总额 5.00 元，记的合起来却有 6.00 元" in _told(
        fee_school, _draft(fee_school, BOOKS, 300, SECOND, total=500), _joining(fee_school, CLUB, 300, SECOND))["fen"]


def test_what_contradicts_a_known_invoice_is_told(fee_school: FeeSchool) -> None:
    _record(fee_school, _draft(fee_school, BOOKS, 100, total=300))
    told = _told(fee_school, _joining(fee_school, CLUB, 100, dated_on=OTHER_DAY))
    assert f"{BOOKS}" in told["dated_on"]
    assert "日期是“2026-11-03”，与这里不一样" in told["dated_on"]
    assert "收款单位是“新华书店”" in _told(fee_school, _joining(fee_school, CLUB, 100, supplier="文具店"))["supplier"]
    assert "总额是 3.00 元，与这里的 4.00 元不一样" in _told(fee_school, _joining(fee_school, CLUB, 100, total=400))["total"]
    assert "离谱" in _told(fee_school, _draft(fee_school, CLUB, 100, SECOND, total=10**30))["total"]
    assert "票据种类是“发票”" in _told(fee_school, _joining(fee_school, CLUB, 100, kind="财政票据"))["kind"]
    _record(fee_school, _joining(fee_school, CLUB, 100, dated_on=DAY, supplier=" 新华书店 ", total=300))


@pytest.mark.parametrize("number", [f" {NUMBER} ", "２４３２７０００００００１２３４５６７８", "2432 7000 0000 1234 5678"])
def test_a_number_is_known_however_it_is_written(fee_school: FeeSchool, number: str) -> None:
    _record(fee_school, _draft(fee_school, BOOKS, 100, total=300))
    _record(fee_school, _joining(fee_school, CLUB, 100, number, code="032001900111"))     # a code says nothing beside 20 digits
    assert _invoices() == [(NUMBER, 300)]


def test_the_amount_of_a_whole_invoice_carries_its_total(fee_school: FeeSchool) -> None:
    one = _record(fee_school, _draft(fee_school, BOOKS, 1_200))
    commands.write_vouchers(fee_school.plan, {one: {"fen": 999}}, [])
    assert _invoices() == [(NUMBER, 999)]
    assert vouchers.draft_of(one).total is None
    commands.write_vouchers(fee_school.plan, {one: {"total": 2_000}}, [])
    assert vouchers.draft_of(one).total == 2_000
    commands.write_vouchers(fee_school.plan, {one: {"fen": 1_500}}, [])     # a part of it: the total stands
    assert _invoices() == [(NUMBER, 2_000)]
    two = _record(fee_school, _joining(fee_school, CLUB))
    with pytest.raises(Invalid, match=r"已经登记过：该发票共 20\.00 元"):
        commands.write_vouchers(fee_school.plan, {two: {"fen": 501}}, [])
    with pytest.raises(Invalid, match=r"该发票共 19\.99 元"):
        commands.write_vouchers(fee_school.plan, {one: {"total": 1_999}}, [])
    assert _invoices() == [(NUMBER, 2_000)]


def test_words_of_the_paper_are_mended_for_all_who_hold_it(fee_school: FeeSchool) -> None:
    one = _record(fee_school, _draft(fee_school, BOOKS, 100, total=300))
    two = _record(fee_school, _joining(fee_school, CLUB, 100))
    commands.write_vouchers(fee_school.plan, {two: {"dated_on": OTHER_DAY, "supplier": "县新华书店"}}, [])
    assert [(row["dated_on"], row["supplier"]) for row in _rows(fee_school)] == [(OTHER_DAY.isoformat(), "县新华书店")] * 2
    commands.write_vouchers(fee_school.plan, {two: {"supplier": ""}}, [])
    assert {row["supplier"] for row in _rows(fee_school)} == {""}
    with pytest.raises(Invalid, match="请填写票据日期"):
        commands.write_vouchers(fee_school.plan, {one: {"dated_on": None}}, [])
    assert len(_invoices()) == 1


def test_a_mended_number_is_another_paper(fee_school: FeeSchool) -> None:
    one = _record(fee_school, _draft(fee_school, BOOKS, 100))
    commands.write_vouchers(fee_school.plan, {one: {"number": SECOND}}, [])
    assert _invoices() == [(SECOND, 100)]
    two = _record(fee_school, _draft(fee_school, CLUB, 200, NUMBER))        # the wrong number is free again
    commands.write_vouchers(fee_school.plan, {one: {"number": NUMBER, "dated_on": OTHER_DAY}, two: {"number": SECOND}}, [])
    assert {row["id"]: (row["number"], row["dated_on"], row["total"]) for row in _rows(fee_school)} == {
        one: (NUMBER, OTHER_DAY.isoformat(), 100), two: (SECOND, DAY.isoformat(), 200)}
    commands.write_vouchers(fee_school.plan, {one: {"kind": "收据", "number": "7"}}, [])
    assert _invoices() == [(SECOND, 200)]
    assert _faults() == []


def test_a_share_moves_to_a_known_invoice(fee_school: FeeSchool) -> None:
    _record(fee_school, _draft(fee_school, BOOKS, 100, total=300))
    moving = _record(fee_school, _draft(fee_school, CLUB, 250, SECOND, dated_on=OTHER_DAY, supplier="文具店"))
    with pytest.raises(Invalid, match=r"不够再记 2\.50 元"):
        commands.write_vouchers(fee_school.plan, {moving: {"number": NUMBER}}, [])
    commands.write_vouchers(fee_school.plan, {moving: {"number": NUMBER, "fen": 200}}, [])
    assert _invoices() == [(NUMBER, 300)]
    assert {(row["dated_on"], row["supplier"]) for row in _rows(fee_school)} == {(DAY.isoformat(), "新华书店")}


def test_voiding_frees_a_share_and_at_last_the_number(fee_school: FeeSchool) -> None:
    one = _record(fee_school, _draft(fee_school, BOOKS, 100, total=300))
    two = _record(fee_school, _joining(fee_school, CLUB))
    commands.void_voucher(two, "多记")
    assert _invoices() == [(NUMBER, 300)]
    commands.void_voucher(one, "金额抄错")
    assert _invoices() == []
    _record(fee_school, _draft(fee_school, BOOKS, 500, dated_on=OTHER_DAY))
    assert [(row["fen"], row["dated_on"]) for row in _rows(fee_school, "void")] == [(100, DAY.isoformat()), (200, DAY.isoformat())]


def test_other_evidence_needs_no_number_and_is_told_from_its_like_by_the_payee(fee_school: FeeSchool) -> None:
    _record(fee_school, _draft(fee_school, BOOKS, 100, "", kind="工资表"))
    _record(fee_school, _draft(fee_school, BOOKS, 100, "0441", kind="收据", supplier="文具店"))
    _record(fee_school, _draft(fee_school, BOOKS, 100, "0441", kind="收据", supplier="印刷厂"))
    assert _invoices() == []
    told = _told(fee_school, _draft(fee_school, CLUB, 100, "０４４１", kind="收据", supplier=" 文具店"))
    assert "文具店的收据 ０４４１ 已经登记过" in told["number"]
    assert "请填写票据号码" in _told(fee_school, _draft(fee_school, CLUB, 100, "", kind="电子发票"))["number"]
    assert "收据、工资表没有总额" in _told(fee_school, _draft(fee_school, CLUB, 100, "5", kind="收据", total=300))["total"]
    assert _faults() == []


def test_a_red_invoice_takes_back_a_known_one(fee_school: FeeSchool) -> None:
    blue = _record(fee_school, _draft(fee_school, BOOKS, 30_000))
    red = _draft(fee_school, BOOKS, -30_000, SECOND, red_of=NUMBER)
    assert "没有登记过号码是“9”的发票" in _told(fee_school, _draft(fee_school, BOOKS, -1, SECOND, red_of="9"))["red_of"]
    assert "只有红字发票" in _told(fee_school, _draft(fee_school, BOOKS, 1, SECOND, red_of=NUMBER))["red_of"]
    assert "红冲合起来却有 300.01 元" in _told(fee_school, _draft(fee_school, BOOKS, -30_001, SECOND, red_of=NUMBER))["red_of"]
    made = _record(fee_school, red)
    assert Facts(fee_school.plan).vouchers == {fee_school.items[BOOKS]: 0}
    assert [row["red_of"] for row in _rows(fee_school)] == ["", NUMBER]
    assert "红冲合起来" in _told(fee_school, _draft(fee_school, BOOKS, -1, "24327000000000000009", red_of=NUMBER))["red_of"]
    other = _record(fee_school, _draft(fee_school, BOOKS, 30_000, "1"))     # else the item would come to less than nothing
    with pytest.raises(Refused, match="冲的就是它，请先作废红字发票"):
        commands.void_voucher(blue, "退货")
    with pytest.raises(Invalid, match=r"已被红冲 300\.00 元"):
        commands.write_vouchers(fee_school.plan, {blue: {"fen": 20_000}}, [])
    commands.write_vouchers(fee_school.plan, {blue: {"number": "24327000000000000001"}}, [])      # the red one follows
    assert [row["red_of"] for row in _rows(fee_school) if row["id"] == made] == ["24327000000000000001"]
    assert _faults() == []
    commands.void_voucher(made, "抄错")
    commands.void_voucher(blue, "退货")
    commands.void_voucher(other, "退货")
    assert _invoices() == []
    assert _faults() == []


def test_undo_keeps_shares_within_their_invoice(fee_school: FeeSchool) -> None:
    one = _record(fee_school, _draft(fee_school, BOOKS, 6_000))
    more = commands.write_vouchers(fee_school.plan, {one: {"total": 10_000}}, [])
    later = record_voucher(fee_school.plan, _joining(fee_school, CLUB, 4_000))
    assert more
    with pytest.raises(Refused, match=r"总额 60\.00 元，记的合起来却有 100\.00 元"):
        journal.undo(more.id)
    assert _invoices() == [(NUMBER, 10_000)]
    journal.undo(later.id)
    journal.undo(more.id)
    assert _invoices() == [(NUMBER, 6_000)]


def test_signs_do_not_mix_in_one_invoice(fee_school: FeeSchool) -> None:
    _record(fee_school, _draft(fee_school, BOOKS, 100, total=300))
    assert "已经登记过" in _told(fee_school, _joining(fee_school, BOOKS, -50))["number"]
    assert "红字发票的金额都要是负数" in _told(
        fee_school, _draft(fee_school, BOOKS, -100, SECOND, total=-300), _joining(fee_school, CLUB, 1, SECOND))["fen"]


def test_a_paper_in_a_closed_term_stays_as_it_is(fee_school: FeeSchool) -> None:
    from app.fees.tables import FeeItem, FeePlan, FeePlanItem
    from app.school.tables import Term
    from tests.fees.test_fee_money_checks import _collected

    _collected(fee_school)
    _record(fee_school, _draft(fee_school, BOOKS, 100, total=300))
    settlement.settle(fee_school.plan)
    settlement.close_term(fee_school.plan, "示例")
    with journal.operation("下学期"):
        term = Term.create(school_year=2026, half=2, starts_on=date(2027, 2, 20), ends_on=date(2027, 7, 5))
        plan = FeePlan.create(term=term, state="collecting")
        item = FeePlanItem.create(plan=plan, item=FeeItem.get_by_id(1), name="下学期作业本", kind="代收费", unit="", measure="学期")
    later = record_voucher(plan.id, VoucherDraft(**{**asdict(_joining(fee_school, BOOKS, 100)), "plan_item": item.id})).made[0]
    for change in ({"total": 400}, {"dated_on": OTHER_DAY}, {"supplier": "别家"}):
        with pytest.raises(Invalid, match="2026—2027学年第一学期的收费已经结账"):
            commands.write_vouchers(plan.id, {later: change}, [])
    commands.write_vouchers(plan.id, {later: {"fen": 200}}, [])


def test_a_known_invoice_says_what_is_left(fee_school: FeeSchool) -> None:
    _record(fee_school, _draft(fee_school, BOOKS, 100, total=300))
    row = invoices.known("", NUMBER)
    assert row is not None
    assert [share.fen for share in invoices.shares([row.id])[row.id]] == [100]
    assert invoices.known("", SECOND) is None
    assert invoices.known("", "") is None
    assert [each.number for each in invoices.with_number(NUMBER)] == [NUMBER]
    assert invoices.with_number("%") == []


def test_every_contradiction_is_told(fee_school: FeeSchool) -> None:
    one = _record(fee_school, _draft(fee_school, BOOKS, 100))
    _record(fee_school, _draft(fee_school, BOOKS, -50, SECOND, red_of=NUMBER))
    with journal.operation("弄坏"):
        Invoice.update(fen=40).where(Invoice.number == NUMBER).execute()
        Invoice.create(kind="发票", number="9", key="-9", dated_on=DAY, fen=5)
    told = "".join(invoices.invoices_sound())
    _record(fee_school, _joining(fee_school, CLUB, 5, "9"))      # one that nobody holds is taken up again
    assert _invoices()[-1] == ("9", 5)
    for words in ("总额 0.40 元，记的合起来却有 1.00 元", f"{BOOKS} 1.00 元", "没有一笔支出用到它", "红冲合起来却有 0.50 元"):
        assert words in told
    with journal.operation("再弄坏"):
        Invoice.update(voided_on=DAY, void_reason="错").where(Invoice.number == NUMBER).execute()
    told = "".join(invoices.invoices_sound())
    assert "已经作废，却还有支出用到它" in told
    assert "被红冲的发票已经作废了" in told
    assert evidence.invoices_held([one]) == {one: Invoice.get(Invoice.number == NUMBER).id}


@pytest.mark.parametrize("seed", range(8))
def test_whatever_is_done_shares_keep_within_their_invoices(fee_school: FeeSchool, seed: int) -> None:
    """Random vouchers of few invoices: recorded, changed, voided, undone and redone; refusals change nothing."""
    chance, begun = Random(seed), len(journal.steps(-1, undone=False))
    done: Counter[str] = Counter()
    for _ in range(60):
        act = chance.choice((_record_any, _record_any, _change_any, _change_any, _void_any, _take_back, _bring_back))
        before, steps = _rows(fee_school), len(journal.steps(-1, undone=False))
        if act is _take_back and steps == begun:
            continue
        try:
            act(fee_school, chance)
        except (Invalid, Refused):
            assert _rows(fee_school) == before
            assert len(journal.steps(-1, undone=False)) == steps
        else:
            done[act.__name__] += 1
        _require_sound(fee_school)
    assert len(done) >= 4       # each sort of thing happened at least once, or the walk shows little
    assert _faults() == []


def _require_sound(school: FeeSchool) -> None:
    assert invoices.invoices_sound() == []
    standing = [row for row in _rows(school) if row["total"] is not None]
    taken: Counter[object] = Counter()
    for row in standing:
        taken[row["number"]] += int(str(row["fen"]))
    for row in standing:
        assert abs(taken[row["number"]]) <= abs(int(str(row["total"])))
    assert len(_invoices()) == len({row["number"] for row in standing})


def _record_any(school: FeeSchool, chance: Random) -> None:
    fen, total = chance.choice((None, chance.randrange(-50, 120))), chance.choice((None, None, 100, 300, -40))
    record_voucher(school.plan, _joining(school, chance.choice((BOOKS, CLUB, UNIFORM)), fen, chance.choice(("1", "2", NUMBER)),
                                                  total=total, dated_on=DAY, red_of=chance.choice(("", "", "1"))))


def _change_any(school: FeeSchool, chance: Random) -> None:
    values = {"fen": chance.randrange(-20, 120), "total": chance.choice((None, 100, 200)), "number": chance.choice(("1", "2", "3")),
              "kind": chance.choice(("发票", "收据")), "plan_item": school.items[chance.choice((BOOKS, CLUB))]}
    rows = _rows(school)
    chosen = {int(str(row["id"])): {key: values[key] for key in chance.sample(sorted(values), 2)}
              for row in chance.sample(rows, min(len(rows), chance.choice((1, 1, 2))))}
    commands.write_vouchers(school.plan, chosen, [])


def _void_any(school: FeeSchool, chance: Random) -> None:
    if rows := _rows(school):
        commands.void_voucher(int(str(chance.choice(rows)["id"])), "错")


def _take_back(school: FeeSchool, chance: Random) -> None:
    journal.undo()


def _bring_back(school: FeeSchool, chance: Random) -> None:
    if journal.redoable():
        journal.redo()
