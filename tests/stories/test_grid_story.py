"""A morning in the ledger's grid through the real window: twenty cells typed, 300 rows pasted with six bad cells."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from app.assets import queries
from app.core.listing import Wish
from app.store import journal
from app.store.database import database

Key, Control = Qt.Key, Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def office(opened, demo_ledger, qtbot):
    """The window over the demo school, keys reaching it."""
    made = opened(demo_ledger)
    made.finish_start()
    made.window.activateWindow()
    qtbot.waitUntil(made.window.isActiveWindow)
    return made


@pytest.fixture
def page(office):
    """Its ledger page, the grid in front."""
    shown = office.window.show_page("assets")
    shown.grid.setFocus()
    QApplication.processEvents()
    return shown


def all_cards():
    return database.execute_sql("SELECT * FROM asset ORDER BY id").fetchall()


def column(page, key):
    return [each.key for each in page.columns].index(key)


def press(qtbot, letters):
    """Press keys where the focus is: the first opens an editor, the others go there."""
    for letter in letters:
        qtbot.keyClick(QApplication.focusWidget(), letter)


def test_twenty_cells_are_typed_down_a_column_and_taken_back_one_by_one(page, qtbot, told):
    before, steps = all_cards(), len(journal.steps(limit=100))
    old = [page.model.row(number)[column(page, "model") + 1] for number in range(20)]
    ids = [page.model.id_at(number) for number in range(20)]
    page.grid.choose_cell(0, column(page, "model"))
    for number in range(20):
        press(qtbot, f"M{number}")
        qtbot.keyClick(QApplication.focusWidget(), Key.Key_Down)
    assert [card.draft.model for card in queries.cards(ids)] == [f"M{number}" for number in range(20)]
    assert len(journal.steps(limit=100)) == steps + 20
    assert page.grid.currentIndex().row() == 20
    for number in reversed(range(20)):
        qtbot.keyClick(page.grid, Key.Key_Z, Control)
        assert queries.card(ids[number]).draft.model == old[number]
    assert all_cards() == before


def sheet():
    """Give 300 lines as copied from Excel: name, model, pieces, unit, price; six cells of them nobody can read."""
    lines = [[f"学具箱{number}", f"X-{number % 7}", str(number % 5 + 1), "套", f"{number}.50"] for number in range(1, 301)]
    for number, place, words in ((10, 2, "一打"), (60, 4, "约20元"), (120, 2, "3.5"), (121, 4, "面议"), (200, 0, ""), (299, 2, "-1")):
        lines[number][place] = words
    return lines


MENDED = {(10, 2): "12", (60, 4): "20", (120, 2): "3", (121, 4): "0", (200, 0): "xuejuxiang", (299, 2): "1"}


def test_300_rows_are_pasted_six_cells_mended_undone_and_done_again(page, qtbot, told):
    before = all_cards()
    first = page.grid.layout_of_columns.order().index(column(page, "name"))
    places = page.grid.layout_of_columns.order()[first:first + 5]
    assert [page.columns[each].key for each in places] == ["name", "model", "quantity", "unit", "unit_price"]
    new = page.model.stored
    page.grid.choose_cell(new, places[0])
    QGuiApplication.clipboard().setText("\n".join("\t".join(line) for line in sheet()))
    qtbot.keyClick(page.grid, Key.Key_V, Control)
    assert all_cards() == before, "nothing is half done"
    assert page.storing.isVisible()

    for _ in MENDED:        # first those that cannot be read, then those the rules refuse
        page.storing.next.click()
        here = page.grid.currentIndex()
        assert here.data(Qt.ItemDataRole.ToolTipRole)
        wrong = (here.row() - new, places.index(here.column()))
        press(qtbot, MENDED[wrong])
        qtbot.keyClick(QApplication.focusWidget(), Key.Key_Return)
    assert not page.storing.isVisible(), page.storing.words.text()
    assert journal.steps()[0].title == "登记 300 张卡片"
    after = all_cards()
    assert len(after) == len(before) + 300
    made = queries.totals(Wish("学具箱"))
    assert made.records == 299
    prices = {line[0]: line for line in sheet()}
    card = queries.card(queries.matching_ids(Wish("学具箱77"))[0]).draft
    assert (card.quantity, card.unit_price, card.value) == (int(prices["学具箱77"][2]), 7750, 7750 * int(prices["学具箱77"][2]))

    qtbot.keyClick(page.grid, Key.Key_Z, Control)
    assert all_cards() == before
    qtbot.keyClick(page.grid, Key.Key_Y, Control)
    assert all_cards() == after


def test_a_paste_waits_over_search_and_is_asked_about_on_closing(page, office, qtbot, told, monkeypatch):
    before = all_cards()
    page.grid.choose_cell(3, column(page, "quantity"))
    QGuiApplication.clipboard().setText("若干")
    qtbot.keyClick(page.grid, Key.Key_V, Control)
    page.search.setText("讲台")
    page.reload()
    page.search.clear()
    page.reload()
    assert page.model.index(3, column(page, "quantity")).data() == "若干"
    asked = []
    monkeypatch.setattr("ui.base.notify.ask", lambda question, *_, **__: asked.append(question))
    assert not office.window.close()
    assert asked == ["“资产台账”里有 1 格还没有保存。现在退出就没有了。"]
    page.grid.choose_cell(3, column(page, "quantity"))
    qtbot.keyClick(page.grid, Key.Key_Escape)
    assert not page.storing.isVisible()
    assert all_cards() == before


def test_a_value_is_filtered_by_filled_down_and_kept_as_a_view(page, qtbot, told, monkeypatch):
    before = all_cards()
    keeper = column(page, "keeper")
    number = next(each for each in range(200) if page.model.row(each)[keeper + 1])
    name = page.model.index(number, keeper).data()
    page.narrow_to_cell(page.model.index(number, keeper))
    assert page.found.records == queries.totals(Wish(cells={"keeper": f"={name}"})).records > 1
    assert {page.model.row(each)[keeper + 1] for each in range(min(page.model.stored, 100))} == {name}
    monkeypatch.setattr("ui.base.notify.ask_words", lambda *_: "某人名下")
    page.views.save_now()
    assert told[-1][0] == "已存为方案“某人名下”。"
    rows = min(page.model.stored, 5)
    remark = column(page, "status")
    page.grid.choose_spans([(0, remark, rows - 1, remark)], (0, remark))
    words = page.model.index(0, remark).data()
    qtbot.keyClick(page.grid, Key.Key_D, Control)
    assert {page.model.index(each, remark).data() for each in range(rows)} == {words}
    page.clear_narrowing()
    assert page.found.records == len(before)
    page.show_view(page.views.views.all()["某人名下"])
    assert page.wish().cells == {"keeper": f"={name}"}
