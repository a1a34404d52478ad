"""The walls of the house (README, "Map of the code"), held by reading the sources; nothing is imported here.

Each wall is a function that gives the violations below a root, and each is tried on planted sources as well: a wall
that finds nothing anywhere would be no wall.
"""

import ast
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import walls_within
from tests.reading_sources import dotted_name, imports, part, sources, top, tree_of
from tests.walls_within import BELOW

ROOT = Path(__file__).resolve().parent.parent

# Base rooms and what each may use of app besides itself.
BASE = {"core": (), "store": ("core",), "exchange": ("core",), "paper": ("core",)}
# Large features are built of rooms themselves, lowest first: each imports only itself, those before it and what lies beside
# them (app/fees/rules.py). In ui no room of a feature imports another: what two share lies beside them (ui/fees/totals_pane.py).
SUB_ROOMS = {"fees": ("plan", "money", "board", "letters")}
# What ties the rooms together: single files beside the rooms (features.py) and these folders. No room imports them.
WIRING_FOLDERS = {"cli", "demo"}
# What one feature may import of another (of school, which all share: anything but its commands). Tables are for
# foreign keys and joins; fields and rules are pure, settings are words and thresholds.
LENT = {"classes", "fields", "meanings", "queries", "rules", "settings", "slip_papers", "statuses", "tables"}
# "importing file -> imported commands": why. A verb that spans two features lives with the noun one would name first.
COMMANDS_ALLOWED: dict[str, str] = {
    "app/stocktake/approval.py -> app.assets.commands": "an approved stocktake corrects, splits and adds cards in its own step",
    "app/purchasing/intake.py -> app.assets.commands": "what was accepted becomes cards in the step of the purchase",
    "app/purchasing/claims.py -> app.fees.money.commands": "who audits a claim signs its vouchers",
    "app/repairs/offers.py -> app.purchasing.commands": "what cannot be mended is bought: a request is written in the step of the job",
    "app/purchasing/paying.py -> app.fees.money.commands": "what 代收费 pays is a voucher, written in the step of the purchase",
}
# What ui may take from app.store.database; its tables and SQL stay inside app.
DATABASE_OPEN = {"FILE_NAME", "Store", "close_thread", "connect", "known_trouble", "open_store"}
# The shared rooms of ui, lowest first; each imports only itself and those before it.
UI_SHARED = ("base", "forms", "paper", "grid", "kit")
# What they may ask of school, which all features share: places and people to pick, classes to tick, letters and lists to print.
SCHOOL_SHOWN = ("app.school.queries", "app.school.roster", "app.school.rules", "app.school.letters", "app.school.papers",
                "app.school.links", "app.school.resolving", "app.school.suppliers", "app.school.supplier_commands", "app.school.commands",
                "app.school.place_commands")    # who or what is typed and not there yet is made on the spot
VAGUE_NAMES = re.compile(r"^(\w+_)?(utils?|helpers?|managers?|misc)$")
MACHINE_PATH = re.compile(r"(?<![\w.:/-])/(work|tmp|home|root|Users)/|[A-Z]:[\\/]+Users[\\/]")


# --- reading -----------------------------------------------------------------------------------------------------


def forbid(root: Path, folder: str, is_forbidden: Callable[[str, str], bool]) -> list[str]:
    """Give "file:line: imports x" for every import below a folder of which ``is_forbidden(file, x)`` holds."""
    return [
        f"{name}:{line}: imports {dotted}"
        for name, file in sources(root, folder)
        for line, dotted in imports(name, file)
        if is_forbidden(name, dotted)
    ]


# --- the walls ---------------------------------------------------------------------------------------------------


def app_knows_no_window(root: Path) -> list[str]:
    return forbid(root, "app", lambda _, dotted: top(dotted) in {"PySide6", "shiboken6", "ui"})


def ui_knows_no_database(root: Path) -> list[str]:
    def forbidden(_: str, dotted: str) -> bool:
        if top(dotted) in {"peewee", "playhouse", "sqlcipher3", "sqlite3"}:
            return True
        if top(dotted) != "app":
            return False
        if dotted.startswith("app.store.database") or dotted == "app.store":
            return part(dotted, 3) not in DATABASE_OPEN
        if part(dotted, 1) in {*BELOW, "store"} and part(dotted, 2) == "tables":
            return True
        return any(re.match(r"_[^_]", word) for word in dotted.split("."))

    return forbid(root, "ui", forbidden)


