"""对账单 in 收费登记: pasted, looked through, answered, recorded in one step; what a pupil does not owe is not taken."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from app.core.errors import Refused
from app.fees.money import receipts
from app.fees.money.facts import Facts
from app.store.database import database, scalar
from tests.ui.fees.test_fees_collection import FIRST, page  # noqa: F401  a fixture
from ui.fees.money.matching import ASKED, LEFT, SURE
from ui.fees.money.statement import StatementDialog

KEY = Qt.Key


def owed(page, name):  # noqa: F811
    return sum(Facts(page.school.plan).owed(page.school.pupils[name]).values())


@pytest.fixture
def dialog(page, qtbot, monkeypatch, show_active):  # noqa: F811
    """The dialog with a pasted statement, shown and not answered yet."""
    made = []
    monkeypatch.setattr(StatementDialog, "exec", lambda dialog: made.append(dialog) or 0)
    page.payments.actions_by_key["statement"].trigger()
    qtbot.addWidget(made[0])
    show_active(made[0])
    lines = [("日期", "收/支", "金额", "付款人", "附言", "流水号"),
             ("2026-09-08", "收入", f"{owed(page, '安一') / 100}", "安大", f"{FIRST}安一", "T1"),
             ("2026-09-08", "收入", "15", "白大", f"{FIRST}白二", "T2"), ("2026-09-09", "收入", "15", "某人", "谢谢", "T3"),
             ("2026-09-09", "收入", "9999", "曹大", f"{FIRST}曹三", "T4"), ("2026-09-09", "支出", "5", "食堂", "", "T5")]
    QGuiApplication.clipboard().setText("\n".join("\t".join(line) for line in lines))
    made[0].paste()
    return made[0]


def test_nothing_is_written_before_the_button_and_all_of_it_is_one_step(page, dialog, qtbot, said, refusal, clipped):  # noqa: F811
    school = page.school
    assert [dialog.tabs.tabText(at) for at in (SURE, ASKED, LEFT)] == ["认准的 1", "要确认的 1", "没有找到、不能登记的 2"]
    assert "收入 4 笔" in dialog.sum.text()
    assert "另有 1 行是支出" in dialog.sum.text()
    assert clipped(dialog) == []
    assert scalar("SELECT count(*) FROM fee_receipt") == 0
    dialog.grids[ASKED].setFocus()
    qtbot.keyClick(dialog.grids[ASKED], KEY.Key_Return)      # 白二 owes more: part of it
    assert dialog.answers == {2: school.pupils["白二"]}
    dialog.tabs.setCurrentIndex(LEFT)
    dialog.grids[LEFT].choose_rows([0], 0)
    dialog.who.set_value(school.pupils["安一"])
    assert "安一只欠 0.00 元" in refusal(dialog.answer_button.click)
    dialog.who.set_value(school.pupils["曹三"])
    dialog.answer_button.click()
    assert dialog.answers[3] == school.pupils["曹三"]
    dialog.grids[LEFT].choose_rows([1], 1)
    assert not dialog.answer_button.isEnabled()     # 9999 is more than anybody owes
    dialog.method.set_value("扫码")
    assert dialog.take_button.text() == "登记 3 笔"
    dialog.take_button.click()
    assert said.last.startswith("已按对账单登记 3 笔")
    assert owed(page, "安一") == 0
    assert database.execute_sql("SELECT DISTINCT method FROM fee_receipt").fetchall() == [("扫码",)]
    assert len(receipts.to_print(school.plan)) == 3
    said.actions["撤销"]()
    assert scalar("SELECT count(*) FROM fee_receipt") == 0


def test_an_answer_is_taken_back(page, dialog):  # noqa: F811
    dialog.answer_all()
    assert list(dialog.answers) == [2]
    dialog.grids[ASKED].choose_rows([0], 0)
    dialog.forget()
    assert dialog.answers == {}
    dialog.reject()
    assert scalar("SELECT count(*) FROM fee_receipt") == 0


def test_esc_asks_before_answers_are_lost_and_only_then(dialog, qtbot, said):
    dialog.answer_all()
    said.answers += [False, True]
    qtbot.keyClick(dialog.grids[ASKED], KEY.Key_Escape)
    assert said.questions[-1] == "刚才认好的 1 笔还没有登记，要放弃吗？"
    assert dialog.isVisible()
    dialog.reject()
    assert not dialog.isVisible()


def test_esc_closes_a_statement_that_nobody_answered(dialog, qtbot):
    qtbot.keyClick(dialog.grids[ASKED], KEY.Key_Escape)     # a question would fail the test
    assert not dialog.isVisible()


def test_ctrl_enter_records_what_is_sure_from_anywhere_in_the_dialog(dialog, qtbot, said):
    dialog.who.setFocus()
    qtbot.keyClick(dialog.who, KEY.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert said.last.startswith("已按对账单登记 1 笔")
    assert not dialog.isVisible()


def test_a_copied_text_without_a_head_is_refused(page, dialog, said):  # noqa: F811
    QGuiApplication.clipboard().setText("随便\t写的")
    dialog.paste()
    assert "表头" in said.last
    QGuiApplication.clipboard().setText("")
    with pytest.raises(Refused, match="剪贴板里没有文字"):
        dialog.paste()
