"""One purchase: on top how far it is, what comes next and what stands in its way; below its lines and everything that came of them."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QSettings, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel, QSplitter, QWidget

from app.core.columns import Column
from app.core.terms import chinese_day
from app.purchasing import cancelling, commands, files, handing_out, page_rows, progress, queries, rules
from app.purchasing.progress import StepState, Strip
from app.purchasing.queries import PurchaseRow
from app.school import links
from app.school.signing_rules import names
from app.store.folder import DataFolder
from ui.base import keys, notify, undoing
from ui.base.changes import Changes
from ui.base.crash import shielded
from ui.base.page import Page
from ui.base.parts import TabPages, button, column, label, mark, row
from ui.forms.reasons import with_reason
from ui.grid.grid import Grid
from ui.grid.rows import RowsModel
from ui.kit.acts import Act, StateBar
from ui.kit.detail import Facts
from ui.kit.files import FilesList
from ui.kit.related import open_record
from ui.kit.work_head import WorkHead

ACTS: tuple[Act, ...] = (
    Act("edit", "修改请购", "edit", "edit"),
    Act("approve", "审批…", "approve", "checkmark"),
    Act("quotes", "报价定标…", "quote", "table"),
    Act("contract", "合同…", "contract", "document"),
    Act("accept", "验收…", "accept", "clipboard"),
    Act("take_in", "入库建卡…", "take_in", "box"),
    Act("paper", "登记发票…", "enter_paper", "receipt"),
    Act("claim", "报销…", "claim", "done"),
    Act("post", "公示…", "post", "export"),
    Act("print", "打印…", "print_papers", "print"),
    Act("hand_out", "编分发表（各班）", "hand_out", "people", menu=True),
    Act("attach", "添加扫描件…", "attach", "attach", menu=True),
    Act("pay", "登记付款…", "pay", "money", menu=True),
    Act("sign", "请购单签回", "sign_back", "checkmark", menu=True),
    Act("refuse", "不予批准…", "refuse", "dismiss", menu=True),
    Act("reopen", "重新打开", "reopen", "restore", menu=True),
    Act("finish", "余下的不买了…", "finish", "checkmark", menu=True),
    Act("void", "作废…", "void", "dismiss", menu=True),
)
# What each state offers besides what comes next.
_OFFERED = {
    rules.ASKED: ("edit", "approve", "quotes", "accept", "print", "contract", "take_in", "paper", "claim", "pay", "attach", "sign", "refuse",
                  "void"),
    rules.APPROVED: ("edit", "accept", "take_in", "paper", "claim", "print", "quotes", "approve", "contract", "post", "pay", "hand_out",
                     "attach", "sign", "finish", "void"),
    rules.REFUSED: ("reopen", "print", "void"),
    rules.DONE: ("take_in", "paper", "claim", "print", "post", "pay", "hand_out", "attach", "reopen", "void"),
    rules.VOIDED: ("print",)}
FILES = "照片和文件 (*.jpg *.jpeg *.png *.webp *.bmp *.pdf *.ofd *.xml *.docx *.xlsx *.doc *.xls)"
_TONES = {rules.ASKED: "warning", rules.APPROVED: "accent", rules.REFUSED: "quiet", rules.DONE: "done", rules.VOIDED: "quiet"}
_STEP_TONES = {progress.DONE: "done", progress.NOW: "accent", progress.BLOCKED: "danger", progress.WAITS: "quiet", progress.SPARED: "quiet"}
_SIGNS = {progress.DONE: "✓ ", progress.NOW: "▶ ", progress.BLOCKED: "！", progress.WAITS: "", progress.SPARED: ""}


class StepsStrip(QFrame):
    """The steps of the chain as chips: done, next, blocked, not asked for; what there is of each and why it is blocked is the tip."""

    pressed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.chips: dict[str, QLabel] = {}
        self.steps: Sequence[StepState] = ()
        parts: list[QWidget | None] = []
        for key, title in progress.STEPS:
            chip = label(title, "chip")
            self.chips[key] = chip
            parts.append(chip)
        self.line = row(*parts, None, gap=6)
        self.setLayout(self.line)

    def show_steps(self, steps: Sequence[StepState]) -> None:
        """Show how far each step is; one that the tier does not ask for and nobody took is left out."""
        self.steps = steps
        for each in steps:
            chip = self.chips[each.key]
            chip.setVisible(each.state != progress.SPARED)
            chip.setToolTip(f"{each.title}　{each.why or each.facts}")
            mark(chip, tone=_STEP_TONES[each.state])
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Say what there is of each step where all of them have the room."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        for facts in (True, False):
            for each in self.steps:
                self.chips[each.key].setText(f"{_SIGNS[each.state]}{each.title}{f'　{each.facts}' if facts and each.facts else ''}")
            if self.line.sizeHint().width() <= self.width():
                return


class PurchasePage(Page):
    """One purchase. ``left`` tells that a person goes back to the list, ``wanted`` that another purchase was picked."""

    title = "采购"
    left = Signal()
    wanted = Signal(int)

    def __init__(self, changes: Changes, settings: QSettings | None, data: DataFolder) -> None:
        super().__init__(changes, settings)
        self.data_folder, self.purchase = data, 0
        self.state_bar = StateBar(ACTS, self)
        self.actions_by_key = self.state_bar.actions_by_key
        self.head, self.steps = WorkHead("采购"), StepsStrip()
        self.head.picked.connect(self.wanted.emit)
        self.head.go.connect(self.go)
        self.facts, self.found = Facts(72), label("", "warning", wrap=True)
        self.found.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.tabs = TabPages()
        self.tabs.setDocumentMode(True)
        self.tables = {key: _Table(columns) for key, (_, columns) in page_rows.TABLES.items()}
        for key, (title, _) in page_rows.TABLES.items():
            self.tabs.addTab(self.tables[key].grid, title)
        self.files = FilesList(data, self._add_files, files.remove_file)
        self.tabs.addTab(self.files, "扫描件")
        self.tables["related"].grid.open_asked.connect(self._open_related)
        self.tables["acceptances"].grid.open_asked.connect(self._void_acceptance)
        self.tables["contracts"].grid.open_asked.connect(self.contract)
        self.tables["quotes"].grid.open_asked.connect(self.quote)
        side, splitter = QWidget(), QSplitter(Qt.Orientation.Horizontal, childrenCollapsible=False, handleWidth=8)
        side.setLayout(column(self.found, self.facts, None, gap=8))
        splitter.addWidget(side)
        splitter.addWidget(self.tabs)
        splitter.setStretchFactor(1, 1)
        splitter.setSizes([300, 900])
        bar = row(button(f"采购列表（{keys.shown('back')}）", self.left.emit, "undo", flat=True), self.state_bar, gap=12)
        bar.setStretch(1, 1)
        lines = column(bar, self.head, self.steps, splitter, gap=8)
        lines.setStretch(3, 1)
        self.setLayout(lines)
        self.setFocusProxy(self.tabs)
        keys.bind("back", self, self.left.emit)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc goes back to the list, where nothing in the page had a use for it."""
        if keys.is_key(event, "drop"):
            shielded(self.left.emit)
        else:
            super().keyPressEvent(event)

    # --- what is shown

    def show_purchase(self, identity: int) -> None:
        """Show a purchase."""
        self.purchase = identity
        self.refresh()

    def fill(self) -> None:
        """Read the purchase anew; one that is gone is left to the page around."""
        if not self.purchase or not queries.titles([self.purchase]):
            return
        found, strip = queries.purchase(self.purchase), progress.strip(self.purchase)
        self._show_head(found, strip)
        self._show_facts(found, strip)
        for key, table in self.tables.items():
            count = table.show_rows(page_rows.rows(key, self.purchase))
            title = page_rows.TABLES[key][0]
            self.tabs.setTabText(list(self.tables).index(key), f"{title} {count}" if count and key != "lines" else title)
        stored = files.files_of(self.purchase)
        self.files.show_files(stored)
        self.tabs.setTabText(self.tabs.indexOf(self.files), f"扫描件 {len(stored)}" if stored else "扫描件")
        self.status_changed.emit(*self.status_line())

    def _show_head(self, found: PurchaseRow, strip: Strip) -> None:
        titles = queries.titles([each.id for each in queries.standing()] + [found.id])
        self.head.offer(sorted(titles.items(), key=lambda each: each[1], reverse=True), found.id)
        facts = "　".join(filter(None, (found.department, found.supplier, found.purpose)))
        self.head.tell(found.state_words, _TONES[found.state], facts, strip.next)
        self.steps.show_steps(strip.steps)
        offered = [key for key in _OFFERED[found.state] if key != strip.next.act]
        if strip.next.act in self.actions_by_key and found.state != rules.VOIDED:
            offered.insert(0, strip.next.act)
        self.state_bar.offer(tuple(offered), strip.next.act if strip.next.act in self.actions_by_key else "")

    def _show_facts(self, found: PurchaseRow, strip: Strip) -> None:
        signers = commands.signers_of(found.id)
        approval = " ".join(filter(None, (_day(found.approved_on), names(signers[rules.APPROVER]))))
        pairs = [("编号", found.number), ("类别", f"{found.kind}　{found.way}".strip()),
                 ("申请", f"{_day(found.requested_on)} {names(signers[rules.WISHER])}".strip()),
                 ("要求到货", _day(found.wanted_on)), ("批准", approval), ("会议纪要", found.meeting_no),
                 ("请示批复", " ".join(filter(None, (found.reply_no, _day(found.replied_on))))), ("购买", _day(found.bought_on)),
                 ("采购人", names(signers[rules.BUYER])), ("询价", " ".join(filter(None, (found.quote_no, names(signers[rules.ASKER]))))),
                 ("报价不足", found.few_reason), ("票据不符", found.differs_reason), ("了结原因", found.finish_reason),
                 ("签回", _day(found.signed_on)), ("备注", found.remark), ("作废", f"{_day(found.voided_on)} {found.void_reason}".strip())]
        self.facts.show_pairs(pairs)
        said = [f"{'禁止' if each.level == 'error' else '提醒'}：{each.text}" for each in strip.findings]
        self.found.setText("\n".join(said))
        self.found.setVisible(bool(said))
        mark(self.found, role="error" if any(each.level == "error" for each in strip.findings) else "warning")

    def status_line(self) -> tuple[str, str]:
        """Give which purchase this is."""
        return queries.titles([self.purchase]).get(self.purchase, ""), ""

    def place_window_acts(self, *actions: Any) -> None:
        """Keep undo and redo on the right of the acts."""
        self.state_bar.place(*actions)

    def go(self, act: str) -> None:
        """Take the way that the head offers."""
        self.actions_by_key[act].trigger()

    # --- what a person does

    def edit(self) -> None:
        """Change the request."""
        from ui.purchasing.request_form import RequestForm

        RequestForm(self, self.purchase).exec()

    def approve(self) -> None:
        """Note the approval, or complete its numbers."""
        from ui.purchasing import approving

        approving.approve(self, self.purchase)

    def refuse(self) -> None:
        """Note that it was not approved."""
        with_reason(self, "不予批准", "请购单上写的不批准的原因。", "不予批准", partial(commands.refuse, self.purchase), "已记为未批准。")

    def quote(self) -> None:
        """Type quotes side by side and award them."""
        from ui.purchasing import quoting

        quoting.quote(self, self.purchase)

    def contract(self) -> None:
        """Note a contract, or change the one that is chosen in its list."""
        from ui.purchasing import contracts

        at_list = self.tabs.currentWidget() is self.tables["contracts"].grid
        contracts.write_contract(self, self.purchase, (self.tables["contracts"].chosen() or None) if at_list else None)

    def accept(self) -> None:
        """Accept a delivery."""
        from ui.purchasing import accepting

        accepting.accept(self, self.purchase)

    def take_in(self) -> None:
        """Let accepted pieces go where they belong."""
        from ui.purchasing import taking_in

        taking_in.take_in(self, self.purchase)

    def enter_paper(self) -> None:
        """Enter an invoice."""
        from ui.purchasing import paying

        paying.enter_paper(self, self.purchase)

    def claim(self) -> None:
        """Write the claim over papers that wait for one."""
        from ui.purchasing import paying

        paying.claim(self, self.purchase)

    def post(self) -> None:
        """Note that the result hangs in public."""
        from ui.purchasing import notices

        notices.post(self, self.purchase)

    def pay(self) -> None:
        """Note when the papers were paid."""
        from ui.purchasing import paying

        paying.pay_shares(self, [each.id for each in paying.unpaid(self.purchase)])

    def print_papers(self) -> None:
        """Print the papers of this purchase."""
        from ui.purchasing import printing

        printing.print_purchase(self, self.data_folder, self.purchase)

    def hand_out(self) -> None:
        """Make the 分发表 of what the lines say each class gets."""
        step = handing_out.hand_out(self.purchase)
        undoing.told(f"已{step.title}，在“分发”里核对、打印、发放。", step)

    def attach(self) -> None:
        """Add scans: quotes, contract, invoice, pictures of what came."""
        self._add_files(notify.open_files("添加扫描件", FILES))

    def _add_files(self, paths: Sequence[Path]) -> None:
        if paths:
            undoing.told(f"已添加 {len(paths)} 个文件。", files.attach_files(self.data_folder, self.purchase, paths))

    def sign_back(self) -> None:
        """Tick that the request came back signed."""
        undoing.told("请购单已签回，以后只能作废。", commands.sign_back(queries.OWNER, self.purchase))

    def reopen(self) -> None:
        """Open it again."""
        undoing.told("已重新打开。", commands.reopen(self.purchase))

    def finish(self) -> None:
        """Finish it although not everything came."""
        with_reason(self, "余下的不买了", "请写明余下的为什么不再买了；已经验收的照样入库、报销。", "了结",
                    partial(commands.finish, self.purchase), "已了结。")

    def void(self) -> None:
        """Void it with all that came of it."""
        void_purchase(self, self.purchase)

    def _void_acceptance(self) -> None:
        from ui.purchasing import accepting

        chosen = self.tables["acceptances"].chosen()
        if chosen:
            accepting.act_on(self, chosen)

    def _open_related(self) -> None:
        at = self.tables["related"].grid.currentIndex().row()
        found = links.of(queries.OWNER, self.purchase)
        if 0 <= at < len(found):
            open_record(found[at])


class _Table:
    """A list of a purchase that is only read."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self.model = RowsModel(columns)
        self.grid = Grid(self.model)
        self.grid.head.setSectionsClickable(False)

    def show_rows(self, rows: Sequence[Sequence[Any]]) -> int:
        """Show these rows and give how many they are."""
        self.model.load(lambda limit, offset: rows[offset:offset + limit], len(rows))
        self.grid.fit(measure=True)
        return len(rows)

    def chosen(self) -> int:
        """Give the id of the current row, 0 for none."""
        here = self.grid.currentIndex()
        return self.model.id_at(here.row()) or 0 if here.isValid() else 0


def void_purchase(parent: QWidget, identity: int) -> None:
    """Ask why, then void a purchase with what came of it."""
    title = queries.title(identity)
    act: Callable[[str], Any] = partial(cancelling.void, identity)
    with_reason(parent, f"作废采购 {title}", "连同它的验收、入库、领用、卡片和票据一起作废，编号和原因都留着。", "作废", act, f"已作废采购 {title}。")


def _day(day: Any) -> str:
    return chinese_day(day) if day else ""
