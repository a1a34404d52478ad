"""Does the program open what others open, and read the same? ``python3 build_scripts/differential.py FOLDER… [--office] [--all]``.

Every workbook below the folders is opened by the program, by openpyxl or xlrd (as its content wants; xlrd only where it is
installed), each in a process of its own that may not take long nor much memory, and the cells are compared. ``--office`` asks
LibreOffice, where it is installed, about the books that no other reader opened. Prints a table, then each book that is not
the same and why (``--all``: with every cell). Needs a system that can fork (Linux).

The promise behind it: whatever one of them opens is opened, or refused with the true reason.
"""

import argparse
import contextlib
import logging
import multiprocessing
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import environment  # first: an old Python hears here what it lacks

SUFFIXES = (".xls", ".xlsx", ".xlsm", ".xltx", ".xltm", ".xlt", ".xlsb", ".et", ".ods", ".fods", ".csv", ".htm", ".html", ".mht")
SECONDS, MEMORY = 60, 4 * 2**30
DIGITS = 9              # figures of a number that are compared
LETTERS = 2_000         # of a text that are compared
BOOKS_AT_ONCE = 20      # handed to one LibreOffice

Book = dict[str, dict[tuple[int, int], Any]]   # sheet → (row from 1, column from 0) → value


def ours(path: Path) -> Book:
    """Read by the program; ``Refused`` where it refuses."""
    from app.exchange.reading import open_workbook
    return {sheet.name: _cells(sheet.rows) for sheet in open_workbook(path).sheets}


def by_openpyxl(path: Path) -> Book:
    """Read an .xlsx by openpyxl: stored results, not formulas; what lies under merged cells as well."""
    import openpyxl
    with path.open("rb") as stream:
        book = openpyxl.load_workbook(stream, data_only=True, read_only=True)
        for sheet in book.worksheets:
            sheet.reset_dimensions()
        return {sheet.title: _cells(sheet.iter_rows(values_only=True)) for sheet in book.worksheets}


def by_xlrd(path: Path) -> Book:
    """Read an .xls by xlrd, its dates and errors as what they are."""
    import xlrd
    book = xlrd.open_workbook(path)

    def value(kind: int, given: Any) -> Any:
        if kind == xlrd.XL_CELL_ERROR:
            return xlrd.error_text_from_code.get(given, "#N/A")
        if kind == xlrd.XL_CELL_BOOLEAN:
            return bool(given)
        if kind == xlrd.XL_CELL_DATE:
            with contextlib.suppress(xlrd.XLDateError, OverflowError, ValueError):
                return xlrd.xldate_as_datetime(given, book.datemode) if given >= 1 else timedelta(days=given)
        return given

    return {sheet.name: _cells([[value(cell.ctype, cell.value) for cell in sheet.row(at)] for at in range(sheet.nrows)])
            for sheet in book.sheets()}


def _cells(rows: Any) -> dict[tuple[int, int], Any]:
    """Give the filled cells by place, in a form that can be compared."""
    found: dict[tuple[int, int], Any] = {}
    for number, row in enumerate(rows, 1):
        for column, cell in enumerate(row):
            value = comparable(cell)
            if value is not None:
                found[number, column] = value
    return found


def comparable(cell: Any) -> Any:
    """Give a value as every reader would: spaces run together, days without their midnight, spans as hours and minutes."""
    if cell is None or isinstance(cell, bool):
        return cell
    if isinstance(cell, (int, float)):
        return float(f"{float(cell):.{DIGITS}g}") if cell == cell else "nan"
    if isinstance(cell, datetime):
        return cell.isoformat(" ", "minutes").removesuffix(" 00:00")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, time):
        return f"{cell.hour}:{cell.minute:02d}"
    if isinstance(cell, timedelta):
        minutes = int(cell.total_seconds()) // 60
        return f"{minutes // 60}:{minutes % 60:02d}"
    text = " ".join(re.sub(r"_x([0-9A-Fa-f]{4})_", lambda found: chr(int(found[1], 16)), str(cell)).split())
    return text.removeprefix("0") if re.fullmatch(r"0\d:\d\d", text) else text[:LETTERS] or None


def differences(mine: Book, theirs: Book) -> Iterator[str]:
    """Tell what is not the same in two readings of one book, but for what the program says more of on purpose."""
    for name in theirs:
        if name not in mine:
            yield f"no sheet {name!r}"
            continue
        for place in sorted(mine[name].keys() | theirs[name].keys()):
            one, other = mine[name].get(place), theirs[name].get(place)
            if one != other and not _meant(one, other):
                yield f"{name!r} {place[0]}:{place[1] + 1} ours {one!r} theirs {other!r}"


def _meant(one: Any, other: Any) -> bool:
    """Whether the program says something else on purpose.

    000012 for 12 where it is shown so; a formula without a result; the number of a day counted from 1904; a time or a span
    as words, which no field of ours holds, whatever day others make of it.
    """
    if isinstance(one, str):
        digits = re.sub(r"\D", "", one)
        return other is not None and re.fullmatch(r"\d+:\d\d", one) is not None \
            or isinstance(other, float) and bool(digits) and comparable(float(digits)) == other \
            or other is None and one == "（公式没有结果）"
    return isinstance(one, float) and isinstance(other, str) and 0 < one < 60_000 \
        and comparable(datetime.fromisoformat("1904-01-01") + timedelta(days=one)) == other


def _attempt(read: Callable[[Path], Book], path: Path, pipe: Any) -> None:
    """Read in this process, which is one's own, and send what came of it."""
    from app.core.errors import Refused
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    try:
        pipe.send(read(path))
    except Refused as refusal:
        pipe.send(f"refused: {refusal.text}")
    except BaseException as error:
        pipe.send(f"{type(error).__name__}: {str(error)[:100]}")


