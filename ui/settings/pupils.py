"""学生名册: pupils of a school year in the grid, and who comes, goes, changes class or rises."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QWidget

from app.core.clock import today
from app.core.errors import Invalid, Problem
from app.core.listing import Totals, Wish
from app.core.progress import Progress, silent
from app.core.terms import school_year_title
from app.exchange.values import Unreadable, read_code, read_name
from app.school import erasing, promotion, pupil_commands, pupil_rules, queries, roster
from app.school.class_names import Classes
from app.school.pupil_rules import PupilDraft
from app.school.rules import class_keys
from app.store import settings
from app.store.folder import DataFolder
from app.store.journal import Step
from ui.base import notify, undoing
from ui.base.changes import Changes
from ui.base.jobs import run_job
from ui.forms.form import Field
from ui.forms.tree import TreeNode
from ui.grid.rows import Row
from ui.kit.acts import Act
from ui.kit.filters import ChoiceFilter, TreeFilter
from ui.kit.table_page import TablePage
from ui.kit.workbooks import WORKBOOK, save_workbook
from ui.settings.classes import GRADES
from ui.settings.sections import fill_in, heading

_EMPTY = "这个学年还没有学生。可以导入学校原有的花名册，也可以在“新增学生”里录入。"
_GRADE = "grade "     # before its number: the branch of a grade in the tree of classes


@dataclass(frozen=True)
class ClassField(Field):
    """A class of one school year, typed in any way of writing: 三年级2班, 三(2)班, 302班."""

    year: Any = None

    def read(self, text: str) -> Any:
        """Give the class a text means; ``ValueError`` with a sentence where it means none."""
        if not text.strip():
            return None
        found, trouble = Classes(self.year(), make=False).find(text.strip())
        if found is None:
            raise ValueError(trouble)
        return found


@dataclass
class _Going:
    """When and why pupils leave."""

    day: date | None
    reason: str = pupil_rules.LEAVING[0]


@dataclass
class _Into:
    """Into which class, from when."""

    class_id: int | None
    day: date | None
    seat: int | None = None


@dataclass
class _Group:
    """A waiver group, "" for none."""

    waiver: str = ""


class PupilsSection(TablePage):
    """The pupils of the current school year, or of another one chosen in the filter."""

    title = "学生名册"
    hint = "收费、通知和花名册都从这里取学生。只登记要用的内容；减免类别等属内部资料，不会印在公开的纸上。可以直接在表格里录入、粘贴。"
    columns = roster.ROSTER
    acts = (
        Act("new", "新增学生", "add", "add", primary=True),
        Act("import", "导入名册", "import_roster", "import"),
        Act("leave", "转出", "leave", "person", needs="some"),
        Act("move", "调班", "change_class", "people", needs="some"),
        Act("rise", "升级到新学年", "rise", "chevron_up"),
        Act("export", "导出", "export", "export"),
        Act("edit", "修改…", "edit", "edit", needs="one", menu=True),
        Act("return", "转回、复学…", "come_back", "restore", needs="one", menu=True),
        Act("waiver", "减免类别…", "set_waiver", "tag", needs="some", menu=True),
        Act("export_classes", "导出，一个班一张工作表…", "export_by_class", "export", menu=True),
        Act("export_one", "导出这名学生的全部信息…", "export_one", "document", needs="one", menu=True),
        Act("erase", "清除个人信息…", "erase", "shield", needs="some", menu=True),
        Act("delete", "删除", "remove", "delete", needs="some", menu=True),
    )
    tones = {"转出": "quiet", "休学": "warning", "退学": "quiet", "毕业": "quiet", "离校": "quiet"}
    empty_text = _EMPTY
    empty_acts = ("import", "new")
    settings_key = "settings/pupils"
    search_hint = "搜索姓名、学号、家长、电话、班级，可用拼音首字母"
    record_word = "人"
    adds = internal = True

    def __init__(self, data: DataFolder, changes: Changes, settings: QSettings | None = None,
                 parent: QWidget | None = None) -> None:
        self.data = data
        self.filters = (
            ChoiceFilter("year", "本学年", _years), TreeFilter("class", "全部班级", self._classes),
            ChoiceFilter("waiver", "不限减免", _groups),
            ChoiceFilter("state", "在读", lambda: [("left", "已离校"), ("all", "在读和离校")]),
        )
        self.class_field = ClassField("class_id", "班级", "choice", required=True, year=self.year,
                                      choices=lambda: list(roster.classes_of(self.year())))
        self.own_fields = (
            Field("name", "姓名", required=True, reads=read_name),
            self.class_field,
            Field("seat", "序号", "whole"),
            Field("number", "学号", reads=_number),
            Field("gender", "性别", "choice", choices=("", *pupil_rules.GENDERS), synonyms=lambda: pupil_rules.GENDER_WORDS),
            Field("guardian", "家长", hint="一位家长的姓名", reads=read_name),
            Field("phone", "家长电话", reads=lambda text: pupil_rules.phone_in(text) or text),
            Field("joined_on", "入班日期", "day", hint="留空：新学年从开学日起，中途转来的从今天起"),
            Field("waiver", "减免类别", "choice", choices=_waivers),
            Field("remark", "备注", width=2),
        )
        by_key = {field.key: field for field in self.own_fields}
        self.fields = {"class": self.class_field} | {column.key: by_key[column.key] for column in self.columns
                                                     if column.key in by_key}
        super().__init__(changes, settings, parent)
        self.top.addLayout(heading(self.title, self.hint))
        self.boxes["year"].changed.connect(self.refresh)    # classes and grades are those of the year

    def year(self) -> int:
        """Give the school year whose pupils are shown."""
        chosen = self.boxes["year"].value() if hasattr(self, "boxes") else None
        return chosen if isinstance(chosen, int) else roster.current_year()

    def wish(self) -> Wish:
        """Give what is asked for: a branch of the tree of classes is a class, or a whole grade."""
        wish = super().wish()
        branch = wish.filters.get("class")
        if not isinstance(branch, str):
            return wish
        rest = {key: value for key, value in wish.filters.items() if key != "class"}
        return replace(wish, filters=rest | {"grade": int(branch.removeprefix(_GRADE))})

    def fetch(self, wish: Wish, limit: int, offset: int) -> Sequence[Row]:
        """Give a block of pupils."""
        return roster.listing(wish, limit, offset)

    def totals(self, wish: Wish) -> Totals:
        """Count the pupils that match; where last year's have not risen yet an empty list says so."""
        found, behind = roster.totals(wish), promotion.year_to_rise()
        if not found.records:
            risen = behind >= self.year()
            self.empty_text = _EMPTY if risen else f"学生还在{school_year_title(behind)}的班里。点“升级到新学年”，各班一起升上来。"
            self.empty_acts = ("import", "new") if risen else ("rise", "import")
        return found

    def position(self, wish: Wish, record_id: int) -> int | None:
        """Give the row a pupil stands in."""
        return roster.position(wish, record_id)

    def write(self, changed: Mapping[int, Mapping[str, Any]], added: Sequence[Mapping[str, Any]],
              progress: Progress = silent) -> Step | None:
        """Store typed cells and new pupils as one step; with a class in the filter new ones belong to it."""
        chosen = self._chosen_class()
        usual = {"class_id": chosen} if chosen else {}
        return pupil_commands.write_pupils(
            changed,
            [usual | {key: value for key, value in each.items() if value is not None} for each in added],
            progress,
            self.year(),
        )

    def status_line(self) -> tuple[str, str]:
        """Say how many pupils of which school year match."""
        found, chosen = super().status_line()
        return f"{school_year_title(self.year())} · {found}", chosen

    # --- acts

    def add(self) -> None:
        """Add a pupil (转入); one after another with 保存并继续."""
        form = fill_in(
            self,
            f"新增学生　{school_year_title(self.year())}",
            PupilDraft(class_id=self._chosen_class()),
            self.own_fields,
            lambda filled: pupil_commands.add_pupil(filled, self.year()),
            again=lambda filled: PupilDraft(class_id=filled.class_id, seat=(filled.seat or 0) + 1 or None),
        )
        if form:
            self.choose(form.saved.made[0])

    def edit(self) -> None:
        """Change the chosen pupil."""
        identity = self.selected_id()
        if identity is not None:
            draft, year = roster.pupil_draft(identity, self.year()), self.year()
            fill_in(self, f"修改 {draft.name}", draft, self.own_fields,
                    lambda filled: pupil_commands.edit_pupil(identity, filled, year))

    def leave(self) -> None:
        """Let the chosen pupils leave, on a day and for a reason."""
        ids = self.selected_ids()
        form = fill_in(self, f"转出　{self._whom(ids)}", _Going(today()), _GOING,
                       lambda filled: pupil_commands.transfer_out(ids, _day(filled.day), filled.reason), save_text="转出")
        if form:
            undoing.told(f"已登记 {form.saved.count} 人离校。改选“已离校”可以看到他们；收费会按离校日期结算。", form.saved.step)

    def change_class(self) -> None:
        """Move the chosen pupils into another class from a day on."""
        ids = self.selected_ids()
        fields = (replace(self.class_field, label="调到"), Field("day", "从哪天起", "day", required=True))
        form = fill_in(
            self,
            f"调班　{self._whom(ids)}",
            _Into(None, roster.day_in(self.year())),
            fields,
            lambda filled: pupil_commands.change_class(ids, _class(filled), _day(filled.day)),
            save_text="调班",
        )
        if form:
            undoing.told(f"已调班 {form.saved.count} 人。", form.saved.step)

    def come_back(self) -> None:
        """Let a pupil who left come back into a class."""
        identity = self.selected_id()
        if identity is None:
            return
        draft = roster.pupil_draft(identity, self.year())
        fields = (
            replace(self.class_field, label="回到"),
            Field("day", "从哪天起", "day", required=True),
            Field("seat", "序号", "whole"),
        )
        form = fill_in(self, f"转回、复学　{draft.name}", _Into(draft.class_id, roster.day_in(self.year())), fields,
                       lambda filled: pupil_commands.readmit(identity, _class(filled), _day(filled.day), filled.seat))
        if form:
            undoing.told(f"{draft.name}已回到班里。", form.saved)

    def set_waiver(self) -> None:
        """Put the chosen pupils into a waiver group, or into none."""
        ids = self.selected_ids()
        form = fill_in(
            self,
            f"减免类别　{self._whom(ids)}",
            _Group(),
            (Field("waiver", "减免类别", "choice", choices=_waivers),),
            lambda filled: pupil_commands.set_waiver(ids, filled.waiver or ""),
        )
        if form:
            undoing.told(f"已修改 {form.saved.count} 人的减免类别。这一列平时隐藏，可在列标题上右键显示。", form.saved.step)

    def rise(self) -> None:
        """Look at the promotion into the next school year, and do it."""
        from ui.settings.promoting import PromotionDialog  # dialogs load when first opened, not at start

        dialog = PromotionDialog(self)
        if dialog.exec():
            undoing.told(
                f"已升级到 {school_year_title(dialog.plan.year + 1)}：{dialog.plan.rising} 人升级，{dialog.plan.leaving} 人毕业。"
                "新一年级请用“导入名册”。",
                dialog.step,
            )

    def import_roster(self) -> None:
        """Read an office's roster, see what it would do, and take it."""
        from ui.settings.roster_import import RosterDialog

        RosterDialog(self, self.year()).exec()

    def export(self) -> None:
        """Write the pupils that match as one sheet."""
        self._export(False)

    def export_by_class(self) -> None:
        """Write the pupils that match, a sheet a class."""
        self._export(True)

    def _export(self, by_class: bool) -> None:
        from app.school import roster_sheets  # the workbook library loads when it is needed

        wish = self.wish()
        waivers = not self.grid.isColumnHidden(next(at for at, column in enumerate(self.columns)
                                                    if column.key == "waiver"))
        save_workbook(self, "学生名册", "学生名册",
                      lambda path, progress: roster_sheets.export_roster(path, wish, by_class, waivers, progress),
                      lambda count, path: f"已导出 {count} 名学生到 {path}。属内部资料，请妥善保管。")

    def export_one(self) -> None:
        """Write everything that the file holds about the chosen pupil."""
        from app.school import roster_sheets

        identity = self.selected_id()
        if identity is not None:
            path = notify.save_file("导出个人信息", f"{roster.pupil_name(identity)}.xlsx", WORKBOOK)
            if path:
                roster_sheets.export_pupil(identity, path)
                notify.written(f"已导出到 {path}。", path)

    def erase(self) -> None:
        """Take everything personal out of the chosen pupils' records, history included; asked first, for it is final."""
        ids = self.selected_ids()
        traces = erasing.look(self.data, ids)
        more = bool(traces.papers or traces.files or traces.backups)
        words = ["全部清除", "只清账本里的", "取消"] if more else ["清除", "取消"]
        detail = ["姓名、学号、家长、电话、减免类别会从名册和操作记录里抹去，不能撤销；缴费、结算的账目保留，只是不再有姓名。", traces.told,
                  "全部清除：带姓名的打印存档和附件删掉，以前的备份里也抹去（备份多时要几分钟）。" if more else "",
                  "U 盘里的副本、已经印在纸上的，请另行销毁。"]
        chosen = notify.choose(f"要清除{self._whom(ids)}的个人信息吗？", words, "\n".join(line for line in detail if line))
        if chosen == len(words) - 1:
            return
        whole = chosen == 0
        run_job(self, "清除个人信息", lambda progress: erasing.erase(self.data, ids, whole, whole, progress),
                partial(self._erased, traces.names), can_cancel=False)

    def _erased(self, names: Sequence[str], done: erasing.Erased) -> None:
        """Say what was done, and forget the names in what this machine keeps of searches and views."""
        if self.settings is not None:
            _forget(self.settings, names)
        (notify.warn if done.troubles else notify.said)(done.told)

    def remove(self) -> None:
        """Delete the chosen pupils, as when entered twice; refused while accounts refer to one."""
        done = pupil_commands.remove_pupils(self.selected_ids())
        undoing.told(f"已删除 {done.count} 名学生。离校的学生请用“转出”，不要删除。", done.step)

    def _whom(self, ids: Sequence[int]) -> str:
        return roster.pupil_name(ids[0]) if len(ids) == 1 else f"{len(ids)} 名学生"

    def _chosen_class(self) -> int | None:
        chosen = self.boxes["class"].value()
        return chosen if isinstance(chosen, int) else None

    def _classes(self) -> Sequence[TreeNode]:
        """Give the grades and their classes; a grade is found by 三 and 3, a class by any way of writing."""
        names, nodes = dict(GRADES), list[TreeNode]()
        for size in roster.class_sizes(self.year()):
            grade = f"{_GRADE}{size.grade}"
            if all(node.id != grade for node in nodes):
                nodes.append(TreeNode(grade, None, names.get(size.grade, str(size.grade)), str(size.grade)))
            nodes.append(TreeNode(size.class_id, grade, size.name, class_keys(size.name, size.grade, size.number)))
        return nodes


