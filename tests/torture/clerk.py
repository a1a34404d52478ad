"""A person at the command line beside another process: ``python -m tests.torture.clerk FOLDER LOG SEED SECONDS``.

One verb after another, each opening the ledger anew. What was acknowledged goes to LOG as ``worker`` writes it, ``x name`` is what
was refused, ``! restored`` tells of a restore. An outcome that is neither done nor refused in a sentence ends the process with a
traceback. At the end the counts are printed, one a line.
"""

import gc
import io
import json
import os
import random
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

from app.cli import main as cli
from app.cli.words import DONE, REFUSED
from app.store.database import database


class Clerk:
    """Types random verbs at random moments."""

    def __init__(self, root: Path, log: Path, seed: int) -> None:
        self.root, self.seed, self.count = root, seed, 0
        self.chance, self.log = random.Random(seed), os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        self.table: Counter[str] = Counter()
        self.own = root.parent / f"clerk-{seed}"
        self.own.mkdir(exist_ok=True)

    def say(self, *lines: str) -> None:
        """Acknowledge: on the disk before the next verb begins."""
        os.write(self.log, "".join(f"{line}\n" for line in lines).encode())
        os.fsync(self.log)

    def run(self, *words: str) -> str | None:
        """Run one verb; gives what it said, None where it refused. Anything else is an ``AssertionError``."""
        out, err = io.StringIO(), io.StringIO()
        try:
            with redirect_stdout(out), redirect_stderr(err):
                status = cli.main(["--data", str(self.root), *words])
        finally:
            database.close_everywhere()     # a process of its own would end here
            gc.collect()
        said = out.getvalue() + err.getvalue()
        assert status in (DONE, REFUSED), (words, status, said)
        assert "Traceback" not in said, (words, said)
        if status == DONE:
            self.table[f"{words[0]} done"] += 1
            return out.getvalue()
        assert "没有完成：" in err.getvalue(), (words, said)
        self.table[f"{words[0]} refused: {err.getvalue().partition('：')[2].partition('。')[0][:24]}"] += 1
        return None

    def bring_in(self) -> None:
        """Import some cards, and sometimes take them back."""
        self.count += 1
        names = [f"c{self.seed}-{self.count}-{at}" for at in range(self.chance.randrange(1, 30))]
        book = self.own / f"{self.seed}-{self.count}.csv"     # found again by its name, which no other clerk's has
        book.write_text("\n".join(["资产名称,数量,单价", *(f"{name},2,10" for name in names)]), "utf-8")
        if self.run("import", "assets", str(book)) is None:
            self.say(*(f"x {name}" for name in names))
            return
        self.say(*(f"+ {name}" for name in names))
        if self.chance.random() < 0.3:
            self.take_back(book.name, names)

    def take_back(self, book: str, names: list[str]) -> None:
        """Undo an import, found again by the name of its workbook."""
        listed = self.run("undo", "--list", "--json")
        step = next((each["id"] for each in json.loads(listed or "[]") if f" {book}" in each["title"] and not each["undone"]), None)
        # Refused where somebody holds the ledger: then the cards stay.
        if step is not None and self.run("undo", "--step", str(step)) is not None:
            self.say(*(f"- {name}" for name in names))

    def restore(self) -> None:
        """Restore one of the backups, which takes a backup of today's ledger first."""
        made = self.run("backup", "--list", "--json")
        files = [each["file"] for each in json.loads(made or "[]")]
        if files and self.run("restore", self.chance.choice(files)) is not None:
            self.say("! restored")

    def work(self, until: float) -> None:
        """Go on until that moment of the clock that runs evenly."""
        acts: tuple[Callable[[], object], ...] = (
            self.bring_in, self.bring_in, self.bring_in, self.restore,
            lambda: self.run("check"), lambda: self.run("stat", "assets"), lambda: self.run("backup"),
            lambda: self.run("export", "assets", str(self.own / "out.xlsx")), lambda: self.run("stocktake", "list"),
            lambda: self.run("backup", str(self.own / "copy.zip")))
        while time.monotonic() < until:
            self.chance.choice(acts)()
            time.sleep(self.chance.random() * 0.05)


if __name__ == "__main__":
    clerk = Clerk(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
    clerk.work(time.monotonic() + float(sys.argv[4]))
    for outcome, times in clerk.table.items():
        sys.stdout.write(f"{times} {outcome}\n")
