"""Walls within and between modules: circles, who writes, what is pure, private names, keys of columns, dead names.

``tests/test_walls.py`` holds them up and tries each on planted sources. Lists of exceptions below must shrink: one that is not
needed any more fails.
"""

import ast
import builtins
import keyword
import re
import sys
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from tests.reading_sources import called, dotted_name, from_where, imports, part, sources, top, tree_of

# Features and the features below them; every feature may use the base rooms.
BELOW = {
    "school": (),
    "assets": ("school",),
    "stocktake": ("school", "assets"),
    "stock": ("school", "assets"),
    "purchasing": ("school", "assets", "stock", "fees"),
    "repairs": ("school", "assets", "stocktake", "stock", "purchasing", "fees"),
    "safety": ("school", "assets", "stock", "purchasing", "repairs"),
    "fees": ("school",),
    "registers": ("school", "assets", "stocktake", "stock", "purchasing", "repairs", "safety", "fees"),
    "summary": ("school", "assets", "stocktake", "stock", "purchasing", "repairs", "safety", "fees", "registers"),
}
FEATURES = frozenset(BELOW)

# Circles of imports that stand for now, each as its modules in order; none does.
KNOWN_CIRCLES: frozenset[tuple[str, ...]] = frozenset()

# What of a module that writes other features may use: verbs and finders that expect an open operation. All else of such a
# module is its own feature's.
INNER: dict[str, frozenset[str]] = {
    "app.school.resolving": frozenset({"Departments", "People", "Places"}),     # find, or make while something else is written
    "app.school.class_names": frozenset({"Classes"}),       # finds; makes only what it is told to
    "app.school.invoicing": frozenset({"amend", "keep", "release", "take", "take_reds", "void"}),   # a voucher's paper is written with it
    "app.school.linking": frozenset({"tie"}),       # a link is written with the record that it begins at
    "app.school.signing": frozenset({"of", "write"}),       # who signs a record is written with it
    "app.assets.commands": frozenset({"drop", "enter", "like", "row_of"}),     # a stocktake and an acceptance add cards
    "app.assets.cells": frozenset({"write_changes"}),       # cards follow what the papers of their purchase come to
    "app.stock.items": frozenset({"found_or_made", "usual_storeroom"}),
    "app.stock.plans": frozenset({"write"}),      # what a request says of each class becomes the 分发表
    "app.stock.movements": frozenset({"give_back", "issue", "receive", "settle_price", "void_slip"}),      # as what was accepted does
    "app.purchasing.commands": frozenset({"People", "write"}),      # what cannot be mended is bought
    "app.fees.money.commands": frozenset({"sign", "void", "write"}),     # what 代收费 pays is a voucher
}
# Modules with these names read; what they give may be asked at any time, so they write nothing.
READERS = frozenset({"queries", "rules", "papers", "lists", "grids", "tables", "settings", "checks", "feature", "facts", "sums", "roster",
                     "catalogue", "fields", "monthly", "statuses"})
_SQL_THAT_WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE|REPLACE)\b", re.IGNORECASE)
_TABLE_VERBS = frozenset({"insert", "insert_many", "update", "delete", "create", "replace"})

# Modules that only work out: no file, no ledger, no clock, no settings in force. What they import of app is pure as well.
# Every rules.py is one of them without being named.
PURE = frozenset({
    "app.core.columns", "app.core.conditions", "app.core.drafts", "app.core.errors", "app.core.listing", "app.core.money", "app.core.month_marks",
    "app.core.numbering",
    "app.core.pinyin", "app.core.progress", "app.core.quantity", "app.core.settings", "app.core.steps", "app.core.terms",
    "app.store.thinning", "app.exchange.amplification", "app.exchange.extents", "app.exchange.limits", "app.exchange.problems",
    "app.exchange.values",
    "app.assets.fields", "app.assets.meanings", "app.school.calendar", "app.school.invoice_rules", "app.school.naming", "app.school.pupil_rules",
    "app.school.room_lists", "app.school.room_names", "app.school.signing_rules",
    "app.purchasing.findings", "app.purchasing.tiers",
    "app.repairs.deadline", "app.repairs.guessing",
    "app.stock.costing",
    "app.fees.board.folding", "app.fees.board.refunding", "app.fees.item_fields", "app.fees.keys", "app.fees.money.paying", "app.fees.money.settling",
})
_DOORS = frozenset({"peewee", "playhouse", "sqlite3", "sqlcipher3", "os", "pathlib", "io", "shutil", "subprocess", "socket", "tempfile",
                    "openpyxl", "python_calamine", "reportlab", "time", "random", "platformdirs"})

