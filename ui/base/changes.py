"""The signals that cross pages: which tables have just changed, and that what waits to be stored has."""

from PySide6.QtCore import QObject, Signal


class Changes(QObject):
    """``happened`` carries a frozenset of table names, once for each operation, after it was committed."""

    happened = Signal(frozenset)
    typed = Signal()    # what is typed and waits in some list is another: the window names what Ctrl+Z takes back

    def __init__(self) -> None:
        super().__init__()
        self.count = 0      # how many were told up to now; has risen when a page hears of one
        self.happened.connect(self._counted)

    def _counted(self, _tables: frozenset[str]) -> None:
        self.count += 1
