"""A shop's month bill over three fee items, in the window: noted once with its total, shared twice, and no fen too much."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from app.core.listing import Wish
from app.fees.money import grids
from app.school import commands as school_commands
from app.school import invoices, queries
from app.school.rules import PersonDraft
from app.store import journal
from ui.fees.money.voucher_form import VoucherForm

RETURN = Qt.Key.Key_Return
NUMBER = "24327000000012345678"
PEOPLE = (("handler", "王敏"), ("acceptor", "李强"), ("auditor", "周文海"))


@pytest.fixture
def page(opened, fee_school, started_ledger, qtbot):
    """The step 支出票据 over the money fixture."""
    for _, name in PEOPLE:
        school_commands.add_person(PersonDraft(name))
    office = opened(started_ledger)
    office.finish_start()
    office.window.activateWindow()
    qtbot.waitUntil(office.window.isActiveWindow)
    shown = office.window.show_page("fees").show_key("spending")
    shown.school = fee_school
    QApplication.processEvents()
    return shown


def rows(page):
    keys = ["id", *(column.key for column in grids.VOUCHERS)]
    return [dict(zip(keys, row, strict=True)) for row in grids.VOUCHER_LIST.rows(Wish(filters={"plan": page.school.plan, "state": "valid"}))]


@pytest.fixture
def note(page, qtbot, type_words, driven, monkeypatch):
    """Give a function that notes a voucher in the form: what is typed by field, then ``look(form)``, then what is typed still."""
    def type_all(form, words):
        for key, text in words.items():
            editor = form.editors[key]
            editor.setFocus()
            editor.selectAll()
            type_words(editor, text) if not text.isascii() else qtbot.keyClicks(editor, text)

    def noted(item, words, look=lambda form: None, more=None):
        def act(form):
            form.set_value("plan_item", page.school.items[item])
            for key, name in PEOPLE:
                form.set_value(key, queries.find_people(name)[0].id)
            type_all(form, words)
            look(form)
            type_all(form, more or {})
            assert form.save()

        monkeypatch.setattr(VoucherForm, "exec", driven(act))
        page.list.actions_by_key["new"].trigger()

    return noted


def test_a_month_bill_over_three_items(page, qtbot, told, note):
    # The first share says what the whole bill comes to; the second is offered the rest, and takes less.
    def offered(form):
        assert form.known.text().startswith("该发票共 300.00 元，已有 1 笔共 120.00 元，余 180.00 元（作业本费 120.00 元）")
        assert (form.value("supplier"), form.value("fen")) == ("新华书店", 18_000)

    note("作业本费", {"number": NUMBER, "dated_on": "2026-11-3", "fen": "120", "total": "300", "supplier": "新华书店"})
    note("研学费", {"number": NUMBER}, offered, {"fen": "60"})
    assert [(row["item"], row["fen"], row["total"]) for row in rows(page)] == [("作业本费", 12_000, 30_000), ("研学费", 6_000, 30_000)]

    # The third is typed into the grid: the number alone lends day, payee and what is left.
    page.groups.choose(page.school.items["校服费"])
    columns = [column.key for column in page.list.columns]
    _type_cell(page, qtbot, columns.index("number"), NUMBER)
    assert told[-1][0].startswith("该发票共 300.00 元，已有 2 笔共 180.00 元，余 120.00 元")
    page.list.grid.choose_cell(0, columns.index("handler"))
    QGuiApplication.clipboard().setText("\t".join(name for _, name in PEOPLE))
    page.list.grid.paste()
    assert not page.unsaved()
    assert [row["fen"] for row in rows(page)] == [12_000, 6_000, 12_000]
    assert {row["supplier"] for row in rows(page)} == {"新华书店"}
    assert invoices.invoices_sound() == []

    # A fen more is refused in a sentence that names the others.
    page.groups.choose(page.school.items["作业本费"])
    _type_cell(page, qtbot, columns.index("fen"), "120.01")
    reason = page.list.model.edits.at(rows(page)[0]["id"], "fen").reason
    assert "研学费 60.00 元、校服费 120.00 元" in reason
    assert "不能重复报销" in reason
    page.list.storing.give_up()

    # The whole walk is taken back and comes again.
    for _ in range(3):
        journal.undo()
    assert rows(page) == []
    assert invoices.known("", NUMBER) is None
    for _ in range(3):
        journal.redo()
    assert sum(row["fen"] for row in rows(page)) == 30_000
    assert invoices.invoices_sound() == []


def _type_cell(page, qtbot, column, text):
    page.list.grid.setFocus()
    page.list.grid.choose_cell(0, column)
    for key in (*text, RETURN):
        qtbot.keyClick(QApplication.focusWidget(), key)
