from datetime import date

import pytest

from app.core.errors import Invalid, Refused
from app.core.listing import Wish
from app.core.terms import TermName
from app.school import commands, queries, settings, uses
from app.school.place_commands import add_places, set_keeper
from app.school.rules import ClassDraft, PersonDraft, SchoolDraft, TermDraft, check_person, class_name
from app.store import journal


def test_a_school_starts_with_a_name_only(ledger):
    assert not queries.started()
    assert queries.current_term() is None
    commands.start_school(SchoolDraft(" 青禾 小学 "))
    assert queries.started()
    profile = queries.profile()
    assert (profile.name, profile.short_name, profile.office) == ("青禾 小学", "青禾 小学", "总务处")
    assert queries.current_term().starts_on <= date.today() <= queries.current_term().ends_on  # noqa: DTZ011  the wall's
    assert [row.path for row in queries.places_tree()] == ["校本部"]
    assert queries.people_listing(Wish()) == []
    assert [step.title for step in journal.steps()] == ["建立学校 青禾 小学"]
    journal.undo()
    assert not queries.started()
    assert queries.profile().name == ""


def test_a_school_starts_with_everything(school):
    assert queries.current_term().code == "2026-2027-1"
    assert queries.people_listing(Wish())[0][1:4] == ("周文海", "总务处", "总务主任")
    assert journal.worker.name == "周文海"
    with pytest.raises(Refused, match="已经有学校"):
        commands.start_school(SchoolDraft("另一所"))


def test_a_school_without_name_or_with_a_strange_term_is_refused(ledger):
    with pytest.raises(Invalid) as wrong:
        commands.start_school(SchoolDraft("", office="", term="今年"))
    assert {problem.field for problem in wrong.value.problems} == {"name", "office", "term"}
    assert not queries.started()


def test_terms(school):
    first = queries.current_term().id
    second = commands.add_term(TermDraft(2026, 2, date(2027, 2, 20), date(2027, 7, 10))).made[0]
    usual = commands.add_term(TermDraft(2025, 2)).made[0]
    assert [row.title for row in queries.terms()] == [
        "2026—2027学年第二学期", "2026—2027学年第一学期", "2025—2026学年第二学期"]
    for draft, field in ((TermDraft(2026, 1), "half"), (TermDraft(2027, 1, date(2027, 7, 1), date(2028, 1, 1)), "starts_on"),
                         (TermDraft(2027, 3), "school_year"), (TermDraft(2027, 1, date(2027, 9, 1), date(2027, 9, 1)), "ends_on"),
                         (TermDraft(2027, 1, date(2017, 9, 1), date(2018, 1, 1)), "starts_on")):
        with pytest.raises(Invalid) as wrong:
            commands.add_term(draft)
        assert field in {problem.field for problem in wrong.value.problems}
    commands.make_current(second)
    assert queries.current_term().id == second
    commands.close_term(first, date(2027, 1, 31))
    for refused in (lambda: commands.edit_term(first, queries.term_draft(first)), lambda: commands.make_current(first),
                    lambda: commands.close_term(first)):
        with pytest.raises(Refused, match="结账"):
            refused()
    with pytest.raises(Refused, match="没有结账"):
        commands.reopen_term(second)
    commands.reopen_term(first)
    commands.edit_term(first, queries.term_draft(first))
    commands.close_term(first, date(2027, 1, 31))
    assert queries.school_years() == [2026, 2025]
    commands.edit_term(usual, TermDraft(2025, 2, date(2026, 2, 25), date(2026, 7, 5)))
    assert queries.term_draft(usual).starts_on == date(2026, 2, 25)
    assert [row[4] for row in queries.terms_listing()] == ["当前", "已结账", ""]
    journal.undo()
    journal.undo()
    commands.make_current(first)
    assert queries.current_term().name == TermName(2026, 1)


