"""Posting, replacing and taking down on a real file; public papers read back: every field, no pupil."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pypdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from app.core import clock
from app.core.errors import Invalid, Refused
from app.fees import rules
from app.fees.board import checking, current, frozen
from app.fees.board import commands as publicity
from app.fees.board import papers as board_papers
from app.fees.board import queries as board_queries
from app.fees.board import settings as words
from app.fees.board.commands import PostDraft
from app.fees.item_fields import ItemDraft
from app.fees.money import settings as money_words
from app.fees.plan import checks, commands, queries
from app.fees.plan.rules import PlanDraft, StandardDraft
from app.paper.forms import Order
from app.school import queries as school
from app.school import roster
from app.school.commands import add_classes
from app.store import journal
from app.store import settings as stored
from app.store.database import Ledger
from tests.cli_fixture import texts
from tests.fee_verbs import write_prices

TODAY = date(2026, 11, 21)


@pytest.fixture
def plan(started_ledger):
    """Give a sound plan of two items, not yet posted; collecting begins in ten days."""
    stored.change({words.BUREAU_PHONE: "0700-6210500", words.SCHOOL_PHONE: "0700-6210018"})
    add_classes(2026, {1: 1, 2: 1})
    made = commands.start_plan(school.current_term().id).made[0]
    ids = [commands.add_item(ItemDraft(name, kind, document=f"{name}文〔2025〕1号", scope="全体学生", voluntary=False,
                                       waiver_policy="低保家庭学生免收", waived="低保", refund_rule="据实结算")).made[0]
           for name, kind in (("作业本费", rules.AGENCY), ("住宿费", rules.ADMINISTRATIVE))]
    commands.add_standard(ids[1], StandardDraft(15_000, date(2020, 9, 1)))
    rows = commands.add_plan_items(made, ids).made
    write_prices(made, {(rows[0], 1): 700, (rows[0], 2): 1_000, (rows[1], 1): 15_000, (rows[1], 2): 15_000})
    commands.edit_plan(made, PlanDraft(rules.MADE_UP, date(2026, 12, 1), date(2026, 12, 5)))
    return made


def posting(reason="", day=TODAY):
    return PostDraft(day, None, "校门口公示栏", "周文海", reason)


def first_item(plan_id):
    return queries.plan_items(plan_id)[0].id


# --- posting -----------------------------------------------------------------------------------------------------


def test_posting_freezes_what_it_says(plan):
    made = publicity.post(plan, posting()).made[0]
    before = board_queries.publication(made)
    assert (queries.plan(plan).state, before.version, before.state) == (rules.POSTED, 1, board_queries.HANGING)
    write_prices(plan, {(first_item(plan), 1): 800})
    assert board_queries.publication(made).content == before.content
    assert frozen.matrix(before.content) != {(item.item_id, grade): queries.matrix(plan).get((item.id, grade))
                                             for item in queries.plan_items(plan) for grade in (1, 2)}
    assert [each.rule for each in checking.findings(plan, "print") if each.level == "error"] == ["changed"]


def test_a_posting_brings_along_what_nobody_had_told_in_the_same_step(plan):
    stored.change({words.BUREAU_PHONE: "", words.SCHOOL_PHONE: ""})
    commands.edit_plan(plan, PlanDraft())
    assert publicity.lacking(plan) == ("school_phone", "bureau_phone", "collect_from", "collect_until")
    draft = publicity.usual(plan)
    assert (draft.collect_from, draft.collect_until) == (TODAY + timedelta(7), TODAY + timedelta(16))
    draft.school_phone, draft.bureau_phone = "0700-1", "0700-2"
    publicity.post(plan, draft)
    assert publicity.lacking(plan) == ()
    assert [number for _, number in board_queries.hanging(plan).content["phones"]][:2] == ["0700-1", "0700-2"]     # the board has them
    assert (stored.value(words.SCHOOL_PHONE), queries.plan(plan).collect_from) == ("0700-1", TODAY + timedelta(7))
    journal.undo()
    assert len(publicity.lacking(plan)) == 4
    assert queries.plan(plan).state == rules.DRAFT


def test_what_was_told_before_is_not_overwritten_by_a_posting(plan):
    draft = publicity.usual(plan)
    assert draft.collect_from is None
    publicity.post(plan, replace(draft, school_phone="0700-9", bureau_phone="0700-9", collect_from=date(2026, 12, 24)))
    assert stored.value(words.SCHOOL_PHONE) == "0700-6210018"
    assert queries.plan(plan).collect_from == date(2026, 12, 1)


def test_what_a_posting_must_bring_along_is_told():
    wrong = PostDraft(collect_from=date(2026, 12, 9), collect_until=date(2026, 12, 1), school_phone=" ")
    lacks = ("school_phone", "bureau_phone", "collect_from", "collect_until")
    assert [each.field for each in publicity.check_brought_along(wrong, lacks)] == ["school_phone", "bureau_phone", "collect_until"]
    assert publicity.check_brought_along(PostDraft(), ()) == []


def test_a_wrong_plan_is_not_posted_and_stays_as_it_is(plan):
    commands.write_cells(plan, {first_item(plan): {"basis": ""}})
    with pytest.raises(Refused) as refused:
        publicity.post(plan, posting())
    assert "没有收费依据" in refused.value.text
    assert "计价格〔2002〕792号" in refused.value.text
    assert board_queries.publications(plan) == []
    assert queries.plan(plan).state == rules.DRAFT


def test_the_days_of_publicity_are_counted(plan, monkeypatch):
    publicity.post(plan, posting())
    row = board_queries.hanging(plan)
    assert (row.days(TODAY), row.days(date(2026, 11, 28))) == (0, 7)
    assert publicity.collectable_on(plan) == date(2026, 11, 28)
    with pytest.raises(Refused, match="还没有到"):
        publicity.begin_collecting(plan)
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 12, 1, 9).astimezone())
    publicity.begin_collecting(plan)
    assert queries.plan(plan).state == rules.COLLECTING


def test_a_new_version_needs_a_reason_and_a_difference_and_the_old_one_stays(plan):
    first = publicity.post(plan, posting()).made[0]
    with pytest.raises(Refused, match="完全一样"):
        publicity.post(plan, posting("再贴一次"))
    write_prices(plan, {(first_item(plan), 2): 1_100})
    with pytest.raises(Invalid, match="变更原因"):
        publicity.post(plan, posting())
    second = publicity.post(plan, posting("印刷成本上涨")).made[0]
    rows = board_queries.publications(plan)
    assert [(row.version, row.state, row.until_on) for row in rows] == [(2, board_queries.HANGING, None), (1, board_queries.REPLACED, TODAY)]
    assert [each.sentence for each in publicity.changes(second)] == ["作业本费：二年级标准由“10.00”提高为“11.00”"]
    assert publicity.changes(first) == []
    assert checking.public_since(plan) == TODAY
    assert [(each.rule, each.level) for each in checking.findings(plan, "collect")] == [("fresh_item", "warning")]
    journal.undo()
    assert board_queries.hanging(plan).id == first


@pytest.mark.parametrize(("draft", "field"), [
    (PostDraft(None, None, "栏"), "posted_on"), (posting(day=date(2026, 11, 22)), "posted_on"), (PostDraft(TODAY, None, " "), "place"),
    (PostDraft(TODAY, date(2026, 11, 1), "栏"), "until_on")])
def test_a_posting_tells_what_is_wrong(plan, draft, field):
    with pytest.raises(Invalid) as caught:
        publicity.post(plan, draft)
    assert [each.field for each in caught.value.problems] == [field]


def test_what_is_taken_down_stays_on_file_and_must_be_posted_again(plan):
    made = publicity.post(plan, posting()).made[0]
    with pytest.raises(Invalid, match="为什么"):
        publicity.take_down(made, TODAY, " ")
    publicity.take_down(made, TODAY, "标准有误")
    assert (queries.plan(plan).state, board_queries.publication(made).state) == (rules.DRAFT, board_queries.TAKEN_DOWN)
    assert publicity.collectable_on(plan) is None
    publicity.post(plan, posting())
    assert [row.version for row in board_queries.publications(plan)] == [2, 1]
    assert checks.fees_sound() == []


def test_photos_of_the_board_are_filed_with_the_version(plan, started_ledger, tmp_path):
    photo = tmp_path / "公示栏.jpg"
    Image.new("RGB", (60, 40), "white").save(photo)
    made = publicity.post(plan, posting(), [photo], started_ledger.folder).made[0]
    assert [each.name for each in publicity.photos_of(made)] == ["公示栏.jpg"]
    publicity.edit_posting(made, PostDraft(TODAY, date(2026, 12, 31), "食堂门口", "覃晓东"))
    row = board_queries.publication(made)
    assert (row.place, row.until_on, row.posted_on) == ("食堂门口", date(2026, 12, 31), TODAY)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cells=st.lists(st.tuples(st.integers(0, 1), st.integers(1, 2), st.one_of(st.none(), st.integers(1, 15_000))), min_size=1, max_size=4))
def test_whatever_is_typed_later_the_version_says_what_it_said(plan, cells):
    if board_queries.hanging(plan) is None:
        publicity.post(plan, posting())
    row = board_queries.hanging(plan)
    content, items = row.content, queries.plan_items(plan)
    write_prices(plan, {(items[at].id, grade): fen for at, grade, fen in cells})
    assert board_queries.publication(row.id).content == content
    again = frozen.changes(content, current.content_now(plan))
    assert bool(again) == (frozen.matrix(content) != frozen.matrix(current.content_now(plan)))


# --- papers ------------------------------------------------------------------------------------------------------


FEES, CHANGE, SETTLEMENT = board_papers.FORMS


def pages(path):
    return "".join(texts(path)).replace("\n", "").replace(" ", "")


def board(plan_id, tmp_path, paper="a3", **order):
    path = tmp_path / f"{paper}.pdf"
    printed = FEES.write(Order(about=plan_id, paper=paper, **order), path)
    return printed, path


def test_the_board_has_every_field_of_792(plan, tmp_path):
    publicity.post(plan, posting())
    text = pages(board(plan, tmp_path)[1])
    for words_ in ("青禾小学2026—2027学年第一学期教育收费公示表", "收费项目", "计费单位", "收费标准", "收费依据", "收费范围", "自愿", "备注",
                   "减免政策",
                   "退费办法", "多退少补", "0700-6210018", "0700-6210500", "12345", "12315", "公示日期：2026年11月21日", "（盖章）",
                   "作业本费文〔2025〕1号", "行政事业性收费（1项）", "157.00", "160.00"):
        assert words_ in text, words_


@pytest.mark.parametrize(("paper", "size", "count"), [
    ("a4", (297, 210), 2), ("a3", (420, 297), 1), ("poster", (600, 800), 1), ("tiles", (210, 297), 12)])
def test_the_board_comes_in_four_sizes(plan, tmp_path, paper, size, count):
    publicity.post(plan, posting())
    printed, path = board(plan, tmp_path, paper)
    with pypdf.PdfReader(path) as reader:
        box = reader.pages[0].mediabox
        assert (round(float(box.width) / 72 * 25.4), round(float(box.height) / 72 * 25.4)) == size
        assert len(reader.pages) == printed.pages == count
    assert printed.warnings == ()


def test_a_draft_is_marked_and_printed_only_when_it_is_sound(plan, tmp_path):
    text = pages(board(plan, tmp_path)[1])
    assert board_papers.DRAFT_MARK in text
    assert "年月日" in text.replace("　", "")
    commands.write_cells(plan, {first_item(plan): {"basis": ""}})
    with pytest.raises(Refused, match="还不能公示"):
        board(plan, tmp_path)


def test_an_old_version_prints_as_it_hung(plan, tmp_path):
    first = publicity.post(plan, posting()).made[0]
    before = pages(board(plan, tmp_path)[1])
    write_prices(plan, {(first_item(plan), 2): 1_100})
    commands.edit_plan(plan, replace(queries.plan_draft(plan), shortage=rules.NOT_MADE_UP))
    publicity.post(plan, posting("调整"))
    assert pages(board(plan, tmp_path, records=(first,))[1]) == before
    now = pages(board(plan, tmp_path)[1])
    assert "第2版" in now
    assert "多退少不补" in now
    assert "多退少不补" not in before
    path = tmp_path / "变更.pdf"
    CHANGE.write(Order(about=plan), path)
    text = pages(path)
    for words_ in ("收费公示变更通知", "提高", "10.00", "11.00", "变更原因", "调整", "2026年11月28日"):
        assert words_ in text, words_


def test_there_is_no_change_to_tell_of_a_first_version(plan, tmp_path):
    publicity.post(plan, posting())
    with pytest.raises(Refused, match="没有换过版本"):
        CHANGE.write(Order(about=plan), tmp_path / "变更.pdf")


def test_a_settlement_is_public_only_when_settled(plan, tmp_path):
    with pytest.raises(Refused, match="现在是“拟定”，不能公示结算"):
        SETTLEMENT.write(Order(about=plan), tmp_path / "结算.pdf")


# --- no pupil on public papers -----------------------------------------------------------------------------------


def test_no_pupil_is_on_any_public_paper(demo_ledger, tmp_path, stopped_clock):
    """Every public PDF of both terms is read back: no name, no number, no telephone of any pupil or parent."""
    public: list[Path] = []
    for form in board_papers.FORMS:
        for row in queries.plans()[1:]:
            for paper in form.papers:
                path = tmp_path / f"{form.key}-{row.id}-{paper}.pdf"
                try:
                    form.write(Order(about=row.id, paper=paper), path)
                except Refused:
                    continue
                public.append(path)
    assert len(public) >= 12
    text = "".join(page for path in public for page in texts(path)).replace("\n", "")
    pupils = roster.pupils_in(None, year=2025) + roster.pupils_in(None, year=2026)
    # A given name of one character could stand in any word; from two characters on a name is looked for as a whole.
    staff = {"周文海", "覃晓东", "龚秀珍"}
    secrets = {secret for pupil in pupils for secret in (pupil.name, pupil.number, pupil.phone, pupil.guardian) if len(secret) > 2}
    found = {secret for secret in secrets - staff if secret in text}
    assert len(secrets) > 2_000
    assert found == set()
    assert "低保" not in "".join(board_queries.publication(row.id).content["school"] for each in queries.plans()
                                 for row in board_queries.publications(each.id))


def test_public_queries_never_ask_for_a_name(demo_ledger, monkeypatch):
    """The statements that public papers send are looked at: none of them names a pupil's own columns."""
    asked: list[str] = []
    plain = Ledger.execute_sql

    def listening(self, sql, *rest):
        asked.append(sql)
        return plain(self, sql, *rest)

    monkeypatch.setattr(Ledger, "execute_sql", listening)
    closed = next(row for row in queries.plans() if row.state == rules.CLOSED)
    publicity.settlement_now(closed.id)
    current.content_now(closed.id)
    monkeypatch.undo()
    assert asked
    for sql in asked:
        assert not any(f"p.{column}" in sql and "FROM enrolment" in sql for column in ("name", "number", "phone", "guardian")), sql


