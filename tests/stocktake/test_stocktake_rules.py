"""What a count means: every piece is in one result only, marked things are no loss, shared value adds up."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.assets.rules import share
from app.core.money import MOST_FEN
from app.stocktake import rules
from app.stocktake.rules import Count, FindDraft, Scope, StocktakeDraft, pieces, result

LINES = st.tuples(st.integers(1, 60), st.none() | st.integers(0, 80), st.sampled_from(("", "借出", "送修", "待处置")),
                  st.booleans(), st.booleans())


@given(LINES)
def test_pieces_add_up_to_book_and_found(line):
    quantity, counted, mark, *_ = line
    found = pieces(*line)
    book = found.matched + found.missing + found.moved + found.altered + found.away + found.unseen
    assert book == quantity
    if counted is not None:
        assert book + found.surplus - found.missing - found.away == counted
    if mark:
        assert found.missing == 0
        assert result(*line) != rules.MISSING


@pytest.mark.parametrize(("line", "word"), [
    ((45, 45, "", False, False), "相符"), ((45, 43, "", False, False), "盘亏"), ((45, 46, "", False, False), "盘盈"),
    ((1, 1, "", True, False), "位置不符"), ((1, 1, "", False, True), "状态不符"), ((1, 1, "", True, True), "位置不符"),
    ((1, None, "", False, False), "未盘"), ((1, None, "借出", False, False), "在外或待处置"),
    ((1, 0, "送修", False, False), "在外或待处置"), ((1, 0, "", False, False), "盘亏"), ((1, 1, "待处置", False, False), "相符"),
])
def test_the_gravest_word_counts(line, word):
    assert result(*line) == word


@given(st.integers(0, 10**9), st.integers(1, 100).flatmap(lambda whole: st.tuples(st.integers(0, whole), st.just(whole))))
def test_a_share_and_its_rest_are_the_whole(fen, parts):
    part, whole = parts
    taken = share(fen, part, whole)
    assert 0 <= taken <= fen
    assert abs(taken * whole - fen * part) < whole


def test_what_is_found_is_worth_its_estimate_or_one_yuan():
    assert rules.find_value(3, 12_000) == (12_000, 36_000, "评估价")
    assert rules.find_value(3, None) == rules.find_value(3, 0) == (100, 300, "名义金额")


def test_a_scope_is_read_as_it_was_stored():
    scope = Scope((3, 4), ("A05010101",), (7,), True)
    assert rules.read_scope(scope.as_json()) == scope


@pytest.mark.parametrize(("values", "field"), [
    ({"kind": "年终"}, "kind"), ({"term_id": 0}, "term_id"), ({"base_date": None}, "base_date"),
    ({"base_date": date(2026, 11, 22)}, "base_date"), ({"team": "王" * 201}, "team"),
])
def test_bad_stocktakes_are_told(values, field):
    good = {"term_id": 1, "kind": "期末", "base_date": date(2026, 11, 21)}
    assert rules.check_draft(StocktakeDraft(**good), date(2026, 11, 21)) == []
    assert [problem.field for problem in rules.check_draft(StocktakeDraft(**{**good, **values}), date(2026, 11, 21))] == [field]


@pytest.mark.parametrize(("count", "field"), [
    (Count(1, -1), "counted"), (Count(1, 3, 4), "damaged"), (Count(1, 3, reason="x" * 201), "reason"),
])
def test_bad_counts_are_told(count, field):
    assert [problem.field for problem in rules.check_count(count)] == [field]


@pytest.mark.parametrize(("draft", "field"), [
    (FindDraft(), "name"), (FindDraft(code="9", decision="入账"), "name"), (FindDraft(name="椅", quantity=0), "quantity"),
    (FindDraft(name="椅", estimate=-1), "estimate"), (FindDraft(name="椅", decision="?"), "decision"),
    (FindDraft(code="9" * 41), "code"),
])
def test_bad_finds_are_told(draft, field):
    assert [problem.field for problem in rules.check_find(draft)] == [field]


# --- exactly at the edge -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("line", "found"), [
    ((5, 4, "", False, False), {"matched": 4, "missing": 1}), ((5, 5, "", False, False), {"matched": 5}),
    ((5, 6, "", False, False), {"matched": 5, "surplus": 1}), ((5, 0, "", False, False), {"missing": 5}),
    ((5, None, "", False, False), {"unseen": 5}), ((5, None, "借出", False, False), {"away": 5}),
    ((5, 4, "借出", False, False), {"matched": 4, "away": 1}), ((5, 4, "", True, False), {"moved": 4, "missing": 1}),
    ((5, 4, "", False, True), {"altered": 4, "missing": 1}), ((5, 6, "", True, True), {"moved": 5, "surplus": 1}),
])
def test_where_the_pieces_of_a_line_went(line, found):
    assert pieces(*line) == rules.Pieces(**found)


@pytest.mark.parametrize(("count", "fields"), [
    (Count(1, 0), []), (Count(1, rules.MOST_PIECES), []), (Count(1, rules.MOST_PIECES + 1), ["counted"]), (Count(1, 3, 3), []),
    (Count(1, 3, 0), []),
    (Count(1, 3, -1), ["damaged"]), (Count(1, 0, 1), ["damaged"]), (Count(1, None, 1), []), (Count(1, -1, 5), ["counted"]),
    (Count(1, 1, reason="x" * 200, remark="x" * 200, found_status="x" * 200), []),
    (Count(1, 1, found_status="x" * 201, remark="x" * 201), ["found_status", "remark"]),
])
def test_counts(count, fields):
    assert [problem.field for problem in rules.check_count(count)] == fields


@pytest.mark.parametrize(("draft", "fields"), [
    (FindDraft(name="椅", quantity=1), []), (FindDraft(name="椅", quantity=rules.MOST_PIECES, estimate=1), []),
    (FindDraft(name="椅", quantity=rules.MOST_PIECES + 1), ["quantity"]),
    (FindDraft(name="椅", quantity=None, estimate=5), ["quantity"]),
    (FindDraft(name="椅", estimate=0), []), (FindDraft(name="椅", estimate=MOST_FEN), []),
    (FindDraft(name="椅", estimate=MOST_FEN + 1), ["estimate"]),
    (FindDraft(name="椅", quantity=2, estimate=MOST_FEN // 2), []),
    (FindDraft(name="椅", quantity=2, estimate=MOST_FEN // 2 + 1), ["estimate"]),
    (FindDraft(code="9"), []), (FindDraft(code=" ", name=" "), ["name"]), (FindDraft(name="椅" * 100, code="9" * 40), []),
    (FindDraft(name="椅" * 101), ["name"]),
    (FindDraft(name="椅", model="x" * 201, unit="x" * 201, reason="x" * 201, remark="x" * 201),
                                             ["model", "unit", "reason", "remark"]),
    (FindDraft(name="椅", decision=rules.BOOK_IT), []), (FindDraft(code="9", decision=rules.LEAVE_IT), []),
])
def test_finds(draft, fields):
    assert [problem.field for problem in rules.check_find(draft)] == fields


@pytest.mark.parametrize("field", ["title", "team", "observer", "remark"])
def test_lengths_of_a_stocktake_s_words(field):
    good = {"term_id": 1, "base_date": date(2026, 11, 20)}
    assert rules.check_draft(StocktakeDraft(**good, **{field: "长" * 200}), date(2026, 11, 21)) == []
    assert [problem.field for problem in rules.check_draft(StocktakeDraft(**good, **{field: "长" * 201}), date(2026, 11, 21))] == [field]


@pytest.mark.parametrize(("now", "values", "counted", "fields"), [
    (Count(1), {"damaged": 1}, 5, []), (Count(1), {"found_place_id": 3}, 5, []), (Count(1), {"found_status": "闲置"}, 5, []),
    (Count(1), {"remark": "看"}, None, []), (Count(1), {"reason": "丢失"}, None, ["reason"]), (Count(1),
    {"counted": 4, "reason": "丢失"}, 4, []),
    (Count(1, 3), {"damaged": 3}, 3, []), (Count(1, 3), {"damaged": 4}, 3, ["damaged"]), (Count(1, 3, 2),
    {"counted": 1}, 1, ["counted"]),
    (Count(1, 3, 2), {"counted": None, "damaged": None}, None, []), (Count(1), {"counted": None, "damaged": 1}, None, []),
    (Count(1, 3, reason="丢失"), {"reason": None}, 3, []),
])
def test_a_field_that_is_changed_by_hand(now, values, counted, fields):
    count, problems = rules.edited(now, 5, values)
    assert (count.counted, [problem.field for problem in problems]) == (counted, fields)
    assert all(problem.row == 1 for problem in problems)
    for field, blank in (("damaged", 0), ("reason", ""), ("remark", ""), ("found_status", "")):
        assert getattr(count, field) == (values.get(field, getattr(now, field)) or blank)


def test_a_stocktake_of_no_term_and_no_day_is_told():
    assert [problem.field for problem in rules.check_draft(StocktakeDraft(), date(2026, 11, 21))] == ["term_id", "base_date"]
