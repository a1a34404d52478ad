"""What a person can do with pupils: write the list, transfer in and out, change class, remove. One verb is one operation.

Names stand in the titles of steps, so that history can be read; ``erase`` takes them out there as well.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

from app.core import clock
from app.core.errors import Invalid, Problem, Refused, errors_only
from app.core.progress import Progress, silent
from app.school import personal, pupil_rules, roster, uses
from app.school.pupil_rules import FIELDS, MOVED_CLASS, PupilDraft
from app.school.tables import Enrolment, Pupil
from app.store import database, erasure, journal, settings
from app.store.database import database as ledger
from app.store.database import scalar
from app.store.journal import Counted, Step

_EVERY = 250
_TITLES = {
    "name": "姓名",
    "class_id": "班级",
    "seat": "序号",
    "number": "学号",
    "gender": "性别",
    "guardian": "家长",
    "phone": "家长电话",
    "waiver": "减免类别",
    "remark": "备注",
    "joined_on": "入班日期",
}
_WORDS = frozenset(FIELDS)


@dataclass(frozen=True, slots=True)
class _Row:
    """A pupil as he will be: ``row`` as in his problems (id, or -1, -2 … for new ones), ``typed`` the fields written."""

    row: int
    draft: PupilDraft
    typed: Collection[str]


# --- writing the list --------------------------------------------------------------------------------------------


def write_pupils(changed: Mapping[int, Mapping[str, Any]], added: Sequence[Mapping[str, Any]],
                 progress: Progress = silent, year: int | None = None) -> Step | None:
    """Write cells of the list and add pupils as one step; its ``made`` are the new ones in their order.

    Keys are the attributes of ``PupilDraft``; class, seat and day of joining are those of the latest class in the school
    ``year`` (the current one unless given). A class that is typed over is a mistake mended: who really changed class goes
    through ``change_class``, with its day. A new pupil without a day joins on the first day of the school year where his
    class was empty, else today.

    Raises ``Invalid`` with every problem of every pupil (``Problem.row``), ``Refused`` where one is gone meanwhile.
    Nothing is written then. Pupils that are already as wished are left alone.
    """
    year = roster.current_year() if year is None else year
    with journal.operation("修改学生名册") as work:
        before = roster.drafts(changed, year)
        if len(before) < len(changed):
            raise Refused(f"要修改的学生里有 {len(changed) - len(before)} 人已经被删除了，没有保存。请刷新后再改。")
        standing = []
        for identity, draft in before.items():
            typed = _differing(draft, changed[identity])
            if typed:
                standing.append(_Row(identity, replace(draft, **typed), tuple(typed)))
        starts = starts_of(year)
        fresh = [_Row(-1 - place, _fresh(values, starts), tuple(values)) for place, values in enumerate(added)]
        _require_valid([*standing, *fresh], year)
        for done, each in enumerate(standing):
            if done % _EVERY == 0:
                progress(done, len(standing) + len(fresh), "写入名册")
            _write_standing(each, before[each.row])
        for identity in insert_pupils([each.draft for each in fresh], progress):
            work.made(identity)
        if standing or fresh:
            work.rename(_title(standing, fresh))
    return work.step


def add_pupil(draft: PupilDraft, year: int | None = None) -> Step:
    """Add one pupil (transfer in: ``joined_on`` is his first day)."""
    values = {each.name: getattr(draft, each.name) for each in fields(PupilDraft)}
    step = write_pupils({}, [values], year=year)
    assert step is not None
    return step


def edit_pupil(identity: int, draft: PupilDraft, year: int | None = None) -> Step | None:
    """Change one pupil as a form gives him."""
    return write_pupils(
        {identity: {each.name: getattr(draft, each.name) for each in fields(PupilDraft)}}, [], year=year
    )


def set_waiver(ids: Sequence[int], waiver: str) -> Counted:
    """Put pupils into a waiver group, "" for none; gives how many changed."""
    with journal.operation("修改减免类别") as work:
        found = _pupils(ids)
        different = [pupil for pupil in found if pupil.waiver != waiver]
        if waiver and waiver not in settings.value(roster.WAIVERS):
            raise Refused(f"没有“{waiver}”这个减免类别。请先在设置里增加。")
        for pupil in different:
            Pupil.update(waiver=waiver).where(Pupil.id == pupil.id).execute()
        work.rename(f"修改 {len(different)} 名学生的减免类别")     # which group is nobody's business in a list of steps
    return Counted(len(different), work.step)


def insert_pupils(drafts: Sequence[PupilDraft], progress: Progress = silent) -> list[int]:
    """Add pupils with their classes inside the open operation and give their ids; the drafts are known to be right."""
    ids = store_pupils(drafts, progress)
    database.insert_rows(
        Enrolment, ["pupil_id", "school_class_id", "seat", "joined_on", "reason"],
        [(identity, draft.class_id, draft.seat, draft.joined_on.isoformat() if draft.joined_on else "", "")
         for identity, draft in zip(ids, drafts, strict=True)])
    return ids


def store_pupils(drafts: Sequence[PupilDraft], progress: Progress = silent) -> list[int]:
    """Add pupils without a class inside the open operation and give their ids."""
    first = int(scalar("SELECT seq FROM sqlite_sequence WHERE name = 'pupil'") or 0) + 1
    ids = list(range(first, first + len(drafts)))
    rows = [(identity, *(getattr(draft, field) for field in FIELDS), _keys(draft))
            for identity, draft in zip(ids, drafts, strict=True)]
    for start in range(0, len(rows), _EVERY):
        database.insert_rows(Pupil, ["id", *FIELDS, "keys"], rows[start:start + _EVERY])
        progress(min(start + _EVERY, len(rows)), len(rows), "登记学生")
    return ids


def tidied(draft: PupilDraft) -> PupilDraft:
    """Give a draft with its words trimmed; spaces inside a name of Chinese characters fall away (王 强)."""
    return replace(draft, **{field: _as_stored(field, getattr(draft, field)) for field in FIELDS})


def _as_stored(key: str, value: Any) -> Any:
    if key not in _WORDS:
        return value
    text = " ".join(str(value or "").split())
    return text if key not in ("name", "guardian") or text.isascii() else text.replace(" ", "")


def _differing(draft: PupilDraft, values: Mapping[str, Any]) -> dict[str, Any]:
    kept = {key: _as_stored(key, value) for key, value in values.items()}
    return {key: value for key, value in kept.items()
            if (None if value == "" else value) != (getattr(draft, key) or None)}


def _fresh(values: Mapping[str, Any], starts: Mapping[int, date]) -> PupilDraft:
    draft = tidied(PupilDraft(**{key: value for key, value in values.items() if value is not None}))
    if draft.joined_on is None:
        draft.joined_on = starts.get(draft.class_id or 0, clock.today())
    return draft


def starts_of(year: int) -> dict[int, date]:
    """Give the day on which pupils join each class unless they say otherwise: a class that was empty began the year.

    ``write_pupils`` and the import agree on it.
    """
    first = roster.first_day(year)
    later = max(clock.today(), first)
    return {each.class_id: later if each.pupils else first for each in roster.class_sizes(year)}


def _require_valid(rows: Sequence[_Row], year: int) -> None:
    waivers, classes = settings.value(roster.WAIVERS), dict(roster.classes_of(year))
    problems = number_problems([(each.row, each.draft) for each in rows if "number" in each.typed])
    for each in rows:
        found = errors_only(pupil_rules.check_pupil(each.draft, waivers))
        found += check_days(each.draft, year)
        if each.draft.class_id is not None and each.draft.class_id not in classes:
            found.append(Problem("class_id", "这个班不在所选的学年里，请重新选班级。"))
        if (
            each.row > 0
        ):  # what stands was right when it was written: a waiver group that was renamed since stops nobody
            found = [one for one in found if one.field in each.typed]
        problems += [replace(one, row=each.row) for one in found]
    problems += _left_before(rows, year)
    if problems:
        raise Invalid(problems)


def check_days(draft: PupilDraft, year: int) -> list[Problem]:
    """Check that a pupil joined within the school year he is listed in (1 July before it to 31 August at its end)."""
    if draft.joined_on is None or date(year, 7, 1) <= draft.joined_on <= date(year + 1, 8, 31):
        return []
    return [Problem("joined_on", f"入班日期 {draft.joined_on} 不在 {year}—{year + 1} 学年里，请核对年份。")]


def number_problems(rows: Sequence[tuple[int, PupilDraft]]) -> list[Problem]:
    """Give a problem for each 学号 that another pupil has, in the file or among the rows themselves."""
    problems, first = [], dict[str, int]()
    known = _numbers()
    for row, draft in rows:
        if not draft.number:
            continue
        other = known.get(draft.number)
        if other and other[0] != row:
            problems.append(Problem("number", f"学号 {draft.number} 已经是{other[1]}的，请核对。", row=row))
        elif first.setdefault(draft.number, row) != row:
            problems.append(Problem("number", f"学号 {draft.number} 在这一批里写了两次，请核对。", row=row))
    return problems


def _numbers() -> dict[str, tuple[int, str]]:
    rows = ledger.execute_sql("SELECT number, id, name FROM pupil WHERE number <> ''").fetchall()
    return {number: (identity, name) for number, identity, name in rows}


def _left_before(rows: Sequence[_Row], year: int) -> list[Problem]:
    """Give a problem where a typed day of joining is not before the day of leaving, or lies in an earlier class."""
    typed = {each.row: each.draft.joined_on for each in rows
             if each.row > 0 and "joined_on" in each.typed and each.draft.joined_on}
    problems, latest = [], _latest(year) if typed else {}
    for identity, day in typed.items():
        time = latest.get(identity)
        if time is not None and time.left_on is not None and day >= time.left_on:
            problems.append(Problem("joined_on", f"入班日期要早于离班日期（{time.left_on}）。", row=identity))
        before = scalar(
            "SELECT max(left_on) FROM enrolment WHERE pupil_id = ? AND id <> ?", (identity, time.id if time else 0)
        )
        if before and day.isoformat() < before:
            problems.append(Problem("joined_on", f"{before} 以前还在原来的班里，入班日期不能早于这一天。", row=identity))
    return problems


def _write_standing(each: _Row, before: PupilDraft) -> None:
    draft = each.draft
    if not _WORDS.isdisjoint(each.typed):
        Pupil.update(
            {getattr(Pupil, field): getattr(draft, field) for field in FIELDS} | {Pupil.keys: _keys(draft)}
        ).where(Pupil.id == each.row).execute()
    if _WORDS.issuperset(each.typed):
        return
    if before.class_id is None:     # was in no class of this year: now is
        joined = draft.joined_on or clock.today()
        Enrolment.insert(
            pupil=each.row, school_class=draft.class_id, seat=draft.seat, joined_on=joined, reason=""
        ).execute()
        return
    latest = scalar(
        """SELECT id FROM enrolment WHERE pupil_id = ? AND school_class_id = ? ORDER BY joined_on DESC, id DESC LIMIT 1""",
        (each.row, before.class_id),
    )
    Enrolment.update(school_class=draft.class_id, seat=draft.seat, joined_on=draft.joined_on or before.joined_on).where(
        Enrolment.id == latest).execute()


def _keys(draft: PupilDraft) -> str:
    return pupil_rules.pupil_keys(draft.name, draft.number, draft.guardian, draft.phone)


def _title(standing: Sequence[_Row], fresh: Sequence[_Row]) -> str:
    parts = []
    if standing:
        keys = list(dict.fromkeys(key for each in standing for key in each.typed))
        whose = f"学生 {standing[0].draft.name} 的 " if len(standing) == 1 else f" {len(standing):,} 名学生的 "
        parts.append(f"修改{whose}{'、'.join(_TITLES[key] for key in keys)}")
    if fresh:
        parts.append(f"新增学生 {fresh[0].draft.name}" if len(fresh) == 1 else f"新增 {len(fresh):,} 名学生")
    return "；".join(parts)


# --- coming, going, changing class -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Time:
    """One enrolment as the verbs below need it."""

    id: int
    pupil: int
    name: str
    class_id: int
    year: int
    joined_on: date
    left_on: date | None


def transfer_out(ids: Sequence[int], day: date, reason: str = "转出") -> Counted:
    """Let pupils leave: ``day`` is the first day on which they are no longer there. Gives how many.

    Refused for who is not in any class, and for a day before he came.
    """
    if reason not in pupil_rules.LEAVING:
        raise Refused(f"离校原因只能是{'、'.join(pupil_rules.LEAVING)}。")
    with journal.operation(f"学生{reason}", day) as work:
        times = _present(ids)
        for time in times:
            if day < time.joined_on:
                raise Refused(f"{time.name}是 {time.joined_on} 入班的，离校日期不能早于这一天。")
            Enrolment.update(left_on=day, reason=reason).where(Enrolment.id == time.id).execute()
        work.rename(f"{reason} {_whom(times)}")
    return Counted(len(times), work.step)


def readmit(identity: int, class_id: int, day: date, seat: int | None = None) -> Step:
    """Let a pupil who left come back into a class on a day (转回, 复学); refused for who is in a class on that day."""
    with journal.operation("学生返校", day) as work:
        pupil = _pupils([identity])[0]
        year = _year_of(class_id)
        for time in _times([identity]).values():
            if time.left_on is None or time.left_on > day:
                raise Refused(f"{pupil.name}还在班里，不用再转入。换班请用“调班”。")
        _require_in_year(day, year)
        work.made(
            int(Enrolment.insert(pupil=identity, school_class=class_id, seat=seat, joined_on=day, reason="").execute())
        )
        work.rename(f"{pupil.name}返校")
    return work.done


def change_class(ids: Sequence[int], class_id: int, day: date) -> Counted:
    """Move pupils into another class of the same school year from ``day`` on; gives how many changed.

    Who joined his class on that very day was entered wrongly there, and is corrected without a trace of the old class.
    """
    with journal.operation("调班", day) as work:
        year = _year_of(class_id)
        _require_in_year(day, year)
        times = [time for time in _present(ids) if time.class_id != class_id]
        for time in times:
            if time.year != year:
                raise Refused(f"{time.name}在另一个学年的班里，不能这样调班。请先切换学年。")
            if day < time.joined_on:
                raise Refused(f"{time.name}是 {time.joined_on} 入班的，调班日期不能早于这一天。")
            if day == time.joined_on:
                Enrolment.update(school_class=class_id, seat=None).where(Enrolment.id == time.id).execute()
                continue
            Enrolment.update(left_on=day, reason=MOVED_CLASS).where(Enrolment.id == time.id).execute()
            Enrolment.insert(pupil=time.pupil, school_class=class_id, joined_on=day, reason="").execute()
        name = scalar("SELECT name FROM school_class WHERE id = ?", (class_id,))
        work.rename(f"{_whom(times)}调到{name}")
    return Counted(len(times), work.step)


def _require_in_year(day: date, year: int) -> None:
    problems = check_days(PupilDraft(joined_on=day), year)
    if problems:
        raise Refused(problems[0].text.replace("入班日期", "日期"))


def _year_of(class_id: int) -> int:
    year = scalar("SELECT school_year FROM school_class WHERE id = ?", (class_id,))
    if year is None:
        raise Refused("这个班已经不在了，请重新选班级。")
    return int(year)


def _pupils(ids: Sequence[int]) -> list[Any]:
    found = {pupil.id: pupil for pupil in Pupil.select().where(Pupil.id.in_(list(ids)))}
    if len(found) < len(set(ids)):
        raise Refused("有的学生记录已经不在了，可能刚被删除。请刷新后再试。")
    return [found[identity] for identity in dict.fromkeys(ids)]


def _latest(year: int | None = None) -> dict[int, _Time]:
    """Give each pupil's latest time in a class, of one school year or of all."""
    rows = ledger.execute_sql(
        f"""SELECT e.id, e.pupil_id, p.name, c.id, c.school_year, e.joined_on, e.left_on FROM enrolment e
            JOIN pupil p ON p.id = e.pupil_id JOIN school_class c ON c.id = e.school_class_id
            {'WHERE c.school_year = ?' if year is not None else ''} ORDER BY e.joined_on, e.id""",
        () if year is None else (year,)).fetchall()
    day = date.fromisoformat
    return {row[1]: _Time(*(*row[:5], day(row[5]), day(row[6]) if row[6] else None)) for row in rows}


