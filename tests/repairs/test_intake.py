"""Taking jobs in: by telephone, by words, many at once, of what a stocktake found."""

from dataclasses import replace
from datetime import date

import pytest

from app.assets import commands as assets
from app.core.errors import Invalid, Refused
from app.repairs import intake, lists, queries
from app.repairs.intake import Words
from app.repairs.rules import EMERGENCY, NORMAL, URGENT, RepairDraft, urgency_of
from app.repairs.settings import DAYS
from app.repairs.tables import Repair
from app.school import commands as school
from app.school.rules import PersonDraft
from app.stocktake import commands as stocktakes
from app.stocktake.rules import StocktakeDraft
from app.stocktake.tables import StocktakeLine
from app.store import journal, settings
from app.store.database import scalar
from tests.repairs.conftest import FRIDAY, MONDAY, TODAY


def fields(caught):
    return [problem.field for problem in caught.value.problems]


def test_a_job_is_taken_in_with_number_category_and_day(shop):
    row = shop.row(shop.report())
    assert (row.number, row.category, row.urgency, row.state_words) == ("WX-2026-00001", "电", "一般", "已报修")
    assert row.due_on == date(2026, 11, 19)
    assert row.title == "WX-2026-00001 304室 灯管不亮"
    assert queries.found("wx-2026-00001") == row.id
    assert queries.by_number("WX-9") is None


def test_urgent_is_the_same_day_and_settings_say_otherwise(shop):
    assert shop.row(shop.report(urgency=URGENT)).due_on == MONDAY
    settings.change({DAYS[URGENT]: 1})
    assert shop.row(shop.report(urgency=URGENT)).due_on == date(2026, 11, 17)
    assert shop.row(shop.report(due_on=FRIDAY)).due_on == FRIDAY


def test_what_is_typed_late_is_promised_from_the_day_it_was_reported(shop):
    assert shop.row(shop.report(reported_on=date(2026, 9, 29))).due_on == date(2026, 10, 2)


@pytest.mark.parametrize(("mark", "urgency"), [
    ("", NORMAL), ("急", URGENT), ("!", EMERGENCY), ("！", EMERGENCY), ("特急", EMERGENCY), (" 急 ", URGENT), ("快", "")])
def test_marks_of_urgency(mark, urgency):
    assert urgency_of(mark) == urgency


def test_everything_wrong_is_told_at_once_and_nothing_is_kept(shop):
    with pytest.raises(Invalid) as caught:
        intake.report(RepairDraft(date(2026, 12, 1), None, "", " ", "飞机", "马上", bearer="家长", cause="天意", due_on=MONDAY,
                                  assets=((shop.fan, 0), (shop.fan, 1), (99, 1))))
    assert set(fields(caught)) == {"reported_on", "place", "what", "reporter", "urgency", "bearer", "cause", "category", "due_on", "assets"}
    assert scalar("SELECT count(*) FROM repair") == 0
    assert scalar("SELECT count(*) FROM counter WHERE series = 'repair'") == 0


@pytest.mark.parametrize("more", [{"what": "长" * 201}, {"place_words": "长" * 201}, {"phone": "1" * 61}, {"remark": "长" * 201}, {"place": 99},
                                  {"reporter": 99}])
def test_what_does_not_fit_is_refused(shop, more):
    with pytest.raises(Invalid) as caught:
        shop.report(**more)
    assert fields(caught) == list(more)


def test_more_pieces_than_a_card_has_are_refused(shop):
    with pytest.raises(Invalid, match="只有 45 件，写了 46 件"):
        shop.report(assets=((shop.chairs, 46),))
    identity = shop.report(assets=((shop.chairs, 3), (shop.fan, 1)))
    assert [(card.asset, card.pieces) for card in queries.cards(identity)] == [(shop.fan, 1), (shop.chairs, 3)]


def test_a_job_of_the_office_needs_no_reporter(shop):
    assert shop.row(shop.report(reporter=None, by_office=True)).by_office
    with pytest.raises(Invalid, match="总务处自报"):
        shop.report(reporter=None)


def test_the_last_reporter_of_a_room_is_offered(shop):
    assert intake.begin(shop.room) == RepairDraft(TODAY, shop.room, school_class=shop.school_class)
    shop.report(reporter=shop.people["赵云"], phone="8012")
    begun = intake.begin(shop.room, MONDAY)
    assert (begun.reporter, begun.phone, begun.school_class, begun.reported_on) == (shop.people["赵云"], "8012", shop.school_class, MONDAY)
    assert intake.begin(shop.other).reporter is None
    school.person_leaves(shop.people["赵云"])
    assert intake.begin(shop.room).reporter is None
    shop.report(reporter=None, reporter_name="家长王先生")
    assert intake.begin(shop.room).reporter_name == "家长王先生"


def test_words_mean_a_room_by_number_class_and_pinyin(shop):
    for place in ("304", "教学楼3楼304", "三年级2班", "三(2)班"):
        draft, = intake.from_words([Words(place, "灯不亮", "王敏", "急")])
        assert (draft.place, draft.reporter, draft.urgency, draft.place_words) == (shop.room, shop.people["王敏"], URGENT, "")
    draft, = intake.from_words([Words("305", "门锁", "zy")])
    assert (draft.place, draft.reporter) == (shop.other, shop.people["赵云"])


