"""Do the tests notice a wrong line? ``python3 build_scripts/mutate.py [--seed N] [--count N] [module …]``.

Changes one line at a time in a copy of the modules that work out money, dates and counts (``TESTED``: < for <=, one more, a
condition turned round, an answer that is not given, a statement left out), runs the tests that answer for that module, and
reports the changes that none of them noticed. Which lines are tried follows from the seed alone. Fails below ``LEAST`` caught.
"""

import argparse
import ast
import copy
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import environment  # first: an old Python hears here what it lacks

LEAST = 0.95
SEED, COUNT = 2026, 140
# Which tests answer for a module: those of its own folder that are quick, not the whole suite.
TESTED: dict[str, tuple[str, ...]] = {
    "app/core/money.py": ("tests/core/test_money.py",),
    "app/core/terms.py": ("tests/core/test_terms.py",),
    "app/exchange/values.py": ("tests/exchange/test_cell_values.py",),
    "app/school/rules.py": ("tests/school/test_school_rules.py",),
    "app/school/invoice_rules.py": ("tests/school/test_invoice_rules.py",),
    "app/school/pupil_rules.py": ("tests/school/test_school_rules.py",),
    "app/school/calendar.py": ("tests/school/test_calendar.py",),
    "app/assets/rules.py": ("tests/assets/test_asset_rules.py",),
    "app/stocktake/rules.py": ("tests/stocktake/test_stocktake_rules.py",),
    "app/stocktake/approval.py": ("tests/stocktake/test_stocktake_approval.py",),
    "app/stock/costing.py": ("tests/stock/test_costing.py",),
    "app/purchasing/rules.py": ("tests/purchasing/test_purchase_rules.py",),
    "app/purchasing/tiers.py": ("tests/purchasing/test_tiers.py",),
    "app/purchasing/findings.py": ("tests/purchasing/test_findings.py",),
    "app/fees/rules.py": ("tests/fees/test_fee_rules.py", "tests/fees/test_fee_plan_rules.py"),
    "app/fees/plan/rules.py": ("tests/fees/test_fee_rules.py", "tests/fees/test_fee_plan_rules.py"),
    "app/fees/board/rules.py": ("tests/fees/test_fee_rules.py", "tests/fees/test_fee_plan_rules.py"),
    "app/fees/money/rules.py": ("tests/fees/test_fee_money_rules.py",),
    "app/fees/money/settling.py": ("tests/fees/test_fee_settling.py",),
    "app/store/journal.py": ("tests/store/test_journal.py",),
    "app/store/thinning.py": ("tests/store/test_thinning.py",),
}
# Changes that change nothing: (module, line as written, change) → why no test can notice.
EQUIVALENT: dict[tuple[str, str, str], str] = {
    ("app/fees/money/settling.py", "items = [item for item, refund in refunds.items() if refund * sign > 0]", "other sign"):
        "by one or minus one: a product and a quotient are the same",
    ("app/assets/rules.py", 'pieces, price, value, worth = draft.quantity or 0, draft.unit_price, draft.value, TITLE["value"]', "one more"):
        "asked of cards that have pieces only",
    ("app/assets/rules.py", "return False", "no answer"): "asked only whether it is so",
    ("app/fees/money/rules.py", 'word = "应退" if balance > 0 else "应补"', "comparison"): "who has a balance of nothing was answered above",
    ("app/stocktake/approval.py", 'row.after("approve")', "left out"): "what stands in the way is asked below and says the same",
    ("app/store/journal.py", "return False", "no answer"): "asked only whether it is so",
    ("app/store/journal.py", "if not database.is_closed():", "not left out"): "what is not dropped here is dropped before the next replay",
    ("app/store/journal.py", 'database.execute_sql("DROP TABLE IF EXISTS temp.net")', "left out"): "dropped before and after: either does",
    ("app/store/thinning.py", "days = 0  # how old the next believed one is: what has a wrong date was made before it", "one more"):
        "a day more than none is less than thirty as well",
    ("app/store/thinning.py", "length, earlier = max(before, default=(0, None))", "one more"): "only which is longest is asked",
    ("app/store/thinning.py", "best.append((0 if moment > now else length + 1, earlier))", "one more"): "only which is longest is asked",
}
_TURNED = {ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
           ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is}
