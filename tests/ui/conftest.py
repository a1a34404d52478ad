"""For all tests of the window: the look, a listener in the place of notify, a walker that finds cut words."""

import dataclasses
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QWidget

from ui.kit import jobs, notify, style


@pytest.fixture(scope="session")
def qapp(qapp: QApplication) -> QApplication:
    """The application with its look put on once."""
    style.apply(qapp)
    return qapp


@dataclasses.dataclass
class Said:
    """What the program said; answers and files that the person is going to give, in order."""

    texts: list[str] = dataclasses.field(default_factory=list)
    tones: list[str] = dataclasses.field(default_factory=list)
    actions: dict[str, object] = dataclasses.field(default_factory=dict)
    questions: list[str] = dataclasses.field(default_factory=list)
    answers: list[bool] = dataclasses.field(default_factory=list)
    files: list[Path | None] = dataclasses.field(default_factory=list)
    crashes: list[str] = dataclasses.field(default_factory=list)

    @property
    def last(self) -> str:
        """The sentence said last, "" when nothing was said."""
        return self.texts[-1] if self.texts else ""

    def hear(self, text, actions=(), tone="done"):
        self.texts.append(text)
        self.tones.append(tone)
        self.actions = dict(actions)

    def answer(self, question, *words, **more):
        self.questions.append(question)
        assert self.answers, f"the program asked, nobody expected it: {question}"
        return self.answers.pop(0)

    def give(self, title, *more):
        self.questions.append(title)
        assert self.files, f"the program wanted a file, nobody expected it: {title}"
        return self.files.pop(0)


@pytest.fixture(autouse=True)
def said(monkeypatch: pytest.MonkeyPatch) -> Said:
    """Listen in the place of ``notify``: what would block raises unless ``answers`` or ``files`` expect it."""
    ear = Said()
    monkeypatch.setattr(notify, "said", ear.hear)
    monkeypatch.setattr(notify, "ask", ear.answer)
    monkeypatch.setattr(notify, "crashed", lambda summary, details: ear.crashes.append(summary))
    for name in ("open_file", "save_file", "choose_folder"):
        monkeypatch.setattr(notify, name, ear.give)
    return ear


@pytest.fixture(autouse=True)
def jobs_inline(monkeypatch: pytest.MonkeyPatch) -> None:
    """Jobs run at once; a test about threads sets ``jobs.inline`` back to False."""
    monkeypatch.setattr(jobs, "inline", True)


@pytest.fixture
def settings(tmp_path: Path) -> QSettings:
    """Machine settings in a file of this test."""
    return QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)


def clipped_words(root: QWidget) -> list[str]:
    """Give the texts of visible labels and buttons under ``root`` that do not fit the room they got."""
    cut = []
    for widget in root.findChildren(QWidget):
        if not widget.isVisible() or not isinstance(widget, QLabel | QAbstractButton) or not widget.text():
            continue
        if isinstance(widget, QLabel) and (widget.textFormat() == Qt.TextFormat.RichText or "<" in widget.text()):
            continue
        words = widget.text().replace("&", "")
        metrics, room = widget.fontMetrics(), widget.contentsRect()
        if isinstance(widget, QLabel) and widget.wordWrap():
            tall = metrics.boundingRect(room, int(Qt.TextFlag.TextWordWrap), words).height()
            fits = tall <= room.height() + 2
        else:
            fits = max(map(metrics.horizontalAdvance, words.splitlines())) <= room.width() + 1
        fits = fits and room.height() + 2 >= metrics.height()
        if not fits:
            cut.append(words)
    return cut


@pytest.fixture
def clipped():
    """The walker over a shown page or dialog: ``assert clipped(page) == []``."""
    return clipped_words
