"""收据 in 收费登记: chosen ones are printed from the list, a class from the print dialog; the list says when."""

from datetime import date

import pypdf
from PySide6.QtWidgets import QApplication

from app.fees.money import commands
from app.store import archive, journal
from tests.ui.fees.test_fees_collection import FIRST, page  # noqa: F401  a fixture
from ui.fees.money import printing as money_printing


def test_receipts_are_printed_and_reprinted_from_the_list(page, monkeypatch):  # noqa: F811
    commands.pay_class(page.school.plan, page.school.classes[FIRST], date(2026, 9, 30))
    page.turn_to(page.receipts)
    shown = []

    def look(parent, path, title, warnings, keep):
        shown.append(pypdf.PdfReader(path).pages[0].extract_text())
        keep()
        keep()      # saved, then printed

    monkeypatch.setattr("ui.paper.preview.show_pdf", look)
    page.receipts.grid.choose_rows([0], 0)
    QApplication.processEvents()
    number = page.receipts.values(page.receipts.selected_ids()[0])["number"]
    page.receipts.actions_by_key["print_receipts"].trigger()
    QApplication.processEvents()
    assert number in shown[0]
    assert "补打" not in shown[0]
    assert archive.listing(page.data_folder)[0].form == "fee-receipt"
    page.fill()
    page.receipts.grid.choose_rows([0], 0)
    assert page.receipts.values(page.receipts.selected_ids()[0])["printed_on"] == "2026-11-21"
    page.receipts.actions_by_key["print_receipts"].trigger()
    assert "补打" in shown[1]
    journal.undo()
    page.fill()
    assert page.receipts.values(page.receipts.model.id_at(0))["printed_on"] is None


def test_a_class_is_printed_from_the_dialog(page, monkeypatch, qtbot):  # noqa: F811
    commands.pay_class(page.school.plan, page.school.classes[FIRST], date(2026, 9, 30))
    dialogs, shown = [], []
    monkeypatch.setattr(money_printing.MoneyPapers, "exec", lambda dialog: dialogs.append(dialog) or 0)
    monkeypatch.setattr("ui.paper.preview.show_pdf", lambda parent, path, title, warnings, keep: shown.append((title, keep())))
    page.payments.actions_by_key["print"].trigger()
    qtbot.addWidget(dialogs[0])
    dialogs[0].form.set_value("fee-receipt")
    dialogs[0].form_chosen()
    assert dialogs[0].order().classes == (page.school.classes[FIRST],)
    dialogs[0].print_it()
    assert shown[0][0] == "收费收据"
    page.turn_to(page.receipts)
    assert {page.receipts.values(page.receipts.model.id_at(row))["printed_on"] for row in range(page.receipts.found.records)} == {"2026-11-21"}
