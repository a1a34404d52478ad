"""The rules of school, terms, places, people, classes and pupils at their very edges."""

from datetime import date, timedelta

import pytest

from app.core.terms import TermName
from app.school.pupil_rules import PHONE, PupilDraft, check_pupil, pupil_keys, risen_name
from app.school.rules import (
    HIGHEST_GRADE,
    LEVELS,
    LONGEST_NAME,
    ClassDraft,
    PersonDraft,
    PlaceDraft,
    SchoolDraft,
    SupplierDraft,
    TermDraft,
    check_class,
    check_department,
    check_person,
    check_place,
    check_school,
    check_supplier,
    check_term,
    child_levels_text,
    class_keys,
    class_name,
    draft_lines,
    grade_word,
    likely_kind,
    room_code,
)

FIRST, LAST = date(2026, 9, 1), date(2027, 1, 20)
OTHER = (TermName(2026, 2), date(2027, 2, 22), date(2027, 7, 2))
DAY = timedelta(1)


def fields(problems):
    return [problem.field for problem in problems]


# --- terms -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("starts_on", "ends_on", "wrong"), [
    (FIRST, LAST, []), (FIRST, FIRST + DAY, []), (FIRST, FIRST, ["ends_on"]), (FIRST, FIRST - DAY, ["ends_on"]),
    (date(2026, 7, 1), LAST, []), (date(2026, 6, 30), LAST, ["starts_on"]),
    (None, LAST, ["starts_on"]), (FIRST, None, ["starts_on"]),
])
def test_days_of_a_term(starts_on, ends_on, wrong):
    assert fields(check_term(TermDraft(2026, 1, starts_on, ends_on), [])) == wrong


@pytest.mark.parametrize(("ends_on", "wrong"), [(date(2027, 9, 30), []), (date(2027, 10, 1), ["starts_on"])])
def test_the_last_day_that_a_term_may_have(ends_on, wrong):
    assert fields(check_term(TermDraft(2026, 2, date(2027, 2, 22), ends_on), [])) == wrong


@pytest.mark.parametrize(("starts_on", "ends_on", "wrong"), [
    (FIRST, OTHER[1] - DAY, []), (FIRST, OTHER[1], ["starts_on"]), (FIRST, OTHER[1] + DAY, ["starts_on"]),
    (OTHER[2] + DAY, OTHER[2] + 3 * DAY, []), (OTHER[2], OTHER[2] + 3 * DAY, ["starts_on"]),
    (OTHER[1] + DAY, OTHER[2] - DAY, ["starts_on"]), (OTHER[1] - DAY, OTHER[2] + DAY, ["starts_on"]),
])
def test_two_terms_may_not_meet_on_a_day(starts_on, ends_on, wrong):
    assert fields(check_term(TermDraft(2026, 1, starts_on, ends_on), [OTHER])) == wrong


@pytest.mark.parametrize(("year", "half", "wrong"), [
    (2026, 1, []), (2026, 2, []), (2026, 0, ["school_year"]), (2026, 3, ["school_year"]),
    (1949, 1, []), (1948, 1, ["school_year"]), (2999, 1, []), (3000, 1, ["school_year"]),
])
def test_names_of_terms(year, half, wrong):
    begin = date(year, 9, 1) if half != 2 else date(year + 1, 2, 1)
    assert fields(check_term(TermDraft(year, half, begin, begin + 100 * DAY), [])) == wrong


def test_the_same_term_twice_is_told_once():
    found = check_term(TermDraft(2026, 2, OTHER[1], OTHER[2]), [OTHER])
    assert [(problem.field, "已经有了" in problem.text) for problem in found] == [("half", True)]


# --- places, people, departments ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("length", "wrong"), [(0, ["name"]), (1, []), (LONGEST_NAME, []), (LONGEST_NAME + 1, ["name"])])
def test_lengths_of_names(length, wrong):
    name = "长" * length
    assert fields(check_person(PersonDraft(name), [])) == wrong
    assert fields(check_department(name, [])) == wrong
    assert fields(check_place(PlaceDraft(name), "层", [])) == wrong


@pytest.mark.parametrize("field", ["short_name", "bureau", "operator", "operator_title"])
def test_lengths_of_the_school_s_words(field):
    assert check_school(SchoolDraft("青禾小学", **{field: "长" * LONGEST_NAME})) == []
    assert fields(check_school(SchoolDraft("青禾小学", **{field: "长" * (LONGEST_NAME + 1)}))) == [field]


