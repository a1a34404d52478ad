"""What can be asked of the ledger: search, filters, order, pages, sums; all of it compared with plain Python."""

import json
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.assets import classes, commands, queries, rules
from app.assets.fields import AssetDraft
from app.assets.tables import NUMBER_ORDER
from app.core import pinyin
from app.core.columns import Kind
from app.core.listing import Totals, Wish
from app.school import commands as school_commands
from app.school import place_commands
from app.school import queries as school
from app.school.rules import PersonDraft
from app.store import journal, ranks
from app.store.database import database

INDEX = {column.key: at for at, column in enumerate(queries.COLUMNS, 1)}
EVERYTHING = 100_000
on_one_ledger = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)


def ids(search="", **filters):
    return [row[0] for row in queries.listing(Wish(search, filters), EVERYTHING)]


def cell(row, key):
    return row[INDEX[key]]


@pytest.fixture
def few(started_ledger):
    """Cards that search is tried on, by a short name."""
    place_commands.add_places("教学楼 3层 304室 教室\n综合楼 2层 音乐室 功能室\n重庆路校门 室外")
    places = {place.name: place.id for place in school.places_tree()}
    people = {name: school_commands.add_person(PersonDraft(name)).made[0] for name in ("单桂芝", "李龘", "王敏")}
    cards = {
        "desk": AssetDraft(name="学生课桌", number="XZ-0304-7", model="KZY-01", place_id=places["304室"],
                           keeper_id=people["单桂芝"], status="在用"),
        "piano": AssetDraft(name="钢琴", serial="ｓｎ99812", brand="珠江", place_id=places["音乐室"], keeper_id=people["李龘"]),
        "sign": AssetDraft(name="重庆产长条标牌", remark="2019年从老校区搬来。" + "字" * 400 + "末尾的话", place_id=places["重庆路校门"]),
        "pump": AssetDraft(name="50% 水泵_A", model="Q'X\"%_\\", old_number="旧-12", keeper_id=people["王敏"]),
    }
    return {key: commands.register_asset(draft).made[0] for key, draft in cards.items()}


@pytest.mark.parametrize(("typed", "found"), [
    ("", "desk piano sign pump"), ("  ", "desk piano sign pump"),
    ("课桌", "desk"), ("xueshengkezhuo", "desk"), ("xskz", "desk"), ("KeZhuo", "desk"), ("ＫＺＹ", "desk"),
    ("XZ-0304", "desk"), ("0304-7", "desk"), ("304室", "desk"), ("shangui", "desk"), ("单桂芝", "desk"), ("sgz", "desk"), ("dgz", "desk"),
    ("钢琴", "piano"), ("yinyueshi", "piano"), ("yys", "piano"), ("yinle", "piano"), ("SN99812", "piano"), ("998", "piano"),
    ("珠江", "piano"), ("龘", "piano"),
    ("chongqing", "sign"), ("zhongqing", "sign"), ("cq", "sign"), ("zhangtiao", "sign"), ("老校区", "sign"), ("末尾的话", "sign"), ("重庆路", "sign"),
    ("%", "pump"), ("_", "pump"), ("\\", "pump"), ("'", "pump"), ('"', "pump"), ("旧-12", "pump"), ("50% 水泵", "pump"),
    ("王敏 水泵", "pump"), ("教学楼 课桌 单桂芝", "desk"), ("ke 3层 dan", "desk"), ("课桌 王敏", ""), ("没有", ""),
    ("综合楼", "piano"),
])
def test_search_finds_by_every_word_of_every_kind(few, typed, found):
    assert sorted(ids(typed)) == sorted(few[key] for key in found.split())
    assert queries.totals(Wish(typed)).records == len(found.split())


WORDS = ["课桌", "diannao", "dn", "电脑", "教学楼", "3层", "304", "zc-2023", "王", "sn", "希沃", "的", "a", "yys", "音乐", "shi",
         "2019年", "单", "QH2016", "搬来", "KFR", "kezhuo 教学楼", "综合楼 空调", "三年级2班", "snj", "", "zzzz", "%", "'"]


