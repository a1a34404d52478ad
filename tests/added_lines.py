"""For trials in a process of their own: a declaring module with more lines than it has, and a file with one more migration."""

import importlib
import os
import subprocess
import sys
from collections.abc import Sequence
from importlib.util import find_spec, module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType


def add(module: str, before: str, lines: str, sql: Sequence[str]) -> None:
    """Load ``module`` with ``lines`` put in before the one text ``before``, where {version} is the new migration's number.

    To be called first of all: whatever is made of the declarations is made when their module is loaded.
    """
    from app.store import migrations

    version = migrations.LATEST + 1
    added = ModuleType("m_added")
    added.SQL = tuple(sql)
    migrations.MIGRATIONS, migrations.LATEST = (*migrations.MIGRATIONS, added), version
    source = Path(find_spec(module).origin).read_text("utf-8")
    assert source.count(before) == 1, before
    made = module_from_spec(spec_from_loader(module, None))
    sys.modules[module] = made
    package, _, name = module.rpartition(".")
    setattr(importlib.import_module(package), name, made)
    exec(compile(source.replace(before, lines.format(version=version).lstrip("\n") + before), module, "exec"), made.__dict__)


def hold(script: Path, folder: Path) -> None:
    """Hold that a trial goes through, in a process of its own and without a warning."""
    root = Path(__file__).resolve().parents[1]
    surroundings = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONUTF8": "1", "PYTHONPATH": str(root)}
    done = subprocess.run(
        [sys.executable, "-W", "error", str(script), str(folder)],
        cwd=root, env=surroundings, capture_output=True, text=True, encoding="utf-8", check=False, timeout=120)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr


def same_as_the_model(table: type, folder: Path) -> None:
    """Hold that the open, migrated file has a table as its model would make it."""
    from app.store import database as db

    created = db.SqlCipherDatabase(str(folder / f"{table.__name__}.db"))
    models = [model for model in db.Table.__subclasses__() if model.__module__.startswith("app.")]
    with created.bind_ctx(models):
        created.create_tables([table], safe=False)
    asked = "SELECT sql FROM sqlite_master WHERE name = ?"
    have, wanted = (" ".join(execute(asked, (table._meta.table_name,)).fetchone()[0].split()).replace("( ", "(")
                    for execute in (db.database.execute_sql, created.execute_sql))
    created.close()
    assert have == wanted, f"{have}\n{wanted}"
