"""The letter size of this machine: taken up before the application is made, offered as far as the screen has room."""

import subprocess
import sys

import pytest
from PySide6.QtCore import QSettings, QSize

from ui.base import scaling


@pytest.mark.parametrize(("room", "now", "able"), [
    (QSize(1366, 728), 100, [100, 110, 125, 150]), (QSize(1920, 1040), 100, [100, 110, 125, 150, 175, 200]),
    (QSize(910, 485), 150, [100, 110, 125, 150]), (QSize(1280, 680), 100, [100, 110, 125]), (QSize(600, 400), 100, [100])])
def test_only_what_the_screen_has_room_for_is_offered(room, now, able):
    assert scaling.fitting(room, now) == able


def test_a_choice_is_kept_and_what_makes_no_sense_is_100(settings):
    assert scaling.kept(settings) == 100
    scaling.keep(settings, 150)
    assert scaling.kept(settings) == 150
    for words in ("7", "很大", ""):
        settings.setValue("letters/percent", words)
        assert scaling.kept(settings) == 100


def test_the_next_start_takes_it_up(tmp_path):
    path = tmp_path / "machine.ini"
    settings = QSettings(str(path), QSettings.Format.IniFormat)
    scaling.keep(settings, 150)
    settings.sync()
    source = f"""
from pathlib import Path
from ui.base import scaling
scaling.take_up(Path({str(path)!r}))
from PySide6.QtWidgets import QApplication
app = QApplication([])
print(app.primaryScreen().devicePixelRatio(), scaling.in_force())
"""
    done = subprocess.run([sys.executable, "-c", source], check=True, timeout=60, capture_output=True, text=True)
    assert done.stdout.split() == ["1.5", "150"]


def test_what_does_not_fit_this_screen_is_made_smaller_for_the_next_start(settings, monkeypatch):
    monkeypatch.setenv("QT_SCALE_FACTOR", "2.0")
    scaling.keep(settings, 200)
    assert "下次打开总务通改为 150 %" in scaling.reduced(settings, QSize(683, 364))
    assert scaling.kept(settings) == 150
    assert scaling.reduced(settings, QSize(960, 520)) == ""
    monkeypatch.setenv("QT_SCALE_FACTOR", "many")
    assert scaling.in_force() == 100
