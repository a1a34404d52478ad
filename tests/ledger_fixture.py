"""Real ledger files for tests: one empty migrated file is made a session and copied for each test.

The fixture ``ledger`` gives an open store in its own folder; ``ledger_file`` only the path of such a file. The demo
school is made once a session as well: ``demo_ledger`` gives an open copy of it, ``demo_file`` the path of one.
``stopped_clock`` makes it the 21st of November 2026, ``started_ledger`` begins an empty school on that day.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import groupby
from pathlib import Path

import pytest

from app import demo, features
from app.core import clock
from app.school.commands import start_school
from app.school.rules import SchoolDraft
from app.store import database, journal, opening
from app.store.opening import Store


@pytest.fixture(scope="session", autouse=True)
def joined_features() -> None:
    """Tell the lower rooms of all features, as window and command line do at their start."""
    features.join()


@pytest.fixture(scope="session")
def empty_ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the path of an empty migrated ledger that nobody may write to: copy it."""
    root = tmp_path_factory.mktemp("empty") / "data"
    opening.open_store(root).close()
    return root / database.FILE_NAME


@pytest.fixture
def ledger_file(empty_ledger: Path, tmp_path: Path) -> Path:
    """Give the path of a fresh empty ledger in a data folder of its own, not opened."""
    root = tmp_path / "data"
    root.mkdir()
    return Path(shutil.copyfile(empty_ledger, root / database.FILE_NAME))


@pytest.fixture
def ledger(ledger_file: Path) -> Iterator[Store]:
    """Give an open, empty ledger; it is closed after the test."""
    store = opening.open_store(ledger_file.parent)
    yield store
    database.database.close_everywhere()


@contextmanager
def statements() -> Iterator[list[str]]:
    """Gather the SQL statements that run inside the block; what triggers do for a statement is part of it."""
    heard: list[str] = []
    connection = database.database.connection()
    connection.set_trace_callback(heard.append)
    try:
        yield heard
    finally:
        connection.set_trace_callback(None)
        # A trigger is told as a comment or as the statement that fired it, once more.
        heard[:] = [text for text, _ in groupby(text for text in heard if not text.lstrip().startswith("--"))]


@pytest.fixture
def stopped_clock(monkeypatch: pytest.MonkeyPatch) -> datetime:
    """Let it be ten o'clock on 2026-11-21 for the whole test, and give that moment."""
    moment = datetime(2026, 11, 21, 10).astimezone()
    monkeypatch.setattr(clock, "now", lambda: moment)
    return moment


@pytest.fixture
def started_ledger(ledger: Store, stopped_clock: datetime) -> Iterator[Store]:
    """Give an open ledger in which a school was just begun: its term, one campus, its office; no people, no cards."""
    before = journal.worker.name
    start_school(SchoolDraft("青禾小学", term="2026-2027-1"))
    yield ledger
    journal.worker.name = before


@pytest.fixture(scope="session")
def demo_original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the path of a ledger with the demo school that nobody may write to: copy it."""
    root = tmp_path_factory.mktemp("demo") / "data"
    before = journal.worker.name
    store = opening.open_store(root)
    demo.build_demo()
    store.close()
    journal.worker.name = before
    return root / database.FILE_NAME


@pytest.fixture
def demo_file(demo_original: Path, tmp_path: Path) -> Path:
    """Give the path of a fresh copy of the demo school in a data folder of its own, not opened."""
    root = tmp_path / "demo"
    root.mkdir()
    return Path(shutil.copyfile(demo_original, root / database.FILE_NAME))


@pytest.fixture
def demo_ledger(demo_file: Path) -> Iterator[Store]:
    """Give an open copy of the demo school; it is closed after the test."""
    store = opening.open_store(demo_file.parent)
    yield store
    database.database.close_everywhere()
