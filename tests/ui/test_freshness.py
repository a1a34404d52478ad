"""What a page shows is what a page made this moment would show, whatever changed and however it is kept in sight.

The contract walks every page of the window on the demo school. Whatever table is written, the page in sight afterwards
equals a fresh one: nobody lists which tables it reads, so nobody can forget one.
"""

import contextlib
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import pytest
from PySide6.QtCore import QEvent, QTimer
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLabel,
    QListWidget,
    QProgressBar,
    QTabBar,
    QTableView,
    QTreeWidget,
    QWidget,
)

from app.core import clock
from app.core.terms import chinese_day
from app.fees.money import commands as money
from app.school import commands as school
from app.school import pupil_commands
from app.store import archive, backup, journal, triggers
from app.store.database import database, scalar
from ui.base.changes import Changes
from ui.base.page import Page
from ui.kit.table_page import TablePage
from ui.main import Office
from ui.paper.picture import PagePicture


@pytest.fixture
def office(qtbot, demo_ledger, monkeypatch) -> Iterator[Office]:
    """The window over the demo school, as large as on a usual screen."""
    who = journal.worker.name
    made = Office(demo_ledger)
    made.window.resize(1366, 728)
    made.window.show()
    yield made
    made.window.close()
    made.window.deleteLater()
    made.close()
    journal.worker.name = who


def settle(root: QWidget) -> None:
    """Let everything that waits for a pause happen now: panes that follow the cursor, a head that is told later."""
    for _ in range(3):
        QApplication.processEvents()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        for timer in root.findChildren(QTimer):
            if timer.isActive() and timer.isSingleShot():
                timer.stop()
                timer.timeout.emit()


def words_of(widget: QWidget) -> object:
    """Give what a person reads in a widget, None where that is nothing."""
    if isinstance(widget, QLabel | QAbstractButton):
        return (widget.text(), widget.property("tone"), widget.isEnabled())
    if isinstance(widget, QComboBox):
        return ([widget.itemText(at) for at in range(widget.count())], widget.currentText())
    if isinstance(widget, QTabBar):
        return [widget.tabText(at) for at in range(widget.count()) if widget.isTabVisible(at)]
    if isinstance(widget, QProgressBar):
        return (widget.value(), widget.maximum())
    if isinstance(widget, QListWidget):
        return [widget.item(at).text() for at in range(widget.count())]
    if isinstance(widget, QTreeWidget):
        found, lines = list(map(widget.topLevelItem, range(widget.topLevelItemCount()))), []
        while found:
            item = found.pop(0)
            lines.append([item.text(at) for at in range(item.columnCount())])
            found[:0] = [item.child(at) for at in range(item.childCount())]
        return lines
    if isinstance(widget, QTableView):
        model = widget.model()
        return [[str(model.index(line, at).data()) for at in range(model.columnCount())] for line in range(min(model.rowCount(), 300))]
    if isinstance(widget, PagePicture):
        return (widget.words, bool(widget.content))
    return None


def read(page: Page) -> Counter[str]:
    """Give all that a person reads on a page, widget by widget, and how often."""
    settle(page)
    found = Counter([repr(page.status_line())])
    for widget in page.findChildren(QWidget):
        if widget.isVisible() and not isinstance(widget.parent(), QComboBox | QTableView):
            words = words_of(widget)
            if words is not None:
                found[f"{type(widget).__name__} {words}"] += 1
    return found


def lists_in(page: Page) -> list[TablePage]:
    return [each for each in [page, *page.findChildren(TablePage)] if isinstance(each, TablePage) and each.isVisible()]


def choose_first(page: Page) -> None:
    """Put the cursor into the first line of each list, so that its pane shows a record."""
    for each in lists_in(page):
        if each.found.records:
            each.grid.choose_rows([0], 0)
    settle(page)


def build(office: Office, place: str) -> Page:
    """Make the page of a place anew, beside the window, with ears of its own."""
    key, _, inner = place.partition(":")
    kept, office.changes = office.changes, Changes()
    try:
        page = office.window.pages[key].factory()
    finally:
        office.changes = kept
    page.place_window_acts(office.window.undo, office.window.redo)
    page.resize(office.window.stack.size())
    page.show()
    if inner:
        page.show_key(inner)
    settle(page)
    return page


def show(office: Office, place: str) -> Page:
    """Bring a place to the front: "fees:collection", "settings:people"."""
    key, _, inner = place.partition(":")
    page = office.window.show_page(key)
    if inner:
        page.show_key(inner)
    settle(page)
    return page


@contextlib.contextmanager
def beside(page: Page) -> Iterator[Page]:
    yield page
    page.close()
    page.deleteLater()
    QApplication.processEvents()


# Columns whose words or numbers may become others without breaking a rule that reading relies on.
WORDS = ("title", "name", "remark", "phone", "model", "reason", "scope", "office", "document", "supplier", "who", "waiver", "method",
         "user", "brand", "board", "body", "prefix", "class_name", "keeper", "number")
NUMBERS = ("quantity", "fen", "value", "units", "counted", "position", "pieces", "estimate", "digits")
DAYS = ("starts_on", "ends_on")


