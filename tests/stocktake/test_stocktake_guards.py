"""Undo and redo of a stocktake obey its rules: once the counting is over its results stay."""

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.core.errors import Refused
from app.stocktake import approval, commands, queries
from app.stocktake.rules import Count, FindDraft
from app.store import check, journal

DAY = date(2026, 11, 21)


@pytest.fixture
def counted(begun, started_ledger):
    """Everything counted as the book has it and a note of one thing; ``steps`` are what did it."""
    lines = [Count(line.id, line.quantity) for line in queries.lines(begun.id)]
    begun.steps = [commands.count_lines(begun.id, lines), commands.record_find(begun.id, FindDraft(name="屏风", decision="不入账"))]
    yield begun
    assert check.run(started_ledger.folder).problems == []


@pytest.mark.parametrize("end", [
    lambda identity: commands.finish_counting(identity), lambda identity: approval.approve(identity, "7号", DAY).step,
    lambda identity: commands.void_stocktake(identity, "重来")])
def test_counts_stay_once_the_counting_is_over(counted, end):
    ended = end(counted.id)
    for step in counted.steps:
        with pytest.raises(Refused, match="录入的结果不能再变"):
            journal.undo(step.id)
    assert queries.stocktake(counted.id).left == 0
    journal.undo(ended.id)
    for step in counted.steps:
        journal.undo(step.id)
    assert (queries.stocktake(counted.id).left, queries.finds(counted.id)) == (3, [])


def test_an_end_comes_back_only_while_everything_is_counted(counted):
    commands.finish_counting(counted.id)
    opened = commands.reopen(counted.id, "补录")
    taken = commands.take_back(counted.id, [counted.line(counted.desk).id]).step
    with pytest.raises(Refused, match="还有 1 种没有盘"):
        journal.undo(opened.id)
    journal.undo(taken.id)
    journal.undo(opened.id)
    assert queries.stocktake(counted.id).state == "counted"


def act(identity, what, number, start):
    """Do one thing of those that people do with a stocktake; undo takes any of the steps since the start."""
    lines, steps = queries.lines(identity), [each.id for each in journal.steps(20, undone=False) if each.id > start]
    line = lines[number % len(lines)]
    if what == "one":
        commands.count_lines(identity, [Count(line.id, number, reason="查")])
    elif what == "all":
        commands.count_lines(identity, [Count(each.id, each.quantity) for each in lines])
    elif what == "find":
        commands.record_find(identity, FindDraft(name=f"屏风{number}", decision="不入账"))
    elif what == "take back":
        commands.take_back(identity, [line.id])
    elif what == "finish":
        commands.finish_counting(identity)
    elif what == "reopen":
        commands.reopen(identity, "补录")
    elif what == "approve":
        approval.approve(identity, "7号", DAY)
    elif what == "undo" and steps:
        journal.undo(steps[number % len(steps)])
    elif what == "redo":
        journal.redo()


WHAT = ("one", "all", "all", "find", "take back", "finish", "finish", "reopen", "approve", "undo", "undo", "undo", "redo")


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(WHAT), st.integers(0, 50)), min_size=4, max_size=14))
def test_whatever_is_taken_back_the_results_that_were_reported_stay(begun, ledger, acts):
    """What was counted when the counting ended is what stands until it goes on."""
    start, state, reported = journal.undoable()[0], "open", None
    for what, number in acts:
        with suppress(Refused):
            act(begun.id, what, number, start)
        row = queries.stocktake(begun.id)
        now = [(each.id, each.counted, each.reason) for each in queries.lines(begun.id)], [each.name for each in queries.finds(begun.id)]
        assert row.state == "open" or row.left == 0
        assert "open" in (row.state, state) or reported == now
        state, reported = row.state, now
    assert check.run(ledger.folder).problems == []
    while journal.undoable()[0] > start:
        journal.undo()
