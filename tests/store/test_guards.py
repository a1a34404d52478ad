"""Guards: asked inside the replay, for undo and for redo, once each, with the rows as they were and as they would be."""

import pytest

from app.core.errors import Refused
from app.core.numbering import Rule
from app.school.tables import Department, Person
from app.store import guards, journal, numbering
from app.store.database import scalar
from tests.store.conftest import add_departments, department_names, rename_department, rows_of_all_tables


@pytest.fixture
def asked(monkeypatch):
    """Hang one guard on two tables; gives what it saw, and refuses once ``asked.why`` is set."""
    class Asked(list):
        why = ""

    seen = Asked()

    def guard(replay):
        seen.append((replay.step, sorted((image.row, (image.before or {}).get("name", ""), (image.after or {}).get("name", ""))
                                         for image in replay.images("department", "person")), department_names()))
        return [seen.why] if seen.why else []

    monkeypatch.setattr(guards, "guards", lambda: ({"department": (guard,)}, {"person": (guard,)}))
    return seen


def something_else():
    """A step that comes after, without which undo would only lead back to how everything was."""
    with journal.operation("编号") as work:
        journal.database.execute_sql("INSERT INTO number_rule (series, prefix, with_year, digits) VALUES ('x', 'X', 1, 4)")
    return work.done.id


def test_what_was_so_before_is_not_asked_about(ledger, asked):
    """Undoing from the end and redoing from the front passes through states that the verbs made."""
    add_departments("总务处")
    first = journal.undoable()[0]
    rename_department("总务处", "后勤处")
    asked.why = "它已经结账。"
    for act in (journal.undo, journal.undo, journal.redo, journal.redo):
        act()
    assert asked == []
    add_departments("教导处")
    with pytest.raises(Refused, match="改动过其中"):
        journal.undo(first)
    asked.why = ""
    journal.undo(first + 1)     # with a later step standing: a new state
    asked.why = "它已经结账。"
    with pytest.raises(Refused, match="它已经结账"):
        journal.undo()          # the latest, but without the step between: new as well
    assert len(asked) == 2


def test_a_guard_sees_what_would_be_and_is_asked_once(ledger, asked):
    add_departments("总务处")
    with journal.operation("两张表") as work:
        Department.update(name="后勤处").execute()
        Person.insert(name="王芳", title="", phone="", on_staff=1, keys="").execute()
    something_else()
    journal.undo(work.done.id)
    assert asked == [(work.done.id, [(1, "后勤处", "总务处"), (1, "王芳", "")], ["总务处"])]
    journal.redo(work.done.id)
    assert asked[1] == (work.done.id, [(1, "", "王芳"), (1, "总务处", "后勤处")], ["后勤处"])


def test_a_refusal_leaves_everything_as_it_was_for_undo_and_redo(ledger, asked):
    add_departments("总务处")
    rename_department("总务处", "后勤处")
    step = journal.undoable()[0]
    something_else()
    before = rows_of_all_tables()
    asked.why = "它已经结账。"
    with pytest.raises(Refused, match="不能撤销“改名 总务处”：它已经结账。"):
        journal.undo(step)
    assert rows_of_all_tables() == before
    asked.why = ""
    journal.undo(step)
    asked.why = "它已经结账。"
    with pytest.raises(Refused, match="不能重做“改名 总务处”：它已经结账。"):
        journal.redo(step)
    assert (department_names(), scalar("SELECT count(*) FROM temp.sqlite_master WHERE type = 'table'")) == (["总务处"], 0)


def test_tables_without_a_guard_are_not_asked_about(ledger, asked):
    step = something_else()
    add_departments("总务处")
    journal.undo(step)
    assert asked == []


def test_a_prefix_that_went_to_another_series_does_not_come_back(ledger, monkeypatch):
    rules = (Rule("asset", "ZC", title="资产"), Rule("stocktake", "PD", title="盘点"))
    monkeypatch.setattr(numbering, "all_series", lambda: rules)
    monkeypatch.setattr(guards, "guards", lambda: ({"number_rule": (numbering.prefixes_differ,)},))
    away = numbering.change_rule(rules[0], "AB", True, 5)
    numbering.change_rule(rules[1], "ZC", True, 5)
    with pytest.raises(Refused, match="前缀“ZC”后来给了"):
        journal.undo(away.id)
