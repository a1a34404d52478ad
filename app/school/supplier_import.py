"""A list of suppliers as the office keeps it into the file: who is new, who differs; rehearsed by the same code, one step of undo.

One is known by his name or a former one. A blank changes nothing; what differs is written as the file says it, and told.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.core.errors import Invalid, Problem
from app.core.pinyin import fold
from app.exchange.typed_rows import read_typed
from app.school import suppliers
from app.school.rules import draft_lines, tidy
from app.school.supplier_commands import write_rows
from app.school.suppliers import SUPPLIERS
from app.store import journal
from app.store.journal import Step

COLUMNS = tuple(column for column in SUPPLIERS if column.key != "state")
_TITLES = {column.key: column.title for column in COLUMNS}
_LISTED = ("kinds", "others")      # entries one a line, in a cell between 、


@dataclass
class SupplierOutcome:
    """What an import did, or a rehearsal would do: names that are new, (name, field, old, new) that differ, how many stay."""

    new: list[str] = field(default_factory=list)
    changed: list[tuple[str, str, str, str]] = field(default_factory=list)
    same: int = 0
    problems: list[Problem] = field(default_factory=list)
    unused: list[str] = field(default_factory=list)
    step: Step | None = None

    @property
    def refused(self) -> bool:
        """Whether nothing is written because something is wrong."""
        return bool(self.problems)


def run(path: Path, rehearse: bool = False) -> SupplierOutcome:
    """Import a workbook of suppliers. Problems are named by the row of the file's lines (``Problem.row`` from 1); then nothing is written.

    ``Refused`` where no line is found at all.
    """
    read = read_typed(path, COLUMNS, COLUMNS[0])
    outcome = SupplierOutcome(unused=list(read.unused))
    known = {name: identity for identity, _ in suppliers.all_names() for name in suppliers.names_of([identity])}
    changed: dict[int, dict[str, Any]] = {}
    added: dict[int, dict[str, Any]] = {}
    met: dict[str, int] = {}
    for at, words in enumerate(read.rows, 1):
        values = {key: "\n".join(draft_lines(text.replace("、", "\n"))) if key in _LISTED else tidy(text) for key, text in words.items()}
        name = fold(values["name"])
        if name in met:
            outcome.problems.append(Problem("name", f"“{values['name']}”与第 {met[name]} 条是同一家，请合成一行。", row=at))
            continue
        met[name] = at
        identity = known.get(name)
        if identity is None:
            outcome.new.append(values["name"])
            added[at] = values
        elif differing := _differing(identity, values, outcome):
            changed[identity] = differing
        else:
            outcome.same += 1
    if not outcome.problems:
        _write(outcome, changed, added, rehearse)
    return outcome


def _differing(identity: int, values: Mapping[str, str], outcome: SupplierOutcome) -> dict[str, str]:
    """Give the fields in which a known supplier differs from the file's, and tell them; former names are added to his."""
    before, found = suppliers.supplier_draft(identity), dict[str, str]()
    for key, text in values.items():
        old = getattr(before, key)
        if key == "name" or not text or fold(text) == fold(old):
            continue
        new = "\n".join(draft_lines(f"{old}\n{text}")) if key in _LISTED else text
        if new != old:
            found[key] = new
            outcome.changed.append((before.name, _TITLES[key], old.replace("\n", "、"), new.replace("\n", "、")))
    return found


def _write(outcome: SupplierOutcome, changed: Mapping[int, Mapping[str, Any]], added: Mapping[int, Mapping[str, Any]], rehearse: bool) -> None:
    rows = list(added)
    with journal.operation(f"导入供应商 {len(added) + len(changed)} 家") as work:
        try:
            for identity in write_rows(changed, list(added.values())):
                work.made(identity)
        except Invalid as wrong:
            outcome.problems += [Problem(each.field, each.text, each.level, rows[-1 - each.row] if (each.row or 0) < 0 and each.row else None)
                                 for each in wrong.problems]
            work.discard()
        if rehearse:
            work.discard()
    outcome.step = work.step
