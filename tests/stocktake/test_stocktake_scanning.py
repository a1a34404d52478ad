"""What a scanner types, straight or through an input method, and an unknown label that turns out to be a card."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.assets import commands as cards
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


@pytest.mark.parametrize("typed", [
    "资产编号：{number}", "资产编号:{number}", "资产名称：课桌\n资产编号：{number}\n存放地点：教学楼 1层 101室", "{number} 课桌",
    "http://example.org/asset?id={number}&from=label-of-a-very-long-address", "单位名称：青禾小学 资产编号：{number} 资产名称：课桌"
    " 规格型号：700×500×760 使用部门：教务处",
])
def test_the_text_of_a_label_is_read_for_its_number(begun, typed):
    line = begun.line(begun.desk)
    assert scanning.scan(begun.id, typed.format(number=line.number), begun.first).record == line.id
    assert queries.finds(begun.id) == []


def test_the_number_of_a_line_stands_though_its_card_is_gone(begun):
    line = begun.line(begun.projector)
    cards.delete_assets([begun.projector])
    assert scanning.scan(begun.id, f"资产编号：{line.number}", begun.first).record == line.id


def test_a_serial_number_is_its_card_and_never_a_thing_found(begun):
    amp = begun.card("功放", serial="SN-88A、SN-88B")
    pair = begun.card("对讲机", 2, serial="T100200")
    again = begun.begin("期中")
    assert scanning.scan(again, "sn-88b", begun.first).text.startswith(assets.card(amp).draft.number)
    assert scanning.scan(again, "序列号：SN-88A", begun.first).outcome == "again"
    with pytest.raises(Refused, match="2 件）里的一件，没有记入"):
        scanning.scan(again, "T100200", begun.first)
    assert scanning.scan(again, assets.card(pair).draft.number, begun.first).outcome == "right"
    late = begun.card("新功放", serial="SN-99")
    assert scanning.scan(again, "SN-99", begun.first).outcome == "outside"
    assert assets.card(late)
    assert queries.finds(again) == []


def test_what_may_be_two_cards_is_asked(begun):
    for name in ("讲台", "讲桌"):
        begun.card(name, old_number="K7")
    again = begun.begin("期中")
    before = tables()
    with pytest.raises(Refused, match="k7 是 2 张卡片的原编号或序列号：.*讲台、.*讲桌"):
        scanning.scan(again, "k7", begun.first)
    assert tables() == before


def test_two_labels_in_one_scan_are_asked(begun):
    numbers = [begun.line(each).number for each in (begun.desk, begun.projector)]
    before = tables()
    with pytest.raises(Refused, match="一次读到 2 个编号.*请一张一张扫"):
        scanning.scan(begun.id, " ".join(numbers), begun.first)
    assert tables() == before


def test_a_name_that_two_rooms_bear_is_asked(begun):
    place_commands.add_places("综合楼 1层 101室 教室")
    for room in (None, begun.first):
        with pytest.raises(Refused, match="有 2 间房叫“101室”：教学楼 1层 101室、综合楼 1层 101室。请点“选房间”"):
            scanning.scan(begun.id, "101室", room)
    assert queries.finds(begun.id) == []
    assert scanning.scan(begun.id, "存放地点：综合楼 1层 101室", None).outcome == "room"


@given(st.text("AZ19-: 编号资产序列SN,;/?=", max_size=30))
def test_what_a_label_names_are_parts_of_it(text):
    assert all(part in text and part != text and not part.isspace() for part in scanning.labelled(text))
