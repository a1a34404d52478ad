"""The one mouth of the program: says what happened, asks, and lets people choose files.

Nothing else asks by a box of its own or imports ``QFileDialog``. What can be said without stopping the person is said in a
strip at the bottom of the window. Call as ``notify.said(...)``, so that tests can listen in its place.
"""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QEvent, QObject, QSettings, QStandardPaths, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QFrame, QInputDialog, QPushButton, QWidget

from app.core.errors import Invalid, Refused
from ui.base import style
from ui.base.parts import button, column, label, later, open_at, prose, row, tool


class Way(NamedTuple):
    """A button of a strip: its word, what it does, and a tip that says it in full ("" for none)."""

    word: str
    act: Callable[[], object]
    tip: str = ""


Actions = Sequence[Way | tuple[str, Callable[[], object]]]
_BEGINNINGS = (QStandardPaths.StandardLocation.DesktopLocation, QStandardPaths.StandardLocation.DocumentsLocation)
WIDE = 520  # px, of a question
_BESIDE_DETAIL = 190    # px that its title, its buttons and its frame take of the screen
SUMS = "sums"   # object name of widgets with sums, which a strip does not lie over
SECONDS = {"done": 10, "warning": 20, "danger": 20}
ways_back: Callable[[Refused], Actions] | None = None    # set by main: where a damaged or lost ledger leads to
remember: QSettings | None = None   # set by main: folders last used, printers and their offsets


class Strip(QFrame):
    """A sentence with its ways on (撤销, 查看), lying over the bottom of a window until its time or a click ends it."""

    def __init__(self, window: QWidget, text: str, actions: Actions, tone: str) -> None:
        super().__init__(window)
        self.window_under, self.given = window, (text, actions, tone)
        self.setProperty("role", "strip")
        self.setProperty("tone", tone)
        self.words = label(text, wrap=True)
        ways = [self._button(Way(*each)) for each in actions]
        shut = tool("dismiss", "关闭", self.close, "#d5dae0" if tone == "done" else style.TONES[tone][0])
        self.setLayout(row(self.words, *ways, shut, margins=(14, 7, 8, 7)))
        beside = sum(each.sizeHint().width() + 8 for each in (*ways, shut)) + 24
        room = max(0, min(window.width() - 32, 900) - beside)   # none in a small dialog: then the strip reaches over its edges
        self.words.setMinimumWidth(min(self.words.fontMetrics().horizontalAdvance(text) + 8, room))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.timer = later(self, SECONDS[tone] * 1000, self.close)
        window.installEventFilter(self)
        self._place()
        self.show()
        self.raise_()
        self.timer.start()

    def _button(self, way: Way) -> QPushButton:
        made = button(way.word, partial(self._take, way.act), flat=True)
        made.setToolTip(way.tip)
        return made

    def _take(self, act: Callable[[], object]) -> None:
        self.close()
        act()

    def _place(self) -> None:
        window = self.window_under
        width = min(self.sizeHint().width(), window.width() - 32)
        height = max(self.heightForWidth(width), self.minimumSizeHint().height())
        sums = [each.mapTo(window, each.rect().topLeft()).y() for each in window.findChildren(QWidget, SUMS) if each.isVisible()]
        top = window.height() - height - 40
        over = min((y - height - 6 for y in sums if y < top + height), default=top)     # what is summed stays in sight
        self.setGeometry((window.width() - width) // 2, over if over > window.height() // 3 else top, width, height)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay at the bottom when the window changes its size; where a dialog closes on what was done, go on in the window behind."""
        if watched is self.window_under:
            behind = self.window_under.parentWidget()
            if event.type() == QEvent.Type.Resize:
                self._place()
            elif (
                event.type() == QEvent.Type.Hide
                and behind is not None
                and self.given[2] == "done"
                and not self.isHidden()
            ):
                self.close()
                Strip(behind.window(), *self.given)
        return False

    def enterEvent(self, event: QEvent) -> None:
        """Stay while someone reads or aims at a button."""
        self.timer.stop()

    def leaveEvent(self, event: QEvent) -> None:
        """Count again from the start."""
        self.timer.start()


def said(text: str, actions: Actions = (), tone: str = "done") -> None:
    """Say what happened, with numbers and the way back, without stopping anybody."""
    window = _window()
    if window is None:
        Question(text, "", ("知道了",), default=0).exec()
        return
    for old in window.findChildren(Strip):
        old.close()
    Strip(window, text, actions, tone)


def written(text: str, path: Path) -> None:
    """Say that a file (or a folder of files) was written, with the way to open it."""
    said(text, [Way("打开", partial(_open, path), str(path))])


def _open(path: Path) -> None:
    """Open a file in the program that the machine has for it; refused where it is gone, or where there is no such program."""
    if not path.exists():
        raise Refused(f"“{path}”已经不在那里了，可能被移走或删除。")
    if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(path))):
        raise Refused(f"这台电脑上没有能打开“{path.name}”的程序。它在文件夹“{path.parent}”里。")


def warn(text: str, actions: Actions = ()) -> None:
    """Say something that wants attention but stops nothing."""
    said(text, actions, "warning")


def refuse(reason: Refused | Invalid | str, actions: Actions = ()) -> None:
    """Say why a request cannot be met and what to do next; where the ledger itself is in trouble, with the way back."""
    said(sentence(reason), actions or (ways_back(reason) if ways_back and isinstance(reason, Refused) else ()), "danger")


def sentence(reason: Refused | Invalid | str) -> str:
    """Give the words of a refusal."""
    return reason if isinstance(reason, str) else str(reason)


