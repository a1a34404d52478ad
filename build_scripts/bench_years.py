"""What a ledger of ten school years comes to: its size, the time of checks and backups, lists and history of year one beside it."""

import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bench_ledger import output
from ten_years import YEARS

CALENDAR_COPIES = 23    # 7 days, 4 weeks, 12 months
_BUILD = "import sys; from pathlib import Path; sys.path.insert(0, 'build_scripts'); import ten_years; " \
         "ten_years.build(Path(sys.argv[1]), int(sys.argv[2]))"


@dataclass(frozen=True)
class Years:
    """What was measured: bytes before and after packing, of one packed copy; seconds; milliseconds."""

    before: int
    after: int
    copy: int
    packing: float
    longest_block: float
    checking: float
    backing_up: float
    lists: float
    history: float


def build(folder: Path, years: int = YEARS) -> None:
    """Make a ledger of some school years in a process of its own, whose calendar runs ahead."""
    output([sys.executable, "-c", _BUILD, str(folder), str(years)])


def measure(folder: Path) -> Years:
    """Pack a ledger as the window's quiet moments do, and measure what people wait for afterwards."""
    from app import features
    from app.store import backup, check, compacting, contents, journal, packing
    from app.store.database import database
    from app.store.opening import open_store

    features.join()
    store = open_store(folder)
    try:
        before, blocks = store.folder.file.stat().st_size, list[float]()

        def told(done: int, total: int, text: str = "") -> None:  # noqa: ARG001  as it is called
            blocks.append(time.perf_counter())

        packing_took = _seconds(lambda: compacting.compact(store.folder, told))
        longest = max((late - early - compacting.PAUSE_S for early, late in zip(blocks, blocks[1:-1], strict=False)), default=0.0)
        checking = _seconds(lambda: check.of_file())
        backing_up = _seconds(lambda: backup.make(store.folder, "手工"))
        copy = folder / "copy.zip"
        packing.pack(backup.listing(store.folder)[0].path, copy, contents.read(database.connection()))
        rows = database.execute_sql(
            "SELECT p.row_id FROM packed_table t JOIN packed_change p ON p.table_id = t.id WHERE t.name = 'asset' "
            "GROUP BY 1 ORDER BY count(*) DESC LIMIT 9").fetchall()
        histories = [_seconds(partial(journal.history, "asset", row)) for (row,) in rows]
        return Years(before, store.folder.file.stat().st_size, copy.stat().st_size, packing_took, longest, checking, backing_up,
                     _lists(), statistics.median(histories or [0.0]) * 1000)
    finally:
        store.close()


def _lists() -> float:
    """Give the median ms of the first 500 rows of cards, steps and pupils, in each order."""
    from app.assets import queries
    from app.core.listing import Wish
    from app.school import roster
    from app.store.step_list import STEP_LIST

    wishes = [Wish(sort=column.key, descending=down) for column in queries.COLUMNS for down in (False, True)]
    times = [_seconds(partial(queries.listing, wish, 500)) for wish in wishes]
    times += [_seconds(lambda: STEP_LIST.rows(Wish(), 500)), _seconds(lambda: roster.listing(Wish(), 500))]
    return statistics.median(times) * 1000


def _seconds(work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin
