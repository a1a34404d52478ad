"""盘点: one stocktake on top, its rooms on the left, their lines on the right; from the opening to the approved write-back."""

from dataclasses import replace

from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QAction, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QSplitter, QStackedWidget, QTabBar, QWidget

from app.core.errors import Refused
from app.core.listing import Wish
from app.stocktake import commands, lists, queries, rules
from app.stocktake.queries import StocktakeRow
from app.store import journal
from app.store.folder import DataFolder
from ui.base import notify
from ui.base.changes import Changes
from ui.base.page import Page
from ui.base.parts import Elided, button, column, invitation, row
from ui.kit.acts import Act, ActBar, make_actions
from ui.stocktake.find_list import FindsPage
from ui.stocktake.groups import GroupsPane, summary
from ui.stocktake.head import Head, empty_panel_words
from ui.stocktake.lines import LinesPage

ACTS: tuple[Act, ...] = (
    Act("scan", "扫码盘点", "scan", "tag"),
    Act("send", "发出盘点表", "send_sheets", "export"),
    Act("take", "收回盘点表", "take_sheet", "import"),
    Act("finish", "清点完毕", "finish", "checkmark"),
    Act("approve", "审批入账", "approve", "done"),
    Act("print", "打印", "print_papers", "print"),
    Act("open", "开始盘点", "open_new", "add"),
    Act("find", "登记盘盈", "register_find", "add", menu=True),
    Act("compare", "期初期末对照", "compare", "table", menu=True),
    Act("reopen", "重新打开…", "reopen", "restore", menu=True),
    Act("void", "作废…", "void", "dismiss", menu=True),
)
# What each state offers, and which act is the next: the one filled button ("" while counting goes on in the lists).
_OFFERED = {
    rules.OPEN: ("scan", "send", "take", "finish", "print", "open", "find", "compare", "void"),
    rules.COUNTED: ("approve", "print", "open", "compare", "reopen", "void"),
    rules.APPROVED: ("print", "open", "compare"), rules.VOIDED: ("open", "print", "compare", "reopen"), "": (),
}
_NEXT = {rules.OPEN: "finish", rules.COUNTED: "approve", rules.APPROVED: "", rules.VOIDED: "", "": ""}
_LEFT_PX, _LEFT_SHARE = 464, 0.38     # px the groups have at first, and how much of a narrow window at most


