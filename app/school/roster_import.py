"""A roster as the office keeps it into the file: who is new, who moved, who came back, what differs, who is missing.

Rehearsed through the same code, all problems at once, one step of undo. A pupil is the same by 学号, else by name within the
class, else by name and guardian in another class. Nobody is removed because a file leaves him out: that is only told.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Literal

from app.core.errors import Refused
from app.core.pinyin import fold
from app.core.progress import Progress, silent
from app.core.terms import school_year_title
from app.exchange.matching import Question
from app.exchange.problems import RowProblem, row_problem
from app.school import pupil_commands, pupil_rules, roster, roster_sheets
from app.school.class_names import Classes
from app.school.pupil_rules import FIELDS, MOVED_CLASS, MOVED_UP, PupilDraft
from app.school.roster_sheets import TITLES, Read, RosterFile, RosterReader
from app.school.rules import class_name
from app.school.tables import Enrolment, Pupil
from app.store import journal
from app.store.database import database, scalar
from app.store.journal import Step

What = Literal["新增", "调班", "升入", "返校", "更新", "不变", "已离校", "文件里没有"]
_EVERY, _MOST_HEADS = 200, 12
_MISSING = "名册里有，文件里没有。如已离校，请用“转出”登记"
_TAKEN = (*FIELDS[:-1], "seat")      # a remark is nobody's business but the office's own


@dataclass(frozen=True)
class RosterPlan:
    """How a file is to be imported: into which school year, from which day movers and comers count (today unless given).

    Who left and stands in the file is let alone unless ``readmit`` is set: more often the file is old than the pupil back.
    ``one_class`` is the class of rows for which neither a column nor a title, a sheet's or the file's name tells one.
    ``answers`` say of normal headings which field they are ("" for none).
    """

    year: int | None = None
    day: date | None = None
    make_classes: bool = False
    readmit: bool = False
    skip_bad: bool = False
    sheets: tuple[str, ...] = ()
    one_class: str = ""
    answers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """What becomes of one pupil: ``what`` in a word, ``detail`` what differs. ``row`` is 0 for who is not in the file."""

    what: What
    name: str
    class_name: str
    detail: str = ""
    sheet: str = ""
    row: int = 0


@dataclass
class RosterOutcome:
    """What an import did, or a rehearsal would do; ``step`` is None where nothing was written.

    ``classless`` counts the rows whose class nothing tells, ``hidden`` those that are hidden or filtered out in the file.
    ``questions`` are what must be answered first (``RosterPlan.answers``).
    """

    entries: list[Entry] = field(default_factory=list)
    classes: list[str] = field(default_factory=list)
    lacking: list[str] = field(default_factory=list)
    unused: list[str] = field(default_factory=list)
    sheets: list[str] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)
    bad_rows: int = 0
    classless: int = 0
    hidden: int = 0
    questions: list[Question] = field(default_factory=list)
    refused: bool = False
    step: Step | None = None

    @property
    def counts(self) -> Counter[What]:
        """Give how many pupils each thing happens to."""
        return Counter(entry.what for entry in self.entries)

    @property
    def errors(self) -> int:
        """Give how many problems keep their row out."""
        return sum(problem.level == "error" for problem in self.problems)

    def sentence(self) -> str:
        """Say in one sentence what came of it."""
        counts = self.counts
        parts = [f"{word} {counts[word]} 人" for word in ("新增", "调班", "升入", "返校", "更新") if counts[word]]
        parts += [f"{counts['不变']} 人没有变化"] if counts["不变"] else []
        parts += [f"新建 {len(self.classes)} 个班"] if self.classes else []
        parts += [f"{self.bad_rows} 行有问题"] if self.bad_rows else []
        return "，".join(parts) or "没有学生"


@dataclass(slots=True)
class _Known:
    """A pupil of the file with his latest class."""

    id: int
    draft: PupilDraft
    enrolment: int
    year: int
    grade: int
    number: int
    joined_on: date
    left_on: date | None
    reason: str


def run(path: Path, plan: RosterPlan, progress: Progress = silent, rehearse: bool = False) -> RosterOutcome:
    """Import a roster, or rehearse it. With errors and without ``skip_bad`` nothing is written and ``refused`` is set."""
    _require_year(roster.current_year() if plan.year is None else plan.year)
    file = roster_sheets.open_roster(path, plan.sheets, dict(plan.answers))
    with journal.operation(f"导入学生名册 {path.name}") as work:
        outcome = _Run(file, plan, progress).perform()
        outcome.questions = file.questions
        outcome.refused = bool(outcome.questions) or (bool(outcome.errors) and not plan.skip_bad)
        if rehearse or outcome.refused:
            work.discard()
        else:
            work.rename(f"导入学生名册 {path.name}：{outcome.sentence()}")
    outcome.step = work.step
    return outcome


def _require_year(year: int) -> None:
    """Refuse a school year before that in which pupils are now: who is who could not be told any more."""
    latest = scalar("""SELECT max(c.school_year) FROM enrolment e JOIN school_class c ON c.id = e.school_class_id
                       WHERE e.left_on IS NULL""")
    if latest is not None and year < latest:
        raise Refused(f"名册已经是{school_year_title(latest)}的了，不能再导入到{school_year_title(year)}。请改选学年。")
    if not 1949 <= year <= 2999:
        raise Refused("学年请写四位数年份。")


class _Run:
    """One pass over the file; the caller holds the operation open."""

    def __init__(self, file: RosterFile, plan: RosterPlan, progress: Progress) -> None:
        self.file, self.plan, self.progress = file, plan, progress
        self.year = plan.year if plan.year is not None else roster.current_year()
        self.day = roster.day_in(self.year, plan.day)
        self.starts = pupil_commands.starts_of(self.year)
        self.classes = Classes(self.year, plan.make_classes)
        self.reader = RosterReader(file, self.classes, plan.one_class)
        self.outcome = RosterOutcome(sheets=file.sheets, unused=file.unused)
        self.known = _known_pupils()
        self.by_number = {each.draft.number: each for each in self.known if each.draft.number}
        self.by_name: dict[str, list[_Known]] = defaultdict(list)
        for each in self.known:
            self.by_name[_plain(each.draft.name)].append(each)
        self.met: dict[int, Read] = {}

    def perform(self) -> RosterOutcome:
        """Read, find who is who, write; gives what became of everybody."""
        rows = self._read()
        self._find_twice(rows)
        self.alike = Counter((row.draft.class_id, _plain(row.draft.name)) for row in rows)
        fresh: list[Read] = []
        for done, row in enumerate(rows):
            if done % _EVERY == 0:
                self.progress(done, len(rows), "比对名册")
            if row.bad:
                continue
            same = self._same(row)
            if same is not None and not row.bad:
                self._meet(row, same)
            elif not row.bad:
                fresh.append(row)
                self._enter("新增", row, self._namesake(row))
        self._add(fresh)
        for row in rows:
            self.outcome.problems += row.problems
            self.outcome.bad_rows += row.bad
        self._tell_missing({row.draft.class_id for row in rows if row.draft.class_id})
        self._remark()
        return self.outcome

    def _read(self) -> list[Read]:
        lines = [line for listed in self.file.lists for line in listed.lines]
        rows = []
        for done, line in enumerate(lines):
            if done % _EVERY == 0:
                self.progress(done, len(lines), "读取名册")
            rows.append(self.reader.read(line))
        return rows

    # --- who is who

    def _find_twice(self, rows: Sequence[Read]) -> None:
        """Mark rows that stand in the file twice: the same 学号, or nothing that tells two of one name apart."""
        numbers: dict[str, Read] = {}
        names: dict[str, list[Read]] = defaultdict(list)
        for row in rows:
            draft = row.draft
            first = numbers.setdefault(draft.number, row) if draft.number else row
            if first is not row:
                row.problem("number", f"学号与{first.where}的{first.draft.name}相同。请改正，或删去其中一行。")
                continue
            same = next((other for other in names[_plain(draft.name)] if _one_child(draft, other.draft)), None)
            if same and draft.name:
                row.problem("name", f"与{same.where}是同一名学生。请删去一行；如果是两个人，请写上学号或家长以便区分。")
            names[_plain(draft.name)].append(row)

    def _same(self, row: Read) -> _Known | None:
        """Give the pupil that a row is about, None for a new one; a row that may be two is a problem."""
        draft = row.draft
        numbered = self.by_number.get(draft.number) if draft.number else None
        if numbered is not None:
            if _plain(numbered.draft.name) != _plain(draft.name) and not self._renamed(draft, numbered):
                row.problem("number", f"学号 {draft.number} 在名册里是{numbered.draft.name}的，这里写的是{draft.name}，请核对。")
            return numbered
        grade, number = self.classes.places[draft.class_id or 0]
        found = [each for each in self.by_name[_plain(draft.name)] if each.id not in self.met
                 and not (draft.number and each.draft.number)]
        here = [each for each in found if (each.year, each.grade, each.number) == (self.year, grade, number)
                or (each.year, each.grade + 1, each.number) == (self.year - 1, grade, number)]
        tied = [each for each in here if _tied(draft, each.draft)]
        if len(tied) == 1 or (len(here) == 1 and self.alike[draft.class_id, _plain(draft.name)] == 1):
            return (tied or here)[0]
        if len(here) > 1:
            row.problem("name", f"名册里这个班有 {len(here)} 个{draft.name}，分不清是哪一个。请写上学号或家长。")
            return None
        moved = [each for each in found if _tied(draft, each.draft)]
        return moved[0] if len(moved) == 1 else None

    def _renamed(self, draft: PupilDraft, known: _Known) -> bool:
        """Whether one 学号 with two names is one child after all: guardian or phone agree."""
        return _tied(draft, known.draft)

    def _namesake(self, row: Read) -> str:
        others = [each for each in self.by_name[_plain(row.draft.name)]
                  if each.id not in self.met and each.left_on is None]
        if not others:
            return ""
        place = {
            (grade, number): self.classes.names[identity] for identity, (grade, number) in self.classes.places.items()
        }
        where = place.get((others[0].grade, others[0].number), "别的班")
        return f"{where}也有一个{row.draft.name}；如果是同一人，请写上学号或家长再导入"

    # --- what becomes of them

    def _meet(self, row: Read, known: _Known) -> None:
        """Write what a row says of a pupil who is known."""
        if known.id in self.met:
            row.problem("name", f"与{self.met[known.id].where}是同一名学生。请删去其中一行。")
            return
        self.met[known.id] = row
        if self._gone(known) and not self.plan.readmit:
            self._enter("已离校", row, f"{known.left_on} 离校，文件里还有，没有改动。如已返校，请勾选“离校学生返校”")
            return
        given = {key for key in _TAKEN if key in row.given}
        differing = {key: getattr(row.draft, key) for key in _TAKEN
                     if key in given and getattr(row.draft, key) != getattr(known.draft, key)}
        what, detail = self._place(row, known, differing.get("seat", known.draft.seat))
        words = {key: value for key, value in differing.items() if key != "seat"}
        if words:
            draft = PupilDraft(**{key: words.get(key, getattr(known.draft, key)) for key in FIELDS})
            Pupil.update(
                **words, keys=pupil_rules.pupil_keys(draft.name, draft.number, draft.guardian, draft.phone)
            ).where(Pupil.id == known.id).execute()
        changes = [f"{TITLES[key]} {getattr(known.draft, key) or '（空）'} → {value}" for key, value in differing.items()
                   if key != "waiver"]
        changes += ["减免类别有变"] if "waiver" in differing else []
        self._enter(what or ("更新" if differing else "不变"), row, "；".join(filter(None, [detail, *changes])))

    def _gone(self, known: _Known) -> bool:
        return known.left_on is not None and known.left_on <= self.day and known.reason != MOVED_UP

    def _place(self, row: Read, known: _Known, seat: int | None) -> tuple[What | None, str]:
        """Put a pupil into the row's class if he is not there; gives what that is, None where he stays."""
        class_id, day = row.draft.class_id or 0, self.day
        was = f"原在{class_name(known.grade, known.number)}"
        here = not self._gone(known)
        if known.year == self.year and here:
            if (known.grade, known.number) == self.classes.places[class_id]:
                if seat != known.draft.seat:
                    Enrolment.update(seat=seat).where(Enrolment.id == known.enrolment).execute()
                return None, ""
            seat = row.draft.seat
            if known.joined_on >= day:
                Enrolment.update(school_class=class_id, seat=seat).where(Enrolment.id == known.enrolment).execute()
            else:
                self._move(known, class_id, seat, day, MOVED_CLASS)
            return "调班", f"{was}，从 {day} 起"
        if here:
            first = max(roster.first_day(self.year), known.joined_on)
            self._move(known, class_id, row.draft.seat, first, MOVED_UP)
            return "升入", was
        joined = row.draft.joined_on or max(day, known.left_on or day)
        self._enrol(known.id, class_id, row.draft.seat, joined)
        return "返校", f"{known.left_on} 离校，{was}，从 {joined} 起"

    def _move(self, known: _Known, class_id: int, seat: int | None, day: date, reason: str) -> None:
        if known.left_on is None:
            Enrolment.update(left_on=day, reason=reason).where(Enrolment.id == known.enrolment).execute()
        self._enrol(known.id, class_id, seat, day)

    def _enrol(self, pupil: int, class_id: int, seat: int | None, day: date) -> None:
        Enrolment.insert(pupil=pupil, school_class=class_id, seat=seat, joined_on=day, reason="").execute()

    def _add(self, fresh: Sequence[Read]) -> None:
        first = roster.first_day(self.year)
        for row in fresh:
            row.draft.joined_on = row.draft.joined_on or self.starts.get(row.draft.class_id or 0, first)
        pupil_commands.insert_pupils([row.draft for row in fresh], self.progress)

    def _enter(self, what: What, row: Read, detail: str) -> None:
        name = self.classes.names.get(row.draft.class_id or 0, "")
        self.outcome.entries.append(Entry(what, row.draft.name, name, detail, row.line.sheet, row.line.row))

    # --- what is told of the whole

    def _tell_missing(self, classes: set[int]) -> None:
        """Tell who is in one of the file's classes here but not in the file."""
        new = {entry.row for entry in self.outcome.entries if entry.what == "新增"}
        if self.outcome.bad_rows and not new and not self.met:
            return      # nothing could be read: everybody would seem to be missing
        for class_id in sorted(classes, key=self.classes.places.__getitem__):
            place = self.classes.places[class_id]
            missing = [each for each in self.known if each.id not in self.met and each.left_on is None
                       and (each.year, each.grade, each.number) == (self.year, *place)]
            self.outcome.entries += [
                Entry("文件里没有", each.draft.name, self.classes.names[class_id], _MISSING) for each in missing
            ]

    def _remark(self) -> None:
        outcome = self.outcome
        outcome.classes, outcome.lacking = self.classes.new, list(self.classes.lacking)
        outcome.classless, outcome.hidden = self.reader.classless, sum(listed.hidden for listed in self.file.lists)
        sheet = outcome.sheets[0]
        remarks = []
        if outcome.hidden:
            remarks.append(f"有 {outcome.hidden} 行在原表里是隐藏或筛选掉的，也一起读了。不要的话，请在原表里删去。")
        if outcome.unused:
            more = "等" if len(outcome.unused) > _MOST_HEADS else ""
            remarks.append(f"只登记收费和通知要用的内容，这些列没有导入：{'、'.join(outcome.unused[:_MOST_HEADS])}{more}。")
        if self.reader.identity_numbers:
            remarks.append(f"有 {self.reader.identity_numbers} 格写的像是身份证号或学籍号，属敏感信息，没有登记。")
        if self.file.passed_over:
            remarks.append(f"没有读这些工作表：{'、'.join(self.file.passed_over[:8])}。")
        outcome.problems += [
            row_problem(sheet, 0, "", None, text, "warning") for text in remarks
        ]