def attempt(read: Callable[[Path], Book], path: Path) -> Book | str:
    """Read in a process of its own; a text says why there is no book."""
    forking = multiprocessing.get_context("fork")
    here, there = forking.Pipe(duplex=False)
    child = forking.Process(target=_attempt, args=(read, path, there))
    child.start()
    there.close()
    try:
        if not here.poll(SECONDS):
            return f"took more than {SECONDS} s"
        answer: Book | str = here.recv()
        return answer
    except EOFError:
        child.join(5)
        return f"ended by {signal.Signals(-child.exitcode).name}" if child.exitcode and child.exitcode < 0 else "ended"
    finally:
        child.kill()
        child.join()


def other_reader(path: Path) -> Callable[[Path], Book] | None:
    """Give the reader that a file's content wants; None where no Python library reads it."""
    with path.open("rb") as stream:
        head = stream.read(8)
    if head.startswith(b"PK"):
        return by_openpyxl
    return by_xlrd if find_spec("xlrd") and (head.startswith(b"\xd0\xcf\x11\xe0") or head[:1] == b"\x09") else None


def by_office(paths: list[Path]) -> dict[Path, Path]:
    """Let LibreOffice save books as .xlsx into a folder of this run; gives the copies of those it opened."""
    room = Path(tempfile.mkdtemp(prefix="differential-"))
    made: dict[Path, Path] = {}
    for begin in range(0, len(paths), BOOKS_AT_ONCE):
        inn, out = room / f"in{begin}", room / f"out{begin}"
        inn.mkdir()
        copies = {path: inn / f"{at:04d}{path.suffix}" for at, path in enumerate(paths[begin:begin + BOOKS_AT_ONCE])}
        for path, copy in copies.items():
            shutil.copy(path, copy)
        with contextlib.suppress(subprocess.TimeoutExpired):
            subprocess.run(["soffice", "--headless", "--calc", f"-env:UserInstallation={(room / 'profile').as_uri()}", "--convert-to",
                            "xlsx", "--outdir", str(out), *map(str, copies.values())],
                           capture_output=True, timeout=SECONDS * BOOKS_AT_ONCE // 2)
        made |= {path: out / f"{copy.stem}.xlsx" for path, copy in copies.items() if (out / f"{copy.stem}.xlsx").exists()}
    return made


def verdict(mine: Book | str, theirs: Book | str | None) -> tuple[str, list[str]]:
    """Give a word for what two readings of a book come to, and the reasons behind it."""
    if isinstance(mine, str):
        if not mine.startswith("refused: "):
            return "BROKEN", [mine]
        if isinstance(theirs, dict):
            return "refused, another opens it", [mine, f"{len(theirs)} sheets, {sum(map(len, theirs.values()))} cells"]
        return "refused by all", [mine, str(theirs)]
    if not isinstance(theirs, dict):
        return "opened by us alone", [str(theirs)]
    found = [*differences(mine, theirs)]
    return ("differs", found) if found else ("same", [])


class Report:
    """What came of the books: told one by one, counted for the table."""

    def __init__(self, most: int) -> None:
        """``most`` reasons are told of a book."""
        self._table: Counter[tuple[str, str]] = Counter()
        self._most = most

    def tell(self, path: Path, mine: Book | str, theirs: Book | str | None) -> None:
        """Count a book; where it is not the same, say why."""
        word, reasons = verdict(mine, theirs)
        self._table[path.suffix.lower(), word] += 1
        if word not in ("same", "opened by us alone"):
            environment.say(f"{word}: {path}")
            for reason in reasons[:self._most]:
                environment.say(f"    {reason}")
            if len(reasons) > self._most:
                environment.say(f"    … {len(reasons)} in all")

    def table(self) -> str:
        """Give the counts by suffix and verdict."""
        words = sorted({word for _, word in self._table})
        lines = [f"| {suffix} | {' | '.join(str(self._table[suffix, word]) for word in words)} |"
                 for suffix in sorted({suffix for suffix, _ in self._table})]
        return "\n".join(("", f"| | {' | '.join(words)} |", f"|---|{'---|' * len(words)}", *lines))


def compare(paths: list[Path], office: bool, most: int) -> None:
    """Compare all the books and print what came of it."""
    report, asked = Report(most), []
    for path in paths:
        reader = other_reader(path)
        theirs = attempt(reader, path) if reader else None
        if office and not isinstance(theirs, dict):
            asked.append(path)
        else:
            report.tell(path, attempt(ours, path), theirs)
    copies = by_office(asked)
    for path in asked:
        report.tell(path, attempt(ours, path), attempt(by_openpyxl, copies[path]) if path in copies else "LibreOffice opens it not")
    environment.say(report.table())


def main(arguments: list[str]) -> int:
    """Find the books and compare them."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folders", nargs="+", type=Path, metavar="FOLDER")
    parser.add_argument("--office", action="store_true", help="ask LibreOffice about what no other reader opens")
    parser.add_argument("--all", action="store_true", help="print every difference of a book")
    wish = parser.parse_args(arguments)
    if find_spec("PySide6") is None:    # a plain Python: do it inside the private environment
        return subprocess.call([str(environment.prepare(dev=True)), __file__, *arguments])
    sys.path.insert(0, str(environment.ROOT))
    import openpyxl  # noqa: F401  (before the forks, which then need not)

    import app.exchange.reading  # noqa: F401
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))    # for each process of this run
    paths = sorted({path for folder in wish.folders for path in folder.rglob("*")
                    if path.suffix.lower() in SUFFIXES and path.is_file()})
    compare(paths, wish.office, 10_000 if wish.all else 3)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
