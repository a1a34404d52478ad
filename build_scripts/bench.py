"""How fast it is, as ratios within one run: ``python3 build_scripts/bench.py [--only NAME] [--quick]``.

Every section is a function that gives figures with their bounds; the table goes into the README. ``--quick`` measures
with a tenth of the rows: it shows that the bench works, its verdicts mean little.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import environment  # first: an old Python hears here what it lacks
import qt_libraries
from bench_ledger import import_floor, import_ledger, make_ledger, output, write_workbook

if TYPE_CHECKING:
    from app.core.listing import Wish

ROUNDS = 5
MANY = 300    # of what is compared by hundredths: the quickest of each, free of what else the machine does


@dataclass(frozen=True)
class Figure:
    """One measurement: what, how much, in which unit, and the most it may be (``None``: told for information)."""

    what: str
    value: float
    unit: str
    most: float | None = None

    @property
    def verdict(self) -> str:
        """Give ok, or what it should have been."""
        if self.most is None:
            return ""
        return "ok" if self.value <= self.most else f"OVER {self.most:g}"


@dataclass(frozen=True)
class Setting:
    """What a section works with: a folder of its own and how many rows stand for the issue's hundred thousand."""

    folder: Path
    quick: bool

    def size(self, rows: int) -> int:
        """Give how many rows to measure with."""
        return rows // 10 if self.quick else rows


def paper(setting: Setting) -> list[Figure]:
    """A ledger of 20,000 rows as PDF, against a bare canvas that draws the same strings, and against LibreOffice."""
    import bench_paper

    measured = bench_paper.measure(setting.size(20_000))
    known = {name: float(value) for name, value in measured.items() if isinstance(value, int | float)}
    figures = [
        Figure(f"bare canvas, {known['rows']:,.0f} rows", known["floor_seconds"], "s"),
        Figure(f"ledger, {known['ledger_pages']:.0f} pages", known["ledger_seconds"], "s"),
        Figure("ledger : bare canvas", known["ratio"], "×", 2),
    ]
    if "office_seconds" in known:   # only where LibreOffice is installed
        figures.append(Figure("LibreOffice", known["office_seconds"], "s"))
        figures.append(Figure("ledger : LibreOffice", known["office_ratio"], "×", 0.25))
    return figures


ITERATE = """
import sys, time, openpyxl
begin = time.perf_counter()
for row in openpyxl.load_workbook(sys.argv[1], read_only=True).active.iter_rows(values_only=True):
    pass
print(time.perf_counter() - begin)
"""


def importing(setting: Setting) -> list[Figure]:
    """Import of 20,000 rows, validated and journalled, against its floor and against openpyxl merely iterating that file.

    The floor reads the file and writes the same cards with their journal, and does nothing else. Each in a process of its
    own that times its work from opening the file on; the better of three, taken in turn.
    """
    count = setting.size(20_000)
    file = setting.folder / "ledger.xlsx"
    write_workbook(file, count)
    iterated, floor, dry, real = [], [], [], []
    for number in range(3):
        folder = setting.folder / f"import-{number}"
        iterated.append(float(output([sys.executable, "-c", ITERATE, str(file)])))
        dry.append(import_ledger(folder, file, count, rehearse=True))
        real.append(import_ledger(folder, file, count))
        floor.append(import_floor(folder, file))
    return [
        Figure(f"openpyxl iterates {count:,} rows", min(iterated), "s"),
        Figure(f"read and written, nothing else, {count:,} rows", min(floor), "s"),
        Figure(f"dry run of {count:,} rows", min(dry), "s"),
        Figure(f"import of {count:,} rows", min(real), "s"),
        Figure("import : its floor", min(real) / min(floor), "×", 2),
        Figure("import : openpyxl iterating", min(real) / min(iterated), "×", 1),
    ]


def listing(setting: Setting) -> list[Figure]:
    """First 500 rows for a range of sorts, filters and searches, with 100,000 cards against 10,000."""
    small = listing_times(setting, setting.size(10_000))
    large = listing_times(setting, setting.size(100_000))
    slowest = max(large, key=lambda name: large[name])
    count = setting.size(100_000)
    return [
        Figure(f"median wish of {len(large)}, {count:,} cards", statistics.median(large.values()), "ms", 30),
        Figure(f"slowest wish, {count:,} cards: {slowest}", large[slowest], "ms", 30),
        # All wishes together: a single one takes a millisecond or two with few cards, and its ratio is noise.
        Figure("all wishes, ten times the cards", sum(large.values()) / sum(small.values()), "×", 10),
    ]


def listing_times(setting: Setting, count: int) -> dict[str, float]:
    """Give the median time (ms) of each wish over a ledger of so many cards."""
    from app.assets import queries
    from app.store.opening import open_store

    folder = setting.folder / f"list-{count}"
    make_ledger(folder, count)
    store = open_store(folder)
    try:
        return {name: median_ms(partial(queries.listing, wish, 500)) for name, wish in wishes().items()}
    finally:
        store.close()


def wishes() -> "dict[str, Wish]":
    """Give what people ask of the list, by name: every order both ways, every filter, searches, and mixtures."""
    from app.assets import queries
    from app.core.listing import Wish

    asked = {"as it opens": Wish()}
    for column in queries.COLUMNS:
        asked[f"by {column.key}"] = Wish(sort=column.key)
        asked[f"by {column.key}, downwards"] = Wish(sort=column.key, descending=True)
    for word in ("电脑", "dn", "diannao", "zxj", "实验楼", "syl", "王", "SN0001", "2020", "没有的东西"):
        asked[f"search {word}"] = Wish(search=word)
        asked[f"search {word} by value"] = Wish(search=word, sort="value", descending=True)
    room = queries.by_room()[0].place
    keeper = queries.keepers()[0][0]
    filters: dict[str, dict[str, object]] = {
        "place": {"place": room}, "keeper": {"keeper": keeper}, "status": {"status": "在用"}, "year": {"year": "2020"},
        "year and status": {"year": "2020", "status": "在用"},
    }
    for name, chosen in filters.items():
        asked[f"filter {name}"] = Wish(filters=chosen)
        asked[f"filter {name} by place, search 电脑"] = Wish(search="电脑", filters=chosen, sort="place")
    for key, typed in (("name", "电脑"), ("place", "实验楼"), ("keeper", "王"), ("remark", "没有的"), ("value", ">=10000"), ("acquired_on", "2020")):
        asked[f"{typed} under {key}"] = Wish(cells={key: typed})
        asked[f"{typed} under {key}, by name"] = Wish(cells={key: typed}, sort="name")
    return asked


BARE_WINDOW = """
import sys
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import QApplication, QMainWindow, QTableView
application = QApplication(sys.argv)
window, table = QMainWindow(), QTableView()
table.setModel(QStandardItemModel(0, 12))
window.setCentralWidget(table)
window.show()
application.exec()
"""
OUR_WINDOW = """
import runpy
runpy.run_module("ui.main", run_name="__main__")
"""
# Stands before either: where the event loop would begin, everything pending is done and the window is there to use.
UNTIL_USABLE = """
import os, re
from PySide6.QtWidgets import QApplication
def usable(*_):
    QApplication.processEvents()
    resident = re.search(r"VmRSS:\\s+(\\d+)", open("/proc/self/status").read()) if os.path.exists("/proc") else None
    assert any(widget.isVisible() for widget in QApplication.topLevelWidgets()), "no window"
    print("usable", resident[1] if resident else 0, flush=True)
    os._exit(0)
QApplication.exec = usable
"""


def start(setting: Setting) -> list[Figure]:
    """Start to usable window with 10,000 cards against a bare window; memory with 100,000 cards. Off-screen."""
    few, many = setting.size(10_000), setting.size(100_000)
    for count in (few, many):
        make_ledger(setting.folder / f"start-{count}", count)
    # In turn, so that a slow moment of the machine falls on both.
    bare, ours = [], []
    for _ in range(ROUNDS):
        bare.append(window_start(BARE_WINDOW)[0])
        ours.append(window_start(OUR_WINDOW, "--data", str(setting.folder / f"start-{few}"))[0])
    megabytes = window_start(OUR_WINDOW, "--data", str(setting.folder / f"start-{many}"))[1]
    ratio = statistics.median(ours) / statistics.median(bare)
    return [
        Figure("bare PySide6 window", statistics.median(bare), "s"),
        Figure(f"our window, {few:,} cards", statistics.median(ours), "s"),
        Figure("our window : bare window", ratio, "×", 2),
        Figure(f"resident memory, {many:,} cards", megabytes, "MB", 300),
    ]


def window_start(source: str, *arguments: str) -> tuple[float, float]:
    """Give seconds from starting the process until its window is usable, and its resident memory (MB) then."""
    begin = time.perf_counter()
    said = output([sys.executable, "-c", UNTIL_USABLE + source, *arguments])
    return time.perf_counter() - begin, int(said.split("usable ")[1]) / 1024