def test_what_else_a_school_needs():
    assert fields(check_school(SchoolDraft("", office=" ", term="今年"))) == ["name", "office", "term"]
    assert check_school(SchoolDraft("青禾小学", term="2026-2027-1")) == []


def test_other_words_of_a_person():
    long = "长" * (LONGEST_NAME + 1)
    assert fields(check_person(PersonDraft("王敏", title=long, phone=long), [])) == ["title", "phone"]
    told = check_person(PersonDraft("王敏"), ["教导处", ""])
    assert [(each.level, "教导处、未填部门" in each.text) for each in told] == [("warning", True)]


@pytest.mark.parametrize("parent", LEVELS)
@pytest.mark.parametrize("level", LEVELS)
def test_a_place_lies_below_a_larger_one(parent, level):
    below = LEVELS.index(level) > LEVELS.index(parent)
    assert (check_place(PlaceDraft("甲", 1, level), parent, []) == []) == below
    # The same seen from the other side: what lies below a place must be smaller.
    assert (check_place(PlaceDraft("甲", None, parent), None, [], [level]) == []) == below


def test_other_words_of_a_place():
    wrong = PlaceDraft("１０１室", 1, "间", kind="车间", custody="小仓库", code="长" * (LONGEST_NAME + 1))
    assert fields(check_place(wrong, "层", ["101室"])) == ["name", "level", "kind", "custody", "code"]
    assert check_place(PlaceDraft("101室", 1, kind="教室", custody="总保管室"), "层", ["102室"]) == []
    assert child_levels_text({"室", "楼"}) == "楼、室"
    assert fields(check_department(" 总务处 ", ["总务处"])) == ["name"]


# --- classes -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("year", "grade", "number", "wrong"), [
    (2026, 1, 1, []), (2026, HIGHEST_GRADE, 99, []), (1949, 1, 1, []), (2999, 1, 1, []),
    (1948, 1, 1, ["school_year"]), (3000, 1, 1, ["school_year"]), (2026, 0, 1, ["grade"]), (2026, HIGHEST_GRADE + 1, 1, ["grade"]),
    (2026, 1, 0, ["number"]), (2026, 1, 100, ["number"]), (2026, 3, 2, ["number"]),
])
def test_classes(year, grade, number, wrong):
    assert fields(check_class(ClassDraft(year, grade, number), {(3, 2)})) == wrong
    assert fields(check_class(ClassDraft(year, grade, number, "长" * (LONGEST_NAME + 1)), {(3, 2)})) == [*wrong, "name"]


def test_a_class_is_the_first_of_the_first_grade_unless_it_is_said():
    assert fields(check_class(ClassDraft(2026), {(1, 1)})) == ["number"]


@pytest.mark.parametrize(("grade", "name", "word"), [
    (1, "一年级2班", "一年级"), (9, "九年级2班", "九年级"), (10, "高一年级2班", "高一年级"), (12, "高三年级2班", "高三年级"),
])
def test_names_of_classes(grade, name, word):
    assert class_name(grade, 2) == name
    assert grade_word(grade) == word


def test_words_that_a_class_is_found_by():
    assert {"三(2)班", "3.2", "302班"} <= set(class_keys("三年级2班", 3, 2).split())
    assert {"10(2)班", "10.2", "1002班"} <= set(class_keys("高一年级2班", 10, 2).split())
    assert "九(1)班" in class_keys("九年级1班", 9, 1)


@pytest.mark.parametrize(("name", "code", "kind"), [("304室", "304", ""), ("音乐室", "", "功能室"), ("图书馆", "", "功能室")])
def test_what_a_room_s_name_says(name, code, kind):
    assert room_code(name) == code
    assert bool(likely_kind(name)) == bool(kind)


# --- pupils ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("field", "most"), [("name", 30), ("number", 40), ("guardian", 40), ("phone", 40), ("remark", 200)])
def test_lengths_of_a_pupil_s_words(field, most):
    word = "1" if field == "phone" else "长"
    for length, wrong in ((most, []), (most + 1, [field])):
        draft = PupilDraft(**{"name": "安一", "class_id": 1, field: word * length})
        assert fields(check_pupil(draft, [])) == wrong


