"""What an import would change on cards there are: old → new field by field, and ticks for the fields to be taken."""

from collections.abc import Callable, Mapping

from PySide6.QtWidgets import QHeaderView, QWidget

from app.assets.fields import FIELD
from app.assets.importing import Outcome
from app.core.columns import Column
from ui.base.parts import column, label, later, row
from ui.forms.ticks import CHECKED, Branch, TickTree
from ui.grid.grid import Grid
from ui.grid.rows import RowsModel

_COLUMNS = (
    FIELD["number"].column(), FIELD["name"].column(), Column("field", "字段", width=24),
    Column("old", "原来", width=44), Column("new", "改为", width=44),
)
_BLANK = "（空）"
_WAIT_MS = 500      # several ticks in a row are one new look
_SIDE_PX = 210


class UpdatesView(QWidget):
    """Every field of every card that would change. ``wanted`` is called with the ticked fields when ticks change."""

    def __init__(self, wanted: Callable[[frozenset[str]], object]) -> None:
        super().__init__()
        self.wanted = wanted
        self.lines: list[tuple[object, ...]] = []
        self.model = RowsModel(_COLUMNS)
        self.grid = Grid(self.model)
        self.grid.horizontalHeader().setSectionsClickable(False)
        self.grid.setMinimumHeight(96)
        self.words = label("", "hint", wrap=True)
        self.soon = later(self, _WAIT_MS, lambda: self.wanted(self.ticked()))
        self.side = row()
        self.fields: TickTree | None = None
        lines = column(row(self.side, self.grid, gap=12), self.words, gap=8)
        lines.setStretch(0, 1)
        self.setLayout(lines)

    def offer(self, counts: Mapping[str, int], titles: Mapping[str, str]) -> None:
        """Offer the fields that differ, all ticked, each with the number of cards."""
        if self.fields is not None:
            self.side.removeWidget(self.fields)
            self.fields.deleteLater()
        order = list(titles)
        keys = sorted(counts, key=lambda key: order.index(key) if key in titles else len(order))
        branches = [Branch(key, None, (titles.get(key, key), f"{counts[key]:,}")) for key in keys]
        self.fields = TickTree(("更新的字段", "张数"), branches, lambda _: True)
        self.fields.setRootIsDecorated(False)
        self.fields.header().setStretchLastSection(False)
        self.fields.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.fields.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self.fields.setFixedWidth(_SIDE_PX)
        self.fields.setAccessibleName("要更新的字段")
        self.fields.itemChanged.connect(lambda *_: self.soon.start())
        self.side.addWidget(self.fields)

    @property
    def offered(self) -> frozenset[str]:
        """Give the keys of all fields that differ."""
        return frozenset(map(str, self.fields.nodes)) if self.fields else frozenset()

    def ticked(self) -> frozenset[str]:
        """Give the keys of the fields that are ticked."""
        nodes = self.fields.nodes if self.fields else {}
        return frozenset(str(key) for key, item in nodes.items() if item.checkState(0) == CHECKED)

    def show_updates(self, outcome: Outcome) -> None:
        """Show what becomes of each card; the number and name stand once for a card."""
        self.lines = []
        for update in outcome.updates:
            for at, (_, title, old, new) in enumerate(update.fields):
                head = (update.number, update.name) if at == 0 else ("", "")
                self.lines.append((update.id, *head, title, old or _BLANK, new or _BLANK))
        self.model.load(lambda limit, offset: self.lines[offset:offset + limit], len(self.lines))
        self.grid.fit(measure=True)
        self.words.setText(
            f"共更新 {outcome.updated:,} 张卡片、{len(self.lines):,} 处。不勾选的字段保持台账里原来的内容；表里空着的格也不改。"
            if self.lines else "没有要更新的内容。" if outcome.updated == 0 and not outcome.bad_rows else "")
