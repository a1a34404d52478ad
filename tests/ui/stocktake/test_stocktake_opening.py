"""开始盘点: the scope counted live, what cannot be opened, what is proposed."""

import pytest
from PySide6.QtCore import Qt

from app.school import place_commands
from app.school import queries as school
from app.stocktake import commands, queries
from app.store import database
from ui.base import jobs
from ui.forms.form import FormDialog
from ui.stocktake import opening
from ui.stocktake.opening import OpeningDialog

CHECKED, UNCHECKED = Qt.CheckState.Checked, Qt.CheckState.Unchecked


@pytest.fixture
def dialog(small, qtbot):
    made = OpeningDialog(None)
    qtbot.addWidget(made, before_close_func=lambda form: setattr(form, "dirty", False))
    made.show()
    return made


def test_the_scope_is_counted_as_one_ticks(dialog, small, clipped):
    assert dialog.covers.text().startswith("全校：5 种、49 件")
    tree = dialog.trees["places"]
    tree.nodes[small.second].setCheckState(0, CHECKED)
    dialog.count()
    assert dialog.covers.text() == "教学楼 1层 102室：1 种、1 件，账面价值 ￥9,000.00"
    assert dialog.tabs.tabText(0) == "按地点（1）"
    tree.nodes[small.first].setCheckState(0, CHECKED)      # the floor now stands for both of its rooms
    floor = school.place(small.first).parent_id
    top = school.place(floor).parent_id
    assert dialog.scope().places in ((floor,), (top,), (school.place(top).parent_id,))
    dialog.trees["keepers"].nodes[small.wang].setCheckState(0, CHECKED)
    dialog.trees["classes"].nodes["A05010201"].setCheckState(0, CHECKED)
    dialog.count()
    assert "：1 种、45 件" in dialog.covers.text()
    assert clipped(dialog) == []


def test_a_scope_without_cards_is_told_and_refused(dialog, small):
    dialog.branches.setChecked(True)
    dialog.count()
    assert "没有资产卡片" in dialog.covers.text()
    assert not dialog.save()
    assert "这个范围里没有资产卡片" in dialog.banner.text()
    assert queries.stocktakes() == []


@pytest.mark.parametrize(("key", "words", "told"), [
    ("base_date", "明天", "日期看不懂"), ("base_date", "2026-11-30", "还没有到"), ("base_date", "", "请填写基准日"),
    ("team", "名" * 201, "太长了"),
])
def test_what_cannot_be_opened_is_told_at_its_field(dialog, key, words, told):
    dialog.editors[key].setText(words)
    assert not dialog.save()
    assert told in dialog.problems[key].text()
    assert queries.stocktakes() == []


def test_the_search_narrows_the_tree(dialog, small):
    tree = dialog.trees["places"]
    tree.narrow("102")
    assert not tree.nodes[small.second].isHidden()
    assert tree.nodes[small.first].isHidden()
    assert not tree.nodes[small.second].parent().isHidden()
    tree.tick_all(CHECKED)
    tree.narrow("jxl 102")      # the building stands above it
    assert (tree.nodes[small.second].isHidden(), tree.nodes[small.first].isHidden()) == (False, True)
    tree.narrow("")
    assert tree.nodes[small.first].checkState(0) == UNCHECKED


def test_it_opens_what_was_ticked_and_says_so(small, said, monkeypatch):
    def fill(form):
        form.trees["places"].nodes[small.second].setCheckState(0, CHECKED)
        form.set_value("team", "王敏、李建国")
        return form.save()

    monkeypatch.setattr(FormDialog, "exec", fill)
    made = opening.open_stocktake(None)
    row = queries.stocktake(made)
    assert (row.scope_words, row.lines, row.team, row.title) == (
        "教学楼 1层 102室", 1, "王敏、李建国", "2026—2027学年第一学期期末盘点")
    assert said.last.startswith(f"已开始盘点 {row.number}")
    said.actions["撤销"]()
    assert queries.stocktakes() == []


def test_the_next_one_proposes_the_same_people_and_tells_what_runs(small, qtbot):
    identity = small.begin()
    made = OpeningDialog(None)
    qtbot.addWidget(made)
    assert queries.stocktake(identity).number in made.beside.text()
    commands.void_stocktake(identity, "重来")
    made = OpeningDialog(None)
    qtbot.addWidget(made)
    assert made.beside.text() == ""


def test_things_without_a_place_can_be_a_scope(dialog, small):
    place_commands.add_places("科技楼 1层 101室 教室")
    dialog.trees["places"].nodes[0].setCheckState(0, CHECKED)
    dialog.count()
    assert dialog.covers.text().startswith("未登记地点：这个范围里没有")


def test_the_window_stays_alive_while_the_figures_are_frozen(dialog, small, qtbot, monkeypatch):
    monkeypatch.setattr(jobs, "inline", False)
    monkeypatch.setattr(jobs, "on_thread_end", [database.close_thread])
    assert not dialog.save()        # not yet: the worker is at it
    qtbot.waitUntil(lambda: not dialog.isVisible())
    assert queries.stocktake(dialog.saved.made[0]).lines == 5
