"""The tree of places: whatever is done to it, path, rank and search words follow; undo restores it row for row."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.core import pinyin
from app.core.errors import Invalid, Refused
from app.core.listing import Wish
from app.school import commands, place_commands, queries
from app.school.place_commands import add_place, add_places, edit_place, order_places, remove_place
from app.school.rules import CAMPUS, LEVELS, PersonDraft, PlaceDraft
from app.store import journal
from app.store.database import database


def rows():
    return database.execute_sql("SELECT * FROM place ORDER BY id").fetchall()


def assert_consistent():
    """Work out every path, rank prefix and key anew, from parents and names alone."""
    places = {row[0]: row[1:] for row in database.execute_sql(
        "SELECT id, parent_id, name, level, code, path, rank, keys FROM place").fetchall()}
    tops = [identity for identity, place in places.items() if place[0] is None]
    hidden = tops[0] if len(tops) == 1 and places[tops[0]][2] == CAMPUS else None
    for identity, (parent, name, level, code, path, rank, keys) in places.items():
        upper = places[parent] if parent else None
        assert path == (name if upper is None or parent == hidden else f"{upper[4]} {name}")
        assert len(rank) == 4 + (len(upper[5]) if upper else 0)
        assert rank.startswith(upper[5] if upper else "")
        assert rank.isdecimal()
        assert keys == pinyin.keys(path, code)
        assert upper is None or LEVELS.index(level) > LEVELS.index(upper[2]), identity
    assert len({place[5] for place in places.values()}) == len(places)


def place_id(path):
    return next(row.id for row in queries.places_tree(retired=True) if row.path == path)


def paths(below=None):
    ids = set(queries.places_below(below)) if below else None
    return [row.path for row in queries.places_tree() if ids is None or row.id in ids]


NAMES = st.sampled_from(["1层", "2层", "10层", "三层", "教学楼", "综合楼", "101室", "102", "99室", "音乐室", "乐器库", "A座", "东校区"])

def rename(this, that, name, level):
    draft = queries.place_draft(this)
    draft.name, draft.level = name, level
    edit_place(this, draft)


def move(this, parent):
    draft = queries.place_draft(this)
    draft.parent_id = parent
    edit_place(this, draft)


VERBS = {
    "add": lambda this, that, name, level: add_place(PlaceDraft(name, that, level)),
    "rename": rename,
    "move": lambda this, that, name, level: move(this, that),
    "remove": lambda this, that, name, level: remove_place(this),
    "retire": lambda this, that, name, level: place_commands.retire_place(this),
    "reopen": lambda this, that, name, level: place_commands.reopen_place(this),
    "order": lambda this, that, name, level: order_places(that, [row.id for row in queries.places_tree()][::-1]),
    "undo": lambda this, that, name, level: len(standing()) > 1 and journal.undo(),
}


def standing():
    return journal.steps(undone=False, limit=1000)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edits=st.lists(st.tuples(
    st.sampled_from(list(VERBS)), NAMES, st.sampled_from(LEVELS), st.integers(0, 30), st.integers(0, 30)), max_size=25))
def test_any_edits_keep_the_tree_consistent_and_can_be_undone(school, edits):
    first = rows()
    for verb, name, level, one, other in edits:
        known = [row.id for row in queries.places_tree(retired=True)] or [0]
        before = rows()
        try:
            VERBS[verb](known[one % len(known)], [None, *filter(None, known)][other % len(known)], name, level)
        except (Invalid, Refused):
            assert rows() == before, "a refusal changes nothing"
        assert_consistent()
    last, done = rows(), len(standing()) - 1
    for _ in range(done):
        journal.undo()
    assert rows() == first
    for _ in range(done):
        journal.redo()
    assert rows() == last
    for _ in range(done):
        journal.undo()


def test_rooms_stand_by_number_however_they_are_added(school):
    building = add_place(PlaceDraft("教学楼", 1, "楼")).made[0]
    for name in ["十层", "2层", "楼顶", "1层", "三层"]:
        add_place(PlaceDraft(name, building, "层"))
    assert paths(building)[1:] == ["教学楼 1层", "教学楼 2层", "教学楼 三层", "教学楼 十层", "教学楼 楼顶"]


def test_many_rooms_between_two_make_room_for_themselves(school):
    add_places("教学楼 1层 1、99")
    floor = place_id("教学楼 1层")
    for number in range(60, 1, -1):
        add_place(PlaceDraft(f"{number}室", floor))
    assert paths(floor)[1:] == [f"教学楼 1层 {number}室" for number in [*range(1, 61), 99]]
    assert_consistent()


def test_renaming_a_building_renames_all_below_in_one_step(school):
    add_places("教学楼 1-2层 每层 01-03室")
    before = rows()
    draft = queries.place_draft(place_id("教学楼"))
    draft.name = "明德楼"
    edit_place(place_id("教学楼"), draft)
    assert [pick.text for pick in queries.find_places("mdl 203")] == ["明德楼 2层 203室"]
    assert queries.find_places("教学楼") == []
    journal.undo()
    assert rows() == before


def test_a_second_campus_shows_the_campus_in_every_path(school):
    add_places("教学楼 1层 101室")
    second = add_place(PlaceDraft("东校区", None, CAMPUS)).made[0]
    assert "校本部 教学楼 1层 101室" in paths()
    remove_place(second)
    assert "教学楼 1层 101室" in paths()
    assert_consistent()


def test_what_is_wrong_with_a_place_is_said_at_once(school):
    add_places("教学楼 1层 101室")
    room = place_id("教学楼 1层 101室")
    with pytest.raises(Invalid) as wrong:
        add_place(PlaceDraft("", room, "层", kind="车间", custody="小仓库"))
    assert {problem.field for problem in wrong.value.problems} == {"name", "level", "kind", "custody"}
    with pytest.raises(Invalid, match="已经有"):
        add_place(PlaceDraft("１０１室", place_id("教学楼 1层")))
    with pytest.raises(Invalid, match="下面"):
        move(place_id("教学楼"), place_id("教学楼 1层"))


def test_a_place_in_use_is_not_deleted_but_retired(school):
    add_places("教学楼 1层 101室、102室")
    teacher = commands.add_person(PersonDraft("王芳")).made[0]
    with pytest.raises(Refused, match="还有地点 2 条在用它"):
        remove_place(place_id("教学楼 1层"))
    commands.add_class(commands.ClassDraft(2026, 1, 1, "", teacher, place_id("教学楼 1层 101室")))
    with pytest.raises(Refused, match="班级 1 条"):
        remove_place(place_id("教学楼 1层 101室"))
    remove_place(place_id("教学楼 1层 102室"))
    assert place_commands.retire_place(place_id("教学楼")).count == 3
    assert paths() == ["校本部"]
    with pytest.raises(Invalid, match="已停用"):
        add_place(PlaceDraft("103室", place_id("教学楼 1层")))
    assert place_commands.reopen_place(place_id("教学楼 1层 101室")).count == 3


def test_listing_searches_filters_and_sorts(school):
    add_places("教学楼 1-2层 每层 01-02室 教室\n音乐楼 1层 乐器室、调音室")
    keeper = commands.add_person(PersonDraft("龘䶮")).made[0]
    place_commands.set_keeper([place_id("教学楼 1层 101室")], keeper)
    assert [row[1] for row in queries.places_listing(Wish("yinle 1c"))] == [
        "音乐楼 1层", "音乐楼 1层 乐器室", "音乐楼 1层 调音室"]
    assert [row[1] for row in queries.places_listing(Wish("dys"))] == ["音乐楼 1层 调音室"]
    below = Wish(filters={"below": place_id("教学楼"), "kind": "教室"}, sort="keeper", descending=True)
    assert [row[5] for row in queries.places_listing(below)] == ["龘䶮", "", "", ""]
    assert [room.name for room in queries.rooms(place_id("教学楼 2层"))] == ["201室", "202室"]
    assert queries.place(place_id("教学楼 1层 101室")).keeper == "龘䶮"
    assert queries.place(999) is None
    assert queries.places_below(999) == []
    for column in queries.PLACES:
        queries.places_listing(Wish(sort=column.key, descending=True))


def test_order_is_the_persons_own(school):
    add_places("教学楼\n综合楼\n食堂")
    order_places(1, [place_id("食堂"), place_id("综合楼"), place_id("教学楼")])
    assert paths()[1:] == ["食堂", "综合楼", "教学楼"]
    add_place(PlaceDraft("门卫室", 1), before=place_id("综合楼"))
    assert paths()[1:] == ["食堂", "门卫室", "综合楼", "教学楼"]
    assert_consistent()
