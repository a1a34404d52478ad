"""Letters of a real file: who gets one, what stands in it, slips counted by class, what they change in the charges."""

import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from random import Random

import pytest
from pypdf import PdfReader

from app import features
from app.core.errors import Invalid, Refused
from app.core.money import format_fen, in_capitals
from app.core.progress import Cancelled
from app.fees.board import commands as publicity
from app.fees.board import settings as fee_words
from app.fees.board.commands import PostDraft
from app.fees.letters import commands as letter_commands
from app.fees.letters import papers as letter_papers
from app.fees.letters import queries as letter_queries
from app.fees.letters.kinds import KINDS, LetterDraft, shipped_draft
from app.fees.letters.papers import Batch, print_letters
from app.fees.letters.replies import Exceptions, ReplyDraft
from app.fees.letters.values import Filler
from app.fees.money import bank, settlement
from app.fees.money import commands as money_commands
from app.fees.money import lists as money_lists
from app.fees.money import queries as money_queries
from app.fees.money.facts import Facts
from app.fees.money.rules import RefundDraft, VoucherDraft
from app.fees.tables import FeePlan, FeePlanItem
from app.paper.forms import Order
from app.school import queries as school
from app.school import roster
from app.school.commands import add_term
from app.school.letters.papers import INTERNAL
from app.school.pupil_rules import told_apart
from app.school.rules import TermDraft
from app.school.tables import Pupil
from app.store import journal, settings
from app.store.opening import Store
from tests.fee_verbs import make_shipped, record_voucher
from tests.money_fixture import BOOKS, CARE, CLUB, FeeSchool

HERE = ["安一", "白二", "曹三", "邓四", "龘䶮㛃", "欧阳阿依古丽娜", "高八", "何九"]     # 冯七 has left


@pytest.fixture
def notice(fee_school: FeeSchool) -> int:
    """Give a fee notice of the small school, whose plan's checks are switched off."""
    settings.change(dict.fromkeys(fee_words.SEVERITY.values(), fee_words.IGNORE))
    return make_shipped(fee_school.term, "fee-notice", date(2026, 9, 1), date(2026, 9, 4)).made[0]


def _pages(path: Path) -> list[str]:
    return [page.extract_text() for page in PdfReader(path).pages]


def _print(letter: int, path: Path, batch: Batch | None = None) -> list[str]:
    print_letters(letter_queries.letter(letter), path, batch or Batch(covers=False))
    return _pages(path)


def _named(page: str) -> list[str]:
    return [name for name in [*HERE, "冯七"] if name in page]


def test_every_pupil_gets_exactly_one_in_the_order_of_class_and_seat(notice: int, tmp_path: Path) -> None:
    assert [_named(page) for page in _print(notice, tmp_path / "all.pdf")] == [[name] for name in HERE]


def test_totals_equal_the_charges_and_are_written_out(fee_school: FeeSchool, notice: int, tmp_path: Path) -> None:
    pages = _print(notice, tmp_path / "all.pdf")
    charged: dict[str, int] = dict.fromkeys(HERE, 0)
    names = {pupil: name for name, pupil in fee_school.pupils.items()}
    for each in money_queries.charges(fee_school.plan):
        if names[each.pupil] in charged:
            charged[names[each.pupil]] += each.fen
    for name, page in zip(HERE, pages, strict=True):
        if name == "邓四":       # has not answered: as if the family agreed to all
            continue
        told = re.search(r"以上合计([\d,.]+)元（大写：人民币(\w+?)）", re.sub(r"\s", "", page))
        assert told
        assert told.groups() == (format_fen(charged[name]), in_capitals(charged[name]))
    assert "免收0.00" in re.sub(r"\s", "", pages[HERE.index("白二")])
    assert "不参加0.00" in re.sub(r"\s", "", pages[HERE.index("曹三")])


def test_whoever_has_not_answered_is_told_what_agreeing_would_cost(fee_school: FeeSchool, notice: int) -> None:
    filler = Filler(letter_queries.letter(notice))
    lines = {line.item.name: line.fen for line in filler.lines(fee_school.pupils["邓四"])}
    charges = {each.plan_item: each.fen for each in money_queries.charges(fee_school.plan) if each.pupil == fee_school.pupils["邓四"]}
    assert charges[fee_school.items[CARE]] == charges[fee_school.items[CLUB]] == 0
    assert lines[CARE] > 0
    assert lines[CLUB] > 0


