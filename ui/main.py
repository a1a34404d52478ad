"""Start-up: paths, look, crash hook, ledger, wiring, window. The only place that knows all the others."""

import argparse
import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from PySide6.QtCore import QEventLoop, QSettings, QTimer
from PySide6.QtGui import QIcon, QSessionManager
from PySide6.QtWidgets import QApplication, QDialog

from app import __version__, features
from app.core import clock, reading
from app.core.errors import Damaged, Gone, Refused
from app.core.paths import program_folder, shipped
from app.school import queries as school
from app.store import backup, copying, folder, journal, turns
from app.store.folder import DataFolder
from app.store.opening import Store, open_store
from app.store.rescue import LostLedger
from ui import keep_singletons, spare_what_stands
from ui.base import crash, jobs, keys, notify, scaling, style, undoing
from ui.base.changes import Changes
from ui.base.page import Page
from ui.base.parts import later
from ui.home.page import HomePage
from ui.kit import related
from ui.upkeep import Upkeep
from ui.window import MainWindow, PageSpec

if TYPE_CHECKING:
    from PySide6.QtNetwork import QLocalServer

CLOCK_MS = 60_000  # how often is looked whether the day has turned
PICTURE_MS = 400
LEAVING_S, LOOK_AGAIN_S = 15.0, 0.2  # how long a start waits for the window before it to finish its backup, how often it looks
LISTEN_MS = 200  # after the window stands: the network library is not for the first glance
DAILY_BACKUP_MS = 3_000  # after the window stands, so that start-up does not wait for it