_OTHER = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.FloorDiv, ast.FloorDiv: ast.Mult, ast.Mod: ast.FloorDiv}


@dataclass(frozen=True)
class Mutation:
    """One wrong line: ``place`` is the number of the syntax node in the order of ``ast.walk``, ``change`` says what is wrong."""

    module: str
    line: int
    text: str
    change: str
    place: int

    @property
    def key(self) -> tuple[str, str, str]:
        """Give what names it whatever lines stand above."""
        return self.module, self.text, self.change


def mutations(module: str, source: str) -> Iterator[Mutation]:
    """Give every change that may be tried in a module."""
    tree, lines = ast.parse(source), source.splitlines()
    quiet = _quiet(tree)
    for place, node in enumerate(ast.walk(tree)):
        if id(node) not in quiet:
            for change in _changes(node):
                line = getattr(node, "lineno", 0)
                yield Mutation(module, line, lines[line - 1].strip(), change, place)


def mutated(source: str, mutation: Mutation) -> str:
    """Give the module's source with one change made."""
    tree = ast.parse(source)
    nodes = list(ast.walk(tree))
    old = nodes[mutation.place]
    new = _changed(copy.deepcopy(old), mutation.change)
    for parent in nodes:
        for name, value in ast.iter_fields(parent):
            if value is old:
                setattr(parent, name, new)
            elif isinstance(value, list) and any(each is old for each in value):
                setattr(parent, name, [new if each is old else each for each in value])
    return ast.unparse(ast.fix_missing_locations(tree))


def _quiet(tree: ast.AST) -> set[int]:
    """Give the nodes that say nothing at run time: docstrings, types, declarations of names."""
    quiet: set[int] = set()
    for node in ast.walk(tree):
        parts: list[ast.AST | None] = []
        if isinstance(node, ast.FunctionDef):
            arguments = (*node.args.args, *node.args.kwonlyargs)
            parts = [node.returns, *(each.annotation for each in arguments), *node.decorator_list]
        elif isinstance(node, ast.AnnAssign):
            parts = [node.annotation]
        elif _is_docstring(node) or (isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)):
            parts = [node]
        elif isinstance(node, ast.ClassDef):
            parts = list(node.decorator_list)
        quiet.update(id(each) for part in parts if part for each in ast.walk(part))
    return quiet


def _is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _changes(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Compare) and len(node.ops) == 1 and type(node.ops[0]) in _TURNED:
        yield "comparison"
    elif isinstance(node, ast.Constant) and type(node.value) is int:
        yield "one more"
    elif isinstance(node, ast.BoolOp):
        yield "and/or"
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield "not left out"
    elif isinstance(node, ast.BinOp) and type(node.op) in _OTHER:
        yield "other sign"
    elif isinstance(node, ast.Return) and node.value is not None and not (
            isinstance(node.value, ast.Constant) and node.value.value is None):
        yield "no answer"
    elif isinstance(node, ast.AugAssign) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)):
        yield "left out"
    elif isinstance(node, ast.IfExp):
        yield "turned round"


def _changed(node: ast.AST, change: str) -> ast.AST:
    if isinstance(node, ast.Compare):
        node.ops = [_TURNED[type(node.ops[0])]()]
    elif isinstance(node, ast.Constant):
        node.value = int(str(node.value)) + 1
    elif isinstance(node, ast.BoolOp):
        node.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
    elif isinstance(node, ast.UnaryOp):
        return node.operand
    elif isinstance(node, ast.BinOp):
        node.op = _OTHER[type(node.op)]()
    elif isinstance(node, ast.Return):
        node.value = ast.Constant(None)
    elif isinstance(node, ast.IfExp):
        node.body, node.orelse = node.orelse, node.body
    elif change == "left out":
        return ast.Pass()
    return node


