"""At a quiet moment backups are checked, packed and thinned out; one of them is described, opened, rewritten."""

import zipfile
from datetime import datetime, timedelta

import pytest

from app.core import clock
from app.core.errors import Refused
from app.core.progress import Cancelled
from app.store import backup, check, contents, journal, opening, packing, transfer, turns, upkeep
from app.store.database import FILE_NAME, database
from tests.store.conftest import add_departments, department_names, rename_department

NOON = datetime(2026, 11, 21, 12).astimezone()


@pytest.fixture(autouse=True)
def at(monkeypatch):
    """Give a function that sets the clock."""
    def set_clock(moment):
        monkeypatch.setattr(clock, "now", lambda: moment)
    set_clock(NOON)
    return set_clock


def names_of(data):
    return [one.path.name for one in backup.listing(data)]


def reasons(data):
    return [one.reason for one in backup.listing(data)]


def work_and_leave(data, at, moment, reason="退出"):
    at(moment)
    add_departments(f"第 {moment:%Y%m%d%H%M%S}")
    return backup.make(data, reason)


# --- packed ------------------------------------------------------------------------------------------------------


def test_a_packed_backup_is_smaller_described_and_restored(some_rows, at):
    data = some_rows.folder
    made = backup.make(data, "手工")
    before = contents.describe(made.path)
    assert upkeep.tidy(data) == upkeep.Tidied(packed=1)
    [packed] = backup.listing(data)
    assert packed.path == made.path.with_suffix(".zip")
    assert not made.path.exists()
    assert packed.size * 5 < made.size
    assert contents.describe(packed.path) == before
    assert (before.counts["department"], before.newest_title, before.newest) == (2, "添加人员", NOON)
    assert before.ledger == contents.identity_of(database.connection())
    assert not backup.changed_since_last(data)
    rename_department("总务处", "后勤处")
    transfer.restore(data, made.path)       # listed before it was packed
    assert department_names() == ["总务处", "教导处"]
    assert upkeep.tidy(data) == upkeep.Tidied(packed=1)
    assert [path.name for path in data.backups.iterdir() if path.suffix == ".db"] == []


def test_an_encrypted_ledger_leaves_nothing_plain(tmp_path, at):
    store = opening.open_store(tmp_path / "data", "it's 密钥")
    add_departments("总务处")
    made = backup.make(store.folder, "退出")
    assert upkeep.tidy(store.folder) == upkeep.Tidied()
    assert names_of(store.folder) == [made.path.name]
    seen = []
    assert upkeep.rewrite(store.folder, made, lambda connection: seen.extend(
        path.read_bytes() for path in store.folder.backups.rglob("zongwu.db")) or bool(
        connection.execute("UPDATE operation SET title = '……'")), store.key)
    assert seen
    assert not any(content.startswith(b"SQLite format 3") for content in seen)
    assert contents.describe(made.path, store.key).newest_title == "……"
    assert contents.describe(made.path).trouble
    database.close_everywhere()


def test_packing_that_is_stopped_leaves_the_plain_one(some_rows, at):
    made = backup.make(some_rows.folder, "手工")

    def stop(done, total, text=""):
        raise Cancelled
    with pytest.raises(Cancelled):
        upkeep.tidy(some_rows.folder, stop)
    assert names_of(some_rows.folder) == [made.path.name]


def test_who_leaves_does_not_wait_for_the_check_of_the_ledger(some_rows, at, monkeypatch):
    made = backup.make(some_rows.folder, "手工")
    monkeypatch.setattr(upkeep, "STEPS_BETWEEN", 50)
    asked = []

    def stop(done, total, text=""):
        asked.append(text)
        if len(asked) == 5:
            raise Cancelled
    with pytest.raises(Cancelled):
        upkeep.tidy(some_rows.folder, stop)
    assert asked == ["检查账本"] * 5
    assert names_of(some_rows.folder) == [made.path.name]
    add_departments("照常")        # nobody is asked any more
    assert len(asked) == 5


def test_a_packed_one_that_reads_back_otherwise_never_takes_the_place(some_rows, at, monkeypatch):
    made = backup.make(some_rows.folder, "手工")
    monkeypatch.setattr(packing, "expected_sums", lambda _: {FILE_NAME: "00"})
    assert upkeep.tidy(some_rows.folder) == upkeep.Tidied()
    assert names_of(some_rows.folder) == [made.path.name]