def test_only_what_is_free_is_called_free(plan):
    free = commands.add_item(ItemDraft("学费、杂费", rules.FREE, document="义务教育法第二条")).made[0]
    commands.add_plan_items(plan, [free])
    write_prices(plan, {(first_item(plan), 1): None, (first_item(plan), 2): None})     # listed, not charged this term
    made = board_papers.fees_board(current.content_now(plan))
    rows = {row.cells[1]: row.cells[3] for row in made.pieces[0].rows if len(row.cells) > 3}
    assert (rows["学费、杂费"], rows["作业本费"]) == ("免收", "本学期不收")


# --- everything that parents read is compared with what hangs ----------------------------------------------------


@pytest.mark.parametrize(("change", "told"), [
    (lambda plan: commands.write_cells(plan, {first_item(plan): {"refund_rule": "破损的可以调换"}}), "退费办法由“据实结算”"),
    (lambda plan: commands.write_cells(plan, {first_item(plan): {"waiver_policy": "低保、孤儿家庭学生免收", "waived": "低保\n孤儿"}}), "减免政策"),
    (lambda plan: commands.write_cells(plan, {first_item(plan): {"name": "作业本（簿册）费"}}), "收费项目由“作业本费”变更为“作业本（簿册）费”"),
    (lambda plan: commands.write_cells(plan, {first_item(plan): {"settled_by": rules.BY_STANDARD, "refund_rule": ""}}), "结算方式"),
    (lambda plan: commands.edit_plan(plan, PlanDraft(rules.NOT_MADE_UP, date(2026, 12, 1), date(2026, 12, 5))),
     "结算时不足部分由“多退少补”变更为“多退少不补”"),
    (lambda plan: commands.edit_plan(plan, PlanDraft(rules.MADE_UP, date(2026, 12, 1), date(2026, 12, 9))), "收费时间"),
    (lambda plan: stored.change({words.SCHOOL_PHONE: "0700-1111111"}), "监督投诉电话"),
    (lambda plan: stored.change({words.DECLARATION: "本校不收其他费用。"}), "声明"),
    (lambda plan: stored.change({money_words.PART_TERM: money_words.BY_MONTH}), "按在校月数计"),
], ids=["refund", "waiver", "name", "settled_by", "shortage", "dates", "phones", "declaration", "setting"])
def test_what_parents_read_is_compared_with_what_hangs(plan, change, told):
    publicity.post(plan, posting())
    assert "changed" not in [each.rule for each in checking.findings(plan, "print")]
    change(plan)
    said = [each.text for each in checking.findings(plan, "print") if each.rule == "changed"]
    assert any(told in each for each in said), said
    made = publicity.post(plan, posting("改正")).made[0]
    assert "changed" not in [each.rule for each in checking.findings(plan, "print")]
    assert any(told in each.sentence for each in publicity.changes(made))
    board_papers.change_board(board_queries.publication(made))


