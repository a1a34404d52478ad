"""A trial in a process of its own: two more fields on the card, by two lines in ``fields.py`` and one migration.

Whatever the program makes of a field must follow by itself: table, cells, list, form, bulk edit, workbook, template,
merging, history, pane and paper card. ``test_asset_fields.py`` runs this; it is no test module itself.
"""

import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

from tests.added_lines import add, same_as_the_model

LINES = '''
    trial_code: Annotated[str, CardField(
        "试验编号", Kind.CODE, 24, grid=225, shown=False, form=(WORTH, 125), card=175, pane=125, bulk=205, bought=True, searched=True,
        names=("试编号码",), since={version})] = ""
    trial_day: Annotated[date | None, CardField(
        "试验日期", Kind.DAY, 23, grid=226, form=(USE, 80), card=245, pane=135, bulk=225, names=("试做日期",), since={version})] = None
'''
SQL = ("""ALTER TABLE asset ADD COLUMN "trial_code" TEXT NOT NULL DEFAULT ''""", """ALTER TABLE asset ADD COLUMN "trial_day" TEXT""")


def run(folder: Path) -> None:
    """Drive everything that shows or takes a field with the two new ones."""
    from datetime import date

    import openpyxl
    import pypdf
    from PySide6.QtWidgets import QApplication

    from app import features
    from app.assets import bulk, cells, commands, merging, queries, sheets, template
    from app.assets.bulk import Change
    from app.assets.fields import AssetDraft
    from app.assets.history import said_of
    from app.assets.importing import Source
    from app.assets.importing import run as import_by
    from app.assets.tables import Asset
    from app.core.listing import Wish
    from app.core.progress import silent
    from app.paper.forms import Order
    from app.school.commands import start_school
    from app.school.rules import SchoolDraft
    from app.store import journal, migrations, opening
    from app.store.database import database

    features.join()
    opening.open_store(folder / "data")
    start_school(SchoolDraft(name="青禾小学", term="2026-2027-1", operator="周文海"))
    assert database.execute_sql("PRAGMA user_version").fetchone() == (migrations.LATEST,)
    same_as_the_model(Asset, folder)
    day = date(2026, 5, 4)
    commands.register_asset(AssetDraft(number="A1", name="天平", quantity=1, unit_price=100, trial_code=" HT-07 ", trial_day=day))
    commands.register_asset(AssetDraft(number="A2", name="天平", quantity=1, unit_price=100))
    first, second = queries.matching_ids(Wish(sort="number"))

    # the list: columns, search, sorting, conditions, cells
    at = {column.key: place for place, column in enumerate(queries.COLUMNS, 1)}
    shown = {column.key: (column.title, column.shown) for column in queries.COLUMNS}
    assert shown["trial_code"] == ("试验编号", False), shown
    assert shown["trial_day"] == ("试验日期", True), shown
    row = queries.listing(Wish("ht-07"))[0]
    assert (row[0], row[at["trial_code"]], row[at["trial_day"]]) == (first, "HT-07", "2026-05-04"), row
    assert queries.matching_ids(Wish(sort="trial_code", descending=True)) == [first, second]
    assert queries.matching_ids(Wish(cells={"trial_day": "2026-5"})) == [first]
    cells.write_cells({second: {"trial_code": "HT-08", "trial_day": day}}, [])
    assert queries.matching_ids(Wish("HT-08")) == [second], "typed in a cell it is found at once"

    # many cards, like cards, merging, history
    assert "试验日期" in bulk.titles().values()
    bulk.edit_many([first, second], Change({"trial_day": date(2026, 6, 1)}, frozenset({"trial_code"})))
    assert [(card.draft.trial_code, card.draft.trial_day) for card in queries.cards([first, second])] == [("", date(2026, 6, 1))] * 2
    said = said_of(journal.history("asset", second)[0])
    assert "试验编号：HT-08 → 空" in said, said
    assert "试验日期：2026-05-04 → 2026-06-01" in said, said
    cells.write_cells({first: {"trial_code": "HT-09"}}, [])
    assert [each.title for each in merging.differences(queries.cards([first, second]))] == ["试验编号"]
    assert commands.like(queries.card(first).draft).trial_code == "HT-09"
    assert commands.like(queries.card(first).draft, bought=False).trial_code == "", "found pieces have none"

    # workbooks, out and in; another office's heading; the template
    sheets.export_ledger(folder / "out.xlsx")
    sheet = openpyxl.load_workbook(folder / "out.xlsx").worksheets[0]
    heads = [cell.value for cell in sheet[1]]
    assert {"试验编号", "试验日期"} <= set(heads), heads
    plan = Source(folder / "out.xlsx").propose()
    assert len(plan.columns) == len(heads), "every column of the export is read again"
    book = openpyxl.Workbook()
    for line in (("编号", "名称", "试编号码", "试做日期"), ("A1", "天平", "HT-10", "2026年7月1日"), ("B1", "量筒", "HT-11", "")):
        book.active.append(line)
    book.save(folder / "in.xlsx")
    source = Source(folder / "in.xlsx")
    outcome = import_by(source, replace(source.propose(), duplicates="update"))
    assert (outcome.imported, outcome.updated, outcome.errors) == (1, 1, 0), outcome.problems
    assert ("trial_code", "试验编号", "HT-09", "HT-10") in outcome.updates[0].fields, outcome.updates
    assert queries.card(first).draft.trial_day == date(2026, 7, 1)
    template.export_template(folder / "template.xlsx")
    assert "试验编号" in [cell.value for cell in openpyxl.load_workbook(folder / "template.xlsx").worksheets[0][1]]

    # the paper card
    printed = features.form("asset-card").write(Order(records=(first,)), folder / "card.pdf", silent)
    text = pypdf.PdfReader(printed.path).pages[0].extract_text()
    assert "试验编号 HT-10" in text, text
    assert "试验日期 2026年7月1日" in text, text

    # the window: form, list, pane, bulk edit
    app = QApplication.instance() or QApplication([])
    from ui.assets.bulk_dialog import BulkDialog
    from ui.assets.card_form import CardForm
    from ui.assets.page import AssetsPage, facts_of
    from ui.base.changes import Changes

    form = CardForm(None, queries.card(first).draft, first)
    assert (form.fields["trial_code"].label, form.value("trial_code"), form.value("trial_day")) == ("试验编号", "HT-10", date(2026, 7, 1))
    form.set_value("trial_code", "HT-12")
    assert form.save()
    assert queries.card(first).draft.trial_code == "HT-12"
    page = AssetsPage(Changes(), None, SimpleNamespace(), None)
    assert page.fields["trial_day"].kind == "day"
    assert ("试验编号", "HT-12") in facts_of(queries.card(first))
    dialog = BulkDialog(page, [first], Wish())
    assert dialog.lines["trial_code"].tick.text() == "试验编号"
    for widget in (form, dialog, page):
        widget.deleteLater()
    app.processEvents()
    database.close_everywhere()


if __name__ == "__main__":
    add("app.assets.fields", "    extras: dict[int, str]", LINES, SQL)
    run(Path(sys.argv[1]))
