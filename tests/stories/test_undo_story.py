"""What goes back is what was meant: strips after other steps, cells that wait before steps, through the real window."""

import pytest
from PySide6.QtGui import QGuiApplication

from app.assets import commands, queries
from app.assets.fields import AssetDraft
from app.core.errors import Refused
from app.store import journal
from ui.base import undoing


@pytest.fixture
def office(opened, started_ledger, qtbot, told):
    """The real window over twelve cards, keys reaching it."""
    for number in range(1, 13):
        commands.register_asset(AssetDraft(name=f"课桌{number}", number=f"校-{number:02d}", quantity=1, unit_price=100))
    made = opened(started_ledger)
    made.finish_start()
    made.window.activateWindow()
    qtbot.waitUntil(made.window.isActiveWindow)
    return made


@pytest.fixture
def page(office):
    made = office.window.show_page("assets")
    made.grid.setFocus()
    return made


def column(page, key):
    return next(number for number, each in enumerate(page.columns) if each.key == key)


def paste(page, row, key, text):
    page.grid.choose_cell(row, column(page, key))
    QGuiApplication.clipboard().setText(text)
    page.grid.paste()


def names(page):
    """Give the names as the list has them, from the top."""
    return [page.model.index(number, column(page, "name")).data() for number in range(12)]


def test_the_strip_of_a_paste_takes_back_the_paste_or_says_what_stands_in_the_way(page, told):
    before = names(page)
    paste(page, 0, "name", "\n".join(f"讲台{number}" for number in range(10)))
    text, ways = told[-1]
    assert text == "已保存 10 格。"
    assert names(page) == [*(f"讲台{number}" for number in range(10)), *before[10:]]
    paste(page, 11, "name", "钢琴")      # one cell more: a step of its own, without a strip
    ways["撤销"]()
    assert told[-1][0].startswith("已撤销：修改 10 张卡片的 ")
    assert names(page) == [*before[:11], "钢琴"]
    told[-1][1]["重做"]()
    assert names(page) == [*(f"讲台{number}" for number in range(10)), before[10], "钢琴"]
    paste(page, 3, "name", "风琴")      # a later step on one of the ten
    with pytest.raises(Refused, match="又改动过其中 1 条记录。请先撤销后来的操作"):
        ways["撤销"]()
    assert names(page)[2:5] == ["讲台2", "风琴", "讲台4"]


def test_a_verb_that_changes_nothing_offers_nothing_and_the_step_before_stays(office, told):
    field = commands.save_extra_field(commands.ExtraDraft("层高")).made[0]
    section = office.window.show_page("settings").show_section("extra_fields")
    section.choose(field)
    steps = len(journal.steps(-1))
    section.actions_by_key["reopen"].trigger()      # it is in use already
    assert told[-1] == (undoing.UNCHANGED, {})
    assert len(journal.steps(-1)) == steps
    section.actions_by_key["retire"].trigger()
    told[-1][1]["撤销"]()
    assert told[-1][0] == "已撤销：停用附加字段 层高"
    assert queries.extra_fields()[0].active


def test_ctrl_z_anywhere_takes_what_waits_first_and_its_button_says_so(office, page, qtbot, told):
    paste(page, 0, "quantity", "许多\n2")
    assert page.storing.isVisible()
    assert office.window.undo.toolTip() == "撤销：输入的 2 格（还没有保存）（Ctrl+Z）"
    page.search.setFocus()
    office.window.undo.trigger()
    assert page.model.edits.cells == {}
    assert told == []
    assert office.window.undo.toolTip() == "撤销：登记资产 校-12 课桌12（Ctrl+Z）"
    assert office.window.redo.toolTip() == "重做：输入的 2 格（还没有保存）（Ctrl+Y）"
    office.window.redo.trigger()
    assert len(page.model.edits.cells) == 2
    office.window.show_page("home")
    assert office.window.undo.toolTip() == "撤销：登记资产 校-12 课桌12（Ctrl+Z）"
    office.window.show_page("assets")
    office.window.undo.trigger()
    office.window.undo.trigger()        # nothing waits any more: the latest step
    assert told[-1][0] == "已撤销：登记资产 校-12 课桌12"
    assert office.window.redo.toolTip() == "重做：登记资产 校-12 课桌12（Ctrl+Y）"
    told[-1][1]["重做"]()
    assert len(queries.cards(list(range(1, 13)))) == 12
