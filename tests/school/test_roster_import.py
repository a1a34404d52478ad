"""Rosters as offices keep them, through real files: a sheet a class, side by side, moved and missing pupils, round trips."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from app.core.errors import Refused
from app.core.listing import Wish
from app.exchange.problems import folded
from app.school import commands, pupil_commands, roster, roster_import, roster_sheets
from app.school.class_names import read_class
from app.school.roster_import import RosterPlan
from app.school.rules import ClassDraft
from app.store import journal
from app.store.database import database


@pytest.fixture
def classes(started_ledger):
    """Two classes of grade 3, by name."""
    return {name: commands.add_class(ClassDraft(2026, 3, number)).made[0] for name, number in (("三1", 1), ("三2", 2))}


def _book(path: Path, sheets: dict[str, list[list[object]]], merged: tuple[str, ...] = ()) -> Path:
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        page = book.create_sheet(name)
        for row in rows:
            page.append(row)
        for block in merged:
            page.merge_cells(block)
    book.save(path)
    return path


def _told(outcome):
    return {(entry.what, entry.name, entry.class_name) for entry in outcome.entries}


def _state():
    return [database.execute_sql(f"SELECT * FROM {table} ORDER BY id").fetchall() for table in ("pupil", "enrolment", "school_class")]


MAKE = RosterPlan(make_classes=True)


def test_a_sheet_a_class_with_what_offices_add(classes, tmp_path):
    path = _book(tmp_path / "花名册.xlsx", {
        "三（1）班": [["青禾小学2026年秋季学生花名册"], ["序号", "学籍号", "学号", "姓 名", "性别", "身份证号", "家庭住址", "监护人", "联系电话"],
                  [1, "G330101201701010011", 20240101, "王  强", "男", "330101201701010011", "青禾路1号", "王建国", 13900000001],
                  [2, "", "20240102", "龘䶮㛃", "女", "", "", "陈小红", "妈妈13900000002"],
                  [3], [4], ["合计", "", "", "2人"], ["班主任：钱敏", "", "", "制表日期：2026-9-1"]],
        "三(2)": [["三年级2班"], ["姓名", "家长", "电话", "序号"], ["欧阳上官慕容雪", "欧阳山", "139 0000 0003", 1], ["赵六", None, None, 2]],
        "302": [["说明"], ["这张表没有名单"]],
        "四年级3班": [["姓名", "性别"], ["孙七", "男"]],
        "全校汇总": [["姓名", "班级"], ["王强", "三1班"]],
    })
    before = _state()
    look = roster_import.run(path, RosterPlan(), rehearse=True)
    assert _state() == before, "a rehearsal writes nothing"
    assert (look.lacking, look.refused, look.errors) == (["四年级3班"], True, 1)
    look = roster_import.run(path, MAKE, rehearse=True)
    assert _state() == before
    assert (look.sentence(), look.refused) == ("新增 5 人，新建 1 个班", False)
    assert look.unused == ["学籍号", "身份证号", "家庭住址"]
    assert any("身份证号" in problem.text for problem in look.problems)
    done = roster_import.run(path, MAKE)
    assert done.entries == look.entries
    assert journal.steps()[0].title == "导入学生名册 花名册.xlsx：新增 5 人，新建 1 个班"
    rows = roster.pupils_in(None)
    assert [(row.class_name, row.seat, row.name, row.number, row.guardian, row.phone) for row in rows] == [
        ("三年级1班", 1, "王强", "20240101", "王建国", "13900000001"), ("三年级1班", 2, "龘䶮㛃", "20240102", "陈小红", "13900000002"),
        ("三年级2班", 1, "欧阳上官慕容雪", "", "欧阳山", "139 0000 0003"), ("三年级2班", 2, "赵六", "", "", ""),
        ("四年级3班", None, "孙七", "", "", "")]
    assert {row.joined_on for row in rows} == {date(2026, 9, 1)}
    everything = str(database.execute_sql("SELECT * FROM pupil").fetchall()) + str(database.execute_sql("SELECT * FROM change").fetchall())
    assert "33010120" not in everything
    assert "青禾路" not in everything
    again = roster_import.run(path, MAKE)
    assert (again.sentence(), again.step) == ("5 人没有变化", None)
    journal.undo()
    assert _state() == before


def test_two_tables_side_by_side_and_one_below_with_a_title_of_its_own(classes, tmp_path):
    head = ["序号", "姓名", "性别"]
    path = _book(tmp_path / "三年级.xlsx", {"Sheet1": [
        ["三年级（1）班名单"], [*head, None, *head], [1, "甲一", "男", None, 3, "甲三", "女"], [2, "甲二", "女", None, 4, "甲四", "男"],
        ["三年级（2）班名单"], [*head, None, *head], [1, "乙一", "男", None, 2, "乙二", "女"]]})
    outcome = roster_import.run(path, RosterPlan())
    assert not outcome.refused, outcome.problems
    assert [(row.class_name, row.seat, row.name) for row in roster.pupils_in(None)] == [
        ("三年级1班", 1, "甲一"), ("三年级1班", 2, "甲二"), ("三年级1班", 3, "甲三"), ("三年级1班", 4, "甲四"),
        ("三年级2班", 1, "乙一"), ("三年级2班", 2, "乙二")]


@pytest.mark.parametrize("cells", [("三年级2班", ""), ("3.2", ""), ("2班", "三年级"), ("二", "三"), (2, 3), ("2024级(2)班", ""), ("302", "")])
def test_classes_are_read_as_they_are_written(classes, tmp_path, cells):
    path = _book(tmp_path / "名单.xlsx", {"Sheet1": [["班级", "年级", "姓名", "电话"], [*cells, "王强", "1390000001"], [*cells, "李四", ""]]})
    outcome = roster_import.run(path, RosterPlan())
    assert not outcome.refused, outcome.problems
    assert [row.class_name for row in roster.pupils_in(None)] == ["三年级2班"] * 2


def test_a_head_of_two_rows_with_both_parents_under_a_line_that_names_the_class(classes, tmp_path):
    path = _book(tmp_path / "两行.xlsx", {"Sheet1": [
        ["青禾小学学生基本信息表"], ["班级", "三(1)班", None, "班主任", "王芳"], ["序号", "学生信息", None, None, "父亲", None, "母亲", None, "备注"],
        [None, "姓名", "性别", "出生日期", "姓名", "电话", "姓名", "电话", None],
        [1, "王 强", "男", "2018-3-1", "王建国", "13900000001", "李梅", "2", "单亲"],
        [2, "李四", "女", "2018-3-1", "", "", "张丽", 13900000004, ""], ["男生1人，女生1人，合计2人"]]}, ("B3:D3", "E3:F3", "G3:H3"))
    outcome = roster_import.run(path, RosterPlan())
    assert (outcome.problems[0].level, outcome.unused) == ("warning", ["学生信息 / 出生日期", "备注"])
    assert [(row.class_name, row.seat, row.name, row.guardian, row.phone) for row in roster.pupils_in(None)] == [
        ("三年级1班", 1, "王强", "王建国", "13900000001"), ("三年级1班", 2, "李四", "张丽", "13900000004")]


def test_a_grade_in_the_title_and_a_class_in_the_files_name(classes, tmp_path):
    new = _book(tmp_path / "新生.xlsx", {"分班": [["一年级新生分班名单"], ["班别", "姓名", "幼儿园"], ["1班", "甲", "红星"], ["2班", "乙", "红星"]]})
    assert roster_import.run(new, MAKE).classes == ["一年级1班", "一年级2班"]
    one = _book(tmp_path / "四年级（2）班.xlsx", {"Sheet1": [["序号", "姓名", "联系电话"], [1, "丙", "13900000004/13900000005"]]})
    assert roster_import.run(one, MAKE).classes == ["四年级2班"]
    assert roster.pupils_in(None)[-1].phone == "13900000004/13900000005"


def test_merged_classes_and_csv(classes, tmp_path):
    merged = _book(tmp_path / "合并.xlsx", {"Sheet1": [
        ["班级", "姓名", "性别"], ["三(1)班", "王强", "男"], [None, "李四", "男"], ["三(2)班", "赵六", "女"]]}, ("A2:A3",))
    assert roster_import.run(merged, RosterPlan()).sentence() == "新增 3 人"
    text = tmp_path / "名单.csv"
    text.write_bytes("班级,姓名,学号\r\n三(1)班,王强,007\r\n三(2)班,孙七,008\r\n".encode("gb18030"))
    outcome = roster_import.run(text, RosterPlan())
    assert outcome.sentence() == "新增 1 人，更新 1 人"
    assert {(row.name, row.number) for row in roster.pupils_in(None)} == {("王强", "007"), ("李四", ""), ("赵六", ""), ("孙七", "008")}


def test_moved_returned_missing_and_changed_pupils_are_told(classes, tmp_path):
    first, second = classes["三1"], classes["三2"]
    ids = pupil_commands.write_pupils({}, [
        {"name": "王强", "class_id": first, "number": "01", "seat": 1}, {"name": "李四", "class_id": first, "guardian": "李大海"},
        {"name": "赵六", "class_id": first, "number": "03", "phone": "13900000003"}, {"name": "孙七", "class_id": second, "number": "04"},
        {"name": "周八", "class_id": second, "number": "05"}, {"name": "吴九", "class_id": second}]).made
    pupil_commands.transfer_out([ids[4]], date(2026, 10, 8))
    path = _book(tmp_path / "名单.xlsx", {"Sheet1": [
        ["班级", "学号", "姓名", "家长", "电话", "序号"], ["三(2)", "01", "王强", "", "", 9], ["三(2)", "", "李四", "李大海", "", ""],
        ["三(1)", "03", "赵六", "赵山", "13900000099", 2], ["三(1)", "", "孙七", "", "", ""],
        ["三(2)", "05", "周八", "", "", ""], ["三(2)", "", "钱十", "", "", ""]]})
    assert ("已离校", "周八", "三年级2班") in _told(roster_import.run(path, RosterPlan(), rehearse=True))
    look = roster_import.run(path, RosterPlan(readmit=True), rehearse=True)
    assert _told(look) == {
        ("调班", "王强", "三年级2班"), ("调班", "李四", "三年级2班"), ("更新", "赵六", "三年级1班"), ("新增", "孙七", "三年级1班"),
        ("返校", "周八", "三年级2班"), ("新增", "钱十", "三年级2班"), ("文件里没有", "孙七", "三年级2班"), ("文件里没有", "吴九", "三年级2班")}
    details = {entry.name: entry.detail for entry in look.entries if entry.what != "文件里没有"}
    assert details["赵六"] == "家长 （空） → 赵山；家长电话 13900000003 → 13900000099；序号 （空） → 2"
    assert "原在三年级1班" in details["王强"]
    assert "三年级2班也有一个孙七" in details["孙七"]
    roster_import.run(path, RosterPlan(day=date(2026, 11, 2), readmit=True))
    assert [(stay.class_name, stay.seat, stay.left_on) for stay in roster.stays(ids[0])] == [
        ("三年级1班", 1, date(2026, 11, 2)), ("三年级2班", 9, None)]
    assert [stay.joined_on for stay in roster.stays(ids[4])] == [date(2026, 9, 1), date(2026, 11, 2)]
    journal.undo()
    assert {row.name for row in roster.pupils_in(first, date(2026, 11, 21))} == {"王强", "李四", "赵六"}
    roster_import.run(path, RosterPlan())
    assert [stay.left_on for stay in roster.stays(ids[4])] == [date(2026, 10, 8)], "an old file brings nobody back"


def test_what_stands_twice_or_cannot_be_told_apart_is_a_problem(classes, tmp_path):
    first = classes["三1"]
    pupil_commands.write_pupils({}, [{"name": "张梓涵", "class_id": first, "guardian": "张山"},
                                     {"name": "张梓涵", "class_id": first, "guardian": "张海"}, {"name": "王强", "class_id": first, "number": "01"}])
    before = _state()
    path = _book(tmp_path / "名单.xlsx", {"三(1)班": [
        ["学号", "姓名", "家长", "序号", "性别"], ["", "张梓涵", "", 1, ""], ["02", "李四", "", 2, ""], ["02", "赵六", "", 3, ""],
        ["", "孙七", "孙山", 4, ""], ["", "孙七", "孙山", 5, ""],
        ["01", "周八", "", 6, ""], ["", "", "钱山", 7, ""], ["", "吴九", "", "待定", "不详女"]]})
    outcome = roster_import.run(path, RosterPlan())
    assert outcome.refused
    assert _state() == before
    found = {(problem.row, problem.column) for problem in outcome.problems if problem.level == "error"}
    assert found == {(2, "姓名"), (4, "学号"), (6, "姓名"), (7, "学号"), (8, "姓名")}
    assert {(problem.row, problem.column) for problem in outcome.problems if problem.level == "warning"} == {(9, "序号"), (9, "性别")}
    some = roster_import.run(path, RosterPlan(skip_bad=True))
    assert (some.sentence(), some.refused) == ("新增 3 人，5 行有问题", False)
    with_guardians = _book(tmp_path / "分清.xlsx", {"三(1)班": [["姓名", "家长", "性别"], ["张梓涵", "张海", "女"], ["张梓涵", "张山", "男"]]})
    assert roster_import.run(with_guardians, RosterPlan()).counts["更新"] == 2
    assert {(row.guardian, row.gender) for row in roster.pupils_in(first) if row.name == "张梓涵"} == {("张山", "男"), ("张海", "女")}


def test_the_next_years_file_takes_pupils_up(classes, tmp_path):
    pupil_commands.write_pupils({}, [{"name": "王强", "class_id": classes["三1"], "number": "01"}, {"name": "李四", "class_id": classes["三1"]}])
    path = _book(tmp_path / "名单.xlsx", {"四(1)班": [["学号", "姓名"], ["01", "王强"], ["", "李四"], ["", "赵六"]]})
    outcome = roster_import.run(path, RosterPlan(year=2027, make_classes=True))
    assert outcome.sentence() == "新增 1 人，升入 2 人，新建 1 个班"
    assert {(row.name, row.joined_on) for row in roster.pupils_in(None, year=2027)} == {
        ("王强", date(2027, 9, 1)), ("李四", date(2027, 9, 1)), ("赵六", date(2027, 9, 1))}
    assert roster.pupils_in(None, date(2027, 8, 31), 2026)[0].left_on == date(2027, 9, 1)
    with pytest.raises(Refused, match="已经是2027—2028学年"):
        roster_import.run(path, RosterPlan())


def test_files_without_a_list_are_refused(classes, tmp_path):
    with pytest.raises(Refused, match="没有认出学生名册"):
        roster_import.run(_book(tmp_path / "空.xlsx", {"Sheet1": [["资产名称", "数量"], ["课桌", 3]]}), RosterPlan())
    with pytest.raises(Refused, match="没有可以导出"):
        roster_sheets.export_roster(tmp_path / "出.xlsx")


def test_an_empty_roster_is_filled_in_and_comes_in(classes, tmp_path):
    path = tmp_path / "空白.xlsx"
    assert roster_sheets.template(path) == 2
    with pytest.raises(Refused, match="下面却没有学生"):
        roster_import.run(path, RosterPlan())
    book = load_workbook(path)
    book["三年级2班"].append([1, "0701", "王强", "男", "王建国", "13900000001"])
    book.save(path)
    assert roster_import.run(path, RosterPlan()).sentence() == "新增 1 人"
    assert [(row.class_name, row.seat, row.number, row.name) for row in roster.pupils_in(None)] == [("三年级2班", 1, "0701", "王强")]


def test_one_pupils_data_go_out_whole(classes, tmp_path):
    (one,) = pupil_commands.write_pupils({}, [{"name": "龘䶮㛃", "class_id": classes["三1"], "waiver": "低保", "guardian": "陈红"}]).made
    assert roster_sheets.export_pupil(one, tmp_path / "一人.xlsx") == 2
    from app.exchange.reading import open_workbook
    text = str([sheet.rows for sheet in open_workbook(tmp_path / "一人.xlsx").sheets])
    for word in ("龘䶮㛃", "低保", "陈红", "三年级1班", "2026—2027学年", "内部资料"):
        assert word in text


_WORDS = st.sampled_from([
    "姓名", "班级", "年级", "学号", "序号", "家长", "电话", "性别", "减免类别", "入班日期", "三(1)班", "三年级", "2班", "合计", "同上", "王强",
    "龘䶮㛃", "G330101201701010011", "低保", "2026-9-1", "无", "男", "=1+1", "备注：", "三年级2班学生名册", " ", "x" * 300])
_CELLS = st.one_of(st.none(), st.integers(-5, 10**17), st.floats(allow_nan=False, allow_infinity=False), st.dates(), _WORDS, st.text(max_size=8))
_HEADS = st.lists(st.sampled_from(["姓名", "班级", "学号", "家长", "序号", "姓 名"]), max_size=5)


@given(st.lists(st.lists(_CELLS, min_size=1, max_size=7), max_size=9), _HEADS, st.booleans())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_sheet_gives_an_outcome_or_a_refusal_and_the_rehearsal_agrees(classes, tmp_path, rows, head, make):
    path = tmp_path / "乱.csv"
    path.write_text("\n".join(",".join("" if cell is None else str(cell).replace(",", " ").replace("\n", " ").replace('"', "")
                                      for cell in row) for row in [head or ["姓名", "班级"], *rows]), encoding="utf-8", errors="ignore")
    before = _state()
    plan = RosterPlan(make_classes=make, skip_bad=True)
    try:
        look = roster_import.run(path, plan, rehearse=True)
    except Refused:
        assert _state() == before
        return
    assert _state() == before
    done = roster_import.run(path, plan)
    assert (done.entries, done.problems, done.classes) == (look.entries, look.problems, look.classes)
    if done.step:
        journal.undo()
    assert _state() == before


_NAMES = st.text("王李龘䶮㛃欧阳梓涵一·", min_size=1, max_size=7).filter(lambda text: text.strip("·") == text)
_PUPILS = st.lists(st.tuples(_NAMES, st.sampled_from(["三1", "三2"]), st.one_of(st.none(), st.integers(1, 60)), st.sampled_from(["", "男", "女"]),
                             st.sampled_from(["", "王山", "李海"]), st.sampled_from(["", "13900000001", "0571-88000000"])),
                   min_size=1, max_size=12, unique_by=lambda one: one[0])


@given(_PUPILS, st.booleans())
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_goes_out_comes_in_unchanged(classes, tmp_path, pupils, by_class):
    ids = pupil_commands.write_pupils({}, [
        {"name": name, "class_id": classes[where], "seat": seat, "gender": gender, "guardian": guardian, "phone": phone, "number": f"{at:04d}"}
        for at, (name, where, seat, gender, guardian, phone) in enumerate(pupils)]).made
    try:
        path = tmp_path / "名册.xlsx"
        assert roster_sheets.export_roster(path, Wish(), by_class, waivers=True) == len(pupils)
        before = _state()
        outcome = roster_import.run(path, RosterPlan())
        assert (outcome.refused, outcome.step, outcome.counts) == (False, None, {"不变": len(pupils)}), outcome.problems
        assert _state() == before
        listed = [row[1:] for row in roster.listing(Wish(), 100)]
        pupil_commands.remove_pupils(ids)
        ids = []
        assert roster_import.run(path, RosterPlan()).sentence() == f"新增 {len(pupils)} 人"
        assert [row[1:] for row in roster.listing(Wish(), 100)] == listed
    finally:
        pupil_commands.remove_pupils(ids or [row.id for row in roster.pupils_in(None)])


@pytest.mark.parametrize(("text", "lowest", "found"), [
    ("初一(3)班", 7, (7, 3)), ("高中二年级1班", 10, (11, 1)), ("2025级2班", 7, (8, 2)), ("六年级十二班", 1, (6, 12)), ("三年二班", 1, (3, 2)),
    ("五3班", 1, (5, 3)), ("1012班", 1, (10, 12)), ("二班", 1, (None, 2)), ("三年级", 1, (3, None)), ("Sheet1", 1, (None, None))])
def test_ways_of_writing_a_class(text, lowest, found):
    assert read_class(text, 2026, lowest) == found


def test_titles_tell_classes_and_years_are_none():
    assert read_class("青禾小学2026年秋季三年级2班学生花名册", 2026, part=True) == (3, 2)
    assert read_class("2026—2027学年第一学期学生名册", 2026, part=True) == (None, None)


@pytest.mark.parametrize(("words", "place"), [
    ("名单3(1)", (None, None)), ("志愿江苏90(1)", (None, None)), ("学生名单3 （2）", (None, None)), ("3(1)", (3, 1)), ("青禾小学3(1)", (3, 1)),
    ("名单三(1)", (3, 1)), ("名单3(1)班", (3, 1)), ("3(1)班名单(1)", (3, 1)), ("五（1）学生名单", (5, 1))])
def test_the_mark_of_a_copy_is_no_class(words, place):
    """A file that was fetched twice put all its pupils into a class."""
    assert read_class(words, 2026, part=True) == place


@pytest.mark.parametrize(("words", "place"), [
    ("26级3班", (1, 3)), ("2603班", (1, 3)), ("一3", (1, 3)), ("一年级（3）", (1, 3)), ("三年级2", (3, 2)), ("2023级2班", (4, 2)), ("三1", (3, 1))])
def test_class_words_of_real_lists(words, place):
    assert read_class(words, 2026, 1) == place


@pytest.mark.parametrize("words", ["2008", "2011", "电气工程及其自动化201903班", "信息与计算科学2019级1班", "通信工程2班", "计科（2）班"])
def test_a_year_and_the_classes_of_a_college_are_no_class_of_a_school(words):
    assert read_class(words, 2026, 1) == (None, None)


@pytest.mark.parametrize("words", ["青禾小学三年级2班", "本部三（2）班", "小学三2班", "班级：三年级2班", "三年级2班（走读）"])
def test_a_school_may_stand_before_its_class(words):
    assert read_class(words, 2026, 1) == (3, 2)


@given(st.integers(1, 9), st.integers(1, 20))
def test_every_way_of_writing_a_class_means_it(grade, number):
    han = "一二三四五六七八九"[grade - 1]
    for words in (f"{han}年级{number}班", f"{han}（{number}）班", f"{han}年级（{number}）", f"{grade}.{number}", f"{grade}-{number}班",
                  f"{grade}{number:02d}班", f"{han}{number}班", f"{2027 - grade}级{number}班", f"{27 - grade}级{number}班"):
        assert read_class(words, 2026, 1) == (grade, number), words


def test_a_roster_of_one_class_that_says_nowhere_which_is_asked_once(classes, tmp_path):
    path = _book(tmp_path / "名单.xlsx", {"Sheet1": [["序号", "姓名", "性别"], *([number, f"学生{number}", "男"] for number in range(1, 46))]})
    outcome = roster_import.run(path, RosterPlan())
    assert (outcome.refused, outcome.classless, outcome.errors) == (True, 45, 45)
    [told] = [each for each in folded(outcome.problems) if each.level == "error"]
    assert (told.where, "这些学生都是哪个班" in told.text) == ("第 2—46 行", True)
    outcome = roster_import.run(path, RosterPlan(one_class="三年级2班"))
    assert (outcome.refused, outcome.counts["新增"]) == (False, 45)
    assert {row.class_name for row in roster.pupils_in(None)} == {"三年级2班"}


def test_two_columns_of_names_are_asked_about(classes, tmp_path):
    path = _book(tmp_path / "三1.xlsx", {"三1": [["姓名", "姓名", "性别"], ["甲一", "王建国", "男"], ["甲二", "李梅", "女"], ["甲三", "张强", "男"]]})
    outcome = roster_import.run(path, RosterPlan())
    [question] = outcome.questions
    assert (outcome.refused, question.key, question.heads) == (True, "name", ("姓名", "姓名"))
    outcome = roster_import.run(path, RosterPlan(answers=(("姓名#1", ""), ("姓名#2", "name"))))
    assert not outcome.refused
    assert {row.name for row in roster.pupils_in(None)} == {"王建国", "李梅", "张强"}


def test_brackets_in_every_heading_hide_no_head(classes, tmp_path):
    path = _book(tmp_path / "名单.xlsx", {"Sheet1": [
        ["学号(文本)", "姓名（文本）", "班级（文本）"], ["001", "甲一", "三年级2班"], ["002", "甲二", "三年级2班"]]})
    assert roster_import.run(path, RosterPlan()).counts["新增"] == 2


def test_a_roster_that_calls_the_name_otherwise_is_asked_about(classes, tmp_path):
    rows = [["学生ID", "学生昵称", "学生手机号", "学生设备mac", "学生班级"], *(
        [at, name, f"1390000000{at}", f"80:EA:CA:00:19:4{at}", "三年级2班"] for at, name in enumerate(("王建国", "李梅", "张强", "欧阳小红"), 5))]
    path = _book(tmp_path / "导出.xlsx", {"统计表": rows, "说明": [["本表由系统导出"]]})
    outcome = roster_import.run(path, RosterPlan())
    [question] = outcome.questions
    assert (outcome.refused, outcome.step, question.key, question.names) == (True, None, "name", ("学生昵称#1",))
    assert "第 1 行像是表头，“学生昵称”这一列是不是姓名？" in question.text
    for words in ("学生昵称#1", "学生昵称"):
        outcome = roster_import.run(path, RosterPlan(answers=((words, "name"),)), rehearse=True)
        assert (outcome.refused, outcome.counts["新增"]) == (False, 4)
    with pytest.raises(Refused, match="标题改成“姓名”"):
        roster_import.run(path, RosterPlan(answers=(("学生昵称#1", ""),)))


def test_a_column_left_out_by_answer_hides_no_head(classes, tmp_path):
    path = _book(tmp_path / "名单.xlsx", {"Sheet1": [["学生姓名", "班级"], ["王建国", "中一"], ["李梅", "中一"]]})
    outcome = roster_import.run(path, RosterPlan(answers=(("班级", ""),), one_class="三年级2班"))
    assert outcome.counts["新增"] == 2


def test_numbers_among_other_schools_are_no_classes(classes, tmp_path):
    words = ["市第三中学", "计科一队", "外国语", 224, "223班", "高二竞赛", "十四中"]
    rows = [[f"甲{at}", each] for at, each in enumerate(words)]
    path = _book(tmp_path / "报名表.xlsx", {"报名表": [["姓名", "班级"], *rows]})
    outcome = roster_import.run(path, RosterPlan(make_classes=True, skip_bad=True))
    assert (outcome.counts["新增"], outcome.classes, outcome.bad_rows) == (0, [], 7)
    outcome = roster_import.run(_book(tmp_path / "名册.xlsx", {"名册": [["姓名", "班级"], ["甲一", 301], ["甲二", 302], ["甲三", "外国语"]]}),
                                RosterPlan(make_classes=True, skip_bad=True))
    assert outcome.counts["新增"] == 2
