"""Somebody who clicks and types without sense, in the real program: ``python -m tests.torture.monkey FOLDER SEED EVENTS``.

Every few milliseconds something happens to what is in front, a dialog or a menu before the window: a click on any of its parts, a
key, some words, the wheel, a file that is chosen. A crash box, a complaint of Qt's or an error on the way out ends the process with
its words. The window is opened anew where it was closed. At the end the counts are printed.
"""

import logging
import os
import random
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from PySide6.QtCore import QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QDesktopServices, QGuiApplication, QInputMethodEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMainWindow, QMenu, QWidget

from app.store import folder
from tests.torture.machine import SAMPLES
from ui import main as program
from ui.base import notify

Key, Held = Qt.Key, Qt.KeyboardModifier
KEYS = (Key.Key_Return, Key.Key_Tab, Key.Key_Backtab, Key.Key_Escape, Key.Key_Up, Key.Key_Down, Key.Key_Left, Key.Key_Right, Key.Key_Home,
        Key.Key_End, Key.Key_PageDown, Key.Key_Delete, Key.Key_Backspace, Key.Key_Space, Key.Key_F1, Key.Key_F2, Key.Key_F5, Key.Key_F7)
LETTERS = (Key.Key_Z, Key.Key_Y, Key.Key_C, Key.Key_V, Key.Key_X, Key.Key_A, Key.Key_D, Key.Key_N, Key.Key_S, Key.Key_F, Key.Key_P, Key.Key_E,
           Key.Key_Return, Key.Key_Semicolon, Key.Key_PageDown, Key.Key_1, Key.Key_2, Key.Key_3)
WORDS = ("王敏", "1", "0", "-3", "1,2", "1.2万", "2026-02-30", "9月1日", "教学楼101", "课桌", "#N/A", "'", "%", "\\", "龘䶮㛃", "A" * 300,
         "三年级2班", "a\tb\nc\td", "1\n2\n3", " ")
# What a screen that is none cannot do, and what QTest itself says of a click that nobody wanted.
IGNORED = ("This plugin does not support", "not accepted by receiving widget")


