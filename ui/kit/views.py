"""Saved views (方案): what narrows and sorts a list and how its columns stand, kept under a name."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QMenu, QPushButton, QWidget

from ui.base import notify

View = dict[str, Any]       # search, filters, cells, sort, columns


class Views:
    """The views of one list, by name, in the machine's settings under ``key``."""

    def __init__(self, settings: QSettings | None, key: str) -> None:
        self.settings, self.key = settings, f"{key}/views"

    def all(self) -> Mapping[str, View]:
        """Give the saved views in the order they were made; none where the memory cannot be read."""
        try:
            kept = json.loads(str(self.settings.value(self.key, "{}"))) if self.settings is not None else {}
        except ValueError:
            return {}
        return {name: view for name, view in kept.items() if isinstance(view, dict)} if isinstance(kept, dict) else {}

    def save(self, name: str, view: View | None) -> None:
        """Keep a view under a name, in the place of one of that name; None forgets it."""
        kept = {**self.all(), name: view}
        if self.settings is not None:
            self.settings.setValue(self.key, json.dumps({each: kept[each] for each in kept if kept[each] is not None},
                                                        ensure_ascii=False))


class ViewsButton(QPushButton):
    """Opens the list of saved views; ``now()`` gives the view as it stands, ``show(view)`` puts one on."""

    def __init__(self, views: Views, now: Callable[[], View], show: Callable[[View], object],
                 parent: QWidget | None = None) -> None:
        super().__init__("方案", parent, autoDefault=False)
        self.views, self.now, self.show_view = views, now, show
        self.setProperty("role", "filter")
        self.setToolTip("把现在的筛选、排序和列存成方案，下次一点就是")
        self.menu_of_views = QMenu(self)
        self.menu_of_views.aboutToShow.connect(self._fill)
        self.setMenu(self.menu_of_views)

    def _fill(self) -> None:
        menu, kept = self.menu_of_views, self.views.all()
        menu.clear()
        for name, view in kept.items():
            menu.addAction(name).triggered.connect(lambda _=False, each=view: self.show_view(each))
        menu.addSeparator()
        menu.addAction("把现在的样子存为方案…").triggered.connect(self.save_now)
        if kept:
            below = menu.addMenu("删除方案")
            for name in kept:
                below.addAction(name).triggered.connect(lambda _=False, each=name: self.forget(each))

    def save_now(self) -> None:
        """Ask for a name and keep the view as it stands; one of the same name gives way."""
        name = notify.ask_words("存为方案", "方案名称（如：三年级教室、待报废）")[:20]
        if name:
            self.views.save(name, self.now())
            notify.said(f"已存为方案“{name}”。")

    def forget(self, name: str) -> None:
        """Delete a saved view; the list itself is not touched, and the strip offers it back."""
        view = self.views.all()[name]
        self.views.save(name, None)
        notify.said(f"已删除方案“{name}”。", [("恢复", lambda: self.views.save(name, view))])