@pytest.mark.parametrize(("changes", "wrong"), [
    ({}, []), ({"name": " "}, ["name"]), ({"class_id": None}, ["class_id"]), ({"seat": 1}, []), ({"seat": 999}, []),
    ({"seat": 0}, ["seat"]),
    ({"seat": 1_000}, ["seat"]), ({"gender": "男"}, []), ({"gender": "他"}, ["gender"]), ({"waiver": "低保"}, []),
    ({"waiver": "孤儿"}, ["waiver"]),
    ({"phone": "0700-6210500 转 8"}, ["phone"]), ({"phone": "138 0000 0000"}, []),
])
def test_pupils(changes, wrong):
    assert fields(check_pupil(PupilDraft(**{"name": "安一", "class_id": 1, **changes}), ["低保"])) == wrong


def test_words_that_a_pupil_is_found_by():
    keys = pupil_keys("安一", "20260101", "安大", "13800000001")
    assert all(word in keys for word in ("安一", "anyi", "20260101", "安大", "13800000001"))


def test_what_a_telephone_number_may_hold():
    assert PHONE.fullmatch("+86 (0700) 6210-500、138；139")


@pytest.mark.parametrize(("name", "grade", "number", "risen"), [
    ("三年级2班", 3, 2, "四年级2班"), ("九年级1班", 9, 1, "高一年级1班"), ("高一年级1班", 10, 1, "高二年级1班"),
    ("三(2)班", 3, 2, "四(2)班"), ("3.2班", 3, 2, "4.2班"),
    ("302班", 3, 2, "402班"), ("小学三（2）班", 3, 2, "小学四（2）班"), ("九(1)班", 9, 1, "九(1)班"), ("901", 9, 1, "1001"),
    ("初三(1)班", 9, 1, "初三(1)班"), ("高3(1)班", 3, 1, "高3(1)班"), ("2021级2班", 5, 2, "2021级2班"),
    ("向日葵班", 1, 1, "向日葵班"), ("三2", 3, 2, "四2"),
    ("三(2)班", 3, 1, "三(2)班"), ("三(2)班", 4, 2, "三(2)班"),
])
def test_what_a_class_is_called_a_year_later(name, grade, number, risen):
    assert risen_name(name, grade, number) == risen


# --- suppliers ---------------------------------------------------------------------------------------------------


def test_the_limits_are_those_that_lists_and_papers_are_laid_out_for():
    assert (LONGEST_NAME, HIGHEST_GRADE) == (50, 12)


@pytest.mark.parametrize("field", ["contact", "phone", "tax_number", "bank", "remark", "others", "kinds"])
def test_lengths_of_a_supplier_s_words(field):
    long = ("1" if field == "tax_number" else "长") * (LONGEST_NAME + 1)
    assert field in fields(check_supplier(SupplierDraft("惠民家电", **{field: long}), []))
    if field != "tax_number":
        assert check_supplier(SupplierDraft("惠民家电", **{field: long[1:]}), []) == []


@pytest.mark.parametrize(("draft", "wrong"), [
    (SupplierDraft(" "), ["name"]), (SupplierDraft("惠民家电"), ["name"]), (SupplierDraft("育林家具", others="惠民家电"), ["others"]),
    (SupplierDraft("育林家具", others="甲店\n乙店"), []), (SupplierDraft("惠民 家电 "), []),
    (SupplierDraft("育林家具", others="惠民家电\n惠民家电\n丙店"), ["others"]), (SupplierDraft("长" * (LONGEST_NAME + 1)), ["name"]),
])
def test_suppliers(draft, wrong):
    assert fields(check_supplier(draft, {"惠民家电"})) == wrong


@pytest.mark.parametrize(("number", "wrong"), [
    ("", []), ("91110000MA01ABCD2X", []), ("91110000 ma01abcd2x", []), ("９１１１００００MA01ABCD2X", []), ("9" * 15, []), ("9" * 20, []),
    ("9" * 14, ["tax_number"]), ("9" * 16, ["tax_number"]), ("9" * 17, ["tax_number"]), ("9" * 19, ["tax_number"]), ("9" * 21, ["tax_number"]),
    ("91110000MA01ABCD2I", ["tax_number"]),
])
def test_tax_numbers(number, wrong):
    found = check_supplier(SupplierDraft("惠民家电", tax_number=number), [])
    assert fields(found) == wrong
    assert all(problem.level == "warning" for problem in found)


def test_entries_of_a_text():
    assert draft_lines(" 甲 店\n\n乙店\r\n甲 店 \n") == ["甲 店", "乙店"]
    assert draft_lines(" \n") == []