def _times(ids: Iterable[int]) -> dict[int, _Time]:
    latest = _latest()
    return {identity: latest[identity] for identity in ids if identity in latest}


def _present(ids: Sequence[int]) -> list[_Time]:
    """Give the open times of these pupils; refuses who is in no class now."""
    pupils, times = _pupils(ids), _times(ids)
    for pupil in pupils:
        time = times.get(pupil.id)
        if time is None or time.left_on is not None:
            raise Refused(f"{pupil.name}{'还没有班级' if time is None else f'已经在 {time.left_on} 离校'}，不能这样做。请只选在读的学生。")
    return [times[pupil.id] for pupil in pupils]


def _whom(times: Sequence[_Time]) -> str:
    return times[0].name if len(times) == 1 else f"{len(times)} 名学生"


# --- removing and erasing ----------------------------------------------------------------------------------------


def remove_pupils(ids: Sequence[int]) -> Counted:
    """Delete pupils with their classes; refused while anything else (a receipt, a reply) refers to one of them.

    Undo and the recycle bin bring them back; to leave nothing of a person behind, ``erase`` first.
    """
    with journal.operation("删除学生") as work:
        pupils = _pupils(ids)
        for pupil in pupils:
            Enrolment.delete().where(Enrolment.pupil == pupil.id).execute()
            uses.require_unused("pupil", pupil.id, pupil.name,
                                "账目要保留：离校的请用“转出”；离校以后可以“清除个人信息”，姓名、电话等抹去，账目不变。")
            Pupil.delete().where(Pupil.id == pupil.id).execute()
        work.rename(f"删除学生 {pupils[0].name}" if len(pupils) == 1 else f"删除 {len(pupils)} 名学生")
    return Counted(len(pupils), work.step)