@on_one_ledger
@given(words=st.lists(st.sampled_from(WORDS), max_size=3))
def test_search_finds_exactly_the_cards_whose_words_hold_every_word(demo_ledger, words):
    typed = " ".join(words)
    rows = database.execute_sql(
        """SELECT a.id, a.keys, coalesce(p.keys, ''), coalesce(k.keys, ''), coalesce(c.keys, '') FROM asset a
           LEFT JOIN place p ON p.id = a.place_id LEFT JOIN person k ON k.id = a.keeper_id
           LEFT JOIN school_class c ON c.place_id = p.id AND c.school_year = 2026""").fetchall()
    wanted = {row[0] for row in rows if all(any(word in keys for keys in row[1:]) for word in pinyin.words(typed))}
    assert set(ids(typed)) == wanted
    assert queries.totals(Wish(typed)).records == len(wanted)


@on_one_ledger
@given(data=st.data())
def test_any_part_of_a_cards_own_words_finds_it(demo_ledger, data):
    identity = data.draw(st.integers(1, 3_000))
    keys = database.execute_sql(
        """SELECT a.keys || ' ' || coalesce(p.keys, '') || ' ' || coalesce(k.keys, '') FROM asset a
           LEFT JOIN place p ON p.id = a.place_id LEFT JOIN person k ON k.id = a.keeper_id WHERE a.id = ?""",
        (identity,)).fetchone()[0].split()
    parts = []
    for word in data.draw(st.lists(st.sampled_from(keys), min_size=1, max_size=4)):
        start = data.draw(st.integers(0, len(word) - 1))
        parts.append(word[start:data.draw(st.integers(start + 1, len(word)))].upper())
    assert identity in ids(" ".join(parts))


def test_stored_search_words_are_those_of_the_card(demo_ledger):
    cards = queries.cards(ids()[:200])
    stored = dict(database.execute_sql("SELECT id, keys FROM asset").fetchall())
    assert [stored[card.id] for card in cards] == [rules.search_keys(card.draft) for card in cards]


# --- filters -----------------------------------------------------------------------------------------------------


def test_a_place_stands_for_all_below_it(demo_ledger):
    for place in school.places_tree():
        below = set(school.places_below(place.id))
        wanted = {row[0] for row in database.execute_sql("SELECT id, place_id FROM asset").fetchall() if row[1] in below}
        assert set(ids(place=place.id)) == wanted
    assert len(ids(place=school.places_tree()[0].id)) + len(ids(place=0)) == 3_000
    assert ids(place=99_999) == []


def test_exact_rooms_leave_out_what_lies_below(demo_ledger):
    building = next(place for place in school.places_tree() if place.name == "教学楼")
    room = school.rooms(building.id)[0]
    assert ids(rooms=[building.id]) == []
    assert set(ids(rooms=[building.id, room.id])) == set(ids(place=room.id))
    assert set(ids(rooms=[0, room.id])) == set(ids(place=0)) | set(ids(place=room.id))
    assert all(cell(row, "place") in ("", None) for row in queries.listing(queries.room_wish(0)))


@pytest.mark.parametrize("code", ["A05000000", "A05010000", "A05010203", "6010200", "2000000", "A02"])
def test_a_class_stands_for_all_below_it(demo_ledger, code):
    start = classes.stem(code)
    wanted = {row[0] for row in database.execute_sql("SELECT id, class_code FROM asset").fetchall() if row[1].startswith(start)}
    assert set(ids(**{"class": code})) == wanted != set()


def test_other_filters_take_what_is_equal(demo_ledger):
    rows = queries.listing(Wish(), EVERYTHING)
    for status in {cell(row, "status") for row in rows}:
        assert set(ids(status=status)) == {row[0] for row in rows if cell(row, "status") == status}
    for category in ("固定资产", "低值易耗品"):
        assert set(ids(category=category)) == {row[0] for row in rows if cell(row, "category") == category}
    for year in queries.years():
        wanted = {row[0] for row in rows if (cell(row, "acquired_on") or queries.NO_DAY)[:4] == year}
        assert set(ids(year=year)) == wanted != set()
    assert queries.years() == [str(year) for year in range(2026, 2015, -1)] + [queries.NO_DAY]
    for keeper, name in queries.keepers():
        assert {cell(row, "keeper") for row in queries.listing(Wish(filters={"keeper": keeper}))} == {name}
    number = cell(rows[7], "number")
    assert ids(number=number) == [rows[7][0]]


