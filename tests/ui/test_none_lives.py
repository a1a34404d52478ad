"""PySide6 6.12 gives back one reference to None too many whenever Qt asks a Python model for data and gets None.

Before Python 3.12 (where None cannot die) that ends the program after some minutes of scrolling: "deallocating None".
"""

import subprocess
import sys

WORN = """
import ui
from PySide6.QtCore import QAbstractTableModel, QModelIndex

class Model(QAbstractTableModel):
    def rowCount(self, parent=QModelIndex()): return 1
    def columnCount(self, parent=QModelIndex()): return 1
    def data(self, index, role=0): return None

model = Model()
index = model.index(0, 0)
for _ in range(100_000):
    index.data(5)
print("still here")
"""


def test_hundred_thousand_empty_answers_of_a_model_do_not_end_the_program():
    ended = subprocess.run([sys.executable, "-c", WORN], capture_output=True, text=True, timeout=120)
    assert (ended.returncode, ended.stdout.strip()) == (0, "still here"), ended.stderr[-400:]