def change_of(table: str) -> str:
    """Give the SQL that changes words and numbers in every row of a table; "" where it has none that may change freely."""
    columns = [row[1:3] for row in database.execute_sql(f'PRAGMA table_info("{table}")').fetchall()]
    sets = [f"{name} = iif(substr({name}, 1, 1) IN ('{{', '['), {name}, {name} || '改')"     # JSON stays as it is
            for name, kind in columns if name in WORDS and kind == "TEXT"]
    alone = {name for index in database.execute_sql(f'PRAGMA index_list("{table}")').fetchall() if index[2]
             for _, _, name in database.execute_sql(f'PRAGMA index_info("{index[1]}")').fetchall()}     # row by row they would meet
    sets += [f"{name} = {name} + 1" for name, kind in columns if name in NUMBERS and kind == "INTEGER" and name not in alone]
    return f'UPDATE "{table}" SET {", ".join(sets)}' if sets and scalar(f'SELECT count(*) FROM "{table}"') else ""


def touch(*tables: str) -> None:
    """Change these tables as one step."""
    with journal.operation("改"):
        for table in tables:
            database.execute_sql(change_of(table))


def places(office: Office) -> list[str]:
    pages = {key: office.window.show_page(key) for key in ("supply", "fees", "settings")}
    inside = {"supply": pages["supply"].steps, "fees": pages["fees"].steps, "settings": pages["settings"].specs}
    return ["home", "assets", "stocktake", *(f"{page}:{key}" for page, steps in inside.items() for key in steps)]


def equal(office: Office, place: str, page: Page) -> str:
    """Give what differs on the page in sight from a fresh one, "" for nothing."""
    choose_first(page)
    shown = read(page)
    with beside(build(office, place)) as fresh:
        choose_first(fresh)
        wanted = read(fresh)
    return "" if shown == wanted else f"shown: {str(list(shown - wanted))[:300]}, wanted: {str(list(wanted - shown))[:300]}"


def test_every_page_shows_what_a_fresh_one_would(office):
    tables = [table for table in triggers.journalled_tables() if change_of(table)]
    assert len(tables) > 20
    wrong = {}
    for place in places(office):
        page = show(office, place)
        choose_first(page)
        wrong[place] = equal(office, place, page)
        inside = [page, *(each for each in page.findChildren(Page) if each.isVisible())]
        mine = {table for each in inside for table in each._seen.tables}
        # What does not move the page must not be on it; what does must be shown anew, whole.
        for word, which in (("not its own", [each for each in tables if each not in mine]),
                            ("its own", [each for each in tables if each in mine])):
            touch(*which)
            wrong[f"{place}, {word}"] = equal(office, place, page)
    assert {key: found for key, found in wrong.items() if found} == {}


# --- faults that people met


def shown_at(page: Page) -> str:
    settle(page)
    return "\n".join(each.text() for each in page.findChildren(QLabel) if each.isVisible())


def test_the_first_page_tells_every_latest_step(office):
    page = show(office, "home")
    school.add_department("校史馆")
    assert "添加部门 校史馆" in shown_at(page) or "校史馆" in shown_at(page)
    with journal.operation("登记收据 SJ-1"):
        database.execute_sql("UPDATE fee_receipt SET remark = remark || '。' WHERE id = (SELECT min(id) FROM fee_receipt)")
    assert "登记收据 SJ-1" in shown_at(page)
    journal.undo()
    assert shown_at(page).count("已撤销") == 1


def test_the_head_of_the_fees_says_what_the_list_below_says(office):
    fees = show(office, "fees:collection")
    term = scalar("SELECT p.term_id FROM fee_plan p WHERE p.state = 'collecting' ORDER BY p.id LIMIT 1")
    fees.show_term(term)
    settle(fees)
    meals = scalar("SELECT i.id FROM fee_plan_item i JOIN fee_plan p ON p.id = i.plan_id WHERE p.term_id = ? AND i.measure = '天'", (term,))
    paid = [row[0] for row in database.execute_sql(
        "SELECT DISTINCT r.pupil_id FROM fee_receipt r JOIN fee_receipt_line l ON l.receipt_id = r.id WHERE l.plan_item_id = ?",
        (meals,)).fetchmany(20)]
    for change in (lambda: money.write_usage(fees.plan.id, {pupil: {meals: 200} for pupil in paid}),
                   lambda: pupil_commands.set_waiver(paid, "低保")):
        before = fees.head.words.whole
        change()
        settle(fees)
        assert fees.head.words.whole != before
        with beside(build(office, "fees:collection")) as fresh:
            fresh.show_term(term)
            settle(fresh)
            assert fees.head.words.whole == fresh.head.words.whole


def test_a_page_in_sight_follows_the_day(office, monkeypatch):
    page = show(office, "home")
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(days=1))
    office.look_at_clock()
    assert chinese_day((now + timedelta(days=1)).date()) in shown_at(page)
    settings = show(office, "settings:terms")
    filled = []
    monkeypatch.setattr(type(page), "fill", lambda _: filled.append(1))
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(days=2))
    office.look_at_clock()
    office.look_at_clock()
    assert filled == []
    assert settings.isVisible()
    show(office, "home")        # out of sight when the day turned: filled when it is shown again
    assert filled == [1]


def test_what_was_printed_and_backed_up_is_shown_at_once(office, tmp_path):
    papers, home = show(office, "settings:printed").built["printed"], office.window.built["home"]
    paper = tmp_path / "表.pdf"
    paper.write_bytes(b"%PDF-1.4")
    archive.keep(office.store.folder, paper, "inventory", "期末盘点表", "304室")
    assert papers.found.records == 1
    assert "还没有做过备份" in shown_at(show(office, "home"))
    backup.make(office.store.folder, "每日")
    assert "还没有做过备份" not in shown_at(home)
    assert office.window.backup.text().startswith("最近备份")
