"""Pages of pages: a ``Holder`` makes each of its pages when it is first shown; a ``StepsPage`` shows them as the steps of one work."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import QSettings
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QStackedWidget, QWidget

from ui.base import keys
from ui.base.changes import Changes
from ui.base.page import Page, Typing
from ui.base.parts import Tabs, column
from ui.kit.front import Front


class Holder(Page):
    """Holds pages by key. Subclasses write ``make`` and ``show_key``; what waits, undo and the status line go to the pages."""

    def __init__(self, changes: Changes, settings: QSettings | None, parent: QWidget | None = None) -> None:
        super().__init__(changes, settings, parent)
        self.built: dict[str, Any] = {}     # pages by key; of what kind they are the subclass knows
        self.pages = QStackedWidget()
        self.window_acts: tuple[QAction, ...] = ()

    def make(self, key: str) -> Page:
        """Make the page of a key."""
        raise NotImplementedError

    def show_key(self, key: str) -> object:
        """Bring the page of a key to the front."""
        raise NotImplementedError

    def page_of(self, key: str) -> Any:
        """Give the page of a key, made when it is first wanted."""
        if key not in self.built:
            page = self.make(key)
            page.place_window_acts(*self.window_acts)
            page.status_changed.connect(lambda *_, which=page: self._say(which))
            self.pages.addWidget(page)
            self.built[key] = page
        return self.built[key]

    def front(self) -> Any:
        """Give the page in front, None where there is none."""
        return self.pages.currentWidget()

    def place_window_acts(self, *actions: QAction) -> None:
        """Hand undo and redo to the pages, those yet to be made too."""
        self.window_acts = actions
        for page in self.built.values():
            page.place_window_acts(*actions)

    def save(self) -> object:
        """Store what waits in the pages; the first that cannot be stored comes to the front."""
        waiting = [key for key, page in self.built.items() if page.unsaved()]
        if not waiting:
            return super().save()
        failed = [key for key in waiting if not self.built[key].save()]
        if failed and self.front() not in [self.built[key] for key in failed]:
            self.show_key(failed[0])
        return not failed

    def typing(self) -> Typing | None:
        """Give what is typed in the page in front."""
        page = self.front()
        return page.typing() if page is not None else None

    def unsaved(self) -> str:
        """Say what waits in the pages."""
        return "；".join(filter(None, (page.unsaved() for page in self.built.values())))

    def status_line(self) -> tuple[str, str]:
        """Give what the page in front says."""
        page = self.front()
        return page.status_line() if page is not None else ("", "")

    def _say(self, page: Page) -> None:
        if self.front() is page:
            self.status_changed.emit(*self.status_line())


class StepsPage(Holder):
    """One work in steps: ``steps`` are titles by key in the order of the work, their pages below the row of steps.

    ``top`` is the place over the steps; ``invite`` shows how to begin in their place. A page with a signal ``go`` sends
    on to another step, or to an act of it: "publicity", "publicity:post". Ctrl+PgDn and Ctrl+PgUp turn the steps.
    """

    def __init__(self, steps: Mapping[str, str], changes: Changes, settings: QSettings | None) -> None:
        super().__init__(changes, settings)
        self.steps = dict(steps)
        self.tabs = Tabs()
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        for key, title in steps.items():
            self.tabs.setTabData(self.tabs.addTab(title), key)
        inside = column(self.tabs, self.pages, gap=0)
        inside.setStretch(1, 1)
        self.body, self.top = Front(inside), column(gap=8)
        lines = column(self.top, self.body, margins=(14, 12, 14, 10), gap=8)
        lines.setStretch(1, 1)
        self.setLayout(lines)
        self.tabs.currentChanged.connect(lambda _: self.show_front())
        keys.bind("step_on", self, partial(self._turn_on, 1))
        keys.bind("step_back", self, partial(self._turn_on, -1))

    def ready(self) -> bool:
        """Whether there is a work whose steps can be shown."""
        return True

    def front(self) -> Any:
        """Give the page of the step in front, None where there is no work yet."""
        return self.built.get(self.tabs.tabData(self.tabs.currentIndex())) if self.ready() else None

    def show_key(self, key: str) -> Any:
        """Bring a step to the front and give its page."""
        self.bring_up_to_date()
        number = list(self.steps).index(key)
        if self.tabs.currentIndex() != number:
            self.tabs.setCurrentIndex(number)
        return self.page_of(key)

    def show_front(self) -> None:
        """Show the page of the step whose turn it is."""
        if not self.ready():
            return
        page = self.page_of(self.tabs.tabData(self.tabs.currentIndex()))
        self.body.show_body()
        self.pages.setCurrentWidget(page)
        self.setFocusProxy(page)
        self.status_changed.emit(*self.status_line())

    def go(self, way: str) -> None:
        """Take a way that the page or a step offers: a step's key, after a colon an act of it."""
        key, _, act = way.partition(":")
        page = self.show_key(key)
        if act:
            page.actions_by_key[act].trigger()
        else:
            page.setFocus()

    def page_of(self, key: str) -> Any:
        """Give the page of a step; one that sends on to others is listened to."""
        fresh = key not in self.built
        page = super().page_of(key)
        if fresh and hasattr(page, "go"):
            page.go.connect(self.go)
        return page

    def invite(self, panel: QWidget) -> None:
        """Show what the work is for and how to begin, in the place of the steps."""
        self.body.invite(panel)
        self.status_changed.emit("", "")

    def _turn_on(self, by: int) -> None:
        """Go to the next step of the work or back to the one before."""
        number = self.tabs.currentIndex() + by
        if self.ready() and 0 <= number < self.tabs.count():
            self.tabs.setCurrentIndex(number)
            self.front().setFocus()