def grid(setting: Setting) -> list[Figure]:
    """The ledger page in a window of 1366×690: every frame of a scroll through 10,000 rows; a paste of 5,000 cells."""
    import bench_grid

    count = setting.size(10_000)
    frames, middle, most, slowest = bench_grid.scroll(setting.folder / "scroll", count)
    cells, pasted, undone = bench_grid.paste(setting.folder / "paste", setting.size(500))
    return [
        Figure(f"median of {frames:,} frames, {count:,} rows", middle, "ms"),
        Figure("99 of 100 frames", most, "ms"),
        Figure("slowest frame", slowest, "ms", 33),
        Figure(f"paste of {cells:,} cells, stored", pasted, "s", 1),
        Figure("its undo", undone, "s"),
    ]


def stocktake(setting: Setting) -> list[Figure]:
    """Every result of a stocktake of 20,000 cards that is nearly done, and one scan into it."""
    import bench_stocktake

    count = setting.size(20_000)
    measured = bench_stocktake.measure(setting.folder / "stocktake", count)
    bounds = {"one scan": 0.1}
    return [Figure(f"{name}, {count:,} cards", seconds, "s", None if name == "opening it" else bounds.get(name, 0.3))
            for name, seconds in measured.items()]


def stock(setting: Setting) -> list[Figure]:
    """A store of 2,000 goods with 100,000 movements; a line dated back before 5,000 later ones."""
    import bench_stock

    measured = bench_stock.measure(setting.folder / "stock", setting.size(2_000), setting.size(100_000))
    bounds = {"a slip of three lines": 0.05, "收发存月报": 0.3}
    return [Figure(name, seconds, "s", bounds.get(name, 0.3 if "dated back" in name else 0.1)) for name, seconds in measured.items()]


def purchasing(setting: Setting) -> list[Figure]:
    """A ledger of 2,000 purchases: last prices of a request of 50 lines, a small purchase saved, the list, the checks."""
    import bench_purchasing

    count = setting.size(2_000)
    measured = bench_purchasing.measure(setting.folder / "purchasing", count)
    bounds = {"a small purchase of three lines saved": 50.0}
    return [Figure(f"{name}, {count:,} purchases", ms, "ms", bounds.get(name, 100.0)) for name, ms in measured.items()]


def settling(setting: Setting) -> list[Figure]:
    """A term of 2,000 pupils × 12 items × 60 vouchers: charged, worked out, frozen in one journalled step."""
    import bench_fees

    count = setting.size(2_000)
    measured = bench_fees.measure(setting.folder / "fees", count)
    return [Figure(f"{name}, {count:,} pupils × {bench_fees.ITEMS} items × {bench_fees.VOUCHERS} vouchers", seconds, "s",
                   1 if name.startswith("settling") else None) for name, seconds in measured.items()]


def entering(setting: Setting) -> list[Figure]:
    """One slip and one receipt after the other by Enter in the window, in the demo school: ms, and questions asked of the file."""
    import bench_fees

    pupils, measured = bench_fees.entering(setting.folder / "enter")
    return [figure for name, (milliseconds, statements) in measured.items() for figure in (
        Figure(f"a {name} by Enter, {pupils:,} pupils", milliseconds, "ms", 50),
        Figure(f"a {name} by Enter, SQL statements", statements, "", 20))]


def letters(setting: Setting) -> list[Figure]:
    """2,000 notices with a table of five lines each as one PDF, against LibreOffice converting the same letters from .docx."""
    count = setting.size(2_000)
    told = output([sys.executable, str(Path(__file__).with_name("bench_letters.py")), str(count)])
    known = {name: float(value) for name, value in (line.split() for line in told.splitlines())}
    figures = [Figure(f"{count:,} notices", known["seconds"], "s"), Figure("their file", known["megabytes"], "MB", 4)]
    if "rss_mb" in known:
        figures.append(Figure("memory", known["rss_mb"], "MB", 200))
    if "office_seconds" in known:   # only where LibreOffice Writer is installed
        figures += [Figure("LibreOffice", known["office_seconds"], "s"),
                    Figure("notices : LibreOffice", known["seconds"] / known["office_seconds"], "×", 0.1)]
    return figures