class Office:
    """The running program: one ledger, one window, and the wires between them."""

    def __init__(self, store: Store) -> None:
        features.join()
        self.store = store
        self.changes = Changes()
        self.machine = QSettings(str(store.folder.machine_settings), QSettings.Format.IniFormat)
        related.show = lambda each: self.open(each.page, record=(each.table, each.id))
        notify.remember, notify.ways_back = self.machine, self.ways_back
        jobs.on_thread_end.append(store.close)
        journal.listeners.append(self._committed)
        self.listener: QLocalServer | None = None       # hears a second start, once the window stands
        self.next: Path | None = None                   # the data folder to go on with when the window closes
        self.window = MainWindow(self._pages(), self.machine, undo=self.undo, redo=self.redo)
        self.changes.happened.connect(lambda _tables: self.show_state())
        self.changes.typed.connect(self.show_undo)
        self.upkeep = Upkeep(store.folder, self.window, store.close)
        self.changes.happened.connect(self.upkeep.heard)
        self.window.shown.connect(lambda _key: self.show_undo())
        self.day, self.clock = clock.today(), QTimer(self.window, interval=CLOCK_MS)
        self.clock.timeout.connect(self.look_at_clock)
        self.window.shown.connect(lambda _key: self.look_at_clock())
        self.clock.start()
        self.soon = (later(self.window, LISTEN_MS, self.finish_start), later(self.window, DAILY_BACKUP_MS, self.back_up_daily))
        keys.bind("help", self.window, self.show_manual)
        self.show_state()

    def _pages(self) -> list[PageSpec]:
        return [
            PageSpec("home", "首页", "home", lambda: HomePage(self.changes, self.machine, self.store.folder, self.open)),
            PageSpec("assets", "资产台账", "box", self._assets_page),
            PageSpec("stocktake", "盘点", "clipboard", self._stocktake_page),
            PageSpec("supply", "采购与库存", "cart", self._supply_page),
            PageSpec("fees", "收费公示", "receipt", self._fees_page),
            PageSpec("settings", "设置", "settings", self._settings_page, gear=True),
        ]

    # A page's module loads when the page is first shown: start-up pays for the first page only.

    def _assets_page(self) -> Page:
        from ui.assets.page import AssetsPage

        return AssetsPage(self.changes, self.machine, self.store.folder)

    def _stocktake_page(self) -> Page:
        from ui.stocktake.page import StocktakePage

        return StocktakePage(self.changes, self.machine, self.store.folder)

    def _supply_page(self) -> Page:
        from ui.purchasing.page import SupplyPage
        from ui.stock.steps import RECORDS, STEPS

        return SupplyPage(self.changes, self.machine, self.store.folder, STEPS, RECORDS)

    def _fees_page(self) -> Page:
        from ui.fees.page import FeesPage

        return FeesPage(self.changes, self.machine, self.store.folder, self.take_roster)

    def _settings_page(self) -> Page:
        from ui.settings.page import SettingsPage

        return SettingsPage(self.changes, self.machine, self.store.folder)

    def take_roster(self) -> bool:
        """Take the school's pupils in from a workbook, over whatever page is in front; gives whether any came in."""
        from ui.settings.roster_import import take_roster

        return take_roster(self.window)

    def open(
        self, place: str, filters: Mapping[str, object] | None = None, record: tuple[str, int] | None = None
    ) -> None:
        """Bring a page to the front and take the way that the words after it name.

        "assets", "assets:import" (an act), "settings:backup" (a section), "fees:publicity:post" (an act of a step). ``filters``
        narrows a list page, ``record`` (table, id) is what it shows then.
        """
        key, _, rest = place.partition(":")
        page: Any = self.window.show_page(key)
        if filters:
            page.narrow(filters)
        if record and hasattr(page, "show_record"):
            page.show_record(*record)
        if rest:
            page.go(rest)

    def look_at_clock(self) -> None:
        """Tell the pages when the day has turned: what was worked out from the day is fetched anew."""
        keep_singletons()
        if self.day != clock.today():
            self.day = clock.today()
            journal.announce(frozenset({reading.TODAY}))

    def show_manual(self) -> None:
        """Open the manual beside the window."""
        from ui.manual import Manual

        Manual(self.window).show()

    def undo(self) -> None:
        """Take back what was typed last and is not stored yet, else the latest step, and say what that was."""
        typing = self.window.typing()
        if typing is not None and typing.move_back:
            typing.back()
        elif (latest := journal.undoable()) is not None:
            undoing.take_back(latest[0])

    def redo(self) -> None:
        """Bring back what was undone last: what was typed, else the step, and say what that was."""
        typing = self.window.typing()
        if typing is not None and typing.move_forth:
            typing.forth()
        elif (latest := journal.redoable()) is not None:
            undoing.bring_back(latest[0])

    def show_undo(self) -> None:
        """Name on 撤销 and 重做 what they would take back and bring back now."""
        typing, (undo, redo) = self.window.typing(), journal.undoable_and_redoable()
        back, forth = (typing.move_back, typing.move_forth) if typing is not None else ("", "")
        self.window.set_undo(back or (undo[1] if undo else ""), forth or (redo[1] if redo else ""))

    def show_state(self) -> None:
        """Show term, worker, last backup and what undo and redo would do; a failed backup stays in sight."""
        term, profile = school.current_term(), school.profile()
        journal.worker.name = profile.operator
        demo = folder.is_demo(self.store.folder.root)
        name = "示范学校（试用）" if demo else profile.short_name
        self.window.setWindowTitle(f"总务通 - {name}" if profile.name else "总务通")
        self.window.set_term(term.name.title if term else "")
        made = backup.of_open_ledger(self.store.folder)
        self.window.set_frame(f"最近备份：{made[0].at:%m-%d %H:%M}" if made else "还没有备份", f"操作人：{profile.operator}")
        self.show_undo()
        failed = backup.last_failure(self.store.folder)
        if failed:
            self.window.set_warning(f"最近一次备份没有成功：{failed}", "去备份", lambda: self.open("settings:backup"))
        elif demo:
            self.window.set_warning("这是示范学校，可以随便试，和您自己的账本没有关系。", "回到自己的账本", self.leave_demo)
        else:
            self.window.set_warning("")

    def leave_demo(self) -> None:
        """Close the demo school and go on with the office's own ledger."""
        self.next = folder.own_root(self.store.folder.root)
        if not self.window.close():
            self.next = None

    def begin(self, following: str = "") -> None:
        """Show the window, and see to the rest of the start and to the day's backup a little later, unless it is closed by then.

        ``following`` is where a person goes on who has just begun his ledger, "" for the first page.
        """
        self.window.appear()
        for timer in self.soon:
            timer.start()
        if following:
            self.going_on = later(self.window, 0, partial(self.open, following))
            self.going_on.start()

    def finish_start(self) -> None:
        """Do what need not be done before the window stands: let a second start raise it, clear what killed work left."""
        spare_what_stands()
        from ui import single

        self.listener = single.listen(self.store.folder.root, self.window)
        removed = turns.clear(self.store.folder)
        if removed.count:
            notify.said(removed.told)
        if too_large := scaling.reduced(self.machine, self.window.screen().availableGeometry().size()):
            notify.warn(too_large)
        self.upkeep.timer.start()

    def back_up_daily(self) -> None:
        """Make the day's backup beside the window, if none was made today and something changed."""
        data = self.store.folder
        if not jobs.running() and backup.due_today(data) and backup.changed_since_last(data):
            jobs.run_job(self.window, "每日备份", lambda progress: backup.make(data, "每日", progress=progress),
                         lambda _made: self.show_state(), lambda _error: self.show_state(), can_cancel=False)

    def back_up_on_exit(self) -> None:
        """Back up what changed, when the window is gone already; where that fails the person decides.

        A second start meanwhile waits for this one: nobody raises a window that is gone.
        """
        self.stop_listening()
        self.upkeep.stop()
        while trouble := self._back_up_changes():
            if not notify.ask(f"退出前的备份没有成功。{trouble}", "再试一次", "不备份，退出"):
                return

    def _back_up_changes(self) -> str:
        """Back up what changed since the last time, and give what stood in the way, "" for nothing."""
        try:
            if backup.changed_since_last(self.store.folder):
                backup.make(self.store.folder, "退出")
        except Refused as trouble:
            return trouble.text
        return ""

    def end_session(self, session: QSessionManager) -> None:
        """Back up while the system logs off: it soon ends the program, and nobody can be asked about a failure."""
        lost = self.window.unsaved()
        if lost and session.allowsInteraction():
            stays = not notify.ask(f"系统要注销或关机。{lost}，现在退出就没有了。", "放弃并退出", "回去保存", danger=True)
            session.release()
            if stays:
                session.cancel()
                return
        self.upkeep.stop()
        if not jobs.running():
            self._back_up_changes()     # what fails is noted, and said at the next start

    def ways_back(self, trouble: Refused) -> notify.Actions:
        """Give what may be done where the ledger itself is in trouble: nothing for other refusals."""
        if isinstance(trouble, Damaged):
            return (("恢复备份…", self.lead_back),)
        return (("另存一份…", self.save_elsewhere),) if isinstance(trouble, Gone) else ()

    def lead_back(self) -> None:
        """Offer the backups in the place of a ledger that was found damaged at work."""
        from app.store.rescue import Lost
        from ui.home.lost_ledger import LostLedgerDialog

        words = "账本文件有一部分读不出来了。"
        LostLedgerDialog(self.window, self.store.folder, Lost("damaged", words, 0), working=True).exec()

    def save_elsewhere(self) -> None:
        """Write what the open file still gives as a file of its own, where its own place is gone."""
        path = notify.save_file("另存账本", f"总务通账本-{clock.now():%Y%m%d-%H%M}.db", "总务通备份 (*.db)")
        if path is not None:
            jobs.run_job(self.window, "另存账本", lambda progress: copying.save_open_file(path, progress),
                         lambda _counts: notify.said(f"已存到“{path}”。检查好磁盘以后，可以在“备份与恢复”里从这个文件恢复。"))

    def stop_listening(self) -> None:
        """Let a second start no longer raise the window."""
        if self.listener is not None:
            self.listener.close()

    def close(self) -> None:
        """Take the wires down; the next ledger of this process (tests, pictures) starts clean."""
        self.stop_listening()
        self.upkeep.stop()
        for timer in (*self.soon, self.clock):
            timer.stop()
        journal.listeners.remove(self._committed)
        jobs.on_thread_end.remove(self.store.close)
        self.store.close()

    def _committed(self, tables: frozenset[str]) -> None:
        self.changes.happened.emit(tables)