class StocktakePage(Page):
    """The tab. It holds the choice of a stocktake and of a group; the lists below fetch for themselves."""

    title = "盘点"
    depends_on = frozenset({"stocktake", "stocktake_line", "stocktake_find", "place", "person", "term"})

    def __init__(self, changes: Changes, settings: QSettings | None, data: DataFolder) -> None:
        super().__init__(changes, settings)
        self.data_folder = data
        self.chosen = 0                             # the stocktake in front: at first the latest that wants doing
        self.stocktake: StocktakeRow | None = None
        self.left: dict[str, int] = {}              # lines left of each group when the page last looked
        self.shared = False                         # whether the room was shared between groups and lines
        self.window_acts: tuple[QAction, ...] = ()
        self.offered: tuple[str, str] = ("none", "")
        self.head, self.groups = Head(), GroupsPane(settings)
        self.lines = LinesPage(changes, settings)
        self.finds = FindsPage(changes, settings)
        self.actions_by_key = make_actions(ACTS, self, self)
        self.bar = QWidget()
        self.stack = QStackedWidget()
        self.stack.addWidget(self._empty())
        self.stack.addWidget(self._body())
        self.layout_lines = column(self.bar, self.stack, margins=(14, 12, 14, 10), gap=10)
        self.layout_lines.setStretch(1, 1)
        self.setLayout(self.layout_lines)
        self._connect()

    # --- what is shown

    def refresh(self) -> None:
        """Read the stocktake, its groups and progress anew."""
        self.stocktake = self._current()
        self._offer()
        if self.stocktake is None:
            self.left = {}
            self.stack.setCurrentIndex(0)
            return
        other = self.stocktake.id != self.groups.stocktake
        self.groups.show_stocktake(self.stocktake.id)
        self.head.show_stocktake(self.stocktake, self.groups.rooms())
        self._tell_done(other)
        self._show_group()
        self.stack.setCurrentIndex(1)

    def show_stocktake(self, stocktake: int) -> None:
        """Choose a stocktake; ``Refused`` while something that was typed waits in the lists of the present one."""
        if stocktake != self._id() and self.unsaved():
            self.head.choice.setCurrentIndex(self.head.choice.findData(self._id()))
            raise Refused("表格里还有没保存的格子。请先改好或放弃，再换另一次盘点。")
        self.chosen = stocktake
        self.refresh()

    def place_window_acts(self, *actions: QAction) -> None:
        """Keep undo and redo on the right of the row of acts."""
        self.window_acts = actions
        self.offered = ("none", "")
        self._offer()

    def save(self) -> object:
        """Store what waits in both lists."""
        saved = [page.save() for page in (self.lines, self.finds)]
        return all(saved)

    def unsaved(self) -> str:
        """Say what waits in the lists."""
        return self.lines.unsaved() or self.finds.unsaved()

    def status_line(self) -> tuple[str, str]:
        """Give what the list in front says."""
        return self._front().status_line() if self.stocktake else ("", "")

    def _current(self) -> StocktakeRow | None:
        """Give the stocktake in front; it stays there whatever becomes of it, until another is picked."""
        listed = queries.choices()
        if self.chosen not in [identity for identity, *_ in listed]:
            wanting = sorted(listed, key=lambda each: (each[3] not in (rules.OPEN, rules.COUNTED), each[3] == rules.VOIDED))
            self.chosen = wanting[0][0] if wanting else 0
        return queries.stocktake(self.chosen)

    def _offer(self) -> None:
        """Show the acts of the stocktake's state, the next one filled."""
        state = self.stocktake.state if self.stocktake else ""
        primary = "" if self.stocktake and self.stocktake.state == rules.OPEN and self.stocktake.left else _NEXT[state]
        if (state, primary) == self.offered:
            return
        self.offered = (state, primary)
        for key, action in self.actions_by_key.items():
            action.setEnabled(key in _OFFERED[state] or key == "open")     # an empty page offers it in its middle
        acts = sorted((act for act in ACTS if act.key in _OFFERED[state]), key=lambda act: _OFFERED[state].index(act.key))
        made = ActBar([replace(act, primary=act.key == primary) for act in acts], self.actions_by_key)
        made.place(*self.window_acts)
        self.layout_lines.removeWidget(self.bar)
        self.layout_lines.insertWidget(0, made)
        self.bar.hide()
        self.bar.deleteLater()
        self.bar = made

    def _tell_done(self, other: bool) -> None:
        """Say that a room has just been finished; nothing where several were, as by a sheet that was read."""
        left = {each.key: each.left for each in self.groups.groups}
        done = [each for each in self.groups.groups if not each.left and self.left.get(each.key)]
        same = not other and left.keys() == self.left.keys()
        self.left = left
        if same and len(done) == 1:
            notify.said(f"{done[0].name} 盘完了：{summary(done[0])}。", [("撤销", journal.undo)])

    def _show_group(self) -> None:
        if self.stocktake is None:
            return
        room = int(self.groups.key) if self.groups.by == "room" and self.groups.key else None
        group = self.groups.group()
        self.lines.show_group(self.stocktake, self.groups.by, self.groups.key, group.left if group else self.stocktake.left)
        self.finds.show_room(self.stocktake, room)
        count = lists.find_totals(self.finds.whole(Wish())).records
        self.tabs.setTabText(1, f"盘盈登记 {count}" if count else "盘盈登记")
        self.group_name.say(self._group_name())
        self._show_front()

    def _group_name(self) -> str:
        group = self.groups.group()
        return group.name if group else "全部"

    def _show_front(self) -> None:
        front, is_open = self._front(), self.stocktake is not None and self.stocktake.state == rules.OPEN
        for each in (self.lines, self.finds):
            each.bar.setVisible(each is front and is_open)
        self.pages.setCurrentWidget(front)

    def _front(self) -> LinesPage | FindsPage:
        return self.finds if self.tabs.currentIndex() else self.lines

    # --- what a person does

    def open_new(self) -> None:
        """Begin a stocktake and show it."""
        from ui.stocktake import opening

        made = opening.open_stocktake(self)
        if made:
            self.show_stocktake(made)

    def scan(self) -> None:
        """Count with the scanner, beginning in the chosen room."""
        from ui.stocktake import scanner

        room = int(self.groups.key) if self.groups.by == "room" and self.groups.key not in ("", "0") else None
        scanner.scan_rooms(self, self._id(), room)

    def send_sheets(self) -> None:
        """Write workbooks for the keepers."""
        from ui.stocktake import sheets

        sheets.send_sheets(self, self._id())

    def take_sheet(self) -> None:
        """Read a keeper's workbook back."""
        from ui.stocktake import sheets

        sheets.take_sheet(self, self._id())

    def finish(self) -> None:
        """Close the counting; what would stand against an approval is said before."""
        stocktake = commands.require(self._id())
        bare, unclear = queries.obstacles(stocktake.id)
        if not stocktake.left and (bare or unclear) and not notify.ask(
                f"还有 {bare} 行盘亏、盘盈没有写原因，{unclear} 条盘盈登记没有定是否入账。", "仍然清点完毕", "先去补写",
                "清点完毕后不能再录入；报批前要补写，得先重新打开。"):
            self._go("reasons" if bare else "finds")
            return
        commands.finish_counting(stocktake.id)
        notify.said(f"“{stocktake.title}”清点完毕，可以打印审批表报批了。", [("撤销", journal.undo)])

    def approve(self) -> None:
        """Write the approved result back to the ledger, after a preview."""
        from ui.stocktake import approving

        approving.approve_stocktake(self, self._id())

    def reopen(self) -> None:
        """Go on counting."""
        from ui.stocktake import approving

        approving.reopen_stocktake(self, self._id())

    def void(self) -> None:
        """Give the stocktake up."""
        from ui.stocktake import approving

        approving.void_stocktake(self, self._id())

    def print_papers(self) -> None:
        """Print papers of the stocktake, those of the chosen room where one is chosen."""
        from ui.stocktake import printing

        rooms = [int(self.groups.key)] if self.groups.by == "room" and self.groups.key else []
        printing.print_stocktake(self, self.data_folder, self._id(), rooms)

    def compare(self) -> None:
        """Show the term's start against its end."""
        from ui.stocktake import comparing

        comparing.compare(self, self._id(), self.data_folder)

    def register_find(self) -> None:
        """Note something that no card stands for."""
        self.tabs.setCurrentIndex(1)
        self.finds.register()

    def _id(self) -> int:
        return self.stocktake.id if self.stocktake else 0

    def _go(self, way: str) -> None:
        """Take the way that the head offers: to what is left, to reasons that are missing, to undecided finds."""
        if way == "finds":
            self.groups.choose("")
            self.tabs.setCurrentIndex(1)
            self.finds.narrow({"decision": rules.UNDECIDED})
            return
        self.tabs.setCurrentIndex(0)
        if way == "reasons":
            self.groups.choose("")
            self.lines.narrow({"result": lists.UNEXPLAINED})
        else:
            self._go_on()
        self.lines.grid.setFocus()

    def _go_on(self) -> None:
        """Go to the next group with something to count, its first such line chosen."""
        following = self.groups.next_left()
        if following is not None:
            self.groups.choose(following)
            self.lines.grid.setFocus()

    # --- how it is laid out

    def _body(self) -> QWidget:
        self.tabs, self.pages, self.group_name = QTabBar(), QStackedWidget(), Elided("title")
        self.tabs.setDrawBase(False)
        for text in ("盘点明细", "盘盈登记"):
            self.tabs.addTab(text)
        for page in (self.lines, self.finds):
            self.pages.addWidget(page)
        right, body = QWidget(), QWidget()
        top = row(self.tabs, self.group_name, None, self.lines.bar, self.finds.bar, gap=12)
        top.setStretch(1, 100)
        right.setLayout(column(top, self.pages, gap=6))
        self.splitter = QSplitter(Qt.Orientation.Horizontal, childrenCollapsible=False, handleWidth=8)
        self.splitter.addWidget(self.groups)
        self.splitter.addWidget(right)
        self.splitter.setStretchFactor(1, 1)
        lines = column(self.head, self.splitter, gap=10)
        lines.setStretch(1, 1)
        body.setLayout(lines)
        return body

    def _empty(self) -> QWidget:
        """Say what a stocktake is and offer to begin one."""
        return invitation("clipboard", *empty_panel_words(), button("开始盘点", self.open_new, "add", primary=True))

    def _connect(self) -> None:
        self.head.picked.connect(self.show_stocktake)
        self.head.go.connect(self._go)
        self.groups.chosen.connect(self._group_chosen)
        self.groups.entered.connect(self.lines.grid.setFocus)
        self.lines.group_done.connect(self._go_on)
        self.tabs.currentChanged.connect(lambda _: self._turned())
        find = QShortcut(QKeySequence("Ctrl+F"), self.groups)     # in the lists it is theirs already
        find.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        find.activated.connect(lambda: self._front().search.setFocus())
        for page in (self.lines, self.finds):
            page.status_changed.connect(lambda *_: self.status_changed.emit(*self.status_line()))
        self.splitter.splitterMoved.connect(self._keep_width)
        self.setFocusProxy(self.lines.grid)

    def showEvent(self, event: QShowEvent) -> None:
        """Share the room between groups and lines when the page is first seen: as before, else by its width."""
        super().showEvent(event)
        if not self.shared:
            self.shared = True
            kept = self.settings.value("stocktake/left") if self.settings is not None else None
            left = int(str(kept)) if kept is not None else min(_LEFT_PX, int(self.width() * _LEFT_SHARE))
            self.splitter.setSizes([left, max(self.width() - left, 1)])

    def _group_chosen(self) -> None:
        self.left = {each.key: each.left for each in self.groups.groups}
        self._show_group()

    def _turned(self) -> None:
        self._show_front()
        self._front().grid.setFocus()
        self.status_changed.emit(*self.status_line())

    def _keep_width(self, *_: int) -> None:
        if self.settings is not None:
            self.settings.setValue("stocktake/left", self.splitter.sizes()[0])