# The only modules that know how the key of a grade's or an item's column is spelt (grade3, item17).
KEYS_SPELT_IN = frozenset({"app/fees/keys.py"})
KEYS_STILL_SPELT_IN: frozenset[str] = frozenset()   # to be mended; struck off when it is
_KEY_WORDS = frozenset({"item", "grade"})

# Public names without a caller: why each stays.
UNCALLED: dict[str, str] = {
    "app/store/database.py Ledger.get_binary_type": "peewee calls it",
    "app/store/database.py Day.db_value": "peewee calls it",
    "app/store/database.py Day.python_value": "peewee calls it",
    "app/store/tables.py JournalNow": "a table, written by triggers and SQL; migrations are compared with it",
    "app/stocktake/tables.py StocktakeLine": "a table, written by SQL; migrations are compared with it",
    "app/store/tables.py ChangeBlock": "a table, written by SQL; migrations are compared with it",
    "app/store/tables.py PackedTable": "a table, written by SQL; migrations are compared with it",
    "app/store/tables.py PackedOperation": "a table, written by SQL; migrations are compared with it",
    "app/store/tables.py PackedChange": "a table, written by SQL; migrations are compared with it",
    "app/store/tables.py LedgerIdentity": "a table, written by a migration; migrations are compared with it",
    "app/stock/queries.py last_issues": "the window calls it",
    "app/repairs/intake.py report_many": "the window calls it",
    "app/repairs/intake.py from_stocktake": "the window calls it",
    "app/repairs/costs.py by_card": "the papers call it",
    "app/repairs/offers.py cannot_be_mended": "the window calls it",
    "app/repairs/offers.py to_purchase": "the window calls it",
    "app/repairs/queries.py cards_in": "the window calls it",
    "app/repairs/tables.py RepairPlanTarget": "a table; what fills it comes with the plans",
    "app/repairs/tables.py WorksLine": "a table; what fills it comes with the works",
    "ui/base/icons.py _Tinted.clone": "Qt calls it",
    "ui/kit/front.py Front.inviting": "tests see by it what a page shows",
    "build_scripts/wheel_hook.py ShippedFiles": "hatchling finds it by its base class",
    "build_scripts/wheel_hook.py ShippedFiles.initialize": "hatchling calls it",
}


# --- circles -----------------------------------------------------------------------------------------------------


def no_circles_of_imports(root: Path) -> list[str]:
    """No module needs another that needs it, wherever in the file the import stands; imports for types alone are free."""
    edges = _needs(root)
    return [f"{_file(root, circle[0])}: imports in a circle: {' → '.join(circle)}"
            for circle in _circles(edges) if circle not in KNOWN_CIRCLES]


def circles_known(root: Path) -> set[tuple[str, ...]]:
    """Give the circles that are allowed and still there."""
    return set(_circles(_needs(root))) & KNOWN_CIRCLES


def _needs(root: Path) -> dict[str, set[str]]:
    modules = {dotted_name(name): file for name, file in sources(root, "app", "ui")}
    found: dict[str, set[str]] = {}
    for module, file in modules.items():
        for_types = {node.lineno for block in ast.walk(tree_of(file)) if _for_types(block)
                     for node in ast.walk(block) if isinstance(node, ast.Import | ast.ImportFrom)}
        wanted = [dotted for line, dotted in imports(file.relative_to(root).as_posix(), file) if line not in for_types]
        found[module] = {whole for dotted in wanted for whole in (dotted, dotted.rpartition(".")[0]) if whole in modules} - {module}
        # ``from app.store import journal`` needs the package only for what its __init__ itself says.
        found[module] -= {dotted.rpartition(".")[0] for dotted in wanted if dotted in modules}
    return found


def _for_types(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)


def _circles(edges: Mapping[str, set[str]]) -> list[tuple[str, ...]]:
    """Give the sets of modules that reach one another (Tarjan), each in order."""
    numbers: dict[str, int] = {}
    lowest: dict[str, int] = {}
    open_now: list[str] = []
    found: list[tuple[str, ...]] = []

    def visit(module: str) -> None:
        numbers[module] = lowest[module] = len(numbers)
        open_now.append(module)
        for other in sorted(edges[module]):
            if other not in numbers:
                visit(other)
                lowest[module] = min(lowest[module], lowest[other])
            elif other in open_now:
                lowest[module] = min(lowest[module], numbers[other])
        if lowest[module] == numbers[module]:
            at = open_now.index(module)
            circle = tuple(sorted(open_now[at:]))
            del open_now[at:]
            if len(circle) > 1:
                found.append(circle)

    for module in edges:
        if module not in numbers:
            visit(module)
    return sorted(found)


