"""The window. ``main`` starts and wires, ``window`` holds the tabs, ``kit`` the parts, then one folder a feature.

Nothing here writes SQL: pages call verbs and queries of ``app`` and show what comes back.
"""

import ctypes
import gc
import sys

# Far from nought, and its low half far from nought and from its sign: see `keep_singletons`.
_PLENTY = (1 << 61) + (1 << 30)
_MORTAL = sys.version_info < (3, 12) and sys.implementation.name == "cpython" and not hasattr(sys, "getobjects")


def keep_singletons() -> None:
    """Keep None, True and False alive, as Python 3.12 and later do by themselves; called again every minute.

    PySide6 6.12 gives back one reference too many each time Qt asks a Python model for data and gets None (ten or more
    a cell and paint), and each time a signal brings True or False to Python. Before 3.12 such a count reaches nought
    after minutes of work and the interpreter ends the program at once ("deallocating None"). A count that nothing uses
    up stands in for 3.12's immortal objects. PySide6 for Windows counts with the low 32 bits alone, as newer Pythons do:
    they too must be far from nought, and what is used up of them is made good by the next call.
    """
    if not _MORTAL:
        return
    for single in (None, True, False):
        count = ctypes.c_ssize_t.from_address(id(single))  # an object begins with its count of references
        if abs(count.value - sys.getrefcount(single)) < 100:
            count.value = _PLENTY


if _MORTAL:
    keep_singletons()


def spare_what_stands() -> None:
    """Leave what start-up made out of all further looks for cycles, and let those come sooner, each at fewer objects.

    A look at the 50,000 that ``app`` waits for is a frame of 60 ms. Once a process: what is left out is never looked at again.
    """
    if not gc.get_freeze_count():
        gc.freeze()
        gc.set_threshold(10_000, 20, 20)
