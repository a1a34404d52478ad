"""For the stories: the real window over a real ledger; what it says is heard, dialogs are driven while they are open."""

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QApplication

from app.store import journal
from ui.base import jobs, notify, style
from ui.main import Office


@pytest.fixture
def told(monkeypatch):
    """What the program says, as (text, ways on). A question or a file dialog that no story expects fails it, a crash box too."""
    heard, crashes = [], []
    monkeypatch.setattr(notify, "remember", None)   # the office sets it: put back afterwards
    monkeypatch.setattr(jobs, "inline", True)
    monkeypatch.setattr(notify, "ask", lambda *_, **__: pytest.fail("nobody expected a question"))
    for name in ("ask_words", "open_file", "open_files", "save_file", "choose_folder"):
        monkeypatch.setattr(notify, name, lambda title, *_: pytest.fail(f"nobody expected to be asked: {title}"))
    monkeypatch.setattr(notify, "said", lambda text, actions=(), tone="done": heard.append((text, {word: act for word, act, *_ in actions})))
    monkeypatch.setattr(notify, "crashed", lambda summary, details: crashes.append(details))
    yield heard
    assert crashes == []


@pytest.fixture
def type_words():
    """Type Chinese as an input method does."""

    def typed(widget, words):
        event = QInputMethodEvent()
        event.setCommitString(words)
        QApplication.sendEvent(widget, event)

    return typed


@pytest.fixture
def opened(qapp, told):
    """Open the window over a ledger; it is closed after the test."""
    style.apply(qapp)
    offices, operator = [], journal.worker.name

    def open_office(store):
        offices.append(Office(store))
        offices[-1].window.show()
        return offices[-1]

    yield open_office
    for office in offices:
        office.window.close()
        office.window.deleteLater()
        office.close()
    journal.worker.name = operator


@pytest.fixture
def in_dialog():
    """Call ``do(dialog)`` with the modal dialog that opens next; the dialog never outlives a failing test."""

    def arrange(do):
        def drive():
            dialog = QApplication.activeModalWidget()
            try:
                do(dialog)
            finally:
                if dialog is not None and dialog.isVisible():
                    dialog.lose, dialog.dirty = "", False
                    dialog.reject()

        QTimer.singleShot(0, drive)

    return arrange


@pytest.fixture
def driven(qtbot):
    """Give a function that makes an ``exec``: it shows a dialog, lets ``act`` use it and gives whether it was accepted."""

    def arrange(act):
        def run(dialog):
            done = []
            dialog.accepted.connect(lambda: done.append(1))
            dialog.show()
            dialog.activateWindow()
            qtbot.waitUntil(dialog.isActiveWindow)
            act(dialog)
            dialog.hide()
            window = dialog.parent().window()
            window.activateWindow()
            qtbot.waitUntil(window.isActiveWindow)
            return bool(done)

        return run

    return arrange
