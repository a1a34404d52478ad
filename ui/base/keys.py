"""The keys that mean the same everywhere, declared once: in lists, cells, forms and the window. The manual names each of them.

A feature's own acts name theirs at the ``Act``. Ctrl and function keys work anywhere inside the widget they are bound to.
"""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QKeyCombination, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget


@dataclass(frozen=True, slots=True)
class Key:
    """What is pressed, in Qt's spelling (``others`` do the same), and what it does, in the office's words."""

    press: str
    does: str
    others: tuple[str, ...] = ()

    @property
    def all(self) -> tuple[str, ...]:
        """Give every way to press it."""
        return (self.press, *self.others)


KEYS: dict[str, Key] = {
    # Acts of a list.
    "new": Key("Ctrl+N", "登记"),
    "edit": Key("Ctrl+E", "打开整张卡片"),
    "duplicate": Key("Ctrl+Shift+N", "照此再登记"),
    "delete": Key("Ctrl+-", "删除到回收站"),
    "print": Key("Ctrl+P", "打印"),
    "sign": Key("Ctrl+K", "签回"),
    # Finding and narrowing in a list.
    "find": Key("Ctrl+F", "到搜索框"),
    "below": Key("Down", "从搜索框到表格"),
    "wipe": Key("Esc", "清除搜索"),
    "conditions": Key("Ctrl+Shift+L", "打开、收起按列筛选"),
    # Cells of a list.
    "copy": Key("Ctrl+C", "复制选中的格"),
    "copy_titles": Key("Ctrl+Shift+C", "连同标题复制"),
    "paste": Key("Ctrl+V", "粘贴"),
    "paste_new": Key("Ctrl+Shift+V", "粘贴为新的行"),
    "fill_down": Key("Ctrl+D", "向下填充"),
    "fill_right": Key("Ctrl+R", "向右填充"),
    "replace": Key("Ctrl+H", "查找和替换"),
    "clear": Key("Del", "清空选中的格"),
    "today": Key("Ctrl+;", "日期格里填今天"),
    "list": Key("F7", "打开选择列表"),
    "enter": Key("Return", "到下一格", ("Enter",)),
    "drop": Key("Esc", "放弃这一格还没有存的字"),
    # The page of one record in the place of a list (Esc does the same there).
    "back": Key("Alt+Left", "从一次采购回到列表"),
    # Forms.
    "store": Key("Ctrl+Return", "保存", ("Ctrl+Enter",)),
    "store_on": Key("Ctrl+Shift+Return", "保存并继续", ("Ctrl+Shift+Enter",)),
    # The window.
    "undo": Key("Ctrl+Z", "撤销"),
    "redo": Key("Ctrl+Y", "重做"),
    "save": Key("Ctrl+S", "保存还没有存的格"),
    "help": Key("F1", "本手册"),
    # A work in steps.
    "step_on": Key("Ctrl+PgDown", "到下一步"),
    "step_back": Key("Ctrl+PgUp", "到上一步"),
}


def shown(name: str) -> str:
    """Give a key as people read it: Ctrl+Enter, Ctrl+PgDn."""
    press = KEYS[name].press
    return {"Down": "↓", "Alt+Left": "Alt+←"}.get(press, press.replace("Return", "Enter").replace("PgDown", "PgDn"))


def sequence(name: str) -> QKeySequence:
    """Give a key for a QAction."""
    return QKeySequence(KEYS[name].press)


def bind(name: str, where: QWidget, slot: Callable[[], object], inside: bool = True) -> None:
    """Call ``slot`` when the key is pressed in ``where`` or, with ``inside``, in anything within it."""
    scope = Qt.ShortcutContext.WidgetWithChildrenShortcut if inside else Qt.ShortcutContext.WidgetShortcut
    for each in KEYS[name].all:
        made = QShortcut(QKeySequence(each), where)
        made.setContext(scope)
        made.activated.connect(lambda: slot())


def is_key(event: QKeyEvent, name: str) -> bool:
    """Whether this key was pressed; the number pad counts as the keys beside it."""
    held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    pressed = QKeySequence(QKeyCombination(held, Qt.Key(event.key())))
    return any(pressed == QKeySequence(each) for each in KEYS[name].all)
