"""批准、作废、重新打开: what an approval will change in the ledger, shown before it is written as one step."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from functools import partial

from PySide6.QtWidgets import QDialog, QFrame, QGridLayout, QPushButton, QWidget

from app.core import clock
from app.core.columns import Column, Kind
from app.core.errors import Invalid, Problem, Refused, joined
from app.core.money import format_fen
from app.stocktake import approval, commands, queries
from app.stocktake import settings as words
from app.stocktake.approval import Correction, NumberDraft
from app.store import settings
from app.store.journal import Counted
from ui.base import jobs, keys, undoing
from ui.base.parts import button, column, label, mark, open_at, row
from ui.forms.editors import ChoiceEditor, DayEditor, text_editor
from ui.forms.form import Field, FormDialog
from ui.forms.reasons import with_reason
from ui.grid.grid import Grid
from ui.grid.rows import RowsModel

_COLUMNS = (
    Column("what", "调整", Kind.CHOICE), Column("number", "资产编号", Kind.CODE), Column("name", "名称"),
    Column("old", "现在"), Column("new", "改为"), Column("skipped", "不调整的原因"),
)
_TONES = {approval.LOSS: "danger", approval.PART_LOSS: "danger", approval.GAIN: "accent", approval.FIND: "accent",
          approval.MOVE: "warning", approval.STATUS: "warning"}
_SKIPPED = "不调整"


def approve_stocktake(parent: QWidget, stocktake: int) -> bool:
    """Show all corrections, take number and day of the approval, write them; gives whether that was done."""
    return bool(ApprovalDialog(parent, stocktake).exec())


def void_stocktake(parent: QWidget, stocktake: int) -> bool:
    """Give a stocktake up with a reason; gives whether that was done."""
    row = commands.require(stocktake)
    return with_reason(parent, f"作废 {row.number}", f"{row.title}\n作废后不能再录入和批准；编号、已录的数和打印过的单据都留着。", "作废",
                        partial(commands.void_stocktake, stocktake), f"已作废 {row.number} {row.title}。")


def reopen_stocktake(parent: QWidget, stocktake: int) -> bool:
    """Go on counting with a reason; gives whether that was done."""
    row = commands.require(stocktake)
    return with_reason(parent, f"重新打开 {row.number}", f"{row.title}\n重新打开后可以接着录入，原因会记在备注里。", "重新打开",
                        partial(commands.reopen, stocktake), f"已重新打开 {row.number} {row.title}，可以接着录入。")


def correct_number(parent: QWidget, stocktake: int) -> None:
    """Correct a 文号 that was typed wrongly; the day stays, since cards were booked on it."""
    row = commands.require(stocktake)
    hint = f"批准日期 {row.approved_on} 不能改；写错的请撤销“批准盘点”再批准"
    form = FormDialog(parent, f"更正批准文号　{row.title}", NumberDraft(row.approval_no), (Field("number", "批准文号", required=True, hint=hint),),
                      approval.check_number, partial(approval.correct_number, stocktake))
    if form.exec():
        undoing.told("批准文号已更正。", form.saved)


class ApprovalDialog(QDialog):
    """The corrections grouped by what they do; below, what stands in the way, or number and day of the approval."""

    def __init__(self, parent: QWidget | None, stocktake: int) -> None:
        super().__init__(parent)
        self.stocktake = commands.require(stocktake)
        order = {what: place for place, what in enumerate(_TONES)}
        self.corrections = sorted(approval.preview(stocktake), key=lambda each: order[each.what])
        self.blocks = approval.blocks(stocktake)
        self.setWindowTitle(f"批准盘点 - {self.stocktake.title}")
        self.model = RowsModel(_COLUMNS, _TONES)
        self.grid = Grid(self.model)
        self.grid.horizontalHeader().setSectionsClickable(False)
        self.ways: dict[str, QPushButton] = {}
        self.bar = row(*self._ways(), None, gap=8)
        self.number, self.day = text_editor(), DayEditor()
        self.by = ChoiceEditor(settings.value(words.APPROVERS), free=True)
        self.day.set_value(clock.today())
        self.by.set_value("")
        self.number.setPlaceholderText("批准文号或会议纪要编号")
        self.wrong = label("", "error", wrap=True)
        self.write = button("", self.approve, primary=True)
        self._lay_out()
        keys.bind("store", self, self.write.click)
        self.narrow("")
        self.number.setFocus()

    def narrow(self, what: str) -> None:
        """Show only corrections of one sort, those that are not made, or ("") all."""
        for key, way in self.ways.items():
            way.setChecked(key == what)
            mark(way, set=key == what)
        rows = [(0, each.what, each.number, each.name, each.old, each.new, each.skipped) for each in self.corrections
                if what in ("", each.what) or (what == _SKIPPED and each.skipped)]
        self.model.load(lambda limit, offset: rows[offset:offset + limit], len(rows))
        self.grid.setColumnHidden(len(_COLUMNS) - 1, not any(each[-1] for each in rows))
        self.grid.fit(measure=True)

    def approve(self) -> None:
        """Write all corrections as one step; what cannot be read or is missing is said, and nothing is written."""
        number, day = str(self.number.value() or "").strip(), self.day.value()
        complaint = [Problem("day", self.day.complaint())] if self.day.complaint() else []
        problems = complaint or approval.check_approval(self.stocktake, number, day)
        self._tell(problems)
        if problems or not isinstance(day, date):
            return
        identity, by = self.stocktake.id, str(self.by.value() or "")
        jobs.run_job(self, "按批准结果调整台账", lambda _: approval.approve(identity, number, day, by), self._approved,
                     self._failed, can_cancel=False)

    def _approved(self, done: Counted) -> None:
        self.accept()
        undoing.told(f"已批准 {self.stocktake.number}（{self.number.value()}），台账调整 {done.count:,} 处。", done.step)

    def _failed(self, error: Exception) -> None:
        if isinstance(error, Invalid):
            self._tell(error.problems)
        elif isinstance(error, Refused):
            self._tell([Problem("", error.text)])
        else:
            raise error

    def _tell(self, problems: Sequence[Problem]) -> None:
        for key, editor in (("number", self.number), ("day", self.day)):
            mark(editor, bad=any(each.field == key for each in problems))
        self.wrong.setText(joined(each.text for each in problems))

    def _ways(self) -> list[QPushButton]:
        """Give a button for each sort of correction there is, with how many."""
        counts = Counter(each.what for each in self.corrections)
        skipped = sum(1 for each in self.corrections if each.skipped)
        for key, text, count in (("", "全部", len(self.corrections)), *((what, what, counts[what]) for what in _TONES),
                                 (_SKIPPED, _SKIPPED, skipped)):
            if count or not key:
                self.ways[key] = button(f"{text} {count:,}", partial(self.narrow, key))
                self.ways[key].setCheckable(True)
        return list(self.ways.values())

    def _lay_out(self) -> None:
        made = [each for each in self.corrections if not each.skipped]
        head = label(in_words(made), "title", wrap=True)
        skipped = len(self.corrections) - len(made)
        lost = queries.result(self.stocktake.id, "all")[0].lost_fen
        under = label((f"盘亏的账面价值共 ￥{format_fen(lost)}。" if lost else "") + "批准后一次写进台账，可以整次撤销。" + (
            f"有 {skipped} 处在开始盘点后已经变动，以现在的台账为准，不再调整。" if skipped else ""), "hint", wrap=True)
        foot = row(None, button("取消", self.reject), self.write)
        self.write.setText(f"批准并调整 {len(made):,} 处（{keys.shown('store')}）" if made else f"批准（{keys.shown('store')}）")
        self.write.setEnabled(not self.blocks)
        lines = column(
            head,
            under,
            self.bar,
            self.grid,
            _blocked(self.blocks) if self.blocks else self._fields(),
            self.wrong,
            foot,
            margins=(20, 16, 20, 16),
            gap=10,
        )
        lines.setStretch(3, 1)
        self.setLayout(lines)
        self.wrong.setMinimumHeight(self.wrong.fontMetrics().height())  # its room is there before: what is under the mouse does not move
        open_at(self, 1120, 640)

    def _fields(self) -> QWidget:
        made, grid = QWidget(), QGridLayout()
        for place, (text, editor, width) in enumerate(
            (("批准文号 *", self.number, 280), ("批准日期 *", self.day, 150), ("批准人", self.by, 190))
        ):
            editor.setMinimumWidth(width)
            editor.setAccessibleName(text.rstrip(" *"))
            grid.addWidget(label(text), 0, place * 2)
            grid.addWidget(editor, 0, place * 2 + 1)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setColumnStretch(1, 1)
        made.setLayout(grid)
        return made


def in_words(made: Sequence[Correction]) -> str:
    """Say what the approval does to the ledger, in one sentence."""
    counts = Counter(each.what for each in made)
    parts = [f"{counts[approval.MOVE]} 张卡片改地点"] if counts[approval.MOVE] else []
    parts += [f"{counts[approval.STATUS]} 张改状况"] if counts[approval.STATUS] else []
    lost, part = counts[approval.LOSS], counts[approval.PART_LOSS]
    parts += [f"盘亏 {lost + part} 张转为{approval.lost_word()}" + (f"（其中 {part} 张拆卡）" if part else "")] if lost + part else []
    more = counts[approval.GAIN] + counts[approval.FIND]
    parts += [f"盘盈新建 {more} 张卡片"] if more else []
    return f"台账将有这些变动：{'，'.join(parts)}。" if parts else "账实相符，台账没有要调整的；批准后记下文号和日期。"


def _blocked(reasons: Sequence[str]) -> QFrame:
    """Say what has to be done before an approval can be recorded."""
    made = QFrame()
    mark(made, role="strip", tone="warning")
    made.setLayout(column(label("还不能批准：", "section"), *(label(f"· {text}", wrap=True) for text in reasons),
                          margins=(14, 6, 14, 10), gap=4))
    return made