def dues(setting: Setting) -> list[Figure]:
    """What wants doing in every feature of the demo school, after a receipt was changed; and what measuring a page's reading costs."""
    from app import demo, features
    from app.assets import queries
    from app.core import clock, reading
    from app.core.listing import Wish
    from app.store import journal
    from app.store.database import database
    from app.store.opening import open_store

    store = open_store(setting.folder / "dues")
    features.join()
    demo.build_demo()

    def after_a_receipt() -> None:
        with journal.operation("备注"):
            database.execute_sql("UPDATE fee_receipt SET remark = remark || '。' WHERE id = (SELECT min(id) FROM fee_receipt)")
        times.append(time.perf_counter())
        features.dues(clock.today(), store.folder)
        times[-1] = (time.perf_counter() - times[-1]) * 1000

    def seconds(measured: bool) -> float:
        begin = time.perf_counter()
        with reading.recording() if measured else nullcontext():
            queries.listing(Wish(), 500)
        return time.perf_counter() - begin

    times: list[float] = []
    try:
        for _ in range(2 * ROUNDS + 1):
            after_a_receipt()
        plain, noted = [], []
        for _ in range(MANY):       # in turn, so that a slow moment of the machine falls on both
            plain.append(seconds(measured=False))
            noted.append(seconds(measured=True))
    finally:
        store.close()
    return [
        Figure("what wants doing in every feature, after a receipt", statistics.median(times[1:]), "ms", 50),
        Figure("500 rows fetched, what they are read from measured : not measured", min(noted) / min(plain), "×", 1.02),
    ]


def ten_years(setting: Setting) -> list[Figure]:
    """A ledger of ten school years, made by the app's own verbs, packed as quiet moments do, beside one of a single year."""
    import bench_years
    from ten_years import YEARS

    one, all_years = setting.folder / "one", setting.folder / "all"
    bench_years.build(one, 1)
    bench_years.build(all_years, 2 if setting.quick else YEARS)
    first, last = bench_years.measure(one), bench_years.measure(all_years)
    starts: dict[Path, list[float]] = {one: [], all_years: []}
    for _ in range(ROUNDS):
        for folder, took in starts.items():
            took.append(window_start(OUR_WINDOW, "--data", str(folder))[0])
    return [
        Figure("ledger before its history is packed", last.before / 1e6, "MB"),
        Figure("ledger", last.after / 1e6, "MB", 60),
        Figure(f"{bench_years.CALENDAR_COPIES} calendar copies as large as today's", last.copy * bench_years.CALENDAR_COPIES / 1e6, "MB", 400),
        Figure("packing all of its history, in the background", last.packing, "s"),
        Figure("longest of its blocks, for which a verb waits", last.longest_block * 1000, "ms", 100),
        Figure("check of the file and its journal", last.checking, "s", 5),
        Figure("backup, copied and checked", last.backing_up, "s", 2),
        Figure("start : start in year one", statistics.median(starts[all_years]) / statistics.median(starts[one]), "×", 1.2),
        Figure("lists: first 500 rows, median", last.lists, "ms", 30),
        Figure("the same in year one", first.lists, "ms"),
        Figure("history of a card with many changes", last.history, "ms", 100),
    ]


SECTIONS: dict[str, Callable[[Setting], list[Figure]]] = {
    "paper": paper, "import": importing, "list": listing, "start": start, "grid": grid, "stocktake": stocktake,
    "stock": stock,
    "purchasing": purchasing,
    "settling": settling, "entering": entering, "dues": dues, "letters": letters,
    "ten years": ten_years,
}


def median_ms(work: Callable[[], object]) -> float:
    """Give the median time of some work in ms; the first time warms up and does not count."""
    times = []
    for _ in range(ROUNDS + 1):
        begin = time.perf_counter()
        work()
        times.append((time.perf_counter() - begin) * 1000)
    return statistics.median(times[1:])


def main(arguments: list[str]) -> int:
    """Run the sections asked for and print the table; gives 1 if any figure is over its bound."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--only", action="append", choices=SECTIONS, help="this section only; may be given again")
    parser.add_argument("--quick", action="store_true", help="a tenth of the rows")
    wish = parser.parse_args(arguments)
    if find_spec("PySide6") is None:    # a plain Python: do it inside the private environment
        python = environment.prepare(dev=True)
        if not qt_libraries.ready(python, display=False):
            return 1
        return subprocess.call([str(python), __file__, *arguments])
    sys.path.insert(0, str(environment.ROOT))
    over = 0
    environment.say("| section | what | measured | at most | |\n|---|---|---|---|---|")
    for name in wish.only or SECTIONS:
        with tempfile.TemporaryDirectory(prefix="bench-", ignore_cleanup_errors=True) as folder:
            for figure in SECTIONS[name](Setting(Path(folder), wish.quick)):
                over += figure.verdict.startswith("OVER")
                most = "" if figure.most is None else f"{figure.most:g} {figure.unit}"
                told = f"{figure.value:.2f} {figure.unit}"
                environment.say(f"| {name} | {figure.what} | {told} | {most} | {figure.verdict} |")
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
