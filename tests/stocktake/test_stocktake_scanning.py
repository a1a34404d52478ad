"""What a scanner types, straight or through an input method, and an unknown label that turns out to be a card."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.assets import queries as assets
from app.core.errors import Invalid, Refused
from app.school import place_commands
from app.school import queries as school
from app.stocktake import commands, queries, scanning
from app.stocktake.rules import Count, FindDraft
from app.store import journal
from tests.cli_fixture import tables


@pytest.mark.parametrize("typed", [
    "{number}", " {number}\r\n", "{number}\n", "\ufeff{number}\u200b", "\x02{number}\x03",
])
def test_noise_around_a_code_is_taken_away(begun, typed):
    number = begun.line(begun.desk).number
    assert scanning.scan(begun.id, typed.format(number=number), begun.first).outcome == scanning.RIGHT


@pytest.mark.parametrize("change", [
    str.lower, lambda code: code.replace("-", "—"), lambda code: code.replace("-", "－"),
    lambda code: "".join(chr(ord(sign) + 0xFEE0) for sign in code),
])
def test_what_an_input_method_makes_of_a_code_is_read(begun, change):
    line = begun.line(begun.desk)
    assert scanning.scan(begun.id, change(line.number), begun.first).record == line.id
    assert begun.line(begun.desk).counted == 45


@given(st.text(max_size=60))
def test_cleaning_twice_changes_nothing(text):
    once = scanning.clean(text)
    assert scanning.clean(once) == once
    assert once == once.strip()


def test_a_long_scan_is_refused_and_an_empty_one(begun):
    before = tables()
    for code, words in (("http://example.org/" + "9" * 40, "不像资产标签"), ("\u200b \n", "没有读到")):
        with pytest.raises(Refused, match=words):
            scanning.scan(begun.id, code, begun.first)
    assert tables() == before


def test_every_outcome_once(begun):
    draft = school.place_draft(begun.second)
    draft.code = "R102"
    place_commands.edit_place(begun.second, draft)
    new = begun.card("新来的")
    scans = [("r102", "room"), (begun.line(begun.piano).number, "right"), (begun.line(begun.piano).number, "again"),
             (begun.line(begun.projector).number, "elsewhere"), ("没见过", "parked"), ("没见过", "again")]
    room = None
    for code, outcome in scans:
        found = scanning.scan(begun.id, code, room)
        assert found.outcome == outcome, code
        room = found.record if outcome == "room" else room
    assert scanning.scan(begun.id, assets.card(new).draft.number, room).outcome == "outside"


def test_an_unknown_label_turns_out_to_be_a_card_elsewhere(begun):
    find = scanning.scan(begun.id, "旧标签7", begun.second).record
    line = begun.line(begun.projector)
    before = tables()
    scanning.recognise(begun.id, FindDraft("旧标签7", place_id=begun.second), line.id, find, "周")
    now = begun.line(begun.projector)
    assert (now.counted, now.found_place_id, now.result, now.remark) == (1, begun.second, "位置不符", "标签 旧标签7")
    assert queries.finds(begun.id) == []
    with pytest.raises(Refused, match="再加 1 件就多了"):
        scanning.recognise(begun.id, FindDraft("又一个"), line.id)
    journal.undo()
    assert tables() == before


def test_pieces_found_later_are_added(begun):
    line = begun.line(begun.desk)
    commands.count_lines(begun.id, [Count(line.id, 43)])
    scanning.recognise(begun.id, FindDraft(name="课桌", place_id=begun.second, quantity=2), line.id)
    now = begun.line(begun.desk)
    assert (now.counted, now.found_place_id, now.result) == (45, None, "相符")
    with pytest.raises(Invalid):
        scanning.recognise(begun.id, FindDraft(quantity=0), line.id)


def test_a_line_of_another_stocktake_is_refused(begun):
    other = begun.begin("期中")
    with pytest.raises(Refused, match="不在这次盘点"):
        scanning.recognise(other, FindDraft("x"), begun.line(begun.projector).id)


def test_what_is_lent_on_paper_but_stands_here_is_told(begun):
    found = scanning.scan(begun.id, begun.line(begun.lent).number, begun.first)
    assert (found.outcome, found.text.endswith("相符，1 件；账上标着借出，东西却在这里")) == ("right", True)
