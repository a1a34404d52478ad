"""班级: the classes of each school year, with 班主任 and room."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.core.clock import today
from app.core.errors import Invalid, Problem
from app.core.terms import school_year_of, school_year_title
from app.school import commands, queries, rules
from app.school.rules import HIGHEST_GRADE, ClassDraft
from app.store.journal import Step
from ui.base import undoing
from ui.forms.form import Field
from ui.grid.rows import Row
from ui.kit.acts import Act
from ui.kit.filters import ChoiceFilter
from ui.kit.school_fields import person_field, place_field
from ui.settings.sections import ListSection, fill_in

GRADES = [(grade, rules.class_name(grade, 1).removesuffix("1班")) for grade in range(1, HIGHEST_GRADE + 1)]


@dataclass
class _Batch:
    """So many classes in each grade from one grade to another."""

    first: int = 1
    last: int = 6
    each: int | None = 4


class ClassesSection(ListSection):
    """The classes of the current school year, or of another one chosen in the filter."""

    title = "班级"
    hint = "每个学年的班级、班主任和教室。教室盘点表的保管人就是班主任；导入台账时写“三(2)班”也能找到教室。"
    columns = queries.CLASSES
    filters = (ChoiceFilter("year", "本学年", lambda: [(year, school_year_title(year)) for year in _years()]),)
    acts = (
        Act("new", "新增班级", "add", "add", primary=True),
        Act("batch", "批量新增", "add_many", "columns"),
        Act("edit", "修改", "edit", "edit", needs="one"),
        Act("delete", "删除", "remove", "delete", needs="one"),
    )
    empty_text = "这个学年还没有班级。"
    empty_acts = ("batch", "new")
    settings_key = "settings/classes"
    narrowing = {"year": lambda row, year: True}     # the rows are those of the year
    search_hint = "搜索班级、班主任、教室，可用拼音首字母"
    record_word = "个班"

    def year(self) -> int:
        """Give the school year whose classes are shown."""
        chosen, current = self.boxes["year"].value(), queries.current_term()
        if isinstance(chosen, int):
            return chosen
        return current.name.school_year if current else school_year_of(today())

    def rows(self) -> Sequence[Row]:
        """Give the classes of the year, by grade and number."""
        return queries.classes_listing(self.year())

    def add(self) -> None:
        """Add a class; one after another with 保存并继续."""
        last = self.listed[-1] if self.listed else None
        draft = ClassDraft(self.year(), last[2] if last else 1, last[3] + 1 if last else 1)
        form = fill_in(self, f"新增班级　{school_year_title(self.year())}", draft, _FIELDS,
                       lambda filled: commands.add_class(_whole(filled)),
                       again=lambda filled: ClassDraft(filled.school_year, filled.grade, (filled.number or 0) + 1))
        if form:
            self.choose(form.saved.made[0])

    def add_many(self) -> None:
        """Add classes 1 to n of several grades; those already there stay as they are."""
        form = fill_in(self, f"批量新增班级　{school_year_title(self.year())}", _Batch(), _BATCH, self._add_batch,
                       save_text="新增")
        if form:
            undoing.told(f"已新增 {len(form.saved.made) if form.saved else 0} 个班级。", form.saved)

    def _add_batch(self, batch: _Batch) -> Step | None:
        if not batch.each or not 1 <= batch.each <= 99:
            raise Invalid([Problem("each", "每个年级的班数请填 1 到 99。")])
        if batch.first > batch.last:
            raise Invalid([Problem("last", "请从低年级选到高年级。")])
        return commands.add_classes(self.year(), dict.fromkeys(range(batch.first, batch.last + 1), batch.each))

    def edit(self) -> None:
        """Change the chosen class."""
        identity = self.selected_id()
        if identity is not None:
            draft = queries.class_draft(identity)
            fill_in(self, f"修改 {draft.name}", draft, _FIELDS,
                    lambda filled: commands.edit_class(identity, _whole(filled, draft)))

    def remove(self) -> None:
        """Delete the chosen class; refused while anything names it."""
        identity = self.selected_id()
        if identity is not None:
            name = queries.class_draft(identity).name
            undoing.told(f"已删除{name}。", commands.remove_class(identity))


def _years() -> list[int]:
    current = queries.current_term()
    known = queries.school_years()
    newest = max(known, default=school_year_of(today()))
    return [year for year in [newest + 1, *known] if current is None or year != current.name.school_year]


def _whole(filled: ClassDraft, before: ClassDraft | None = None) -> ClassDraft:
    """Give the draft with a number, and a usual name that follows when grade or number change."""
    number = filled.number or 0
    usual = before is not None and filled.name == rules.class_name(before.grade, before.number)
    return replace(filled, number=number, name="" if usual else filled.name)


_FIELDS = (
    Field("grade", "年级", "choice", choices=GRADES),
    Field("number", "班号", "whole", required=True),
    Field("name", "班级名称", width=2, hint="留空就叫“三年级2班”这样的名称"),
    person_field("teacher_id", "班主任"), place_field("place_id", "教室", rooms_only=True),
)
_BATCH = (
    Field("first", "从", "choice", choices=GRADES), Field("last", "到", "choice", choices=GRADES),
    Field("each", "每个年级的班数", "whole", required=True),
)
