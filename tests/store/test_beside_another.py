"""While another process reads or writes: a check sees one moment of the ledger, a restore and a reader do not harm each other."""

import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2 as sqlite

from app.store import backup, check, compacting, opening, transfer
from app.store.database import beside, database
from tests.store.conftest import add_departments, department_names

READ = """
import sys
from app.cli import main, opening
ledger = opening.opened(main.parser().parse_args(["--data", sys.argv[1], "check"]))
from app.store.database import scalar
scalar("SELECT count(*) FROM operation")
print("reading", flush=True)
sys.stdin.readline()
ledger.close()
"""


@pytest.fixture
def reader(ledger):
    """A command line that reads, until something is written to it."""
    with subprocess.Popen([sys.executable, "-c", READ, str(ledger.folder.root)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                          text=True, cwd=Path(opening.__file__).parents[2]) as child:
        yield child


def end(reader):
    """Let the command line go on to its end."""
    reader.stdin.write("\n")
    reader.stdin.flush()


def in_thread(act):
    """Do something on a connection of its own, as another process would."""
    def work():
        act()
        database.close()

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()


def test_check_is_not_misled_by_what_is_written_and_packed_meanwhile(ledger, monkeypatch):
    monkeypatch.setattr(compacting, "LATEST_STEPS", 1)
    monkeypatch.setattr(compacting, "ROWS", 3)
    add_departments(*(f"科室{number}" for number in range(4)))
    add_departments("后勤")
    compacting.compact(ledger.folder)
    pending = ["处", "股", "班"]

    def meanwhile(_done, _total, text=""):
        if text == "检查日志与记录" and pending:
            word = pending.pop()
            in_thread(lambda: (add_departments(*(f"{number}{word}" for number in range(4))), add_departments(word),
                               compacting.compact(ledger.folder)))

    assert check.of_file(meanwhile) == []
    assert pending == ["处", "股"]
    assert check.run(ledger.folder, meanwhile).problems == []
    assert not database.connection().in_transaction


def test_check_that_is_cancelled_ends_its_look(ledger):
    def stop(*_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        check.run(ledger.folder, stop)
    assert not database.connection().in_transaction
    add_departments("后勤")


def test_what_is_written_after_a_restore_survives_the_end_of_a_reader(ledger, reader, tmp_path):
    """SQLite removes the -wal beside a file with its last reader: not where the file is another one meanwhile."""
    add_departments("教务处")
    made = backup.make(ledger.folder, "手工")
    assert reader.stdout.readline() == "reading\n"
    timer = threading.Timer(1, lambda: end(reader))
    timer.start()
    transfer.restore(ledger.folder, made.path)
    add_departments("后勤")
    timer.join()
    reader.wait(30)
    killed = tmp_path / "killed"    # what a killed program would leave
    shutil.copytree(ledger.folder.root, killed)
    database.close_everywhere()
    opening.open_store(killed)
    assert department_names() == ["后勤", "教务处"]


@pytest.mark.parametrize("moment", ["", "-wal"])
def test_the_copy_kept_aside_is_whole_though_a_reader_ends_meanwhile(ledger, tmp_path, monkeypatch, moment):
    """The last who closes a ledger writes its -wal into it and removes it: while one file of it was copied, or before the other."""
    add_departments("教务处")
    with beside(ledger.folder.file) as reading:
        reading.execute("SELECT count(*) FROM operation").fetchall()
        database.close_everywhere()     # the reader keeps the -wal there
        assert ledger.folder.file.with_name("zongwu.db-wal").stat().st_size > 0
        copy, copied = shutil.copyfile, []

        def copy_and_end(source, target):
            if moment and not copied and str(source).endswith(moment):
                copied.append(source)
                reading.close()
            copy(source, target)
            if not moment and not copied:
                copied.append(source)
                reading.close()

        monkeypatch.setattr("app.store.transfer.shutil.copyfile", copy_and_end)
        transfer._copy_as_it_is(ledger.folder, tmp_path / "aside.db")
    with beside(tmp_path / "aside.db", read_only=True) as kept:
        assert kept.execute("SELECT name FROM department").fetchall() == [("教务处",)]
    assert copied


def test_a_reader_of_the_first_moment_does_not_stand_in_the_way_of_a_restore(ledger, monkeypatch):
    add_departments("教务处")
    made = backup.make(ledger.folder, "手工")
    add_departments("后勤")
    put, readers = transfer._put, []

    def put_and_read(file, goal):
        put(file, goal)
        reader = sqlite.connect(str(goal), isolation_level=None)
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM operation").fetchall()
        readers.append(reader)

    monkeypatch.setattr(transfer, "_put", put_and_read)
    transfer.restore(ledger.folder, made.path)
    for reader in readers:
        reader.close()
    assert (len(readers), department_names()) == (1, ["教务处"])
