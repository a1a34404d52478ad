"""Making many rooms at once: lines are typed, the list of what will be made is read, then it is made."""

from collections.abc import Sequence

from PySide6.QtGui import QColor
from PySide6.QtWidgets import QDialog, QListWidget, QListWidgetItem, QWidget

from app.core.errors import Invalid
from app.school import place_commands
from app.school.queries import PlaceRow
from app.school.room_lists import EXAMPLE
from app.store.journal import Step
from ui.base import style
from ui.base.parts import button, column, label, later, row
from ui.forms.editors import ChoiceEditor, LinesEditor

PREVIEW_MS = 250


class RoomsDialog(QDialog):
    """Takes lines such as 教学楼 1-4层 每层 01-08室 教室; ``step`` holds what was made."""

    def __init__(self, parent: QWidget, campuses: Sequence[PlaceRow]) -> None:
        super().__init__(parent)
        self.step: Step | None = None
        self.setWindowTitle("批量新增房间")
        self.words = LinesEditor()
        self.words.setFixedHeight(104)
        self.words.setPlaceholderText(EXAMPLE)
        self.words.setAccessibleName("要新增的房间")
        self.campus = ChoiceEditor([(place.id, place.name) for place in campuses])
        self.where = QWidget()
        self.where.setLayout(row(label("放在"), self.campus, None))
        self.where.setVisible(len(campuses) > 1)
        self.found = QListWidget()
        self.found.setMinimumHeight(240)
        self.problem, self.count = label("", "error", wrap=True), label("", "hint")
        self.make_button = button("新增", self.make, primary=True)
        body = column(
            label("一行写一组：楼、层、房间、用途，中间用空格隔开。“每层”表示房间号前面加上楼层。", "hint", wrap=True),
            self.words, self.problem, self.where, label("将要新增：", "section"), self.found,
            row(self.count, None, button("取消", self.reject), self.make_button), margins=(20, 14, 20, 16), gap=10)
        self.setLayout(body)
        self.setMinimumWidth(560)
        self.looking = later(self, PREVIEW_MS, self.preview)
        self.words.edited.connect(self.looking.start)
        self.preview()

    def preview(self) -> None:
        """List what the lines ask for, those already there in grey; say which lines cannot be read."""
        self.looking.stop()
        self.found.clear()
        planned, trouble = [], ""
        if self.words.value():
            try:
                planned = place_commands.preview_places(self.words.value())
            except Invalid as wrong:
                trouble = "\n".join(problem.text for problem in wrong.problems)
        for plan, there in planned:
            item = QListWidgetItem(f"{plan.path}{f'　{plan.kind}' if plan.kind else ''}{'　已经有了' if there else ''}")
            if there:
                item.setForeground(QColor(style.FAINT))
            self.found.addItem(item)
        new = sum(not there for _, there in planned)
        self.problem.setText(trouble)
        self.problem.setVisible(bool(trouble))
        left = f"，{len(planned) - new} 处已经有了" if new < len(planned) else ""
        self.count.setText(f"新增 {new} 处{left}" if planned else "")
        self.make_button.setText(f"新增 {new} 处" if new else "新增")
        self.make_button.setEnabled(new > 0)

    def make(self) -> None:
        """Make the places and close; stay, saying why, where that is refused."""
        try:
            self.step = place_commands.add_places(self.words.value(), self.campus.value())
        except Invalid as wrong:
            self.problem.setText("\n".join(problem.text for problem in wrong.problems))
            self.problem.setVisible(True)
            return
        self.accept()

