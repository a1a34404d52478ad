"""The window: tabs on top, the page below, a status line; built from a list of pages. Knows no feature."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QByteArray, QSettings, QSize, Qt, Signal
from PySide6.QtGui import QAction, QCloseEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QMainWindow, QSizePolicy, QStackedWidget, QToolButton, QWidget

from ui.base import jobs, keys, notify, style
from ui.base.icons import icon
from ui.base.page import Page, Typing
from ui.base.parts import Slot, Sums, button, column, label, mark, row, tool

SMALLEST, FIRST = QSize(880, 440), QSize(1366, 728)  # a screen of 1366×768 has 910×485 to give at 150 %
FRAME = 32  # px of a title bar


@dataclass(frozen=True)
class PageSpec:
    """One tab: ``factory`` makes its page when it is first shown. A page with ``gear`` opens from the gear instead."""

    key: str
    title: str
    icon: str
    factory: Callable[[], Page]
    gear: bool = False


class MainWindow(QMainWindow):
    """Shows one page at a time. ``main`` fills in the words of the frame and what undo and redo do."""

    shown = Signal(str)     # key of the page that has just come to the front

    def __init__(self, pages: Sequence[PageSpec], settings: QSettings | None = None,
                 undo: Slot | None = None, redo: Slot | None = None) -> None:
        super().__init__()
        self.pages, self.settings = {spec.key: spec for spec in pages}, settings
        self.built: dict[str, Page] = {}
        self.undo = self._action("undo", "撤销", "undo", undo)
        self.redo = self._action("redo", "重做", "redo", redo)
        self._action("save", "保存", "save", self._save)
        self.stack, self.term = QStackedWidget(), label("", "hint")
        self.tabs = {spec.key: self._tab(spec) for spec in pages}
        self.strip, self.strip_words, self.strip_ways = QFrame(), label("", wrap=True), row()
        self.found, self.chosen, self.backup, self.person = Sums(), Sums(), label(), label()
        self._dress_strip()
        self.setCentralWidget(self._body())
        self.setMinimumSize(SMALLEST)
        self._restore()
        if pages:
            self.show_page(pages[0].key)

    def appear(self) -> None:
        """Show the window; where its size and a frame around it do not fit on the screen it takes the whole screen."""
        room = self.screen().availableGeometry()
        if self.width() >= room.width() or self.height() + FRAME > room.height():
            self.showMaximized()
        else:
            self.show()

    def show_page(self, key: str) -> Page:
        """Bring a page to the front, making it if it was never shown; gives the page. The tab of one that cannot be made is not lit."""
        if key not in self.built:
            for other, seen in self.built.items():      # a click has lit the new one already
                self.tabs[other].setChecked(seen is self.stack.currentWidget())
            page = self.pages[key].factory()
            page.place_window_acts(self.undo, self.redo)
            page.status_changed.connect(lambda found, chosen, which=page: self._say_status(which, found, chosen))
            self.stack.addWidget(page)
            self.built[key] = page
        page = self.built[key]
        self.tabs[key].setChecked(True)
        self.stack.setCurrentWidget(page)
        page.setFocus()
        self._say_status(page, *page.status_line())
        self.shown.emit(key)
        return page

    def set_term(self, text: str) -> None:
        """Show the term on the right of the tabs: 2026—2027学年第一学期."""
        self.term.setText(text)

    def set_frame(self, backup: str | None = None, person: str | None = None) -> None:
        """Show in the status line when the last backup was made and who is working."""
        if backup is not None:
            self.backup.setText(backup)
        if person is not None:
            self.person.setText(person)

    def set_undo(self, undo: str, redo: str) -> None:
        """Name what would be undone and redone next; "" when there is nothing."""
        for action, word, key, what in ((self.undo, "撤销", "undo", undo), (self.redo, "重做", "redo", redo)):
            action.setEnabled(bool(what))
            action.setToolTip(f"{word}：{what}（{keys.shown(key)}）" if what else f"没有可{word}的操作")

    def set_warning(self, text: str, way: str = "", slot: Slot | None = None) -> None:
        """Show a warning under the page, moving nothing on it, that stays until it is called with "" (备份失败), with one way out."""
        self.strip_words.setText(text)
        while (item := self.strip_ways.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.deleteLater()
        if slot is not None:
            self.strip_ways.addWidget(button(way, slot))
        self.strip.setVisible(bool(text))

    def typing(self) -> Typing | None:
        """Give what is typed on the page in front and not stored yet, None where nothing can be typed there."""
        page = self.stack.currentWidget()
        return page.typing() if isinstance(page, Page) else None

    def unsaved(self) -> str:
        """Say what is typed somewhere and would be lost if the window closed now, "" for nothing."""
        return "；".join(filter(None, (page.unsaved() for page in self.built.values())))

    def _save(self) -> None:
        page = self.stack.currentWidget()
        if isinstance(page, Page):
            page.save()

    def _say_status(self, page: Page, found: str, chosen: str) -> None:
        if self.stack.currentWidget() is page:
            self.found.setText(found)
            self.chosen.setText(chosen)

    def _action(self, name: str, text: str, key: str, slot: Slot | None) -> QAction:
        action = QAction(icon(name), text, self)
        action.setShortcut(keys.sequence(key))
        if slot is not None:
            action.triggered.connect(lambda *_: slot())
        self.addAction(action)
        return action

    def _tab(self, spec: PageSpec) -> QToolButton:
        made = QToolButton()
        made.setProperty("role", "gear" if spec.gear else "tab")
        made.setIcon(icon(spec.icon))
        made.setIconSize(QSize(20, 20))
        made.setCheckable(True)
        made.setToolTip(spec.title if spec.gear else "")
        made.setAccessibleName(spec.title)
        if not spec.gear:
            made.setText(spec.title)
            made.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        made.clicked.connect(lambda *_: self.show_page(spec.key))
        return made

    def _body(self) -> QWidget:
        """Lay out tabs, warning, page and status line."""
        self.group = QButtonGroup(self)
        for number, tab in enumerate(self.tabs.values()):
            self.group.addButton(tab, number)
        flat = [self.tabs[key] for key, spec in self.pages.items() if not spec.gear]
        gears = [self.tabs[key] for key, spec in self.pages.items() if spec.gear]
        tabs, status, body = QWidget(), QWidget(), QWidget()
        tabs.setObjectName("tabs")
        status.setObjectName("status")
        tabs.setLayout(row(*flat, None, self.term, *gears, margins=(8, 0, 14, 0), gap=0))
        status.setLayout(row(self.found, self.chosen, None, self.backup, self.person, margins=(16, 0, 16, 0), gap=28))
        for bar in (tabs, status):
            bar.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
            bar.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.term.setContentsMargins(0, 0, 12, 0)
        status.setFixedHeight(26)
        lines = column(tabs, self.stack, self.strip, status, gap=0)
        lines.setStretch(1, 1)
        body.setLayout(lines)
        return body

    def _dress_strip(self) -> None:
        mark(self.strip, role="banner")
        line = row(tool("warning", "", colour=style.WARNING), self.strip_words, self.strip_ways, margins=(14, 5, 14, 5))
        line.setStretch(1, 1)
        self.strip.setLayout(line)
        self.strip.hide()

    def _restore(self) -> None:
        kept = self.settings.value("window/geometry") if self.settings is not None else None
        if not (isinstance(kept, QByteArray) and self.restoreGeometry(kept)):
            self.resize(FIRST)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask about what is not stored, remember the place; refuse while a job runs."""
        if jobs.running():
            notify.refuse("还有工作没有做完，请等它结束或取消后再退出。")
            event.ignore()
            return
        lost = self.unsaved()
        if lost and not notify.ask(f"{lost}。现在退出就没有了。", "放弃并退出", "回去保存", danger=True):
            event.ignore()
            return
        typing = self.typing()
        if typing is not None:
            typing.let_go()     # else Qt would store a half-typed cell while the window goes
        if self.settings is not None:
            self.settings.setValue("window/geometry", self.saveGeometry())
            self.settings.sync()
        event.accept()