def _file(root: Path, module: str) -> str:
    path = module.replace(".", "/")
    return f"{path}.py" if (root / f"{path}.py").exists() else f"{path}/__init__.py"


# --- who writes --------------------------------------------------------------------------------------------------


def writers(root: Path) -> set[str]:
    """Give the modules of features that open an operation or write a table, whatever they are called."""
    return {dotted_name(name) for name, file in sources(root, "app") if name.split("/")[1] in FEATURES and any(_writings(file))}


def _writings(file: Path) -> Iterator[int]:
    """Give the lines of a file that open an operation or write a table."""
    tree = tree_of(file)
    tables = {alias.asname or alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)
              and (node.module or "").endswith("tables") for alias in node.names}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        function = node.func
        on = function.value.id if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name) else ""
        word = called(node)
        opens = word == "operation" and on in ("", "journal")
        if opens or word == "insert_rows" or (word in _TABLE_VERBS and on in tables) or _runs_sql_that_writes(node):
            yield node.lineno


def _runs_sql_that_writes(node: ast.Call) -> bool:
    return called(node) in ("execute", "executemany", "execute_sql") and any(
        isinstance(each, ast.Constant) and isinstance(each.value, str) and _SQL_THAT_WRITES.match(each.value)
        for first in node.args[:1] for each in ast.walk(first))


def writers_lend_inner_verbs_only(root: Path) -> list[str]:
    """Of a module that writes another feature uses what ``INNER`` declares, nothing else; rooms of a feature may use one another."""
    written = writers(root)
    found = []
    for name, file in sources(root, "app"):
        room = name.split("/")[1]
        if room not in FEATURES:
            continue
        for line, module, used in _uses(name, file, written):
            if part(module, 1) != room and used not in INNER.get(module, ()):
                found.append(f"{name}:{line}: uses {module}.{used}, which writes and is not declared in INNER")
    return found


def inner_used(root: Path) -> set[tuple[str, str]]:
    """Give the inner verbs that other features do use."""
    written = writers(root)
    return {(module, used) for name, file in sources(root, "app") if name.split("/")[1] in FEATURES
            for _, module, used in _uses(name, file, written) if part(module, 1) != name.split("/")[1]}


def _uses(name: str, file: Path, modules: Collection[str]) -> Iterator[tuple[int, str, str]]:
    """Give (line, module, name) for each name of the modules that a file imports, or reads off an imported module."""
    aliases: dict[str, str] = {}
    for node in ast.walk(tree_of(file)):
        if isinstance(node, ast.Import):
            aliases |= {alias.asname: alias.name for alias in node.names if alias.asname and alias.name in modules}
        elif isinstance(node, ast.ImportFrom):
            base = from_where(name, node)
            if base in modules:
                yield from ((node.lineno, base, alias.name) for alias in node.names)
            aliases |= {alias.asname or alias.name: f"{base}.{alias.name}" for alias in node.names if f"{base}.{alias.name}" in modules}
    for node in ast.walk(tree_of(file)):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in aliases:
            yield node.lineno, aliases[node.value.id], node.attr


def readers_write_nothing(root: Path) -> list[str]:
    """Queries, rules, papers, lists and their like write nothing."""
    return [f"{name}:{line}: writes, but is called {file.stem}" for name, file in sources(root, "app")
            if name.split("/")[1] in FEATURES and file.stem in READERS for line in _writings(file)]


# --- what is pure ------------------------------------------------------------------------------------------------


def pure_modules_are_pure(root: Path) -> list[str]:
    """What ``PURE`` lists, and every ``rules.py``, opens no door and stands on pure modules only."""
    modules = {dotted_name(name): (name, file) for name, file in sources(root, "app")}
    found = []
    for module, (name, file) in modules.items():
        if module not in PURE and not _is_rules(module):
            continue
        for line, dotted in imports(name, file):
            own = dotted if dotted in modules else dotted.rpartition(".")[0]
            opens = top(dotted) in _DOORS or (top(dotted) == "app" and not (
                own in PURE or _is_rules(own) or own in ("app", "") or _declares_only(modules, own)))
            if opens:
                found.append(f"{name}:{line}: is pure, but imports {dotted}")
        found += [f"{name}:{node.lineno}: is pure, but calls {called(node)}" for node in ast.walk(tree_of(file))
                  if isinstance(node, ast.Call) and called(node) in ("open", "shipped", "today", "now")]
    return found


