"""A form made from declared settings: label, editor by kind, help, problems at their fields, one step for one save."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QPushButton, QScrollArea, QSizePolicy, QWidget

from app.core.errors import Invalid
from app.core.settings import Setting
from app.store import settings
from ui.base import undoing
from ui.base.page import Page
from ui.base.parts import button, column, label, mark, row
from ui.forms.editors import ChoiceEditor, LinesEditor, money_editor, text_editor, whole_editor
from ui.settings.sections import heading

LABEL, WIDE, LIST, SHORT, LEAST = 200, 460, 300, 160, 240   # px
MOST_LINES = 8                                  # of a list shown before it scrolls


def editor_for(setting: Setting[Any]) -> Any:
    """Give the widget a setting is typed in."""
    if setting.kind == "yes_no":
        return ChoiceEditor([(True, "是"), (False, "否")])
    if setting.choices:
        return ChoiceEditor(setting.choices)
    return {"text": text_editor, "whole": whole_editor, "fen": money_editor, "list": LinesEditor}[setting.kind]()


class DeclaredSection(Page):
    """The settings of some groups, each under its group's title; 保存 writes all that differ as one step."""

    def __init__(self, title: str, hint: str, groups: Mapping[str, Sequence[Setting[Any]]], *inherited: Any) -> None:
        super().__init__(*inherited)
        self.title = title
        self.declared = [setting for group in groups.values() for setting in group]
        self.editors: dict[str, Any] = {setting.key: editor_for(setting) for setting in self.declared}
        self.problems: dict[str, QLabel] = {key: label("", "error", wrap=True) for key in self.editors}
        self.resets: dict[str, QPushButton] = {
            setting.key: button("恢复默认", partial(self.reset, setting), flat=True) for setting in self.declared}
        self.shown: dict[str, Any] = {}
        self.told = label("", "hint")
        self.keep = button("保存", self.save, primary=True)
        self.drop = button("放弃修改", self.refresh)
        body = QWidget()
        body.setLayout(
            column(*(self._panel(name, group, len(groups) > 1) for name, group in groups.items()), None, gap=12)
        )
        area = QScrollArea(widgetResizable=True)
        area.setProperty("role", "plain")
        area.setWidget(body)
        lines = column(
            heading(title, hint), area, row(self.told, None, self.drop, self.keep), margins=(14, 12, 14, 10), gap=10
        )
        lines.setStretch(1, 1)
        self.setLayout(lines)
        for key, editor in self.editors.items():
            editor.edited.connect(lambda which=key: self._edited(which))

    def fill(self) -> None:
        """Show the values in force; what was typed and not saved is dropped."""
        self.shown = {setting.key: settings.value(setting) for setting in self.declared}
        for setting in self.declared:
            self._show(setting, self.shown[setting.key])
        self._show_problems({})
        self._tell()

    def heard(self, tables: frozenset[str]) -> None:
        """Keep what is being typed when something else was saved elsewhere."""
        if not self.different():
            super().heard(tables)

    def different(self) -> list[Setting[Any]]:
        """Give the settings whose fields were changed since they were shown."""
        return [each for each in self.declared if self.shown and self._typed(each) != self.shown[each.key]]

    def unsaved(self) -> str:
        """Say how many settings are typed and not stored."""
        count = len(self.different())
        return f"“{self.title}”里有 {count} 项修改还没有保存" if count else ""

    def save(self) -> bool:
        """Write what differs as one step; all problems are shown at their fields, and then nothing is written."""
        unread = {key: editor.complaint() for key, editor in self.editors.items() if editor.complaint()}
        try:
            if unread:
                raise Invalid(())
            changed = settings.change({each: self.editors[each.key].value() for each in self.different()})
        except Invalid as wrong:
            titles = {each.key: f"{each.title}：" for each in self.declared}
            self._show_problems(
                unread | {each.field: each.text.removeprefix(titles[each.field]) for each in wrong.problems}
            )
            return False
        self.refresh()
        undoing.told(f"已保存：{'、'.join(changed.titles)}。", changed.step)
        return True

    def reset(self, setting: Setting[Any]) -> None:
        """Put the declared value into a field, to be saved."""
        self._show(setting, setting.default)
        self._edited(setting.key)

    def _show(self, setting: Setting[Any], value: Any) -> None:
        editor = self.editors[setting.key]
        editor.set_value("\n".join(value) if isinstance(value, list) else value)
        if isinstance(editor, LinesEditor):
            count = min(max(editor.value().count("\n") + 1, 2), MOST_LINES)
            editor.setFixedHeight(count * editor.fontMetrics().lineSpacing() + 20)

    def _typed(self, setting: Setting[Any]) -> Any:
        """Give what a field holds as the setting reads it; what does not fit differs from anything."""
        try:
            return setting.parse("" if (value := self.editors[setting.key].value()) is None else value)
        except ValueError:
            return None

    def _edited(self, key: str) -> None:
        self.problems[key].hide()
        mark(self.editors[key], bad=False)
        self._tell()

    def _tell(self) -> None:
        count = len(self.different())
        self.told.setText(f"有 {count} 项修改还没有保存" if count else "")
        self.keep.setEnabled(count > 0)
        self.drop.setVisible(count > 0)
        for setting in self.declared:
            can = bool(setting.default) and self._typed(setting) != setting.default     # a blank default is no help
            self.resets[setting.key].setVisible(can)

    def _show_problems(self, found: Mapping[str, str]) -> None:
        for key, words in self.problems.items():
            words.setText(found.get(key, ""))
            words.setVisible(key in found)
            mark(self.editors[key], bad=key in found)
        if found:
            self.editors[next(key for key in self.editors if key in found)].setFocus(Qt.FocusReason.OtherFocusReason)

    @staticmethod
    def _give_width(editor: QWidget, kind: str) -> None:
        """Give an editor its usual width; long words give way in a narrow window, as at 150 %."""
        usual = {"text": WIDE, "list": LIST}.get(kind, SHORT)
        editor.setMinimumWidth(min(usual, LEAST))
        editor.setMaximumWidth(usual)
        editor.setSizePolicy(QSizePolicy.Policy.Expanding, editor.sizePolicy().verticalPolicy())

    def _panel(self, name: str, group: Sequence[Setting[Any]], titled: bool) -> QFrame:
        """Lay out a group: label left, editor and 恢复默认 beside it, help and problem under it."""
        panel, grid = QFrame(), QGridLayout()
        panel.setProperty("role", "panel")
        grid.setColumnMinimumWidth(0, LABEL)
        grid.setColumnStretch(2, 1)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(4)
        for line, setting in enumerate(group):
            editor, words = self.editors[setting.key], label(setting.title, wrap=True)
            words.setFixedWidth(LABEL)
            words.setMinimumHeight(30)
            words.setBuddy(editor)
            editor.setAccessibleName(setting.title)
            self.resets[setting.key].setFixedHeight(30)
            self.resets[setting.key].setToolTip(f"默认：{setting.shown(setting.default)}")
            self._give_width(editor, setting.kind)
            under = [self.problems[setting.key], *([label(setting.help, "hint", wrap=True)] if setting.help else [])]
            grid.addWidget(words, line * 2, 0, Qt.AlignmentFlag.AlignTop)
            beside = row(editor, None, gap=16)
            beside.insertWidget(1, self.resets[setting.key], 0, Qt.AlignmentFlag.AlignTop)
            beside.setStretch(0, 100)
            grid.addLayout(beside, line * 2, 1, 1, 2)
            grid.addLayout(column(*under, margins=(0, 0, 0, 10), gap=2), line * 2 + 1, 1, 1, 2)
        head = [label(name, "section")] if titled else []
        panel.setLayout(column(*head, grid, margins=(16, 8, 16, 6), gap=8))
        return panel