def test_filters_and_search_narrow_each_other(demo_ledger):
    room = school.rooms()[3].id
    both = ids("空调", place=room, status="在用")
    assert set(both) == set(ids("空调")) & set(ids(place=room)) & set(ids(status="在用"))


# --- order and pages ---------------------------------------------------------------------------------------------



def number_order(number):
    """Give what asset numbers are sorted by: what stands before the digits at the end, then their value."""
    head = number.rstrip("0123456789")
    return head, int(number[len(head):] or 0), number


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("key", ["", *(column.key for column in queries.COLUMNS)])
def test_every_column_sorts_both_ways_like_python(demo_ledger, key, descending):
    with journal.operation("部门和使用人"):
        database.execute_sql("UPDATE asset SET user_id = 1 + id % 40, department_id = 1 + id % 13 WHERE id % 3 = 0")
    rows = queries.listing(Wish(sort=key, descending=descending), EVERYTHING)
    by_number = sorted(rows, key=lambda row: number_order(cell(row, "number")), reverse=descending and key == "number")
    if key in ("", "number"):
        assert rows == by_number
        return
    column = next(each for each in queries.COLUMNS if each.key == key)
    by = {Kind.TEXT: pinyin.order, Kind.CODE: pinyin.order, Kind.CHOICE: pinyin.order}.get(column.kind, lambda value: value)
    if key in ("keeper", "user"):
        by = pinyin.name_order
    if key == "place":
        ranks = dict(database.execute_sql("SELECT path, rank FROM place").fetchall())
        by = ranks.get
    alike = sorted(rows, key=lambda row: (len(cell(row, "number")), cell(row, "number")))
    filled = sorted((row for row in alike if cell(row, key) not in (None, "")), key=lambda row: by(cell(row, key)), reverse=descending)
    assert rows == [*filled, *(row for row in alike if cell(row, key) in (None, ""))]


def test_numbers_stand_by_the_value_of_their_last_digits(few):
    for number in ("K10", "K2", "K02", "K-1", "K1"):
        commands.register_asset(AssetDraft(name="椅子", number=number))
    listed = [cell(row, "number") for row in queries.listing(Wish(sort="number"))]
    assert [number for number in listed if number.startswith("K")] == ["K1", "K02", "K2", "K10", "K-1"]
    assert [cell(row, "number") for row in queries.listing(Wish(sort="number", descending=True))] == listed[::-1]


def test_names_stand_in_the_order_of_their_pinyin(few):
    names = [cell(row, "name") for row in queries.listing(Wish(sort="name"))]
    assert names == ["50% 水泵_A", "重庆产长条标牌", "钢琴", "学生课桌"]


@on_one_ledger
@given(page=st.integers(40, 900), sort=st.sampled_from(["", "name", "place", "keeper", "value", "acquired_on", "status"]),
       descending=st.booleans(), search=st.sampled_from(["", "dn", "教学楼", "zzzz"]))
def test_pages_join_without_gaps_or_repeats(demo_ledger, page, sort, descending, search):
    wish = Wish(search, {}, sort, descending)
    whole = queries.listing(wish, EVERYTHING)
    joined = []
    for offset in range(0, len(whole) + 1, page):
        joined += queries.listing(wish, page, offset)
    assert joined == whole
    assert queries.matching_ids(wish) == [row[0] for row in whole]


@on_one_ledger
@given(at=st.integers(0, 2_999), sort=st.sampled_from(["", *(column.key for column in queries.COLUMNS)]),
       descending=st.booleans(), search=st.sampled_from(["", "kz", "教学楼"]))
def test_a_cards_position_is_where_the_list_shows_it(demo_ledger, at, sort, descending, search):
    wish = Wish(search, {}, sort, descending)
    listed = queries.matching_ids(wish)
    identity = listed[at % len(listed)]
    assert queries.LISTING.position(wish, identity) == listed.index(identity)


def test_a_card_that_the_list_leaves_out_has_no_position(few):
    assert queries.LISTING.position(Wish("课桌"), few["piano"]) is None
    assert queries.LISTING.position(Wish(), 99_999) is None


def test_chosen_rows_come_by_number(few):
    rows = queries.rows_of([few["pump"], few["desk"], few["pump"], 99_999])
    assert len(rows) == 2
    assert rows == [row for row in queries.listing(Wish()) if row[0] in (few["desk"], few["pump"])]