def test_people_come_leave_and_return(school, monkeypatch):
    department = commands.add_department("语文组").made[0]
    person = commands.add_person(PersonDraft("王 芳", department, "教师", "13800000000")).made[0]
    add_places("教学楼 1层 101室")
    room = queries.rooms()[0].id
    set_keeper([room], person)
    commands.add_class(ClassDraft(2026, 1, 1, "", person, room))
    monkeypatch.setattr(uses, "holdings", lambda: (lambda who: [f"资产 {who} 件"],))
    assert list(commands.person_leaves(person, date(2026, 7, 1)).kept) == [
        "保管地点 1 处（教学楼 1层 101室）", "班主任：一年级1班", f"资产 {person} 件"]
    assert queries.find_people("wf") == []
    assert [row[1] for row in queries.people_listing(Wish(filters={"left": True}, sort="rooms", descending=True))] == [
        "王 芳", "周文海"]
    commands.person_returns(person)
    assert [pick.note for pick in queries.find_people("wang 语文")] == ["语文组 教师"]
    with pytest.raises(Refused, match="离岗"):
        commands.remove_person(person)
    with pytest.raises(Refused, match="别的部门"):
        commands.remove_department(department)
    draft = queries.person_draft(person)
    draft.department_id = None
    commands.edit_person(person, draft)
    commands.remove_department(department)
    with pytest.raises(Refused, match="不在了"):
        commands.rename_department(department, "数学组")
    for column in queries.PEOPLE:
        queries.people_listing(Wish("w", {"department": 1}, column.key, True))


def test_namesakes_are_a_warning(school):
    commands.add_person(PersonDraft("王芳"))
    found = check_person(PersonDraft("王芳"), queries.namesakes("王芳"))
    assert [problem.level for problem in found] == ["warning"]
    assert commands.add_person(PersonDraft("王芳")).made[0] > 0
    with pytest.raises(Invalid):
        commands.add_person(PersonDraft("", title="长" * 60))


def test_departments_keep_the_offices_order(school):
    second = commands.add_department("教务处").made[0]
    commands.order_departments([second, 1])
    assert [row[1:] for row in queries.departments_listing()] == [("教务处", 0), ("总务处", 1)]
    commands.rename_department(second, "教导处")
    assert [pick.text for pick in queries.find_departments("jdc")] == ["教导处"]
    with pytest.raises(Invalid, match="已经有部门"):
        commands.add_department(" 教导处")
    third = commands.add_department("临时").made[0]
    commands.remove_department(third)


def test_classes(school):
    assert commands.add_classes(2026, {1: 4, 2: 4}).made == (1, 2, 3, 4, 5, 6, 7, 8)
    assert len(commands.add_classes(2026, {1: 5}).made) == 1
    rows = queries.classes_listing()
    assert [row[1] for row in rows][:5] == [f"一年级{number}班" for number in range(1, 6)]
    draft = queries.class_draft(rows[0][0])
    draft.number = 2
    with pytest.raises(Invalid, match="已经有"):
        commands.edit_class(rows[0][0], draft)
    draft.number, draft.name, draft.teacher_id = 9, "小荷班", 1
    commands.edit_class(rows[0][0], draft)
    assert queries.classes_listing(2026)[4][1:] == ("小荷班", 1, 9, "周文海", "")
    commands.remove_class(rows[0][0])
    assert len(queries.classes_listing()) == 8
    with pytest.raises(Invalid):
        commands.add_class(ClassDraft(26, 0, 0))
    assert class_name(11, 3) == "高二年级3班"


def test_a_record_that_is_gone_is_said_so(school):
    for ask in (queries.place_draft, queries.person_draft, queries.class_draft, queries.term_draft, commands.make_current,
                commands.remove_class, commands.remove_person, commands.person_returns):
        with pytest.raises(Refused, match="不在了"):
            ask(999)


def test_typefaces():
    assert settings.family_of("仿宋") == "fangsong"
    assert settings.family_of("没有的") == "noto"
