"""Every list of the window prints and exports what it shows: its columns as shown, its rows in their order, what narrows it."""

import openpyxl
import pytest

from app.core.columns import Kind, shown
from app.core.conditions import exactly
from tests.ui.test_lists import every_kind, office, walk  # noqa: F401 - the window over the demo school
from ui.kit import workbooks
from ui.kit.table_page import TablePage
from ui.paper import preview


@pytest.fixture
def printed(monkeypatch):
    """The text of each paper that was shown."""
    from pypdf import PdfReader

    texts = []

    def show(parent, path, name, warnings, keep):
        texts.append((name, "\n".join(page.extract_text() for page in PdfReader(path).pages), warnings))

    monkeypatch.setattr(preview, "show_pdf", show)
    return texts


def on_screen(page: TablePage):
    """Give titles and words of what stands in the grid, cell by cell."""
    order = page.grid.layout_of_columns.order()
    return [page.columns[each].title for each in order], [
        [page.model.index(number, each).data() or "" for each in order] for number in range(page.found.records)]


def in_workbook(path, page: TablePage):
    order = page.grid.layout_of_columns.order()
    sheet = openpyxl.load_workbook(path).active
    lines = [[cell.value for cell in line] for line in sheet]
    rows = [[worded(page.columns[at].kind, value) for at, value in zip(order, line, strict=False)]
            for line in lines[2:2 + page.found.records]]
    return str(lines[0][0]), lines[1][:len(order)], rows


def worded(kind, value):
    if value is None:
        return ""
    if kind in (Kind.MONEY, Kind.QUANTITY):     # 分, thousandths
        return value if isinstance(value, str) else shown(kind, round(value * (100 if kind is Kind.MONEY else 1000)))
    return str(value)[:10] if kind is Kind.DAY else shown(kind, value)


def narrow_and_turn(page: TablePage) -> str:
    """Narrow a list to the value of one cell, hide a column and move one; gives the words that its head must hold."""
    layout = page.grid.layout_of_columns
    order = layout.order()
    if len(order) > 2:
        layout.hide(order[1], True)
        page.grid.head.moveSection(page.grid.head.visualIndex(order[-1]), 0)
    if not page.narrows:
        return ""
    at = next(each for each in order if page.model.index(0, each).data())
    column = page.columns[at]
    typed = exactly(column.kind, page.model.row(0)[at + 1])
    page.grid.head.set_conditions({column.key: typed})
    page.sort = (column.key, True)
    page.reload()
    return f"{column.title}：{typed}"


def test_every_list_exports_and_prints_what_it_shows(office, said, printed, tmp_path):  # noqa: F811
    met, wrong = set(), []
    for page in walk(office):
        if type(page) in met:
            continue
        met.add(type(page))
        name = type(page).__name__
        words = narrow_and_turn(page)
        titles, rows = on_screen(page)
        said.files.append(tmp_path / f"{name}.xlsx")
        by_key = {act.slot: page.actions_by_key[act.key] for act in page.acts}
        if not {workbooks.export_list, workbooks.print_list} <= set(by_key):
            wrong.append(f"{name}: cannot be printed or exported as it stands")
            continue
        by_key[workbooks.export_list].trigger()
        head, found_titles, found = in_workbook(tmp_path / f"{name}.xlsx", page)
        if (found_titles, found) != (titles, rows):
            wrong.append(f"{name}: exports {found_titles} {found[:2]} in the place of {titles} {rows[:2]}")
        if words not in head:
            wrong.append(f"{name}: “{head}” does not say “{words}”")
        by_key[workbooks.print_list].trigger()
        text = printed[-1][1].replace("\n", "").replace(" ", "")
        wrong += [f"{name}: the paper lacks “{each}”" for each in (*titles, words, f"共{len(rows):,}{page.record_word}")
                  if each.replace(" ", "") not in text]
        wrong += [f"{name}: the paper warns: {each}" for each in printed[-1][2]]
        page.grid.layout_of_columns.reset()
        page.clear_narrowing()
    assert wrong == [], "\n".join(wrong)
    assert every_kind() - met == set()
