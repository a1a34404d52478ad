"""The first start asks three things, says what is wrong under the fields, and begins the ledger."""

from datetime import date

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt

from app.core import clock
from app.school import queries as school
from app.store import backup, database, folder, journal, opening
from ui import main, single
from ui.base import jobs
from ui.home import first_start
from ui.home.first_start import FirstStart
from ui.home.lost_ledger import LostLedgerDialog
from ui.main import Office


@pytest.fixture(autouse=True)
def autumn(monkeypatch):
    """The calendar on the wall shows a day in the first term of 2026—2027."""
    monkeypatch.setattr(clock, "today", lambda: date(2026, 11, 21))
    monkeypatch.setattr(first_start, "today", lambda: date(2026, 11, 21))
    before = journal.worker.name
    yield
    journal.worker.name = before


@pytest.fixture
def dialog(qtbot, ledger, show_active):
    made = FirstStart(ledger.folder)
    qtbot.addWidget(made)
    show_active(made)
    return made


def test_name_is_all_that_must_be_typed(dialog, qtbot, type_words):
    type_words(dialog.editors["name"], "青禾小学")
    qtbot.keyClick(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert dialog.result() == FirstStart.DialogCode.Accepted
    profile, term = school.profile(), school.current_term()
    assert (profile.name, profile.operator, term.title) == ("青禾小学", "总务主任", "2026—2027学年第一学期")
    assert school.people_listing(school.Wish()) == []


def test_operator_becomes_a_member_of_staff_with_his_title(dialog):
    dialog.set_value("name", "青禾小学")
    dialog.set_value("term", "2025-2026-2")
    dialog.set_value("operator", "周 文海")
    dialog.set_value("operator_title", "后勤主任")
    assert dialog.save()
    assert school.current_term().title == "2025—2026学年第二学期"
    assert [row[1:4] for row in school.people_listing(school.Wish())] == [("周文海", "总务处", "后勤主任")]


def test_title_alone_makes_nobody(dialog):
    dialog.set_value("name", "青禾小学")
    dialog.set_value("operator_title", "资产管理员")
    assert dialog.save()
    assert school.profile().operator == "资产管理员"
    assert school.people_listing(school.Wish()) == []


def test_terms_offered_are_todays_and_its_neighbours(dialog):
    box = dialog.editors["term"]
    assert [box.itemText(each) for each in range(box.count())] == [
        "2026—2027学年第一学期", "2025—2026学年第二学期", "2026—2027学年第二学期"]


def test_missing_name_is_said_under_the_field(dialog, said):
    assert not dialog.save()
    assert dialog.problems["name"].isVisible()
    assert "学校名称" in dialog.problems["name"].text()
    assert not school.started()
    assert said.texts == []


def test_the_demo_school_never_comes_into_the_own_ledger(dialog, qtbot, said):
    dialog.set_value("name", "青禾")
    qtbot.mouseClick(dialog.look, Qt.MouseButton.LeftButton)
    assert dialog.demo
    assert dialog.result() == FirstStart.DialogCode.Rejected
    assert not school.started()
    assert said.questions == []


def test_the_demo_school_lies_beside_and_is_left_by_one_button(qtbot, tmp_path, monkeypatch, said):
    monkeypatch.setattr(jobs, "inline", False)
    own, seen = tmp_path / "账本", []

    class Application:
        commitDataRequest = type("Signal", (), {"connect": lambda *_: None})()

        def exec(self):
            office = seen[-1]
            if folder.is_demo(office.store.folder.root):
                assert "示范学校（试用）" in office.window.windowTitle()
                assert office.window.strip.isVisibleTo(office.window)
                office.leave_demo()
            return 0

    monkeypatch.setattr(main.crash, "install", lambda _: None)
    monkeypatch.setattr(main, "Office", lambda store: seen.append(Office(store)) or seen[-1])
    monkeypatch.setattr(FirstStart, "exec", lambda self: setattr(self, "demo", True) or 0)
    status, after = main._session(Application(), own, None)
    assert (status, after) == (0, folder.demo_root(own))
    assert seen == []
    status, after = main._session(Application(), after, None)
    assert (status, after) == (0, own)
    with database.beside(own / "zongwu.db", read_only=True) as mine, \
            database.beside(folder.demo_root(own) / "zongwu.db", read_only=True) as demo:
        assert mine.execute("SELECT count(*) FROM asset").fetchone() == (0,)
        assert demo.execute("SELECT count(*) FROM asset").fetchone() == (3000,)
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    database.database.close_everywhere()


def test_a_new_computer_takes_the_ledger_over_from_a_stick(qtbot, demo_file, tmp_path, said, monkeypatch, show_active):
    made = backup.make(opening.open_store(demo_file.parent).folder, "手工")
    cards = database.database.execute_sql("SELECT count(*) FROM asset").fetchone()
    database.database.close_everywhere()
    store = opening.open_store(tmp_path / "新电脑")
    dialog = FirstStart(store.folder)
    qtbot.addWidget(dialog)
    show_active(dialog)
    monkeypatch.setattr(LostLedgerDialog, "exec", lambda self: self.restore_file() or self.result())
    said.files = [None, made.path]
    dialog.take_over.click()
    assert dialog.isVisible()
    dialog.take_over.click()
    assert dialog.result() == FirstStart.DialogCode.Accepted
    assert school.started()
    assert database.database.execute_sql("SELECT count(*) FROM asset").fetchone() == cards
    database.database.close_everywhere()


def test_a_second_start_raises_the_first_start(qtbot, ledger, monkeypatch):
    answered = []
    monkeypatch.setattr(FirstStart, "exec", lambda _: answered.append(single.raise_first(ledger.folder.root)) or 0)
    assert main._first_start(ledger.folder.root, ledger.close) == main.Started(False)
    assert answered == [True]


def test_leaving_with_words_typed_asks_first(dialog, said, type_words):
    type_words(dialog.editors["name"], "青禾")
    said.answers = [False, True]
    dialog.reject()
    assert dialog.isVisible()
    dialog.reject()
    assert not dialog.isVisible()


def test_no_word_is_cut(dialog, clipped):
    dialog.save()
    assert clipped(dialog) == []


@pytest.mark.parametrize("place", ["assets:import", "fees:roster"])
def test_who_has_a_workbook_goes_on_to_taking_it_in(dialog, place):
    dialog.ways_on[place].click()
    assert (dialog.isVisible(), dialog.following) == (True, "")      # the name is missing
    dialog.set_value("name", "青禾小学")
    dialog.ways_on[place].click()
    assert dialog.result() == FirstStart.DialogCode.Accepted
    assert dialog.following == place
    assert school.started()
