"""The window. ``main`` starts and wires, ``window`` holds the tabs, ``kit`` the parts, then one folder a feature.

Nothing here writes SQL: pages call verbs and queries of ``app`` and show what comes back.
"""

import ctypes
import sys


def _keep_none() -> None:
    """Keep None alive, as Python 3.12 and later do by themselves.

    PySide6 6.12 gives back one reference to None too many each time Qt asks a Python model for data and gets None: ten
    or more a cell and paint. Before 3.12 the count reaches nought after minutes of scrolling and the interpreter ends
    the program at once ("deallocating None"). A count that nothing uses up stands in for 3.12's immortal None.
    """
    count = ctypes.c_ssize_t.from_address(id(None))  # an object begins with its count of references
    if abs(count.value - sys.getrefcount(None)) < 100:
        count.value = sys.maxsize // 4


if sys.version_info < (3, 12) and sys.implementation.name == "cpython" and not hasattr(sys, "getobjects"):
    _keep_none()
