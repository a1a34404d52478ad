"""Settings in the file: only what differs, one step, undone like anything else, seen by every thread."""

import threading

import pytest

from app.core.errors import Invalid
from app.core.settings import Setting
from app.store import database as db
from app.store import journal, opening, settings
from app.store.database import scalar


@pytest.fixture
def school():
    return Setting("school.name", "校名", ""), Setting("copies", "份数", 2, least=1), Setting("states", "状况", ["在用"])


def test_change_is_one_step_and_stores_what_differs(ledger, school):
    name, copies, states = school
    assert settings.change({name: " 实验小学 ", copies: 2, states: "在用\n闲置"}).titles == ("校名", "状况")
    assert [settings.value(one) for one in school] == ["实验小学", 2, ["在用", "闲置"]]
    assert scalar("SELECT count(*) FROM setting") == 2
    assert [step.title for step in journal.steps()] == ["修改设置 校名、状况"]
    assert settings.change({name: "实验小学"}) == settings.Changed()
    settings.change({states: ["在用"]})
    assert scalar("SELECT count(*) FROM setting") == 1
    assert settings.value(states) == ["在用"]


def test_undo_and_redo_are_seen_at_once(ledger, school):
    name = school[0]
    settings.change({name: "一小"})
    settings.change({name: "二小"})
    journal.undo()
    assert settings.value(name) == "一小"
    journal.undo()
    assert settings.value(name) == ""
    journal.redo()
    assert settings.value(name) == "一小"


def test_one_unfit_value_changes_nothing(ledger, school):
    name, copies, _ = school
    with pytest.raises(Invalid, match="份数"):
        settings.change({name: "一小", copies: 0})
    assert settings.value(name) == ""
    assert journal.steps() == []


def test_a_default_list_cannot_be_changed_by_its_reader(ledger, school):
    settings.value(school[2]).append("坏")
    assert settings.value(school[2]) == ["在用"]
    settings.change({school[2]: ["a"]})
    settings.value(school[2]).append("坏")
    assert settings.value(school[2]) == ["a"]


def test_stored_value_that_no_longer_fits_gives_the_default(ledger, school):
    settings.change({school[1]: 7})
    assert settings.value(Setting("copies", "份数", 2, most=5)) == 2


def test_another_file_has_its_own_values(ledger, school, tmp_path):
    settings.change({school[0]: "一小"})
    opening.open_store(tmp_path / "other")
    assert settings.value(school[0]) == ""
    opening.open_store(ledger.folder.root)
    assert settings.value(school[0]) == "一小"


def test_a_change_in_one_thread_is_seen_in_another(ledger, school):
    assert settings.value(school[0]) == ""

    def work():
        settings.change({school[0]: "一小"})
        db.close_thread()

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert settings.value(school[0]) == "一小"


def test_what_an_open_operation_has_put_is_read_in_it_and_gone_when_it_fails(ledger, school):
    name = school[0]
    assert settings.value(name) == ""
    seen = []

    def fail():
        with journal.operation("改名"):
            settings.put({name: "白鹭小学"})
            seen.append(settings.value(name))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert seen == ["白鹭小学"]
    assert settings.value(name) == ""
    with journal.operation("改名"):
        settings.put({name: "白鹭小学"})
    assert settings.value(name) == "白鹭小学"