# --- sums --------------------------------------------------------------------------------------------------------


@on_one_ledger
@given(search=st.sampled_from(["", "dn", "教学楼", "空调 3层", "zzzz"]), status=st.sampled_from([None, "在用", "待报废"]),
       year=st.sampled_from([None, "2019", queries.NO_DAY]))
def test_totals_are_the_sums_of_the_list(demo_ledger, search, status, year):
    filters = {key: value for key, value in (("status", status), ("year", year)) if value}
    wish = Wish(search, filters)
    rows = queries.listing(wish, EVERYTHING)
    assert queries.totals(wish) == Totals(
        len(rows), sum(cell(row, "quantity") for row in rows), sum(cell(row, "value") for row in rows))


def test_sums_by_room_class_and_group_agree_with_the_total(demo_ledger):
    total = queries.totals(Wish())
    whole = (total.records, total.pieces, total.fen)
    assert whole == (3_000, sum(room.pieces for room in queries.by_room()), sum(room.fen for room in queries.by_room()))
    for lines in ([(room.cards, room.pieces, room.fen) for room in queries.by_room()],
                  [line[2:] for line in queries.by_class()], [line[1:] for line in queries.by_group()]):
        assert tuple(map(sum, zip(*lines, strict=True))) == whole


def test_each_room_has_its_own_sums_in_the_order_of_the_tree(demo_ledger):
    rooms = queries.by_room()
    for room in rooms:
        total = queries.totals(queries.room_wish(room.place))
        assert (room.cards, room.pieces, room.fen) == (total.records, total.pieces, total.fen)
    order = [place.id for place in school.places_tree()]
    assert [room.place for room in rooms[:-1]] == [place for place in order if place in {room.place for room in rooms}]
    assert (rooms[-1].place, rooms[-1].path, rooms[-1].keeper) == (0, "未登记地点", "")
    assert Counter(bool(room.users) for room in rooms)[True] == 24
    chosen = [rooms[5].place, rooms[2].place, 0]
    assert queries.by_room(chosen) == [rooms[2], rooms[5], rooms[-1]]


def test_sums_by_class_may_be_asked_for_some_rooms(demo_ledger):
    rooms = queries.by_room()[:3]
    lines = queries.by_class([room.place for room in rooms])
    assert sum(line[4] for line in lines) == sum(room.fen for room in rooms)
    codes = [line[0] for line in queries.by_class()]
    assert codes == sorted(codes)


def test_classes_without_a_code_come_last_and_have_words(few):
    commands.register_asset(AssetDraft(name="自编", class_code="自编1", class_name="自己的类"))
    commands.register_asset(AssetDraft(name="计算机", class_code="A02010105"))
    assert queries.by_class() == [("A02010105", "台式计算机", 1, 1, 0), ("自编1", "自己的类", 1, 1, 0), ("", "未分类", 4, 4, 0)]
    assert queries.by_group() == [("设备", 1, 1, 0), ("未分类或其他代码", 5, 5, 0)]
    assert queries.classes_in_use() == [("A02000000", "设备"), ("A02010105", "台式计算机"), ("自编1", "自己的类")]


def test_an_empty_ledger_has_empty_answers(started_ledger):
    assert queries.listing(Wish("x", {"year": "2026", "place": 0})) == []
    assert queries.totals(Wish()) == Totals(0, 0, 0)
    assert (queries.by_room(), queries.by_class(), queries.by_group(), queries.years(), queries.keepers()) == ([],) * 5
    assert (queries.classes_in_use(), queries.cards([]), queries.card(1), queries.rows_of([])) == ([], [], None, [])


def test_what_a_person_keeps_is_said_in_words(few):
    keeper = next(identity for identity, name in queries.keepers() if name == "单桂芝")
    assert queries.held_by(keeper) == ["名下还有资产卡片 1 张、1 件"]
    assert queries.held_by(99_999) == []


def test_cards_come_in_the_order_asked_for_with_names(few):
    cards = queries.cards([few["sign"], 99_999, few["desk"]])
    assert [card.id for card in cards] == [few["sign"], few["desk"]]
    assert (cards[1].place, cards[1].keeper, cards[1].user) == ("教学楼 3层 304室", "单桂芝", "")


# --- how SQL does it ---------------------------------------------------------------------------------------------


