"""Undo and redo of the school's records obey its rules."""

from datetime import date

import pytest

from app.core.errors import Refused
from app.school import commands, place_commands, pupil_commands, queries, roster
from app.school.pupil_rules import PupilDraft
from app.school.rules import ClassDraft, PlaceDraft, TermDraft
from app.store import check, journal

SEPTEMBER = date(2026, 9, 1)


@pytest.fixture(autouse=True)
def sound_afterwards(school, ledger):
    yield
    assert check.run(ledger.folder).problems == []


def place(name):
    return next(row.id for row in queries.places_tree(retired=True) if row.name == name)


def test_a_pupil_is_never_in_two_classes_on_one_day():
    first, second = (commands.add_class(ClassDraft(2026, 1, number)).made[0] for number in (1, 2))
    pupil = pupil_commands.add_pupil(PupilDraft("王强", first, joined_on=SEPTEMBER)).made[0]
    left = pupil_commands.transfer_out([pupil], date(2026, 10, 8)).step
    back = pupil_commands.readmit(pupil, second, date(2026, 11, 2))
    with pytest.raises(Refused, match="王强会在同一天里属于两个班（一年级1班、一年级2班）"):
        journal.undo(left.id)
    journal.undo(back.id)
    journal.undo(left.id)
    assert roster.pupil_draft(pupil, 2026).class_id == first


def test_a_number_that_went_to_another_pupil_does_not_come_back():
    room = commands.add_class(ClassDraft(2026, 1, 1)).made[0]
    pupil = pupil_commands.add_pupil(PupilDraft("王强", room, number="01", joined_on=SEPTEMBER)).made[0]
    freed = pupil_commands.write_pupils({pupil: {"number": "02"}}, [])
    other = pupil_commands.add_pupil(PupilDraft("李四", room, number="01", joined_on=SEPTEMBER))
    with pytest.raises(Refused, match="学号 01 后来给了别的学生"):
        journal.undo(freed.id)
    journal.undo(other.id)
    journal.undo(freed.id)


def test_terms_never_overlap():
    term = queries.current_term()
    draft = queries.term_draft(term.id)
    shorter = commands.edit_term(term.id, TermDraft(draft.school_year, draft.half, draft.starts_on, date(2026, 12, 31)))
    commands.add_term(TermDraft(2026, 2, date(2027, 1, 4), date(2027, 7, 9)))
    with pytest.raises(Refused, match="不能撤销“修改学期"):
        journal.undo(shorter.id)


def test_what_lies_in_a_place_keeps_it_from_being_called_otherwise():
    place_commands.add_places("教学楼 1层 101室")
    building = place("教学楼")
    renamed = place_commands.edit_place(building, PlaceDraft("东楼", queries.place_draft(building).parent_id, "楼"))
    added = place_commands.add_places("东楼 1层 102室")
    with pytest.raises(Refused, match="后来新增或移动的地点与它对不上"):
        journal.undo(renamed.id)
    journal.undo(added.id)
    journal.undo(renamed.id)
    assert queries.place_path(place("101室")) == "教学楼 1层 101室"


def test_a_room_in_use_is_not_left_in_a_place_that_is_not():
    place_commands.add_places("教学楼 1层 101室")
    room, building = place("101室"), place("教学楼")
    apart = place_commands.retire_place(room).step
    place_commands.retire_place(building)
    with pytest.raises(Refused, match="已停用，下面的“101室”却在用"):
        journal.undo(apart.id)
