"""What is typed under the headers, and a pasted list of numbers: list, count, sums and position agree with plain Python."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.assets import commands, queries
from app.assets.fields import AssetDraft
from app.core.errors import Refused
from app.core.listing import Totals, Wish

INDEX = {column.key: at for at, column in enumerate(queries.COLUMNS, 1)}
EVERYTHING = 100_000
on_one_ledger = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)

UNDER = {
    "number": ("2024", lambda held: "2024" in held), "name": ("电脑", lambda held: "电脑" in held),
    "model": ("=m450", lambda held: held.lower() == "m450"), "place": ("教学楼", lambda held: "教学楼" in (held or "")),
    "keeper": ("空", lambda held: not held), "department": ("非空", bool), "user": ("空", lambda held: not held),
    "quantity": (">1", lambda held: held > 1), "value": ("1000..5000", lambda held: 100_000 <= held <= 500_000),
    "unit_price": ("<=500", lambda held: held <= 50_000), "acquired_on": ("2023", lambda held: (held or "").startswith("2023")),
    "booked_on": ("空", lambda held: not held), "status": ("=在用", lambda held: held == "在用"), "remark": ("非空", bool),
    "class_name": ("机", lambda held: "机" in held), "brand": ("", lambda held: True),
}


def found(wish):
    return queries.listing(wish, EVERYTHING)


@pytest.mark.parametrize("key", UNDER)
def test_words_under_one_header_match_like_python(demo_ledger, key):
    typed, fits = UNDER[key]
    rows = found(Wish(cells={key: typed}))
    assert [row[0] for row in rows] == [row[0] for row in found(Wish()) if fits(row[INDEX[key]])]
    assert len(rows) < 3_000 or key in ("brand", "user", "booked_on")


@on_one_ledger
@given(keys=st.sets(st.sampled_from(sorted(UNDER)), max_size=3), sort=st.sampled_from(["", *INDEX]), descending=st.booleans(),
       search=st.sampled_from(["", "dn", "教学楼"]), status=st.sampled_from([None, "在用"]), at=st.integers(0, 500))
def test_list_sums_and_position_agree(demo_ledger, keys, sort, descending, search, status, at):
    wish = Wish(search, {"status": status} if status else {}, sort, descending, {key: UNDER[key][0] for key in keys})
    rows = found(wish)
    plain = found(Wish(search, wish.filters, sort, descending))
    assert rows == [row for row in plain if all(UNDER[key][1](row[INDEX[key]]) for key in keys)]
    assert queries.totals(wish) == Totals(
        len(rows), sum(row[INDEX["quantity"]] for row in rows), sum(row[INDEX["value"]] for row in rows))
    assert queries.matching_ids(wish) == [row[0] for row in rows]
    if rows:
        place = at % len(rows)
        assert queries.LISTING.position(wish, rows[place][0]) == place


@pytest.mark.parametrize(("key", "typed"), [("value", "很多"), ("acquired_on", "去年"), ("quantity", ">几件")])
def test_what_cannot_be_read_is_said_in_a_sentence(demo_ledger, key, typed):
    with pytest.raises(Refused, match=r"不是(数|日期)。可以写"):
        queries.totals(Wish(cells={key: typed}))


def test_signs_with_a_meaning_to_sql_are_plain_signs_here(started_ledger):
    strange = commands.register_asset(AssetDraft(name="50%_'\"\\水泵")).made[0]
    commands.register_asset(AssetDraft(name="水泵"))
    for typed in ("%", "_", "'", '"', "\\", "=50%_'\"\\水泵"):
        assert [row[0] for row in found(Wish(cells={"name": typed}))] == [strange]


def test_a_list_of_numbers_gives_these_cards_and_no_others(demo_ledger):
    numbers = [row[INDEX["number"]] for row in found(Wish())][5:400:7]
    wish = Wish(filters={"numbers": [*numbers, "没有-1"]}, sort="value", descending=True)
    rows = found(wish)
    assert {row[INDEX["number"]] for row in rows} == set(numbers)
    assert queries.totals(wish).records == len(numbers)
    assert queries.LISTING.position(wish, rows[3][0]) == 3
    assert queries.totals(Wish(filters={"numbers": []})).records == 0
