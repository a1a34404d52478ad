"""升级到新学年: what becomes of every class is looked at first, then done as one step."""

from PySide6.QtWidgets import QCheckBox, QDialog, QWidget

from app.core.columns import Column, Kind
from app.core.terms import school_year_title
from app.school import promotion, roster
from app.school.promotion import Promotion, Rise
from app.school.rules import class_name
from app.store.journal import Step
from ui.base.parts import button, column, label, mark, open_at, row
from ui.forms.editors import DayEditor
from ui.grid.grid import Grid
from ui.grid.rows import RowsModel

_COLUMNS = (
    Column("name", "现在的班"),
    Column("pupils", "人数", Kind.WHOLE),
    Column("to_name", "新学年"),
    Column("what", "怎么办", Kind.CHOICE),
    Column("note", "说明"),
)
_TONES = {"升级": "done", "毕业": "accent", "不动": "quiet"}


class PromotionDialog(QDialog):
    """Shows each class with where it goes; days and the grades that graduate can be changed. ``plan`` is what is shown, ``step`` what was done."""

    def __init__(self, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.plan: Promotion = promotion.look()
        self.step: Step | None = None
        self.setWindowTitle(f"升级到 {school_year_title(self.plan.year + 1)}")
        self.sum, self.wrong = label("", "title", wrap=True), label("", "error", wrap=True)
        self.starts_on, self.leaves_on = DayEditor(), DayEditor()
        self.starts_on.set_value(self.plan.starts_on)
        self.leaves_on.set_value(self.plan.leaves_on)
        usual = promotion.usual_graduates(self.plan.year)
        self.grades = {grade: QCheckBox(class_name(grade, 1).removesuffix("1班"))
                       for grade in roster.grades_of(self.plan.year)}
        for grade, box in self.grades.items():
            box.setChecked(grade in usual)
            box.toggled.connect(self.look)
        self.rooms = QCheckBox("各班教室不变")
        self.rooms.setChecked(True)
        for editor in (self.starts_on, self.leaves_on):
            editor.setFixedWidth(140)
            editor.edited.connect(self.look)
        self.model = RowsModel(_COLUMNS, _TONES)
        self.grid = Grid(self.model)
        self.grid.horizontalHeader().setSectionsClickable(False)
        self.go = button("升级", self.promote, primary=True)
        hint = label("各班学生升到高一个年级的同号班，序号不变；新的班级会自动建好，班主任跟班走，以后可以在“班级”里改。已经在新学年班里的学生不动。",
                     "hint", wrap=True)
        days = row(
            label("新学年从"),
            self.starts_on,
            label("起"),
            label("毕业生从"),
            self.leaves_on,
            label("起不在校"),
            None,
            self.rooms,
        )
        leaving = row(label("毕业年级"), *self.grades.values(), None)
        lines = column(
            self.sum,
            hint,
            days,
            leaving,
            self.wrong,
            self.grid,
            row(None, button("取消", self.reject), self.go),
            margins=(20, 16, 20, 16),
            gap=10,
        )
        lines.setStretch(5, 1)
        self.setLayout(lines)
        open_at(self, 900, 640)
        self.look()

    def look(self) -> None:
        """Show what the promotion would do as days and grades stand."""
        starts_on, leaves_on = self.starts_on.value(), self.leaves_on.value()
        if starts_on is None or leaves_on is None:
            self._complain("请填写新学年开始和毕业生离校的日期。")
            return
        graduating = {grade for grade, box in self.grades.items() if box.isChecked()}
        self.plan = plan = promotion.look(self.plan.year, graduating, starts_on, leaves_on)
        rows = [_row(each) for each in plan.rises]
        self.model.load(lambda limit, offset: rows[offset:offset + limit], len(rows))
        self.grid.fit(measure=True)
        new = f"，新建 {plan.new_classes} 个班" if plan.new_classes else ""
        self.sum.setText(
            f"{school_year_title(plan.year)} → {school_year_title(plan.year + 1)}：{plan.rising} 人升级，{plan.leaving} 人毕业{new}。"
        )
        self._complain("" if plan.rising or plan.leaving else "没有可以升级的学生：可能已经升过级，或还没有导入名册。")

    def promote(self) -> None:
        """Do what is shown; a refusal stays in the dialog."""
        self.step = promotion.promote(self.plan, self.rooms.isChecked()).step
        self.accept()

    def _complain(self, text: str) -> None:
        self.wrong.setText(text)
        self.wrong.setVisible(bool(text))
        mark(self.wrong)
        self.go.setEnabled(not text)


def _row(each: Rise) -> tuple[object, ...]:
    if each.graduates:
        return (
            each.class_id,
            each.name,
            each.pupils,
            "",
            "毕业" if each.pupils else "不动",
            "" if each.pupils else "没有在读的学生",
        )
    if not each.pupils:
        return (each.class_id, each.name, 0, "", "不动", f"{each.staying} 人已在新学年的班里" if each.staying else "没有在读的学生")
    note = "并入已有的班" if each.to_class else "新建"
    return (
        each.class_id,
        each.name,
        each.pupils,
        each.to_name,
        "升级",
        f"{note}；{each.staying} 人已在新学年的班里" if each.staying else note,
    )
