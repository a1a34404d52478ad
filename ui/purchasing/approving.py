"""审批: what the signed request says: the day, who approved, numbers of the meeting, of the petition and its reply."""

from dataclasses import dataclass
from datetime import date

from PySide6.QtWidgets import QWidget

from app.core import clock
from app.purchasing import commands, queries, rules
from app.purchasing.commands import ApprovalDraft
from app.school.signing_rules import Signer
from app.store.journal import Step
from ui.base import undoing
from ui.forms.form import Field, FormDialog
from ui.kit.school_fields import person_field


@dataclass(frozen=True)
class Screen:
    """An approval as it is typed."""

    approved_on: date | None = None
    approver: int | None = None
    meeting_no: str = ""
    petitioned_on: date | None = None
    reply_no: str = ""
    replied_on: date | None = None


def approve(parent: QWidget, identity: int) -> None:
    """Note an approval, or mend the one that is there."""
    row, known = queries.purchase(identity), commands.approval_of(identity)
    fresh = row.state == rules.ASKED and known.approved_on is None
    screen = Screen(known.approved_on or (clock.today() if fresh else None), known.approver.person if known.approver else None, known.meeting_no,
                    known.petitioned_on, known.reply_no, known.replied_on)

    def draft(typed: Screen) -> ApprovalDraft:
        return ApprovalDraft(typed.approved_on, Signer(typed.approver) if typed.approver else known.approver, typed.meeting_no,
                             typed.petitioned_on, typed.reply_no, typed.replied_on)

    def save(typed: Screen) -> Step | None:
        verb = commands.approve if fresh else commands.complete_approval
        step = verb(identity, draft(typed))
        undoing.told(f"已{step.title}。" if step else "", step)
        return step

    FormDialog(parent, f"审批　{queries.title(identity)}", screen, _FIELDS,
               lambda typed: commands.check_approval(draft(typed), needed=fresh), save).exec()


_FIELDS = (
    Field("approved_on", "批准日期", "day", hint="请购单上批准的日期"), person_field("approver", "审批人"),
    Field("petitioned_on", "请示日期", "day", hint="这一档要先请示上级的才填"), Field("replied_on", "批复日期", "day"),
    Field("reply_no", "批复号"), Field("meeting_no", "会议纪要号", hint="这一档要上会的才填"),
)