def main(arguments: Sequence[str] | None = None) -> int:
    """Start the program and give its exit status; trouble with the data folder is said in a sentence."""
    words = _parser().parse_args(arguments)
    if words.pictures:
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    first: Path = words.data or folder.default_root(program_folder())
    scaling.take_up(folder.DataFolder(first).machine_settings)
    application = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(application, QApplication)
    application.setApplicationName("总务通")
    application.setApplicationVersion(__version__)
    application.setWindowIcon(QIcon(str(shipped("resources", "icons", "zongwu.png"))))
    style.apply(application)
    root: Path | None = first
    status = 0
    while root is not None:
        status, root = _session(application, root, words.pictures)
    return status


def _session(application: QApplication, root: Path, pictures: Path | None) -> tuple[int, Path | None]:
    """Work with one data folder; gives the exit status and the folder to go on with (to the demo school and back)."""
    try:
        data = folder.prepare(root)
        lock = _taken(data)
    except Refused as trouble:
        notify.stop(trouble)
        return 1, None
    if lock is None:
        return 0, None
    try:
        return _run(application, data.root, pictures)
    finally:
        lock.release()


def _taken(data: DataFolder) -> folder.Lock | None:
    """Take the data folder, and wait for a window that was just closed and still backs up; None where one was raised instead.

    ``Taken`` where neither helps: the command line holds it, or the backup lasts too long.
    """
    deadline = time.monotonic() + LEAVING_S
    while True:
        try:
            return folder.take(data)
        except folder.Taken:
            from ui import single

            if single.raise_first(data.root):
                return None
            if time.monotonic() > deadline:
                raise folder.Taken(
                    "总务通还在做退出前的备份，或者命令行正在使用这个账本。请等一会儿再打开。") from None
            time.sleep(LOOK_AGAIN_S)


