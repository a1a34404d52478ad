"""The only signal that crosses pages: which tables have just changed."""

from PySide6.QtCore import QObject, Signal


class Changes(QObject):
    """``happened`` carries a frozenset of table names, once for each operation, after it was committed."""

    happened = Signal(frozenset)