def test_what_papers_say_about_refunds_follows_the_plan(fee_school: FeeSchool, notice: int, tmp_path: Path) -> None:
    assert "多退少补" in _print(notice, tmp_path / "a.pdf")[0].replace("\n", "")
    with journal.operation("多退少不补"):
        FeePlan.update(shortage="不补").execute()
    page = _print(notice, tmp_path / "b.pdf")[0].replace("\n", "")
    assert "多退少不补" in page
    assert "多退少补" not in page


def test_narrowed_to_classes_grades_pupils_and_missing_slips(fee_school: FeeSchool, notice: int, tmp_path: Path) -> None:
    def names(batch: Batch) -> list[str]:
        return ["".join(_named(page)) for page in _print(notice, tmp_path / "some.pdf", batch)]

    assert names(Batch(classes=[fee_school.classes["三年级2班"]], covers=False)) == HERE[4:6]
    assert names(Batch(grades=[4], covers=False)) == HERE[6:]
    assert names(Batch(pupils=[fee_school.pupils["曹三"]], covers=False)) == ["曹三"]
    letter_commands.record_class(notice, fee_school.classes["三年级1班"], Exceptions(frozenset([fee_school.pupils["白二"]])))
    assert names(Batch(grades=[3], missing=True, covers=False)) == ["白二", *HERE[4:6]]
    with pytest.raises(Refused, match="没有要印发的学生"):
        names(Batch(classes=[9999]))


def test_class_covers_count_and_name_the_pupils(notice: int, tmp_path: Path) -> None:
    pages = _print(notice, tmp_path / "covers.pdf", Batch(covers=True))
    covers = [page for page in pages if "班级封面" in page]
    assert len(covers) == 3
    assert len(pages) == 3 + len(HERE)
    assert "本班印发：4 份" in covers[0]
    assert _named(covers[0]) == HERE[:4]
    assert all(INTERNAL in page for page in pages)


def test_a_notice_that_may_not_be_printed_is_refused_but_previewed(fee_school: FeeSchool, tmp_path: Path) -> None:
    letter = letter_queries.letter(make_shipped(fee_school.term, "fee-notice").made[0])
    with pytest.raises(Refused, match="还不能打印"):
        print_letters(letter, tmp_path / "no.pdf")
    assert not (tmp_path / "no.pdf").exists()
    letter_papers.preview(letter, fee_school.pupils["安一"], tmp_path / "look.pdf")
    assert _named(_pages(tmp_path / "look.pdf")[0]) == ["安一"]


def test_settlement_letters_tell_each_account(fee_school: FeeSchool, tmp_path: Path) -> None:
    letter = make_shipped(fee_school.term, "settlement", date(2027, 1, 15)).made[0]
    with pytest.raises(Refused, match="还没有结算"):
        _print(letter, tmp_path / "no.pdf")
    for class_id in fee_school.classes.values():
        money_commands.pay_class(fee_school.plan, class_id, date(2026, 11, 18))
    people = fee_school.people
    record_voucher(fee_school.plan, VoucherDraft(
        plan_item=fee_school.items[CLUB], number="0001", fen=30_001, code="3200", dated_on=date(2026, 11, 2), handler=people["经手甲"],
        acceptor=people["验收乙"], auditor=people["审核丙"]))
    letter_papers.preview(letter_queries.letter(letter), fee_school.pupils["安一"], tmp_path / "look.pdf")
    with pytest.raises(Refused, match="还没有结算"):
        _print(letter, tmp_path / "no.pdf")
    settlement.settle_leavers(fee_school.plan, [fee_school.pupils["冯七"]])
    assert [_named(page) for page in _print(letter, tmp_path / "left.pdf")] == [["冯七"]]
    settlement.settle(fee_school.plan)
    pages = _print(letter, tmp_path / "settled.pdf")
    names = {pupil: name for name, pupil in fee_school.pupils.items()}
    assert sorted("".join(_named(page)) for page in pages) == sorted([*HERE, "冯七"])
    sums: dict[str, int] = {}
    for account in money_queries.accounts(fee_school.plan):
        sums[names[account.pupil]] = sums.get(names[account.pupil], 0) + account.refund
    for page in pages:
        refund = sums["".join(_named(page))]
        told = re.sub(r"\s", "", page)
        assert (f"应退还您{format_fen(refund)}元" if refund > 0 else "还有应缴未缴的" if refund < 0 else "不退不补") in told


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_prints_without_warnings(fee_school: FeeSchool, kind: str, tmp_path: Path) -> None:
    letter = make_shipped(fee_school.term, kind, date(2026, 9, 1)).made[0]
    done = letter_papers.preview(letter_queries.letter(letter), fee_school.pupils["龘䶮㛃"], tmp_path / "one.pdf") if kind != "settlement" else None
    if done is not None:
        assert not done.warnings
        page = "".join(_pages(done.path))
        assert "龘䶮㛃" in page
        assert "{" not in page


