"""Shorter ways into the verbs of fees, for tests: one price, one voucher, one shipped letter."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date

from app.fees.keys import grade_key
from app.fees.letters import commands as letter_commands
from app.fees.letters.kinds import shipped_draft
from app.fees.money import commands as money_commands
from app.fees.money.rules import VoucherDraft
from app.fees.plan import commands as plan_commands
from app.store.journal import Step


def write_prices(plan: int, cells: Mapping[tuple[int, int], int | None]) -> None:
    """Write prices, 分 by (plan item, grade); None: not charged."""
    changed: dict[int, dict[str, int | None]] = {}
    for (item, grade), fen in cells.items():
        changed.setdefault(item, {})[grade_key(grade)] = fen
    plan_commands.write_cells(plan, changed)


def record_voucher(plan: int, draft: VoucherDraft) -> Step:
    """Record one voucher."""
    step = money_commands.write_vouchers(plan, {}, [asdict(draft)])
    assert step is not None
    return step


def make_shipped(term: int, kind: str, dated_on: date | None = None, due_on: date | None = None) -> Step:
    """Add a letter of a kind with its shipped text."""
    return letter_commands.make_letter(term, shipped_draft(kind, dated_on, due_on))
