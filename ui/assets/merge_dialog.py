"""合并相同卡片: which card is kept, what is right where they differ; the cards and what comes of them stand below."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtWidgets import QWidget

from app.assets import merging
from app.assets.fields import TITLE
from app.assets.merging import INTO, Merge
from app.assets.queries import Card
from app.core.errors import Problem
from ui.assets.part_lines import COLUMNS_OF_PARTS, row_of_part
from ui.base.parts import button, label, open_at, row
from ui.forms.form import Field, FormDialog, Section
from ui.grid.grid import Grid
from ui.grid.rows import RowsModel

_BESIDES_PX = 430   # of the dialog's height that is not its fields


class MergeDialog(FormDialog):
    """``saved`` is the step. ``cards`` agree in what they must: see ``merging.cards_of``."""

    def __init__(self, parent: QWidget | None, cards: Sequence[Card]) -> None:
        self.cards, self.ids = cards, tuple(card.id for card in cards)
        self.differing = merging.differences(cards)
        largest = max(cards, key=lambda card: card.draft.quantity or 0)
        super().__init__(
            parent,
            "合并相同卡片",
            Merge(self.ids, largest.id),
            self._sections(),
            self._problems,
            merging.merge_cards,
            save_text="合并",
        )
        head = label(f"{largest.draft.name}　{largest.draft.model}".strip(), "title", wrap=True)
        summed, joined = ("、".join(TITLE[key] for key in keys) for keys in (merging.SUMMED, merging.JOINED))
        under = label(f"{len(cards)} 张卡片并成一张。{summed}相加，{joined}接在一起，照片和文件移到保留的卡片；"
                      "其余卡片移到回收站，不能单独恢复（撤销可以全部还原）。", "hint", wrap=True)
        for each in self.differing:
            self.editors[each.key].setPlaceholderText("请选择")
        self.as_kept = button("不同的都按保留的卡片", self._take_kept, flat=True)
        self.as_kept.setVisible(bool(self.differing))
        self.model = RowsModel(COLUMNS_OF_PARTS)
        self.grid_below = Grid(self.model)
        self.grid_below.horizontalHeader().setSectionsClickable(False)
        self.grid_below.setMinimumHeight(190)
        self.above.addWidget(head)
        self.above.addWidget(under)
        self.below.addLayout(row(self.as_kept, None))
        self.below.addWidget(self.grid_below, 1)
        self.favour_below()
        self.changed.connect(lambda _: self._show())
        open_at(self, max(self.width(), 780), self.height())
        under.setMinimumHeight(under.heightForWidth(self.width() - 40))     # else its second line is not reckoned with
        self._show()
        self.grow()

    def _sections(self) -> list[Section]:
        kept = Field(INTO, "保留哪张卡片", "choice", width=2, required=True,
                     choices=[(card.id, f"{card.draft.number}（{card.draft.quantity} {card.draft.unit}）")
                              for card in self.cards])
        chosen = [Field(each.key, each.title, "choice", width=2, required=True,
                        choices=[(identity, merging.said(words, numbers)) for identity, words, numbers in each.values])
                  for each in self.differing]
        return [Section("", [kept]), *([Section("这些卡片的下列内容不同，请各选一个", chosen)] if chosen else [])]

    def field_value(self, draft: Merge, key: str) -> Any:
        """Give the card that is kept, or the one that a field is taken from."""
        return draft.into if key == INTO else draft.taken.get(key)

    def filled(self) -> Merge:
        """Give what is chosen."""
        chosen = {key: editor.value() for key, editor in self.editors.items()}
        into = chosen.pop(INTO) or 0
        return Merge(self.ids, into, {key: identity for key, identity in chosen.items() if identity is not None})

    def _problems(self, merge: Merge) -> list[Problem]:
        return merging.check_merge(self.cards, merge)

    def _take_kept(self) -> None:
        """Choose everywhere what the kept card holds."""
        kept = next(card.draft.number for card in self.cards if card.id == self.filled().into)
        for each in self.differing:
            self.set_value(each.key, next(identity for identity, _, numbers in each.values if kept in numbers))
        self.changed.emit(INTO)

    def grow(self) -> None:
        """Leave the grid below its room on the screen: many differing fields scroll."""
        super().grow()
        room = self.screen().availableGeometry().height() - _BESIDES_PX
        self.area.setMinimumHeight(min(self.area.minimumHeight(), room))

    def _show(self) -> None:
        """Show what comes of it, and below it the cards."""
        merge = self.filled()
        made = merging.merged(self.cards, merge)
        rows = [row_of_part(f"合并后 {made.number}", made)]
        rows += [row_of_part(f"{'保留' if card.id == merge.into else '并入'} {card.draft.number}", card.draft)
                 for card in self.cards]
        self.model.load(lambda limit, offset: rows[offset:offset + limit], len(rows))
        self.grid_below.fit(measure=True)

