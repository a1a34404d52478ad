"""首页 says what wants doing in every feature, and each line leads to where it is done."""

import logging
from datetime import timedelta

import pytest
from PySide6.QtWidgets import QApplication

from app.core import clock
from app.fees.plan import queries as plans
from app.stocktake import queries as stocktakes
from ui.base.parts import QLabel
from ui.kit.steps_page import Holder


@pytest.fixture
def office(opened, demo_ledger, qtbot):
    """The window over the demo school, with what wants doing read."""
    made = opened(demo_ledger)
    qtbot.waitUntil(lambda: made.window.built["home"].looked)
    return made


def said(page):
    return "\n".join(each.text() for each in page.findChildren(QLabel) if each.isVisible())


def test_every_feature_has_its_say_and_each_line_leads_there(office):
    home = office.window.built["home"]
    kinds = {due.kind for due in home.dues}
    assert {"fees/next", "fees/slips", "stocktake/next", "stocktake/undecided", "assets/disposal", "store/backup"} <= kinds
    assert all(due.words in said(home) and due.button for due in home.dues)
    assert "没有等着办的事" not in said(home)
    for due in list(home.dues):
        if due.act == "assets:import":
            continue        # asks for a file
        home.take(due)
        QApplication.processEvents()
        key, _, way = due.act.partition(":")
        page = office.window.stack.currentWidget()
        assert page is office.window.built[key], due
        if due.table == "fee_plan":
            assert page.plan.id == due.id
            assert way.startswith(page.tabs.tabData(page.tabs.currentIndex()))
        if due.kind == "fees/next":
            assert due.words.endswith(page.head.next.text)
        if due.table == "stocktake":
            assert page.stocktake.id == due.id
        if due.filters and not due.id:      # with a record, that one is shown; the list behind it is narrowed
            while isinstance(page, Holder):     # the list may be a step of the tab
                page = page.front()
            assert page.found.records == due.count, due


def test_heads_and_the_first_page_say_the_same(office):
    fees = office.window.show_page("fees")
    home = office.window.built["home"]
    for plan in plans.plans():
        fees.show_record("fee_plan", plan.id)
        shown = [due.words for due in home.dues if due.kind == "fees/next" and due.id == plan.id]
        assert [words.endswith(fees.head.words.whole) for words in shown] == [True] * (plan.state != "closed")
    row = stocktakes.under_way()[0]
    page = office.window.show_page("stocktake")
    page.show_record("stocktake", row.id)
    assert any(due.words.endswith(page.head.words.whole) for due in home.dues if due.kind == "stocktake/next")


def test_a_feature_whose_dues_fail_is_one_red_line(office, monkeypatch, caplog):
    monkeypatch.setattr("app.stocktake.dues.next_step", lambda *_: 1 / 0)
    home = office.window.built["home"]
    with caplog.at_level(logging.ERROR):
        home.refresh()
    assert "“盘点”里要办的事没有算出来" in said(home)
    assert "张卡片没有登记地点" in said(home)
    assert "ZeroDivisionError" in caplog.text


def test_another_day_asks_for_other_things(office, monkeypatch):
    home = office.window.built["home"]
    assert "期末盘点了" not in said(home)
    later = clock.now() + timedelta(days=400)
    monkeypatch.setattr(clock, "now", lambda: later)
    office.look_at_clock()
    assert "已经结束，收费：" in said(home)


def test_a_line_is_put_off_until_a_day_and_comes_back(office, in_dialog, told):
    home = office.window.built["home"]
    due = next(each for each in home.dues if each.kind == "fees/slips")

    def fill(form):
        assert form.editors["until"].value() == clock.today() + timedelta(7)
        form.editors["reason"].setText("家长会后再收")
        form.save()

    in_dialog(fill)
    home.put_off(due)
    assert due.words not in said(home)
    assert "另有 1 件暂缓" in said(home)
    assert told[-1][0] == "已暂缓，到期再提醒。"
    told[-1][1]["撤销"]()
    assert due.words in said(home)
    assert "件暂缓" not in said(home)
