"""The contract of every form in the window: with nothing to pick it opens, what cannot be stored is said, nothing crashes.

The forms are found by doing every act of every page, in a school that has nothing yet and in the demo school; a form that no act
opened fails the test.
"""

import ast
import sys
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtCore import QItemSelectionModel, QPoint, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QDesktopServices, QInputMethodEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QComboBox, QDialog, QMenu, QPushButton, QTabBar, QWidget

import ui
from app.assets import commands as assets
from app.assets import queries as asset_queries
from app.core import clock
from app.core.errors import Invalid, Refused
from app.core.listing import Wish
from app.purchasing.lists import STAGES
from app.school import commands as school
from app.school.rules import SchoolDraft
from app.stock import counts
from app.stock import queries as stock
from app.store import journal, opening
from app.store.database import database
from ui import main
from ui.base import notify
from ui.base.page import Page
from ui.forms.form import FormDialog
from ui.forms.picker import Picker
from ui.kit.groups_page import GroupsPage
from ui.kit.table_page import TablePage
from ui.kit.workbooks import export_list, print_list
from ui.main import Office

ROOT = Path(ui.__file__).parent
NOBODY = "查无此名"
ROOM, SMALL = QSize(910, 485), QSize(904, 456)      # px over the task bar at 150 % on 1366×768; within the frame of a window there
Site = tuple[str, int, int]     # file, first and last line of the call that makes a form


def every_site() -> set[Site]:
    """Give every place in the window's code that makes a form, or asks one of the functions that make a form of given fields."""
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in ROOT.rglob("*.py")}
    forms = {"FormDialog"} | {node.name for tree in trees.values() for node in ast.walk(tree)
                              if isinstance(node, ast.ClassDef) and any(getattr(base, "id", "") == "FormDialog" for base in node.bases)}
    makers = {node.name for tree in trees.values() for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and _of_given_fields(node)}
    return {(str(path), node.lineno, node.end_lineno or node.lineno) for path, tree in trees.items() for node in ast.walk(tree)
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in forms | makers}


def _of_given_fields(function: ast.FunctionDef) -> bool:
    given = {each.arg for each in function.args.args}
    return any(isinstance(node, ast.Call) and getattr(node.func, "id", "") == "FormDialog" and len(node.args) > 3
               and getattr(node.args[3], "id", "") in given for node in ast.walk(function))


class Trial:
    """Tries every form that is about to be shown: ``faults`` are what was wrong, ``met`` the lines that made one."""

    def __init__(self) -> None:
        self.faults: list[str] = []
        self.met: set[tuple[str, int]] = set()
        self.pickers: set[tuple[str, str]] = set()
        self.made: set[str] = set()     # what pickers offered to make
        self.turned = 0                 # boxes that the wheel was turned over

    def look_at(self, dialog: QDialog) -> int:
        """Stand in the place of ``exec``: see that the wheel chooses nothing in it and that a small screen has room for it."""
        self.turn_the_wheel(dialog)
        need = dialog.minimumSizeHint().expandedTo(dialog.minimumSize())
        if need.width() > SMALL.width() or need.height() > SMALL.height():
            self.faults.append(f"{type(dialog).__name__} “{dialog.windowTitle()}” needs {need.width()}×{need.height()} px")
        return self.try_out(dialog) if isinstance(dialog, FormDialog) else 0

    def turn_the_wheel(self, over: QWidget) -> None:
        """Turn the wheel over every box, number, day and row of tabs: whatever the mouse happens to be over stays as it is."""
        boxes: list[Any] = [*over.findChildren(QComboBox), *over.findChildren(QAbstractSpinBox), *over.findChildren(QTabBar)]
        for box in boxes:
            before = self._state(box)
            for way in (-120, 120):
                event = QWheelEvent(QPointF(5, 5), QPointF(box.mapToGlobal(QPoint(5, 5))), QPoint(0, way), QPoint(0, way),
                                    Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False)
                QApplication.sendEvent(box, event)
            if self._state(box) != before:
                self.faults.append(f"{type(over).__name__}: the wheel turned {box.accessibleName() or type(box).__name__} from {before}")
        self.turned += len(boxes)

    @staticmethod
    def _state(box: Any) -> object:
        return box.text() if isinstance(box, QAbstractSpinBox) else box.currentIndex()

    def try_out(self, form: FormDialog) -> int:
        """Stand in the place of ``exec``: type what names nothing into every picker, then leave them all empty; store if it lets one."""
        form.show()
        pickers = {key: editor for key, editor in form.editors.items() if isinstance(editor, Picker)}
        for key, picker in pickers.items():
            picker.open()
            if picker.asks and picker.create_word not in self.made:     # a place asks for the place above it: once is enough
                self.made.add(picker.create_word)
                picker.make("")
            picker.set_value(None)
            typed = QInputMethodEvent()
            typed.setCommitString(NOBODY)
            QApplication.sendEvent(picker, typed)
            if not picker.own_words and NOBODY not in picker.complaint():
                self.faults.append(f"{form.windowTitle()}: {key} does not complain of words that name nothing")
        self.pickers |= {(type(form).__name__, key) for key in pickers}
        named = {key for key, picker in pickers.items() if picker.complaint()}
        if named and form.save():
            self.faults.append(f"{form.windowTitle()}: stored with words that name nothing")
        self.faults += [f"{form.windowTitle()}: nothing is said at {key}" for key in named if not form.problems[key].text()]
        for picker in pickers.values():
            picker.set_value(None)
        done = form.save()
        told = form.banner.text() or any(words.text() for words in form.problems.values()) or not form.save_button.isEnabled()
        if not done and not told:
            self.faults.append(f"{form.windowTitle()}: neither stored nor said why")
        form.hide()
        return int(done)


