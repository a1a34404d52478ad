"""就餐登记: by exception, the days follow; typed counts stay; who came and went; what settling asks about."""

from datetime import date

import pypdf
import pytest

from app.core.errors import Invalid, Refused
from app.core.month_marks import day_key
from app.fees.money import attendance, attendance_facts, commands, lists, queries, settlement
from app.fees.money.attendance_facts import Attendance
from app.fees.money.facts import Facts
from app.school import pupil_commands
from app.school import settings as school
from app.store import check, journal, settings
from app.store.database import database, scalar
from tests.money_fixture import MEALS

FIRST, SECOND = "三年级1班", "三年级2班"
OCTOBER, NOVEMBER = date(2026, 10, 1), date(2026, 11, 1)


@pytest.fixture
def meals(fee_school):
    settings.change({school.DAYS_OFF: ["2026-10-01~2026-10-07"], school.DAYS_ON: ["2026-10-10"]})
    return fee_school


def note(school, month=OCTOBER, changed=None, room=FIRST):
    return attendance.note_month(school.plan, school.items[MEALS], school.classes[room], month, {
        school.pupils[name]: {date(month.year, month.month, day): sign for day, sign in days.items()} for name, days in (changed or {}).items()})


def units(school):
    names = {pupil: name for name, pupil in school.pupils.items()}
    return {names[pupil]: count for (item, pupil), count in Facts(school.plan).usage.items() if item == school.items[MEALS]}


def sheet(school, month=OCTOBER, room=FIRST):
    return attendance.sheet(school.plan, school.items[MEALS], school.classes[room], month)


def test_the_sheet_has_the_school_days_and_who_is_there(meals):
    found = sheet(meals)
    assert found.days[:3] == (date(2026, 10, 8), date(2026, 10, 9), date(2026, 10, 10))     # the make-up Saturday
    assert [thing.words for thing in found.things] == [(1, "安一"), (2, "白二"), (3, "曹三")]     # 邓四 comes in November
    november = sheet(meals, NOVEMBER)
    late = meals.pupils["邓四"]
    assert november.open_days(late)[0] == date(2026, 11, 16)
    assert (late, date(2026, 11, 13)) in november.closed
    assert not found.taken
    second = sheet(meals, room=SECOND)
    assert second.open_days(meals.pupils["冯七"]) == [date(2026, 10, 8), date(2026, 10, 9)]       # left on the 10th


def test_days_follow_the_marks_and_one_step_takes_them_back(meals):
    whole = Facts(meals.plan).calendar.presence(Facts(meals.plan).children[0].stays).days
    done = note(meals, changed={"安一": {8: "×", 9: "病"}, "白二": {12: "事"}})
    assert units(meals) == {"安一": whole - 2, "白二": whole - 1, "曹三": whole}
    assert sheet(meals).taken
    assert sheet(meals).signs[meals.pupils["安一"]] == {date(2026, 10, 8): "×", date(2026, 10, 9): "病"}
    note(meals, changed={"安一": {9: ""}})
    assert units(meals)["安一"] == whole - 1
    note(meals, NOVEMBER, {"安一": {2: "×"}})
    assert units(meals)["安一"] == whole - 2
    assert "邓四" in units(meals)
    assert note(meals).step is None
    for _ in range(3):
        journal.undo()
    assert units(meals) == {}
    assert not sheet(meals).taken
    assert scalar("SELECT count(*) FROM fee_absence") == 0
    assert done.by_hand == 0
    assert check.of_file() == []


def test_a_month_without_exceptions_is_noted_too(meals):
    assert note(meals).step is not None
    assert sheet(meals).taken
    assert set(units(meals)) == {"安一", "白二", "曹三"}


def test_a_count_that_was_typed_stays_until_it_is_taken_back(meals):
    item, pupil = meals.items[MEALS], meals.pupils["安一"]
    commands.write_usage(meals.plan, {pupil: {item: 50}})
    assert note(meals, changed={"安一": {8: "×"}}).by_hand == 1
    assert units(meals)["安一"] == 50
    said = "".join(attendance_facts.doubts(Facts(meals.plan)))
    assert "有 1 名学生的实际数量是手工填的" in said
    step = attendance.count_anew(meals.plan, item, meals.classes[FIRST])
    assert units(meals)["安一"] == units(meals)["曹三"] - 1
    assert attendance.count_anew(meals.plan, item, meals.classes[FIRST]) is None
    journal.undo(step.id)
    assert units(meals)["安一"] == 50


def test_wrong_cells_are_told_all_at_once_and_nothing_is_written(meals):
    with pytest.raises(Invalid) as wrong:
        note(meals, NOVEMBER, {"安一": {1: "×", 2: "?"}, "邓四": {2: "×"}, "龘䶮㛃": {2: "×"}})
    pupils = meals.pupils
    assert {(each.row, each.field) for each in wrong.value.problems} == {
        (pupils["安一"], day_key(1)), (pupils["安一"], day_key(2)), (pupils["邓四"], day_key(2)), (pupils["龘䶮㛃"], day_key(2))}
    assert scalar("SELECT count(*) FROM fee_attendance") == 0
    with pytest.raises(Refused, match="不按天收"):
        attendance.note_month(meals.plan, meals.items["作业本费"], meals.classes[FIRST], OCTOBER)


