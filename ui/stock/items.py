"""库存: every sort of goods with what lies there; issued, received, planned and printed from here."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QSettings, Signal
from PySide6.QtWidgets import QWidget

from app.core.columns import Kind, shown
from app.core.errors import Problem, Refused
from app.core.listing import Wish
from app.core.money import format_fen
from app.core.progress import Progress, silent
from app.core.quantity import ONE
from app.stock import item_commands, items, lists, queries, rules
from app.stock.rules import ItemDraft
from app.stock.settings import CATEGORIES
from app.store import settings as stored
from app.store.folder import DataFolder
from app.store.journal import Step
from ui.base import undoing
from ui.base.changes import Changes
from ui.forms.form import Field, FormDialog
from ui.grid.rows import Row
from ui.kit.acts import Act
from ui.kit.detail import DetailPane, Facts
from ui.kit.filters import ChoiceFilter
from ui.kit.record_form import edit_record
from ui.kit.school_fields import person_field, place_field
from ui.kit.table_page import TablePage
from ui.stock.printing import print_form

_FIELDS = (
    Field("name", "品名", width=2, required=True), Field("spec", "规格"), Field("unit", "单位", required=True, hint="记账用的单位，例如 包"),
    Field("category", "类别", "choice", choices=lambda: ["", *stored.value(CATEGORIES)]),
    Field("minimum", "最低库存", "quantity", hint="低于它就提醒"),
    Field("pack_unit", "大包装单位", hint="例如 箱；没有就空着"), Field("pack_size", "每大包装数量", "quantity", hint="1箱=12包就填 12"),
    Field("storeroom", "常放保管室", "choice", choices=lambda: [(None, ""), *((room.id, room.name) for room in queries.storerooms())]),
    Field("remark", "备注", width=2))
_RECENT = 12    # movements that the pane shows


@dataclass
class _Room:
    """A storeroom as it is typed."""

    name: str = ""
    place: int | None = None
    keeper: int | None = None
    active: bool = True


class ItemsPage(TablePage):
    """The step 库存 of the tab."""

    title = "库存"
    columns = lists.ITEMS
    listing = lists.ITEM_LIST
    filters = (ChoiceFilter("category", "全部类别", lambda: [(each, each) for each in stored.value(CATEGORIES)]),
               ChoiceFilter("state", "全部状态", lambda: [(each, each) for each in lists.STATES]))
    acts = (
        Act("issue", "领用…", "issue", "document", primary=True),
        Act("receive", "入库…", "receive", "add"),
        Act("plan", "分发…", "plan", "copy", needs="some"),
        Act("new", "新增物品", "add", "box"),
        Act("account", "打印明细账…", "print_account", "print", needs="some"),
        Act("card", "领用卡…", "show_card", "table"),
        Act("edit", "修改物品", "edit", "edit", needs="one", menu=True),
        Act("request", "请购选中的…", "request", "", needs="some", menu=True),
        Act("transfer", "调库…", "transfer", "", menu=True),
        Act("scrap", "报损…", "scrap", "", menu=True),
        Act("import", "导入期初库存…", "take_in", "import", menu=True),
        Act("low", "只看低于最低库存", "show_low", "", menu=True),
        Act("off", "停用", "switch_off", "dismiss", needs="some", menu=True),
        Act("on", "启用", "switch_on", "checkmark", needs="some", menu=True),
        Act("delete", "删除", "remove", "delete", needs="some", menu=True),
        Act("room", "新增保管室…", "add_room", "", menu=True),
        Act("rename", "修改保管室…", "edit_room", "", menu=True),
    )
    fields = {field.key: field for field in _FIELDS}
    adds = True
    embedded = True
    tones = {lists.LOW: "warning", lists.OUT_OF: "danger", lists.SLOW: "quiet", lists.ENOUGH: "done", lists.IDLE: "quiet"}
    empty_text = ("仓库还是空的。已经有库存表的，从“导入期初库存”读进来；没有的，直接登记入库，第一次写到的物品会自动建立。\n"
                  "数量按单位记，3箱这样写会按大包装折算；金额按移动加权平均自动算。")
    empty_acts = ("import", "receive")
    settings_key = "stock_items"
    search_hint = "搜索品名、规格、类别，可用拼音首字母"
    record_word = "种"

    requested = Signal(object)    # goods to be bought (item → thousandths): the tab writes the request

    def __init__(self, changes: Changes, settings: QSettings | None, data: DataFolder) -> None:
        self.data_folder = data
        super().__init__(changes, settings)

    # --- the pane

    def detail_widget(self) -> QWidget | None:
        """Give the pane: where it lies, what it cost, its latest movements."""
        self.pane, self.recent = DetailPane(), Facts(96)
        self.pane.add_tab("最近收发", self.recent)
        return self.pane

    def show_detail(self, row: Row | None) -> None:
        """Show the chosen item."""
        if row is None:
            self.pane.clear()
            return
        item = queries.items([row[0]]).get(row[0])
        if item is None:
            self.pane.clear()
            return
        rooms = {each.id: each.name for each in queries.storerooms(all_=True)}
        there = [(rooms[each.storeroom], f"{rules.quantity_words(each.quantity, item.unit)}　{format_fen(each.fen)} 元")
                 for each in queries.balances() if each.item == item.id]
        last = f"{format_fen(item.last_price)} 元" if item.last_price is not None else ""
        pack = f"1{item.pack_unit}={rules.quantity_words(item.pack_size, item.unit)}" if item.pack_unit else ""
        state = str(row[8] or "")
        self.pane.show_record(item.title, state, self.tones.get(state, "accent"), item.category, [
            *there, ("上次进价", last), ("大包装", pack),
            ("最低库存", rules.quantity_words(item.minimum, item.unit) if item.minimum else "")])
        moves = lists.MOVEMENT_LIST.rows(Wish(filters={"item": item.id}), _RECENT)
        self.recent.show_pairs([(move[1], _move_words(move, item.unit)) for move in moves])

    # --- acts

    def enter(self, record: int, key: str) -> bool:
        """Enter goes on to the next cell."""
        return False

    def issue(self) -> None:
        """Hand goods out; the chosen ones stand in the slip already."""
        from ui.stock.slip_forms import issue_form

        issue_form(self, self._few()).exec()

    def receive(self) -> None:
        """Take goods in."""
        from ui.stock.slip_forms import receive_form

        receive_form(self, self._few()).exec()

    def transfer(self) -> None:
        """Move goods to another storeroom."""
        from ui.stock.slip_forms import transfer_form

        if len(queries.storerooms()) < 2:
            raise Refused("只有一个保管室，没有可以调去的。请先“新增保管室”。")
        transfer_form(self, self._few()).exec()

    def scrap(self) -> None:
        """Write goods off."""
        from ui.stock.slip_forms import scrap_form

        scrap_form(self, self._few()).exec()

    def plan(self) -> None:
        """Draw up a 分发表 of the chosen goods."""
        from ui.stock.plan_form import new_plan

        new_plan(self, self.selected_ids())

    def _few(self) -> list[int]:
        """Give the chosen goods where a person chose several: one row is current without being meant."""
        chosen = self.selected_ids()
        return chosen if 1 < len(chosen) <= rules.MOST_LINES else []

    def request(self) -> None:
        """Ask for the chosen goods to be bought: up to twice their minimum."""
        chosen = queries.items(self.selected_ids())
        self.requested.emit({item.id: max(2 * (item.minimum or 0) - item.quantity, item.minimum or 0, ONE) for item in chosen.values()})

    def show_low(self) -> None:
        """Show what is below its minimum."""
        self.narrow({"state": lists.LOW})

    def print_account(self) -> None:
        """Print the 明细账 of the chosen goods."""
        print_form(self, self.data_folder, "stock-account", records=tuple(self.selected_ids()))

    def show_card(self) -> None:
        """Show what one room or one person took (一室一卡、一人一卡)."""
        from ui.stock.issue_card import show_issue_card

        show_issue_card(self, self.data_folder)

    def take_in(self) -> None:
        """Take in the office's own stock workbook as opening balances."""
        from ui.stock.importing import import_stock

        import_stock(self, self.data_folder)

    def write(self, changed: Mapping[int, Mapping[str, Any]], added: Sequence[Mapping[str, Any]],
              progress: Progress = silent) -> Step | None:
        """Store typed cells and new goods as one step."""
        return item_commands.write_items(changed, added)

    def add(self) -> None:
        """Add an item; one after another with 保存并继续."""
        edit_record(self, "新增物品", ItemDraft(), None, _check(0), lambda draft: ItemDraft(category=draft.category))

    def edit(self) -> None:
        """Change the chosen item."""
        identity = self.selected_id()
        if identity is not None:
            draft = queries.item_draft(identity)
            edit_record(self, f"修改 {draft.name}", draft, identity, _check(identity))

    def switch_off(self) -> None:
        """Offer the chosen goods no more."""
        undoing.told(f"已停用 {len(self.selected_ids())} 种，登记时不再提示。", item_commands.switch_items(self.selected_ids(), on=False))

    def switch_on(self) -> None:
        """Offer the chosen goods again."""
        undoing.told(f"已启用 {len(self.selected_ids())} 种。", item_commands.switch_items(self.selected_ids(), on=True))

    def remove(self) -> None:
        """Remove goods that never moved."""
        count = len(self.selected_ids())
        undoing.told(f"已删除 {count} 种物品。", item_commands.remove_items(self.selected_ids()))

    def add_room(self) -> None:
        """Add a storeroom."""
        _room_form(self, "新增保管室", _Room(), 0)

    def edit_room(self) -> None:
        """Change a storeroom: which one is chosen first where there are several."""
        from ui.base import notify

        rooms = queries.storerooms(all_=True)
        at = notify.choose("修改哪一个保管室？", [room.name for room in rooms]) if len(rooms) > 1 else 0
        if 0 <= at < len(rooms):
            room = rooms[at]
            _room_form(self, f"修改 {room.name}", _Room(room.name, room.place_id, room.keeper_id, room.active), room.id)


def _room_form(parent: QWidget, title: str, draft: _Room, identity: int) -> None:
    fields = (Field("name", "名称", width=2, required=True, hint="例如 体育器材室"), place_field("place", "地点", rooms_only=True),
              person_field("keeper", "保管员"),
              Field("active", "状态", "choice", choices=[(True, "启用"), (False, "停用（没有库存才能停）")]))

    def save(filled: Any) -> Step | None:
        return item_commands.write_storeroom(filled.name, filled.place, filled.keeper, identity, filled.active)

    form = FormDialog(parent, title, draft, fields, lambda _: (), save)
    if form.exec():
        undoing.told(f"已登记保管室“{form.value('name')}”。", form.saved)


def _check(identity: int) -> Callable[[ItemDraft], list[Problem]]:
    return lambda draft: items.check(draft, identity)


def _move_words(move: Row, unit: str) -> str:
    incoming, outgoing = move[7], move[8]
    amount = f"+{shown(Kind.QUANTITY, incoming)}" if incoming else f"-{shown(Kind.QUANTITY, outgoing)}" if outgoing else ""
    return "　".join(filter(None, (str(move[3]), f"{amount}{unit}" if amount else "", str(move[10] or ""), str(move[2]))))
