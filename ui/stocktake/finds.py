"""盘盈登记: something found that no card stands for: what it is, where, how many, and whether it will be booked."""

from dataclasses import dataclass, fields
from typing import Any

from PySide6.QtWidgets import QWidget

from app.core.errors import Problem, Refused
from app.core.listing import Wish
from app.core.money import format_fen
from app.stocktake import commands, lists, queries, rules, scanning
from app.stocktake.rules import FindDraft
from app.store import journal
from app.store.journal import Step
from ui.base import undoing
from ui.base.parts import label
from ui.forms.form import Field, FormDialog, Section
from ui.forms.picker import Found
from ui.kit.school_fields import place_field

_MOST_LINES = 12
_PLACE, _NUMBER, _NAME, _MODEL, _COUNTED = (
    [each.key for each in lists.LINES].index(key) + 1 for key in ("place", "number", "name", "model", "counted"))


def edit_find(parent: QWidget, stocktake: int, find: int | None, room: int | None) -> int | None:
    """Let the person note a find (None: a new one, in ``room``) and give its id.

    None when he changed his mind, and when it turned out to be a card of the book: its line is counted then instead.
    """
    form = FindDialog(parent, stocktake, find, room)
    if not form.exec() or form.counted:
        return None
    return find if find is not None else int(form.saved.made[0])


@dataclass
class _Typed(FindDraft):
    """The form's own draft: ``line`` is the card of the book that it turned out to be."""

    line: int | None = None


class FindDialog(FormDialog):
    """``saved`` is the step; ``counted`` says that the thing was counted for a card, so that there is no note."""

    def __init__(self, parent: QWidget | None, stocktake: int, find: int | None, room: int | None) -> None:
        commands.require_open(stocktake)
        self.counted = False
        self.stocktake, self.note = stocktake, find
        super().__init__(parent, "登记盘盈" if find is None else "盘盈待查", self._draft(room), self._fields(),
                         self._problems, self._save, None if find else lambda draft: _Typed(place_id=draft.place_id))
        self.price = label("", "hint", wrap=True)
        self.below.addWidget(self.price)
        self.changed.connect(lambda _: self._tell())
        self._tell()
        self.grow()

    def filled(self) -> _Typed:
        """Give the draft as the fields stand."""
        values: dict[str, Any] = {key: editor.value() for key, editor in self.editors.items()}
        return _Typed(**values)

    def _draft(self, room: int | None) -> _Typed:
        if self.note is None:
            return _Typed(place_id=room or None)
        row = next((each for each in queries.finds(self.stocktake) if each.id == self.note), None)
        if row is None:
            raise Refused("这条盘盈记录已经不在了。请刷新后再试。")
        return _Typed(**{each.name: getattr(row, each.name) for each in fields(FindDraft)})

    def _fields(self) -> list[Section]:
        return [
            Section("", [
                Field("code", "标签号", hint="标签上的号，没有就空着"), Field("name", "名称", required=True), Field("model", "规格型号"),
                Field("unit", "单位"), Field("quantity", "数量", "whole", required=True),
                place_field("place_id", "发现地点"),
                Field("estimate", "估价（元/件）", "money", hint="不填按 1 元入账"),
                Field("decision", "处理", "choice", choices=rules.DECISIONS),
                Field("reason", "原因", width=2, hint="如：捐赠未登记、以前漏登"), Field("remark", "备注", width=2)]),
            Section("其实账上有（标签换过、贴错，或者从别的房间搬来的）", [
                Field("line", "是哪张卡片", "lookup", 2, "输入编号或名称；选了就给那张卡片记上，不算盘盈", find=self._cards, text_of=_card_words)]),
        ]

    def _cards(self, text: str) -> Found:
        """Give lines of the stocktake that words fit, those nobody found yet first."""
        if not text:
            return ()
        found = lists.LINE_LIST.rows(Wish(text, {"stocktake": self.stocktake}), _MOST_LINES * 3)
        found = sorted(found, key=lambda row: bool(row[_COUNTED]))[:_MOST_LINES]
        return [(row[0], _in_words(row[_NUMBER], row[_NAME], row[_MODEL]),
                 f"{row[_PLACE] or queries.NO_PLACE} · {'已盘' if row[_COUNTED] else '还没盘到'}") for row in found]

    def _problems(self, draft: _Typed) -> list[Problem]:
        problems = rules.check_find(draft)
        return [each for each in problems if draft.line is None or each.field != "name"]

    def _save(self, draft: _Typed) -> Step | None:
        plain = FindDraft(**{each.name: getattr(draft, each.name) for each in fields(FindDraft)})
        self.counted = draft.line is not None
        if draft.line is None:
            step = commands.record_find(self.stocktake, plain, self.note)
            undoing.told(f"已登记盘盈 {plain.name or plain.code}，{plain.quantity} 件。", step)
        else:
            step = scanning.recognise(self.stocktake, plain, draft.line, self.note, journal.worker.name)
            undoing.told(f"已记到 {_card_words(draft.line)} 上，不再算盘盈。", step)
        return step

    def _tell(self) -> None:
        """Say what the approval will make of it as the fields stand."""
        draft = self.filled()
        if draft.line is not None:
            line = queries.lines_by_id([draft.line])[draft.line]
            counted = f"已盘到 {line.counted} 件" if line.counted is not None else "还没盘到"
            self.price.setText(f"账上 {line.quantity} {line.unit}，在 {line.place or queries.NO_PLACE}，{counted}。"
                               f"保存后给它加 {draft.quantity or 0} 件。")
        elif draft.decision == rules.BOOK_IT:
            _, value, kind = rules.find_value(draft.quantity or 0, draft.estimate)
            self.price.setText(f"批准后建成新卡片：{draft.quantity or 0} 件，{kind} {format_fen(value)} 元，取得方式“盘盈”。")
        else:
            self.price.setText("批准前要定下来：入账还是不入账。" if draft.decision == rules.UNDECIDED else "批准时不建卡片，只留在这次盘点里。")


def _card_words(line: int) -> str:
    row = queries.lines_by_id([line]).get(line)
    return _in_words(row.number, row.name, row.model) if row else ""


def _in_words(*parts: str) -> str:
    return " ".join(filter(None, parts))
