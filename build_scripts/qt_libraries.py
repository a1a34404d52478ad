"""The shared libraries of the system that Qt needs on Linux: found missing by trying, installed or named.

PySide6's wheels carry Qt but not libEGL, libxkbcommon or the xcb family; a fresh Debian or Ubuntu lacks them.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import debian
from environment import VENV, read_stamp, say, write_stamp

# Which Debian package holds a library; the names hold for Debian 12 to 13 and Ubuntu 22.04 to 24.04.
PACKAGES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libGLX.so.0": "libglx0",
    "libOpenGL.so.0": "libopengl0",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libX11.so.6": "libx11-6",
    "libcups.so.2": "libcups2",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libwayland-egl.so.1": "libwayland-egl1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xinerama.so.0": "libxcb-xinerama0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxcb.so.1": "libxcb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libz.so.1": "zlib1g",
    "libzstd.so.1": "libzstd1",
}
# What the program imports, and a QApplication that really loads the platform plugin.
TRIAL = (
    "from PySide6 import QtCore, QtGui, QtWidgets, QtPdf, QtPdfWidgets, QtPrintSupport, QtNetwork, QtSvg\n"
    "QtWidgets.QApplication([])\n"
)
MODULES = ("QtCore", "QtGui", "QtWidgets", "QtPdf", "QtPdfWidgets", "QtPrintSupport", "QtNetwork", "QtSvg")


def has_display() -> bool:
    """Whether a window could be shown: always on Windows and macOS, on Linux where a display is named."""
    if not sys.platform.startswith("linux"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def ready(python: Path, *, display: bool) -> bool:
    """Whether Qt starts here, on the display or off-screen; installs what is missing where that is allowed.

    Says what is missing or what Qt said where it does not start. A success is noted in the environment's stamp.
    """
    platform = "display" if display else "offscreen"
    stamp = read_stamp()
    if not sys.platform.startswith("linux") or stamp.get(f"qt-{platform}"):
        return True
    complaint = attempt(python, display=display)
    missing = missing_libraries(VENV, display=display) if complaint else []
    if missing and get_libraries(missing):
        complaint = attempt(python, display=display)
    if complaint is None:
        write_stamp({**stamp, f"qt-{platform}": True})
    elif not missing:
        say(f"Qt 没能启动，它说：\n{complaint}")
    return complaint is None


def attempt(python: Path, *, display: bool) -> str | None:
    """Start Qt in a process of its own and give its complaint, ``None`` when all is well."""
    surroundings = dict(os.environ)
    if not display:
        surroundings["QT_QPA_PLATFORM"] = "offscreen"
    try:
        trial = subprocess.run(
            [str(python), "-c", TRIAL], env=surroundings, capture_output=True, timeout=60, check=False
        )
    except subprocess.TimeoutExpired:
        return "等了一分钟没有回应。"
    return None if trial.returncode == 0 else trial.stderr.decode("utf-8", "replace").strip() or "没有说明原因。"


def missing_libraries(venv: Path, *, display: bool) -> list[str]:
    """Give the names of all shared libraries that Qt's modules and the platform plugin ask for and do not find."""
    folder = next(venv.glob("lib/python3.*/site-packages/PySide6"))
    files = [folder / f"{module}.abi3.so" for module in MODULES]
    files.append(folder / "Qt/plugins/platforms" / ("libqxcb.so" if display else "libqoffscreen.so"))
    if display and os.environ.get("WAYLAND_DISPLAY"):
        files.append(folder / "Qt/plugins/platforms/libqwayland.so")
    listed = "".join(
        subprocess.run(["ldd", str(file)], capture_output=True, text=True, check=False).stdout
        for file in files if file.exists()
    )
    return not_found(listed)


def not_found(ldd_output: str) -> list[str]:
    """Read the libraries that ``ldd`` could not find, each once, sorted."""
    return sorted(set(re.findall(r"^\s*(\S+) => not found", ldd_output, re.MULTILINE)))


def get_libraries(missing: list[str]) -> bool:
    """Install the packages of missing libraries where allowed and tell whether that worked."""
    unknown = [library for library in missing if library not in PACKAGES]
    if unknown:
        say(f"系统里缺少 {'、'.join(unknown)}，请用系统的软件管理器装上含有它的包。")
    packages = sorted({PACKAGES[library] for library in missing if library in PACKAGES})
    if not packages:
        return False
    return debian.install(packages, f"系统里缺少 Qt 需要的共享库：{'、'.join(missing)}。")
