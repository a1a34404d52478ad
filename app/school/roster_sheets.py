"""The roster as workbooks: what offices call its columns, which of them are kept, the rows of a file, and the way out.

Only what fees and letters need is taken (个人信息保护法第六条): 身份证号, 住址 and the like are left in the file.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.core import clock
from app.core.columns import Column, Kind, by_key
from app.core.errors import Refused
from app.core.listing import Wish
from app.core.progress import Progress, silent
from app.core.terms import school_year_title
from app.exchange.headings import FieldSpec
from app.exchange.matching import Question
from app.exchange.plain_tables import Line, Listed, read_list
from app.exchange.problems import RowProblem, row_problem
from app.exchange.reading import Workbook, open_workbook
from app.exchange.values import Unreadable, read_choice, read_code, read_day, read_name, read_quantity, read_text
from app.exchange.writing import SheetOut, write_workbook
from app.school import personal, pupil_commands, pupil_rules, queries, roster
from app.school.class_names import NOT_READ, Classes
from app.school.pupil_rules import PupilDraft
from app.store import settings

_GUARDIANS = ("家长姓名", "监护人", "监护人姓名", "父母姓名", "联系人", "父亲姓名", "母亲姓名", "父亲", "母亲", "家长（监护人）姓名", "家长称谓")
_PHONES = ("电话", "联系电话", "手机", "手机号", "手机号码", "电话号码", "监护人电话", "家长手机", "家长联系电话", "联系方式", "家长联系方式",
           "监护人联系电话", "监护人联系方式", "父亲电话", "母亲电话", "父亲手机", "母亲手机", "父亲联系电话", "母亲联系电话")
FIELDS: tuple[FieldSpec, ...] = (
    FieldSpec("name", "姓名", Kind.TEXT, ("学生姓名", "学生", "名字", "学生名字", "幼儿姓名", "学生信息姓名", "学生基本信息姓名",
                                               "基本信息姓名", "学生情况姓名"), True, asks=True),
    FieldSpec("seat", "序号", Kind.WHOLE, ("座号", "班内序号", "座位号", "班级序号", "编号", "No.")),
    FieldSpec("number", "学号", Kind.CODE, ("学生学号", "校内学号", "学生编号", "班级学号"), asks=True, unique=True),
    FieldSpec("gender", "性别", Kind.CHOICE, ("学生性别", "男/女")),
    FieldSpec("class", "班级", Kind.TEXT, ("所在班级", "班级名称", "行政班", "班别", "班", "就读班级")),
    FieldSpec("grade", "年级", Kind.TEXT, ("所在年级", "就读年级")),
    FieldSpec("guardian", "家长", Kind.TEXT, _GUARDIANS),
    FieldSpec("phone", "家长电话", Kind.CODE, _PHONES),
    FieldSpec("waiver", "减免类别", Kind.CHOICE, ("困难类别", "困难类型", "资助类别", "资助类型", "特殊群体类别")),
    FieldSpec("joined_on", "入班日期", Kind.DAY, ("转入日期", "入班时间", "转入时间")),
)
_SECOND = {"guardian": "guardian_2", "phone": "phone_2"}
# The other parent's columns stand in where the first one's are blank; a teacher's name must not pass for a pupil's.
_SPECS = (
    *FIELDS,
    FieldSpec("guardian_2", "另一位家长", Kind.TEXT, _GUARDIANS),
    FieldSpec("phone_2", "另一个电话", Kind.CODE, _PHONES),
    FieldSpec("teacher", "班主任", Kind.TEXT, ("班主任姓名", "教师姓名", "任课教师")),
)
TITLES = {spec.key: spec.title for spec in FIELDS}
NO_CLASS = "没有写班级，表的标题、工作表名和文件名里也看不出来。请指明“这些学生都是哪个班”，或在表里加一列“班级”。"
_SHARED = ("class", "grade")
_ADDS_UP = re.compile(r"汇总|总表|合计|统计|模板|样表|示例|说明|全校")


@dataclass
class Read:
    """A row of a file as a pupil: ``draft`` holds what it says, ``given`` which fields; ``problems`` what is wrong in it."""

    line: Line
    draft: PupilDraft
    given: set[str] = field(default_factory=set)
    problems: list[RowProblem] = field(default_factory=list)

    def problem(self, key: str, text: str, level: Any = "error") -> None:
        """Note what is wrong with the cell of a field, or with the row where it has no such column."""
        title = self.line.titles.get(key, "")
        self.problems.append(row_problem(self.line.sheet, self.line.row, title, self.line.cells.get(key), text, level))

    @property
    def bad(self) -> bool:
        """Whether an error keeps this row out."""
        return any(problem.level == "error" for problem in self.problems)

    @property
    def where(self) -> str:
        """Say where the row stands."""
        return f"工作表“{self.line.sheet}”第 {self.line.row} 行"


@dataclass
class RosterFile:
    """What a workbook holds: the rows of its lists, headings whose columns are left out, sheets without a list."""

    path: Path
    lists: list[Listed]
    passed_over: list[str]

    @property
    def unused(self) -> list[str]:
        """Give the headings of filled columns that are not taken, each once."""
        return list(dict.fromkeys(head for listed in self.lists for head in listed.unused))

    @property
    def questions(self) -> list[Question]:
        """Give what must be asked before these lists can be read, each once."""
        return list({question.text: question for listed in self.lists for question in listed.questions}.values())

    @property
    def sheets(self) -> list[str]:
        """Give the names of the sheets that are read."""
        return [listed.sheet for listed in self.lists]


def open_roster(path: Path, sheets: Collection[str] = (), answers: Mapping[str, str] | None = None) -> RosterFile:
    """Open a workbook and find its lists: on the named sheets, else on all that are visible, those that sum up left out.

    ``Refused`` where none has a head with 姓名 and one more column that is known, nor a column that could be the name.
    """
    book = open_workbook(path)
    chosen = [book.sheet(name) for name in sheets] if sheets else [sheet for sheet in book.sheets if not sheet.hidden]
    lists = [read_list(sheet, _SPECS, "name", _SHARED, answers) for sheet in chosen]
    found = [listed for listed in lists if listed.lines]
    if not sheets and sum(not _ADDS_UP.search(listed.sheet) for listed in found) > 1:
        found = [listed for listed in found if not _ADDS_UP.search(listed.sheet)]  # it repeats the classes' own sheets
    if not found:
        found = [listed for listed in lists if listed.questions and not listed.tables][:1]
    if not found and any(listed.tables for listed in lists):
        raise Refused(f"“{path.name}”里有名册的表头，下面却没有学生。请填好再导入。")
    if not found:
        raise Refused(f"“{path.name}”里没有认出学生名册：表头里要有“姓名”，再加学号、性别、班级、家长、电话中的一列。"
                      f"请把写着姓名的那一列的标题改成“姓名”再导入。{_sheets_there(book)}")
    taken = {listed.sheet for listed in found}
    return RosterFile(path, found, [listed.sheet for listed in lists if listed.sheet not in taken])


def _sheets_there(book: Workbook) -> str:
    names = "、".join(sheet.name for sheet in book.sheets[:8])
    return f"现有工作表：{names}。" if len(book.sheets) > 1 else ""


class RosterReader:
    """Turns lines into pupils; classes are found in their column, the title over the table, the sheet's or file's name."""

    def __init__(self, file: RosterFile, classes: Classes, one_class: str = "") -> None:
        self.file, self.classes, self.one_class = file, classes, one_class
        self.classless = 0
        """How many rows are of a class that nothing tells."""
        self._digits_are_classes = self._mostly_classes()
        self.waivers = settings.value(roster.WAIVERS)
        self.identity_numbers = 0
        """How many cells held a 身份证号 or 学籍号, which is not taken."""

    def read(self, line: Line) -> Read:
        """Give a line's draft with the problems of its cells."""
        row = Read(line, PupilDraft())
        for key in TITLES:
            cell = line.cells.get(key, line.cells.get(_SECOND.get(key, "")))
            if key in _SHARED or cell is None:
                continue
            try:
                self._set(row, key, cell)
            except Unreadable as trouble:
                row.problem(key, f"{trouble}。这一格没有登记。", "warning")
        row.draft = pupil_commands.tidied(row.draft)
        self._find_class(row)
        for problem in pupil_rules.check_pupil(row.draft, self.waivers):
            if problem.field != "class_id":
                row.problem(problem.field, problem.text, problem.level)
        for problem in pupil_commands.check_days(row.draft, self.classes.year):
            row.problem(problem.field, problem.text, problem.level)
        return row

    def _set(self, row: Read, key: str, cell: object) -> None:
        value = self._value(row, key, cell)
        if value not in (None, ""):
            setattr(row.draft, key, value)
            row.given.add(key)

    def _value(self, row: Read, key: str, cell: object) -> Any:
        if key == "seat":
            return read_quantity(cell)[0]
        if key == "joined_on":
            return read_day(cell)[0]
        if key == "gender":
            return read_choice(cell, pupil_rules.GENDERS, pupil_rules.GENDER_WORDS)
        if key == "waiver":
            return self._waiver(row, read_text(cell))
        text = read_code(cell) if key == "number" else pupil_rules.phone_in(read_text(cell)) if key == "phone" else read_name(cell)
        if pupil_rules.is_identity_number(text):
            self.identity_numbers += 1
            return ""
        return text

    def _waiver(self, row: Read, text: str) -> str:
        found = next((word for word in self.waivers if word in text), "")
        if not found and text not in ("否", "非", "不是", "一般", "普通", "正常"):
            row.problem("waiver", f"没有“{text[:20]}”这个减免类别，没有登记。可在设置里增加后再导入。", "warning")
        return found

    def _mostly_classes(self) -> bool:
        """Whether most cells under 班级 are classes of a school: beside 市第三中学 a 224 is no class 24 of the second grade."""
        words = {read_text(line.cells["class"]) for listed in self.file.lists for line in listed.lines if "class" in line.cells}
        known = sum(self.classes.reads(text) for text in words)
        return known * 2 >= len(words)

    def _find_class(self, row: Read) -> None:
        """Find the row's class; the nearest word that tells one counts."""
        line = row.line
        text, grade = read_text(line.cells.get("class", "")), read_text(line.cells.get("grade", ""))
        around = [*reversed(line.about), line.sheet, self.file.path.stem]
        if text.removesuffix("班").isdecimal() and not self._digits_are_classes:
            found, trouble = None, NOT_READ.format(text)
        elif text:
            hints = [grade] if grade else [words for words in around if "年级" in words]
            found, trouble = self.classes.find(text, hints[0] if hints else "")
        else:
            found, trouble = next(filter(any, map(self.classes.in_title, around)), (None, ""))
            if found is None and not trouble:
                self.classless += 1
                found, trouble = self.classes.find(self.one_class) if self.one_class else (None, "")
            trouble = trouble or NO_CLASS
        row.draft.class_id = found
        if found is None:
            row.problem("class", trouble)