def only_the_store_opens_sqlite(root: Path) -> list[str]:
    return forbid(
        root, "app",
        lambda name, dotted: top(dotted) in {"sqlite3", "sqlcipher3"} and not name.startswith("app/store/"),
    )


def every_room_has_its_place(root: Path) -> list[str]:
    known = {*BASE, *BELOW, *WIRING_FOLDERS}
    found = {name.split("/")[1] for name, _ in sources(root, "app") if name.count("/") > 1}
    return [f"app/{room}: has no place in the order of rooms" for room in sorted(found - known)]


def imports_run_one_way(root: Path) -> list[str]:
    def forbidden(name: str, dotted: str) -> bool:
        room, target = name.split("/")[1], part(dotted, 1)
        if top(dotted) != "app" or target in {"", room, "__version__"}:
            return False
        if room.endswith(".py") or room in WIRING_FOLDERS:
            return False
        if name.endswith("/feature.py") and target == "feature":    # what a feature is: a value that each room fills in
            return False
        if room in BASE:
            return target not in BASE[room]
        return target not in {*BASE, *BELOW.get(room, ())}

    return forbid(root, "app", forbidden)


def rooms_of_a_feature_run_one_way(root: Path) -> list[str]:
    def forbidden(name: str, dotted: str) -> bool:
        layer, feature, own = (*name.split("/"), "")[:3]
        target = part(dotted, 2)
        rooms = SUB_ROOMS.get(feature, ())
        if own not in rooms or not dotted.startswith(f"{layer}.{feature}.") or target not in rooms:
            return False
        allowed = rooms[:rooms.index(own) + 1] if layer == "app" else (own,)
        return target not in allowed

    return [*forbid(root, "app", forbidden), *forbid(root, "ui", forbidden)]


def features_lend_queries_only(root: Path) -> list[str]:
    """Another feature lends what ``LENT`` names, its rooms too: app.fees.money.commands is a command of fees."""

    def forbidden(name: str, dotted: str) -> bool:
        room, target, file = name.split("/")[1], part(dotted, 1), part(dotted, 2)
        if top(dotted) != "app" or room not in BELOW or target not in BELOW or target == room:
            return False
        module = f"app.{target}.{file}"
        if file in SUB_ROOMS.get(target, ()):
            file = part(dotted, 3)
            module = f"{module}.{file}"
        if file == "commands":
            return f"{name} -> {module}" not in COMMANDS_ALLOWED
        return target != "school" and file not in LENT and module not in walls_within.INNER     # whose names are walled one by one

    return forbid(root, "app", forbidden)


def rules_do_no_io(root: Path) -> list[str]:
    """``rules.py`` of a feature is pure: no store, no files, no paper."""
    doors = {"peewee", "playhouse", "sqlite3", "sqlcipher3", "os", "pathlib", "shutil", "subprocess", "openpyxl"}

    def forbidden(name: str, dotted: str) -> bool:
        if not name.endswith("/rules.py"):
            return False
        return top(dotted) in doors or part(dotted, 1) in {"store", "exchange", "paper"} or part(dotted, 2) == "tables"

    return forbid(root, "app", forbidden)


def kit_knows_no_feature(root: Path) -> list[str]:
    """The shared rooms serve all pages: of ui only themselves, one way; of app the base rooms, of school what can be asked."""

    def forbidden(name: str, dotted: str) -> bool:
        own = name.split("/")[1]
        if own not in UI_SHARED:
            return False
        if top(dotted) == "ui":
            return part(dotted, 1) not in {*UI_SHARED[:UI_SHARED.index(own) + 1], "resources", ""}
        room = part(dotted, 1)
        return top(dotted) == "app" and room in BELOW and not dotted.startswith(SCHOOL_SHOWN)

    return forbid(root, "ui", forbidden)


def pages_know_no_other_page(root: Path) -> list[str]:
    """A page imports the kit and its own folder, never another page's folder, the window or the start-up."""
    folders = {name.split("/")[1] for name, _ in sources(root, "ui") if name.count("/") > 1}

    def forbidden(name: str, dotted: str) -> bool:
        own, target = name.split("/")[1], part(dotted, 1)
        if top(dotted) != "ui" or own.endswith(".py") or own in UI_SHARED or target == own:
            return False
        return target in (folders - set(UI_SHARED)) | {"main", "window"}

    return forbid(root, "ui", forbidden)