def _is_rules(module: str) -> bool:
    return module.endswith(".rules")


def _declares_only(modules: Mapping[str, tuple[str, Path]], module: str) -> bool:
    """Whether a module is a feature's ``settings.py`` that only declares, or a package without a line of code."""
    if module not in modules:
        return False
    tree = tree_of(modules[module][1])
    return module.endswith(".settings") or all(isinstance(node, ast.Expr) for node in tree.body)


# --- private names -----------------------------------------------------------------------------------------------


def no_foreign_private_names(root: Path) -> list[str]:
    """What begins with an underscore is used in its own module only: not imported, not read off an imported module."""
    found = []
    for name, file in sources(root, "app", "ui"):
        modules = {alias.asname or alias.name.partition(".")[0] for node in ast.walk(tree_of(file))
                   if isinstance(node, ast.Import | ast.ImportFrom) for alias in node.names}
        found += [f"{name}:{line}: imports {dotted}" for line, dotted in imports(name, file)
                  if top(dotted) in ("app", "ui") and any(re.match(r"_[^_]", word) for word in dotted.split("."))]
        found += [f"{name}:{node.lineno}: reaches into {node.value.id}.{node.attr}" for node in ast.walk(tree_of(file))
                  if isinstance(node, ast.Attribute) and re.match(r"_[^_]", node.attr) and isinstance(node.value, ast.Name)
                  and node.value.id in modules and node.attr != "_meta"]     # peewee's own way to ask a table for its columns
    return found


# --- keys of columns ---------------------------------------------------------------------------------------------


def keys_are_spelt_in_one_place(root: Path) -> list[str]:
    """``grade3`` and ``item17`` are put together and taken apart by the functions for that, nowhere else."""
    return [f"{name}:{line}: spells the key of a column" for name, file in sources(root, "app", "ui")
            if name not in KEYS_SPELT_IN | KEYS_STILL_SPELT_IN for line in _spellings(file)]


def keys_still_spelt(root: Path) -> set[str]:
    """Give the files on the list of those to be mended that do need it."""
    return {name for name, file in sources(root, "app", "ui") if name in KEYS_STILL_SPELT_IN and any(_spellings(file))}


def _spellings(file: Path) -> Iterator[int]:
    for node in ast.walk(tree_of(file)):
        if isinstance(node, ast.JoinedStr):
            first = node.values[0] if node.values else None
            if isinstance(first, ast.Constant) and first.value in _KEY_WORDS and len(node.values) == 2:
                yield node.lineno
        elif isinstance(node, ast.Call) and called(node) in ("removeprefix", "startswith", "partition", "split") and any(
                isinstance(each, ast.Constant) and each.value in _KEY_WORDS for each in node.args):
            yield node.lineno


# --- dead names --------------------------------------------------------------------------------------------------


def every_public_name_has_a_caller(root: Path) -> list[str]:
    """A public function, class or method is named somewhere in app, ui or build_scripts besides where it is made.

    By name alone: two of one name cover each other. Overrides of Qt's methods (camelCase) are called by Qt.
    """
    return [f"{name}:{line}: nobody calls {what}" for name, line, what in uncalled(root) if f"{name} {what}" not in UNCALLED]


def uncalled(root: Path) -> list[tuple[str, int, str]]:
    """Give (file, line, name) of every public name without a caller, the allowed ones too."""
    files = list(sources(root, "app", "ui", "build_scripts"))
    named = Counter(word for _, file in files for word in _words(file))
    named.update(_entry_points(root))
    return [(name, line, what) for name, file in files for line, what in _public(file) if not named[what.rpartition(".")[2]]]


def _public(file: Path) -> Iterator[tuple[int, str]]:
    for node in tree_of(file).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            yield node.lineno, node.name
        if isinstance(node, ast.ClassDef):
            yield from ((each.lineno, f"{node.name}.{each.name}") for each in node.body if isinstance(each, ast.FunctionDef)
                        and not each.name.startswith("_") and each.name == each.name.lower())


# A slot that an act names, a module that is named to load late (app.fees.feature:FEATURE), an annotation in quotes.
_NAMES = re.compile(r"[\w.:\[\], |]{1,100}", re.ASCII)


def _words(file: Path) -> Iterator[str]:
    """Give every name that a file uses: read, set, or named in a text that holds only names."""
    for node in ast.walk(tree_of(file)):
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.keyword) and node.arg:
            yield node.arg
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and _NAMES.fullmatch(node.value):
            yield from re.findall(r"\w+", node.value)


