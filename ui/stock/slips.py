"""领用与收发: the slips of the store, signed back, printed, voided, given back; and every line of them."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QWidget

from app.core.errors import Refused
from app.core.money import format_fen
from app.stock import commands, costing, lists, queries, rules
from app.stock.queries import SlipRow
from app.store.folder import DataFolder
from ui.base import undoing
from ui.base.changes import Changes
from ui.forms.reasons import with_reason
from ui.grid.rows import Row
from ui.kit.acts import Act
from ui.kit.detail import DetailPane, Facts
from ui.kit.filters import ChoiceFilter
from ui.kit.lines_form import LinesForm
from ui.kit.related import RelatedList
from ui.kit.table_page import TablePage
from ui.stock.printing import print_form

UNSIGNED, SIGNED = "未签回", "已签回"
_FORMS = {costing.ISSUE: "stock-issue", **dict.fromkeys((costing.RECEIPT, costing.OPENING, costing.SUPPLIER, costing.PRICE), "stock-receipt")}


class SlipsPage(TablePage):
    """The step 领用与收发 of the tab: nothing is typed in the list, a slip is written in a form of its own."""

    title = "领用与收发单据"
    columns = lists.SLIPS
    listing = lists.SLIP_LIST
    filters = (
        ChoiceFilter("kind", "全部单据", lambda: [(each, each) for each in rules.SLIP_KINDS]),
        ChoiceFilter("signed", "全部签回", lambda: [(each, each) for each in (UNSIGNED, SIGNED)]),
        ChoiceFilter("storeroom", "全部保管室", lambda: [(room.id, room.name) for room in queries.storerooms(all_=True)]),
    )
    acts = (
        Act("new", "登记领用", "issue", "document", primary=True),
        Act("receive", "入库…", "receive", "add"),
        Act("sign", "签回", "sign", "checkmark", needs="some"),
        Act("print", "打印单据…", "print_slips", "print", needs="some"),
        Act("back", "退回…", "give_back", "", needs="one"),
        Act("void", "作废…", "void", "dismiss", needs="some"),
        Act("card", "看领用卡…", "show_card", "table", needs="one", menu=True),
        Act("register", "打印领用登记簿…", "print_register", "print", menu=True),
        Act("unsigned", "只看未签回", "show_unsigned", "", menu=True),
    )
    embedded = True
    tones = {"作废": "quiet"}
    empty_text = "还没有领用和收发。登记领用：谁领、领什么、领多少，按 Ctrl+Enter 保存，按 Ctrl+Shift+Enter 接着登下一张。"
    empty_acts = ("new", "receive")
    settings_key = "stock_slips"
    search_hint = "搜索单号、领用人、供应商、物品，可用拼音首字母"
    record_word = "张"

    def __init__(self, changes: Changes, settings: QSettings | None, data: DataFolder) -> None:
        self.data_folder = data
        super().__init__(changes, settings)
        self.grid.open_asked.connect(self.print_slips)

    def detail_widget(self) -> QWidget | None:
        """Give the pane: who, when, and the lines."""
        self.pane, self.lines = DetailPane(), Facts(150)
        self.related = RelatedList()
        self.pane.add_tab("明细", self.lines)
        self.related_tab = self.pane.add_tab("关联", self.related)
        return self.pane

    def show_detail(self, row: Row | None) -> None:
        """Show the chosen slip with its lines."""
        found = queries.slips([row[0]]) if row is not None else []
        if not found:
            self.pane.clear()
            return
        slip = found[0]
        chip = "作废" if slip.voided_on else SIGNED if slip.signed_on else UNSIGNED if slip.kind == costing.ISSUE else ""
        tone = {"作废": "quiet", SIGNED: "done", UNSIGNED: "warning"}.get(chip, "accent")
        late = f"（记入 {slip.booked_on:%Y-%m}，原月份已月结）" if slip.booked_on != slip.dated_on else ""
        self.pane.show_record(f"{slip.kind} {slip.number}", chip, tone, slip.receiver or slip.supplier, [
            ("日期", f"{slip.dated_on}{late}"), ("保管室", f"{slip.storeroom}{f' → {slip.target}' if slip.target else ''}"),
            ("经手人", slip.handler), ("签回", slip.signed_on.isoformat() if slip.signed_on else ""), ("备注", slip.remark),
            ("作废", f"{slip.voided_on} {slip.void_reason}" if slip.voided_on else "")])
        count = self.related.show_of("stock_slip", slip.id)
        self.pane.tabs.setTabText(self.related_tab, f"关联 {count}" if count else "关联")
        self.lines.show_pairs([(line.title, _line_words(line)) for line in queries.lines([slip.id])[slip.id]])

    # --- acts

    def issue(self) -> None:
        """Hand goods out, one slip after another with 保存并继续."""
        from ui.stock.slip_forms import issue_form

        self._go_to(issue_form(self))

    def receive(self) -> None:
        """Take goods in that no purchase stands behind."""
        from ui.stock.slip_forms import receive_form

        self._go_to(receive_form(self))

    def _go_to(self, form: LinesForm) -> None:
        if form.exec() and form.saved is not None:
            self.choose(form.saved.made[0])

    def give_back(self) -> None:
        """Take back what of the chosen issue was not used, or give back what of the chosen receipt the supplier takes."""
        from ui.stock.slip_forms import back_form

        slip = queries.slip(self.selected_id() or 0)
        if slip.kind not in (costing.ISSUE, costing.RECEIPT, costing.OPENING) or slip.voided_on:
            raise Refused("只有没有作废的领用单、入库单可以退回。请先选一张。")
        self._go_to(back_form(self, slip))

    def sign(self) -> None:
        """Note that the chosen slips came back signed."""
        chosen = self._standing()
        step = commands.sign_slips([slip.id for slip in chosen])
        if step is None:
            raise Refused("选中的单据都已经签回了。")
        undoing.told(f"已{step.title}。签回以后只能作废，不能修改。", step)

    def void(self) -> None:
        """Void the chosen slips with a reason; later costs are worked out anew."""
        chosen = self._standing()
        numbers = "、".join(slip.number for slip in chosen[:3]) + (f" 等 {len(chosen)} 张" if len(chosen) > 3 else "")
        with_reason(self, f"作废 {numbers}", f"作废 {numbers}：数量和金额不再算，号码和原因都留着；后面单据的成本随之重算。", "作废",
                    partial(commands.void_slips, [slip.id for slip in chosen]), f"已作废 {numbers}。")

    def _standing(self) -> Sequence[SlipRow]:
        chosen = [slip for slip in queries.slips(self.selected_ids()) if slip.voided_on is None]
        if not chosen:
            raise Refused("请先选中没有作废的单据。")
        return chosen

    def print_slips(self) -> None:
        """Print the chosen slips, those of one kind."""
        chosen = queries.slips(self.selected_ids())
        forms = {_FORMS.get(slip.kind, "stock-other") for slip in chosen}
        if len(forms) != 1:
            raise Refused("请选同一种单据打印：入库单、领用单、退库调库报损单分开印。")
        print_form(self, self.data_folder, forms.pop(), records=tuple(slip.id for slip in chosen))

    def show_card(self) -> None:
        """Show the card of the room or the person that the chosen slip went to."""
        from ui.stock.issue_card import show_issue_card

        show_issue_card(self, self.data_folder, queries.slip(self.selected_id() or 0))

    def print_register(self) -> None:
        """Print the 领用登记簿 of the month of the chosen slip, this month's where none is chosen."""
        identity = self.selected_id()
        print_form(self, self.data_folder, "stock-register", month=queries.slip(identity).dated_on if identity else None)

    def show_unsigned(self) -> None:
        """Show the slips of issue that did not come back signed."""
        self.narrow({"kind": costing.ISSUE, "signed": UNSIGNED})