@pytest.fixture
def trial(monkeypatch) -> Trial:
    """Try forms in the place of showing them; all other dialogs are left at once, questions answered with no."""
    made, build = Trial(), FormDialog.__init__

    def noted(form: FormDialog, *args: Any, **named: Any) -> None:
        frame = sys._getframe(1)
        while frame is not None:
            made.met.add((frame.f_code.co_filename, frame.f_lineno))
            frame = frame.f_back
        build(form, *args, **named)

    monkeypatch.setattr(FormDialog, "__init__", noted)
    monkeypatch.setattr(QDialog, "exec", lambda dialog: made.look_at(dialog))
    screen = SimpleNamespace(availableGeometry=lambda: QRect(QPoint(), ROOM), logicalDotsPerInch=lambda: 96.0)
    monkeypatch.setattr(QDialog, "screen", lambda _: screen)
    monkeypatch.setattr(QMenu, "exec", lambda *_: None)
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda *_: True)
    monkeypatch.setattr(notify, "ask", lambda *_, **__: False)
    monkeypatch.setattr(notify, "choose", lambda *_, **__: 0)
    for name in ("open_file", "save_file", "choose_folder", "ask_words"):
        monkeypatch.setattr(notify, name, lambda *_, **__: None)
    monkeypatch.setattr(notify, "open_files", lambda *_, **__: [])
    return made


def pages(office: Office) -> Iterator[Any]:
    """Give every page with acts, in every term that has fees."""
    holders = {key: office.window.show_page(key) for key in ("supply", "fees", "settings")}
    inside = {"supply": holders["supply"].steps, "fees": holders["fees"].steps, "settings": holders["settings"].specs}
    terms = [term for (term,) in database.execute_sql("SELECT term_id FROM fee_plan ORDER BY id DESC").fetchall()]
    alone = [key for key in office.window.pages if key not in inside]
    for place in [*alone, *(f"{page}:{key}" for page, steps in inside.items() for key in steps)]:
        key, _, inner = place.partition(":")
        page: Any = office.window.show_page(key)
        for term in terms or [None] if key == "fees" else [None]:
            if term:
                page.show_term(term)
            if inner:
                page.show_key(inner)
            front = page.page_of(inner) if inner else page
            for each in [front, *front.findChildren(Page)]:
                if isinstance(each, GroupsPage):
                    for inside in each.lists:
                        each.turn_to(inside)
                        yield inside
                if hasattr(each, "actions_by_key"):
                    yield each


def approved_stocktakes(office: Office) -> Iterator[Any]:
    """Give the acts that only an approved stocktake has, with that one in front; the others lead away from it."""
    page: Any = office.window.show_page("stocktake")
    for (approved,) in database.execute_sql("SELECT id FROM stocktake WHERE state = 'approved'").fetchall():
        page.show_stocktake(approved)
        yield SimpleNamespace(actions_by_key={"correct": page.actions_by_key["correct"]})


def purchases(office: Office) -> Iterator[Any]:
    """Give the acts of a purchase at each stage of the chain, on its own page."""
    step: Any = office.window.show_page("supply").show_key("purchases")
    stages = {row[1]: row[0] for row in database.execute_sql("SELECT id, state || kind || (approved_on IS NULL) FROM purchase").fetchall()}
    listed = {stage: step.page_of("list").listing.ids(Wish(filters={"stage": stage}))[:1] for stage in STAGES}
    for identity in sorted({*stages.values(), *(each for ids in listed.values() for each in ids)}):
        step.open_purchase(identity)
        page = step.built["one"]
        yield SimpleNamespace(actions_by_key={key: page.actions_by_key[key] for key in page.state_bar.keys})