# --- out ---------------------------------------------------------------------------------------------------------

EXPORTED = ("class", "seat", "number", "name", "gender", "guardian", "phone", "joined_on")
PRIVATE = "内部资料　请勿张贴、转发"


def export_roster(path: Path, wish: Wish | None = None, by_class: bool = False, waivers: bool = False,
                  progress: Progress = silent) -> int:
    """Write the pupils that match (who are here in the current school year, unless a wish says otherwise) and give how many.

    One sheet, or with ``by_class`` one a class; 减免类别 only where asked for. It imports back unchanged.
    """
    wish = wish or Wish()
    rows = roster.listing(wish, 10**9)
    columns = by_key(roster.ROSTER, *EXPORTED, *(("waiver",) if waivers else ()))
    places = [[column.key for column in roster.ROSTER].index(column.key) + 1 for column in columns]
    year = wish.filters.get("year")
    year = year if isinstance(year, int) else roster.current_year()
    school = queries.profile().name
    groups: dict[str, list[list[Any]]] = {}
    for row in rows:
        groups.setdefault(str(row[1]) if by_class else "学生名册", []).append([row[place] for place in places])
    if not groups:
        raise Refused("没有可以导出的学生。请先导入名册，或放宽筛选。")
    sheets = [
        SheetOut(
            name,
            columns,
            lines,
            f"{school}{school_year_title(year)}{name if by_class else ''}学生名册",
            notes=(PRIVATE,),
        )
        for name, lines in groups.items()
    ]
    write_workbook(path, sheets, progress)
    return len(rows)


