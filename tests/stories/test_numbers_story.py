"""A list of numbers from somewhere else: pasted, looked up, and the list shows exactly these cards until that is cleared."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from app.assets import commands, queries
from app.core.listing import Wish


@pytest.fixture
def page(opened, demo_ledger):
    """The ledger page of the demo school."""
    office = opened(demo_ledger)
    office.finish_start()
    shown = office.window.show_page("assets")
    QApplication.processEvents()
    return shown


def test_the_cards_of_a_pasted_list_are_shown_and_the_filter_can_be_seen_and_cleared(page, in_dialog, qtbot):
    every = queries.totals(Wish()).records
    rows = queries.listing(Wish(sort="value", descending=True), 60)
    wanted, gone = {row[1] for row in rows[:12]}, rows[20]
    commands.delete_assets([gone[0]])
    QApplication.processEvents()
    box = page.boxes["numbers"]
    assert not box.isVisible()
    page.search.setText("课桌")

    def paste(dialog):
        assert not dialog.show_cards.isEnabled()
        QApplication.clipboard().setText("\n".join(f"{place}\t{number}\t{gone[2]}\t45" for place, number in enumerate(sorted(wanted), 1)))
        dialog.pasted.paste()
        dialog.pasted.appendPlainText(f"{gone[1]}\nZC-1999-00001")
        qtbot.waitUntil(dialog.show_cards.isEnabled)
        assert dialog.said.text() == "找到 12 张卡片。"
        assert dialog.missing.text() == f"台账里没有 1 个：ZC-1999-00001\n已删除或并入别的卡片 1 个（见“设置—回收站”）：{gone[1]}"
        dialog.activateWindow()
        qtbot.waitUntil(dialog.isActiveWindow)
        qtbot.keyClick(dialog.pasted, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)

    in_dialog(paste)
    page.actions_by_key["numbers"].trigger()
    assert {page.model.row(number)[1] for number in range(page.found.records)} == wanted
    assert (box.isVisible(), box.currentText(), page.search.text()) == (True, "粘贴的 12 个编号", "")
    assert page.wish().narrowed
    view = page.view_now()
    page.clear_narrowing()
    assert (box.isVisible(), page.found.records) == (False, every - 1)
    page.show_view(view)
    assert (box.isVisible(), page.found.records) == (True, 12)
    box.setCurrentIndex(0)
    assert (box.isVisible(), page.found.records) == (False, every - 1)


def test_a_list_that_names_no_card_keeps_the_dialog_open(page, in_dialog, qtbot):
    def paste(dialog):
        dialog.pasted.setPlainText("校-1\n校-2")
        dialog.accept()
        assert dialog.isVisible()
        assert (dialog.said.text(), dialog.missing.text()) == ("找到 0 张卡片。", "台账里没有 2 个：校-1、校-2")

    in_dialog(paste)
    page.actions_by_key["numbers"].trigger()
    assert not page.boxes["numbers"].isVisible()
