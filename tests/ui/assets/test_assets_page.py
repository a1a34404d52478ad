"""The ledger's own list: every cell it shows can be typed again, and a copied row pasted below is another card like it."""

import pytest
from PySide6.QtGui import QGuiApplication

from app.assets import cells, queries
from app.core.columns import shown
from app.core.errors import Invalid, Refused
from app.core.listing import Wish


def test_what_any_cell_shows_is_read_back_as_what_its_card_holds(page):
    rows = queries.listing(Wish(), 3_000)
    held = {card.id: card.draft for card in queries.cards([row[0] for row in rows])}
    read = page.model.edits.reader()
    for row in rows:
        for column, value in zip(queries.COLUMNS, row[1:], strict=True):
            field = page.fields[column.key]
            cell = read(column.key, shown(column.kind, value))
            assert not cell.reason, (column.key, cell)
            assert (cell.value or None) == (cells.held(held[row[0]], field.key) or None), (column.key, cell)


def test_a_row_copied_and_pasted_below_registers_a_card_like_it(page):
    total = page.found.records
    page.grid.choose_rows([4], 4)
    page.grid.copy()
    number, *words = QGuiApplication.clipboard().text().split("\t")
    page.grid.paste(as_new=True)
    assert queries.totals(Wish()).records == total, "its number is taken: the cell is red until it is mended"
    assert f"编号 {number} 已被另一张卡片使用" in page.model.edits.at(-1, "number").reason
    page.storing.give_up()
    QGuiApplication.clipboard().setText("\t".join(["", *words]))
    page.grid.paste(as_new=True)
    page.storing.store_all()
    assert queries.totals(Wish()).records == total + 1
    like, model = (queries.listing(Wish(filters={"number": each}))[0] for each in (queries.listing(
        Wish(sort="number", descending=True), 1)[0][1], number))
    order = [page.columns[each].key for each in page.grid.layout_of_columns.order()]
    at = {column.key: place for place, column in enumerate(queries.COLUMNS, 1)}
    assert [like[at[key]] for key in order[1:]] == [model[at[key]] for key in order[1:]]


def test_a_new_row_without_a_name_is_marked_at_the_name(page):
    with pytest.raises(Invalid) as caught:
        page.write({}, [{"unit_price": 100}])
    assert [(each.row, each.field) for each in caught.value.problems] == [(-1, "name")]


def test_files_need_a_chosen_card(page, tmp_path):
    (tmp_path / "1.jpg").write_bytes(b"photo")
    page.grid.choose_rows([1, 2], 1)
    with pytest.raises(Refused, match="先在列表里选中一张卡片"):
        page.files.add_files([tmp_path / "1.jpg"])


def test_the_import_template_is_an_act_of_the_page(page, said, tmp_path):
    said.files = [tmp_path / "导入模板.xlsx"]
    page.actions_by_key["template"].trigger()
    assert "导入模板已存到" in said.last
    assert (tmp_path / "导入模板.xlsx").stat().st_size > 5_000