def test_cancel_leaves_no_file(notice: int, tmp_path: Path) -> None:
    def stop(done: int, total: int, text: str = "") -> None:
        if done:
            raise Cancelled

    with pytest.raises(Cancelled):
        print_letters(letter_queries.letter(notice), tmp_path / "no.pdf", progress=stop)
    assert not list(tmp_path.glob("*.pdf"))


# --- slips -------------------------------------------------------------------------------------------------------


def test_a_class_is_counted_in_one_step_and_decides_the_charges(fee_school: FeeSchool, notice: int) -> None:
    room, item = fee_school.classes["三年级1班"], fee_school.items[CARE]
    refused = {fee_school.pupils["安一"]: frozenset([item])}
    assert letter_commands.record_class(notice, room, Exceptions(frozenset([fee_school.pupils["邓四"]]), refused)).count == 3
    charges = {(each.pupil, each.plan_item): each for each in money_queries.charges(fee_school.plan, room)}
    assert charges[fee_school.pupils["安一"], item].why == "自愿不参加"
    assert charges[fee_school.pupils["曹三"], item].fen > 0
    assert charges[fee_school.pupils["邓四"], item].why == "未答复"
    count = letter_queries.reply_counts(notice)[0]
    assert (count.class_name, count.pupils, count.returned, count.missing) == ("三年级1班", 4, 3, 1)
    assert [row.name for row in letter_queries.reply_rows(notice, room) if row.returned_on is None] == ["邓四"]
    chosen = {(each.class_name, each.item): (each.agreed, each.refused, each.silent) for each in letter_queries.choice_counts(notice)}
    assert chosen["三年级1班", CARE] == (2, 1, 1)
    before = {key: each.fen for key, each in charges.items()}
    journal.undo()
    assert letter_queries.reply_counts(notice)[0].returned == 0
    assert {(each.pupil, each.plan_item): each.fen for each in money_queries.charges(fee_school.plan, room)} != before


@pytest.mark.parametrize("seed", range(6))
def test_whatever_families_choose_notices_come_to_the_charges(fee_school: FeeSchool, notice: int, seed: int) -> None:
    chance, drafts = Random(seed), {}
    for room in fee_school.classes.values():
        for row in letter_queries.reply_rows(notice, room):
            back = chance.random() < 0.8
            answers = {item: chance.choice((True, False)) for item in row.choices} if back else {}
            drafts[row.pupil] = ReplyDraft(date(2026, 9, 3) if back else None, answers)
    letter_commands.set_replies(notice, drafts)
    filler = Filler(letter_queries.letter(notice))
    charged = {pupil: [each for each in money_queries.charges(fee_school.plan) if each.pupil == pupil] for pupil in drafts}
    for pupil, draft in drafts.items():
        asked = {each.plan_item for each in charged[pupil] if each.why == "未答复"}
        assert bool(asked) == (draft.returned_on is None)
        told = {line.item.id: line.fen for line in filler.lines(pupil)}
        assert {item: fen for item, fen in told.items() if item not in asked} == {
            each.plan_item: each.fen for each in charged[pupil] if each.plan_item not in asked}
    counted = letter_queries.reply_counts(notice)
    assert sum(each.returned for each in counted) == sum(draft.returned_on is not None for draft in drafts.values())
    assert sum(each.missing for each in counted) == sum(row.returned_on is None for row in letter_queries.reply_rows(notice, None))
    chosen = letter_queries.choice_counts(notice)
    assert sum(each.agreed for each in chosen) == sum(sum(draft.choices.values()) for draft in drafts.values())
    assert sum(each.agreed + each.refused + each.silent for each in chosen) == sum(
        len(row.choices) for room in fee_school.classes.values() for row in letter_queries.reply_rows(notice, room))


def test_counting_again_corrects_and_taking_back_takes_the_answers(fee_school: FeeSchool, notice: int) -> None:
    room = fee_school.classes["四年级1班"]
    letter_commands.record_class(notice, room)
    letter_commands.record_class(notice, room, Exceptions(refused={fee_school.pupils["高八"]: frozenset([fee_school.items[CARE]])}))
    rows = {row.name: row for row in letter_queries.reply_rows(notice, room)}
    assert rows["高八"].choices == {fee_school.items[CARE]: False}
    assert rows["何九"].choices == {fee_school.items[CARE]: True}
    letter_commands.set_replies(notice, {fee_school.pupils["何九"]: ReplyDraft()})
    assert {row.name: row.choices for row in letter_queries.reply_rows(notice, room)}["何九"] == {fee_school.items[CARE]: None}


