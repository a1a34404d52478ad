"""For all tests of the window: the look, a listener in the place of notify, a walker that finds cut words."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QToolButton, QWidget

from app.core import reading
from app.core.columns import Column, Kind
from app.core.errors import Invalid, Refused
from app.core.listing import Totals
from app.school.commands import start_school
from app.school.rules import SchoolDraft
from app.store import journal
from ui.base import jobs, notify, style
from ui.base.changes import Changes
from ui.base.parts import Sums
from ui.forms.form import FormDialog
from ui.forms.tree import TreeNode
from ui.kit.acts import Act
from ui.kit.detail import DetailPane
from ui.kit.filters import ChoiceFilter, TreeFilter
from ui.kit.table_page import TablePage
from ui.settings.page import SettingsPage


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
    tips: dict[str, str] = dataclasses.field(default_factory=dict)
    questions: list[str] = dataclasses.field(default_factory=list)
    details: list[str] = dataclasses.field(default_factory=list)
    dangers: list[bool] = dataclasses.field(default_factory=list)   # whether Enter means the second word
    answers: list[bool] = dataclasses.field(default_factory=list)
    files: list[Path | str | None] = dataclasses.field(default_factory=list)
    crashes: list[str] = dataclasses.field(default_factory=list)

    @property
    def last(self) -> str:
        """The sentence said last, "" when nothing was said."""
        return self.texts[-1] if self.texts else ""

    def hear(self, text, actions=(), tone="done"):
        self.texts.append(text)
        self.tones.append(tone)
        self.actions = {word: act for word, act, *_ in actions}
        self.tips = {word: tip for word, _, tip in (notify.Way(*each) for each in actions)}

    def answer(self, question, *words, **more):
        self.questions.append(question)
        self.details.append(str(words[2]) if len(words) > 2 else "")
        self.dangers.append(bool(more.get("danger")))
        assert self.answers, f"the program asked, nobody expected it: {question}"
        return self.answers.pop(0)

    def give(self, title, *more):
        self.questions.append(title)
        assert self.files, f"the program wanted a file, nobody expected it: {title}"
        return self.files.pop(0)


@pytest.fixture(autouse=True)
def said(monkeypatch: pytest.MonkeyPatch) -> Iterator[Said]:
    """Listen in the place of ``notify``: what would block raises unless ``answers`` or ``files`` expect it.

    A test ends with every prepared answer and file asked for, and with every crash taken off ``crashes``.
    """
    ear = Said()
    monkeypatch.setattr(notify, "said", ear.hear)
    monkeypatch.setattr(notify, "ask", ear.answer)
    monkeypatch.setattr(notify, "choose", lambda question, words, detail="": ear.answer(question, *words[:2], detail))
    monkeypatch.setattr(notify, "crashed", lambda summary, details: ear.crashes.append(summary))
    for name in ("open_file", "open_files", "save_file", "choose_folder", "ask_words"):
        monkeypatch.setattr(notify, name, ear.give)
    yield ear
    assert unheard(ear) == []


def unheard(ear: Said) -> list[str]:
    """Give what a test prepared and nobody asked for, and the crash boxes that it does not know of."""
    return [*(f"answer {answer} to a question that was not asked" for answer in ear.answers),
            *(f"file {file} that nobody wanted" for file in ear.files), *(f"crash box: {summary}" for summary in ear.crashes)]


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
    QApplication.processEvents()    # let layouts take new words into account
    cut = []
    for widget in root.findChildren(QWidget):
        if not widget.isVisible() or not isinstance(widget, QLabel | QAbstractButton) or not widget.text():
            continue
        if isinstance(widget, Sums):    # leaves out what has no room, and its tip has all
            continue
        if isinstance(widget, QLabel) and (widget.textFormat() == Qt.TextFormat.RichText or "<" in widget.text()):
            continue
        if isinstance(widget, QToolButton) and widget.toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonIconOnly:
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


PLACES = (TreeNode(1, None, "教学楼", "jxl"), TreeNode(2, 1, "1层"), TreeNode(3, 2, "101 一年级1班", "ynj1b"),
          TreeNode(4, None, "综合楼", "zhl"))


def fake_record(number):
    """Give the row of record ``number`` (its id), with untidy lengths."""
    name = ("分体空调", "学生课桌椅（可升降）", "交互式电子白板一体机")[number % 3]
    pieces = 45 if number % 3 == 1 else 1
    return (number, f"ZC-2023-{number:05d}", name, pieces, 289900, 289900 * pieces, "教学楼 3层 304室", "2023-07-18",
            "在修" if number % 7 == 3 else "在用", "隐藏的备注")


class FakePage(TablePage):
    """Cards in memory; ``rows`` may be changed by the test, ``asked`` holds each (wish, limit, offset)."""

    title = "资产台账"
    settings_key = "assets"
    columns = (
        Column("number", "资产编号", Kind.CODE), Column("name", "名称"), Column("quantity", "数量", Kind.WHOLE, total=True),
        Column("price", "单价", Kind.MONEY), Column("value", "价值", Kind.MONEY, total=True), Column("place", "地点"),
        Column("day", "取得日期", Kind.DAY), Column("status", "状态", Kind.CHOICE), Column("remark", "备注", shown=False),
    )
    tones = {"在修": "warning"}
    filters = (TreeFilter("place", "全部地点", lambda: PLACES),
               ChoiceFilter("status", "全部状态", lambda: [("在用", "在用"), ("在修", "在修")]))
    acts = (
        Act("new", "登记资产", "note_new", "add", primary=True), Act("import", "导入台账", lambda page: page.did.append("import")),
        Act("edit", "编辑", lambda page: page.did.append(("edit", page.selected_id())), "edit", needs="one", menu=True),
        Act("delete", "删除", lambda page: page.did.append(("delete", page.selected_ids())), needs="some", menu=True),
    )
    empty_text = "台账里还没有资产。"
    empty_acts = ("import", "new")
    record_word = "张卡片"

    def __init__(self, *args, count=0):
        self.rows, self.asked, self.did, self.shown_rows, self.totalled = range(1, count + 1), [], [], [], 0
        super().__init__(*args)

    def note_new(self):
        self.did.append("new")

    def matching(self, wish):
        if wish.search:
            return [each for each in self.rows if wish.search in fake_record(each)[2]]
        return self.rows[::-1] if wish.descending else self.rows

    def fetch(self, wish, limit, offset):
        reading.also({"asset"})     # as a query would
        self.asked.append((wish, limit, offset))
        return [fake_record(each) for each in self.matching(wish)[offset:offset + limit]]

    def totals(self, wish):
        self.totalled += 1
        return Totals(len(self.matching(wish)), 7, 289900)

    def position(self, wish, record_id):
        return None     # it is looked for in what was fetched

    def detail_widget(self):
        return DetailPane([self.actions_by_key["edit"]])

    def show_detail(self, row):
        self.shown_rows.append(row and row[0])
        if row:
            self.detail.show_record(row[2], row[8], "accent", row[1], [("地点", row[6]), ("保管人", "")])
        else:
            self.detail.clear()


@pytest.fixture
def make_page(qtbot, settings, show_active):
    """Give a function that shows a ``FakePage`` of so many cards, as wide as in a window of 1366 x 768."""

    def make(count=0, show=True):
        page = FakePage(Changes(), settings, count=count)
        qtbot.addWidget(page)
        page.resize(1366, 690)
        if show:
            show_active(page)
        return page

    return make


@pytest.fixture
def show_active(qtbot):
    """Give a function that shows a window and waits until keys reach it."""

    def show(window):
        window.show()
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)

    return show


@pytest.fixture
def type_words():
    """Give a function that types Chinese words into a widget as an input method does: committed at once."""

    def type_into(widget, words):
        event = QInputMethodEvent()
        event.setCommitString(words)
        QApplication.sendEvent(widget, event)

    return type_into


# --- the page behind the gear ------------------------------------------------------------------------------------


@pytest.fixture
def changes():
    """What the journal tells of, wired as in the program; the wire goes after the test."""
    made = Changes()

    def tell(tables):
        made.happened.emit(tables)

    journal.listeners.append(tell)
    yield made
    journal.listeners.remove(tell)


@pytest.fixture
def at_hand(qtbot, show_active):
    """Give a function that shows a list page as large as the smallest screen, the keys in its grid."""

    def show(page):
        qtbot.addWidget(page)
        page.resize(1366, 690)
        show_active(page)
        page.grid.setFocus()
        return page

    return show


@pytest.fixture
def settings_page(qtbot, ledger, settings, show_active, changes):
    """The settings page over a school just started (2026—2027学年第一学期, 周文海), wired as in the program."""
    before = journal.worker.name
    start_school(SchoolDraft("青禾小学", term="2026-2027-1", operator="周文海"))
    page = SettingsPage(changes, settings, ledger.folder)
    qtbot.addWidget(page)
    page.resize(1366, 690)
    show_active(page)
    yield page
    journal.worker.name = before


class Filled:
    """Fills the next form dialogs: ``answers`` holds field values in order, ``form`` is the dialog shown last."""

    def __init__(self):
        self.answers, self.form = [], None

    def answer(self, form):
        self.form = form
        form.show()
        for key, value in self.answers.pop(0).items():
            form.set_value(key, value)
        saved = form.save()
        self.words = {key: each.text() for key, each in form.problems.items() if each.text()}
        self.cut = clipped_words(form)
        form.hide()
        return saved


@pytest.fixture
def fill(monkeypatch):
    """Fill form dialogs instead of waiting for a person."""
    filled = Filled()
    monkeypatch.setattr(FormDialog, "exec", lambda form: filled.answer(form))
    return filled


@pytest.fixture
def refusal(qtbot):
    """Give a function that does something and gives what the program would say in refusal, "" when it did not."""

    def heard(act):
        with qtbot.capture_exceptions() as caught:
            act()
        assert all(isinstance(error, Refused | Invalid) for _, error, _ in caught), caught
        return "".join(str(error) for _, error, _ in caught)

    return heard