_FACTS = (Column("title", "项目", Kind.TEXT, 30), Column("value", "内容", Kind.TEXT, 60))
_STAYS = (
    Column("year", "学年", Kind.TEXT, 34),
    Column("class", "班级", Kind.TEXT, 30),
    Column("seat", "序号", Kind.WHOLE, 14),
    Column("joined_on", "入班日期", Kind.DAY, 24),
    Column("left_on", "离班日期", Kind.DAY, 24),
    Column("reason", "离班原因", Kind.TEXT, 24),
)


def export_pupil(identity: int, path: Path) -> int:
    """Write everything the file holds about one pupil as a workbook (个人信息保护法第四十五条); gives the number of sheets."""
    draft = roster.pupil_draft(identity)
    titles = {
        "name": "姓名",
        "number": "学号",
        "gender": "性别",
        "guardian": "家长",
        "phone": "家长电话",
        "waiver": "减免类别",
        "remark": "备注",
    }
    facts = [(title, getattr(draft, key)) for key, title in titles.items()]
    times = [
        (school_year_title(stay.school_year), stay.class_name, stay.seat, stay.joined_on, stay.left_on, stay.reason)
        for stay in roster.stays(identity)
    ]
    title = f"{queries.profile().name}　学生个人信息　{clock.today():%Y-%m-%d} 导出"
    sheets = [SheetOut("基本信息", _FACTS, facts, title, notes=(PRIVATE,)), SheetOut("班级", _STAYS, times)]
    sheets += [SheetOut(kept.title, kept.columns, kept.rows)
               for known in personal.about() for kept in known.kept(identity)]
    write_workbook(path, sheets)
    return len(sheets)


def template(path: Path, year: int | None = None) -> int:
    """Write an empty roster, a sheet for each class of a school year, to be filled in and imported; gives how many sheets."""
    columns = by_key(roster.ROSTER, "seat", "number", "name", "gender", "guardian", "phone")
    names = [name for _, name in roster.classes_of(year)] or ["学生名册"]
    write_workbook(path, [SheetOut(name, columns, [], f"{name}学生名册" if len(names) > 1 else None) for name in names])
    return len(names)
