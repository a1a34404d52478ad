"""Rows that were typed in keep their places until somebody sorts or narrows again."""

import random

import pytest
from PySide6.QtCore import Qt

from app.core.columns import Column, Kind
from app.core.listing import MemoryList, Wish
from app.store.journal import Step
from ui.base.changes import Changes
from ui.forms.form import Field
from ui.kit.staying import MOST, Staying
from ui.kit.table_page import TablePage

Key = Qt.Key
NAME, PIECES, STATUS = range(3)


class Register(TablePage):
    """Things in memory, sorted and narrowed as lists are."""

    title, settings_key = "清单", "things"
    columns = (Column("name", "名称"), Column("pieces", "数量", Kind.WHOLE), Column("status", "状况"))
    fields = {"name": Field("name", "名称"), "pieces": Field("pieces", "数量", "whole"), "status": Field("status", "状况")}

    def __init__(self, changes, settings):
        self.things = {each: {"name": f"物{each:02d}", "pieces": each * 10, "status": "在用"} for each in range(1, 41)}
        self.listing = MemoryList(self.columns, lambda: [(each, *thing.values()) for each, thing in self.things.items()])
        super().__init__(changes, settings)

    def write(self, changed, added, progress=None):
        for record, values in changed.items():
            self.things[record].update(values)
        self.reload()       # as a change that is told does
        return Step(1, "修改")


class ToDo(Register):
    """A list whose rows go once they are done."""

    goes_on = True


def opened(kind, qtbot, settings, show_active):
    page = kind(Changes(), settings)
    qtbot.addWidget(page)
    page.resize(1000, 600)
    show_active(page)
    page.grid.setFocus()
    return page


@pytest.fixture
def page(qtbot, settings, show_active):
    return opened(Register, qtbot, settings, show_active)


def names(page):
    return [page.model.row(number)[1] for number in range(page.model.stored)]


def type_in(page, qtbot, words, key):
    qtbot.keyClicks(page.grid, words[:1])
    editor = page.grid.indexWidget(page.grid.currentIndex()) or page.grid.viewport().focusWidget()
    qtbot.keyClicks(editor, words[1:])
    qtbot.keyClick(editor, key)


def here(page):
    index = page.grid.currentIndex()
    return page.model.id_at(index.row()), index.column()


def test_a_row_stays_where_it_was_typed_in_until_sorted_again(page, qtbot):
    page.grid.head.sectionClicked.emit(PIECES)
    assert names(page)[:3] == ["物01", "物02", "物03"]
    page.grid.choose_cell(1, PIECES)
    type_in(page, qtbot, "999", Key.Key_Down)
    assert names(page)[:3] == ["物01", "物02", "物03"]
    assert here(page) == (3, PIECES)
    type_in(page, qtbot, "777", Key.Key_Down)       # and typing goes on
    assert page.things[3]["pieces"] == 777
    assert names(page)[:4] == ["物01", "物02", "物03", "物04"]
    assert here(page) == (4, PIECES)
    page.grid.head.sectionClicked.emit(PIECES)     # the same title: the same order, anew
    assert page.sort == ("pieces", False)
    assert names(page)[-2:] == ["物03", "物02"]
    page.grid.head.sectionClicked.emit(PIECES)
    assert page.sort == ("pieces", True)


def test_a_row_that_no_longer_fits_the_condition_stays_as_well(page, qtbot):
    page.grid.head.set_conditions({"status": "在用"})
    page.reload()
    page.grid.choose_cell(1, STATUS)
    type_in(page, qtbot, "lent", Key.Key_Down)
    assert names(page)[:3] == ["物01", "物02", "物03"]
    assert page.found.records == 39
    assert page.model.stored == 40
    assert here(page) == (3, STATUS)
    page.grid.choose_cell(1, NAME)
    type_in(page, qtbot, "more", Key.Key_Return)
    assert page.things[2] == {"name": "more", "pieces": 20, "status": "lent"}
    page.search.setText("物0")
    page.reload()
    assert names(page)[:2] == ["物01", "物03"]


def test_of_what_is_to_be_done_the_next_takes_the_place(qtbot, settings, show_active):
    page = opened(ToDo, qtbot, settings, show_active)
    page.grid.head.set_conditions({"status": "在用"})
    page.reload()
    page.grid.choose_cell(1, STATUS)
    type_in(page, qtbot, "done", Key.Key_Down)
    assert names(page)[:2] == ["物01", "物03"]
    assert here(page) == (3, STATUS)
    type_in(page, qtbot, "done", Key.Key_Down)
    assert here(page) == (4, STATUS)
    assert page.things[3]["status"] == "done"


def test_where_rows_came_or_went_besides_all_are_in_order_again(page, qtbot):
    page.grid.head.sectionClicked.emit(PIECES)
    page.grid.choose_cell(1, PIECES)
    type_in(page, qtbot, "999", Key.Key_Down)
    del page.things[1]
    page.reload()
    assert names(page)[0] == "物03"
    assert names(page)[-1] == "物02"


def test_places_under_any_block_are_those_of_a_list_laid_by_hand():
    """Against a plain list, by chance: any records held at any places, some of them left out of the list."""
    dice = random.Random(10)
    for _ in range(300):
        count = dice.randint(1, 12)
        ids = dice.sample(range(1, 100), count)
        held = dice.sample(ids, dice.randint(0, min(4, count)))
        left_out = [each for each in held if dice.random() < 0.4]
        order = [each for each in ids if each not in left_out]
        places = dict(zip(held, dice.sample(range(count), len(held)), strict=True))
        plain = iter([each for each in order if each not in held])
        wanted = [next((each for each, at in places.items() if at == place), None) or next(plain) for place in range(count)]
        staying = Staying()
        staying.hold(Wish(), places)
        staying.settle(Wish(), {each: order.index(each) for each in held if each in order}, len(order), count)
        if not staying.places:
            assert not held or order == wanted
            continue
        for offset in range(count):
            for limit in range(1, count - offset + 2):
                rows = staying.rows(lambda limit, offset, order=order: [(each,) for each in order[offset:offset + limit]],
                                    lambda record: (record,), limit, offset)
                assert [each for each, in rows] == wanted[offset:offset + limit]
        for each in wanted:
            position = order.index(each) if each in order else None
            assert staying.place_of(each, position) == wanted.index(each)


def test_a_very_large_block_is_sorted_in():
    staying = Staying()
    staying.hold(Wish(), {each: each for each in range(MOST + 1)})
    assert not staying.places