def test_slips_that_cannot_be_are_refused(fee_school: FeeSchool, notice: int) -> None:
    day = date(2026, 9, 3)
    wrong = {fee_school.pupils["冯七"]: ReplyDraft(day), fee_school.pupils["安一"]: ReplyDraft(date(2027, 1, 1)),
             fee_school.pupils["高八"]: ReplyDraft(day, {fee_school.items[CLUB]: True}),
             fee_school.pupils["何九"]: ReplyDraft(None, {fee_school.items[CARE]: True})}
    with pytest.raises(Invalid) as trouble:
        letter_commands.set_replies(notice, wrong)
    assert {problem.row for problem in trouble.value.problems} == set(wrong)
    with pytest.raises(Refused, match="不在这个班"):
        letter_commands.record_class(notice, fee_school.classes["四年级1班"], Exceptions(frozenset([fee_school.pupils["安一"]])))
    with journal.operation("结算"):
        FeePlan.update(state="settled").execute()
    with pytest.raises(Refused):
        letter_commands.record_class(notice, fee_school.classes["四年级1班"])


# --- letters as records ------------------------------------------------------------------------------------------


def test_letters_are_made_edited_copied_and_removed(fee_school: FeeSchool, notice: int) -> None:
    with pytest.raises(Invalid):
        letter_commands.make_letter(fee_school.term, LetterDraft("fee-notice", "信", "{生日}"))
    own = shipped_draft("drowning")
    own.title = "我校的防溺水信"
    letter_commands.make_letter(fee_school.term, own)
    following = add_term(TermDraft(2026, 2)).made[0]
    made = letter_commands.copy_letters(fee_school.term, following).made
    assert [row.title for row in letter_queries.letters(following)] == [letter_queries.letter(notice).title, "我校的防溺水信"]
    assert letter_queries.letter(made[0]).dated_on is None
    with pytest.raises(Refused, match="没有可以复制的信"):
        letter_commands.copy_letters(fee_school.term, following)
    letter_commands.remove_letter(made[0])
    letter_commands.record_class(notice, fee_school.classes["三年级1班"])
    with pytest.raises(Refused, match="不能删除"):
        letter_commands.remove_letter(notice)
    with pytest.raises(Refused, match="不能再改"):
        letter_commands.edit_letter(notice, shipped_draft("drowning"))
    letter_commands.note_printed(notice)
    assert letter_queries.letter(notice).printed_on == date(2026, 11, 21)


def test_forms_print_by_key(fee_school: FeeSchool, notice: int, tmp_path: Path) -> None:
    form = features.form("fee-notice")
    done = form.write(Order(classes=(fee_school.classes["四年级1班"],), layout="two"), tmp_path / "two.pdf", lambda *_: None)
    assert done.pages in (2, 3)     # the class cover, and two letters on one page or two
    with pytest.raises(Refused):
        features.form("fee-settlement-letter").write(Order(), tmp_path / "no.pdf", lambda *_: None)


def test_a_class_of_the_demo_school(demo_ledger: Store, stopped_clock: object, tmp_path: Path) -> None:
    term = school.current_term()
    assert term is not None
    class_id = roster.classes_of()[9][0]
    pages = _print(make_shipped(term.id, "drowning").made[0], tmp_path / "class.pdf", Batch(classes=[class_id], covers=False))
    pupils = roster.pupils_in(class_id, date(2026, 11, 21))
    assert len(pages) == len(pupils) > 30
    for pupil, page in zip(pupils, pages, strict=True):
        assert f"{pupil.class_name}　{pupil.name}" in page


# --- a letter says what is true ----------------------------------------------------------------------------------


def _settled_letter(school: FeeSchool) -> int:
    settings.change(dict.fromkeys(fee_words.SEVERITY.values(), fee_words.IGNORE))
    for class_id in school.classes.values():
        money_commands.pay_class(school.plan, class_id, date(2026, 9, 30))
    settlement.settle(school.plan)
    return make_shipped(school.term, "settlement", date(2026, 11, 21)).made[0]


def _told(letter: int, pupil: int) -> str:
    return Filler(letter_queries.letter(letter)).filled(next(row for row in letter_queries.addressed(letter_queries.letter(letter))
                                                             if row.id == pupil)).values["退补说明"]