def store_counts(office: Office) -> Iterator[Any]:
    """Give the acts of a count of the store that is open, and of one that waits for its approval."""
    page: Any = office.window.show_page("supply").show_key("counts")
    for (identity,) in database.execute_sql("SELECT id FROM stock_count WHERE state IN ('open', 'counted')").fetchall():
        page.show_record("stock_count", identity)
        yield SimpleNamespace(actions_by_key={key: page.actions_by_key[key] for key in ("found", "approve")})


def choose(page: Any, count: int) -> bool:
    """Choose the first rows of a list; whether it has so many."""
    if hasattr(page, "tree"):
        for at, item in enumerate(page.items.values()):
            item.setSelected(at < count)
        return len(page.items) >= count
    grid = getattr(page, "grid", None)
    if grid is None or not hasattr(page, "selected_ids"):
        return count == 0
    grid.clearSelection()
    if grid.model().rowCount() < count:
        return False
    for at in range(count):
        grid.selectionModel().select(grid.model().index(at, 0),
                                     QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows)
    return True


def do_everything(office: Office, qtbot, trial: Trial) -> None:
    """Do every act with none, one and two rows chosen, and take back what was stored."""
    before, shown_out = journal.undoable(), set[tuple[type, str]]()
    for page in chain(approved_stocktakes(office), purchases(office), store_counts(office), pages(office)):
        if isinstance(page, QWidget):
            trial.turn_the_wheel(page)
        listed, done = isinstance(page, TablePage), True
        # The whole list, in one way for all pages and whatever is chosen: once a page is enough (test_lists_out looks at each).
        whole = {act.key for act in getattr(page, "acts", ()) if act.slot in (print_list, export_list)}
        for key in list(page.actions_by_key):
            for count in (0, 1, 2):
                action = page.actions_by_key[key]
                if listed and done:
                    page.reload()
                done = False
                if (type(page), key) in shown_out or not choose(page, count) or not action.isEnabled():
                    continue
                done = True
                if key in whole:
                    shown_out.add((type(page), key))
                with qtbot.capture_exceptions() as caught:
                    action.trigger()
                trial.faults += [f"{type(page).__name__}.{key}: {error!r}" for _, error, _ in caught
                                 if not isinstance(error, Refused | Invalid)]
                while (latest := journal.undoable()) is not None and latest != before:
                    journal.undo()


def in_the_window(store, qtbot, trial: Trial) -> None:
    """Do everything in the window over a ledger."""
    office = Office(store)
    office.window.resize(1366, 728)
    office.window.show()
    home: Any = office.window.show_page("home")
    home.looked = True
    home.refresh()
    for put_off in [each for each in home.findChildren(QPushButton) if each.text() == "暂缓"][:1]:
        put_off.click()
    do_everything(office, qtbot, trial)
    office.window.close()
    office.window.deleteLater()
    office.close()


def test_every_form_keeps_the_contract(qtbot, ledger, demo_file, trial, stopped_clock):
    main._first_start(ledger.folder.root, ledger.close)
    school.start_school(SchoolDraft("青禾小学", term="2026-2027-1", operator="周文海"))
    in_the_window(ledger, qtbot, trial)
    demo = opening.open_store(demo_file.parent)
    assets.save_extra_field(assets.ExtraDraft("校园卡编号", "文字", ""))
    card = asset_queries.card(asset_queries.listing(Wish(), 1)[0][0]).draft
    for number in ("ZZ-1", "ZZ-2"):     # of several pieces, to be split, and alike, to be merged; first in the list
        assets.register_asset(replace(assets.like(card), number=number, quantity=2, value=2 * card.unit_price))
    for room, finished in zip(stock.storerooms()[:2], (True, False), strict=True):
        count = counts.open_count(room.id, clock.today()).made[0]
        if finished:
            counts.count_as_booked(count)
            counts.finish(count)
    in_the_window(demo, qtbot, trial)
    assert trial.faults == [], "\n".join(sorted(set(trial.faults)))
    assert trial.turned > 100
    missed = sorted(f"{Path(file).relative_to(ROOT)}:{first}" for file, first, last in every_site()
                    if not any((file, line) in trial.met for line in range(first, last + 1)))
    assert len(trial.pickers) > 10
    assert missed == [], "\n".join(missed)
