"""What a person can do on a page. One ``Act`` is one QAction: button, menu, key and context menu cannot disagree."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from PySide6.QtCore import QObject, QSize, Qt, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QWidget

from ui.base.icons import icon
from ui.base.keys import KEYS
from ui.base.parts import button, row

SHOWN_ACTS = 6
_ACTS = ("new", "edit", "duplicate", "delete", "print", "sign")      # acts of these keys have the same key on every page


@dataclass(frozen=True)
class Act:
    """One thing to do. ``slot`` is the name of a method of the page, or a function that takes the page.

    ``needs``: how many chosen rows make it possible. ``primary``: the one filled button. ``menu``: in ⋯ and the context
    menu only. An empty ``shortcut`` takes the key that ``ui.base.keys`` has for this ``key``, if any. Plain keys act in the grid only.
    """

    key: str
    text: str
    slot: str | Callable[[Any], object]
    icon: str = ""
    shortcut: str = ""
    needs: Literal["none", "one", "some"] = "none"
    primary: bool = False
    menu: bool = False

    def possible(self, chosen: int) -> bool:
        """Whether the act can be done with that many rows chosen."""
        return chosen == 1 if self.needs == "one" else chosen > 0 if self.needs == "some" else True


def make_actions(acts: Sequence[Act], page: QWidget, grid: QWidget) -> dict[str, QAction]:
    """Give a QAction for each act, with its key: Ctrl and function keys on the whole page, plain keys in the grid."""
    made = {}
    for act in acts:
        slot = getattr(page, act.slot) if isinstance(act.slot, str) else None
        action = QAction(act.text, page)
        action.triggered.connect((lambda _=False, do=slot: do()) if slot else (lambda _=False, do=act.slot: do(page)))
        if act.icon:
            action.setIcon(icon(act.icon))
        keys = QKeySequence(act.shortcut or (KEYS[act.key].press if act.key in _ACTS else ""))
        words = keys.toString(QKeySequence.SequenceFormat.NativeText)
        action.setToolTip(f"{act.text}（{words}）" if words else act.text)
        wide = words.startswith(("Ctrl", "Alt", "Shift", "F"))
        context = Qt.ShortcutContext.WidgetWithChildrenShortcut if wide else Qt.ShortcutContext.WidgetShortcut
        action.setShortcutContext(context)
        action.setShortcut(keys)
        (page if wide else grid).addAction(action)
        made[act.key] = action
    return made


class ActBar(QWidget):
    """The row of acts on top of a page: at most six buttons, the rest under ⋯, the window's own acts on the right."""

    def __init__(self, acts: Sequence[Act], actions: dict[str, QAction]) -> None:
        super().__init__()
        shown = [act for act in acts if not act.menu][:SHOWN_ACTS]
        rest = [act for act in acts if act not in shown]
        self.line: QHBoxLayout = row()
        for act in shown:
            self.line.addWidget(act_button(actions[act.key], act))
        if rest:
            self.line.addWidget(_more([actions[act.key] for act in rest]))
        self.line.addStretch(1)
        self.setLayout(self.line)

    def place(self, *actions: QAction) -> None:
        """Put the window's acts (undo, redo) or the page's own switches on the right, as icons."""
        for action in actions:
            tool = QToolButton()
            tool.setIconSize(QSize(20, 20))
            tool.setDefaultAction(action)
            tool.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            self.line.addWidget(tool)


class StateBar(QWidget):
    """The acts of a page whose record goes through states: each state offers its own, the next one filled."""

    def __init__(self, acts: Sequence[Act], page: QWidget) -> None:
        super().__init__()
        self.acts = {act.key: act for act in acts}
        self.actions_by_key = make_actions(acts, page, page)
        self.window_acts: tuple[QAction, ...] = ()
        self.keys: tuple[str, ...] | None = None
        self.primary = ""
        self.bar = QWidget()
        self.line = row(self.bar)
        self.setLayout(self.line)

    def offer(self, keys: Sequence[str], primary: str = "") -> None:
        """Offer these acts in this order, ``primary`` filled; the others can neither be seen nor reached by their keys."""
        for key, action in self.actions_by_key.items():
            action.setEnabled(key in keys)
        if (tuple(keys), primary) != (self.keys, self.primary):
            self.keys, self.primary = tuple(keys), primary
            self._show(ActBar([replace(self.acts[key], primary=key == primary) for key in keys], self.actions_by_key))

    def place(self, *actions: QAction) -> None:
        """Keep the window's acts (undo, redo) on the right."""
        self.window_acts = actions
        if self.keys is not None:
            before, self.keys = self.keys, None
            self.offer(before, self.primary)

    def _show(self, made: ActBar) -> None:
        made.place(*self.window_acts)
        self.line.replaceWidget(self.bar, made)
        self.bar.hide()
        self.bar.deleteLater()
        self.bar = made


def act_button(action: QAction, act: Act | None = None) -> QWidget:
    """Give a button with icon and word that does the action; it is grey when that is, and away while it is not shown."""
    primary, name = (act.primary, act.icon) if act else (False, "")
    made = button(action.text(), action.trigger, name, primary)
    made.setToolTip(action.toolTip())
    made.setEnabled(action.isEnabled())
    action.enabledChanged.connect(made.setEnabled)
    _Following(made, action)
    if not action.isVisible():
        made.hide()
    return made


class _Following(QObject):
    """Keeps a button away while its action is not shown, and lives no longer than the button."""

    def __init__(self, made: QWidget, action: QAction) -> None:
        super().__init__(made)
        self.made, self.action = made, action
        action.visibleChanged.connect(self.follow)

    @Slot()
    def follow(self) -> None:
        """Show the button as the action is shown."""
        self.made.setVisible(self.action.isVisible())


def _more(actions: list[QAction]) -> QToolButton:
    """Give the ⋯ button with the acts that have no button of their own."""
    made = QToolButton(popupMode=QToolButton.ToolButtonPopupMode.InstantPopup)
    made.setProperty("role", "act")
    made.setIcon(icon("more"))
    made.setToolTip("更多操作")
    menu = QMenu(made)
    menu.addActions(actions)
    made.setMenu(menu)
    return made
