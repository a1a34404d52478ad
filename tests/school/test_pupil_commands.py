"""Pupils on a real file: the list as one step, transfer, change of class, promotion, removal, erasure."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.core.errors import Invalid, Refused
from app.core.listing import Wish
from app.school import commands, promotion, pupil_checks, pupil_commands, pupil_rules, queries, roster
from app.school.pupil_rules import PupilDraft
from app.school.rules import ClassDraft, TermDraft
from app.store import check, journal
from app.store import settings as stored
from app.store.database import database, scalar

TODAY = date(2026, 11, 21)


@pytest.fixture
def classes(started_ledger):
    """Two classes of grade 1 and one of grade 6 in 2026, by name."""
    return {name: commands.add_class(ClassDraft(2026, grade, number)).made[0]
            for name, grade, number in (("一1", 1, 1), ("一2", 1, 2), ("六1", 6, 1))}


def _everything():
    return [database.execute_sql(f"SELECT * FROM {table} ORDER BY id").fetchall() for table in ("pupil", "enrolment", "school_class")]


def _pupil(name, class_id, **more):
    return {"name": name, "class_id": class_id, **more}


def test_pupils_are_written_as_one_step(classes, started_ledger):
    first, second = classes["一1"], classes["一2"]
    ids = pupil_commands.write_pupils({}, [
        _pupil(" 王 强 ", first, seat=2, number="01", guardian="王建国", phone="139 0000 0001"), _pupil("龘䶮㛃", first, seat=1),
        _pupil("欧阳上官慕容雪", second, gender="女", waiver="低保", joined_on=date(2026, 9, 20))]).made
    assert journal.steps()[0].title == "新增 3 名学生"
    rows = roster.pupils_in(None)
    assert [(row.name, row.seat, row.joined_on) for row in rows] == [
        ("龘䶮㛃", 1, date(2026, 9, 1)), ("王强", 2, date(2026, 9, 1)), ("欧阳上官慕容雪", None, date(2026, 9, 20))]
    assert (rows[1].id, rows[1].phone, rows[2].waiver) == (ids[0], "139 0000 0001", "低保")
    # A class that has pupils already: who comes now comes today.
    pupil_commands.add_pupil(PupilDraft("赵六", first))
    assert roster.pupils_in(first)[-1].joined_on == TODAY
    assert [row.name for row in roster.pupils_in(first, date(2026, 10, 1))] == ["龘䶮㛃", "王强"]
    assert [(size.name, size.pupils) for size in roster.class_sizes(2026, TODAY)] == [
        ("一年级1班", 3), ("一年级2班", 1), ("六年级1班", 0)]
    pupil_commands.write_pupils({ids[0]: {"seat": 7, "class_id": second, "guardian": "王建国"}}, [])
    assert journal.steps()[0].title == "修改学生 王强 的 序号、班级"
    assert [(row.name, row.seat) for row in roster.pupils_in(second)] == [("王强", 7), ("欧阳上官慕容雪", None)]
    before = len(journal.steps())
    pupil_commands.write_pupils({ids[0]: {"seat": 7}}, [])
    assert len(journal.steps()) == before, "nothing differs, so there is no step"
    assert check.run(started_ledger.folder).problems == []


def test_every_problem_is_told_at_its_cell(classes):
    first = classes["一1"]
    (known,) = pupil_commands.write_pupils({}, [_pupil("王强", first, number="01")]).made
    with pytest.raises(Invalid) as wrong:
        pupil_commands.write_pupils({known: {"name": "", "seat": 0}}, [
            _pupil("", None), _pupil("李四", first, number="01", gender="M"),
            _pupil("赵六", first, number="02", phone="不知道", waiver="贫困"),
            _pupil("孙七", first, number="02", joined_on=date(2016, 9, 1))])
    assert {(problem.row, problem.field) for problem in wrong.value.problems} == {
        (known, "name"), (-1, "name"), (-1, "class_id"), (-2, "number"), (-2, "gender"), (-3, "phone"), (-3, "waiver"),
        (-4, "number"), (-4, "joined_on"), (known, "seat")}
    assert [row.name for row in roster.pupils_in(None)] == ["王强"]
    with pytest.raises(Invalid, match="不在所选的学年"):
        pupil_commands.write_pupils({known: {"class_id": 999}}, [])
    with pytest.raises(Refused, match="1 人已经被删除"):
        pupil_commands.write_pupils({999: {"seat": 1}}, [])


def test_a_waiver_group_that_was_renamed_stops_nobody(classes):
    (one,) = pupil_commands.write_pupils({}, [_pupil("王强", classes["一1"], waiver="低保")]).made
    stored.change({roster.WAIVERS: ["最低生活保障"]})
    pupil_commands.write_pupils({one: {"guardian": "王建国"}}, [])
    assert roster.pupil_draft(one).waiver == "低保"
    with pytest.raises(Invalid, match="减免类别"):
        pupil_commands.write_pupils({one: {"waiver": "孤儿"}}, [])
    with pytest.raises(Refused, match="减免类别"):
        pupil_commands.set_waiver([one], "孤儿")
    assert pupil_commands.set_waiver([one], "最低生活保障").count == 1
    assert "最低" not in journal.steps()[0].title


def test_coming_going_and_changing_class(classes):
    first, second = classes["一1"], classes["一2"]
    one, two, three = pupil_commands.write_pupils({}, [_pupil("王强", first), _pupil("李四", first), _pupil("赵六", first)]).made
    assert pupil_commands.transfer_out([one], date(2026, 10, 15)).count == 1
    assert journal.steps()[0].title == "转出 王强"
    assert journal.steps()[0].business_date == "2026-10-15"
    assert {row.name for row in roster.pupils_in(first, date(2026, 10, 14))} == {"王强", "李四", "赵六"}
    assert {row.name for row in roster.pupils_in(first, date(2026, 10, 15))} == {"李四", "赵六"}
    for wrong in (lambda: pupil_commands.transfer_out([one], TODAY), lambda: pupil_commands.transfer_out([two], date(2026, 8, 1)),
                  lambda: pupil_commands.transfer_out([two], TODAY, "开除"), lambda: pupil_commands.change_class([two], 999, TODAY),
                  lambda: pupil_commands.change_class([two], second, date(2028, 9, 1)),
                  lambda: pupil_commands.readmit(two, second, TODAY), lambda: pupil_commands.transfer_out([999], TODAY)):
        with pytest.raises(Refused):
            wrong()
    assert pupil_commands.change_class([two, three], second, date(2026, 11, 2)).count == 2
    assert journal.steps()[0].title == "2 名学生调到一年级2班"
    assert [(stay.class_name, stay.reason, stay.left_on) for stay in roster.stays(two)] == [
        ("一年级1班", "调班", date(2026, 11, 2)), ("一年级2班", "", None)]
    assert roster.totals(Wish()).records == 2, "one line a pupil"
    assert pupil_commands.change_class([two], first, date(2026, 11, 2)).count == 1     # the same day: it was a mistake
    assert [stay.class_name for stay in roster.stays(two)] == ["一年级1班", "一年级1班"]
    with pytest.raises(Invalid, match="以前还在原来的班里"):
        pupil_commands.write_pupils({three: {"joined_on": date(2026, 11, 1)}}, [])
    pupil_commands.write_pupils({three: {"joined_on": date(2026, 11, 3)}}, [])
    with pytest.raises(Invalid, match="早于离班日期"):
        pupil_commands.write_pupils({one: {"joined_on": date(2026, 10, 15)}}, [])
    pupil_commands.readmit(one, second, TODAY)
    assert {row.name for row in roster.pupils_in(second, TODAY)} == {"王强", "赵六"}
    assert [row[4] for row in roster.listing(Wish(filters={"state": "all"}, sort="name"), 10)] == ["李四", "王强", "赵六"]


def test_the_list_is_narrowed_and_sorted(classes):
    ids = pupil_commands.write_pupils({}, [
        _pupil("王强", classes["一1"], seat=1, waiver="低保"), _pupil("重乐乐", classes["一2"], seat=1, phone="13900000002"),
        _pupil("单于", classes["六1"], guardian="单国庆")]).made
    pupil_commands.transfer_out([ids[2]], date(2026, 10, 1), "休学")

    def names(**wish):
        found = roster.listing(Wish(**wish), 50)
        assert roster.totals(Wish(**wish)).records == len(found)
        return [row[4] for row in found]

    assert names() == ["王强", "重乐乐"]
    assert names(search="cll") == ["重乐乐"]
    assert names(search="一(2)") == ["重乐乐"]
    assert names(filters={"waiver": "低保"}) == ["王强"]
    assert names(filters={"state": "left"}) == ["单于"]
    assert names(filters={"state": "all", "grade": 6}) == ["单于"]
    assert names(filters={"class": classes["一2"]}) == ["重乐乐"]
    assert names(filters={"year": 2025}) == []
    assert names(filters={"state": "all"}, cells={"state": "=休学"}) == ["单于"]
    assert names(filters={"state": "all"}, cells={"state": "在"}, search="wq") == ["王强"]
    assert names(cells={"phone": "非空"}) == ["重乐乐"]
    for column in roster.ROSTER:
        for descending in (False, True):
            assert len(names(filters={"state": "all"}, sort=column.key, descending=descending)) == 3


def test_classes_rise_and_graduates_leave(classes):
    commands.edit_class(classes["一2"], ClassDraft(2026, 1, 2, "一(2)班"))
    commands.add_term(TermDraft(2026, 2, date(2027, 2, 22), date(2027, 7, 9)))
    commands.add_term(TermDraft(2027, 1, date(2027, 9, 2), date(2028, 1, 21)))
    there = commands.add_class(ClassDraft(2027, 2, 1, "向日葵班")).made[0]
    ids = pupil_commands.write_pupils({}, [
        _pupil("王强", classes["一1"], seat=3), _pupil("李四", classes["一2"]), _pupil("赵六", classes["六1"]), _pupil("孙七", classes["六1"])]).made
    pupil_commands.transfer_out([ids[3]], date(2027, 3, 1))
    before = _everything()
    plan = promotion.look()
    assert (plan.year, plan.rising, plan.leaving, plan.new_classes) == (2026, 2, 1, 1)
    assert (plan.starts_on, plan.leaves_on) == (date(2027, 9, 2), date(2027, 7, 10))
    assert [(rise.name, rise.to_name, rise.to_class, rise.graduates) for rise in plan.rises] == [
        ("一年级1班", "向日葵班", there, False), ("一(2)班", "二(2)班", None, False), ("六年级1班", "", None, True)]
    assert _everything() == before, "looking writes nothing"
    assert promotion.promote(plan).count == 3
    assert journal.steps()[0].title == "升级到 2027—2028学年：2 人升级，1 人毕业"
    assert [(row.class_name, row.name, row.seat, row.joined_on) for row in roster.pupils_in(None, year=2027)] == [
        ("向日葵班", "王强", 3, date(2027, 9, 2)), ("二(2)班", "李四", None, date(2027, 9, 2))]
    assert roster.stays(ids[2])[-1].reason == "毕业"
    assert {row.name for row in roster.pupils_in(None, date(2027, 7, 9), 2026)} == {"王强", "李四", "赵六"}
    assert {row.name for row in roster.pupils_in(None, date(2027, 7, 10), 2026)} == {"王强", "李四"}
    with pytest.raises(Refused, match="预览之后"):
        promotion.promote(plan)
    with pytest.raises(Refused, match="没有可以升级"):
        promotion.promote(promotion.look(2026))
    journal.undo()
    assert _everything() == before
    with pytest.raises(Refused, match="不在 2027"):
        promotion.promote(promotion.look(2026, starts_on=date(2026, 8, 1)))


def test_who_began_with_the_year_does_so_on_whatever_day_it_begins(classes):
    ids = pupil_commands.write_pupils({}, [_pupil("王强", classes["一1"]), _pupil("李四", classes["一1"], joined_on=date(2026, 9, 7))]).made
    promotion.promote(promotion.look())
    term = queries.current_term().id
    commands.edit_term(term, TermDraft(2026, 1, date(2026, 8, 31), date(2027, 1, 22)))
    assert [(row.name, row.joined_on) for row in roster.pupils_in(None, year=2026)] == [("李四", date(2026, 9, 7)), ("王强", date(2026, 8, 31))]
    commands.add_term(TermDraft(2027, 1, date(2027, 8, 30), date(2028, 1, 21)))
    assert [stay.joined_on for stay in roster.stays(ids[0])] == [date(2026, 8, 31), date(2027, 8, 30)]
    assert roster.stays(ids[0])[0].left_on == date(2027, 8, 30)
    assert pupil_checks.roster_sound() == []
    journal.undo()
    journal.undo()
    assert roster.stays(ids[0])[0].joined_on == date(2026, 9, 1)


@pytest.mark.parametrize(("name", "grade", "number", "risen"), [
    ("三年级2班", 3, 2, "四年级2班"), ("三(2)班", 3, 2, "四(2)班"), ("3（2）班", 3, 2, "4（2）班"), ("302班", 3, 2, "402班"),
    ("3.2班", 3, 2, "4.2班"), ("九年级1班", 9, 1, "高一年级1班"), ("高一年级1班", 10, 1, "高二年级1班"), ("2021级2班", 3, 2, "2021级2班"),
    ("向日葵班", 1, 1, "向日葵班"), ("十二班", 1, 2, "十二班"), ("三12班", 3, 12, "四12班")])
def test_names_of_classes_rise_by_their_own_rule(name, grade, number, risen):
    assert pupil_rules.risen_name(name, grade, number) == risen


def test_removed_pupils_come_back_and_accounts_keep_them(classes):
    one, two = pupil_commands.write_pupils({}, [_pupil("王强", classes["一1"]), _pupil("李四", classes["一1"])]).made
    before = _everything()
    assert pupil_commands.remove_pupils([one]).count == 1
    assert [row.name for row in roster.pupils_in(None)] == ["李四"]
    journal.undo()
    assert _everything() == before
    term = scalar("SELECT id FROM term")
    with journal.operation("收费"):
        database.execute_sql("INSERT INTO fee_plan (term_id, state, shortage, close_reason, remark) VALUES (?, 'draft', '补', '', '')", (term,))
        database.execute_sql("INSERT INTO fee_receipt (plan_id, pupil_id, number, paid_on, method, remark, void_reason) "
                             "VALUES (1, ?, '', '2026-09-02', '', '', '')", (two,))
    with pytest.raises(Refused, match="清除个人信息"):
        pupil_commands.remove_pupils([two])
    assert [row.name for row in roster.pupils_in(None)] == ["李四", "王强"]


def test_an_erased_pupil_is_nowhere_in_the_file_and_undo_still_works(classes, started_ledger):
    (one,) = pupil_commands.write_pupils({}, [
        _pupil("龘䶮㛃", classes["一1"], guardian="陈大鹏", phone="13900004711", number="G0815", remark="哮喘", waiver="低保")]).made
    pupil_commands.edit_pupil(one, PupilDraft("陈䶮㛃", classes["一1"], guardian="陈大鹏", phone="13900004712", joined_on=date(2026, 9, 1)))
    with pytest.raises(Refused, match="还在读"):
        pupil_commands.erase([one])
    pupil_commands.transfer_out([one], date(2026, 10, 1))
    pupil_commands.erase([one])
    assert roster.pupil_draft(one).name == f"已清除{one}"
    for table in ("pupil", "enrolment", "change", "operation"):
        text = str(database.execute_sql(f"SELECT * FROM {table}").fetchall())
        assert not any(word in text for word in ("䶮㛃", "陈大鹏", "1390000471", "G0815", "哮喘", "低保")), table
    assert journal.steps()[1].title == "转出 ……"
    assert check.run(started_ledger.folder).problems == [], "history agrees with the records"
    while not journal.undoable()[1].startswith("新增班级"):
        journal.undo()
    assert roster.pupils_in(None) == []


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 2), st.integers(0, 80)), max_size=12))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nobody_is_in_two_classes_on_one_day_and_promotion_undone_is_as_before(classes, acts):
    where = list(classes.values())
    ids = pupil_commands.write_pupils({}, [_pupil(f"生{at}", where[at % 3], joined_on=date(2026, 9, 1)) for at in range(6)]).made
    try:
        for who, kind, days in acts:
            day = date(2026, 9, 1) + timedelta(days=days)
            try:
                if kind == 0:
                    pupil_commands.transfer_out([ids[who]], day)
                elif kind == 1:
                    pupil_commands.change_class([ids[who]], where[days % 3], day)
                else:
                    pupil_commands.readmit(ids[who], where[days % 3], day)
            except Refused:
                continue
        for days in range(0, 90, 3):
            there = [row.id for row in roster.pupils_in(None, date(2026, 9, 1) + timedelta(days=days))]
            assert len(there) == len(set(there))
            assert sum(size.pupils for size in roster.class_sizes(2026, date(2026, 9, 1) + timedelta(days=days))) == len(there)
        assert pupil_checks.roster_sound() == []
        before = _everything()
        plan = promotion.look()
        if plan.rising or plan.leaving:
            assert promotion.promote(plan).count == plan.rising + plan.leaving
            journal.undo()
        assert _everything() == before
    finally:
        pupil_commands.remove_pupils(ids)


def test_the_check_tells_of_a_roster_that_cannot_be(classes):
    ids = pupil_commands.write_pupils({}, [_pupil("王强", classes["一1"]), _pupil("李四", classes["一1"]), _pupil("赵六", classes["一1"])]).made
    assert pupil_checks.roster_sound() == []
    with journal.operation("弄坏"):
        database.execute_sql("INSERT INTO enrolment (pupil_id, school_class_id, joined_on, reason) VALUES (?, ?, '2026-10-01', '')",
                             (ids[0], classes["一2"]))
        database.execute_sql("UPDATE enrolment SET left_on = '2026-08-01' WHERE pupil_id = ?", (ids[1],))
        database.execute_sql("UPDATE pupil SET keys = 'x' WHERE id = ?", (ids[2],))
    told = pupil_checks.roster_sound()
    assert [text[:5] for text in told] == ["学生 王强", "学生 李四", "有 1 名"]
