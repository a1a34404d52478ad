"""One voucher: as the form edits it, and its scans (invoice, contract, list of what was received). A verb is one operation."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

from app.core.errors import Refused
from app.fees.money import commands, evidence
from app.fees.money.evidence import OWNER, PAPERS
from app.fees.money.rules import VoucherDraft
from app.store import attachments, journal
from app.store.attachments import Stored
from app.store.database import database, scalar
from app.store.folder import DataFolder
from app.store.journal import Step


def plan_of(voucher: int) -> int:
    """Give the plan that a voucher's item belongs to; ``Refused`` where the voucher is gone."""
    plan = scalar("SELECT i.plan_id FROM fee_voucher v JOIN fee_plan_item i ON i.id = v.plan_item_id WHERE v.id = ?", (voucher,))
    if plan is None:
        raise Refused("这张票据已经不在了，请刷新后再试。")
    return int(plan)


def draft_of(voucher: int) -> VoucherDraft:
    """Give a voucher as the form edits it; ``Refused`` where it is voided or gone. An invoice held whole has no total beside."""
    draft = evidence.drafts([voucher]).get(voucher)
    if draft is None:
        raise Refused("这张票据已经作废或不在了，不能再改。")
    return replace(draft, total=None) if draft.total == draft.fen else draft


def save_voucher(data: DataFolder, plan_id: int, draft: VoucherDraft, voucher: int | None = None,
                 paths: Sequence[Path] = ()) -> Step | None:
    """Record a voucher, or write the draft over one, and file its scans, all as one step.

    Raises ``Invalid`` as ``commands.write_vouchers`` does, ``Refused`` where a file does not fit; nothing is kept then.
    """
    what = f"{'登记' if voucher is None else '修改'}票据 {draft.number.strip()}"
    with journal.operation(f"{what}，附 {len(paths)} 个扫描件" if paths else what) as work:
        if voucher is None:
            voucher = work.made(commands.write(plan_id, {}, [asdict(draft)])[0])
        else:
            commands.write(plan_id, {voucher: asdict(draft)}, [])
        for path in paths:
            attachments.add(data, OWNER, voucher, path)
    return work.step


def attach_files(data: DataFolder, voucher: int, paths: Sequence[Path]) -> Step | None:
    """Attach files to a voucher as one step; ``Refused`` where the voucher is gone or a file does not fit."""
    row = database.execute_sql(f"SELECT number FROM {PAPERS} WHERE id = ?", (voucher,)).fetchone()
    if row is None:
        raise Refused("这张票据已经不在了，请刷新后再试。")
    with journal.operation(f"添加票据附件 {row[0]}") as work:
        for path in paths:
            work.made(attachments.add(data, OWNER, voucher, path).id)
    return work.step


def remove_file(identity: int) -> Step:
    """Take a file off its voucher."""
    with journal.operation("移除票据附件") as work:
        attachments.remove(identity)
    return work.done


def files_of(voucher: int) -> list[Stored]:
    """Give the files of a voucher in the order they were added."""
    return attachments.of(OWNER, voucher)
