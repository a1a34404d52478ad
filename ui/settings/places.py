"""地点: the tree 校区–楼–层–室 with use, number and keeper."""

from typing import Any

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QHeaderView, QLineEdit, QMenu, QTreeWidget, QTreeWidgetItem

from app.core.listing import Wish
from app.school import place_commands, queries
from app.school.queries import PlaceRow
from app.school.rules import LEVELS, PlaceDraft
from ui.base import keys, notify, style, undoing
from ui.base.icons import icon
from ui.base.page import Page
from ui.base.parts import column, later
from ui.kit.acts import Act, ActBar, make_actions
from ui.kit.school_fields import person_field, place_fields
from ui.kit.table_page import SEARCH_MS
from ui.kit.workbooks import Shown, export_shown, print_shown
from ui.settings.rooms import RoomsDialog
from ui.settings.sections import fill_in, heading

TITLES = ("地点", "层级", "用途", "房间号", "保管人", "保管室", "班级", "状态")
WIDTHS = (60, 84, 90, 104, 90, 104, 60)     # px of all but the first, which takes the rest
_ROOMS_TOLD = 12     # by name, before they are set at once
_ID = Qt.ItemDataRole.UserRole


class PlacesSection(Page):
    """The whole tree; search leaves the branches that hold a hit."""

    title = "地点"
    hint = "校区、楼、层、室。盘点表按室打印，保管人签字；学校的总保管室和各处的分保管室也在这里标明。"
    acts = (
        Act("new", "新增地点", "add", "add", primary=True),
        Act("rooms", "批量新增房间", "add_rooms", "columns"),
        Act("edit", "修改", "edit", "edit", needs="one"),
        Act("keeper", "设置保管人", "set_keeper", "person", needs="some"),
        Act("keepers_by_cards", "按卡片登记保管人…", "keepers_by_cards", "person"),
        Act("up", "上移", "move_up", "chevron_up", "Alt+Up", needs="one", menu=True),
        Act("down", "下移", "move_down", "chevron_down", "Alt+Down", needs="one", menu=True),
        Act("print", "打印列表…", "print_places", "print", menu=True),
        Act("export", "导出列表…", "export_places", "export", menu=True),
        Act("retire", "停用", "retire", "archive", needs="one", menu=True),
        Act("reopen", "重新启用", "reopen", "restore", needs="one", menu=True),
        Act("delete", "删除", "remove", "delete", needs="one", menu=True),
    )

    def __init__(self, *inherited: Any) -> None:
        super().__init__(*inherited)
        self.places: dict[int, PlaceRow] = {}
        self.items: dict[int, QTreeWidgetItem] = {}
        self.tree = _tree()
        self.actions_by_key = make_actions(self.acts, self, self.tree)
        self.bar = ActBar(self.acts, self.actions_by_key)
        self.search = QLineEdit(placeholderText=f"搜索地点、房间号、保管人，可用拼音首字母　{keys.shown('find')}")
        self.search.addAction(icon("search"), QLineEdit.ActionPosition.LeadingPosition)
        self.searching = later(self, SEARCH_MS, self.narrow)
        keys.bind("find", self, self._to_search)
        keys.bind("wipe", self.search, self.search.clear)
        lines = column(
            heading(self.title, self.hint), self.bar, self.search, self.tree, margins=(14, 12, 14, 10), gap=10
        )
        lines.setStretch(3, 1)
        self.setLayout(lines)
        self.search.textChanged.connect(lambda _: self.searching.start())
        self.tree.itemSelectionChanged.connect(self._chosen_changed)
        self.tree.itemDoubleClicked.connect(lambda *_: self.edit())
        self.tree.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.tree.customContextMenuRequested.connect(self._context_menu)
        self.setFocusProxy(self.tree)
        self._chosen_changed()

    # --- showing

    def fill(self) -> None:
        """Read the tree anew; what was open and chosen stays so."""
        known = bool(self.items)
        shut = {key for key, item in self.items.items() if not item.isExpanded()}
        chosen, scroll = self.selected_ids(), self.tree.verticalScrollBar().value()
        self.places = {place.id: place for place in queries.places_tree(retired=True)}
        cells = {row[0]: row[2:] for row in queries.places_listing(Wish(filters={"retired": True}))}
        self.tree.clear()
        self.items = {}
        for place in self.places.values():
            words = [str(cell or "") for cell in cells[place.id][:-1]]
            item = QTreeWidgetItem([place.name, *words, "" if place.active else "停用"])
            item.setData(0, _ID, place.id)
            self._dress(item, place)
            above = self.items.get(place.parent_id or 0)
            above.addChild(item) if above is not None else self.tree.addTopLevelItem(item)
            self.items[place.id] = item
        for key, item in self.items.items():
            item.setExpanded(key not in shut if known else self.places[key].depth < 2)
            item.setSelected(key in chosen)
        self.tree.verticalScrollBar().setValue(scroll)
        self.narrow()
        self.status_changed.emit(*self.status_line())

    @staticmethod
    def _dress(item: QTreeWidgetItem, place: PlaceRow) -> None:
        if not place.active:
            for number in range(len(TITLES)):
                item.setForeground(number, QColor(style.FAINT))
        elif place.custody:
            item.setForeground(TITLES.index("保管室"), QColor(style.ACCENT))

    def narrow(self) -> None:
        """Show only the branches that hold what is typed; nothing typed shows all."""
        self.searching.stop()
        words = self.search.text().strip()
        hits = {row[0] for row in queries.places_listing(Wish(words, {"retired": True}))} | self._kept_by(words)
        for each in self.items.values():
            each.setHidden(bool(words))
        for key in hits if words else ():
            item: QTreeWidgetItem | None = self.items.get(key)
            while item is not None and item.isHidden():
                item.setHidden(False)
                item = item.parent()
                if item is not None:
                    item.setExpanded(True)

    def _to_search(self) -> None:
        self.search.setFocus()
        self.search.selectAll()

    def _kept_by(self, words: str) -> set[int]:
        people = {pick.id for pick in queries.find_people(words)} if words else set()
        return {place.id for place in self.places.values() if place.keeper_id in people}

    def status_line(self) -> tuple[str, str]:
        """Give how many places there are, and how many rooms among them."""
        active = [place for place in self.places.values() if place.active]
        rooms = sum(place.level == LEVELS[-1] for place in active)
        chosen = len(self.selected_ids())
        return f"共 {len(active):,} 处地点 · {rooms:,} 个房间", f"选中 {chosen} 处" if chosen else ""

    def place_window_acts(self, *actions: Any) -> None:
        """Take undo and redo into the row of acts."""
        self.bar.place(*actions)

    def selected_ids(self) -> list[int]:
        """Give the ids of the chosen places."""
        return [item.data(0, _ID) for item in self.tree.selectedItems()]

    def choose(self, identity: int) -> None:
        """Choose a place and scroll to it."""
        if identity in self.items:
            self.tree.setCurrentItem(self.items[identity])

    def _chosen(self) -> PlaceRow | None:
        ids = self.selected_ids()
        return self.places.get(ids[0]) if len(ids) == 1 else None

    def _chosen_changed(self) -> None:
        count = len(self.selected_ids())
        for act in self.acts:
            self.actions_by_key[act.key].setEnabled(act.possible(count))
        self.status_changed.emit(*self.status_line())

    def _context_menu(self, place: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions([self.actions_by_key[act.key] for act in self.acts])
        menu.popup(self.tree.viewport().mapToGlobal(place))

    # --- acts

    def add(self) -> None:
        """Add a place below the chosen one, or beside a chosen room."""
        chosen = self._chosen()
        above = self.places.get(chosen.parent_id or 0) if chosen and chosen.level == LEVELS[-1] else chosen
        level = LEVELS[min(LEVELS.index(above.level) + 1, len(LEVELS) - 1)] if above else LEVELS[0]
        form = fill_in(self, "新增地点", PlaceDraft(parent_id=above.id if above else None, level=level), place_fields(),
                       place_commands.add_place,
                       again=lambda draft: PlaceDraft(parent_id=draft.parent_id, level=draft.level, kind=draft.kind))
        if form:
            self.choose(form.saved.made[0])

    def add_rooms(self) -> None:
        """Make many rooms from a few lines, seen before they are made."""
        campuses = [place for place in self.places.values() if place.parent_id is None and place.active]
        form = RoomsDialog(self, campuses)
        if form.exec():
            undoing.told(f"已新增 {len(form.step.made) if form.step else 0} 处地点（连同新的楼、层）。", form.step)

    def edit(self) -> None:
        """Change the chosen place; another 上级 moves it with everything below."""
        chosen = self._chosen()
        if chosen is not None:
            fill_in(self, f"修改 {chosen.path}", queries.place_draft(chosen.id), place_fields(),
                    lambda draft: place_commands.edit_place(chosen.id, draft))

    def set_keeper(self) -> None:
        """Give the chosen places one keeper."""
        ids = self.selected_ids()
        first = self.places[ids[0]]
        fill_in(
            self,
            f"设置保管人　{first.path}" if len(ids) == 1 else f"设置保管人　{len(ids)} 处",
            PlaceDraft(keeper_id=first.keeper_id),
            [person_field("keeper_id", "保管人")],
            lambda draft: place_commands.set_keeper(ids, draft.keeper_id),
        )

    def keepers_by_cards(self) -> None:
        """Offer to give each room without a keeper the one that its cards name: told before, one step."""
        from app.assets import queries as assets  # the ledger's room loads once the window stands

        rooms = assets.rooms_kept_by_cards()
        if not rooms:
            notify.said("没有这样的地点：没有登记保管人、卡片上又只写着一位的。", tone="quiet")
            return
        some = "\n".join(f"{room.path}：{room.keeper}" for room in rooms[:_ROOMS_TOLD])
        more = f"\n……等 {len(rooms)} 处" if len(rooms) > _ROOMS_TOLD else ""
        detail = f"{some}{more}\n\n卡片上写着几位、或写的人已离岗的地点不动；登记过的也不动。"
        if notify.ask(f"按卡片给 {len(rooms)} 处登记保管人吗？", "登记", "取消", detail):
            step = place_commands.set_keepers({room.place: room.keeper_id for room in rooms})
            undoing.told(f"已按卡片给 {len(rooms)} 处登记保管人。", step)

    def print_places(self) -> None:
        """Print the places that are shown."""
        print_shown(self, self._shown())

    def export_places(self) -> None:
        """Write the places that are shown as a workbook."""
        export_shown(self, self._shown())

    def _shown(self) -> Shown:
        self.narrow()       # words typed just now count as well
        listed = queries.places_listing(Wish(filters={"retired": True}))
        rows = [row[1:] for row in listed if row[0] in self.items and not self.items[row[0]].isHidden()]
        words = self.search.text().strip()
        return Shown(self.title, queries.PLACES, rows, f"搜索“{words}”" if words else "", "处地点")

    def move_up(self) -> None:
        """Move the chosen place before the one above it."""
        self._move(-1)

    def move_down(self) -> None:
        """Move the chosen place behind the one below it."""
        self._move(1)

    def _move(self, by: int) -> None:
        chosen = self._chosen()
        if chosen is None:
            return
        order = [place.id for place in self.places.values() if place.parent_id == chosen.parent_id]
        place = order.index(chosen.id)
        if 0 <= place + by < len(order):
            order[place], order[place + by] = order[place + by], order[place]
            place_commands.order_places(chosen.parent_id, order)
            self.tree.scrollToItem(self.items[chosen.id])

    def retire(self) -> None:
        """Mark the chosen place and all below it as no longer in use."""
        chosen = self._chosen()
        if chosen is not None:
            done = place_commands.retire_place(chosen.id)
            undoing.told(f"已停用“{chosen.path}”，共 {done.count} 处；原有记录不变，以后不再出现在选择列表里。", done.step)

    def reopen(self) -> None:
        """Mark the chosen place and all below it as in use again."""
        chosen = self._chosen()
        if chosen is not None:
            done = place_commands.reopen_place(chosen.id)
            undoing.told(f"已重新启用 {done.count} 处地点。", done.step)

    def remove(self) -> None:
        """Delete the chosen place; refused while anything lies in it or names it."""
        chosen = self._chosen()
        if chosen is not None:
            undoing.told(f"已删除“{chosen.path}”。", place_commands.remove_place(chosen.id))


def _tree() -> QTreeWidget:
    tree = QTreeWidget()
    tree.setHeaderLabels(list(TITLES))
    tree.setSelectionMode(QTreeWidget.SelectionMode.ExtendedSelection)
    tree.setUniformRowHeights(True)
    tree.setExpandsOnDoubleClick(False)
    tree.setIndentation(20)
    tree.header().setStretchLastSection(False)
    tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
    for number, width in enumerate(WIDTHS, 1):
        tree.setColumnWidth(number, width)
    return tree
