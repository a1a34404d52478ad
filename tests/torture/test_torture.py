"""A short turn on every instrument; ``python build_scripts/torture.py`` gives them hours."""

import sys

import pytest

from app.school.commands import start_school
from app.school.rules import SchoolDraft
from app.store import opening
from app.store.database import beside as database_beside
from app.store.database import database
from tests.torture import beside, machine

SEED = 2026


@pytest.fixture
def sound(tmp_path):
    return machine.demo_ledger(tmp_path)


@pytest.mark.skipif(sys.platform == "win32", reason="a process is ended there in another way")
def test_kills_at_random_moments_lose_nothing_that_was_acknowledged(tmp_path):
    table = machine.kills(tmp_path, 8, SEED)
    assert table["kills"] == 8
    assert table["acknowledged"] > 8


def test_processes_beside_one_another_lose_nothing_and_refuse_in_sentences(tmp_path):
    table = beside.processes(tmp_path, 4, 3, SEED)
    assert table["rounds"] == 4
    assert table["cards acknowledged"] > 8


def test_senseless_clicks_and_keys_crash_nothing_and_leave_a_sound_ledger(tmp_path, demo_ledger):
    copy = tmp_path / "demo.db"
    with database_beside(copy) as target:
        database.connection().backup(target)
    database.close_everywhere()
    table = machine.monkeys(tmp_path, copy, 800, SEED)
    assert sum(table.values()) >= 800
    assert min(table[deed] for deed in ("click", "press", "type", "turn", "right")) > 0


def test_rot_is_told_and_never_a_traceback(tmp_path, sound):
    table = machine.rot(tmp_path, sound, 40, SEED)
    assert sum(table[key] for key in ("opened, sound", "opened, findings told", "told as lost", "refused in a sentence")) == 40
    assert table["told as lost"] > 5


def test_mutated_workbooks_give_rows_questions_or_a_sentence(tmp_path, ledger):
    start_school(SchoolDraft(name="刑房小学", term="2026-2027-1"))
    table = machine.workbooks(tmp_path, 150, SEED)
    assert sum(table.values()) == 150
    assert table["read"] + table["read, errors told"] + table["asked"] > 10


def test_spoilt_sources_are_refused_and_change_nothing(tmp_path, sound):
    table = machine.broken_sources(tmp_path, sound, 25, SEED)
    assert table["refused in a sentence"] > 10


def test_a_full_disk_keeps_what_was_acknowledged(tmp_path):
    table = machine.full_disk(tmp_path, 12, SEED)
    assert table["refused in a sentence"] == 12
    assert table["acknowledged"] > 12


def test_the_instruments_find_what_they_look_for(tmp_path, sound):
    """A loss that is planted is found: an acknowledged card that is not in the ledger."""
    data = machine.folder.prepare(tmp_path / "账本")
    opening.open_store(data.root).close()
    machine.database.close_everywhere()
    (tmp_path / "log.txt").write_text("+ 没有的\n", "utf-8")
    with pytest.raises(AssertionError, match="acknowledged and lost"):
        machine.assert_acknowledged(data, tmp_path / "log.txt", machine.Counter(), whole=False)
    with pytest.raises(AssertionError, match="acknowledged and lost"):
        beside.assert_nothing_lost(data, tmp_path / "log.txt", machine.Counter())
