"""What a count means: every piece is in one result only, marked things are no loss, shared value adds up."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.assets.rules import share
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
