"""Several processes on one folder at once: two command lines, or one and an office that opens and leaves the ledger.

Whatever was acknowledged is in the ledger, or where somebody restored an older backup, in one that was kept; what was refused is
nowhere; the ledger is sound at the end.
"""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from app.store import backup, check, folder, packing
from app.store.database import beside, database
from tests.torture.machine import ROOT, Table, opened

CLERK, OFFICE = "tests.torture.clerk", "tests.torture.worker"
PAIRS = ((CLERK, CLERK), (OFFICE, CLERK), (OFFICE, OFFICE), (CLERK, CLERK, OFFICE))
PATIENCE_S = 120.0  # beyond the time that was asked for


def processes(room: Path, rounds: int, seconds: float, seed: int) -> Table:
    """Let random pairs work on a folder of their own for some seconds each, and compare what they were told with what is there."""
    table = Table()
    for number in range(rounds):
        place = room / f"{number}"
        data, log = folder.prepare(place / "账本"), place / "acknowledged.txt"
        log.touch()
        with opened(data):
            pass
        children = [subprocess.Popen([sys.executable, "-m", module, str(data.root), str(log), str(seed * 1000 + number * 10 + which),
                                      str(seconds)], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
                    for which, module in enumerate(PAIRS[number % len(PAIRS)])]
        for child in children:
            out, err = child.communicate(timeout=seconds + PATIENCE_S)
            assert child.returncode == 0, f"seed {seed}, round {number}: {child.args}\n{err[-3000:]}"
            assert not err, err[-3000:]
            for line in out.splitlines():
                times, _, outcome = line.partition(" ")
                if outcome:
                    table[outcome] += int(times)
        table["rounds"] += 1
        assert_nothing_lost(data, log, table)
    return table


def assert_nothing_lost(data: folder.DataFolder, log: Path, table: Table) -> None:
    """Compare ledger and backups with what was acknowledged and refused, and check the file."""
    signs = [line.split(" ", 1) for line in log.read_text("utf-8").splitlines()]
    latest = {name: sign for sign, name in signs}
    restored = latest.pop("restored", None) is not None
    with opened(data):
        assert check.of_file() == []
        stored = _names(database.execute_sql)
    missing = {name for name, sign in latest.items() if sign == "+"} - stored
    if restored:
        missing -= _kept(data, data.root.parent)
    there = {name for name, sign in latest.items() if sign == "x" or (sign == "-" and not restored)} & stored
    assert not missing, f"acknowledged and lost: {sorted(missing)[:5]} of {len(missing)}"
    assert not there, f"refused or taken back, and there: {sorted(there)[:5]} of {len(there)}"
    table["cards acknowledged"] += sum(sign == "+" for sign in latest.values())


def _names(execute: Callable[[str], Any]) -> set[str]:
    return {name for (name,) in execute("SELECT name FROM asset").fetchall()}


def _kept(data: folder.DataFolder, room: Path) -> set[str]:
    """Give the names that stand in any backup."""
    found: set[str] = set()
    for made in backup.listing(data):
        plain = made.path
        if made.path.suffix == backup.PACKED:
            plain = room / "unpacked.db"
            packing.unpack(made.path, plain)
        with beside(plain, read_only=True) as connection:
            found |= _names(connection.execute)
    return found