def _entry_points(root: Path) -> list[str]:
    project = root / "pyproject.toml"
    return re.findall(r":(\w+)\"", project.read_text("utf-8")) if project.exists() else []


# --- what is said ------------------------------------------------------------------------------------------------


def words_name_what_is_there(root: Path) -> list[str]:
    """A name or a path that a docstring or comment gives in double backticks, or as a path of the house, is there.

    Names are those that some source makes or imports, the words of its short texts, the names of files, and Python's own.
    """
    known = _names_there(root)
    found = []
    for name, file in sources(root, "app", "ui", "build_scripts"):
        for line, text in _said(file):
            wrong = [word for quoted in re.findall(r"``([^`]+)``", text) for word in re.findall(r"[A-Za-z_]\w*", quoted)
                     if word not in known and not _EXAMPLE.fullmatch(word)]
            wrong += [path for path in re.findall(r"\b(?:app|ui|tests|build_scripts|data|resources)/[\w/]*\w(?:\.\w+)?", text)
                      if not (root / path).exists() and path not in MADE_LATER]
            found += [f"{name}:{line}: names {word}, which is not there" for word in wrong]
    return found


# Names made up for an example: a column's key, a verb, the file of a migration to come.
_EXAMPLE = re.compile(r"item\d+|grade\d+|m000N\w*|find_|[A-Z]{2,}")
MADE_LATER = frozenset({"app/shipped"})     # in a wheel


def _names_there(root: Path) -> set[str]:
    known = {*dir(builtins), *keyword.kwlist}
    for folder in ("app", "ui", "build_scripts", "tests", "data", "resources"):
        known |= {word for path in (root / folder).rglob("*") for word in (path.name, path.stem)}
    for _, file in sources(root, "app", "ui", "build_scripts", "tests"):
        known |= set(_made(file))
    return known


def _made(file: Path) -> Iterator[str]:
    for node in ast.walk(tree_of(file)):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.alias):
            yield from node.name.split(".")
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and len(node.value) < 200 and "``" not in node.value:
            yield from re.findall(r"\w+", node.value)


def _said(file: Path) -> Iterator[tuple[int, str]]:
    """Give (line, text) of every docstring and comment."""
    for node in ast.walk(tree_of(file)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            yield node.lineno, node.value.value
    for number, line in enumerate(file.read_text("utf-8").splitlines(), 1):
        if "# " in line:
            yield number, line.partition("# ")[2]


def main(root: Path) -> None:
    """Say what stands in the way: ``python -m tests.walls_within``."""
    for wall in WALLS:
        sys.stdout.writelines(f"{line}\n" for line in wall(root))


def nobody_overrides_what_is_private(root: Path) -> list[str]:
    """A class is built on by its public methods: overriding ``_private`` of a base reaches into it."""
    made: dict[str, list[tuple[str, ast.ClassDef]]] = {}
    for name, file in sources(root, "app", "ui"):
        for node in ast.walk(tree_of(file)):
            if isinstance(node, ast.ClassDef):
                made.setdefault(node.name, []).append((name, node))

    def own(node: ast.ClassDef) -> set[str]:
        return {each.name for each in node.body if isinstance(each, ast.FunctionDef) and re.match(r"_[^_]", each.name)}

    def bases(name: str, node: ast.ClassDef) -> Iterator[ast.ClassDef]:
        """Give the classes that one is built on, as far as they are ours; one of two of a name is the file's own or imported."""
        known = {dotted for _, dotted in imports(name, root / name)}
        for base in node.bases:
            word = called_word(base)
            for where, each in made.get(word, []):
                module = where.removesuffix(".py").replace("/", ".")
                if each is not node and (where == name or f"{module}.{word}" in known):
                    yield each
                    yield from bases(where, each)

    return [
        f"{name}:{node.lineno}: {node.name} overrides {word} of {base.name}"
        for entries in made.values() for name, node in entries
        for base in bases(name, node) for word in sorted(own(node) & own(base))
    ]


def called_word(node: ast.expr) -> str:
    """Give the last word of a base: ``form.FormDialog`` gives FormDialog."""
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


WALLS = [no_circles_of_imports, writers_lend_inner_verbs_only, readers_write_nothing, pure_modules_are_pure, no_foreign_private_names,
         keys_are_spelt_in_one_place, every_public_name_has_a_caller, words_name_what_is_there,
         nobody_overrides_what_is_private]

if __name__ == "__main__":
    main(Path(__file__).resolve().parent.parent)