def test_a_page_refresh_takes_two_selects_at_most(demo_ledger, monkeypatch):
    asked = []
    plain = database.execute_sql

    def counted(sql, *rest):
        asked.append(sql)
        return plain(sql, *rest)

    monkeypatch.setattr(database, "execute_sql", counted)
    wish = Wish("课桌 教学楼", {"place": 2, "status": "在用", "class": "A05000000", "year": "2020"}, "keeper", True)
    queries.totals(wish)
    queries.listing(wish, 500)
    assert len(asked) <= 2


def plan(sql, parameters):
    return " | ".join(row[3] for row in database.execute_sql(f"EXPLAIN QUERY PLAN {sql}", parameters).fetchall())


def test_search_reads_the_covering_index_and_no_card(demo_ledger, monkeypatch):
    asked = []
    plain = database.execute_sql
    monkeypatch.setattr(database, "execute_sql", lambda sql, *rest: asked.append((sql, *rest)) or plain(sql, *rest))
    queries.totals(Wish("课桌"))
    queries.listing(Wish("课桌", sort="name"), 500)
    queries.listing(Wish(sort="number"), 500)
    monkeypatch.undo()
    totals, found, by_number = (plan(*each) for each in asked)
    for words in (totals, found):
        assert "SCAN f USING COVERING INDEX asset_keys" in words
    assert "USING COVERING INDEX" in by_number
    assert "TEMP B-TREE FOR ORDER BY" not in by_number.split("MATERIALIZE")[-1].split("SCAN page")[0]


@pytest.mark.parametrize("words", ["三年级2班", "三(2)班", "三（2）班", "snj2b", "3.2"])
def test_a_class_finds_what_stands_in_its_room(demo_ledger, words):
    room = next(place for place in school.rooms() if school.class_in(place.id) == "三年级2班")
    found = queries.matching_ids(Wish(words))
    assert set(queries.matching_ids(Wish(filters={"rooms": [room.id]}))) <= set(found)
    assert queries.totals(Wish(f"{words} 教学楼")).records > 0


def test_a_room_of_no_keeper_shows_the_keepers_of_its_cards(few):
    def keeper_of(room):
        return {stock.path.rpartition(" ")[2]: stock.keeper for stock in queries.by_room()}[room]

    assert keeper_of("304室") == "单桂芝"
    assert keeper_of("重庆路校门") == ""
    room = queries.card(few["desk"]).draft.place_id
    for number, name in enumerate(("李", "王", "赵")):
        person = school_commands.add_person(PersonDraft(f"{name}老师")).made[0]
        commands.register_asset(AssetDraft(name="椅", number=f"C{number}", place_id=room, keeper_id=person))
        assert len(keeper_of("304室").split("、")) == (number + 2 if number < 2 else 1)
    assert keeper_of("304室") == ""    # four names say no more than none
    place_commands.set_keeper([room], school.find_people("王敏")[0].id)
    assert keeper_of("304室") == "王敏"


@pytest.mark.parametrize("wish", [
    Wish(cells={"value": ">=100"}), Wish(cells={"name": "桌"}), Wish(sort="model"), Wish(sort="serial", descending=True),
    Wish(sort="status", cells={"value": ">=100"}), Wish("zw", sort="name"), Wish(sort="number", descending=True),
], ids=str)
def test_a_large_ledger_stands_in_the_same_order_as_a_small_one(demo_ledger, monkeypatch, wish):
    """Large ones are sorted by ranks; the digits at the end of a number count there as in the index of numbers."""
    few = queries.listing(wish)
    monkeypatch.setattr(ranks, "LEAST", 1)
    assert queries.listing(wish) == few
    assert len(few) > 10


@pytest.mark.parametrize("numbers", [("ZC-10", "ZC-9", "ZC-009", "校-2", "K", "12", "3", "ZC-99999999999999999999", "A2-10", "A10-2")])
def test_numbers_are_ranked_as_their_index_has_them(ledger, numbers):
    rows = database.execute_sql(
        f"SELECT number FROM (SELECT value AS number FROM json_each(?)) a ORDER BY {', '.join(NUMBER_ORDER)}", (json.dumps(numbers),)).fetchall()
    assert sorted(numbers, key=ranks.ORDERS["digits_at_the_end"]) == [number for (number,) in rows]