def test_a_board_that_hung_before_a_word_was_thought_of_differs_by_it_in_nothing(plan):
    content = {**current.content_now(plan)}
    content["items"] = [{key: value for key, value in each.items() if key not in ("settled_by", frozen.REFUNDS)} for each in content["items"]]
    commands.write_cells(plan, {first_item(plan): {"settled_by": rules.BY_STANDARD}})
    assert frozen.changes(content, current.content_now(plan)) == []


def test_hotlines_of_the_whole_country_are_no_telephone_of_the_school(plan):
    stored.change({words.BUREAU_PHONE: "12345", words.SCHOOL_PHONE: ""})
    said = [each.text for each in checking.findings(plan, "post") if each.rule == "no_phone"]
    assert len(said) == 1
    assert "学校监督电话和教育局投诉电话" in said[0]


def test_the_board_says_what_is_computed(plan):
    text = str(board_papers.fees_board(current.content_now(plan)).pieces)
    assert "作业本费、住宿费：按学期收取，中途转入、转出不足半学期的减半；凭票据据实分摊，结余退还；据实结算。" in text


def test_a_change_notice_says_all_of_a_new_item_and_a_later_version_when_the_first_hung(plan):
    publicity.post(plan, posting(day=date(2026, 11, 19)))
    extra = commands.add_item(ItemDraft("校服费", unit="元/套", document="教基一〔2015〕3号", scope="自愿购买的学生", voluntary=True)).made[0]
    row = commands.add_plan_items(plan, [extra]).made[0]
    write_prices(plan, {(row, 1): 12_000, (first_item(plan), 2): 1_100})
    made = publicity.post(plan, posting("增加校服")).made[0]
    version = board_queries.publication(made)
    text = str(board_papers.change_board(version).pieces)
    for said in ("一年级 120.00 元/套", "依据：教基一〔2015〕3号", "范围：自愿购买的学生", "10.00 元", "11.00 元"):
        assert said in text
    assert "第 2 版（2026年11月19日首次公示）" in str(board_papers.fees_board(version.content, version))
