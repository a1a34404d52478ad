"""The editor of a letter: its words with fields, its slip, its days; beside them the page as one of those who get it will hold it."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QCheckBox, QDialog, QGridLayout, QLayout, QLineEdit, QPlainTextEdit, QSplitter, QWidget

from app.core.errors import Invalid, Problem, Refused
from app.school.letters import text as letters
from app.school.letters.text import LetterDraft, LetterKind
from app.store.journal import Step
from ui.base import keys, notify
from ui.base.parts import Elided, button, column, label, later, mark, open_at, row
from ui.forms.editors import WRONG, ChoiceEditor, DayEditor, text_editor
from ui.kit.letters.fields import FieldButtons, FieldColours
from ui.kit.letters.picture import look_at
from ui.paper.picture import PagePicture

PREVIEW_MS = 300
_SLIP_PX = 74
_MOST_SAID = 3


class LetterEditor(QDialog):
    """Writes a new letter (``letter_id`` 0), or changes one; afterwards ``letter_id`` is the stored one, ``step`` how it came.

    A feature says in a subclass which letters it has, what is wrong with one, how it is stored and pictured, and calls
    ``begin`` at the end of its own beginning.
    """

    def __init__(self, parent: QWidget | None, kinds: Mapping[str, LetterKind], title: str, letter_id: int = 0) -> None:
        super().__init__(parent)
        self.kinds, self.letter_id = kinds, letter_id
        self.step: Step | None = None
        self.setWindowTitle(title)
        self.setWindowFlag(Qt.WindowType.WindowMaximizeButtonHint)
        self.kind = ChoiceEditor([(kind.key, kind.name) for kind in kinds.values()])
        self.kind.setEnabled(not letter_id)
        self.head, self.dated, self.due = text_editor(), DayEditor(), DayEditor()
        self.by_item = QCheckBox("回执逐项征求意见（同意、不同意）")
        self.body, self.slip = QPlainTextEdit(tabChangesFocus=True), QPlainTextEdit(tabChangesFocus=True)
        self.colours = [FieldColours(self.body.document()), FieldColours(self.slip.document())]
        self.into: QPlainTextEdit | QLineEdit = self.body      # where a field goes: the text the cursor was in last
        self.fields, self.problems = FieldButtons(), label("", "error", wrap=True)
        self.people: dict[str, list[tuple[int, str]]] = {}
        self.group, self.person = ChoiceEditor([]), ChoiceEditor([])
        self.picture, self.pages, self.shown = PagePicture(), label("", "hint"), b""
        self.showing = later(self, PREVIEW_MS, self.show_page)
        self.stored = LetterDraft()
        self._lay_out()
        self._connect()

    # --- what a feature says

    def check(self, draft: LetterDraft) -> list[Problem]:
        """Give what is wrong with a letter."""
        return letters.check_letter(draft, self.kinds[draft.kind])

    def shipped(self, kind: str) -> LetterDraft:
        """Give a new letter of a kind."""
        raise NotImplementedError

    def store(self, draft: LetterDraft) -> Step | None:
        """Store the letter; may raise ``Invalid`` or ``Refused``, which are said in the editor."""
        raise NotImplementedError

    def picture_for(self, draft: LetterDraft, person: int) -> tuple[bytes, str]:
        """Give the letter as one gets it, as a PDF, or b"" and why there is none."""
        raise NotImplementedError

    # --- what is written

    def draft(self) -> LetterDraft:
        """Give the letter as it stands in the editor."""
        return LetterDraft(
            str(self.kind.value()),
            str(self.head.value()),
            self.body.toPlainText(),
            self.slip.toPlainText(),
            self.by_item.isChecked(),
            self.dated.value(),
            self.due.value(),
        )

    def begin(self, draft: LetterDraft, people: Mapping[str, list[tuple[int, str]]]) -> None:
        """Show a letter; ``people`` are those who get it, by group, each with what lists call him, for the picture."""
        self.show_draft(draft)
        self.people = dict(people)
        for group in self.people:
            self.group.addItem(group, group)
        self._group_shown()
        self.body.setFocus()

    def found(self) -> list[Problem]:
        """Give what is wrong with the letter as it stands."""
        unread = [Problem(key, f"{name}：{WRONG['day']}。") for key, name, editor in
                  (("dated_on", "落款日期", self.dated), ("due_on", "回执截止", self.due)) if editor.complaint()]
        return unread + self.check(self.draft())

    def show_draft(self, draft: LetterDraft) -> None:
        """Put a letter into the editor."""
        self.kind.set_value(draft.kind)
        self.head.set_value(draft.title)
        self.dated.set_value(draft.dated_on)
        self.due.set_value(draft.due_on)
        self.by_item.setChecked(draft.by_item)
        self.body.setPlainText(draft.body)
        self.slip.setPlainText(draft.slip)
        self.stored = self.draft()
        self._kind_shown(self.kinds[draft.kind])

    def insert(self, name: str) -> None:
        """Put a field where the cursor is; a table gets a line of its own."""
        field = f"{{{name}}}"
        if isinstance(self.into, QLineEdit):
            if name in self._tables():
                self._say([Problem("title", f"“{field}”是一张表，只能放在正文里。")])
                return
            if not self.into.hasFocus():
                self.into.end(False)    # a line that was left does not know where its cursor stood
            self.into.insert(field)
            self.into.setFocus()
        else:
            cursor = self.into.textCursor()
            if name in self._tables():
                before, after = _beside(cursor)
                field = ("\n" if before else "") + field + ("\n" if after else "")
            cursor.insertText(field)
            self.into.setTextCursor(cursor)
            self.into.setFocus()
        self._typed()

    def save(self) -> None:
        """Store the letter and close; stay open, saying why, where something is wrong."""
        problems = self.found()
        if problems:
            self._say(problems)
            self._go_to(problems[0].field)
            return
        try:
            self.step = self.store(self.draft())
        except Invalid as wrong:
            self._say(list(wrong.problems))
        except Refused as refused:
            self._say([Problem("", refused.text)])
        else:
            self.letter_id = self.letter_id or (self.step.made[0] if self.step else 0)
            self.stored = self.draft()
            self.accept()

    def reject(self) -> None:
        """Ask before what was written is lost."""
        if self.draft() == self.stored or notify.ask("信里改过的内容还没有保存，要放弃吗？", "放弃", "继续修改", danger=True):
            super().reject()

    # --- the page beside it

    def show_page(self) -> None:
        """Draw the page anew as the chosen one gets it, and say what is wrong with the text."""
        self.showing.stop()
        self._say(self.found() if self.draft() != self.stored or self.letter_id else [])
        self.shown, said = self.picture_for(self.draft(), int(self.person.value() or 0))
        if not self.shown:
            self.picture.say(said)
            self.pages.setText("")
            return
        self.picture.show_pdf(self.shown)
        count = self.picture.document.pageCount()
        self.pages.setText("一页" if count == 1 else f"{count} 页，点一下看全部")
        mark(self.pages, role="hint" if count == 1 else "warning")

    def look(self) -> None:
        """Show the whole letter in large."""
        if self.shown:
            look_at(self, self.shown, self.windowTitle())

    def _group_shown(self) -> None:
        self.person.clear()
        for identity, words in self.people.get(str(self.group.value()), ()):
            self.person.addItem(words, identity)
        self.show_page()

    # --- inside

    def _kind_shown(self, kind: LetterKind) -> None:
        """Offer what this kind of letter has."""
        self.fields.show_fields(kind.groups)
        for colours in self.colours:
            colours.know(kind.fields)
        self.by_item.setVisible(kind.asks)

    def _tables(self) -> Collection[str]:
        return self.kinds[str(self.kind.value())].tables

    def _kind_chosen(self) -> None:
        """Take the shipped text of another kind; what was written is given up only when the person says so."""
        kind = str(self.kind.value())
        written = replace(self.draft(), kind=self.stored.kind) != self.stored
        if written and not notify.ask("换一种信会换成它自带的文本，已经改过的内容会丢掉。", "换", "不换", danger=True):
            self.kind.set_value(self.stored.kind)
            return
        self.show_draft(self.shipped(kind))
        self.show_page()

    def _typed(self) -> None:
        self.showing.start()

    def _say(self, problems: list[Problem]) -> None:
        texts = [each.text for each in problems]
        more = [f"（共 {len(texts)} 处）"] * (len(texts) > _MOST_SAID)
        self.problems.setText("\n".join(texts[:_MOST_SAID] + more))
        self.problems.setVisible(bool(texts))
        wrong = {each.field for each in problems}
        for key, editor in self._editors().items():
            if bool(editor.property("bad")) != (key in wrong):
                mark(editor, bad=key in wrong)

    def _editors(self) -> dict[str, QWidget]:
        return {"title": self.head, "dated_on": self.dated, "due_on": self.due, "body": self.body, "slip": self.slip}

    def _go_to(self, key: str) -> None:
        editor = self._editors().get(key)
        if editor is not None:
            editor.setFocus()

    def _connect(self) -> None:
        self.kind.edited.connect(self._kind_chosen)
        edited: list[Callable[..., object]] = [each.edited.connect for each in (self.head, self.dated, self.due)]
        for connect in (
            *edited,
            self.body.textChanged.connect,
            self.slip.textChanged.connect,
            self.by_item.toggled.connect,
        ):
            connect(lambda *_: self._typed())
        self.fields.wanted.connect(self.insert)
        self.group.edited.connect(self._group_shown)
        self.person.edited.connect(self.show_page)
        self.picture.clicked.connect(self.look)
        for editor in (self.head, self.body, self.slip):
            editor.installEventFilter(self)
        for key in ("store", "save"):
            keys.bind(key, self, self.save)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Remember the text that the cursor was in last: fields go there."""
        if event.type() == QEvent.Type.FocusIn and isinstance(watched, QPlainTextEdit | QLineEdit):
            self.into = watched
        return False

    def _lay_out(self) -> None:
        for editor, name in (
            (self.kind, "种类"),
            (self.head, "标题"),
            (self.dated, "落款日期"),
            (self.due, "回执截止"),
            (self.body, "正文"),
            (self.slip, "回执"),
            (self.group, "预览的班级"),
            (self.person, "预览的学生"),
        ):
            editor.setAccessibleName(name)
        self.slip.setMinimumHeight(_SLIP_PX)
        self.slip.setPlaceholderText("不要回执就留空")
        for day in (self.dated, self.due):
            day.setFixedWidth(118)
        top = QGridLayout()
        top.setHorizontalSpacing(10)
        top.setVerticalSpacing(7)
        top.addWidget(label("种类"), 0, 0)
        top.addWidget(self.kind, 0, 1)
        top.addLayout(row(label("落款日期"), self.dated, label("回执截止"), self.due), 0, 2)
        top.addWidget(label("标题"), 1, 0)
        top.addWidget(self.head, 1, 1, 1, 2)
        top.setColumnStretch(1, 1)
        left, right = QWidget(), QWidget()
        left.setLayout(self._texts(top))
        self.group.setMinimumWidth(110)
        self.person.setMinimumWidth(90)
        right_lines = column(
            row(label("样子", "section"), self.group, self.person, self.pages, None), self.picture, gap=8
        )
        right_lines.setStretch(1, 1)
        right.setLayout(right_lines)
        self.splitter = QSplitter(Qt.Orientation.Horizontal, childrenCollapsible=False, handleWidth=8)
        self.splitter.addWidget(left)
        self.splitter.addWidget(right)
        self.splitter.setSizes([720, 500])
        self.problems.hide()
        buttons = row(None, button("取消", self.reject), button(f"保存（{keys.shown('store')}）", self.save, primary=True))
        lines = column(self.splitter, buttons, margins=(18, 14, 18, 14), gap=10)
        lines.setStretch(0, 1)
        self.setLayout(lines)
        open_at(self, 1280, 800)

    def _texts(self, top: QLayout) -> QLayout:
        """Give the left side: what holds for the whole letter, its texts with the fields beside them, what is wrong."""
        hint = Elided()
        hint.say("一行一段。“一、”开头的短行是小标题；用“｜”隔开的一行印成签字栏。")
        written = column(
            label("正文", "section"),
            hint,
            self.body,
            row(label("回执", "section"), None, self.by_item),
            self.slip,
            gap=5,
        )
        written.setStretch(2, 5)
        written.setStretch(4, 2)
        beside = column(label("插入字段", "section"), self.fields, gap=5)
        texts = row(written, beside, gap=12)
        texts.setStretch(0, 1)
        lines = column(top, texts, self.problems, gap=10, margins=(0, 0, 8, 0))
        lines.setStretch(1, 1)
        return lines


def _beside(cursor: QTextCursor) -> tuple[bool, bool]:
    """Give whether words stand before and after the cursor on its line."""
    line, at = cursor.block().text(), cursor.positionInBlock()
    return bool(line[:at].strip()), bool(line[at:].strip())
