"""盘盈登记: what was found that no card stands for, and whether it will be booked."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QSettings

from app.core.errors import Refused
from app.core.listing import Wish
from app.core.progress import Progress, silent
from app.stocktake import commands, lists, rules
from app.stocktake.queries import StocktakeRow
from app.store.journal import Step
from ui.base import undoing
from ui.base.changes import Changes
from ui.kit.acts import Act
from ui.kit.filters import ChoiceFilter
from ui.kit.table_page import TablePage
from ui.kit.workbooks import EXPORT, IMPORT, TEMPLATE, only_reads
from ui.stocktake.fields import FIND_FIELDS


class FindsPage(TablePage):
    """The notes of one stocktake; with a room chosen on the left those of the room."""

    title = "盘盈登记"
    columns = lists.FINDS
    listing = lists.FIND_LIST
    filters = (ChoiceFilter("decision", "全部处理", lambda: [(word, word) for word in rules.DECISIONS]),)
    acts = (
        Act("new", "登记盘盈", "register", "add"),
        IMPORT, TEMPLATE, EXPORT,
        Act("edit", "修改", "edit", "edit", needs="one", menu=True),
        Act("book", "入账", "book", "checkmark", needs="some", menu=True),
        Act("leave", "不入账", "leave", "dismiss", needs="some", menu=True),
        Act("delete", "删除", "delete", "delete", needs="some", menu=True),
    )
    tones: Mapping[str, str] = {rules.UNDECIDED: "warning", rules.BOOK_IT: "done", rules.LEAVE_IT: "quiet"}
    fields = FIND_FIELDS
    adds = True
    empty_text = "还没有登记账上没有的东西。清点时发现没有卡片的，记在这里；决定入账的，批准后会成为新卡片。"
    empty_acts = ("new",)
    settings_key = "stocktake_finds"
    search_hint = "搜索标签号、名称、型号、地点"
    record_word = "条"
    embedded = True

    def __init__(self, changes: Changes, machine: QSettings | None) -> None:
        self.stocktake: StocktakeRow | None = None
        self.room: int | None = None
        super().__init__(changes, machine)

    def show_room(self, stocktake: StocktakeRow, room: int | None) -> None:
        """Show the notes of a stocktake, of one room (0: without a place) or of all (None)."""
        before = (self.stocktake and self.stocktake.id, self.room)
        self.stocktake, self.room = stocktake, room
        self.model.locked = stocktake.state != rules.OPEN
        for act in self.acts:
            self.actions_by_key[act.key].setVisible(not self.model.locked or only_reads(act))
        if (stocktake.id, room) != before:
            self.reload()

    def whole(self, wish: Wish) -> Wish:
        """Give what is asked for, within the stocktake and the room."""
        room = {} if self.room is None else {"room": self.room}
        return replace(wish, filters={**wish.filters, "stocktake": self.stocktake.id if self.stocktake else 0, **room})

    def scope_words(self) -> str:
        """Give the stocktake and the room."""
        return " ".join(filter(None, (self.stocktake.title if self.stocktake else "", self.group)))

    def write(self, changed: Mapping[int, Mapping[str, Any]], added: Sequence[Mapping[str, Any]],
              progress: Progress = silent) -> Step | None:
        """Write what was typed or pasted as one step; what is new lies in the chosen room unless another is named."""
        return commands.edit_finds(self._open(), changed, [{"place_id": self.room or None, **values}
                                                           for values in added]).step

    def register(self) -> None:
        """Note something new, in the chosen room."""
        from ui.stocktake import finds

        made = finds.edit_find(self, self._open(), None, self.room or None)
        if made:
            self.choose(made)

    def edit(self) -> None:
        """Change the chosen note."""
        from ui.stocktake import finds

        chosen = self.selected_id()
        if chosen:
            finds.edit_find(self, self._open(), chosen, None)

    def book(self) -> None:
        """Decide that the chosen things become cards when the stocktake is approved."""
        self._decide(rules.BOOK_IT)

    def leave(self) -> None:
        """Decide that the chosen things do not become cards."""
        self._decide(rules.LEAVE_IT)

    def delete(self) -> None:
        """Strike out the chosen notes."""
        done = commands.drop_finds(self._open(), self.selected_ids())
        undoing.told(f"已删除 {done.count} 条盘盈登记。", done.step)

    def _decide(self, decision: str) -> None:
        ids = self.selected_ids()
        done = commands.edit_finds(self._open(), {each: {"decision": decision} for each in ids})
        undoing.told(f"{done.count} 条定为“{decision}”。", done.step)

    def _open(self) -> int:
        if self.stocktake is None:
            raise Refused("请先选一次盘点。")
        return commands.require_open(self.stocktake.id).id
