"""Reading the project's sources for the walls: files, what they import, what they name. Nothing is imported here."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path


def sources(root: Path, *folders: str) -> Iterator[tuple[str, Path]]:
    """Give every Python file below the folders, with its path as people write it (app/store/journal.py)."""
    for folder in folders:
        for file in sorted((root / folder).rglob("*.py")):
            yield file.relative_to(root).as_posix(), file


def tree_of(file: Path) -> ast.Module:
    """Give a file's syntax tree; files do not change while the walls are tried, so each is read once."""
    return _tree(file, file.stat().st_mtime_ns)


@cache
def _tree(file: Path, _changed: int) -> ast.Module:
    return ast.parse(file.read_text("utf-8"))


def dotted_name(name: str) -> str:
    """Give the module that a file is: app.store.journal, app.fees for app/fees/__init__.py."""
    return name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def imports(name: str, file: Path) -> Iterator[tuple[int, str]]:
    """Give (line, dotted name) of everything a file imports, wherever it does so.

    ``from app.school import queries`` gives app.school.queries: module or attribute, the prefix is what counts.
    Relative imports are resolved; ``import_module("x")`` counts too.
    """
    for node in ast.walk(tree_of(file)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.lineno, f"{from_where(name, node)}.{alias.name}") for alias in node.names)
        elif isinstance(node, ast.Call) and called(node) in {"import_module", "__import__"}:
            yield from ((node.lineno, str(first.value)) for first in node.args[:1] if isinstance(first, ast.Constant))


def from_where(name: str, node: ast.ImportFrom) -> str:
    """Give the module of a ``from … import``, relative ones resolved."""
    base = node.module or ""
    if not node.level:
        return base
    package = name.removesuffix(".py").split("/")[: -node.level]
    return ".".join([*package, *([base] if base else [])])


def called(node: ast.Call) -> str:
    """Give the last word of what is called: ``importlib.import_module`` gives import_module."""
    function = node.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def top(dotted: str) -> str:
    """Give the first word of a dotted name."""
    return dotted.partition(".")[0]


def part(dotted: str, index: int) -> str:
    """Give one word of a dotted name, "" beyond its end."""
    parts = dotted.split(".")
    return parts[index] if index < len(parts) else ""
