"""A backup that rots in silence is found out within a week or two, said in the list, and pushes out none that is whole."""

import os
from datetime import datetime, timedelta

import pytest

from app.core import clock
from app.store import backup, backup_list, journal, packing, proofs, upkeep
from tests.store.conftest import add_departments

NOON = datetime(2026, 11, 21, 12).astimezone()


@pytest.fixture
def at(monkeypatch):
    """Give a function that sets the clock."""
    def set_clock(moment):
        monkeypatch.setattr(clock, "now", lambda: moment)
    set_clock(NOON)
    return set_clock


def rot(path):
    """Change one byte in the middle, as a disk does: size and time of the file stay."""
    about, content = path.stat(), bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xff
    path.write_bytes(content)
    os.utime(path, ns=(about.st_atime_ns, about.st_mtime_ns))


def states(data):
    return [each.state for each in backup_list.of_open_ledger(data)]


def test_rot_is_found_when_the_backup_is_read_again(at, ledger):
    data = ledger.folder
    for day in range(2):
        at(NOON + timedelta(days=day))
        add_departments(f"部门 {day}")
        backup.make(data, "手工")
        upkeep.tidy(data)
    newest, older = backup.listing(data)
    rot(older.path)
    upkeep.tidy(data)
    assert states(data) == ["完好", "完好"]      # both were read within the week
    told = []
    journal.listeners.append(told.append)
    try:
        at(NOON + timedelta(days=7))
        upkeep.tidy(data)
    finally:
        journal.listeners.remove(told.append)
    assert states(data) == ["完好", "已损坏"]
    assert told == [frozenset({backup.FOLDER})]
    assert {name: proof.whole for name, proof in proofs.known(data).items()} == {newest.path.name: True, older.path.name: False}


def test_one_a_tidying_the_longest_unread_first(at, ledger, monkeypatch):
    data = ledger.folder
    for number in range(3):
        at(NOON + timedelta(days=number))
        add_departments(f"部门 {number}")
        backup.make(data, "手工")
        upkeep.tidy(data)
    read = []
    whole = packing.require_whole
    monkeypatch.setattr(packing, "require_whole", lambda path, *more: read.append(path) or whole(path, *more))
    at(NOON + timedelta(days=20))
    for _ in range(4):
        upkeep.tidy(data)
    assert read == [made.path for made in reversed(backup.listing(data))]
    add_departments("又一个")
    backup.make(data, "手工")
    upkeep.tidy(data)
    assert len(proofs.known(data)) == 4


@pytest.mark.parametrize("content", ["", "[1]", "[]", '{"a": 3}', '{"a": {"whole": true}}', "\udcff"])
def test_notes_that_cannot_be_read_are_made_anew(at, ledger, content):
    data = ledger.folder
    add_departments("总务处")
    backup.make(data, "手工")
    upkeep.tidy(data)
    (data.backups / proofs.FILE).write_bytes(content.encode("utf-8", "surrogateescape"))
    assert states(data) == ["完好"]
    upkeep.tidy(data)
    assert [proof.whole for proof in proofs.known(data).values()] == [True]
