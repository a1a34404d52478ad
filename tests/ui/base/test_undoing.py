"""The strip after a verb offers that verb's own step, says what it took back, and offers nothing where nothing changed."""

import pytest

from app.core.errors import Refused
from app.school import commands, queries
from app.store import journal
from ui.base import undoing


@pytest.fixture
def departments(started_ledger):
    """Three departments, each added by a step of its own; gives the steps."""
    return [commands.add_department(name) for name in ("教务处", "德育处", "后勤处")]


def names() -> list[str]:
    return [row[1] for row in queries.departments_listing()]


def test_the_strip_takes_back_its_own_step_and_redo_brings_back_that_very_step(departments, said):
    undoing.told("已新增部门“德育处”。", departments[1])
    assert said.tips == {"撤销": "撤销：新增部门 德育处"}
    said.actions["撤销"]()
    assert said.last == "已撤销：新增部门 德育处"
    assert "德育处" not in names()
    assert "后勤处" in names()
    journal.undo(departments[2].id)     # undone after it: the redo offered is still the strip's own
    said.actions["重做"]()
    assert said.last == "已重做：新增部门 德育处"
    assert "德育处" in names()
    assert "后勤处" not in names()
    said.actions["撤销"]()
    assert "德育处" not in names()


def test_nothing_changed_says_so_and_offers_nothing(departments, said):
    undoing.told("部门已改名。", commands.rename_department(departments[2].made[0], "后勤处"))
    assert said.last == undoing.UNCHANGED
    assert said.actions == {}
    assert "后勤处" in names()


def test_a_step_that_later_work_rests_on_is_refused_in_a_sentence(departments, said):
    undoing.told("已新增部门“德育处”。", departments[1])
    commands.rename_department(departments[1].made[0], "政教处")
    with pytest.raises(Refused, match="部门改名 政教处"):
        said.actions["撤销"]()
    assert "政教处" in names()
