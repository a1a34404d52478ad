"""Older images packed into blocks: whatever is asked of the journal is answered as before, and the file shrinks."""

import lzma
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app import features
from app.assets import queries as cards
from app.assets.tables import Asset
from app.core.errors import Refused
from app.core.progress import Cancelled, silent
from app.school.tables import Department
from app.store import check, compacting, erasure, images, journal, migrations, opening, triggers
from app.store.database import database, scalar
from app.store.folder import DataFolder
from tests import old_ledger
from tests.store.conftest import add_departments, department_names, rename_department, rows_of_all_tables
from tests.store.test_journal import open_fresh, perform, programs


@pytest.fixture
def small_blocks(monkeypatch):
    """Blocks of three changes, and all but the latest step is old."""
    use_small_blocks(monkeypatch)


def use_small_blocks(patch):
    patch.setattr(compacting, "LATEST_STEPS", 1)
    patch.setattr(compacting, "ROWS", 3)
    patch.setattr(compacting, "PAUSE_S", 0)


def compact(progress=silent):
    return compacting.compact(DataFolder(Path(database.database).parent), progress)


def told():
    """Give all that the journal tells of every record."""
    rows = database.execute_sql("SELECT DISTINCT table_name, row_id FROM change_image ORDER BY 1, 2").fetchall()
    return {
        "history": {(table, row): journal.history(table, row) for table, row in rows},
        "bin": {table: journal.deleted(table) for table in triggers.journalled_tables()},
        "steps": journal.steps(limit=-1), "next": journal.undoable_and_redoable(),
        "images": database.execute_sql("SELECT * FROM (SELECT * FROM change_image) ORDER BY id").fetchall(),
    }


def outcomes(program):
    """Undo and redo in the order of a program, and give what was said and what stood in the tables after each."""
    seen = []
    ids = [step.id for step in journal.steps(limit=-1)]
    for place, forwards in program:
        step = ids[place % len(ids)] if ids else 1
        try:
            seen.append((journal.redo if forwards else journal.undo)(step))
        except Refused as refusal:
            seen.append(refusal.text)
        seen.append(rows_of_all_tables())
    return seen


@given(programs, st.lists(st.tuples(st.integers(0, 30), st.booleans()), max_size=12))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_packing_changes_no_answer_no_undo_and_no_refusal(empty_ledger, ledger_file, program, undoing):
    open_fresh(empty_ledger, ledger_file)
    perform(program)
    plain = told()
    said = outcomes(undoing)
    open_fresh(empty_ledger, ledger_file)
    perform(program)
    with pytest.MonkeyPatch.context() as patch:
        use_small_blocks(patch)
        compact()
        if scalar("SELECT count(*) FROM operation") > 3:
            assert scalar("SELECT count(*) FROM packed_change") > 0 or scalar(
                "SELECT count(*) FROM change WHERE after IS NOT NULL AND operation_id < (SELECT max(id) FROM operation)") < 3
        packed = told()
        for each in (plain, packed):    # when it was done differs between two runs
            each["steps"] = [(step.id, step.title, step.undone, step.rows) for step in each["steps"]]
            each["history"] = {key: [(event.operation, event.fields) for event in events] for key, events in each["history"].items()}
            each["bin"] = {table: [(one.row, one.image, one.operation) for one in gone] for table, gone in each["bin"].items()}
        assert packed == plain
        assert [_untimed(one) for one in outcomes(undoing)] == [_untimed(one) for one in said]
        compact()
        assert [*check.of_file()] == []
    database.close_everywhere()


def _untimed(outcome):
    """A refusal names the moment of the later step."""
    return outcome.split("（")[0] + outcome.split("）")[-1] if isinstance(outcome, str) else outcome


def test_the_demo_school_reads_the_same_and_is_half_as_large(demo_ledger, monkeypatch):
    with journal.operation("改备注"):
        Asset.update(remark="动过").where(Asset.id <= 5).execute()
    with journal.operation("删除卡片"):
        Asset.delete().where(Asset.id.in_(list(range(2990, 3000)))).execute()
    numbers = [image["number"] for image in (one.image for one in journal.deleted("asset"))]
    monkeypatch.setattr(compacting, "PAUSE_S", 0)
    monkeypatch.setattr(compacting, "LATEST_STEPS", 1)
    before, size = told(), demo_ledger.folder.file.stat().st_size
    made = compact()
    assert made > 50
    assert told() == before
    assert demo_ledger.folder.file.stat().st_size < 0.6 * size
    assert check.of_file() == []
    assert scalar("SELECT count(*) FROM change_block") == made
    assert compact() == 0
    with journal.operation("又一步"):
        Asset.update(remark="又动过").where(Asset.id == 1).execute()
    assert numbers
    assert cards.numbers_retired(numbers) == set(numbers)
    journal.undo()
    journal.undo()
    assert journal.deleted("asset") == []