def test_a_sheet_is_withdrawn_with_what_it_made(meals):
    note(meals, changed={"安一": {8: "×"}})
    note(meals, NOVEMBER, {"安一": {2: "×"}})
    before = units(meals)["安一"]
    attendance.withdraw(meals.plan, meals.items[MEALS], meals.classes[FIRST], OCTOBER)
    assert units(meals)["安一"] == before + 1
    attendance.withdraw(meals.plan, meals.items[MEALS], meals.classes[FIRST], NOVEMBER)
    assert units(meals) == {}
    with pytest.raises(Refused, match="还没有登"):
        attendance.withdraw(meals.plan, meals.items[MEALS], meals.classes[FIRST], NOVEMBER)


def test_settling_goes_by_the_sheets_and_asks_about_those_that_lack(meals):
    assert attendance_facts.doubts(Facts(meals.plan)) == []
    assert "还没有录入 9 名学生的天数" in attendance_facts.not_typed(Facts(meals.plan))[0]
    for room in meals.classes.values():
        commands.pay_class(meals.plan, room, date(2026, 9, 30))
    before = next(each for each in lists.settlements(meals.plan) if each.who.name == "安一")
    note(meals, changed={"安一": {8: "×", 9: "×", 12: "×"}})
    after = next(each for each in lists.settlements(meals.plan) if each.who.name == "安一")
    charged = [{title.name: each.charged for title, each in account.lines}[MEALS] for account in (before, after)]
    assert charged[0] - charged[1] == 3 * 1_000
    doubt = next(each for each in settlement.summed(Facts(meals.plan)).doubts if "就餐登记" in each)
    assert "有 14 张就餐登记还没有登（三年级1班2026年9月" in doubt
    assert queries.doubts(Facts(meals.plan))


def test_who_changes_class_counts_in_both(meals):
    pupil = meals.pupils["安一"]
    pupil_commands.change_class([pupil], meals.classes[SECOND], date(2026, 10, 20))
    assert date(2026, 10, 20) not in sheet(meals).open_days(pupil)
    assert sheet(meals, room=SECOND).open_days(pupil)[0] == date(2026, 10, 20)
    note(meals, changed={"安一": {8: "×"}})
    note(meals, changed={"安一": {20: "×"}}, room=SECOND)
    facts = Facts(meals.plan)
    child = next(each for each in facts.children if each.id == pupil)
    assert units(meals)["安一"] == facts.calendar.presence(child.stays).days - 2
    with pytest.raises(Invalid):
        note(meals, changed={"安一": {20: "×"}})


def test_a_day_that_is_off_afterwards_is_counted_once(meals):
    note(meals, changed={"安一": {8: "×"}})
    settings.change({school.DAYS_OFF: ["2026-10-01~2026-10-08"]})
    facts = Facts(meals.plan)
    child = next(each for each in facts.children if each.id == meals.pupils["安一"])
    assert Attendance(facts, meals.items[MEALS]).units()[meals.pupils["安一"]] == facts.calendar.presence(child.stays).days
    assert "手工填的" in "".join(attendance_facts.doubts(facts))        # 曹三's count is of the calendar before
    attendance.count_anew(meals.plan, meals.items[MEALS], meals.classes[FIRST])
    assert "手工填的" not in "".join(attendance_facts.doubts(Facts(meals.plan)))


def test_the_command_line_says_which_sheets_lack(meals, run):
    note(meals)
    database.close_everywhere()
    told = run("fees", "meals", "--json").json["items"][0]
    assert (told["item"], told["noted"]) == (MEALS, 1)
    assert {"class": FIRST, "month": "2026-10"} not in told["lacking"]
    assert {"class": FIRST, "month": "2026-09"} in told["lacking"]
    assert {"class": FIRST, "month": "2026-12"} not in told["lacking"]      # has not begun
    assert "已登记 1 张" in run("fees", "meals").out


def test_a_closed_term_takes_no_marks(meals):
    with journal.operation("结账"):
        database.execute_sql("UPDATE fee_plan SET state = 'closed', closed_on = '2026-11-20' WHERE id = ?", (meals.plan,))
    with pytest.raises(Refused):
        note(meals)


def test_the_sheet_prints_blank_and_as_it_was_noted_on_one_page(meals, tmp_path, run):
    assert run("print", "fee-meal-sheet", "--month", "2026-10", "--class", FIRST, "--out", tmp_path / "a.pdf").code == 0
    with pypdf.PdfReader(tmp_path / "a.pdf") as reader:
        assert len(reader.pages) == 1
        blank = reader.pages[0].extract_text()
    assert "就餐登记表" in blank
    assert "安一" in blank
    assert blank.count("×") == 1        # in the note
    note(meals, changed={"安一": {8: "×"}, "白二": {9: "×"}})
    database.close_everywhere()
    assert run("print", "fee-meal-sheet", "--month", "2026-10", "--class", FIRST, "--out", tmp_path / "a.pdf").code == 0
    assert pypdf.PdfReader(tmp_path / "a.pdf").pages[0].extract_text().count("×") == 3
    assert run("print", "fee-meal-sheet", "--month", "2026-08", "--class", FIRST, "--out", tmp_path / "b.pdf").code == 1