def erase(ids: Sequence[int]) -> Counted:
    """Take everything personal out of pupils' records and their history; accounts stay, under 已清除 and a number.

    个人信息保护法第四十七条: the office deletes what it no longer needs. Refused for who is still in a class. What was written
    of them earlier, in the history as well, cannot be brought back by undo. ``erasing`` does this and the rest: the free
    pages of the file, papers, older backups.
    """
    with journal.operation("清除个人信息") as work:
        require_left(ids)
        pupils = _pupils(ids)
        for pupil in pupils:
            erasure.take_out(ledger.connection(), whom(pupil.id))
        work.rename(f"清除 {len(pupils)} 名学生的个人信息")
    return Counted(len(pupils), work.step)


def require_left(ids: Sequence[int]) -> None:
    """Refuse to erase who is still in a class."""
    times, today = _times(ids), clock.today()
    for pupil in _pupils(ids):
        time = times.get(pupil.id)
        if time is not None and (time.left_on is None or time.left_on > today):
            raise Refused(f"{pupil.name}还在读，不能清除个人信息。请先登记转出，离校以后再清除。")


def whom(identity: int) -> erasure.Whom:
    """Give what erasing does to a pupil: what his record holds afterwards, and where free words about him stand."""
    name = f"已清除{identity}"
    values = dict.fromkeys(FIELDS, "") | {"name": name, "keys": _keys(PupilDraft(name))}
    return erasure.Whom("pupil", identity, values, {table: columns for known in personal.about()
                                                    for table, columns in known.words().items()})
