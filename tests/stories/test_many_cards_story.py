"""Work on many cards through the real window: each act one step, its preview told before, undone in one go."""

import pytest
from PySide6.QtWidgets import QApplication

from app.assets import queries, splitting
from app.core.errors import Refused
from app.core.listing import Wish
from app.school import queries as school
from app.store import journal
from app.store.database import database


@pytest.fixture
def page(opened, demo_ledger):
    """The ledger page of the demo school."""
    office = opened(demo_ledger)
    office.finish_start()
    shown = office.window.show_page("assets")
    QApplication.processEvents()
    return shown


def search(page, words):
    page.search.setText(words)
    page.reload()
    QApplication.processEvents()


def all_rows():
    return database.execute_sql("SELECT * FROM asset ORDER BY id").fetchall()


def test_all_that_match_are_changed_after_a_preview(page, told, in_dialog):
    before = all_rows()
    search(page, "讲台")
    page.grid.selectRow(0)
    room, count = school.find_places("会议")[0], page.found.records

    def change(dialog):
        assert not dialog.write.isEnabled()
        dialog.preview()
        assert "请先勾选" in dialog.said.text()
        dialog.all_way.setChecked(True)
        dialog.lines["place_id"].editor.set_value(room.id)
        dialog.lines["place_id"].editor.edited.emit()
        dialog.lines["supplier"].tick.setChecked(True)
        dialog.preview()
        assert "“清空”" in dialog.said.text()
        dialog.lines["supplier"].clear.setChecked(True)
        dialog.look.click()
        assert dialog.write.text() == f"修改 {count} 张卡片"
        assert {dialog.model.row(0)[6], dialog.model.row(1)[6]} <= {room.text, "空"}
        dialog.lines["supplier"].tick.setChecked(False)     # another wish: it must be looked at again
        assert not dialog.write.isEnabled()
        dialog.look.click()
        dialog.write.click()

    in_dialog(change)
    page.actions_by_key["bulk"].trigger()
    assert queries.totals(Wish("讲台", {"rooms": [room.id]})).records == count
    assert told[-1][0] == f"已修改 {count} 张卡片。"
    assert journal.steps()[0].title == f"批量修改 {count} 张卡片：存放地点"
    told[-1][1]["撤销"]()
    assert all_rows() == before


def test_thirty_alike_with_pasted_serials(page, told, in_dialog):
    before = all_rows()
    search(page, "讲台")
    page.grid.selectRow(0)
    model = queries.card(page.selected_id()).draft

    def fill(form):
        form.editors["serials"].setPlainText("".join(f"SN{number:03d}\n" for number in range(30)))
        assert form.value("count") == 30
        form.editors["first"].set_value("讲台-001")
        form.changed.emit("first")
        assert form.range.text() == "编号 讲台-001 至 讲台-030　序列号 30 个"
        form.save()

    in_dialog(fill)
    page.actions_by_key["alike"].trigger()
    assert told[-1][0] == "已登记 30 张卡片。"
    made = queries.numbers_in_use([f"讲台-{number:03d}" for number in range(1, 31)])
    assert len(made) == 30
    assert page.selected_id() == made["讲台-001"]
    last = queries.card(made["讲台-030"]).draft
    assert (last.serial, last.place_id, last.value) == ("SN029", model.place_id, model.value)
    told[-1][1]["撤销"]()
    assert all_rows() == before


def test_a_card_is_split_and_its_sums_stay(page, told, in_dialog):
    before, totals = all_rows(), queries.totals(Wish())
    identity = next(card.id for card in queries.cards(queries.matching_ids(Wish("课桌"))) if card.draft.quantity > 5)
    mother = queries.card(identity).draft
    search(page, mother.number)
    page.grid.selectRow(0)
    assert page.selected_id() == identity

    def split(form):
        form.editors["pieces"].setText("三张")
        form.save()
        assert "看不懂" in form.problems["pieces"].text()
        form.editors["pieces"].setText("3、1")
        form.editors["status"].set_value("待报废")
        form.changed.emit("pieces")
        assert [form.model.row(number)[2] for number in range(4)] == [mother.quantity - 4, 3, 1, mother.quantity]
        form.save()

    in_dialog(split)
    page.actions_by_key["split"].trigger()
    assert told[-1][0] == f"已从 {mother.number} 拆出 2 张新卡片。"
    now = queries.totals(Wish())
    assert (now.records, now.pieces, now.fen) == (totals.records + 2, totals.pieces, totals.fen)
    told[-1][1]["撤销"]()
    assert all_rows() == before


def test_cards_split_by_mistake_are_merged_again(page, told, in_dialog):
    identity = next(card.id for card in queries.cards(queries.matching_ids(Wish("课桌"))) if card.draft.quantity > 5)
    made = splitting.split_card(identity, splitting.Split((2, 1), place_id=school.find_places("会议")[0].id)).made
    before, totals = all_rows(), queries.totals(Wish())
    mother = queries.card(identity).draft
    page.narrow({"numbers": [card.draft.number for card in queries.cards([identity, *made])]})
    page.grid.selectAll()

    def merge(form):
        assert set(form.fields) == {"into", "place_id"}
        form.editors["into"].set_value(identity)
        assert not form.save()
        assert form.problems["place_id"].text() == "存放地点不同，请选一个。"
        form.as_kept.click()
        first = form.model.row(0)
        assert (first[1], first[2], first[5]) == (f"合并后 {mother.number}", mother.quantity + 3, school.place_path(mother.place_id))
        assert form.save()

    in_dialog(merge)
    page.actions_by_key["merge"].trigger()
    assert told[-1][0] == "已把 3 张卡片合并成一张。"
    assert page.selected_id() == identity
    now = queries.totals(Wish())
    assert (now.records, now.pieces, now.fen) == (totals.records - 2, totals.pieces, totals.fen)
    told[-1][1]["撤销"]()
    assert all_rows() == before


def test_cards_that_may_not_be_one_are_named_with_what_differs(page, told):
    search(page, "课桌")
    page.grid.selectRow(0)
    with pytest.raises(Refused, match="请选中 2 到"):
        page.merge()
    rows = {row[7]: row[0] for row in queries.listing(Wish("课桌"))}     # by unit price
    page.narrow({"numbers": [card.draft.number for card in queries.cards(list(rows.values())[:2])]})
    page.grid.selectAll()
    with pytest.raises(Refused, match="不能合并：单价不同"):
        page.merge()
