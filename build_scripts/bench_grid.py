"""The grid measured through the real window: scrolling 10,000 rows from end to end, pasting 5,000 cells."""

import statistics
import sys
from pathlib import Path

from bench_ledger import make_ledger, output

SCROLL = """
import sys, time
from pathlib import Path
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication
import ui
from app import features
from app.store.opening import open_store
from ui.base import style
application = QApplication(sys.argv[:1])
style.apply(application)
features.join()
store = open_store(Path(sys.argv[1]))
from ui.base.changes import Changes
from ui.assets.page import AssetsPage
page = AssetsPage(Changes(), None, store.folder)
page.resize(1366, 690)
page.show()
for _ in range(5):
    application.processEvents()
ui.spare_what_stands()      # as the program does soon after its start
bar, frames = page.grid.verticalScrollBar(), []
def frame():
    begin = time.perf_counter()
    bar.setValue(bar.value() + 3)       # a notch of the wheel
    page.grid.viewport().repaint()
    application.processEvents()
    frames.append((time.perf_counter() - begin) * 1000)
while bar.value() < bar.maximum():
    frame()
assert page.model.stored == int(sys.argv[2]), page.model.stored
frames.sort()
print(len(frames), frames[len(frames) // 2], frames[len(frames) * 99 // 100], frames[-1])
store.close()
"""
PASTE = """
import sys, time
from pathlib import Path
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication
import ui
from app import features
from app.store import journal
from app.store.opening import open_store
from ui.base import jobs, notify, style
application = QApplication(sys.argv[:1])
style.apply(application)
features.join()
store = open_store(Path(sys.argv[1]))
jobs.inline = True
notify.said = lambda *_, **__: None
from ui.base.changes import Changes
from ui.assets.page import AssetsPage
changes = Changes()
page = AssetsPage(changes, None, store.folder)
page.resize(1366, 690)
page.show()
application.processEvents()
rows = int(sys.argv[2])
keys = [column.key for column in page.columns]
order = page.grid.layout_of_columns.order()
first = order.index(keys.index("name"))
wide = order[first:first + 10]
number = {"name": "课桌{}", "model": "型号{}", "quantity": "{}", "unit": "张", "unit_price": "{}.50", "value": None, "place": None,
          "keeper": None, "acquired_on": "2024-09-{:02d}", "status": "在用"}
block = []
for each in range(rows):
    words = [page.model.index(each, column).data() or "" for column in wide]
    for place, column in enumerate(wide):
        made = number[keys[column]]
        if keys[column] in ("place", "keeper"):
            words[place] = page.model.index((each + 7) % rows, column).data()
        elif made is not None:
            words[place] = made.format(each % 28 + 1)
    block.append("\\t".join(words))
QGuiApplication.clipboard().setText("\\n".join(block))
page.grid.choose_cell(0, wide[0])
before = len(journal.steps())
begin = time.perf_counter()
page.grid.paste()
application.processEvents()
took = time.perf_counter() - begin
assert not page.model.edits.cells, page.storing.words.text()
assert journal.steps()[0].title.startswith("修改"), journal.steps()[0].title
begin = time.perf_counter()
journal.undo()
undone = time.perf_counter() - begin
print(rows * len(wide), took, undone)
store.close()
"""


def scroll(folder: Path, rows: int) -> tuple[int, float, float, float]:
    """Scroll the ledger page from its first row to its last; gives frames, their median, 99th percentile and slowest (ms)."""
    make_ledger(folder, rows)
    count, *times = output([sys.executable, "-c", SCROLL, str(folder), str(rows)]).split()
    return int(count), float(times[0]), float(times[1]), float(times[2])


def paste(folder: Path, rows: int) -> tuple[int, float, float]:
    """Paste ten columns into so many rows: read, checked, stored, fetched anew; gives cells, seconds, seconds of the undo."""
    make_ledger(folder, rows * 2)
    runs = [[float(each) for each in output([sys.executable, "-c", PASTE, str(folder), str(rows)]).split()]
            for _ in range(3)]
    return int(runs[0][0]), statistics.median(run[1] for run in runs), statistics.median(run[2] for run in runs)
