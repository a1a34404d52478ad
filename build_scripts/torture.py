"""Harm done by the hour: ``python3 build_scripts/torture.py [--kills N] [--workbooks N] [--rot N] [--sources N] [--full N] [--beside N]
[--monkeys N] [--seed N]``.

The instruments are those of ``tests/torture``, which the test suite tries for a moment. Prints what came of each; the first wrong
outcome ends it with its seed.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import environment  # first: an old Python hears here what it lacks


def main(arguments: list[str]) -> int:
    """Run the instruments and print the table; gives 1 where one found something."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    for name, usual in (("kills", 1_000), ("workbooks", 10_000), ("rot", 2_000), ("sources", 1_000), ("full", 500), ("beside", 100),
                        ("monkeys", 24_000), ("seed", 2026)):
        parser.add_argument(f"--{name}", type=int, default=usual, metavar="N")
    wish = parser.parse_args(arguments)
    if find_spec("PySide6") is None:    # a plain Python: do it inside the private environment
        return subprocess.call([str(environment.prepare(dev=True)), __file__, *arguments])
    sys.path.insert(0, str(environment.ROOT))
    from app import demo, features
    from app.school.commands import start_school
    from app.school.rules import SchoolDraft
    from app.store import opening
    from app.store.database import database
    from tests.torture import beside, machine

    def books(room: Path) -> machine.Table:
        opening.open_store(room / "账本")
        start_school(SchoolDraft(name="刑房小学", term="2026-2027-1"))
        try:
            return machine.workbooks(room, wish.workbooks, wish.seed)
        finally:
            database.close_everywhere()

    def clicks(room: Path) -> machine.Table:
        school = opening.open_store(room / "示范").folder.file
        demo.build_demo()
        database.close_everywhere()
        return machine.monkeys(room, school, wish.monkeys, wish.seed)

    features.join()
    instruments: dict[str, Callable[[Path], machine.Table]] = {
        "kills at random moments": lambda room: machine.kills(room, wish.kills, wish.seed),
        "spoilt ledgers": lambda room: machine.rot(room, machine.demo_ledger(room), wish.rot, wish.seed),
        "mutated workbooks": books,
        "spoilt backups and copies": lambda room: machine.broken_sources(room, machine.demo_ledger(room), wish.sources, wish.seed),
        "full disks": lambda room: machine.full_disk(room, wish.full, wish.seed),
        "processes beside one another": lambda room: beside.processes(room, wish.beside, 6, wish.seed),
        "senseless clicks and keys": clicks,
    }
    environment.say("| instrument | outcome | times |\n|---|---|---|")
    for name, instrument in instruments.items():
        with tempfile.TemporaryDirectory(prefix="torture-", ignore_cleanup_errors=True) as room:
            begin = time.monotonic()
            for outcome, times in instrument(Path(room)).items():
                environment.say(f"| {name} | {outcome} | {times:,} |")
            environment.say(f"| {name} | seconds | {time.monotonic() - begin:,.0f} |")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
