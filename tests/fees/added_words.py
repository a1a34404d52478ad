"""A trial in a process of its own: one more word of a fee item, by one line in ``item_fields.py`` and one migration.

Library, form, a term's cells, copying, comparing, workbook and board must have it. ``test_fee_item_fields.py`` runs this.
"""

import sys
from pathlib import Path

from tests.added_lines import add, same_as_the_model

LINE = '''
    trial: Annotated[str, ItemField(
        "试验文字", width=20, place=125, shown=False, form=OTHER, names=("试验",), compared=True, public=True, since={version})] = ""
'''
SQL = ("""ALTER TABLE fee_item ADD COLUMN "trial" TEXT NOT NULL DEFAULT ''""",
       """ALTER TABLE fee_plan_item ADD COLUMN "trial" TEXT NOT NULL DEFAULT ''""")


def run(folder: Path) -> None:
    """Drive everything that shows or takes a word of an item with the new one."""
    import openpyxl
    from PySide6.QtWidgets import QApplication

    from app import features
    from app.core.listing import Wish
    from app.fees.board import frozen
    from app.fees.item_fields import FIELD, ItemDraft
    from app.fees.plan import commands, queries, rules, sheets
    from app.fees.tables import FeeItem, FeePlanItem
    from app.school import queries as school
    from app.school.commands import start_school
    from app.school.rules import SchoolDraft
    from app.store import opening
    from app.store.database import database, scalar

    features.join()
    opening.open_store(folder / "data")
    start_school(SchoolDraft(name="青禾小学", term="2026-2027-1", operator="周文海"))
    for table in (FeeItem, FeePlanItem):
        same_as_the_model(table, folder)

    # the library: stored, listed, typed
    commands.add_item(ItemDraft("书本费", trial=" 甲 "))
    item = queries.item_names()["书本费"]
    assert queries.item_draft(item).trial == "甲"
    at = {column.key: place for place, column in enumerate(queries.ITEMS, 1)}
    assert queries.items_listing(Wish())[0][at["trial"]] == "甲"
    commands.write_items({item: {"trial": "乙"}}, [])
    assert queries.item_draft(item).trial == "乙"

    # a term: taken over, in its grid, typed, in words
    commands.start_plan(school.current_term().id)
    plan = int(scalar("SELECT id FROM fee_plan"))
    commands.add_plan_items(plan, [item])
    row = queries.plan_items(plan)[0]
    assert row.trial == "乙", row
    assert ("trial", "试验文字") in [(column.key, column.title) for column in queries.plan_columns(plan)]
    commands.write_cells(plan, {row.id: {"trial": "丙", "grade1": 100}})
    before, after = [row], queries.plan_items(plan)
    assert [each.sentence for each in rules.differences(before, {}, after, {})] == ["书本费：试验文字由“乙”变更为“丙”"]

    # the workbook, out and in; the board
    sheets.write_matrix(plan, folder / "out.xlsx")
    book = openpyxl.load_workbook(folder / "out.xlsx")
    cells = {cell.value: cell for line in book.worksheets[0].iter_rows() for cell in line}
    assert "试验文字" in cells
    cells["丙"].value = "丁"
    book.save(folder / "in.xlsx")
    assert sheets.look(plan, folder / "in.xlsx").changed == {row.id: {"trial": "丁"}}
    words = frozen.Words("青禾小学", [], "", 10)
    content = frozen.of_plan(queries.plan(plan), after, queries.matrix(plan), [1], words)
    assert frozen.items(content)[0].trial == "丙"
    del content["items"][0]["trial"]    # a board that hung before the word was thought of
    assert frozen.items(content)[0].trial == ""

    # the window
    app = QApplication.instance() or QApplication([])
    from ui.fees.plan.item_forms import cell_field, fields_of_item
    from ui.fees.plan.matrix import fields_of

    known = [field.key for each in fields_of_item(["低保"]) for field in getattr(each, "fields", [each])]
    assert known.count("trial") == 1, known
    assert fields_of(queries.plan_columns(plan))["trial"].label == "试验文字"
    assert cell_field(FIELD["trial"]).kind == "text"
    app.processEvents()
    database.close_everywhere()


if __name__ == "__main__":
    add("app.fees.item_fields", "    remark: Annotated[str, ItemField(", LINE, SQL)
    run(Path(sys.argv[1]))
