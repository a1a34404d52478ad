"""The archive of printed papers: a copy of each official paper in ``printed/``, with what, when, for whom, by whom."""

import json
import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from app.core import clock
from app.store import copying, journal
from app.store.copying import file_trouble
from app.store.database import database, known_trouble, scalar
from app.store.folder import DataFolder
from app.store.tables import Printed, PrintedRecord

LONGEST_NAME = 80  # characters: with the folder's path in front, Windows still opens the file
_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]+')
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\.|$)")


@dataclass(frozen=True, slots=True)
class Paper:
    """One archived paper; ``printed_at`` is local time to the second, ``path`` its PDF, which may have been removed."""

    id: int
    form: str
    title: str
    scope: str
    pages: int
    who: str
    printed_at: str
    path: Path
    undone_at: str = ""     # when the step that it shows was taken back, "" while it stands


Record = tuple[str, int]
"""A table and the id of one of its records."""


def keep(data: DataFolder, pdf: Path, form: str, title: str, scope: str, pages: int = 0, records: Collection[Record] = ()) -> Path:
    """Copy a printed PDF into ``printed/<year>/`` under a readable name, note it, and give the copy's path.

    ``records`` are those that the paper stands for. Not a step of undo: that a paper was printed stays true. Refused where the
    copy cannot be written.
    """
    now = clock.now()
    with file_trouble("打印的单据没有存档"):
        goal = _free_path(data.printed / f"{now:%Y}", f"{now:%Y-%m-%d} {title} {scope}")
        copying.place(pdf, goal)
    try:
        with known_trouble(), database.atomic("IMMEDIATE"):
            made = Printed.insert(form=form, title=title, scope=scope, pages=pages, who=journal.worker.name,
                                  printed_at=f"{now:%Y-%m-%d %H:%M:%S}",
                                  file=goal.relative_to(data.root).as_posix()).execute()
            for table, row in records:
                PrintedRecord.insert(printed=made, table_name=table, row_id=row).execute()
    except BaseException:
        goal.unlink(missing_ok=True)
        raise
    journal.announce(frozenset({"printed"}))
    return goal


def printed_since(step: int) -> list[tuple[int, str, str, str]]:
    """Give the papers of records that a step wrote, printed since and not taken back: id, title, scope, local time of printing.

    A paper of a purchase stands for what belongs to it as well (its acceptance): a row that points at its record counts.
    """
    done = scalar("SELECT entered_at FROM operation WHERE id = ?", (step,))
    written = json.dumps(sorted(journal.written_by(step)))
    return list(database.execute_sql(
        """SELECT DISTINCT p.id, p.title, p.scope, p.printed_at FROM printed p JOIN printed_record r ON r.printed_id = p.id
           JOIN json_each(?) w ON w.value ->> 0 = r.table_name AND w.value ->> 1 = r.row_id
           WHERE r.undone_at = '' AND p.printed_at >= replace(?, 'T', ' ') ORDER BY p.id""", (written, done or "")).fetchall())


def mark(papers: Collection[int], undone: bool) -> None:
    """Mark the archived copies of some papers as 已撤销, or take the mark away again where the step came back."""
    at = f"{clock.now():%Y-%m-%d %H:%M:%S}" if undone else ""
    if papers:
        with known_trouble(), database.atomic("IMMEDIATE"):
            PrintedRecord.update(undone_at=at).where(PrintedRecord.printed.in_(list(papers))).execute()
        journal.announce(frozenset({"printed", "printed_record"}))


def undone_with(step: int) -> list[int]:
    """Give the papers of records that a step wrote whose copies are marked 已撤销."""
    written = json.dumps(sorted(journal.written_by(step)))
    return [identity for (identity,) in database.execute_sql(
        """SELECT DISTINCT r.printed_id FROM printed_record r JOIN json_each(?) w ON w.value ->> 0 = r.table_name AND w.value ->> 1 = r.row_id
           WHERE r.undone_at <> ''""", (written,)).fetchall()]


def _free_path(folder: Path, wished: str) -> Path:
    name = safe_name(wished)
    path, copy = folder / f"{name}.pdf", 1
    while path.exists():
        copy += 1
        path = folder / f"{name} ({copy}).pdf"
    return path


def safe_name(wished: str) -> str:
    """Give a file name (without ending) that Windows and Linux both take, as near to the wish as can be."""
    name = " ".join(_UNSAFE.sub(" ", wished).split())[:LONGEST_NAME].strip(" .")
    return f"_{name}" if _RESERVED.match(name) else name or "单据"


def listing(data: DataFolder, limit: int = 500, search: str = "") -> list[Paper]:
    """Give the archived papers, newest first; ``search`` words must all occur in title, scope, worker or day."""
    words = search.split()
    conditions = " AND ".join("instr(title || ' ' || scope || ' ' || who || ' ' || printed_at, ?) > 0" for _ in words)
    rows = database.execute_sql(
        """SELECT id, form, title, scope, pages, who, printed_at, file,
                  coalesce((SELECT max(undone_at) FROM printed_record r WHERE r.printed_id = printed.id), '') FROM printed """
        f"WHERE {conditions or '1'} ORDER BY id DESC LIMIT ?", (*words, limit)).fetchall()
    return [Paper(*[*row[:7], data.root / row[7], row[8]]) for row in rows]


def bearing(data: DataFolder, names: Collection[str]) -> list[Paper]:
    """Give the archived papers whose title, scope or file name bears one of some names."""
    return [paper for paper in listing(data, limit=-1)
            if any(name in f"{paper.title} {paper.scope} {paper.path.name}" for name in names)]


def remove(data: DataFolder, papers: Collection[Paper], names: Collection[str]) -> None:
    """Remove archived papers for good; that they were printed stays noted, without the ``names``. Refused where a file is held open."""
    with file_trouble("没有删掉打印存档"):
        for paper in papers:
            paper.path.unlink(missing_ok=True)
    with known_trouble(), database.atomic("IMMEDIATE"):
        for paper in papers:
            words = [paper.title, paper.scope, paper.path.relative_to(data.root).as_posix()]
            for name in names:
                words = [word.replace(name, "……") for word in words]
            Printed.update(title=words[0], scope=words[1], file=words[2]).where(Printed.id == paper.id).execute()
    journal.announce(frozenset({"printed"}))