def test_a_kill_between_the_last_two_steps_of_packing_is_finished_later(some_rows, at):
    made = backup.make(some_rows.folder, "手工")
    content = made.path.read_bytes()
    upkeep.tidy(some_rows.folder)
    made.path.write_bytes(content)
    [one] = backup.listing(some_rows.folder)
    assert one.path.suffix == ".zip"
    packed = one.path.read_bytes()
    one.path.write_bytes(packed[:len(packed) // 2] + b"\xff" * 50 + packed[len(packed) // 2 + 50:])
    upkeep.tidy(some_rows.folder)
    assert made.path.exists()       # the packed one rotted meanwhile
    one.path.write_bytes(packed)
    upkeep.tidy(some_rows.folder)
    assert not made.path.exists()


def test_a_damaged_backup_stays_as_it_is_and_is_told(some_rows, at):
    plain = backup.make(some_rows.folder, "手工").path
    plain.write_bytes(plain.read_bytes()[:8192] + b"\xff" * 50_000)
    assert upkeep.tidy(some_rows.folder) == upkeep.Tidied()
    assert "损坏" in contents.describe(plain).trouble or not contents.describe(plain).sound
    plain.write_bytes(b"")
    assert not contents.describe(plain).sound
    assert contents.describe(some_rows.folder.backups / "gone.db").trouble


# --- thinned out -------------------------------------------------------------------------------------------------


def test_a_mistaken_restore_and_three_imports_keep_what_was_imported(some_rows, at):
    """Issue A1 (a), with files: no later backup, and no calendar, takes the only copy of what was imported."""
    data = some_rows.folder
    old = backup.make(data, "手工")
    add_departments(*(f"部门 {number}" for number in range(50)))
    transfer.restore(data, old.path)
    for minute in range(3):
        at(NOON + timedelta(minutes=minute))
        backup.make(data, "导入前")
        add_departments(f"导入 {minute}")
    for day in range(0, 400, 5):
        work_and_leave(data, at, NOON + timedelta(days=day, hours=1))
        upkeep.tidy(data)
    held = [contents.describe(one.path).counts["department"] for one in backup.listing(data) if one.reason == "恢复前"]
    assert held == [52]
    assert len(backup.listing(data)) <= 7 + 4 + 12 + 1


@pytest.mark.parametrize("sound", [True, False])
def test_of_the_line_that_a_restore_left_its_last_backup_is_enough_if_it_is_sound(some_rows, at, monkeypatch, sound):
    data = some_rows.folder
    for day in range(10):
        work_and_leave(data, at, NOON + timedelta(days=day))
    upkeep.tidy(data)
    lost = {one.sequence for one in backup.listing(data)}
    transfer.restore(data, backup.listing(data)[-1].path)
    [safe] = [one for one in backup.listing(data) if one.reason == "恢复前"]
    with monkeypatch.context() as patch:
        if not sound:
            patch.setattr(check, "of_file", lambda _progress: ["日志与记录不一致。"])
        upkeep.tidy(data)
    for day in range(10, 420, 6):
        work_and_leave(data, at, NOON + timedelta(days=day))
        upkeep.tidy(data)
    left = [one.sequence for one in backup.listing(data)]
    assert safe.sequence in left
    if sound:
        assert lost & set(left) <= {min(lost)}      # the one that was restored is of our own way, a month's newest at best
        assert len(left) <= 7 + 4 + 12 + 1
    else:
        assert lost & set(left) - {min(lost)} == {max(lost)}    # the last sound one


def test_a_ledger_begun_anew_in_the_folder_keeps_the_backups_of_the_lost_one(some_rows, at):
    """Issue A1 (b), with files."""
    data = some_rows.folder
    for hour in range(4):
        work_and_leave(data, at, NOON + timedelta(minutes=hour))
    real = {one.sequence for one in backup.listing(data)}
    database.close_everywhere()
    for path in data.root.glob("zongwu.db*"):
        path.unlink()
    opening.open_store(data.root, anew=True)
    for minute in range(10, 14):
        work_and_leave(data, at, NOON + timedelta(minutes=minute))
    upkeep.tidy(data)
    assert real <= {one.sequence for one in backup.listing(data)}
    assert len({one.ledger for one in backup.listing(data)}) == 2


def test_a_ledger_that_fails_its_check_pushes_out_no_good_copy(some_rows, at):
    """Issue A1 (c): the file opens and is backed up, but a record is not what the journal says."""
    data = some_rows.folder
    good = work_and_leave(data, at, NOON)
    upkeep.tidy(data)
    database.execute_sql("DROP TRIGGER journal_department_update")
    database.execute_sql("UPDATE department SET name = '被改坏' WHERE id = 1")
    assert check.of_file()
    for minute in (5, 6):
        at(NOON + timedelta(minutes=minute))
        backup.make(data, "退出")
        upkeep.tidy(data)
    assert [(one.sequence, contents.describe(one.path).sound) for one in backup.listing(data)] == [(3, False), (good.sequence, True)]


def test_one_that_rotted_since_displaces_none(some_rows, at):
    data = some_rows.folder
    for minute in range(3):
        work_and_leave(data, at, NOON + timedelta(minutes=minute))
    newest, *older = backup.listing(data)
    content = bytearray(newest.path.read_bytes())
    content[5000:9000] = b"\xff" * 4000
    newest.path.write_bytes(content)
    upkeep.tidy(data)
    assert [one.sequence for one in backup.listing(data)] == [newest.sequence, older[0].sequence]
    work_and_leave(data, at, NOON + timedelta(minutes=4))
    upkeep.tidy(data)
    packed = backup.listing(data)[0].path
    content = bytearray(packed.read_bytes())
    content[len(content) // 2] ^= 0xff
    packed.write_bytes(content)
    work = [one.sequence for one in backup.listing(data)]
    upkeep.tidy(data)
    assert [one.sequence for one in backup.listing(data)] == work


def test_a_clock_that_was_ahead_once_empties_nothing(some_rows, at):
    """Issue A2, with files."""
    data = some_rows.folder
    for day in range(9):
        work_and_leave(data, at, NOON + timedelta(days=day))
    upkeep.tidy(data)
    before = names_of(data)
    work_and_leave(data, at, NOON.replace(year=2036))
    upkeep.tidy(data)
    assert set(before) <= set(names_of(data))
    last = work_and_leave(data, at, NOON + timedelta(days=9))
    upkeep.tidy(data)
    assert backup.listing(data)[0].sequence == last.sequence
    assert sum(one.at.year == 2036 for one in backup.listing(data)) == 1


# --- opened, rewritten -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("packed", [False, True])
def test_a_name_is_taken_out_of_a_backup(some_rows, at, packed):
    data = some_rows.folder
    backup.make(data, "手工")
    if packed:
        upkeep.tidy(data)
    [before] = backup.listing(data)
    told = []
    journal.listeners.append(told.append)

    def look(connection):
        return connection.execute("SELECT count(*) FROM department WHERE name = '教导处'").fetchone()[0]

    def erase(connection):
        for sql in (*(f"DROP TRIGGER journal_department_{event}" for event in ("insert", "update", "delete")),
                    "UPDATE department SET name = '……' WHERE name = '教导处'",
                    "UPDATE change SET after = replace(after, '教导处', '……')"):
            connection.execute(sql)
        return True

    try:
        with upkeep.opened(data, before) as (_, connection):
            assert look(connection) == 1
        assert not upkeep.rewrite(data, before, lambda _: False)
        assert upkeep.rewrite(data, before, erase)
    finally:
        journal.listeners.remove(told.append)
    assert told == [frozenset({backup.FOLDER})]
    [after] = backup.listing(data)
    assert after.path == before.path
    if not packed:
        upkeep.tidy(data)
        assert not upkeep.rewrite(data, before, lambda _: False)     # listed before it was packed
        [after] = backup.listing(data)
    with upkeep.opened(data, after) as (copy, connection):
        assert look(connection) == 0
        assert "教导处".encode() not in copy.read_bytes()
    assert contents.describe(after.path).counts == contents.describe(after.path).counts
    assert [path.name for path in data.backups.iterdir() if path.name.startswith(turns.UNFINISHED)] == []


def test_a_rewriting_that_spoils_the_copy_leaves_the_backup(some_rows, at):
    made = backup.make(some_rows.folder, "手工")
    before = made.path.read_bytes()
    with pytest.raises(Refused):
        upkeep.rewrite(some_rows.folder, made, lambda connection: bool(connection.execute("PRAGMA application_id = 7")))
    assert made.path.read_bytes() == before


# --- described ---------------------------------------------------------------------------------------------------


def test_a_copy_of_an_earlier_release_is_described_by_its_manifest(tmp_path):
    with zipfile.ZipFile(tmp_path / "old.zip", "w") as archive:
        archive.writestr("manifest.json", '{"counts": {"asset": 3}, "schema": 7, "encrypted": false, "sha256": {}}')
    found = contents.describe(tmp_path / "old.zip")
    assert (found.counts, found.version, found.ledger, found.newest, found.sound) == ({"asset": 3}, 7, "", None, True)


@pytest.mark.parametrize("content", ["[1]", "{}", "no json", '{"counts": [], "schema": 7, "encrypted": false}',
                                     '{"counts": {}, "schema": 7, "encrypted": false, "holds": {"unknown": 1}}'])
def test_a_manifest_nobody_understands_is_trouble_in_a_sentence(tmp_path, content):
    with zipfile.ZipFile(tmp_path / "odd.zip", "w") as archive:
        archive.writestr("manifest.json", content)
    found = contents.describe(tmp_path / "odd.zip")
    assert not found.sound
    assert found.trouble.endswith("。")


def test_what_holds_what(some_rows, at):
    """A file holds another where its steps went the same way and at least as far."""
    early = contents.describe(backup.make(some_rows.folder, "手工").path).head
    old = backup.make(some_rows.folder, "手工")
    add_departments("甲")
    late = contents.describe(backup.make(some_rows.folder, "手工").path).head
    assert contents.holds(database.connection(), early)
    assert contents.holds(database.connection(), late)
    transfer.restore(some_rows.folder, old.path)
    assert contents.holds(database.connection(), early)
    assert not contents.holds(database.connection(), late)
    add_departments("甲")      # the same step in the same second, on another way
    assert not contents.holds(database.connection(), late)
