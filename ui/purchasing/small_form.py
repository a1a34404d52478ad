"""登记一次采购: a whole purchase on one screen, from the request to the invoice, stored as one step and printed as one PDF."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from PySide6.QtWidgets import QWidget

from app.core.errors import Invalid
from app.purchasing import rules, small
from app.purchasing.paying import PaperDraft
from app.purchasing.rules import LineDraft
from app.purchasing.small import SmallDraft
from app.store.journal import Step
from ui.base import undoing
from ui.base.parts import button
from ui.forms.form import Field, Section
from ui.kit.lines_form import Line, Lines, LinesForm
from ui.kit.school_fields import department_field, supplier_field
from ui.purchasing import fields
from ui.purchasing.fields import Following


@dataclass(frozen=True)
class Screen:
    """What stands on the screen; ``lines`` as the draft has them. 批准日 may be cleared: it is then a 补办."""

    supplier: str = ""
    bought_on: date | None = None
    approved_on: date | None = None
    accepted_on: date | None = None
    kind: str = rules.GOODS
    department: int | None = None
    purpose: str = ""
    reply_no: str = ""
    buyers1: int | None = None
    buyers2: int | None = None
    acceptors1: int | None = None
    acceptors2: int | None = None
    invoice: str = ""
    invoice_fen: int | None = None
    lines: tuple[LineDraft, ...] = ()


class SmallForm(LinesForm):
    """The screen. ``saved`` is the step, its ``made`` the purchase; ``printing`` whether its papers are wanted at once."""

    def __init__(self, parent: QWidget | None) -> None:
        begun = small.begin()
        buyers, acceptors = fields.in_fields(begun.buyers), fields.in_fields(begun.acceptors)
        self.following = Following(lambda: str(self.value("kind")), lambda record: self.table.line_above(record))
        table = Lines(fields.LINE_COLUMNS, fields.line_fields(), fields.sums_of, self.following)
        super().__init__(parent, "登记一次采购", Screen(bought_on=begun.bought_on, approved_on=begun.approved_on, buyers1=buyers[0],
                                                  buyers2=buyers[1], acceptors1=acceptors[0], acceptors2=acceptors[1]),
                         _fields(), table, lambda draft: (), self._save, self._next)
        self.printing = False
        self.foot.addWidget(button("保存并打印单据…", self.save_and_print, "print"))
        self.changed.connect(self._follow_day)
        table.grid.choose_cell(0, 0)

    def lines_of(self, draft: Screen) -> Sequence[Mapping[str, str]]:
        """Give the lines as words."""
        return [fields.line_words(line) for line in draft.lines]

    def with_lines(self, draft: Screen, lines: Sequence[Line]) -> Screen:
        """Give the screen with these lines."""
        return replace(draft, lines=tuple(fields.line_draft(line) for line in lines))

    def save_and_print(self) -> None:
        """Save, then have the papers of the chain printed."""
        self.printing = True
        self.printing = self.save()

    def _save(self, screen: Screen) -> Step:
        try:
            step = small.save(draft_of(screen))
        except Invalid as wrong:
            raise Invalid(fields.at_fields(wrong.problems, "buyers", "acceptors")) from None
        undoing.told(f"已{step.title}。", step)
        return step

    def _next(self, screen: Screen) -> Screen:
        """Give the next purchase: bought by the same people on the same day."""
        return Screen(bought_on=screen.bought_on, approved_on=screen.approved_on, department=screen.department, buyers1=screen.buyers1,
                      buyers2=screen.buyers2, acceptors1=screen.acceptors1, acceptors2=screen.acceptors2)

    def _follow_day(self, key: str) -> None:
        """The day of approval goes with that of buying until somebody says otherwise: cleared or another, it stays."""
        if key == "approved_on":
            self.draft = replace(self.draft, approved_on=None)
        elif key == "bought_on" and self.draft.approved_on is not None and self.value("bought_on"):
            self.set_value("approved_on", self.value("bought_on"))


def draft_of(screen: Screen) -> SmallDraft:
    """Give the purchase that stands on a screen."""
    return SmallDraft(
        bought_on=screen.bought_on, approved_on=screen.approved_on, accepted_on=screen.accepted_on, supplier=screen.supplier, kind=screen.kind,
        department=screen.department, purpose=screen.purpose, reply_no=screen.reply_no, lines=screen.lines,
        paper=PaperDraft(number=screen.invoice, fen=screen.invoice_fen), buyers=fields.signers(screen.buyers1, screen.buyers2),
        acceptors=fields.signers(screen.acceptors1, screen.acceptors2))


def _fields() -> list[Field | Section]:
    buyers, acceptors = fields.signer_fields("buyers", "采购人", required=True), fields.signer_fields("acceptors", "验收人", required=True)
    return [
        supplier_field("supplier", "供应商", required=True), Field("invoice", "发票号码", hint="没有开票就空着，以后再登记"),
        Field("bought_on", "购买日", "day", required=True), Field("approved_on", "批准日", "day", hint="没有批就清空，算作补办"),
        buyers[0], acceptors[0], buyers[1], acceptors[1],
        department_field("department", "申请部门"), Field("purpose", "用途"),
        Field("kind", "采购类别", "choice", choices=rules.KINDS), Field("reply_no", "请示批复号", hint="这一档要先请示上级的才填"),
    ]


