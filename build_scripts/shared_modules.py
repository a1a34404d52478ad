"""The first thing that a built program runs: its modules come out of one archive that the window and the command line share.

PyInstaller would put a copy into each of them (5 MB). What its finder reads from is a module's variable; the version of
PyInstaller is exact (build.py), and the smoke starts both programs.
"""

import os
import sys

import pyimod01_archive  # type: ignore[import-not-found]  # both are part of what PyInstaller starts a program with
import pyimod02_importers  # type: ignore[import-not-found]

pyimod02_importers.pyz_archive = pyimod01_archive.ZlibArchiveReader(
    os.path.join(sys._MEIPASS, "modules.pyz"), check_pymagic=True)  # type: ignore[attr-defined]  # noqa: SLF001
sys.path_importer_cache.pop(sys._MEIPASS, None)  # type: ignore[attr-defined]  # noqa: SLF001  (its finder knows the empty one)
