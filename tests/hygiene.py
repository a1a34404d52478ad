"""What a test leaves behind fails it: threads, temporary files, half-written files, open files, dialogs.

A plugin of the tests (``tests/conftest.py`` names it). Temporary files go to a folder that is looked at after each test;
half-written ones are looked for in the test's own ``tmp_path``. ``@pytest.mark.leaves("unfinished-*")`` tells of files that a
test leaves on purpose: copies of what a killed program would leave.
"""

import fnmatch
import gc
import os
import sys
import tempfile
import threading
from collections.abc import Collection, Iterator
from pathlib import Path

import pytest

PATIENCE = 2.0      # seconds for a worker that is about to end
HALF_WRITTEN = ("unfinished-*", "*.part", ".zongwu-*")
HANDLES = Path("/proc/self/fd")    # Linux tells which files are open; elsewhere ResourceWarning has to do


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marker."""
    config.addinivalue_line("markers", "leaves(*patterns): files with such names are left half written on purpose")


@pytest.fixture(scope="session")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder that stands for the system's temporary folder during tests."""
    return tmp_path_factory.mktemp("scratch")


@pytest.fixture(autouse=True)
def nothing_left_behind(request: pytest.FixtureRequest, scratch: Path) -> Iterator[None]:
    """Fail the test that leaves something behind; what it left is cleared, so that the next test is judged by its own."""
    threads = set(threading.enumerate())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tempfile, "tempdir", str(scratch))
        for name in ("TMPDIR", "TEMP", "TMP"):
            patch.setenv(name, str(scratch))
        yield
    allowed = [pattern for marker in request.node.iter_markers("leaves") for pattern in marker.args]
    own = request.node.funcargs.get("tmp_path")
    folders = [scratch, *([own] if own else [])]
    left = [*threads_left(threads), *files_open(folders), *half_written(own, allowed), *temporary_left(scratch), *dialogs_left()]
    assert not left, "left behind: " + "; ".join(left)


def threads_left(before: Collection[threading.Thread]) -> list[str]:
    """Give the threads that were not there before and do not end within ``PATIENCE``."""
    new = [thread for thread in threading.enumerate() if thread not in before]
    for thread in new:
        thread.join(PATIENCE)
    return [f"thread {thread.name}" for thread in new if thread.is_alive()]


def temporary_left(scratch: Path) -> list[str]:
    """Give what lies in the temporary folder, and clear it."""
    left = sorted(scratch.iterdir())
    for path in left:
        _remove(path)
    return [f"temporary {path.name}" for path in left]


def half_written(folder: Path | None, allowed: Collection[str] = ()) -> list[str]:
    """Give the files under a folder whose names say that they are not finished."""
    if folder is None or not folder.exists():
        return []
    return [f"half written {path.name}" for path in sorted(folder.rglob("*"))
            if any(fnmatch.fnmatch(path.name, pattern) for pattern in HALF_WRITTEN)
            and not any(fnmatch.fnmatch(path.name, pattern) for pattern in allowed)]


def files_open(folders: Collection[Path]) -> list[str]:
    """Give the files under some folders that this process holds open."""
    found = _open_below(folders)
    if found:   # in a circle of references they wait for the collector: no fault of theirs
        gc.collect()
        found = _open_below(folders)
    return [f"open file {path}" for path in found]


def _open_below(folders: Collection[Path]) -> list[str]:
    if not HANDLES.exists():
        return []
    roots = tuple(f"{folder}{os.sep}" for folder in folders)
    found = []
    for handle in HANDLES.iterdir():
        try:
            path = str(handle.readlink())
        except OSError:     # the listing's own handle
            continue
        if path.startswith(roots):
            found.append(Path(path).name)
    return sorted(set(found))


def dialogs_left() -> list[str]:
    """Give the dialogs and menus that are still shown and belong to no widget of ``qtbot``, and close them."""
    if "PySide6.QtWidgets" not in sys.modules:
        return []
    from PySide6.QtWidgets import QApplication, QDialog, QMenu

    left = []
    for widget in QApplication.topLevelWidgets() if QApplication.instance() else ():
        if isinstance(widget, QDialog | QMenu) and widget.isVisible():
            left.append(f"{type(widget).__name__} “{widget.windowTitle()}”")
            widget.hide()
            widget.deleteLater()
    return left


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        for each in path.iterdir():
            _remove(each)
        path.rmdir()
    else:
        path.unlink(missing_ok=True)
