"""The editor of a letter: its words with fields, its slip, its days; beside them the page as a chosen family gets it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeySequence, QShortcut, QTextCursor
from PySide6.QtWidgets import QCheckBox, QDialog, QGridLayout, QLayout, QLineEdit, QPlainTextEdit, QSplitter, QWidget

from app.core import clock
from app.core.errors import Invalid, Problem, Refused
from app.fees.letters import commands, queries
from app.fees.letters import settings as words
from app.fees.letters import text as letters
from app.fees.letters.queries import LetterRow
from app.fees.letters.text import KINDS, LetterDraft
from app.fees.letters.values import Filler
from app.school import queries as school
from app.school.roster import PupilRow
from app.store import settings
from ui.base import notify
from ui.base.parts import Elided, button, column, label, later, mark, row
from ui.fees.letters.fields import FieldButtons, FieldColours
from ui.fees.letters.page import look_at, picture_of
from ui.forms.editors import WRONG, ChoiceEditor, DayEditor, text_editor
from ui.paper.picture import PagePicture

PREVIEW_MS = 300
_ALONE = (letters.TABLE, letters.CHOICES)
_SLIP_PX = 74
_MOST_SAID = 3


class LetterEditor(QDialog):
    """Writes a new letter of a term (``letter_id`` 0), or changes one; ``letter_id`` is that of the stored one afterwards."""

    def __init__(self, parent: QWidget | None, term_id: int, letter_id: int = 0) -> None:
        super().__init__(parent)
        self.term_id, self.letter_id = term_id, letter_id
        self.row = queries.letter(letter_id) if letter_id else _blank(term_id)
        self.setWindowTitle("修改告家长书" if letter_id else "新建告家长书")
        self.setWindowFlag(Qt.WindowType.WindowMaximizeButtonHint)
        self.kind = ChoiceEditor([(kind.key, kind.name) for kind in KINDS.values()])
        self.kind.setEnabled(not letter_id)
        self.head, self.dated, self.due = text_editor(), DayEditor(), DayEditor()
        self.by_item = QCheckBox("回执逐项征求自愿项目的意见（同意、不同意）")
        self.body, self.slip = QPlainTextEdit(tabChangesFocus=True), QPlainTextEdit(tabChangesFocus=True)
        self.colours = [FieldColours(self.body.document()), FieldColours(self.slip.document())]
        self.into: QPlainTextEdit | QLineEdit = self.body      # where a field goes: the text the cursor was in last
        self.fields, self.problems = FieldButtons(), label("", "error", wrap=True)
        self.pupils = list[PupilRow]()
        self.classes, self.pupil = ChoiceEditor([]), ChoiceEditor([])
        self.picture, self.pages, self.shown = PagePicture(), label("", "hint"), b""
        self.showing = later(self, PREVIEW_MS, self.show_page)
        self.stored = LetterDraft()
        self._lay_out()
        self._connect()
        self._begin()

    # --- what is written

    def draft(self) -> LetterDraft:
        """Give the letter as it stands in the editor."""
        return LetterDraft(str(self.kind.value()), str(self.head.value()), self.body.toPlainText(), self.slip.toPlainText(),
                           self.by_item.isChecked(), self.dated.value(), self.due.value())

    def found(self) -> list[Problem]:
        """Give what is wrong with the letter as it stands."""
        unread = [Problem(key, f"{name}：{WRONG['day']}。") for key, name, editor in
                  (("dated_on", "落款日期", self.dated), ("due_on", "回执截止", self.due)) if editor.complaint()]
        return unread + letters.check_letter(self.draft())

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
        self._kind_shown()

    def insert(self, name: str) -> None:
        """Put a field where the cursor is; a table gets a line of its own."""
        field = f"{{{name}}}"
        if isinstance(self.into, QLineEdit):
            if name in _ALONE:
                self._say([Problem("title", f"“{field}”是一张表，只能放在正文里。")])
                return
            if not self.into.hasFocus():
                self.into.end(False)    # a line that was left does not know where its cursor stood
            self.into.insert(field)
            self.into.setFocus()
        else:
            cursor = self.into.textCursor()
            if name in _ALONE:
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
            if self.letter_id:
                commands.edit_letter(self.letter_id, self.draft())
            else:
                self.letter_id = commands.make_letter(self.term_id, self.draft())
        except Invalid as wrong:
            self._say(list(wrong.problems))
        except Refused as refused:
            self._say([Problem("", refused.text)])
        else:
            self.stored = self.draft()
            self.accept()

    def reject(self) -> None:
        """Ask before what was written is lost."""
        if self.draft() == self.stored or notify.ask("信里改过的内容还没有保存，要放弃吗？", "放弃", "继续修改", danger=True):
            super().reject()

    # --- the page beside it

    def show_page(self) -> None:
        """Draw the page anew as the chosen family gets it, and say what is wrong with the text."""
        self.showing.stop()
        self._say(self.found() if self.draft() != self.stored or self.letter_id else [])
        self.shown, said = picture_of(self._drawn(), int(self.pupil.value() or 0))
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

    def _drawn(self) -> LetterRow:
        draft = self.draft()
        return replace(self.row, kind=draft.kind, title=draft.title, body=draft.body, slip=draft.slip, by_item=draft.by_item,
                       dated_on=draft.dated_on, due_on=draft.due_on)

    def _class_shown(self) -> None:
        mine = [each for each in self.pupils if each.class_id == self.classes.value()]
        self.pupil.clear()
        for each in mine:
            self.pupil.addItem(f"{each.seat or ''} {each.name}".strip(), each.id)
        self.show_page()

    # --- inside

    def _begin(self) -> None:
        """Fill the editor: with the letter, or with the first shipped text that the term has no letter of yet."""
        if self.letter_id:
            draft = queries.letter_draft(self.letter_id)
        else:
            have = {each.kind for each in queries.letters(self.term_id)}
            draft = self._shipped(next((key for key in KINDS if key not in have), next(iter(KINDS))))
        self.show_draft(draft)
        self.pupils = Filler(replace(self.row, kind=draft.kind), draft=True).addressed()
        for class_id, name in {each.class_id: each.class_name for each in self.pupils}.items():
            self.classes.addItem(name, class_id)
        self._class_shown()
        self.body.setFocus()

    def _shipped(self, kind: str) -> LetterDraft:
        today = clock.today()
        due = today + timedelta(settings.value(words.REPLY_DAYS))
        draft = letters.shipped_draft(kind, today, due)
        return draft if draft.slip else replace(draft, due_on=None)

    def _kind_chosen(self) -> None:
        """Take the shipped text of another kind; what was written is given up only when the person says so."""
        kind = str(self.kind.value())
        written = replace(self.draft(), kind=self.stored.kind) != self.stored
        if written and not notify.ask("换一种信会换成它自带的文本，已经改过的内容会丢掉。", "换", "不换", danger=True):
            self.kind.set_value(self.stored.kind)
            return
        self.show_draft(self._shipped(kind))
        self.show_page()

    def _kind_shown(self) -> None:
        kind = KINDS[str(self.kind.value())]
        self.fields.show_fields(kind.fields)
        for colours in self.colours:
            colours.know(kind.fields)
        self.by_item.setVisible(kind.about == "fees")

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
        for connect in (*edited, self.body.textChanged.connect, self.slip.textChanged.connect, self.by_item.toggled.connect):
            connect(lambda *_: self._typed())
        self.fields.wanted.connect(self.insert)
        self.classes.edited.connect(self._class_shown)
        self.pupil.edited.connect(self.show_page)
        self.picture.clicked.connect(self.look)
        for editor in (self.head, self.body, self.slip):
            editor.installEventFilter(self)
        for keys in ("Ctrl+Return", "Ctrl+Enter", "Ctrl+S"):
            QShortcut(QKeySequence(keys), self).activated.connect(self.save)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Remember the text that the cursor was in last: fields go there."""
        if event.type() == QEvent.Type.FocusIn and isinstance(watched, QPlainTextEdit | QLineEdit):
            self.into = watched
        return False

    def _lay_out(self) -> None:
        for editor, name in ((self.kind, "种类"), (self.head, "标题"), (self.dated, "落款日期"), (self.due, "回执截止"), (self.body, "正文"),
                             (self.slip, "回执"), (self.classes, "预览的班级"), (self.pupil, "预览的学生")):
            editor.setAccessibleName(name)
        self.slip.setMinimumHeight(_SLIP_PX)
        self.slip.setPlaceholderText("不要回执就留空")
        for day in (self.dated, self.due):
            day.setFixedWidth(130)
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
        self.classes.setMinimumWidth(110)
        self.pupil.setMinimumWidth(120)
        right_lines = column(row(label("样子", "section"), self.classes, self.pupil, self.pages, None), self.picture, gap=8)
        right_lines.setStretch(1, 1)
        right.setLayout(right_lines)
        self.splitter = QSplitter(Qt.Orientation.Horizontal, childrenCollapsible=False, handleWidth=8)
        self.splitter.addWidget(left)
        self.splitter.addWidget(right)
        self.splitter.setSizes([720, 500])
        self.problems.hide()
        buttons = row(None, button("取消", self.reject), button("保存（Ctrl+Enter）", self.save, primary=True))
        lines = column(self.splitter, buttons, margins=(18, 14, 18, 14), gap=10)
        lines.setStretch(0, 1)
        self.setLayout(lines)
        room = self.screen().availableGeometry()
        self.resize(min(1280, room.width() - 40), min(800, room.height() - 50))

    def _texts(self, top: QLayout) -> QLayout:
        """Give the left side: what holds for the whole letter, its texts with the fields beside them, what is wrong."""
        hint = Elided()
        hint.say("一行一段。“一、”开头的短行是小标题；用“｜”隔开的一行印成签字栏。")
        written = column(label("正文", "section"), hint, self.body, row(label("回执", "section"), None, self.by_item), self.slip, gap=5)
        written.setStretch(2, 5)
        written.setStretch(4, 2)
        beside = column(label("插入字段", "section"), self.fields, gap=5)
        texts = row(written, beside, gap=12)
        texts.setStretch(0, 1)
        lines = column(top, texts, self.problems, gap=10, margins=(0, 0, 8, 0))
        lines.setStretch(1, 1)
        return lines


def _blank(term_id: int) -> LetterRow:
    """Give an empty letter of a term that is not stored yet."""
    term = next((each for each in school.terms() if each.id == term_id), None)
    if term is None:
        raise Refused("这个学期已经不在了。请先在“设置—学期”里建立它。")
    return LetterRow(0, term.id, next(iter(KINDS)), "", "", "", False, None, None, None, term.name.school_year, term.name.half,
                     term.starts_on, term.ends_on, 0)


def _beside(cursor: QTextCursor) -> tuple[bool, bool]:
    """Give whether words stand before and after the cursor on its line."""
    line, at = cursor.block().text(), cursor.positionInBlock()
    return bool(line[:at].strip()), bool(line[at:].strip())