class Question(QDialog):
    """A question that waits: words, what follows from the answer, buttons with verbs. ``answer`` is the button's number.

    The ``default`` button is what Enter presses, the ``last`` one (also 取消, 继续) what Esc does.
    """

    def __init__(self, text: str, detail: str, words: Sequence[str], default: int, primary: bool = True) -> None:
        super().__init__(_window())
        self.setWindowTitle("总务通")
        self.setMinimumWidth(WIDE)
        self.answer = len(words) - 1
        buttons = [button(each, partial(self._take, number), primary=primary and number == default)
                   for number, each in enumerate(words)]
        buttons[default].setDefault(True)
        more = prose(detail, WIDE - 60, self.screen().availableGeometry().height() - _BESIDE_DETAIL)
        more.setVisible(bool(detail))
        lines = column(label(text, "title", wrap=True), more, row(None, *buttons), margins=(22, 20, 22, 16), gap=14)
        self.setLayout(lines)
        # Several paragraphs wrap into more lines than Qt expects of them: without this the last ones are cut off.
        open_at(self, WIDE, lines.totalHeightForWidth(WIDE))
        self.setMinimumHeight(lines.totalHeightForWidth(WIDE))
        buttons[default].setFocus()

    def _take(self, number: int) -> None:
        self.answer = number
        self.accept()


def ask(question: str, yes: str, no: str = "取消", detail: str = "", danger: bool = False) -> bool:
    """Ask and wait: True for ``yes``. Buttons carry verbs; Enter means ``yes`` unless it is a ``danger``."""
    box = Question(question, detail, (yes, no), default=1 if danger else 0, primary=not danger)
    box.exec()
    return box.answer == 0


def choose(question: str, words: Sequence[str], detail: str = "") -> int:
    """Ask what is dangerous in more than one way and wait: gives the number of the chosen word; Enter and Esc mean the last one."""
    box = Question(question, detail, words, default=len(words) - 1, primary=False)
    box.exec()
    return box.answer


def ask_words(title: str, label: str) -> str:
    """Ask for a few words and wait; "" where the person changed his mind."""
    words, told = QInputDialog.getText(_window(), title, label)
    return " ".join(words.split()) if told else ""


def stop(reason: Refused) -> None:
    """Say before any window stands why the program cannot start, and wait until it was read."""
    Question(reason.text, "", ("知道了",), default=0).exec()


def crashed_again(details: str) -> None:
    """Tell that the same bug met the same act once more: silence would look as if the act had worked."""
    said("程序在这一步又出了同样的错，刚才的操作没有生效。请复制详情发给维护人员。",
         (("复制详情", lambda: QGuiApplication.clipboard().setText(details)),), "danger")


def crashed(summary: str, details: str) -> None:
    """Tell of a bug, offering its details for copying; the program goes on."""
    box = Question("程序在这一步出了错，刚才的操作没有生效，其他数据不受影响。",
                   f"可以继续使用。若再次出现，请复制详情发给维护人员。\n\n{summary}", ("复制详情", "继续"), default=1)
    box.exec()
    if box.answer == 0:
        QGuiApplication.clipboard().setText(details)


def open_file(title: str, patterns: str) -> Path | None:
    """Let the person choose a file to read; ``patterns`` such as ``台账 (*.xls *.xlsx)``. None: changed his mind."""
    return _chosen(_like(title, patterns), QFileDialog.getOpenFileName(_window(), title, _folder(_like(title, patterns)), patterns)[0])


def open_files(title: str, patterns: str) -> list[Path]:
    """Let the person choose files to read, several at once; none: changed his mind."""
    like = _like(title, patterns)
    texts = QFileDialog.getOpenFileNames(_window(), title, _folder(like), patterns)[0]
    return [path for text in texts if (path := _chosen(like, text)) is not None]


def save_file(title: str, name: str, patterns: str) -> Path | None:
    """Let the person choose where to write; the suffix of the suggested ``name`` is added when none was typed."""
    like = _like(title, patterns)
    path = _chosen(like, QFileDialog.getSaveFileName(_window(), title, str(Path(_folder(like)) / name), patterns)[0])
    return path.with_name(path.name + Path(name).suffix) if path and not path.suffix else path


def choose_folder(title: str) -> Path | None:
    """Let the person choose a folder."""
    return _chosen(title, QFileDialog.getExistingDirectory(_window(), title, _folder(title)))


def _window() -> QWidget | None:
    """Give the window that is spoken to: the dialog in front, else the active or first visible window."""
    front = QApplication.activeModalWidget() or QApplication.activeWindow()
    if front is None:
        front = next((each for each in QApplication.topLevelWidgets() if each.isVisible() and each.isWindow()), None)
    return front


def _like(title: str, patterns: str) -> str:
    """Give what a dialog is like: those of workbooks begin where the last workbook was read or written, others where their own last was."""
    return "表格" if any(each in patterns for each in ("*.xlsx", "*.csv")) and "*.jpg" not in patterns else title


def _folder(like: str) -> str:
    """Give where a dialog begins: where its like was last, else where any was, else the desktop, the documents, the home."""
    last = [remember.value(key, "") for key in (f"folder/{like}", "folder/last")] if remember else []
    places = (QStandardPaths.writableLocation(each) for each in _BEGINNINGS)
    return next((str(folder) for folder in (*last, *places) if folder and Path(str(folder)).is_dir()), str(Path.home()))


def _chosen(like: str, text: str) -> Path | None:
    if not text:
        return None
    path = Path(text)
    if remember:
        for key in (f"folder/{like}", "folder/last"):
            remember.setValue(key, str(path if path.is_dir() else path.parent))
    return path
