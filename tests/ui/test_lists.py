"""The contract of every list in the window: its conditions narrow, 使用此值筛选 finds, its titles sort, blanks stand last.

The lists are found by walking the window on the demo school; a kind of list that the walk does not meet fails the test.
"""

import contextlib
import importlib
import pkgutil
from collections.abc import Iterator
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton

import ui
from app.assets import commands as assets
from app.assets import queries as asset_queries
from app.core import clock, pinyin
from app.core.columns import Kind, shown
from app.core.conditions import WORDS, condition
from app.core.listing import Wish, summed
from app.school import supplier_commands
from app.school.rules import SupplierDraft
from app.store import archive, backup
from app.store.database import database
from ui.base.page import Page
from ui.fees.plan.items import ItemsDialog
from ui.kit.groups_page import GroupsPage
from ui.kit.steps_page import Holder
from ui.kit.table_page import TablePage
from ui.main import Office

SAMPLE = 3      # rows of a list whose every value is used to narrow it, spread over the list


@pytest.fixture
def office(qtbot, demo_ledger, tmp_path, monkeypatch) -> Iterator[Office]:
    """The window over the demo school, with something in every list."""
    assets.delete_assets([row[0] for row in asset_queries.listing(Wish(), 3)])
    for number, name in enumerate(("校园卡编号", "捐赠人")):
        assets.save_extra_field(assets.ExtraDraft(name, "选项" if number else "文字", "甲\n乙" if number else ""))
    for title in ("期末盘点表", "台账"):
        (paper := tmp_path / f"{title}.pdf").write_bytes(b"%PDF-1.4")
        archive.keep(demo_ledger.folder, paper, "inventory", title, "304室")
    for name in ("新华书店", "蓝天保洁"):
        supplier_commands.add_supplier(SupplierDraft(name))
    backup.make(demo_ledger.folder, "手工")
    later = clock.now() + timedelta(minutes=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    backup.make(demo_ledger.folder, "退出")
    made = Office(demo_ledger)
    made.window.resize(1366, 728)
    made.window.show()
    yield made
    made.window.close()
    made.window.deleteLater()
    made.close()


def every_kind() -> set[type[TablePage]]:
    """Give every class of list that the window can show."""
    for module in pkgutil.walk_packages(ui.__path__, "ui."):
        importlib.import_module(module.name)
    found, left = set(), [TablePage]
    while left:
        below = [each for each in left.pop().__subclasses__() if each.__module__.startswith("ui.")]
        found.update(below)
        left += below
    return {each for each in found if not any(other is not each and issubclass(other, each) for other in found)}


@contextlib.contextmanager
def dialogs(office: Office) -> Iterator[list[TablePage]]:
    """Give the lists that stand in windows of their own."""
    library = ItemsDialog(office.window, office.changes, None)
    library.show()
    yield [library.page]
    library.close()
    library.deleteLater()


def lists_in(front: Page) -> Iterator[TablePage]:
    """Give the lists of a page, each turned to."""
    for each in [front, *front.findChildren(Page)]:
        if isinstance(each, GroupsPage):
            for number, inside in enumerate(each.lists):
                each.turn_to(each.lists[number])
                yield inside
        elif isinstance(each, TablePage):
            yield each


def walk(office: Office) -> Iterator[TablePage]:
    """Give every list once, where it has rows: those of the fees in a term in which there are some."""
    fees, settings, supply = (office.window.show_page(key) for key in ("fees", "settings", "supply"))
    terms = [term for (term,) in database.execute_sql("SELECT term_id FROM fee_plan ORDER BY id DESC").fetchall()]
    alone = [key for key in office.window.pages if key not in ("home", "supply", "fees", "settings")]
    inside = {"supply": supply.steps, "fees": fees.steps, "settings": settings.specs}
    for place in [*alone, *(f"{page}:{key}" for page, steps in inside.items() for key in steps)]:
        key, _, inner = place.partition(":")
        page = office.window.show_page(key)
        met = set()
        for term in terms if key == "fees" else [None]:
            if term:
                page.show_term(term)
            if inner:
                page.show_key(inner)
            front = page.built[inner] if inner else page
            front = front.front() if isinstance(front, Holder) else front
            for each in lists_in(front):
                if type(each) not in met:
                    each.reload()
                    if each.found.records > 1 or not each.narrows:
                        met.add(type(each))
                        yield each
    with dialogs(office) as lists:
        yield from lists


def test_every_list_keeps_the_contract(office):
    met, wrong = set(), []
    for page in walk(office):
        if type(page) in met:
            continue
        met.add(type(page))
        wrong += [f"{type(page).__name__}: {each}" for each in (faults(page) if page.narrows else offers(page))]
        wrong += [f"{type(page).__name__}: “{each}” stands twice in the row of acts" for each in twice(page)]
        wrong += [f"{type(page).__name__}: {each}" for each in sums(page)]
    assert wrong == [], "\n".join(wrong)
    assert every_kind() - met == set()


def sums(page: TablePage) -> Iterator[str]:
    """Give what is wrong with the line of sums: what is void is shown, but not summed."""
    wanted, void = {each.key: 0 for each in summed(page.columns)}, getattr(page.listing, "uncounted", "") if hasattr(page, "listing") else ""
    for row in page.fetch(page.wish(), 10**6, 0):
        values = dict(zip((each.key for each in page.columns), row[1:], strict=True))
        for key in wanted:
            wanted[key] += 0 if void and values[void] else values[key] or 0
    if page.found.sums and page.found.sums != wanted:
        yield f"sums {page.found.sums}, which are {wanted}"
    if wanted and not page.found.sums and not getattr(page, "foot", None):
        yield "does not sum its columns"
    if page.sums_row.isVisibleTo(page) != bool(page.found.sums and page.found.records):
        yield "does not show its sums"


def twice(page: TablePage) -> list[str]:
    """Give the acts that the row over a list shows more than once."""
    icons = [each.defaultAction() for each in page.bar.findChildren(QToolButton) if each.defaultAction()]
    return [action.text() for action in {*icons} if icons.count(action) > 1]


def offers(page: TablePage) -> Iterator[str]:
    """Give what a list offers that takes no conditions."""
    if page.search.isVisibleTo(page) or page.conditions.isVisibleTo(page) or page.views.isVisibleTo(page):
        yield "offers a search or conditions that it does not take"
    if page.grid.head.sectionsClickable():
        yield "offers to sort and cannot"


def faults(page: TablePage) -> Iterator[str]:
    """Give what a list does not do that every list does."""
    page.grid.sort_asked.emit("", False)
    whole = asked(page)
    yield from unknown_is_raised(page)
    for at, column in enumerate(page.columns, 1):
        values = [row[at] for row in whole]
        yield from (f"{column.title}: {each}" for each in narrows(page, whole, at))
        yield from (f"{column.title}: {each}" for each in finds_its_own(page, whole, at))
        yield from (f"{column.title}: {each}" for each in sorts(page, whole, at, values))


def unknown_is_raised(page: TablePage) -> Iterator[str]:
    for wish in (Wish(filters={"no such": 1}), Wish(cells={"no such": "1"}), Wish(sort="no such")):
        try:
            page.fetch(wish, 1, 0)
        except KeyError:
            continue
        yield f"ignores what it does not know: {wish}"


def spread(rows, most):
    step = max(len(rows) // most, 1)
    return list(range(0, len(rows), step))[:most]


def asked(page: TablePage, **wish):
    return page.fetch(Wish(filters=page.wish().filters, **wish), 10**6, 0)


def narrows(page: TablePage, whole, at) -> Iterator[str]:
    """Every condition leaves the rows that it says, in the list's own order."""
    column = page.columns[at - 1]
    typed = ["空", "非空"]
    for value in {str(whole[number][at]): whole[number][at] for number in spread(whole, SAMPLE)}.values():
        if value in (None, ""):
            continue
        if column.kind in WORDS:
            text = shown(column.kind, value)
            typed += [text[1:3] or text, f"={text}"]
        elif column.kind is Kind.DAY:
            typed += [str(value)[:4], f">={value}", f"..{value}".strip("."), f"<{value}"]
        else:
            said = shown(column.kind, value)
            typed += [said, f">={said}", f"<{said}", f"{said}..{said}"]
    for each in typed:
        wanted = [row[0] for row in whole if condition(column.kind, each).fits(row[at])]
        if [row[0] for row in asked(page, cells={column.key: each})] != wanted:
            yield f"“{each}” does not leave the rows that it says"
        if page.totals(Wish(filters=page.wish().filters, cells={column.key: each})).records != len(wanted):
            yield f"“{each}” is counted wrongly"


def finds_its_own(page: TablePage, whole, at) -> Iterator[str]:
    """使用此值筛选 shows the row itself, and besides only rows of the same value.

    What stands in brackets where nothing was typed is no value: there it finds all where nothing was typed.
    """
    blank = next((number for number, row in enumerate(whole) if row[at] in (None, "")), None)
    for number in {*spread(whole, SAMPLE), *([] if blank is None else [blank])}:
        page.grid.head.set_conditions({})
        page.reload()
        index = page.model.index(number, at - 1)
        record, text = page.model.id_at(number), shown(page.columns[at - 1].kind, index.data(Qt.ItemDataRole.UserRole))
        page.narrow_to_cell(index)
        rows = [page.model.row(line) for line in range(page.found.records)]
        found = [(row[0], shown(page.columns[at - 1].kind, row[at])) for row in rows]
        if record not in [identity for identity, _ in found]:
            yield f"使用此值筛选 does not find “{text}”"
        others = {other for _, other in found if pinyin.fold(other) != pinyin.fold(text)}
        if others:
            yield f"使用此值筛选 of “{text}” shows {others}"
    page.grid.head.set_conditions({})
    page.grid.head.open_lines(False)
    page.reload()


def sorts(page: TablePage, whole, at, values) -> Iterator[str]:
    """A title sorts up and down: words by pinyin, names by surname, numbers by value; blanks last both times."""
    column = page.columns[at - 1]
    if not page.grid.head.sectionsClickable():
        yield "cannot be sorted"
        return
    filled = sum(value not in (None, "") for value in values)
    found = {}
    for descending in (False, True):
        page.grid.sort_asked.emit(column.key, descending)
        rows = asked(page, sort=column.key, descending=descending)
        assert [page.model.id_at(number) for number in range(min(len(rows), 50))] == [row[0] for row in rows[:50]]
        listed = [row[at] for row in rows]
        if sorted(row[0] for row in rows) != sorted(row[0] for row in whole):
            yield "loses rows when sorted"
        if any(value in (None, "") for value in listed[:filled]):
            yield f"does not put blanks last, {'down' if descending else 'up'}wards"
        found[descending] = listed[:filled]
    page.grid.sort_asked.emit("", False)
    if column.key in getattr(getattr(page, "listing", None), "orders", ()) or column.key in OWN_ORDERS.get(type(page).__name__, ()):
        runs = {way: [value for number, value in enumerate(listed) if not number or listed[number - 1] != value] for way, listed in found.items()}
        if runs[True] != runs[False][::-1]:
            yield "is not sorted backwards as it is forwards"
        return
    by = (pinyin.name_order if column.person else pinyin.order) if column.kind in WORDS else (lambda text: text)
    keys = [by(shown(column.kind, value) if column.kind in WORDS or column.kind is Kind.DAY else value) for value in found[False]]
    if keys != sorted(keys):
        yield f"is not in order: {found[False][:12]}"
    keys = [by(shown(column.kind, value) if column.kind in WORDS or column.kind is Kind.DAY else value) for value in found[True]]
    if keys != sorted(keys, reverse=True):
        yield f"is not in order backwards: {found[True][:12]}"


# Columns in an order of their own that a listing cannot say of itself: made anew for each question.
OWN_ORDERS = {"PupilsSection": {"class"}}