def one_mouth(root: Path) -> list[str]:
    """Only ui/base/notify.py asks and tells by Qt's ready-made boxes: tests swap that one place."""
    boxes = {"QMessageBox", "QFileDialog", "QInputDialog"}
    found = []
    for name, file in sources(root, "ui"):
        if name == "ui/base/notify.py":
            continue
        for node in ast.walk(tree_of(file)):
            names = {alias.name for alias in node.names} if isinstance(node, ast.ImportFrom) else set()
            word = getattr(node, "attr", getattr(node, "id", ""))
            if names & boxes or word in boxes:
                found.append(f"{name}:{getattr(node, 'lineno', 0)}: uses {', '.join(names & boxes) or word}")
    return found


TURNED_BY_THE_WHEEL = {"QComboBox", "QFontComboBox", "QSpinBox", "QDoubleSpinBox", "QDateEdit", "QTimeEdit", "QDateTimeEdit", "QSlider", "QDial",
                       "QTabBar", "QTabWidget"}


def the_wheel_chooses_nothing(root: Path) -> list[str]:
    """Boxes, numbers and tabs are those of ``ui/base/parts.py``: Qt's own change when the page is scrolled over them."""
    return [f"{name}:{node.lineno} {word}" for name, file in sources(root, "ui") if name != "ui/base/parts.py"
            for node in ast.walk(tree_of(file))
            if (word := getattr(node, "attr", getattr(node, "id", ""))) in TURNED_BY_THE_WHEEL]


def dialogs_know_the_screen(root: Path) -> list[str]:
    """A dialog takes its size by ``open_at`` (ui/base/parts.py), which knows how little room a screen at 150 % has."""
    classes = [(name, node) for name, file in sources(root, "ui") for node in ast.walk(tree_of(file)) if isinstance(node, ast.ClassDef)]
    dialogs, found = {"QDialog"}, list[str]()
    while more := {node.name for _, node in classes if {getattr(base, "id", "") for base in node.bases} & dialogs} - dialogs:
        dialogs |= more
    for name, node in classes:
        found += [f"{name}:{call.lineno} {node.name}" for call in ast.walk(node) if node.name in dialogs and isinstance(call, ast.Call)
                  and isinstance(call.func, ast.Attribute) and call.func.attr in ("resize", "setFixedSize", "setGeometry")
                  and getattr(call.func.value, "id", "") == "self"]
    return found


def nobody_lists_what_a_page_reads(root: Path) -> list[str]:
    """Which tables a page shows is measured while it reads them (ui/base/page.py); a list by hand would grow stale."""
    return [
        f"{name}:{number}: {line.strip()}"
        for name, file in sources(root, "ui")
        for number, line in enumerate(file.read_text("utf-8").splitlines(), 1)
        if re.search(r"\bdepends_on\b", line)
    ]


def nothing_prints(root: Path) -> list[str]:
    return [
        f"{name}:{node.lineno}: prints"
        for name, file in sources(root, "app", "ui")
        if not name.startswith("app/cli/")
        for node in ast.walk(tree_of(file))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    ]


def loading_does_nothing(root: Path) -> list[str]:
    """What a module declares is asked of ``features.FEATURES``; none registers itself somewhere when it happens to be loaded.

    Only the store's own modules tie themselves together: what they remember falls when the journal tells of a change.
    """
    return [
        f"{name}:{node.lineno}: calls something when it is loaded"
        for name, file in sources(root, "app", "ui")
        if not name.startswith("app/store/")
        for node in ast.parse(file.read_text("utf-8")).body
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
    ]


def names_say_something(root: Path) -> list[str]:
    return [
        f"{name}: a name that says nothing"
        for name, _ in sources(root, "app", "ui", "tests", "build_scripts")
        if any(VAGUE_NAMES.match(word.removesuffix(".py").removeprefix("test_")) for word in name.split("/"))
    ]


def no_path_of_a_machine(root: Path) -> list[str]:
    return [
        f"{name}:{number}: {line.strip()}"
        for name, file in sources(root, "app", "ui", "build_scripts")
        for number, line in enumerate(file.read_text("utf-8").splitlines(), 1)
        if MACHINE_PATH.search(line)
    ]