def test_words_that_may_be_several_are_asked_all_at_once(shop):
    school.add_person(PersonDraft("王敏", school.add_department("教务处").made[0]))
    with pytest.raises(Invalid) as caught:
        intake.from_words([Words("教学楼室", "灯", "王敏"), Words("999", "灯", "孙悟空", "快"), Words("304", "灯", "李强")])
    assert [(problem.row, problem.field) for problem in caught.value.problems] == [
        (-1, "place"), (-1, "reporter"), (-2, "place"), (-2, "reporter"), (-2, "urgency")]
    assert "没有找到地点“999”" in str(caught.value)
    assert "2 位“王敏”" in str(caught.value)


def test_as_written_keeps_what_nobody_knows_but_asks_what_may_be_several(shop):
    draft, = intake.from_words([Words("操场东门口", "围网破了", "保安老周")], as_written=True)
    assert (draft.place, draft.place_words, draft.reporter, draft.reporter_name) == (None, "操场东门口", None, "保安老周")
    assert shop.row(intake.report(draft).made[0]).place_title == "操场东门口"
    with pytest.raises(Invalid, match="可能是"):
        intake.from_words([Words("jxl", "灯", "王敏")], as_written=True)


def test_who_is_named_has_no_phone_of_who_reported_last(shop):
    shop.report(reporter=shop.people["赵云"], phone="8012")
    draft, = intake.from_words([Words("304", "灯", "王敏")])
    assert (draft.reporter, draft.phone) == (shop.people["王敏"], "")
    assert intake.from_words([Words("304", "灯")])[0].reporter == shop.people["赵云"]


def test_several_lines_are_one_step(shop):
    step = intake.report_many([shop.draft(), shop.draft(what="门锁坏")])
    assert len(step.made) == 2
    journal.undo(step.id)
    assert scalar("SELECT count(*) FROM repair") == 0
    with pytest.raises(Invalid) as caught:
        intake.report_many([shop.draft(), shop.draft(what=""), shop.draft(place=None)])
    assert [(problem.row, problem.field) for problem in caught.value.problems] == [(-2, "what"), (-3, "place")]
    assert scalar("SELECT count(*) FROM repair") == 0
    with pytest.raises(Refused, match="没有要登记的报修"):
        intake.report_many([])


# --- of a stocktake ----------------------------------------------------------------------------------------------


@pytest.fixture
def counted(shop):
    """A finished stocktake that found three chairs damaged."""
    term = int(scalar("SELECT id FROM term"))
    stocktake = stocktakes.open_stocktake(StocktakeDraft(term_id=term, kind="期中", base_date=date(2026, 11, 10))).made[0]
    with journal.operation("清点"):
        StocktakeLine.update(counted=StocktakeLine.quantity).where(StocktakeLine.stocktake == stocktake).execute()
        StocktakeLine.update(damaged=3).where(StocktakeLine.asset_id == shop.chairs).execute()
    stocktakes.finish_counting(stocktake)
    return stocktake


def test_damaged_pieces_become_jobs_once(shop, counted):
    damage, = intake.damaged()
    assert (damage.name, damage.damaged, damage.place) == ("学生课椅", 3, "教学楼 3层 304室")
    step = intake.from_stocktake([damage.line])
    row = shop.row(step.made[0])
    assert (row.what, row.by_office, row.category, row.place_id) == ("学生课椅 3 件损坏", True, "桌椅", shop.room)
    assert [(card.asset, card.pieces) for card in queries.cards(row.id)] == [(shop.chairs, 3)]
    assert intake.damaged() == []
    with pytest.raises(Refused, match="已经报修过"):
        intake.from_stocktake([damage.line])
    journal.undo(step.id)
    assert len(intake.damaged()) == 1


def test_damage_of_a_deleted_card_is_not_offered(shop, counted):
    assets.delete_assets([shop.chairs])
    assert intake.damaged() == []


def test_the_same_damage_twice_in_one_draft_is_refused(shop, counted):
    damage, = intake.damaged()
    intake.report(damage.draft)
    with pytest.raises(Invalid, match="已经报修过了（WX-2026-00001）"):
        intake.report(replace(damage.draft, what="又一次"))


# --- what a room offers ------------------------------------------------------------------------------------------


def test_cards_of_a_room_are_offered_with_their_open_job(shop):
    assert [(card.name, card.open_job) for card in queries.cards_in(shop.room)] == [("吊扇", ""), ("学生课椅", "")]
    shop.report(assets=((shop.fan, 1),))
    assert [(card.name, card.open_job) for card in queries.cards_in(shop.room, "ds")] == [("吊扇", "WX-2026-00001")]
    assert queries.cards_in(shop.other) == []
    campus = int(scalar("SELECT id FROM place WHERE level = '校区'"))
    assert len(queries.cards_in(campus)) == 2


def test_columns_of_a_job_are_found_again(shop):
    identity = shop.report(what="灯管不亮", school_class=shop.school_class)
    for words in ("dgbl", "304", "wangmin", "wx-2026", "三年级"):
        assert lists.REPAIRS.ids(lists_wish(words)) == [identity], words
    assert lists.REPAIRS.ids(lists_wish("不存在")) == []
    assert Repair.get_by_id(identity).keys


def lists_wish(words):
    from app.core.listing import Wish

    return Wish(words)