def _forget(machine: QSettings, names: Sequence[str]) -> None:
    """Take names out of what this machine keeps of searches and views."""
    for key in machine.allKeys():
        text = machine.value(key)
        if isinstance(text, str) and any(name in text for name in names):
            for name in names:
                text = text.replace(name, "……")
            machine.setValue(key, text)


def _years() -> list[tuple[object, str]]:
    current = roster.current_year()
    return [(year, school_year_title(year)) for year in queries.school_years() if year != current]


def _groups() -> list[tuple[object, str]]:
    return [(roster.ANY_WAIVER, "有减免的"), *((word, word) for word in settings.value(roster.WAIVERS))]


def _waivers() -> list[str]:
    return ["", *settings.value(roster.WAIVERS)]


def _number(text: str) -> str:
    """Read a 学号 that is pasted; refuses a 身份证号, which an import leaves out as well."""
    number = read_code(text)
    if pupil_rules.is_identity_number(number):
        raise Unreadable("这像身份证号或全国学籍号，名册不登记", "填学校自己编的学号")
    return number


def _day(day: date | None) -> date:
    if day is None:
        raise Invalid([Problem("day", "请填写日期。")])
    return day


def _class(filled: _Into) -> int:
    if filled.class_id is None:
        raise Invalid([Problem("class_id", "请选择班级。")])
    return filled.class_id


_GOING = (
    Field("day", "离校日期", "day", required=True, hint="从这一天起不在校"),
    Field("reason", "原因", "choice", choices=pupil_rules.LEAVING),
)
