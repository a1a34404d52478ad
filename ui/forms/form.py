"""A form is a draft and its fields. The rules stay in ``app``: ``check`` lists problems, ``save`` may refuse."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QDialog, QGridLayout, QLabel, QLineEdit, QScrollArea, QWidget

from app.core.errors import Invalid, Problem, Refused, errors_only, joined
from app.core.money import parse_fen
from app.exchange.values import read_text
from ui.base import keys, notify
from ui.base.parts import button, column, label, later, mark, row
from ui.forms.editors import (
    WRONG,
    ChoiceEditor,
    DayEditor,
    LinesEditor,
    day_from,
    money_editor,
    quantity_editor,
    quantity_from,
    text_editor,
    whole_editor,
    whole_from,
)
from ui.forms.picker import Found, Picker

EditorKind = Literal["text", "lines", "money", "whole", "quantity", "day", "choice", "lookup"]
CHECK_MS, HALF, WHOLE = 200, 210, 526     # px: an editor in one column, and over both


@dataclass(frozen=True)
class Field:
    """One field: ``key`` is the draft's attribute, ``width`` how many of the two columns it takes.

    ``choices`` (words or (value, text) pairs, or a function giving them) belongs to "choice"; ``find``, ``text_of`` and
    ``create`` (offered as ``create_word``; ``create_asks``: it opens a form) to "lookup" (see ``Picker``); ``free`` to both:
    other words stand for themselves, in a form's lookup only with ``own_words``. ``required`` only draws the mark: the rule
    is ``check``'s.

    Of words that are pasted (``ui.forms.elsewhere``): ``reads`` tidies them or gives the value, ``synonyms`` are other
    words for the choices, ``meant`` gives a function that knows what a lookup's words mean: (id, trouble).
    """

    key: str
    label: str
    kind: EditorKind = "text"
    width: Literal[1, 2] = 1
    hint: str = ""
    required: bool = False
    choices: Sequence[str | tuple[object, str]] | Callable[[], Sequence[str | tuple[object, str]]] = ()
    free: bool = False
    find: Callable[[str], Found] | None = None
    text_of: Callable[[Any], str] = str
    create: Callable[[str], tuple[Any, str] | None] | None = None
    create_word: str = "新建"
    create_asks: bool = False
    own_words: bool = False
    reads: Callable[[str], Any] | None = None
    synonyms: Callable[[], Mapping[str, str]] | None = None
    meant: Callable[[], Callable[[str], tuple[Any, str]]] | None = None

    def editor(self, in_cell: bool = False) -> Any:
        """Give the widget this field is typed in; in a cell it has one line, and words can be typed into a choice."""
        if self.kind == "choice":
            return ChoiceEditor([(value, text) for text, value in self._pairs().items()], self.free or in_cell)
        if self.kind == "lookup":
            return Picker(self.find or (lambda text: ()), self.text_of, self.create, self.create_word, self.own_words, self.create_asks)
        return {"text": text_editor, "lines": text_editor if in_cell else LinesEditor, "money": money_editor,
                "whole": whole_editor, "quantity": quantity_editor, "day": DayEditor}[self.kind]()

    def read(self, text: str) -> Any:
        """Give the value that words stand for, as typed or pasted into a cell; none stand for a blank value.

        Raises ``ValueError`` with a sentence for a person where they cannot be read or name no single record.
        """
        text = text.strip() if self.kind == "lines" else read_text(text)
        if self.kind in ("text", "lines"):
            return text
        if self.kind == "choice":
            return self._chosen(text)
        if not text:
            return None
        if self.kind == "lookup":
            return self._found(text)
        try:
            return _READERS[self.kind](text)
        except ValueError:
            raise ValueError(WRONG[self.kind]) from None

    def words(self) -> list[str]:
        """Give the words that a choice offers; none where anything may be typed."""
        return [text for text in self._pairs() if text] if self.kind == "choice" else []

    def _pairs(self) -> dict[str, object]:
        """Give the choices, value by text."""
        listed = self.choices() if callable(self.choices) else self.choices
        return dict((each, each) if isinstance(each, str) else (each[1], each[0]) for each in listed)

    def _chosen(self, text: str) -> object:
        pairs = self._pairs()
        if text in pairs or self.free or not text:
            return pairs.get(text, text)
        raise ValueError(f"没有“{text}”，这里只能填{'、'.join(filter(None, pairs))}")

    def _found(self, text: str) -> Any:
        """Find the one record of that name: its whole name first, else the last word of a path (304室)."""
        hits = self.find(text) if self.find else ()
        same = ([record for record, name, _ in hits if name == text]
                or [record for record, name, _ in hits if name.split(" ")[-1] == text])
        if len(same) == 1:
            return same[0]
        if not same and self.free:
            return text
        raise ValueError(f"有 {len(same)} 个“{text}”，请按 F7 从列表中选" if same else f"没有找到“{text}”，请按 F7 从列表中选")


_READERS: dict[str, Callable[[str], Any]] = {"money": parse_fen, "whole": whole_from, "quantity": quantity_from, "day": day_from}


@dataclass(frozen=True)
class Section:
    """A heading inside a form, and the fields under it."""

    title: str
    fields: Sequence[Field]


class FormDialog(QDialog):
    """Fills a draft (a frozen or plain dataclass) and saves it; ``exec()`` gives whether it was saved.

    Problems stand under their fields, warnings in amber; a warning stops saving once, so that it is seen. ``save``
    gets the filled draft; when it raises ``Invalid`` or ``Refused`` the dialog stays open. ``again`` gives the draft
    to go on with after 保存并继续. ``saved`` holds what ``save`` gave. ``changed`` tells the key of each edited field.

    ``above`` and ``below`` the fields a subclass lays out what it shows besides, at the ``foot`` further buttons.
    """

    changed = Signal(str)

    def __init__(self, parent: QWidget | None, title: str, draft: Any, fields: Sequence[Field | Section],
                 check: Callable[[Any], Sequence[Problem]], save: Callable[[Any], object],
                 again: Callable[[Any], Any] | None = None, save_text: str = "保存") -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.draft, self.check, self.save_draft, self.again = draft, check, save, again
        self.saved: Any = None
        self.sections = [each if isinstance(each, Section) else Section("", [each]) for each in fields]
        self.fields = {field.key: field for section in self.sections for field in section.fields}
        self.editors: dict[str, Any] = {key: field.editor() for key, field in self.fields.items()}
        self.problems: dict[str, QLabel] = {key: label("", "error", wrap=True) for key in self.fields}
        self.banner = label("", "error", wrap=True)
        self.touched, self.warned, self.dirty = set[str](), set[str](), False
        self.refused: list[Problem] = []    # by the last save: they stand until their field is changed
        self.leave_button = button("取消", self.reject)
        self.save_button = button(f"{save_text}（{keys.shown('store')}）", self.save, primary=True)
        buttons = [self.leave_button, self.save_button]
        if again is not None:
            buttons.insert(1, button(f"{save_text}并继续（{keys.shown('store_on')}）", self.save_and_continue))
        self.grid = QGridLayout()
        self.body = self._lay_out()
        self.area = _scroll(self.body)
        self.above, self.below, self.foot = column(gap=10), column(gap=10), row()
        self.lines = column(self.above, self.area, self.below, self.banner, row(self.foot, None, *buttons),
                            margins=(20, 14, 20, 16), gap=10)
        self.setLayout(self.lines)
        self.banner.hide()
        self.checking = later(self, CHECK_MS, self._check_touched)
        keys.bind("store", self, self.save)
        keys.bind("store_on", self, self.save_and_continue)
        for key, editor in self.editors.items():
            editor.edited.connect(lambda which=key: self._edited(which))
            editor.installEventFilter(self)
        self._show_draft(draft)
        self._focus(next(iter(self.editors)))

    def problems_besides(self) -> list[Problem]:
        """Give what is wrong in what a subclass shows besides the fields: words in its lines that cannot be read."""
        return []

    def is_besides(self, problem: Problem) -> bool:
        """Whether a problem belongs to what a subclass shows besides the fields; a row alone does not say so: a record has one too."""
        return False

    def take_problems(self, problems: Sequence[Problem]) -> Sequence[Problem]:
        """Show the problems that belong to what a subclass shows besides; give the rest, which the banner tells."""
        return problems

    def show_besides(self, draft: Any) -> None:
        """Show what of a draft stands besides the fields; called again for the next one after 保存并继续."""

    def favour_below(self) -> None:
        """Give the room that is left over to what stands below the fields."""
        self.lines.setStretchFactor(self.below, 1)

    def value(self, key: str) -> Any:
        """Give what a field holds now."""
        return self.editors[key].value()

    def set_value(self, key: str, value: Any) -> None:
        """Fill a field from outside, as when one field suggests another."""
        self.editors[key].set_value(value)
        self.checking.start()

    def field_value(self, draft: Any, key: str) -> Any:
        """Give what a field shows of the draft: the attribute of its name."""
        return getattr(draft, key)

    def filled(self) -> Any:
        """Give the draft as the fields stand."""
        return replace(self.draft, **{key: self.draft_value(key) for key in self.editors})

    def draft_value(self, key: str) -> Any:
        """Give what a field holds as the draft has it: a picker whose words name nothing gives None, also where it holds text."""
        value = self.value(key)
        return "" if value is None and isinstance(getattr(self.draft, key, None), str) else value

    def save(self) -> bool:
        """Save and close; stay open, saying why, when something is wrong. Gives whether it was saved."""
        if not self._try():
            return False
        self.accept()
        return True

    def save_and_continue(self) -> None:
        """Save and start the next one in the same dialog."""
        if self.again is not None and self._try():
            self.draft = self.again(self.filled())
            self._show_draft(self.draft)
            self._focus(next(iter(self.editors)))

    def reject(self) -> None:
        """Close without saving; ask first when something would be lost."""
        if not self.dirty or notify.ask("刚才填写的内容还没有保存，要放弃吗？", "放弃", "继续填写", danger=True):
            super().reject()

    def _try(self) -> bool:
        self.touched, self.refused = set(self.fields), []
        problems = self._found_problems()
        self._show_problems(problems)
        wrong = errors_only(problems)
        fresh = {each.text for each in problems} - self.warned
        self.warned |= fresh
        if wrong or fresh:
            self._focus((wrong or problems)[0].field)
            return False
        try:
            self.saved = self.save_draft(self.filled())
        except Invalid as refused:
            self.refused = [each for each in refused.problems if each.row is None]
            self._show_problems(refused.problems)
            self._focus(refused.problems[0].field if refused.problems else "")
            return False
        except Refused as refused:
            self.refused = [Problem("", refused.text)]
            self._show_problems(problems + self.refused)
            return False
        self.dirty = False
        return True

    def _found_problems(self) -> list[Problem]:
        unread = [Problem(key, editor.complaint()) for key, editor in self.editors.items() if editor.complaint()] + self.problems_besides()
        unread_keys = {problem.field for problem in unread}
        found = unread + [each for each in self.check(self.filled()) if each.field not in unread_keys]
        order = {key: place for place, key in enumerate(self.fields)}
        return sorted(found, key=lambda each: order.get(each.field, len(order)))

    def _check_touched(self) -> None:
        found = [each for each in self._found_problems() if each.field in self.touched]
        told = {each.text for each in found}
        self._show_problems(found + [each for each in self.refused if each.text not in told])

    def _show_problems(self, problems: Sequence[Problem]) -> None:
        for key, words in self.problems.items():
            own = [each for each in problems if each.field == key and not self.is_besides(each)]
            wrong = bool(errors_only(own))
            words.setText(joined(each.text for each in own))
            words.setVisible(bool(own))
            mark(words, role="error" if wrong else "warning")
            mark(self.editors[key], bad=wrong)
        rest = self.take_problems([each for each in problems if each.field not in self.problems or self.is_besides(each)])
        self._say(joined(each.text for each in rest))
        self.grow()

    def grow(self) -> None:
        """Take the height that fields and problems need, as far as the screen has it; beyond that the form scrolls."""
        self.grid.activate()
        need = self.grid.totalHeightForWidth(max(self.area.viewport().width(), self.body.minimumSizeHint().width()))
        need = max(need, self.body.sizeHint().height())  # the former is -1 while no line of problems shows
        self.area.setMinimumHeight(min(need + 2, self.screen().availableGeometry().height() - 170))

    def _say(self, text: str) -> None:
        self.banner.setText(text)
        self.banner.setVisible(bool(text))

    def _show_draft(self, draft: Any) -> None:
        for key, editor in self.editors.items():
            editor.set_value(self.field_value(draft, key))
        self.show_besides(draft)
        self.touched, self.warned, self.refused, self.dirty = set(), set(), [], False
        self._show_problems([])

    def _edited(self, key: str) -> None:
        self.dirty = True
        self.changed.emit(key)
        self.refused = [each for each in self.refused if each.field != key and each.field in self.fields]
        if key in self.touched:
            self.checking.start()

    def _focus(self, key: str) -> None:
        if key in self.editors:
            self.editors[key].setFocus(Qt.FocusReason.OtherFocusReason)
            self.area.ensureWidgetVisible(self.editors[key])
            if isinstance(self.editors[key], QLineEdit):
                self.editors[key].selectAll()

    def _lay_out(self) -> QWidget:
        """Lay the fields out in reading order: label, editor, and below it room for its problem; two columns at most."""
        body, grid, line, side = QWidget(), self.grid, 0, 0
        for section in self.sections:
            if section.title:
                line, side = line + 2 * bool(side), 0
                grid.addWidget(label(section.title, "section"), line, 0, 1, 4)
                grid.setRowMinimumHeight(line, 30)
                line += 1
            for field in section.fields:
                if side and field.width == 2:
                    line, side = line + 2, 0
                self._place(grid, field, line, side)
                line, side = (line + 2, 0) if side or field.width == 2 else (line, 1)
        grid.setContentsMargins(0, 0, 8, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(7)
        grid.setColumnMinimumWidth(1, HALF)
        grid.setRowStretch(grid.rowCount(), 1)
        body.setLayout(grid)
        return body

    def _place(self, grid: QGridLayout, field: Field, line: int, side: int) -> None:
        editor, name = self.editors[field.key], label(field.label)
        name.setMinimumHeight(30)
        name.setBuddy(editor)
        if field.required:
            name.setText(f"{field.label} *")
        if side:
            name.setContentsMargins(16, 0, 0, 0)
        editor.setAccessibleName(field.label)
        if field.hint and isinstance(editor, QLineEdit):
            editor.setPlaceholderText(field.hint)
        editor.setToolTip(field.hint)
        span, width = (3, WHOLE) if field.width == 2 else (1, HALF)
        editor.setMinimumWidth(width)
        self.problems[field.key].setMaximumWidth(width)
        grid.addWidget(name, line, side * 2, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(editor, line, side * 2 + 1, 1, span)
        grid.addWidget(self.problems[field.key], line + 1, side * 2 + 1, 1, span)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A field that has been left may show its problems."""
        if event.type() == QEvent.Type.FocusOut:
            self.touched |= {key for key, editor in self.editors.items() if editor is watched}
            self.checking.start()
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter goes on to the next field; on a button it presses it."""
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)
            return
        front = self.focusWidget()
        if isinstance(front, QAbstractButton):
            front.click()
        else:
            self.focusNextChild()


def _scroll(body: QWidget) -> QScrollArea:
    """Give a scroll area without a frame, for forms taller than the screen."""
    made = QScrollArea()
    made.setProperty("role", "plain")
    made.setWidgetResizable(True)
    made.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    made.setWidget(body)
    made.setMinimumWidth(body.sizeHint().width() + 16)
    return made