def _run(application: QApplication, root: Path, pictures: Path | None) -> tuple[int, Path | None]:
    store = _opened(root)
    if store is None:
        return 1, None
    crash.install(store.folder.log)
    following = ""
    if not school.started():
        started = _first_start(root, store.close)
        if not started.begun:
            store.close()
            return 0, started.elsewhere
        following = started.following
    office = Office(store)
    if pictures:
        office.finish_start()
        _take_pictures(office, pictures)
        office.close()
        return 0, None
    office.begin(following)
    application.commitDataRequest.connect(office.end_session)
    status = application.exec()
    office.back_up_on_exit()
    office.close()
    office.window.deleteLater()     # with all its timers: another ledger may be opened now
    return status, office.next


def _opened(root: Path) -> Store | None:
    """Open the ledger; one that is lost is led back to first. None where that was said and nothing can be opened."""
    anew = False
    while True:
        try:
            return open_store(root, anew=anew)
        except LostLedger as trouble:
            from ui.home.lost_ledger import LostLedgerDialog

            dialog = LostLedgerDialog(None, folder.prepare(root), trouble.lost)
            if not _answering(root, dialog):
                return None
            anew = dialog.anew
        except Refused as trouble:
            notify.stop(trouble)
            return None


def _answering(root: Path, dialog: QDialog) -> int:
    """Ask in a dialog before any window stands; a second start brings it to the front."""
    from ui import single

    listener = single.listen(root, dialog)
    try:
        return dialog.exec()
    finally:
        listener.close()


class Started(NamedTuple):
    """What a first start came to: whether a school was begun here, in which other folder to go on instead (the demo school),
    and which place of the window the person goes on to.
    """

    begun: bool
    elsewhere: Path | None = None
    following: str = ""


def _first_start(root: Path, close: Callable[[], None]) -> Started:
    """Ask for school, term and worker, or build the demo school in its own folder."""
    from ui.home.first_start import DemoStart, FirstStart

    if folder.is_demo(root):
        building = DemoStart()
        jobs.on_thread_end.append(close)
        built = building.exec() == QDialog.DialogCode.Accepted
        jobs.on_thread_end.remove(close)
        building.deleteLater()  # its job's panel is a child of it and ends with the next event
        return Started(built)
    first = FirstStart(folder.prepare(root))
    jobs.on_thread_end.append(close)    # of the job that restores a backup
    begun = _answering(root, first) == QDialog.DialogCode.Accepted
    jobs.on_thread_end.remove(close)
    return Started(begun, folder.demo_root(root) if first.demo else None, first.following)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="zongwu", description="总务通")
    parser.add_argument("--data", type=Path, metavar="DIR", help="数据文件夹")
    parser.add_argument("--pictures", type=Path, metavar="DIR", help="不开窗口，把每个标签页存成图片")
    return parser


def _take_pictures(office: Office, target: Path) -> None:
    """Save a picture of every tab, as a person sees it at 1366×768."""
    target.mkdir(parents=True, exist_ok=True)
    office.window.resize(1366, 768)
    office.window.show()
    for spec in office.window.pages.values():
        office.window.show_page(spec.key)
        after = QEventLoop()    # what a page does after it is shown: fetch, lay out, paint, look further
        QTimer.singleShot(PICTURE_MS, after.quit)
        after.exec()
        office.window.grab().save(str(target / f"{spec.title}.png"))
    office.window.close()


if __name__ == "__main__":
    raise SystemExit(main())
