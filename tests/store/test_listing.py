"""A list in the database and the same list in memory answer every wish alike."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.core.columns import Column, Kind
from app.core.errors import Refused
from app.core.listing import MemoryList, Totals, Wish
from app.store import journal, ranks
from app.store.database import database
from app.store.listing import TableList

COLUMNS = (Column("name", "姓名", person=True), Column("title", "职务"), Column("phone", "电话", Kind.CODE),
           Column("left_on", "离岗日期", Kind.DAY), Column("on_staff", "在岗", Kind.WHOLE), Column("department", "部门"))
PEOPLE = [("曾小明", "组长2", "K10", None, 1, 1), ("翟平", "组长10", "K2", "2026-09-08", 0, 2), ("秦五", "", "", None, 1, 2),
          ("戚琳", "（代）组长", "K2", "2026-10-01", 0, None), ("戚继光", "组长2", "", "2025-01-01", 1, 1), ("赵六", "", "K10", None, 3, None)]
TABLE = TableList(
    COLUMNS, "person p", {"d": "LEFT JOIN department d ON d.id = p.department_id"}, {"department": "d.name"},
    words="instr(p.keys, ?)", filters={"department": "p.department_id = ?", "busy": lambda yes: (f"p.on_staff {'>' if yes else '='} 0", [])},
    filled=frozenset({"on_staff"}))
on_one_ledger = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(params=["words", "ranks"])
def both(ledger, request, monkeypatch):
    """Give the list in the database, sorted by words or as a large one by their ranks, and the same one in memory."""
    if request.param == "ranks":
        monkeypatch.setattr(ranks, "LEAST", 1)
    from app.core.pinyin import name_keys
    with journal.operation("登记"):
        for name in ("教导处", "总务处"):
            database.execute_sql("INSERT INTO department (name, keys, position) VALUES (?, '', 1)", (name,))
        for row in PEOPLE:
            database.execute_sql(
                """INSERT INTO person (name, title, phone, left_on, on_staff, department_id, keys) VALUES (?, ?, ?, ?, ?, ?, ?)""",
                (*row, name_keys(row[0])))
    held = TABLE.rows(Wish())
    departments = [None, *(row[5] for row in PEOPLE)]
    memory = MemoryList(COLUMNS, lambda: held, ("name",),
                        {"department": lambda row, value: departments[row[0]] == value, "busy": lambda row, yes: (row[5] > 0) is yes})
    return TABLE, memory


def test_blanks_stand_last_and_what_is_alike_keeps_its_order(both):
    for listing in both:
        assert listing.ids(Wish()) == [1, 2, 3, 4, 5, 6]
        assert listing.ids(Wish(sort="name")) == [5, 4, 3, 1, 2, 6]
        assert listing.ids(Wish(sort="phone")) == [2, 4, 1, 6, 3, 5]
        assert listing.ids(Wish(sort="phone", descending=True)) == [1, 6, 2, 4, 3, 5]
        assert listing.ids(Wish(sort="title")) == [4, 1, 5, 2, 3, 6]
        assert listing.ids(Wish(sort="left_on", descending=True)) == [4, 2, 5, 1, 3, 6]
        assert listing.ids(Wish(sort="department")) == [1, 5, 2, 3, 4, 6]


def test_words_filters_and_conditions_leave_the_same_rows(both):
    for listing in both:
        assert listing.ids(Wish("zxm")) == [1]
        assert listing.ids(Wish("戚 j")) == [5]
        assert listing.ids(Wish(filters={"department": 2})) == [2, 3]
        assert listing.totals(Wish(filters={"busy": True})) == Totals(4)
        assert listing.rows(Wish(cells={"phone": "k", "title": "=组长2"})) == [(1, "曾小明", "组长2", "K10", None, 1, "教导处")]
        assert listing.position(Wish(sort="name"), 3) == 2
        assert listing.position(Wish("zxm"), 3) is None
        assert [row[0] for row in listing.rows(Wish(sort="name"), 2, 3)] == [1, 2]


def test_what_a_list_does_not_know_is_a_bug_in_both(both):
    for listing in both:
        for wish in (Wish(filters={"colour": 1}), Wish(sort="colour"), Wish(cells={"colour": "红"})):
            with pytest.raises(KeyError, match="colour"):
                listing.rows(wish)
            with pytest.raises(KeyError, match="colour"):
                listing.position(wish, 1)
        with pytest.raises(Refused, match="不是数"):
            listing.totals(Wish(cells={"on_staff": "很多"}))


@on_one_ledger
@given(search=st.sampled_from(["", "q", "戚", "zp", "没有"]), sort=st.sampled_from(["", *(column.key for column in COLUMNS)]),
       descending=st.booleans(), filters=st.dictionaries(st.just("department"), st.sampled_from([1, 2]), max_size=1),
       cells=st.dictionaries(st.sampled_from(["name", "title", "phone", "department"]), st.sampled_from(["空", "非空", "组", "=k2", "2", "处"]),
                             max_size=2), limit=st.integers(-1, 4), offset=st.integers(0, 4))
def test_any_wish_is_answered_alike(both, search, sort, descending, filters, cells, limit, offset):
    table, memory = both
    wish = Wish(search, filters, sort, descending, cells)
    assert table.rows(wish, limit, offset) == memory.rows(wish, limit, offset)
    assert table.ids(wish) == memory.ids(wish) == [row[0] for row in table.rows(wish)]
    assert table.totals(wish) == memory.totals(wish)
    assert [table.position(wish, record) for record in range(8)] == [memory.position(wish, record) for record in range(8)]
