"""The list of jobs and its chips."""

from datetime import date

import pytest

from app.core.listing import Wish
from app.repairs import commands, lists, queries
from app.repairs.rules import AcceptDraft, CompletionDraft
from app.school import uses
from tests.repairs.conftest import FRIDAY, MONDAY, TODAY, TUESDAY

PLACES = {column.key: at for at, column in enumerate(lists.COLUMNS, 1)}


@pytest.fixture
def jobs(shop):
    """One job in each state that a chip counts, and two that are closed."""
    reported = shop.report(what="灯", reported_on=FRIDAY)
    late = shop.report(what="门锁")
    waiting, outside, done, accepted, voided = (shop.assigned(what=what) for what in ("龙头", "风扇", "窗", "桌", "椅"))
    commands.wait([waiting], TUESDAY, "等龙头")
    commands.send(outside, TUESDAY, "电机厂")
    commands.complete([done], CompletionDraft(TUESDAY))
    commands.accept([accepted], AcceptDraft(FRIDAY, "满意"))
    commands.void([voided], "报错")
    return {"reported": reported, "late": late, "waiting": waiting, "outside": outside, "done": done, "accepted": accepted, "voided": voided}


def test_chips_count_what_their_filter_shows(jobs):
    counts = lists.chips(TODAY)
    assert counts == {"assign": 2, "waiting": 2, "accept": 1, "late": 3}
    for chip in lists.CHIPS:
        assert len(lists.REPAIRS.ids(Wish(filters={"chip": chip}))) == counts[chip]
    assert set(lists.REPAIRS.ids(Wish(filters={"chip": "late"}))) == {jobs["late"], jobs["waiting"], jobs["outside"]}
    assert lists.chips(MONDAY)["late"] == 0
    assert list(lists.chips(TODAY)) == list(lists.CHIP_TITLES)


def test_days_late_are_told_of_open_jobs_only(jobs):
    late = {row[0]: row[PLACES["late"]] for row in lists.REPAIRS.rows(Wish())}
    assert late == {identity: 1 if name in ("late", "waiting", "outside") else None for name, identity in jobs.items()}
    assert lists.REPAIRS.ids(Wish(cells={"late": ">0"}, sort="late")) == sorted(
        (jobs[name] for name in ("late", "waiting", "outside")), reverse=True)


def test_filters(shop, jobs):
    ids = lists.REPAIRS.ids
    assert len(ids(Wish(filters={"place": shop.room}))) == 7
    assert ids(Wish(filters={"place": shop.other})) == []
    assert ids(Wish(filters={"period": "2026-11", "category": "水"})) == [jobs["waiting"]]
    assert ids(Wish(filters={"period": "2025"})) == []
    assert ids(Wish(filters={"period": (FRIDAY, FRIDAY)})) == [jobs["reported"]]
    assert ids(Wish(filters={"state": "已完成"})) == [jobs["accepted"]]
    assert len(ids(Wish(filters={"worker": shop.people["张师傅"]}))) == 5
    assert len(ids(Wish(filters={"person": shop.people["王敏"]}))) == 7
    with_card = shop.report(assets=((shop.fan, 1),), reported_on=date(2026, 11, 18))
    assert ids(Wish(filters={"asset": shop.fan})) == [with_card]
    assert lists.years() == ["2026"]


def test_what_a_person_still_has_to_do_is_told_before_he_leaves(shop, jobs):
    assert queries.held_by(shop.people["张师傅"]) == ["在修的报修 2 件"]
    assert "等他验收的报修 1 件" in uses.still_keeps(shop.people["王敏"])
