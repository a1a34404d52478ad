"""The instruments: each does one kind of harm so many times and gives what it counted; a wrong outcome raises ``AssertionError``."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from openpyxl import Workbook

from app import salvage
from app.assets import commands
from app.assets.fields import AssetDraft
from app.assets.importing import Doubtful, Source, run
from app.core.errors import Refused
from app.store import backup, check, folder, opening, rescue, transfer, turns
from app.store.database import beside, database

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "tests" / "exchange" / "files"
EVENTS_AT_ONCE = 2_000  # of one start of the program; also how many seconds it may take
Table = Counter[str]


def kills(room: Path, count: int, seed: int) -> Table:
    """Kill a working office at random moments; what it had acknowledged is in the ledger, what it took back is not."""
    chance, data, log = random.Random(seed), folder.prepare(room / "账本"), room / "acknowledged.txt"
    table: Table = Counter()
    for number in range(count):
        child = subprocess.Popen([sys.executable, "-m", "tests.torture.worker", str(data.root), str(log), str(seed * 1000 + number)],
                                 cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        time.sleep(chance.random() * 0.6)
        child.send_signal(signal.SIGKILL)
        child.communicate()
        assert child.returncode == -signal.SIGKILL, f"it ended by itself: {child.returncode} (seed {seed * 1000 + number})"
        table["kills"] += 1
        turns.clear(data)
        assert_acknowledged(data, log, table, whole=number % 20 == 19 or number == count - 1)
    return table


def monkeys(room: Path, ledger: Path, events: int, seed: int) -> Table:
    """Let somebody without sense use the program's window over a copy of a ledger; nothing crashes, and the ledger stays sound."""
    table: Table = Counter()
    for number in range(-(-events // EVENTS_AT_ONCE)):
        data = folder.prepare(room / f"monkey-{number}" / "账本")
        shutil.copy(ledger, data.file)
        words = (str(data.root), str(seed * 1000 + number), str(min(events, EVENTS_AT_ONCE)))
        # It ends at once, whatever stands open: what it has in hand lies in a folder of its own.
        around = {**os.environ, "QT_QPA_PLATFORM": "offscreen", **dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(data.root.parent))}
        child = subprocess.run([sys.executable, "-X", "faulthandler", "-m", "tests.torture.monkey", *words], cwd=ROOT, capture_output=True,
                               encoding="utf-8", timeout=EVENTS_AT_ONCE, check=False, env=around)
        assert child.returncode == 0, f"{words}: {child.returncode}\n{child.stderr[-6000:]}"
        for line in child.stdout.splitlines():
            times, _, deed = line.partition(" ")
            table[deed] += int(times)
        with opened(data):
            findings = check.run(data).problems
        assert not findings, (words, findings)
    return table


def assert_acknowledged(data: folder.DataFolder, log: Path, table: Table, whole: bool) -> None:
    """Compare the ledger with what was acknowledged; with ``whole`` the file is checked as well."""
    said = [line.split(" ", 1) for line in log.read_text("utf-8").splitlines()] if log.exists() else []
    with opened(data):
        stored = {name for (name,) in database.execute_sql("SELECT name FROM asset").fetchall()}
        lost = [name for sign, name in said if sign == "+" and name not in stored]
        back = [name for sign, name in said if sign == "-" and name in stored]
        assert not lost, f"acknowledged and lost: {lost[:5]}"
        assert not back, f"taken back and there again: {back[:5]}"
        findings = check.of_file() if whole else []
        assert not findings, findings
    table["acknowledged"] = len(said)


@contextmanager
def opened(data: folder.DataFolder) -> Iterator[None]:
    """Open the ledger for a moment."""
    opening.open_store(data.root)
    try:
        yield
    finally:
        database.close_everywhere()


def rot(room: Path, ledger: Path, count: int, seed: int) -> Table:
    """Spoil bytes of a ledger; it opens, or it is told as lost, and what can be read is saved. Never anything else."""
    chance, table = random.Random(seed), Table()
    content = ledger.read_bytes()
    for number in range(count):
        data = folder.prepare(room / f"rot-{number}")
        data.file.write_bytes(spoilt(content, chance))
        try:
            opening.open_store(data.root)
            with_check = check.run(data)
            table["opened, sound" if with_check.sound else "opened, findings told"] += 1
        except rescue.LostLedger:
            table["told as lost"] += 1
            try:
                salvage.salvage(data.file, room / "saved.xlsx")
                table["saved as a workbook"] += 1
            except Refused:
                table["nothing readable, told"] += 1
        except Refused:
            table["refused in a sentence"] += 1
        finally:
            database.close_everywhere()
            shutil.rmtree(data.root)
    return table


def spoilt(content: bytes, chance: random.Random) -> bytes:
    """Give content with some harm done to it: bytes changed, a page zeroed, a piece cut off or doubled."""
    harmed, way = bytearray(content), chance.randrange(5)
    if way == 0:
        for _ in range(chance.randrange(1, 40)):
            harmed[chance.randrange(len(harmed))] = chance.randrange(256)
    elif way == 1:
        at = chance.randrange(0, max(len(harmed) - 4096, 1), 4096) if len(harmed) > 8192 else 0
        harmed[at:at + 4096] = bytes(min(4096, len(harmed) - at))
    elif way == 2:
        del harmed[chance.randrange(len(harmed)):]
    elif way == 3:
        at, length = chance.randrange(len(harmed)), chance.randrange(1, 5000)
        harmed[at:at + length] = chance.randbytes(min(length, len(harmed) - at))
    else:
        at = chance.randrange(len(harmed))
        harmed[at:at] = harmed[at:at + chance.randrange(1, 2000)]
    return bytes(harmed)


def workbooks(room: Path, count: int, seed: int, seconds: float = 20.0) -> Table:
    """Feed mutated workbooks to the import: rows, questions or a sentence; nothing else, and never for long."""
    chance, table = random.Random(seed), Table()
    books = [*(path.read_bytes() for path in SAMPLES.iterdir() if path.suffix in (".xls", ".xlsx")), *_written(room)]
    for number in range(count):
        path = room / f"mutated{number % 7}.xlsx"
        path.write_bytes(mutated(chance.choice(books), chance))
        begin = time.monotonic()
        try:
            source = Source(path)
            outcome = run(source, source.propose(), rehearse=True)
            table["read, errors told" if outcome.errors else "read"] += 1
        except Doubtful:
            table["asked"] += 1
        except Refused:
            table["refused in a sentence"] += 1
        took = time.monotonic() - begin
        assert took < seconds, f"{took:.0f} s for one workbook (seed {seed}, number {number})"
    return table


def _written(room: Path) -> list[bytes]:
    """Give workbooks of usual shapes."""
    book = Workbook()
    for row in (["总务小学固定资产台账"], ["资产编号", "资产名称", "数量", "单价", "金额", "存放地点", "购置日期"],
                *([f"A-{at}", "课桌", at, 100, at * 100, f"{at}01", "2019-9-1"] for at in range(1, 40))):
        book.active.append(row)
    book.active.merge_cells("A1:G1")
    book.save(room / "usual.xlsx")
    (room / "usual.csv").write_text("资产名称,数量\n" + "\n".join(f"课椅{at},{at}" for at in range(60)), "utf-8")
    return [(room / "usual.xlsx").read_bytes(), (room / "usual.csv").read_bytes()]


def mutated(content: bytes, chance: random.Random) -> bytes:
    """Give a workbook with harm done to its bytes, or to the text of one part of its zip."""
    if content[:2] != b"PK" or chance.random() < 0.4:
        return spoilt(content, chance)
    from io import BytesIO

    out = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(out, "w", chance.choice((0, 8, 8, 8, 12, 14))) as new:
        victim = chance.choice(old.infolist())
        for part in old.infolist():
            new.writestr(part.filename, spoilt(old.read(part), chance) if part is victim and part.file_size else old.read(part))
    return out.getvalue()


def broken_sources(room: Path, ledger: Path, count: int, seed: int) -> Table:
    """Restore from spoilt backups and copies: it succeeds or is refused in a sentence; a refusal changes nothing."""
    chance, table = random.Random(seed), Table()
    data = folder.prepare(room / "账本")
    shutil.copyfile(ledger, data.file)
    with opened(data):
        plain = backup.make(data, "手工").path
        packed = transfer.export(data, room / "copy.zip").path
        sources = [plain.read_bytes(), packed.read_bytes()]
        before = _cards()
    for number in range(count):
        source = room / f"source{number % 5}{chance.choice(('.db', '.zip'))}"
        source.write_bytes(spoilt(chance.choice(sources), chance))
        with opened(data):
            try:
                transfer.restore(data, source)
                table["restored"] += 1
                before = _cards()       # a letter of a plain .db can be another without anything being damaged
            except Refused:
                table["refused in a sentence"] += 1
                assert _cards() == before
        for left in data.backups.glob("zongwu-*"):
            if left != plain:
                left.unlink()
    return table


def _cards() -> list[tuple[str, str]]:
    rows: list[tuple[str, str]] = database.execute_sql("SELECT number, name FROM asset ORDER BY id").fetchall()
    return rows


def full_disk(room: Path, count: int, seed: int) -> Table:
    """Let the file grow no further at random moments: what was acknowledged stays, what was refused left nothing."""
    chance, table = random.Random(seed), Table()
    data = folder.prepare(room / "账本")
    opening.open_store(data.root)
    acknowledged: set[str] = set()
    try:
        for number in range(count):
            pages = database.execute_sql("PRAGMA page_count").fetchone()[0]
            database.execute_sql(f"PRAGMA max_page_count = {pages + chance.randrange(0, 40)}")
            for step in range(60):
                name = f"{number}-{step}"
                try:
                    commands.register_asset(AssetDraft(name=name, quantity=1, remark="满" * 400))
                    acknowledged.add(name)
                except Refused:
                    table["refused in a sentence"] += 1
                    break
            database.execute_sql("PRAGMA max_page_count = 1000000")
        stored = {name for (name,) in database.execute_sql("SELECT name FROM asset").fetchall()}
        assert acknowledged == stored
        assert check.of_file() == []
        table["acknowledged"] = len(acknowledged)
    finally:
        database.close_everywhere()
    return table


def demo_ledger(room: Path) -> Path:
    """Give a small sound ledger, unpacked from the tests' files and mended by restoring what can be read of it."""
    path = room / "sound.db"
    data = folder.prepare(room / "small")
    opening.open_store(data.root)
    for number in range(40):
        commands.register_asset(AssetDraft(name=f"课桌{number}", quantity=number + 1, unit_price=10_000))
    with beside(path) as copy:
        database.connection().backup(copy)
    database.close_everywhere()
    return path