def chosen(root: Path, modules: Sequence[str], seed: int, count: int) -> list[Mutation]:
    """Give the changes to try: one a line, as many a module as its share of all lines, the same for the same seed."""
    by_line: dict[tuple[str, int], list[Mutation]] = {}
    for module in modules:
        for each in mutations(module, (root / module).read_text("utf-8")):
            if each.key not in EQUIVALENT:
                by_line.setdefault((module, each.line), []).append(each)
    chance = random.Random(seed)
    lines = chance.sample(sorted(by_line), min(count, len(by_line)))
    return [chance.choice(by_line[line]) for line in sorted(lines)]


class Trial:
    """A copy of the project in which one line at a time is wrong."""

    def __init__(self, python: Path, room: Path) -> None:
        self.python, self.room = python, room
        for name in ("app", "ui", "tests", "build_scripts", "resources", "data"):
            shutil.copytree(environment.ROOT / name, room / name, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(environment.ROOT / "pyproject.toml", room)
        # By content, not by time: a change within the same second must be seen.
        subprocess.run([python, "-m", "compileall", "-q", "--invalidation-mode", "checked-hash", "app", "tests"], cwd=room, check=True)

    def passes(self, tests: Sequence[str], patience: float = 300) -> bool:
        """Whether the tests pass; what never ends does not."""
        words = [str(self.python), "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *tests]
        surroundings = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1",
                        "HYPOTHESIS_PROFILE": "quick"}
        try:
            told = subprocess.run(words, cwd=self.room, env=surroundings, timeout=patience, capture_output=True, check=False)
            return told.returncode == 0
        except subprocess.TimeoutExpired:
            return False

    def survives(self, mutation: Mutation, patience: float) -> bool:
        """Whether no test notices a change."""
        file = self.room / mutation.module
        source = file.read_text("utf-8")
        file.write_text(mutated(source, mutation), "utf-8")
        try:
            return self.passes(TESTED[mutation.module], patience)
        finally:
            file.write_text(source, "utf-8")


def run(python: Path, modules: Sequence[str], seed: int, count: int) -> tuple[int, list[Mutation]]:
    """Try the changes and give how many were tried and which survived."""
    planned, survived = chosen(environment.ROOT, modules, seed, count), []
    with tempfile.TemporaryDirectory(prefix="zongwu-mutate-") as room:
        trial = Trial(python, Path(room))
        for module in modules:
            mine = [each for each in planned if each.module == module]
            begin = time.monotonic()
            if mine and not trial.passes(TESTED[module]):
                raise SystemExit(f"{module}：没有改动时测试就没有通过，先改好：{'、'.join(TESTED[module])}")
            patience = 20 + 5 * (time.monotonic() - begin)
            lost = [each for each in mine if trial.survives(each, patience)]
            survived += lost
            environment.say(f"| {module} | {len(mine)} | {len(mine) - len(lost)} | {time.monotonic() - begin:.0f} s |")
            for each in lost:
                environment.say(f"    {each.line}: {each.change}: {each.text}")
    return len(planned), survived


def main(arguments: Sequence[str]) -> int:
    """Try, print the table, and give the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--count", type=int, default=COUNT)
    parser.add_argument("modules", nargs="*", metavar="module", help="such as app/core/money.py; all unless given")
    words = parser.parse_args(arguments)
    unknown = set(words.modules) - set(TESTED)
    if unknown:
        parser.error(f"no tests are named for {', '.join(sorted(unknown))}")
    environment.say("| module | lines tried | caught | time |\n|---|---|---|---|")
    tried, survived = run(environment.prepare(dev=True), words.modules or list(TESTED), words.seed, words.count)
    share = 1 - len(survived) / tried if tried else 0
    environment.say(f"| all | {tried} | {tried - len(survived)} ({share:.1%}) | |")
    return 0 if share >= LEAST else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