def test_a_settlement_letter_claims_no_notice_that_was_not_posted(fee_school: FeeSchool, tmp_path: Path) -> None:
    letter = _settled_letter(fee_school)
    assert "公示。" not in re.sub(r"\s", "", _print(letter, tmp_path / "before.pdf")[0])
    draft = letter_queries.draft_of(letter_queries.letter(letter))
    letter_commands.edit_letter(letter, replace(draft, body=draft.body.replace("{公示情况}", "全校结算汇总已在{公示地点}公示。")))
    with pytest.raises(Refused, match="还没有公示"):
        _print(letter, tmp_path / "claim.pdf")
    publicity.post_settlement(fee_school.plan, PostDraft(date(2026, 11, 21), None, "校门口公示栏"))
    letter_commands.edit_letter(letter, draft)
    assert "结算汇总已于2026年11月21日在校门口公示栏公示" in re.sub(r"\s", "", _print(letter, tmp_path / "after.pdf")[0])


def test_how_the_money_comes_back_is_said_as_it_is(fee_school: FeeSchool) -> None:
    letter, pupil = _settled_letter(fee_school), fee_school.pupils["安一"]
    fen = money_queries.open_balances(Facts(fee_school.plan))[pupil]
    assert _told(letter, pupil).endswith("由家长签字领取。")
    bank.write_accounts({pupil: {"holder": "安父", "card": "6222021234567890123", "bank": "农业银行"}})
    assert "转入您登记的银行账户（尾号 0123）" in _told(letter, pupil)
    settlement.record_refunds(fee_school.plan, [RefundDraft(pupil, fen, date(2026, 11, 20), "银行转账", "安父")])
    assert _told(letter, pupil).endswith(f"已于2026年11月20日以银行转账退还 {format_fen(fen)} 元。")


def test_a_settlement_letter_has_days_and_price_of_meals(fee_school: FeeSchool, tmp_path: Path) -> None:
    page = _print(_settled_letter(fee_school), tmp_path / "letter.pdf")[0]
    assert re.search(r"10\.00×\d+天", page)


def test_a_notice_has_basis_and_ways_to_pay_and_counts_in_words(fee_school: FeeSchool, notice: int, tmp_path: Path) -> None:
    with journal.operation("依据"):
        FeePlanItem.update(basis="青发改价〔2019〕88号").where(FeePlanItem.id == fee_school.items[BOOKS]).execute()
    page = re.sub(r"\s", "", _print(notice, tmp_path / "notice.pdf")[0])
    assert "作业本费：青发改价〔2019〕88号" in page
    assert "缴费方式：可用现金、银行转账或扫码" in page
    assert re.search(r"10\.00×\d+天", page)
    assert "见公示表的退费办法" in page


def test_what_an_offer_asks_about_is_what_it_sums_up(fee_school: FeeSchool) -> None:
    row = letter_queries.letter(make_shipped(fee_school.term, "subscription", date(2026, 9, 1)).made[0])
    filler = Filler(row)
    refused = next(each for each in letter_queries.addressed(row) if each.name == "曹三")      # who said no to the service is asked about all
    lines = filler.lines(refused.id)
    assert {each.item.name for each in lines} == {CARE, CLUB}
    assert all(each.fen for each in lines)
    assert filler.filled(refused).values["合计"] == format_fen(sum(each.fen for each in lines))


def test_namesakes_of_a_class_are_told_apart(fee_school: FeeSchool, notice: int, tmp_path: Path) -> None:
    with journal.operation("同名"):
        Pupil.update(name="安一").where(Pupil.id == fee_school.pupils["白二"]).execute()
    pages = [re.sub(r"\s", "", page) for page in _print(notice, tmp_path / "notice.pdf")]
    assert "安一（学号20260001）" in pages[0]
    assert "安一（学号20260002）" in pages[1]
    assert "曹三（" not in pages[2]
    told = {who.pupil: who.told for who in money_lists.names(Facts(fee_school.plan)).values()}
    assert (told[fee_school.pupils["安一"]], told[fee_school.pupils["曹三"]]) == ("安一（学号 20260001）", "曹三")
    assert told_apart("安一", "", 3) == "安一（3 号）"


def test_letters_that_tell_nothing_of_money_are_not_marked_internal(fee_school: FeeSchool, tmp_path: Path) -> None:
    letter = make_shipped(fee_school.term, "drowning", date(2026, 9, 1)).made[0]
    assert INTERNAL not in "".join(_print(letter, tmp_path / "drowning.pdf"))
