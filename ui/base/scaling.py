"""How large letters and everything beside them are shown: 100 to 200 % of what the system shows, kept for this machine.

Qt takes such a factor only before the program's window system starts, so a choice counts from the next start on.
"""

import os
from pathlib import Path

from PySide6.QtCore import QSettings, QSize

SIZES = (100, 110, 125, 150, 175, 200)
LEAST = QSize(880, 470)     # px as the program counts them, below which no page has room: 1366×768 gives that at 150 %
_KEY, _VARIABLE = "letters/percent", "QT_SCALE_FACTOR"


def take_up(machine_settings: Path) -> None:
    """Show everything as large as was chosen; called before the application is made. What the system sets itself stands."""
    percent = kept(QSettings(str(machine_settings), QSettings.Format.IniFormat)) if machine_settings.exists() else SIZES[0]
    if percent != SIZES[0] and _VARIABLE not in os.environ:
        os.environ[_VARIABLE] = str(percent / 100)


def kept(settings: QSettings) -> int:
    """Give the percentage that was chosen, 100 where none was or where the file holds no known one."""
    words = str(settings.value(_KEY, SIZES[0]))
    return int(words) if words.isdigit() and int(words) in SIZES else SIZES[0]


def keep(settings: QSettings, percent: int) -> None:
    """Keep a percentage of ``SIZES`` for the next start."""
    settings.setValue(_KEY, percent)


def in_force() -> int:
    """Give the percentage that this start took up."""
    try:
        return round(float(os.environ.get(_VARIABLE, "1")) * 100)
    except ValueError:
        return SIZES[0]


def fitting(room: QSize, now: int) -> list[int]:
    """Give the sizes at which the pages have room on a screen; ``room`` is what it gives at ``now`` percent. The smallest always fits."""
    return [each for each in SIZES
            if each == SIZES[0] or (room.width() * now // each >= LEAST.width() and room.height() * now // each >= LEAST.height())]


def reduced(settings: QSettings, room: QSize) -> str:
    """Say that what is in force does not fit this screen, and keep the largest that does for the next start; "" where it fits."""
    now = in_force()
    able = fitting(room, now)
    if now <= able[-1] or now not in SIZES:
        return ""
    keep(settings, able[-1])
    return f"这块屏幕放不下 {now} % 的字号，有的内容会看不到。下次打开总务通改为 {able[-1]} %。"
