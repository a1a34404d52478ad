"""The pane on the right of a list: name, state, facts, tabs (经历, 照片, 单据), the likeliest next acts."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QShowEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QScrollArea, QSizePolicy, QWidget

from ui.base.parts import TabPages, column, label, mark, row
from ui.kit.acts import act_button
from ui.kit.related import RelatedList


class Facts(QScrollArea):
    """Pairs of words in two columns, the second wrapping; also a history (day, what happened). Can be copied from."""

    def __init__(self, first_width: int = 64) -> None:
        super().__init__()
        self.first_width = first_width
        self.setProperty("role", "plain")
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def show_pairs(self, pairs: Sequence[tuple[str, str]]) -> None:
        """Show these pairs in place of those before; a pair with nothing to say is left out."""
        body = QWidget()
        grid = QGridLayout(body)
        grid.setContentsMargins(0, 0, 6, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(7)
        grid.setColumnMinimumWidth(0, self.first_width)
        grid.setColumnStretch(1, 1)
        for line, (name, value) in enumerate((name, value) for name, value in pairs if value):
            words = label(value, wrap=True)
            words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            grid.addWidget(label(name, "hint"), line, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(words, line, 1, Qt.AlignmentFlag.AlignTop)
        grid.setRowStretch(grid.rowCount(), 1)
        self.setWidget(body)
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        """Ask for the height that all pairs need."""
        body = self.widget()
        return QSize(280, body.heightForWidth(max(self.viewport().width(), 240)) if body and body.layout() else 0)


class DetailPane(QFrame):
    """Shows one record. The page fills it by ``show_record`` and puts its own widgets in by ``add_tab``."""

    def __init__(self, acts: Sequence[QAction] = (), empty_text: str = "选中一行，这里显示它的内容。") -> None:
        super().__init__()
        self.setProperty("role", "panel")
        self.name, self.chip = label("", "title", wrap=True), label("", "chip")
        self.under = label("", "hint", wrap=True)
        self.empty, self.facts, self.tabs = label(empty_text, "hint", wrap=True), Facts(), TabPages()
        self.tabs.setDocumentMode(True)
        self.tabs.hide()
        head = row(self.name, self.chip, gap=10)
        head.setStretch(0, 1)
        head.setAlignment(self.chip, Qt.AlignmentFlag.AlignTop)
        self.buttons = [act_button(action) for action in acts]
        lines = column(self.empty, head, self.under, self.facts, self.tabs, margins=(16, 14, 14, 14), gap=10)
        lines.setStretch(4, 1)
        lines.addStretch(0)
        lines.addLayout(row(*self.buttons))
        self.setLayout(lines)
        self.related: RelatedList | None = None
        self.clear()

    def relate(self, table: str, identity: int) -> None:
        """Show what the record has to do with others, under a tab that is there only where it has to."""
        if self.related is None:
            self.related = RelatedList()
            self.add_tab("关联", self.related)
        count, at = self.related.show_of(table, identity), self.tabs.indexOf(self.related)
        self.tabs.setTabVisible(at, count > 0)
        self.tabs.setTabText(at, f"关联 {count}")

    def add_tab(self, title: str, widget: QWidget) -> int:
        """Put a widget under a tab; gives its number for ``tabs.setTabText`` (照片 2)."""
        self.tabs.show()
        return self.tabs.addTab(widget, title)

    def show_record(self, name: str, chip: str = "", tone: str = "accent", under: str = "",
                    facts: Sequence[tuple[str, str]] = ()) -> None:
        """Show a record: its name, state as a word in a tone, a line under the name, and its facts."""
        self._switch(True)
        self.name.setText(name)
        self.chip.setText(chip)
        self.chip.setVisible(bool(chip))
        mark(self.chip, tone=tone)
        self.under.setText(under)
        self.under.setVisible(bool(under))
        self.facts.show_pairs(facts)

    def showEvent(self, event: QShowEvent) -> None:
        """Ask anew for the room of the state's word: a record shown before the pane was seen knew nothing of its edges."""
        super().showEvent(event)
        word = self.chip.text()
        self.chip.setText("")
        self.chip.setText(word)

    def clear(self) -> None:
        """Show that no record is chosen."""
        self._switch(False)

    def _switch(self, on: bool) -> None:
        self.empty.setVisible(not on)
        for each in (self.name, self.chip, self.under, self.facts, *self.buttons):
            each.setVisible(on)
        self.tabs.setVisible(on and self.tabs.count() > 0)