def _plain(name: str) -> str:
    return fold(name).replace(" ", "").replace("•", "·").replace("・", "·")


def _tied(one: PupilDraft, other: PupilDraft) -> bool:
    """Whether guardian or phone show that two records are of one child."""
    guardians = bool(one.guardian) and _plain(one.guardian) == _plain(other.guardian)
    return guardians or (bool(one.phone) and one.phone.replace(" ", "") == other.phone.replace(" ", ""))


def _one_child(one: PupilDraft, other: PupilDraft) -> bool:
    """Whether two rows of one name are one child: nothing but their class or seat tells them apart."""
    if one.number and other.number:
        return False    # both have one, and the same twice is told as such
    same_class = one.class_id == other.class_id
    if one.guardian and other.guardian:
        return _plain(one.guardian) == _plain(other.guardian)
    return same_class or _tied(one, other)


def _known_pupils() -> list[_Known]:
    rows: list[tuple[Any, ...]] = database.execute_sql(
        """SELECT p.id, p.name, e.school_class_id, e.seat, p.number, p.gender, p.guardian, p.phone, p.waiver, p.remark,
                  e.id, c.school_year, c.grade, c.number, e.joined_on, e.left_on, e.reason
           FROM enrolment e JOIN pupil p ON p.id = e.pupil_id JOIN school_class c ON c.id = e.school_class_id
           ORDER BY e.joined_on, e.id""").fetchall()
    day, latest = date.fromisoformat, {row[0]: row for row in rows}
    return [
        _Known(
            *(
                row[0],
                PupilDraft(*(*row[1:10], None)),
                *row[10:14],
                day(row[14]),
                day(row[15]) if row[15] else None,
                row[16],
            )
        )
        for row in latest.values()
    ]
