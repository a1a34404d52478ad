"""The window closes at once, then the backup is made; a second start waits for it; the system logs off; backups at quiet moments."""

import subprocess
import sys
import threading

import pytest

from app.assets import commands, queries
from app.core import clock
from app.core.listing import Wish
from app.store import backup, contents, folder, turns, upkeep
from ui import main
from ui.base import jobs, notify

CLOSES = """
import sys, time
from pathlib import Path
from PySide6.QtCore import QTimer
from app.assets import commands, queries
from app.core.listing import Wish
from app.store import backup
from ui import main, window
make, appear = backup.make, window.MainWindow.appear
shown = []
def slow(*words, **more):
    print("visible" if shown[0].isVisible() else "gone", flush=True)
    time.sleep(1)
    return make(*words, **more)
def leave(self):
    appear(self)
    shown.append(self)
    commands.delete_assets([row[0] for row in queries.listing(Wish(), 1)])
    backup.make = slow
    QTimer.singleShot(900, self.close)
window.MainWindow.appear = leave
sys.exit(main.main(["--data", sys.argv[1]]))
"""


def test_the_window_is_gone_when_the_backup_is_made_and_a_second_start_waits(demo_file, monkeypatch):
    first = subprocess.Popen([sys.executable, "-c", CLOSES, str(demo_file.parent)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        data = folder.prepare(demo_file.parent)
        assert first.stdout.readline().strip() == "gone"
        with pytest.raises(folder.Taken):
            folder.take(data)
        monkeypatch.setattr(main, "LEAVING_S", 0.1)
        with pytest.raises(folder.Taken, match="退出前的备份"):
            main._taken(data)
        monkeypatch.setattr(main, "LEAVING_S", 20)
        main._taken(data).release()     # it had waited
        assert first.wait(20) == 0
        assert first.stderr.read() == ""
    finally:
        first.kill()
        first.communicate()
    [made, *_] = backup.listing(data)
    assert made.reason == "退出"
    assert contents.describe(made.path).newest_title.startswith("删除")


class Session:
    """What the system says when it logs off."""

    def __init__(self, asks=True):
        self.asks, self.cancelled = asks, False

    def allowsInteraction(self):
        return self.asks

    def release(self):
        pass

    def cancel(self):
        self.cancelled = True


@pytest.fixture
def office(opened, demo_ledger):
    return opened(demo_ledger)


def change():
    commands.delete_assets([row[0] for row in queries.listing(Wish(), 1)])


def test_logging_off_backs_up_at_once_and_asks_about_what_is_typed(office, demo_ledger, monkeypatch):
    change()
    session = Session()
    office.end_session(session)
    assert [made.reason for made in backup.listing(demo_ledger.folder)] == ["退出"]
    office.end_session(session)
    assert len(backup.listing(demo_ledger.folder)) == 1
    change()
    asked = []
    monkeypatch.setattr(notify, "ask", lambda text, *_, **__: asked.append(text))       # back to save
    monkeypatch.setattr(office.window, "unsaved", lambda: "“资产台账”里有 3 格还没有保存")
    office.end_session(session)
    assert session.cancelled
    assert "3 格" in asked[0]
    assert len(backup.listing(demo_ledger.folder)) == 1
    office.end_session(Session(asks=False))
    assert len(backup.listing(demo_ledger.folder)) == 2


def test_the_daily_backup_is_told_on_the_first_page_at_once(office, demo_ledger, monkeypatch, qtbot):
    """Made in a thread, as in the running program."""
    monkeypatch.setattr(jobs, "inline", False)
    home = office.window.show_page("home")
    qtbot.waitUntil(lambda: home.looked)
    assert "还没有做过备份。" in [due.words for due in home.dues]
    threads = []
    show = office.show_state
    monkeypatch.setattr(office, "show_state", lambda: threads.append(threading.current_thread()) or show())
    office.back_up_daily()
    qtbot.waitUntil(lambda: not jobs.running())
    qtbot.waitUntil(lambda: "还没有做过备份。" not in [due.words for due in home.dues])
    assert office.window.backup.text() == f"最近备份：{clock.now():%m-%d} {backup.listing(demo_ledger.folder)[0].at:%H:%M}"
    assert set(threads) == {threading.main_thread()}


def test_backups_are_packed_beside_the_window(office, demo_ledger, qtbot):
    made = backup.make(demo_ledger.folder, "手工")
    assert office.upkeep.timer.isActive()
    office.upkeep.begin()
    qtbot.waitUntil(lambda: not office.upkeep.thread_now.is_alive())
    [packed] = backup.listing(demo_ledger.folder)
    assert packed.path.suffix == ".zip"
    assert packed.size * 5 < made.size


def test_closing_ends_the_packing_within_a_moment(office, demo_ledger, monkeypatch, qtbot):
    made = backup.make(demo_ledger.folder, "手工")
    begun, ended = threading.Event(), []

    def work(_data, progress):
        while True:
            begun.set()
            try:
                progress(0, 0)
            except BaseException:
                ended.append(1)
                raise
    monkeypatch.setattr(upkeep, "tidy", work)
    office.upkeep.begin()
    begun.wait(10)
    office.back_up_on_exit()
    assert ended == [1]
    assert backup.listing(demo_ledger.folder)[0].path == made.path


@pytest.mark.leaves("unfinished-*")
def test_what_a_killed_backup_left_is_cleared_and_told_once(office, demo_ledger, told):
    left = demo_ledger.folder.backups / f"{turns.UNFINISHED}99.part"
    left.write_bytes(b"x" * 3_000_000)
    office.finish_start()
    assert not left.exists()
    assert "1 个文件（2.9 MB）" in told[-1][0]
    count = len(told)
    office.stop_listening()
    office.finish_start()
    assert len(told) == count