class Monkey:
    """Does so many senseless things, each of which asks for the next one first: what it does may wait in a loop of its own."""

    def __init__(self, root: Path, seed: int, events: int) -> None:
        self.root, self.chance, self.left, self.done = root, random.Random(seed), events, Counter[str]()
        self.out = root.parent / "ausgabe"
        self.out.mkdir(exist_ok=True)
        self.files = sorted(path for path in SAMPLES.iterdir() if path.suffix in (".xls", ".xlsx", ".csv", ".ods"))

    def run(self) -> None:
        """Start the program until everything is done."""
        _ = QApplication(sys.argv[:1])      # timers want one; the program takes it over
        told = logging.getLogger("zongwu")
        told.addHandler(_Ear(self))
        named: Any = notify
        named.crashed = lambda summary, details: self.fail(details)
        named.crashed_again = self.fail
        for name, choose in (("open_file", self.file), ("open_files", lambda *_: [self.file()] if self.chance.random() < 0.5 else []),
                             ("save_file", self.target), ("choose_folder", lambda *_: self.chance.choice((None, self.out)))):
            setattr(notify, name, choose)
        QDesktopServices.openUrl = lambda *_: True    # type: ignore[method-assign, assignment]
        while self.left > 0:
            self.soon()
            status = program.main(["--data", str(self.root)])
            if status:
                self.fail(f"ended with {status}")
            self.done["windows"] += 1
        self.end()

    def fail(self, words: str) -> None:
        """End at once, with what was wrong."""
        sys.stderr.write(f"{words}\n(after {dict(self.done)}, {self.left} left)\n")
        sys.stderr.flush()
        os._exit(3)

    def end(self) -> None:
        """Print the counts and end at once, whatever dialogs stand open."""
        sys.stdout.write("".join(f"{times} {what}\n" for what, times in self.done.items()))
        sys.stdout.flush()
        os._exit(0)

    def file(self, *_: object) -> Path | None:
        """Choose a workbook, or change one's mind."""
        return self.chance.choice((None, self.chance.choice(self.files)))

    def target(self, _title: str, name: str, *_: object) -> Path | None:
        """Choose where to write, or change one's mind."""
        return self.chance.choice((None, self.out / name))

    def soon(self) -> None:
        """Ask for the next thing."""
        QTimer.singleShot(1, self.act)

    def act(self) -> None:
        """Do one thing to what is in front."""
        if self.left <= 0:
            self.end()
        front = QApplication.activePopupWidget() or QApplication.activeModalWidget() or _window()
        self.soon()
        if front is None:
            return
        self.left -= 1
        deed = self.chance.choices((self.click, self.press, self.type, self.turn, self.right), (60, 22, 8, 6, 4))[0]
        self.done[deed.__name__] += 1
        deed(front)

    def part(self, front: QWidget) -> QWidget:
        """Give some visible part of what is in front."""
        parts = [each for each in front.findChildren(QWidget)
                 if each.isVisible() and each.isEnabled() and each.window() is front.window() and each.width() > 2 and each.height() > 2]
        return self.chance.choice([*parts, front])

    def spot(self, part: QWidget) -> QPoint:
        """Give some place in it."""
        return QPoint(self.chance.randrange(part.width()), self.chance.randrange(part.height()))

    def click(self, front: QWidget) -> None:
        """Click somewhere, now and then twice."""
        part = self.part(front)
        held = self.chance.choices((Held.NoModifier, Held.ControlModifier, Held.ShiftModifier), (90, 5, 5))[0]
        if self.chance.random() < 0.1:
            QTest.mouseDClick(part, Qt.MouseButton.LeftButton, held, self.spot(part))
        else:
            QTest.mouseClick(part, Qt.MouseButton.LeftButton, held, self.spot(part))

    def right(self, front: QWidget) -> None:
        """Ask for the menu of the right button."""
        part = self.part(front)
        QTest.mouseClick(part, Qt.MouseButton.RightButton, Held.NoModifier, self.spot(part))
        if isinstance(front, QMenu):
            front.close()

    def press(self, front: QWidget) -> None:
        """Press a key, or a letter with Ctrl."""
        focus = QApplication.focusWidget() or front
        if self.chance.random() < 0.4:
            QTest.keyClick(focus, self.chance.choice(LETTERS), Held.ControlModifier)
        else:
            QTest.keyClick(focus, self.chance.choice(KEYS))

    def type(self, front: QWidget) -> None:
        """Type some words, or put them on the clipboard for a later paste."""
        words = self.chance.choice(WORDS)
        if self.chance.random() < 0.5:
            QGuiApplication.clipboard().setText(words)
            return
        if words.isascii():
            for letter in words.replace("\t", "").replace("\n", "")[:20]:
                QTest.keyClicks(QApplication.focusWidget() or front, letter)    # the focus changes where a letter opens an editor
        else:
            composed = QInputMethodEvent()
            composed.setCommitString(words)
            QApplication.sendEvent(QApplication.focusWidget() or front, composed)

    def turn(self, front: QWidget) -> None:
        """Turn the wheel."""
        part = self.part(front)
        spot, by = self.spot(part), QPoint(0, self.chance.choice((-360, -120, 120, 360)))
        QApplication.sendEvent(part, QWheelEvent(QPointF(spot), QPointF(part.mapToGlobal(spot)), QPoint(), by, Qt.MouseButton.NoButton,
                                                 Held.NoModifier, Qt.ScrollPhase.NoScrollPhase, False))


class _Ear(logging.Handler):
    """Hears what the program logs: complaints of Qt's, errors that nobody was shown."""

    def __init__(self, monkey: Monkey) -> None:
        super().__init__(logging.WARNING)
        self.monkey = monkey

    def emit(self, record: logging.LogRecord) -> None:
        if not any(words in record.getMessage() for words in IGNORED):
            self.monkey.fail(record.getMessage())


def _window() -> QWidget | None:
    shown = [each for each in QApplication.topLevelWidgets() if each.isVisible() and each.isWindow()]
    active = QApplication.activeWindow()
    return active if active in shown else next((each for each in shown if isinstance(each, QMainWindow)), shown[0] if shown else None)


if __name__ == "__main__":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    folder.prepare(Path(sys.argv[1]))
    Monkey(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])).run()
