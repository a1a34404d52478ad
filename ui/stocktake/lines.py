"""The lines of the chosen group, where counts are typed: Enter = 相符 and on, digits = count."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import QSettings, QTimer, Signal

from app.core.errors import Refused
from app.core.listing import Wish
from app.core.progress import Progress, silent
from app.stocktake import commands, lists, queries, rules
from app.stocktake.queries import StocktakeRow
from app.store import journal
from app.store.journal import Counted, Step
from ui.base import notify, undoing
from ui.base.changes import Changes
from ui.kit.acts import Act
from ui.kit.filters import ChoiceFilter
from ui.kit.table_page import TablePage
from ui.kit.workbooks import only_reads
from ui.stocktake.fields import COUNT_FIELDS

TONES = {rules.MATCHED: "done", rules.MISSING: "danger", rules.SURPLUS: "accent", rules.MOVED: "warning",
         rules.ALTERED: "warning", **dict.fromkeys(rules.MARKS.values(), "quiet")}
_COUNTED, _REASON, _PLACE, _MODEL, _SINCE = (
    [column.key for column in lists.LINES].index(key) for key in ("counted", "reason", "place", "model", "since"))


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed last: a line, one of its fields, and the line to go on to, as the list was before."""

    line: int
    field: str
    following: int | None = None