def _line_words(line: queries.LineRow) -> str:
    back = f"，已退 {rules.quantity_words(line.back, line.unit)}" if line.back else ""
    swapped = "，以旧换新" if line.swapped else ""
    quantity = rules.quantity_words(abs(line.quantity), line.unit) if line.quantity else "价差"
    return f"{quantity}　{format_fen(abs(line.fen + line.difference))} 元{back}{swapped}{f'　{line.remark}' if line.remark else ''}"


class MovementsPage(TablePage):
    """The step 收发明细: every line, with what of it came in or went out."""

    title = "收发明细"
    columns = lists.MOVEMENTS
    listing = lists.MOVEMENT_LIST
    filters = (
        ChoiceFilter("kind", "全部收发", lambda: [(each, each) for each in (*costing.INCOMING, *costing.OUTGOING, costing.PRICE)]),
        ChoiceFilter("storeroom", "全部保管室", lambda: [(room.id, room.name) for room in queries.storerooms(all_=True)]),
    )
    embedded = True
    empty_text = "还没有收发。登记领用、入库以后，每一行都列在这里。"
    settings_key = "stock_movements"
    search_hint = "搜索品名、单号、领用人、供应商，可用拼音首字母"
    record_word = "行"

    def __init__(self, changes: Changes, settings: QSettings | None, _data: DataFolder) -> None:
        super().__init__(changes, settings)