def a_step_is_undone_by_its_id(root: Path) -> list[str]:
    """What offers to take something back names its step: "the latest" may be another one. Only the window's Ctrl+Z asks for it."""
    found = []
    for name, file in sources(root, "ui"):
        tree = ast.parse(file.read_text("utf-8"))
        called_with_a_step = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call) and node.args}
        for node in ast.walk(tree):
            bare = isinstance(node, ast.Attribute) and getattr(node.value, "id", getattr(node.value, "attr", "")) == "journal" and (
                (node.attr in {"undo", "redo"} and id(node) not in called_with_a_step)
                or (node.attr in {"undoable", "redoable", "undoable_and_redoable"} and name != "ui/main.py"))
            taken = isinstance(node, ast.ImportFrom) and node.module == "app.store.journal" and \
                {alias.name for alias in node.names} & {"undo", "redo", "undoable", "redoable"}
            if bare or taken:
                found.append(f"{name}:{node.lineno}: undoes the latest step, whichever that is")
    return found


WALLS = [
    app_knows_no_window, ui_knows_no_database, only_the_store_opens_sqlite, every_room_has_its_place,
    imports_run_one_way, rooms_of_a_feature_run_one_way, features_lend_queries_only, rules_do_no_io, kit_knows_no_feature, pages_know_no_other_page,
    one_mouth, the_wheel_chooses_nothing, dialogs_know_the_screen,
    nobody_lists_what_a_page_reads, nothing_prints, loading_does_nothing, names_say_something,
    no_path_of_a_machine, a_step_is_undone_by_its_id,
]
WALLS += walls_within.WALLS


@pytest.mark.parametrize("wall", WALLS, ids=lambda wall: wall.__name__)
def test_wall_stands(wall):
    assert wall(ROOT) == []


def test_there_is_a_house():
    names = {name for name, _ in sources(ROOT, "app", "ui")}
    assert {"app/core/errors.py", "app/store/database.py"} <= names


def test_allowed_commands_are_still_needed():
    """An exception that nobody uses any more is struck off the list."""
    used = {
        f"{name} -> {'.'.join(dotted.split('.')[:depth])}"
        for name, file in sources(ROOT, "app")
        for _, dotted in imports(name, file)
        for depth in (3, 4)     # app.fees.money.commands is a room's
    }
    assert set(COMMANDS_ALLOWED) <= used


def test_lists_of_exceptions_shrink():
    """What is not needed any more is struck off the lists of ``walls_within``."""
    assert walls_within.circles_known(ROOT) == walls_within.KNOWN_CIRCLES
    assert walls_within.inner_used(ROOT) == {(module, name) for module, names in walls_within.INNER.items() for name in names}
    assert walls_within.keys_still_spelt(ROOT) == walls_within.KEYS_STILL_SPELT_IN
    assert {f"{name} {what}" for name, _, what in walls_within.uncalled(ROOT)} == set(walls_within.UNCALLED)
    modules = {dotted_name(name) for name, _ in sources(ROOT, "app")}
    assert modules >= walls_within.PURE


# --- the walls hold: each finds what was planted ----------------------------------------------------------------

