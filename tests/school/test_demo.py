from datetime import date

import pytest

from app.core.errors import Refused
from app.core.listing import Wish
from app.school import pupil_checks, queries, roster, suppliers
from app.school.demo import build_school
from app.store import journal


@pytest.fixture
def demo(ledger):
    before = journal.worker.name
    build_school()
    yield ledger
    journal.worker.name = before


def test_the_demo_school_has_what_it_promises(demo):
    assert queries.profile().name == "青禾小学"
    assert len(queries.rooms()) == 90
    assert sum(room.kind == "教室" for room in queries.rooms()) == 24
    assert len(queries.people_listing(Wish())) == 60
    assert len(queries.people_listing(Wish(filters={"left": True}))) == 62
    assert [row[1:4] for row in queries.classes_listing()] == [
        (f"{'一二三四五六'[grade - 1]}年级{number}班", grade, number) for grade in range(1, 7) for number in range(1, 5)]
    assert all(row[4] and row[5] for row in queries.classes_listing())
    assert all(room.keeper for room in queries.rooms())
    custody = [room.custody for room in queries.rooms()]
    assert (custody.count("总保管室"), custody.count("分保管室")) == (1, 8)
    assert queries.current_term().title == "2026—2027学年第一学期"
    assert [term.closed_on is None for term in queries.terms()] == [True] + [False] * 6
    assert [pick.text for pick in suppliers.find_suppliers("新华")] == ["青河县新华印刷厂", "青河新华书店"]
    assert len(suppliers.suppliers_listing()) == 7
    assert journal.worker.name == queries.profile().operator
    assert {"㛃", "䶮", "龘"} <= set("".join(row[1] for row in queries.people_listing(Wish())))
    assert [pick.text for pick in queries.find_places("yys")][0] == "综合楼 2层 音乐室一"


def test_its_pupils_come_go_and_are_paid_for(demo):
    here = roster.pupils_in(None, date(2026, 11, 21))
    assert 950 <= len(here) <= 1_050
    assert all(36 <= size.pupils <= 48 for size in roster.class_sizes(2026, date(2026, 11, 21)))
    year = roster.pupils_in(None)
    assert len([row for row in year if row.left_on]) == 20, "14 left the school, 6 their class"
    assert len([row for row in year if row.joined_on > date(2026, 9, 1)]) == 20
    before = roster.pupils_in(None, year=2025)
    assert len([row for row in before if row.left_on and row.left_on < date(2026, 7, 1)]) == 18
    assert {stay.reason for row in before[-9:] for stay in roster.stays(row.id)} == {"毕业"}
    assert sum(bool(row.waiver) for row in here) == 24
    assert {"陈龘䶮㛃", "欧阳上官慕容雪"} <= {row.name for row in here}
    assert {row.phone[:7] for row in year} == {"1390000"}, "nobody's number"
    assert len({row.number for row in year}) == len({row.id for row in year})
    assert pupil_checks.roster_sound() == []


def test_it_is_one_step_and_only_for_an_empty_ledger(demo):
    with pytest.raises(Refused, match="另一个数据文件夹"):
        build_school()
    journal.undo()
    assert not queries.started()
    assert queries.places_tree() == []


def test_it_is_the_same_every_time(demo):
    def seen():
        return [queries.people_listing(Wish()), queries.places_listing(Wish()), queries.classes_listing(), queries.terms_listing()]

    first = [[row[1:] for row in rows] for rows in seen()]
    journal.undo()
    build_school()
    assert [[row[1:] for row in rows] for rows in seen()] == first
