"""盘点: one stocktake on top, its rooms on the left, their lines on the right; from the opening to the approved write-back."""

from PySide6.QtCore import QSettings

from app.core.errors import Refused
from app.core.listing import Wish
from app.stocktake import commands, lists, queries, rules
from app.stocktake.queries import StocktakeRow
from app.store.folder import DataFolder
from app.store.journal import Step
from ui.base import notify, undoing
from ui.base.changes import Changes
from ui.base.parts import button, invitation
from ui.kit.acts import Act
from ui.kit.groups_page import GroupsPage
from ui.kit.table_page import TablePage
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
    Act("correct", "更正文号…", "correct_number", "edit", menu=True),
    Act("reopen", "重新打开…", "reopen", "restore", menu=True),
    Act("void", "作废…", "void", "dismiss", menu=True),
)
# What each state offers, and which act is the next: the one filled button ("" while counting goes on in the lists).
_OFFERED = {
    rules.OPEN: ("scan", "send", "take", "finish", "print", "open", "find", "compare", "void"),
    rules.COUNTED: ("approve", "print", "open", "compare", "reopen", "void"),
    rules.APPROVED: ("print", "open", "compare", "correct"), rules.VOIDED: ("open", "print", "compare", "reopen"), "": (),
}
_NEXT = {rules.OPEN: "finish", rules.COUNTED: "approve", rules.APPROVED: "", rules.VOIDED: "", "": ""}