PLANTED = [
    (app_knows_no_window, "app/assets/queries.py", "from PySide6.QtCore import Qt"),
    (app_knows_no_window, "app/assets/queries.py", "import shiboken6"),
    (app_knows_no_window, "app/cli/main.py", "def main():\n    from ui import main"),
    (app_knows_no_window, "app/core/x.py", "import importlib\nimportlib.import_module('PySide6.QtGui')"),
    (ui_knows_no_database, "ui/assets/page.py", "import peewee"),
    (ui_knows_no_database, "ui/assets/page.py", "from playhouse.shortcuts import model_to_dict"),
    (ui_knows_no_database, "ui/assets/page.py", "from app.assets.tables import Asset"),
    (ui_knows_no_database, "ui/assets/page.py", "from app.assets import tables"),
    (ui_knows_no_database, "ui/assets/page.py", "from app.store.database import database"),
    (ui_knows_no_database, "ui/assets/page.py", "from app.store import database"),
    (ui_knows_no_database, "ui/assets/page.py", "import app.store.database"),
    (ui_knows_no_database, "ui/assets/page.py", "from app.assets.queries import _sql"),
    (only_the_store_opens_sqlite, "app/assets/queries.py", "import sqlite3"),
    (only_the_store_opens_sqlite, "app/exchange/books.py", "from sqlcipher3 import dbapi2"),
    (every_room_has_its_place, "app/attic/things.py", ""),
    (imports_run_one_way, "app/core/money.py", "from app.store import journal"),
    (imports_run_one_way, "app/store/journal.py", "from app.assets import tables"),
    (imports_run_one_way, "app/store/journal.py", "from ..school import tables"),
    (imports_run_one_way, "app/exchange/books.py", "from app.store import journal"),
    (imports_run_one_way, "app/paper/fonts.py", "import app.exchange.books"),
    (imports_run_one_way, "app/school/queries.py", "from app.assets import queries"),
    (imports_run_one_way, "app/assets/queries.py", "from app.stock.queries import listing"),
    (imports_run_one_way, "app/fees/plan/queries.py", "from app.assets.queries import listing"),
    (imports_run_one_way, "app/registers/queries.py", "from app.summary import queries"),
    (imports_run_one_way, "app/assets/queries.py", "from app.cli import main"),
    (imports_run_one_way, "app/assets/queries.py", "from app.demo import build"),
    (rooms_of_a_feature_run_one_way, "app/fees/plan/commands.py", "from app.fees.board import checking"),
    (rooms_of_a_feature_run_one_way, "app/fees/money/queries.py", "from app.fees.letters.queries import choices"),
    (rooms_of_a_feature_run_one_way, "ui/fees/letters/slips.py", "from ui.fees.money.pay_band import PayBand"),
    (rooms_of_a_feature_run_one_way, "ui/fees/plan/page.py", "def go():\n    from ui.fees import board"),
    (imports_run_one_way, "app/assets/queries.py", "from app.feature import Feature"),
    (imports_run_one_way, "app/assets/feature.py", "from app import features"),
    (features_lend_queries_only, "app/stock/commands.py", "from app.assets.commands import register"),
    (features_lend_queries_only, "app/assets/sheets.py", "from app.school import commands"),
    (features_lend_queries_only, "app/stock/papers.py", "from app.assets import papers"),
    (features_lend_queries_only, "app/summary/queries.py", "from app.fees.money.commands import settle"),
    (features_lend_queries_only, "app/summary/queries.py", "from app.fees.money import papers"),
    (rules_do_no_io, "app/assets/rules.py", "from app.assets import tables"),
    (rules_do_no_io, "app/assets/rules.py", "from pathlib import Path"),
    (kit_knows_no_feature, "ui/kit/table.py", "from app.assets import queries"),
    (kit_knows_no_feature, "ui/kit/letters/editor.py", "from app.fees.letters import kinds"),
    (kit_knows_no_feature, "ui/kit/letters/editor.py", "from app.school import pupil_commands"),
    (kit_knows_no_feature, "ui/kit/table.py", "from ui.assets.page import AssetPage"),
    (kit_knows_no_feature, "ui/base/parts.py", "from ui.forms import form"),
    (the_wheel_chooses_nothing, "ui/assets/page.py", "self.sheet = QComboBox()"),
    (the_wheel_chooses_nothing, "ui/paper/printing.py", "made = QtWidgets.QDoubleSpinBox()"),
    (dialogs_know_the_screen, "ui/assets/split.py", "class Ask(QDialog):\n    def show(self):\n        self.resize(900, 900)"),
    (dialogs_know_the_screen, "ui/assets/split.py", "class Ask(QDialog): ...\nclass More(Ask):\n    def show(self):\n        self.resize(9, 9)"),
    (one_mouth, "ui/assets/page.py", "from PySide6.QtWidgets import QMessageBox"),
    (one_mouth, "ui/forms/form.py", "from PySide6 import QtWidgets\nQtWidgets.QFileDialog.getOpenFileName()"),
    (nobody_lists_what_a_page_reads, "ui/assets/page.py", "class P:\n    depends_on = frozenset({'asset'})"),
    (a_step_is_undone_by_its_id, "ui/assets/page.py", "notify.said('已删除', [('撤销', journal.undo)])"),
    (a_step_is_undone_by_its_id, "ui/assets/page.py", "ways = lambda: [journal.undo() for _ in range(2)]"),
    (a_step_is_undone_by_its_id, "ui/home/page.py", "back = app.store.journal.redo"),
    (a_step_is_undone_by_its_id, "ui/assets/page.py", "step = journal.undoable()"),
    (a_step_is_undone_by_its_id, "ui/assets/page.py", "from app.store.journal import undo"),
    (nothing_prints, "app/assets/commands.py", "print('done')"),
    (nothing_prints, "ui/forms/form.py", "def show():\n    print(1)"),
    (loading_does_nothing, "app/assets/checks.py", "from app.store import check\ncheck.checks.append(len)"),
    (names_say_something, "app/assets/utils.py", ""),
    (names_say_something, "ui/kit/grid_helpers.py", ""),
    (names_say_something, "app/manager/words.py", ""),
    (names_say_something, "tests/assets/test_utils.py", ""),
    (walls_within.nobody_overrides_what_is_private, "ui/kit/two.py",
     "class One:\n    def _lay_out(self): ...\n\nclass Two(One):\n    def _lay_out(self): ..."),
    (walls_within.readers_write_nothing, "app/assets/queries.py", "from app.store import journal\nwith journal.operation('x'):\n    pass"),
    (walls_within.readers_write_nothing, "app/fees/money/lists.py", "from app.fees.tables import FeePlan\nFeePlan.update(a=1).execute()"),
    (walls_within.readers_write_nothing, "app/stock/papers.py", "database.execute_sql('  delete FROM asset WHERE id = ?')"),
    (walls_within.readers_write_nothing, "app/school/roster.py", "from app.store.database import insert_rows\ninsert_rows(Pupil, [], [])"),
    (walls_within.pure_modules_are_pure, "app/assets/rules.py", "import os"),
    (walls_within.pure_modules_are_pure, "app/fees/plan/rules.py", "from app.store import settings"),
    (walls_within.pure_modules_are_pure, "app/fees/money/settling.py", "from app.core import clock"),
    (walls_within.pure_modules_are_pure, "app/exchange/values.py", "def read(path):\n    return open(path)"),
    (walls_within.pure_modules_are_pure, "app/core/money.py", "from datetime import date\nNOW = date.today()"),
    (walls_within.no_foreign_private_names, "app/assets/commands.py", "from app.assets.queries import _sql"),
    (walls_within.no_foreign_private_names, "app/assets/commands.py", "from app.store import journal\njournal._touched(1)"),
    (walls_within.no_foreign_private_names, "ui/assets/page.py", "from ui.grid.grid import Grid\nGrid._paint()"),
    (walls_within.keys_are_spelt_in_one_place, "app/fees/plan/queries.py", "def key(grade):\n    return f'grade{grade}'"),
    (walls_within.keys_are_spelt_in_one_place, "ui/fees/plan/page.py", "number = int(key.removeprefix('item'))"),
    (walls_within.every_public_name_has_a_caller, "app/assets/papers.py", "def write_nothing():\n    pass"),
    (walls_within.every_public_name_has_a_caller, "ui/kit/table.py", "class Table:\n    def show_all(self):\n        pass\n\nTable()"),
    (walls_within.words_name_what_is_there, "app/fees/money/lists.py", '"""Receipts are listed in ``money_grids``."""'),
    (walls_within.words_name_what_is_there, "app/fees/rules.py", "KINDS = ()     # see app/fees/money_rules.py"),
    (walls_within.words_name_what_is_there, "app/store/x.py", 'def _go():\n    """Give ``journal.Done``."""'),
    (no_path_of_a_machine, "app/paper/fonts.py", "FONT = '/work/" + "fonts/a.ttf'"),
    (no_path_of_a_machine, "build_scripts/bench.py", "OUT = '/tmp/" + "x'"),
    (no_path_of_a_machine, "ui/main.py", r"HOME = 'C:\\Users\\li'"),
]


