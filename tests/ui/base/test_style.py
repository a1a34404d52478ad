"""The look holds on Windows too, which has fonts of its own for lists, menus and messages."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import ui

PROGRAM = """
from PySide6.QtWidgets import QApplication, QTreeWidget
from ui.base import style
app = QApplication([])
style.apply(app)
tree = QTreeWidget()
tree.show()
app.processEvents()
fonts = [tree.font(), *map(app.font, ("QAbstractItemView", "QMenu", "QMessageBox", "QStatusBar", "QTipLabel"))]
assert {(font.family(), font.pixelSize()) for font in fonts} == {(app.font().family(), style.BASE_PX)}
"""


@pytest.mark.parametrize("platform", ["offscreen", *(["windows"] if sys.platform == "win32" else [])])
def test_every_kind_of_widget_has_the_programs_font(platform):
    program = f"import os; os.environ['QT_QPA_PLATFORM'] = '{platform}'\n{PROGRAM}"
    run = subprocess.run([sys.executable, "-c", program], cwd=Path(ui.__file__).parents[1], env=dict(os.environ),
                         capture_output=True, text=True, encoding="utf-8", errors="replace", timeout=60, check=False)
    assert run.returncode == 0, run.stderr
