"""采购: all purchases in one list, and the page of one of them in its place."""

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QSettings, Signal

from app.core.errors import Refused
from app.purchasing import commands, lists, queries, rules
from app.purchasing.rules import LineDraft
from app.stock import queries as stock
from app.store.folder import DataFolder
from ui.base import undoing
from ui.base.changes import Changes
from ui.base.page import Page
from ui.base.parts import column
from ui.kit.acts import Act
from ui.kit.filters import ChoiceFilter
from ui.kit.steps_page import Holder
from ui.kit.table_page import TablePage

_TONES = {lists.ASKED: "warning", lists.APPROVED: "accent", lists.PART: "warning", lists.GOING: "warning", lists.ACCEPTED: "accent",
          lists.PAID: "accent", lists.FINISHED: "done", lists.REFUSED: "quiet", lists.VOIDED: "quiet", "补办": "danger"}


class PurchasesList(TablePage):
    """All purchases, the latest first. ``wanted`` tells which one a person opens."""

    title = "采购"
    columns = lists.COLUMNS
    listing = lists.PURCHASE_LIST
    filters = (
        ChoiceFilter("year", "全部年度", lambda: [(year, f"{year} 年") for year in lists.years()]),
        ChoiceFilter("stage", "全部进度", lambda: [(each, each) for each in lists.STAGES]),
        ChoiceFilter("kind", "货物服务工程", lambda: [(each, each) for each in rules.KINDS]),
        ChoiceFilter("late", "全部手续", lambda: [("补办", "补办")]),
    )
    acts = (
        Act("new", "登记一次采购", "register", "add", primary=True),
        Act("request", "新建请购…", "request", "document"),
        Act("open", "打开", "open_chosen", "edit", needs="one"),
        Act("print", "打印…", "print_papers", "print"),
        Act("copy", "照此再请购…", "copy", "copy", needs="one", menu=True),
        Act("void", "作废…", "void", "dismiss", needs="one", menu=True),
    )
    embedded = True
    tones = _TONES
    empty_text = ("买了东西在这里登记一次：供应商、买了什么、发票号、采购人、验收人，一次保存就有申请单、验收单、入库单、领用单。\n"
                  "要先申请、询价、签合同的，从“新建请购”开始，一步一步往下办。")
    empty_acts = ("new", "request")
    settings_key = "purchases"
    search_hint = "搜索品名、供应商、编号、发票号，可用拼音首字母"
    record_word = "次"
    wanted = Signal(int)

    def __init__(self, changes: Changes, settings: QSettings | None, data: DataFolder) -> None:
        self.data_folder = data
        super().__init__(changes, settings)
        self.grid.open_asked.connect(self.open_chosen)

    def enter(self, record: int, key: str) -> bool:
        """Enter opens the purchase."""
        self.wanted.emit(record)
        return True

    def register(self) -> None:
        """Register a whole purchase on one screen."""
        from ui.purchasing.small_form import SmallForm

        form = SmallForm(self)
        if form.exec() and form.saved is not None:
            self.choose(form.saved.made[0])
            if form.printing:
                self._print(form.saved.made[0])

    def request(self) -> None:
        """Write a request and open its page."""
        from ui.purchasing.request_form import RequestForm

        form = RequestForm(self)
        if form.exec() and form.saved is not None:
            self.wanted.emit(form.saved.made[0])

    def open_chosen(self) -> None:
        """Open the page of the chosen purchase."""
        identity = self.selected_id()
        if identity is not None:
            self.wanted.emit(identity)

    def copy(self) -> None:
        """Write a request like the chosen purchase and open it."""
        step = commands.copy(self.selected_id() or 0)
        undoing.told(f"已{step.title}。", step)
        self.wanted.emit(step.made[0])

    def void(self) -> None:
        """Void the chosen purchase with all that came of it."""
        from ui.purchasing import purchase_page

        purchase_page.void_purchase(self, self.selected_id() or 0)

    def print_papers(self) -> None:
        """Print the papers of the chosen purchase, or those of a year."""
        self._print(self.selected_id() or 0)

    def _print(self, identity: int) -> None:
        from ui.purchasing import printing

        printing.print_purchase(self, self.data_folder, identity)


class PurchasesPage(Holder):
    """The step 采购 of the tab: the list, or one purchase in its place."""

    title = "采购"

    def __init__(self, changes: Changes, settings: QSettings | None, data: DataFolder) -> None:
        super().__init__(changes, settings)
        self.data_folder, self.shown = data, 0
        lines = column(self.pages, gap=0)
        self.setLayout(lines)
        self.show_key("list")

    def make(self, key: str) -> Page:
        """Make the list, or the page of a purchase."""
        if key == "list":
            listed = PurchasesList(self.changes, self.settings, self.data_folder)
            listed.wanted.connect(self.open_purchase)
            return listed
        from ui.purchasing.purchase_page import PurchasePage

        page = PurchasePage(self.changes, self.settings, self.data_folder)
        page.left.connect(self.back)
        page.wanted.connect(self.open_purchase)
        return page

    def show_key(self, key: str) -> Any:
        """Bring the list or the purchase to the front."""
        page = self.page_of(key)
        self.pages.setCurrentWidget(page)
        self.setFocusProxy(page)
        page.setFocus()
        self.status_changed.emit(*self.status_line())
        return page

    def fill(self) -> None:
        """Nothing of its own: list and purchase fetch for themselves; a purchase that is gone gives way to the list."""
        if self.front() is not self.built.get("list") and not queries.titles([self.shown]):
            self.back()

    def open_purchase(self, identity: int) -> None:
        """Show the page of a purchase."""
        self.shown = identity
        self.page_of("one").show_purchase(identity)
        self.show_key("one")

    def request_goods(self, goods: Mapping[int, int]) -> None:
        """Write a request for goods of the store (item → thousandths), as they run low, and open its page."""
        from ui.purchasing.request_form import RequestForm

        lines = [LineDraft(item.name, item.spec, item.unit, goods[item.id], item.last_price, goes=rules.STORE)
                 for item in stock.items(goods).values()]
        form = RequestForm(self, lines=lines)
        if form.exec() and form.saved is not None:
            self.open_purchase(form.saved.made[0])

    def show_record(self, _table: str, record: int) -> None:
        """Show a purchase, as a link or a due asks for."""
        if not queries.titles([record]):
            raise Refused("这次采购已经不在了，可能刚被撤销。")
        self.open_purchase(record)

    def narrow(self, filters: Mapping[str, object]) -> None:
        """Show the list narrowed to these filters."""
        self.show_key("list").narrow(filters)

    def back(self) -> None:
        """Go back to the list, with the purchase that was open chosen."""
        listed = self.show_key("list")
        listed.bring_up_to_date()
        listed.choose(self.shown)


    @property
    def actions_by_key(self) -> Mapping[str, Any]:
        """Give the acts of the list: 首页 goes to them."""
        acts: Mapping[str, Any] = self.page_of("list").actions_by_key
        return acts
