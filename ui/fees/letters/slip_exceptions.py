"""全班同意，除…: the slips of a class counted at once; one types only who refuses what, and whose slip is out."""

from collections import Counter
from collections.abc import Sequence
from datetime import date

from PySide6.QtWidgets import QDialog, QGridLayout, QPlainTextEdit, QWidget

from app.core.errors import Invalid, Refused
from app.core.terms import chinese_day
from app.fees.letters import commands, queries
from app.fees.letters.queries import LetterRow
from app.fees.letters.replies import Exceptions, read_exceptions
from ui.base import keys, notify, undoing
from ui.base.parts import button, column, label, open_at, row

_HOW = "一行写一处，没写的都算交回并同意。座号也可以换成姓名，项目可以只写几个字。"
_HOW_PLAIN = "一行写一处，没写的都算交回。座号也可以换成姓名。"
_BY_ITEM = (("12", "12 号全部不同意"), ("12 {item}", "12 号不同意这一项"), ("3、8-10 {item}", "3 号、8 到 10 号不同意这一项"))
_OUT = (("缺 5 7", "5 号、7 号没交回执"),)
_MOST = 3


def ask_exceptions(
    parent: QWidget, letter: LetterRow, class_id: int, items: Sequence[tuple[int, str]], day: date
) -> bool:
    """Let the person type a class's exceptions and count it as one step; gives whether that was done."""
    return bool(ExceptionsDialog(parent, letter, class_id, items, day).exec())


class ExceptionsDialog(QDialog):
    """Says under the text how it is understood, before anything is counted."""

    def __init__(
        self, parent: QWidget | None, letter: LetterRow, class_id: int, items: Sequence[tuple[int, str]], day: date
    ) -> None:
        super().__init__(parent)
        self.letter, self.class_id, self.day = letter, class_id, day
        self.slips = queries.reply_rows(letter.id, class_id)
        asked = {item for slip in self.slips for item in slip.choices}
        self.items = [each for each in items if each[0] in asked]
        name = next((each.class_name for each in queries.reply_counts(letter.id) if each.class_id == class_id), "")
        self.class_name = name
        self.setWindowTitle(f"全班同意，除… - {name}")
        self.text = QPlainTextEdit()
        self.text.setAccessibleName("例外")
        self.text.setPlaceholderText("没有例外就留空")
        self.sum, self.wrong = label("", "title", wrap=True), label("", "error", wrap=True)
        self.button = button("", self.save, primary=True)
        how, examples = _HOW if self.items else _HOW_PLAIN, QGridLayout()
        examples.setHorizontalSpacing(24)
        examples.setContentsMargins(14, 0, 0, 0)
        examples.setColumnStretch(1, 1)
        for line, (typed, meaning) in enumerate([*(_BY_ITEM if self.items else ()), *_OUT]):
            examples.addWidget(label(typed.format(item=self.items[-1][1] if self.items else "")), line, 0)
            examples.addWidget(label(meaning, "hint"), line, 1)
        before = sum(slip.returned_on is not None for slip in self.slips)
        again = label(f"这个班已登记 {before} 份，记下以后以这里写的为准。", "warning", wrap=True)
        again.setVisible(bool(before))
        head = label(f"{name}　{len(self.slips)} 人　收回日期 {chinese_day(day)}", "headline")
        lines = column(head, label(how, "hint", wrap=True), examples, again, self.text,
                       self.sum, self.wrong, row(None, button("取消", self.reject), self.button),
                       margins=(20, 16, 20, 16), gap=10)
        lines.setStretch(4, 1)
        self.setLayout(lines)
        self.text.textChanged.connect(self._read)
        keys.bind("store", self, self.save)
        open_at(self, 560, 560)
        self.text.setPlainText(self._known())
        self.begun = self.text.toPlainText()
        self._read()
        self.text.setFocus()

    def exceptions(self) -> Exceptions:
        """Give what was typed as it is understood; raises ``Invalid`` with everything that is not."""
        pupils = [(slip.pupil, slip.seat, slip.name) for slip in self.slips]
        return read_exceptions(self.text.toPlainText(), pupils, self.items)

    def save(self) -> None:
        """Count the class as one step."""
        try:
            done = commands.record_class(self.letter.id, self.class_id, self.exceptions(), self.day)
        except Invalid as wrong:
            self._say([each.text for each in wrong.problems])
        except Refused as refused:
            self._say([refused.text])
        else:
            self.accept()
            undoing.told(f"已登记{self.class_name} {done.count} 份回执。", done.step)

    def reject(self) -> None:
        """Ask before what was typed is lost."""
        if self.text.toPlainText().strip() == self.begun.strip() or notify.ask(
            "刚才填写的还没有保存，要放弃吗？", "放弃", "继续填写", danger=True
        ):
            super().reject()

    def _known(self) -> str:
        """Give what is known of the class already, as one would type it; who is missing only once most slips are in."""
        seats = Counter(slip.seat for slip in self.slips)
        called = {slip.pupil: str(slip.seat) if slip.seat is not None and seats[slip.seat] == 1 else slip.name
                  for slip in self.slips}
        out = [called[slip.pupil] for slip in self.slips if slip.returned_on is None]
        lines = [f"缺 {each}" for each in out] if len(out) * 2 < len(self.slips) else []
        for slip in self.slips:
            refused = [name for item, name in self.items if slip.choices.get(item) is False]
            if refused:
                lines.append(f"{called[slip.pupil]} {'、'.join(refused)}")
        return "\n".join(lines)

    def _read(self) -> None:
        try:
            found = self.exceptions()
        except Invalid as wrong:
            self._say([each.text for each in wrong.problems])
            self.button.setEnabled(False)
            return
        self._say([])
        back = len(self.slips) - len(found.missing)
        said = [f"{back} 份交回"] + [f"{len(found.missing)} 人未交"] * bool(found.missing)
        for item, name in self.items:
            count = sum(item in refused for refused in found.refused.values())
            said += [f"{count} 人不同意{name}"] * bool(count)
        self.sum.setText("，".join(said) + ("。" if found.missing or found.refused or not self.items else "，全部同意。"))
        self.button.setText(f"记下 {back} 份（{keys.shown('store')}）")
        self.button.setEnabled(bool(self.slips))

    def _say(self, texts: Sequence[str]) -> None:
        more = f"（共 {len(texts)} 处）" if len(texts) > _MOST else ""
        self.wrong.setText("\n".join(texts[:_MOST]) + more)
        self.wrong.setVisible(bool(texts))
        self.sum.setVisible(not texts)
