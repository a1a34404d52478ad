"""Numbers: gapless while nothing is undone, never the same twice, whatever is undone or rolled back between."""

from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.core.errors import Invalid
from app.core.numbering import Rule
from app.school.tables import Department
from app.store import journal, numbering
from app.store.database import scalar

ASSET = Rule("asset", "ZC", True, 5, "资产编号")


def take(count=1, year=2026, rule=ASSET, exists=numbering.none_exist):
    with journal.operation("登记"):
        numbers = numbering.take(rule, year, count, exists)
        Department.insert(name=f"部门{scalar('SELECT coalesce(max(id), 0) FROM operation')}", keys="", position=0).execute()
    return numbers


def test_numbers_go_on_by_year(ledger):
    assert take(2) == ["ZC-2026-00001", "ZC-2026-00002"]
    assert take(year=2027) == ["ZC-2027-00001"]
    assert take() == ["ZC-2026-00003"]
    assert numbering.peek(ASSET, 2026) == "ZC-2026-00004"
    assert numbering.peek(ASSET, 2026) == "ZC-2026-00004"


def test_series_without_year_runs_on(ledger):
    rule = Rule("card", "K", False, 3)
    assert take(rule=rule) + take(rule=rule, year=2027) == ["K-001", "K-002"]


def test_more_numbers_than_digits_widen(ledger):
    rule = Rule("small", "S", False, 1)
    assert take(11, rule=rule)[8:] == ["S-9", "S-10", "S-11"]


def test_numbers_in_use_are_passed_over(ledger):
    used = {f"ZC-2026-{serial:05d}" for serial in range(1, 5001)} | {"ZC-2026-05002"}
    asked = []

    def exists(numbers):
        asked.append(len(numbers))
        return used & set(numbers)

    assert take(2, exists=exists) == ["ZC-2026-05001", "ZC-2026-05003"]
    assert len(asked) < 12
    assert take() == ["ZC-2026-05004"]


def test_undo_does_not_give_numbers_back_and_redo_keeps_them(ledger):
    assert take() == ["ZC-2026-00001"]
    journal.undo()
    assert take() == ["ZC-2026-00002"]


def test_counter_only_rises(ledger):
    numbering.raise_to(ASSET, 2026, 57)
    numbering.raise_to(ASSET, 2026, 3)
    assert take() == ["ZC-2026-00058"]
    numbering.note_used(ASSET, ["ZC-2026-00099", "ZC-2025-00007", "TZ0001", "ZC-2026-99", "zc-2026-00500", ""])
    assert take() == ["ZC-2026-00100"]
    assert take(year=2025) == ["ZC-2025-00008"]


def test_outside_an_operation_it_raises(ledger):
    with pytest.raises(RuntimeError):
        numbering.take(ASSET, 2026)


def test_changed_rule_holds_from_now_on_and_can_be_undone(ledger):
    assert take() == ["ZC-2026-00001"]
    numbering.change_rule(ASSET, " gd ", True, 4)
    assert numbering.rule_of(ASSET) == Rule("asset", "GD", True, 4)
    assert take() == ["GD-2026-0002"]
    numbering.change_rule(ASSET, "ZC", True, 5)
    assert scalar("SELECT count(*) FROM number_rule") == 0
    journal.undo()
    assert numbering.peek(ASSET, 2026) == "GD-2026-0003"


@pytest.mark.parametrize(("prefix", "digits", "field"), [
    ("Z C", 5, "prefix"), ("-ZC", 5, "prefix"), ("ZC/1", 5, "prefix"), ("Z" * 13, 5, "prefix"), ("ZC", 0, "digits"),
    ("ZC", 10, "digits"), ("<b>", 5, "prefix")])
def test_unfit_rules_are_refused_at_their_field(ledger, prefix, digits, field):
    with pytest.raises(Invalid) as refusal:
        numbering.change_rule(ASSET, prefix, True, digits)
    assert [problem.field for problem in refusal.value.problems] == [field]


def test_a_serial_to_go_on_with_rises_only(ledger):
    numbering.change_rule(ASSET, "ZC", True, 5, year=2026, following=501)   # the rule as it is: only the counter moves
    assert numbering.peek(ASSET, 2026) == "ZC-2026-00501"
    with pytest.raises(Invalid) as refused:
        numbering.change_rule(ASSET, "ZC", True, 5, year=2026, following=500)
    assert refused.value.problems[0].field == "following"
    numbering.change_rule(ASSET, "GD", True, 4, year=2026, following=600)
    assert numbering.peek(ASSET, 2026) == "GD-2026-0600"
    with pytest.raises(Invalid, match="位数"):
        numbering.change_rule(ASSET, "GD", True, 4, year=2026, following=10**9)


def test_two_series_do_not_share_a_prefix(ledger, monkeypatch):
    other = Rule("repair", "BX", True, 4, "报修单号")
    monkeypatch.setattr(numbering, "all_series", lambda: (ASSET, other))
    with pytest.raises(Invalid, match="资产编号"):
        numbering.change_rule(other, "zc", True, 4)
    assert [rule.prefix for rule in numbering.rules()] == ["ZC", "BX"]


rules = st.builds(Rule, st.just("x"), st.sampled_from(["", "ZC", "资-A", "2026"]), st.booleans(), st.integers(1, 9))


@given(rules, st.integers(2000, 2100), st.integers(1, 10**12))
def test_a_number_is_read_back_as_it_was_made(rule, year, serial):
    assert rule.serial(rule.number(year, serial)) == (rule.counting_year(year), serial)


@given(rules, st.text(max_size=20))
def test_any_text_is_a_number_of_the_rule_or_none(rule, text):
    found = rule.serial(text)
    assert found is None or rule.number(*found) == text


@given(st.lists(st.tuples(st.sampled_from(["take", "take", "undo", "redo", "fail", "rehearse"]), st.integers(1, 3),
                          st.sampled_from([2025, 2026])), max_size=15))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_number_twice_and_no_gaps_without_undo(ledger, acts):
    with journal.operation("界线"):  # redo of an earlier example's steps ends here
        Department.insert(name=f"界线{scalar('SELECT coalesce(max(id), 0) FROM operation')}", keys="", position=0).execute()
    starts = {year: scalar("SELECT last FROM counter WHERE year = ?", (year,)) or 0 for year in (2025, 2026)}
    given_out = []
    for act, count, year in acts:
        if act == "take":
            given_out += take(count, year)
        elif act == "undo" and journal.undoable()[1] != "界线":
            journal.undo()
        elif act == "redo" and journal.redoable():
            journal.redo()
        elif act == "rehearse":
            with journal.operation("试") as step:
                numbering.take(ASSET, year, count)
                step.discard()
        elif act == "fail":
            with suppress(ZeroDivisionError), journal.operation("坏"):
                numbering.take(ASSET, year, count)
                raise ZeroDivisionError
    for year, start in starts.items():
        serials = [found[1] for found in map(ASSET.serial, given_out) if found and found[0] == year]
        assert serials == list(range(start + 1, start + 1 + len(serials)))
