"""办公费 beside 支出票据: typed below the last, pasted, narrowed to a month, removed, undone."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from app.fees.money import office
from app.fees.plan import queries
from app.store.database import scalar
from ui.fees.money.spending import SpendingPage

KEY = Qt.Key


@pytest.fixture
def page(qtbot, fee_school, started_ledger, settings, show_active, changes):
    """The step with the office's own list in front."""
    made = SpendingPage(changes, settings, started_ledger.folder)
    qtbot.addWidget(made)
    made.resize(1338, 560)
    made.show_plan(queries.plan(fee_school.plan))
    show_active(made)
    made.turn_to(made.office)
    made.office.grid.setFocus()
    return made


def test_lines_are_typed_pasted_narrowed_and_removed(page, qtbot, said, clipped):
    assert page.named() == "各项目以外，总务处自己的开支"
    assert clipped(page) == []
    page.office.grid.choose_cell(0, 0)
    for words in ("2026-10-8", "tea", "12.5"):
        for key in words:
            qtbot.keyClick(QApplication.focusWidget(), key)
        qtbot.keyClick(QApplication.focusWidget(), KEY.Key_Return)
        QApplication.processEvents()
    page.save()
    assert scalar("SELECT purpose || fen FROM office_expense") == "tea1250"
    QGuiApplication.clipboard().setText("2026-11-2\t邮费\t40\t邮局\n2026-11-3\t锁\t15\t五金店\n")
    page.office.grid.choose_cell(1, 0)
    page.office.grid.paste()
    assert scalar("SELECT count(*) FROM office_expense") == 3
    page.office.narrow({"month": "2026-11"})
    assert page.office.found.records == 2
    assert "￥55.00" in page.office.status_line()[0]
    page.office.grid.choose_rows([0, 1], 0)
    QApplication.processEvents()
    page.office.actions_by_key["remove"].trigger()
    assert said.last == "已删除办公费 2 笔。"
    assert [month for month, _ in office.months()] == ["2026-10"]
    said.actions["撤销"]()
    assert scalar("SELECT count(*) FROM office_expense") == 3


def test_the_vouchers_stand_where_they_stood(page):
    page.turn_to(page.list)
    page.groups.choose(0)
    assert page.front() is page.list
    assert page.named() == "全部项目"
