"""Whose turn it is among the backups, and what killed work left: removed at the next start, only ours, told once."""

import signal
import subprocess
import sys
import threading
from contextlib import closing

import pytest
from sqlcipher3 import dbapi2

from app.core.errors import Refused
from app.store import backup, transfer, turns
from tests.store.conftest import add_departments

KILLED = """
import os, signal, sys
from pathlib import Path
from app.store import copying, opening, transfer
store = opening.open_store(Path(sys.argv[1]))
def die(path):
    os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))
copying.flush = die
transfer.export(store.folder, Path(sys.argv[2]))
"""


def files_in(data):
    return sorted(str(path.relative_to(data.root)) for path in data.root.rglob("*") if path.is_file() and "zongwu.db" not in path.name)


def test_what_killed_work_left_is_removed_and_nothing_else(some_rows):
    data = some_rows.folder
    made = backup.make(data, "手工")
    before = files_in(data)
    (data.backups / "unfinished-4711.part").write_bytes(b"x" * 1000)
    (data.backups / "unfinished-4711.part-journal").write_bytes(b"x")
    (data.backups / "unfinished-abc").mkdir()
    (data.backups / "unfinished-abc" / "zongwu.db").write_bytes(b"x" * 500)
    (data.attachments / "ab").mkdir()
    (data.attachments / "ab" / "abcd.pdf.part").write_bytes(b"x" * 5)
    (data.root / "zongwu.db.part").write_bytes(b"x")
    (data.backups / "proofs.json.part").write_bytes(b"x")
    removed = turns.clear(data)
    assert (removed.count, removed.size) == (5, 1507)
    assert "5 个文件" in removed.told
    assert files_in(data) == before
    assert made.path.exists()
    assert turns.clear(data) == turns.Removed()


def test_what_somebody_is_making_right_now_stays(some_rows):
    data = some_rows.folder
    part = data.backups / "unfinished-4711.part"
    part.write_bytes(b"x")
    with closing(dbapi2.connect(data.root / turns.LOCK_FILE, isolation_level=None)) as other:     # as another process would
        other.execute("BEGIN EXCLUSIVE")
        assert turns.clear(data) == turns.Removed()
        with pytest.raises(Refused, match="正在备份或恢复"), turns.turn(data, 0.1):
            pass
    assert part.exists()
    assert turns.clear(data).count == 1


def test_a_thread_waits_for_another(some_rows):
    inside, go = threading.Event(), threading.Event()

    def work():
        with turns.turn(some_rows.folder), turns.turn(some_rows.folder):
            inside.set()
            go.wait(10)

    thread = threading.Thread(target=work)
    thread.start()
    inside.wait(10)
    with pytest.raises(Refused), turns.turn(some_rows.folder, 0.05):
        pass
    go.set()
    with turns.turn(some_rows.folder, 10):
        pass
    thread.join()


@pytest.mark.skipif(sys.platform == "win32", reason="a process is killed by signal")
def test_a_copy_killed_half_way_is_taken_off_the_stick(some_rows, tmp_path):
    data, stick = some_rows.folder, tmp_path / "U盘"
    stick.mkdir()
    add_departments("后勤处")
    some_rows.close()
    target = stick / "副本.zip"
    done = subprocess.run([sys.executable, "-c", KILLED, str(data.root), str(target)], capture_output=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert (stick / "副本.zip.part").exists()
    stranger = stick / "别人的.part"
    stranger.write_bytes(b"x")
    stick.rename(tmp_path / "拔出")      # the stick is not plugged in: it is found again later
    turns.clear(data)
    (tmp_path / "拔出").rename(stick)
    assert turns.clear(data).count == 1
    assert list(stick.iterdir()) == [stranger]
    assert [path for path in data.backups.iterdir() if path.name.startswith(turns.UNFINISHED)] == []
    stranger.unlink()
    transfer.export(data, target)
    assert list(stick.iterdir()) == [target]