class LinesPage(TablePage):
    """The lines of one group of one stocktake. ``group_done`` tells that Enter found nothing left to count in it."""

    title = "盘点明细"
    columns = lists.LINES
    listing = lists.LINE_LIST
    filters = (ChoiceFilter("result", "全部结果", lambda: [
        (word, word) for word in (*rules.RESULTS, lists.DIFFERING, lists.UNEXPLAINED)]),)
    acts = (
        Act("room", "本室全部相符，除…", "count_room", "done"),
        Act("same", "选中的都相符", "count_same", "checkmark", needs="some", menu=True),
        Act("related", "卡片、采购等关联…", "show_related", "", needs="one", menu=True),
        Act("take_back", "取消盘点结果", "take_back", "undo", "Ctrl+-", needs="some", menu=True),
    )
    tones = TONES
    fields = COUNT_FIELDS
    empty_text = "这里没有账面资产。"
    settings_key = "stocktake_lines"
    search_hint = "搜索编号、名称、型号、地点、保管人、备注"
    record_word = "种"
    embedded, row_numbers = True, False
    goes_on = True
    group_done = Signal()
    counted = Signal(object)    # the step that wrote counts, once the page shows them

    def __init__(self, changes: Changes, machine: QSettings | None) -> None:
        self.stocktake: StocktakeRow | None = None
        self.by, self.key = "room", ""
        self.typed: Typed | None = None
        self.since: bool | None = None          # whether the column of what happened in the ledger since is offered
        self.fields_by_column = {at: COUNT_FIELDS[column.key].key for at, column in enumerate(lists.LINES)
                                 if column.key in COUNT_FIELDS}
        self.whole_room = False                 # whether 本室全部相符 has something to do in what is shown
        super().__init__(changes, machine)
        self.grid.digits_to = _COUNTED

    def show_group(self, stocktake: StocktakeRow, by: str, key: str, left: int) -> None:
        """Show the lines of a group ("" for all) of a stocktake; the cursor stands on the first that nobody counted.

        ``left`` is how many lines of the group nobody counted.
        """
        before = (self.stocktake and self.stocktake.id, self.by, self.key)
        self.stocktake, self.by, self.key = stocktake, by, key
        self.lock(stocktake.state != rules.OPEN)
        self.whole_room = stocktake.state == rules.OPEN and by == "room" and bool(key) and left > 0
        self.actions_by_key["room"].setEnabled(self.whole_room)
        if (stocktake.id, by, key) != before:
            within = by == "room" and bool(key)     # there every line has the same place
            self.grid.layout_of_columns.hide(_PLACE, within)
            self.grid.layout_of_columns.hide(_MODEL, not within)
            self.refresh()
            self.grid.fit(measure=True)
            self.grid.verticalScrollBar().setValue(0)
            self.go_to(self._first())

    def fill(self) -> None:
        """Show the lines anew; what happened in the ledger since has its column only where something did."""
        before, self.since = self.since, bool(self.stocktake and lists.changed_since(self.stocktake.id))
        if before != self.since:    # else it stays as the person has it
            self.grid.layout_of_columns.hide(_SINCE, not self.since)
        super().fill()

    def lock(self, on: bool) -> None:
        """Let nothing be typed, as in a stocktake that is not open."""
        self.model.locked = on
        for act in self.acts:
            self.actions_by_key[act.key].setVisible(not on or only_reads(act) or act.key == "related")

    def able(self) -> Mapping[str, bool]:
        """A whole room can be counted where one is chosen that is not done."""
        return {"room": self.whole_room}

    # --- what the list shows

    def whole(self, wish: Wish | None = None) -> Wish:
        """Give what is asked for, within the stocktake and the group."""
        wish = wish or self.wish()
        group = {} if not self.key else {self.by: self.key if self.by == "class" else int(self.key)}
        return replace(wish, filters={**wish.filters, "stocktake": self.stocktake.id if self.stocktake else 0, **group})

    def scope_words(self) -> str:
        """Give the stocktake and the group."""
        return " ".join(filter(None, (self.stocktake.title if self.stocktake else "", self.group)))

    # --- counting

    def write(self, changed: Mapping[int, Mapping[str, Any]], added: Sequence[Mapping[str, Any]],
              progress: Progress = silent) -> Step | None:
        """Write what was typed or pasted as one step."""
        stocktake = self._open()
        if len(changed) == 1:
            line, values = next(iter(changed.items()))
            self.typed = Typed(line, next(iter(values)), lists.next_unseen(self.whole(), line))
            QTimer.singleShot(0, self, self._forget)    # only the key that ended the typing may go on from it
        return self._write(stocktake.id, changed).step

    def _write(self, stocktake: int, counts: Mapping[int, Mapping[str, Any]]) -> Counted:
        done = commands.edit_lines(stocktake, counts, journal.worker.name)
        self.counted.emit(done.step)
        return done

    def enter(self, record_id: int, column_key: str) -> bool:
        """Count the line as the book has it unless it is counted, and go on to the next that nobody counted.

        What is lent, in repair or awaiting disposal is only passed over: whoever sees it types its count.
        """
        if self.stocktake is None or self.model.locked:
            return False
        line = queries.lines_by_id([record_id]).get(record_id)
        following = lists.next_unseen(self.whole(), record_id)
        if line is not None and line.counted is None and not line.mark:
            self._write(self.stocktake.id, {record_id: {"counted": line.quantity}})
        self.go_on(following)
        return True

    def after_cell(self, down: int, on: int) -> None:
        """Go on from a cell that was typed in: from a count that differs to its reason, else to what is not counted yet."""
        here = self.grid.currentIndex()
        typed, self.typed = self.typed or Typed(
            self.model.id_at(here.row()) or 0, self.fields_by_column.get(here.column(), "")), None
        self.grid.setFocus()        # storing shows the list anew, which takes the editor away, keys and all
        line = queries.lines_by_id([typed.line]).get(typed.line)
        number = self.number_of(typed.line)     # None: the filter has just dropped the line
        if on != 1 or line is None or typed.field not in ("counted", "reason", "remark") or self.model.edits.cells:
            self.grid.step(down, on)
        elif typed.field == "counted" and (line.missing or line.surplus) and not line.reason and number is not None:
            self.grid.choose_cell(number, _REASON)
        elif number is not None:
            self.go_on(lists.next_unseen(self.whole(), typed.line))
        else:
            self.go_on(typed.following)

    def go_on(self, line: int | None) -> None:
        """Go to this line; None: the group is done."""
        if line is not None:
            self.go_to(line)
        elif self.wish().narrowed and lists.next_unseen(self.whole(Wish()), 0) is not None:
            notify.said("筛选出来的都盘完了，这里还有没盘的。", [("清除筛选", self.clear_narrowing)])
        elif self.grid.cells.key_held:      # Enter held down ends with the room that was meant
            notify.said("这里盘完了。松开再按一次回车，去下一处。")
        else:
            self.group_done.emit()

    def count_same(self) -> None:
        """Count the chosen lines as the book has them; what is counted keeps its count, what is away is left out."""
        stocktake = self._open()
        lines = [line for line in queries.lines_by_id(self.selected_ids()).values()
                 if line.counted is None and not line.mark]
        if not lines:
            raise Refused("选中的行都已经盘过，或者借出、送修、待处置、待核销。东西在场的请直接填实盘数。")
        done = self._write(stocktake.id, {line.id: {"counted": line.quantity} for line in lines})
        undoing.told(f"{done.count} 种记为相符。", done.step)

    def take_back(self) -> None:
        """Take the counts of the chosen lines back."""
        done = commands.take_back(self._open().id, self.selected_ids())
        undoing.told(f"已取消 {done.count} 种的盘点结果。", done.step)

    def show_related(self) -> None:
        """Show the card of the chosen line and what it has to do with: the purchase it came by."""
        from ui.kit.related import show_related

        line = queries.lines_by_id([self.selected_id() or 0])[self.selected_id() or 0]
        show_related(self, "asset", line.asset_id)

    def count_room(self) -> None:
        """Count the room as 全部相符 but for what is filled in."""
        from ui.stocktake import room_exceptions

        stocktake = self._open()
        if self.by != "room" or not self.key:
            raise Refused("请先在左边“按房间”里选一间，再整室记为相符。")
        if (
            room_exceptions.count_room(self, stocktake.id, int(self.key))
            and lists.next_unseen(self.whole(Wish()), 0) is None
        ):
            self.group_done.emit()

    def go_to(self, line: int | None) -> None:
        """Put the cursor on the count of a line; None leaves it where it is."""
        number = None if line is None else self.number_of(line)
        if number is not None:
            self.grid.choose_cell(number, _COUNTED)

    def _first(self) -> int | None:
        """Give the first line that nobody counted, else the first of all."""
        first = self.model.id_at(0)
        return first if first is None else lists.next_unseen(self.whole(), 0) or first

    def _forget(self) -> None:
        self.typed = None

    def _open(self) -> StocktakeRow:
        if self.stocktake is None:
            raise Refused("请先选一次盘点。")
        return commands.require_open(self.stocktake.id)