def test_the_ledger_of_an_earlier_release_tells_the_same_history_when_it_is_packed(tmp_path, monkeypatch):
    features.join()
    opening.open_store(old_ledger.unpack(tmp_path / "data"))
    monkeypatch.setattr(compacting, "LATEST_STEPS", 1)
    monkeypatch.setattr(compacting, "ROWS", 50)
    before = told()
    assert compact() > 10
    assert told() == before
    assert check.of_file() == []
    database.close_everywhere()


def test_an_encrypted_ledger_is_packed_as_well(tmp_path, small_blocks):
    opening.open_store(tmp_path / "data", "secret")
    _rename_often()
    before = told()
    assert compact() == 3
    assert told() == before
    compacting.rewrite_file()
    database.close_everywhere()
    assert "后勤处".encode() not in (tmp_path / "data" / "zongwu.db").read_bytes()
    opening.open_store(tmp_path / "data", "secret")
    assert told() == before
    database.close_everywhere()


def _rename_often():
    add_departments("总务处", "教导处", "政教处")
    for number in range(8):
        rename_department("总务处", "后勤处") if number % 2 == 0 else rename_department("后勤处", "总务处")


def test_recent_steps_stay_as_they_are(ledger, small_blocks, monkeypatch):
    monkeypatch.setattr(compacting, "LATEST_STEPS", 5)
    _rename_often()
    compact()
    packed = database.execute_sql("SELECT id FROM packed_operation").fetchall()
    latest = scalar("SELECT max(id) FROM operation")
    assert max(step for (step,) in packed) == latest - 5
    for _ in range(9):
        journal.undo()
    assert department_names() == []


def test_it_ends_between_two_blocks_and_goes_on_later(ledger, small_blocks):
    _rename_often()
    before = told()

    def twice(done, _total, _text=""):
        if done == 2:
            raise Cancelled

    with pytest.raises(Cancelled):
        compact(twice)
    assert scalar("SELECT count(*) FROM change_block") == 2
    assert told() == before
    assert compact() == 1
    assert told() == before


def test_a_kill_in_the_middle_of_a_block_leaves_all_as_it_was(ledger, small_blocks, monkeypatch):
    _rename_often()
    before = told()

    def killed(_images):
        raise KeyboardInterrupt

    monkeypatch.setattr(images, "pack", killed)
    with pytest.raises(KeyboardInterrupt):
        compact()
    assert scalar("SELECT count(*) FROM change_block") == 0
    assert told() == before


@pytest.mark.parametrize("content", [b"rotten", lzma.compress(b"99\tdepartment\t1\t\t{}"), lzma.compress(b"one\t\t")])
def test_check_says_which_blocks_cannot_be_read(ledger, small_blocks, content):
    _rename_often()
    compact()
    database.execute_sql("UPDATE change_block SET content = ? WHERE id = 2", (content,))
    assert any("较早的历史里有 1 段读不出来" in finding for finding in check.of_file())


def test_words_of_any_sort_are_the_same_after_packing_and_erasing(ledger, small_blocks):
    """What SQLite writes for tabs, quotes, ends of lines and rare characters is what Python writes."""
    strange = "一\t二\n三\"四\\五\x01\x1f\x7f\u2028😀/"
    with journal.operation("添加"):
        Department.insert(name=strange, keys="k", position=1).execute()
    rename_department(strange, strange + "1")
    rename_department(strange + "1", strange + "2")
    before = told()
    add_departments("又一个")
    assert compact() == 1
    assert journal.history("department", 1) == before["history"]["department", 1]
    with journal.operation("清除"):
        erasure.take_out(database.connection(), erasure.Whom("department", 1, {"keys": "已清除"}))
    assert check.of_file() == []
    assert "已清除" in str(database.execute_sql("SELECT before, after FROM change_image WHERE id = 2").fetchall())


def test_migrating_leaves_the_view_of_images_whole(tmp_path):
    """SQLite renames no table past a view that names a missing one."""
    opening.open_store(old_ledger.unpack(tmp_path / "data"))
    assert migrations.version() == migrations.LATEST
    assert scalar("SELECT count(*) FROM change_image") == scalar("SELECT count(*) FROM change")
    database.close_everywhere()


def test_who_leaves_the_program_does_not_wait_for_the_check_of_packed_history(ledger, small_blocks):
    """Statements that are short each are never interrupted by SQLite itself."""
    _rename_often()
    compact()
    asked = []

    def leaving(done, total, text=""):
        asked.append(text)
        if len(asked) == 2:
            raise Cancelled

    with pytest.raises(Cancelled):
        check.of_file(leaving)
    assert check.of_file() == []