@pytest.mark.parametrize(("wall", "name", "source"), PLANTED)
def test_wall_finds_what_is_planted(tmp_path, wall, name, source):
    plant(tmp_path, name, source)
    found = wall(tmp_path)
    assert len(found) >= 1
    assert all(line.startswith(name) or name.startswith(line.partition(":")[0]) for line in found)


def test_pages_wall_finds_what_is_planted(tmp_path):
    plant(tmp_path, "ui/home/page.py", "")
    plant(tmp_path, "ui/assets/page.py", "from ui.home.page import HomePage\nfrom ui.kit import form\nimport ui.window")
    assert [line.partition(": ")[0] for line in pages_know_no_other_page(tmp_path)] == [
        "ui/assets/page.py:1", "ui/assets/page.py:3",
    ]


def test_a_circle_is_found_wherever_its_imports_stand(tmp_path):
    plant(tmp_path, "ui/a/one.py", "from ui.a import two")
    plant(tmp_path, "ui/a/two.py", "def go():\n    from ui.a.three import Three")
    plant(tmp_path, "ui/a/three.py", "import ui.a.one")
    plant(tmp_path, "ui/a/four.py", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from ui.a import five")
    plant(tmp_path, "ui/a/five.py", "from ui.a import four")
    assert walls_within.no_circles_of_imports(tmp_path) == ["ui/a/one.py: imports in a circle: ui.a.one → ui.a.three → ui.a.two"]


@pytest.mark.parametrize(("source", "used"), [
    ("from app.school.resolving import Tree", "Tree"), ("from app.school import resolving\nresolving.Tree()", "Tree"),
    ("import app.school.resolving as finding\nfinding.Tree()", "Tree"), ("from app.school.resolving import People", ""),
    ("from app.school import resolving\nresolving.Places()", ""), ("from app.school.naming import Tree", ""),
])
def test_of_a_module_that_writes_only_inner_verbs_are_lent(tmp_path, source, used):
    plant(tmp_path, "app/school/resolving.py", "from app.school.tables import Person\nPerson.insert(name='').execute()")
    plant(tmp_path, "app/school/naming.py", "")
    plant(tmp_path, "app/school/promotion.py", "from app.school.resolving import Tree")     # of the same feature
    plant(tmp_path, "app/assets/importing.py", source)
    found = walls_within.writers_lend_inner_verbs_only(tmp_path)
    assert [line.partition(", ")[0] for line in found] == (
        [f"app/assets/importing.py:{source.count(chr(10)) + 1}: uses app.school.resolving.{used}"] if used else [])


ALLOWED = [
    ("app/assets/queries.py", "from app.school.tables import Place\nfrom app.store.database import Table"),
    ("app/assets/sheets.py", "from app.school import queries, terms\nfrom app.exchange import books\nfrom . import x"),
    ("app/stock/feature.py", "from app.feature import Feature\nfrom app.stock import settings"),
    ("app/stock/queries.py", "from app.assets.tables import Asset\nfrom app.assets import queries"),
    ("app/summary/queries.py", "from app.fees.money import queries\nfrom app.fees.plan.queries import plans"),
    ("app/store/journal.py", "import sqlcipher3\nfrom app.core.errors import Refused\nfrom app.store import tables"),
    ("app/cli/main.py", "from app.assets import commands\nfrom app.demo import build\ndef _say():\n    print(1)"),
    ("app/demo/build.py", "from app.assets import commands\nfrom app.school import commands as school"),
    ("app/core/about.py", "from app import __version__\nURL = 'https://example.org/home/page'"),
    ("ui/main.py", "from app.store.database import connect\nfrom ui.window import Window\nfrom ui.assets import page"),
    ("ui/settings/page.py", "from app import __version__\nfrom app.paper.tables import Ledger"),
    ("ui/base/notify.py", "from PySide6.QtWidgets import QFileDialog, QMessageBox"),
    ("ui/kit/pickers.py", "from app.school import queries\nfrom app.core import errors\nfrom ui.kit import form"),
    ("ui/kit/letters/editor.py", "from app.school.letters import text\nfrom app.school import roster"),
    ("ui/assets/page.py", "from app.assets import commands, queries\nfrom ui.assets import forms\nfrom ui import kit"),
]


@pytest.mark.parametrize(("name", "source"), ALLOWED)
def test_walls_let_through_what_is_meant(tmp_path, name, source):
    plant(tmp_path, name, source)
    assert [line for wall in WALLS for line in wall(tmp_path)] == []


def plant(root: Path, name: str, source: str) -> None:
    file = root / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(source, "utf-8")