class StocktakePage(GroupsPage):
    """The tab. It holds the choice of a stocktake and of a group; the lists below fetch for themselves."""

    title = "盘点"
    acts = ACTS
    settings_key = "stocktake"
    left_px, left_share = 464, 0.38
    margins = (14, 12, 14, 10)

    def __init__(self, changes: Changes, settings: QSettings | None, data: DataFolder) -> None:
        super().__init__(GroupsPane(settings), changes, settings)
        self.groups.reads = self.reads
        self.data_folder = data
        self.chosen = 0                             # the stocktake in front: at first the latest that wants doing
        self.stocktake: StocktakeRow | None = None
        self.left: dict[str, int] = {}              # lines left of each group when the page last looked
        self.finished = ""      # words about the room that the latest count finished
        self.head = Head()
        self.lines, self.finds = LinesPage(changes, settings), FindsPage(changes, settings)
        self.set_lists(self.lines, self.finds)
        self.top.addWidget(self.state_bar)
        self.over.addWidget(self.head)
        self.groups.chosen.connect(self._group_chosen)
        self.lines.group_done.connect(self._go_on)
        self.lines.counted.connect(self._say_finished)
        self.head.picked.connect(self.show_stocktake)
        self.head.go.connect(self.go)

    # --- what is shown

    def fill(self) -> None:
        """Read the stocktake, its groups and progress anew."""
        self.stocktake = self._current()
        self._offer()
        if self.stocktake is None:
            self.left = {}
            self.invite(
                invitation("clipboard", *empty_panel_words(), button("开始盘点", self.open_new, "add", primary=True),
                           button("盘点通知、方案", self.print_notices, "document"))
            )
            return
        other = self.stocktake.id != self.groups.stocktake
        self.groups.show_stocktake(self.stocktake.id)
        self.head.show_stocktake(self.stocktake, self.groups.rooms())
        self._note_finished(other)
        self.show_front()

    def show_record(self, _table: str, record: int) -> None:
        """Show a stocktake."""
        self.show_stocktake(record)

    def show_stocktake(self, stocktake: int) -> None:
        """Choose a stocktake; ``Refused`` while something that was typed waits in the lists of the present one."""
        if stocktake != self._id() and self.unsaved():
            self.head.put_back(self._id())
            raise Refused("表格里还有没保存的格子。请先改好或放弃，再换另一次盘点。")
        self.chosen = stocktake
        self.refresh()

    def ready(self) -> bool:
        """Whether there is a stocktake to show."""
        return self.stocktake is not None

    def _current(self) -> StocktakeRow | None:
        """Give the stocktake in front; it stays there whatever becomes of it, until another is picked."""
        listed = queries.choices()
        if self.chosen not in [identity for identity, *_ in listed]:
            wanting = sorted(
                listed, key=lambda each: (each[3] not in (rules.OPEN, rules.COUNTED), each[3] == rules.VOIDED)
            )
            self.chosen = wanting[0][0] if wanting else 0
        return queries.stocktake(self.chosen)

    def _offer(self) -> None:
        """Show the acts of the stocktake's state, the next one filled."""
        state = self.stocktake.state if self.stocktake else ""
        primary = "" if self.stocktake and self.stocktake.state == rules.OPEN and self.stocktake.left else _NEXT[state]
        self.state_bar.offer(_OFFERED[state], primary)
        self.actions_by_key["open"].setEnabled(True)     # an empty page offers it in its middle

    def _note_finished(self, other: bool) -> None:
        """Note that a room has just been finished, to be said; nothing where several were, as by a sheet that was read."""
        self.finished = ""
        left = {each.key: each.left for each in self.groups.groups}
        done = [each for each in self.groups.groups if not each.left and self.left.get(each.key)]
        same = not other and left.keys() == self.left.keys()
        self.left = left
        if same and len(done) == 1:
            self.finished = f"{done[0].name} 盘完了：{summary(done[0])}。"

    def _say_finished(self, step: Step | None) -> None:
        """Say that a room is done, after the count that finished it; the strip takes back that very count."""
        words, self.finished = self.finished, ""
        if words:
            notify.said(words, [undoing.way_back(step)] if step else [])

    def show_list(self, front: TablePage) -> None:
        """Show both lists of the chosen group: the finds are counted on their tab."""
        stocktake = commands.require(self._id())
        room = int(self.groups.key) if self.groups.by == "room" and self.groups.key else None
        group = self.groups.group()
        self.lines.show_group(stocktake, self.groups.by, self.groups.key, group.left if group else stocktake.left)
        self.finds.show_room(stocktake, room)
        count = lists.FIND_LIST.totals(self.finds.whole(Wish())).records
        self.tabs.setTabText(1, f"盘盈登记 {count}" if count else "盘盈登记")

    def named(self) -> str:
        """Give what the chosen group is called."""
        group = self.groups.group()
        return group.name if group else "全部"

    # --- what a person does

    def open_new(self) -> None:
        """Begin a stocktake and show it."""
        from ui.stocktake import opening

        made = opening.open_stocktake(self)
        if made:
            self.show_stocktake(made)
            self.lines.grid.setFocus()      # the first count is typed at once

    def print_notices(self) -> None:
        """Print the notice and the plan of a stocktake that is not open yet, or save them for Word."""
        from ui.stocktake import printing

        printing.print_notices(self, self.data_folder)

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
                f"还有 {bare} 种盘亏、盘盈没有写原因，{unclear} 条盘盈登记没有定是否入账。", "仍然清点完毕", "先去补写",
                "清点完毕后不能再录入；报批前要补写，得先重新打开。", danger=True):
            self.go("reasons" if bare else "finds")
            return
        undoing.told(f"“{stocktake.title}”清点完毕，可以打印审批表报批了。", commands.finish_counting(stocktake.id))

    def approve(self) -> None:
        """Write the approved result back to the ledger, after a preview."""
        from ui.stocktake import approving

        approving.approve_stocktake(self, self._id())

    def correct_number(self) -> None:
        """Correct the 文号 of the approval."""
        from ui.stocktake import approving

        approving.correct_number(self, self._id())

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
        self.turn_to(self.finds)
        self.finds.register()

    def _id(self) -> int:
        return self.stocktake.id if self.stocktake else 0

    def go(self, way: str) -> None:
        """Do an act, or take the way that the head offers: to what is left, to missing reasons, to undecided finds."""
        if way in self.actions_by_key:
            self.actions_by_key[way].trigger()
            return
        if way == "finds":
            self.groups.choose("")
            self.turn_to(self.finds)
            self.finds.narrow({"decision": rules.UNDECIDED})
            return
        self.turn_to(self.lines)
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

    def _group_chosen(self) -> None:
        self.left = {each.key: each.left for each in self.groups.groups}
