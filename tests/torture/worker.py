"""An office at work in a process of its own, to be killed: ``python -m tests.torture.worker FOLDER LOG SEED [SECONDS]``.

What was acknowledged is written to LOG, outside the ledger, after each step: ``+ name`` is stored, ``- name`` was taken back.
With SECONDS it opens and leaves the ledger again and again for so long, as a window does beside others, and ends by itself.
"""

import os
import random
import sys
import time
from pathlib import Path

from app import features
from app.assets import commands
from app.assets.fields import AssetDraft
from app.assets.importing import Source, run
from app.school.commands import start_school
from app.school.queries import started
from app.school.rules import SchoolDraft
from app.store import backup, compacting, folder, journal, transfer, upkeep
from app.store.database import database
from app.store.opening import open_store

WAIT_S = 30.0


class Office:
    """Does one random step after another and says what was done."""

    def __init__(self, root: Path, log: Path, seed: int) -> None:
        self.chance, self.log = random.Random(seed), os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        features.join()
        self.data, self.seed, self.count, self.workbook = folder.prepare(root), seed, 0, root.parent / f"{seed}.csv"
        self.arrive()

    def arrive(self) -> None:
        """Take and open the ledger; wait for others as the window does."""
        deadline = time.monotonic() + WAIT_S
        while True:
            try:
                self.lock = folder.take(self.data)
                break
            except folder.Taken:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.01)
        open_store(self.data.root)
        if not started():
            start_school(SchoolDraft(name="刑房小学", term="2026-2027-1"))

    def leave(self) -> None:
        """Back up what changed, close the ledger and let others have it."""
        if backup.changed_since_last(self.data):
            backup.make(self.data, "退出")
        database.close_everywhere()
        self.lock.release()

    def say(self, *lines: str) -> None:
        """Acknowledge: on the disk before the next step begins."""
        os.write(self.log, "".join(f"{line}\n" for line in lines).encode())
        os.fsync(self.log)

    def name(self) -> str:
        """Give a name that was never used."""
        self.count += 1
        return f"{self.seed}-{self.count}"

    def add(self) -> None:
        """Add a card."""
        name = self.name()
        commands.register_asset(AssetDraft(name=name, quantity=1))
        self.say(f"+ {name}")

    def add_and_undo(self) -> None:
        """Add a card and take it back."""
        name = self.name()
        step = commands.register_asset(AssetDraft(name=name, quantity=1))
        journal.undo(step.id)
        self.say(f"- {name}")

    def bring_in(self) -> None:
        """Import forty cards."""
        names = [self.name() for _ in range(40)]
        self.workbook.write_text("\n".join(["资产名称,数量,单价", *(f"{name},2,{at}" for at, name in enumerate(names))]), "utf-8")
        source = Source(self.workbook)
        if not run(source, source.propose()).refused:
            self.say(*(f"+ {name}" for name in names))

    def back_up(self) -> None:
        """Make a backup."""
        backup.make(self.data, self.chance.choice(("手工", "每日", "退出")))

    def tidy(self) -> None:
        """Pack and thin out the backups."""
        upkeep.tidy(self.data)

    def pack_history(self) -> None:
        """Pack older steps into small blocks, and sometimes write the file anew."""
        compacting.LATEST_STEPS, compacting.ROWS, compacting.PAUSE_S = 3, 8, 0
        compacting.compact(self.data)
        if self.chance.random() < 0.3:
            compacting.rewrite_file()

    def restore(self) -> None:
        """Back up and restore that backup: nothing is lost by it."""
        made = backup.make(self.data, "手工")
        transfer.restore(self.data, made.path)

    def come_and_go(self, until: float) -> None:
        """Work in the ledger for random times, with pauses, until that moment of the clock that runs evenly."""
        while time.monotonic() < until:
            leaving = time.monotonic() + self.chance.random()
            while time.monotonic() < leaving:
                self.act()
            self.leave()
            time.sleep(self.chance.random() * 0.3)
            self.arrive()
        self.leave()

    def act(self) -> None:
        """Do something."""
        acts = (self.add, self.add, self.add, self.add_and_undo, self.bring_in, self.back_up, self.tidy, self.pack_history, self.restore)
        self.chance.choice(acts)()


if __name__ == "__main__":
    office = Office(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    if len(sys.argv) > 4:
        office.come_and_go(time.monotonic() + float(sys.argv[4]))
    while len(sys.argv) == 4:
        office.act()
