"""本室全部相符，除…: the room's lines that nobody counted; one fills in only what does not agree."""

from collections import Counter
from dataclasses import replace
from typing import Any

from PySide6.QtWidgets import QWidget

from app.core.columns import Column, Kind
from app.core.errors import Problem, Refused
from app.school import queries as school
from app.stocktake import commands, queries, rules
from app.stocktake.queries import LineRow
from app.stocktake.rules import Count
from app.store import journal
from ui.base import keys, undoing
from ui.kit.all_but_dialog import AllButDialog
from ui.stocktake.fields import COUNT_FIELDS

_COLUMNS = (
    Column("number", "资产编号", Kind.CODE), Column("name", "资产名称"), Column("model", "规格型号"),
    Column("unit", "单位", Kind.CHOICE), Column("quantity", "账面数", Kind.WHOLE), Column("status", "账面状况", Kind.CHOICE),
    Column("counted", "实盘数", Kind.WHOLE), Column("damaged", "损坏", Kind.WHOLE), Column("found_place", "实际地点"),
    Column("found_status", "实际状况", Kind.CHOICE), Column("reason", "差异原因"), Column("remark", "备注"),
)
_WIDE = 1240   # px
_TONES = {"借出": "accent", "送修": "warning", "待处置": "danger", "待核销": "danger"}


def count_room(parent: QWidget, stocktake: int, room: int) -> bool:
    """Let the person count a room (0: without a place) as one step and give whether he did."""
    commands.require_open(stocktake)
    if not queries.lines(stocktake, (rules.UNSEEN,), room):
        raise Refused(f"{school.place_path(room) or queries.NO_PLACE} 没有还未盘的资产。")
    return bool(RoomDialog(parent, stocktake, room).exec())


class RoomDialog(AllButDialog):
    """Rows left alone are 相符; what is typed into a row is its exception. Nothing is written before the button."""

    def __init__(self, parent: QWidget | None, stocktake: int, room: int) -> None:
        self.stocktake, self.room = stocktake, room
        self.lines = {line.id: line for line in queries.lines(stocktake, (rules.UNSEEN, rules.AWAY), room)
                      if line.counted is None}
        self.name = school.place_path(room) or queries.NO_PLACE
        rows = [_row(line) for line in self.lines.values()]
        hint = "只填不相符的行：实盘数、损坏、实际地点、实际状况、原因。没有填的行都记为相符；标着借出、送修、待处置、待核销的不填就不记。"
        super().__init__(
            parent, "本室全部相符，除…", self.name, hint, _COLUMNS, COUNT_FIELDS, rows, "counted", _WIDE, _TONES
        )

    def exceptions(self) -> list[Count]:
        """Give a count for every row in which something readable was typed; a row without a number was all there."""
        changed, _ = self.edits.values({record: {key: cell for key, cell in cells.items() if not cell.reason}
                                        for record, cells in self.edits.cells.items()})
        return [self._count(self.lines[line], values) for line, values in changed.items() if values]

    def _count(self, line: LineRow, values: dict[str, Any]) -> Count:
        words: dict[str, Any] = {key: value or "" for key, value in values.items()
                                 if key in ("found_status", "reason", "remark")}
        counted = values.get("counted")
        place = values.get("found_place_id")
        return replace(commands.changed(line), **words, counted=line.quantity if counted is None else counted,
                       damaged=values.get("damaged") or 0, found_place_id=None if place == line.place_id else place)

    def save(self) -> None:
        """Write the room as one step; cells that cannot be are marked, and nothing is written."""
        self.grid.setFocus()    # a cell that is being typed in hands its words on
        counts = self.exceptions()
        problems = [replace(problem, row=count.line) for count in counts for problem in rules.check_count(count)]
        self._mark(problems)
        if self.go_to_bad():
            return
        try:
            done = commands.count_room(self.stocktake, self.room, counts, journal.worker.name)
        except Refused as refused:
            self.say(refused.text)
            return
        self.edits.clear()
        undoing.told(f"{self.name} 已盘 {done.count} 种：{self._words(counts)}。", done.step)
        self.accept()

    def _mark(self, problems: list[Problem]) -> None:
        """Put each problem into its cell, in place of what an earlier try said there."""
        for problem in problems:
            cells = self.edits.cells[problem.row or 0]
            key = next((key for key in cells if COUNT_FIELDS[key].key == problem.field), next(iter(cells)))
            cells[key] = replace(cells[key], reason=problem.text)
        self.grid.viewport().update()

    def show_sum(self) -> None:
        """Say what the room comes to."""
        counts = self.exceptions()
        due = sum(1 for line in self.lines.values() if not line.mark)
        extra = sum(1 for count in counts if self.lines[count.line].mark)
        self.sum.setText(f"将记下 {due + extra} 种：{self._words(counts)}。")
        self.button.setText(f"记下 {due + extra} 种（{keys.shown('store')}）")
        self.say("")

    def _words(self, counts: list[Count]) -> str:
        """Say what the room comes to: how many rows are 相符, and of each other result rows and pieces."""
        apart = {count.line: count for count in counts}
        rows: Counter[str] = Counter()
        pieces: Counter[str] = Counter()
        for line in self.lines.values():
            count = apart.get(line.id)
            if count is None and line.mark:
                continue
            count = count or Count(line.id, line.quantity)
            elsewhere, altered = count.found_place_id is not None, count.found_status not in ("", line.status)
            word = rules.result(line.quantity, count.counted, line.mark, elsewhere, altered)
            rows[word] += 1
            pieces[word] += abs((count.counted or 0) - line.quantity) if word in (rules.MISSING, rules.SURPLUS) else 0
        return "、".join(f"{word} {rows[word]} 种" + (f"（{pieces[word]} 件）" if pieces[word] else "")
                        for word in rules.RESULTS if rows[word]) or "没有要记的"


def _row(line: LineRow) -> tuple[Any, ...]:
    return (line.id, line.number, line.name, line.model, line.unit, line.quantity, line.mark or line.status,
            None, None, "", "", "", line.remark)
