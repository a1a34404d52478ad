"""Whatever happens in a term, public board, statement, tab and monthly reports give one figure each, item by item."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from app.fees.board import commands as publicity
from app.fees.board import papers as boards
from app.fees.money import monthly, settlement
from app.fees.money import papers as money_papers
from app.fees.money.facts import Facts
from app.fees.plan import queries as plans
from app.fees.rules import BY_STANDARD, BY_VOUCHERS
from app.fees.tables import FeePlanItem
from app.paper.forms import Order
from app.paper.ledger import Ledger
from app.store import journal
from tests.fees.test_fee_money_random import TODAY, _Term
from tests.money_fixture import CARE, CLUB, FeeSchool
from ui.base.changes import Changes
from ui.fees.money.settlement import SumsList

Figures = Mapping[str, tuple[int, ...]]     # item → billed, standard, refund, arrears, shortage, what the school bears


def test_four_papers_give_one_figure_each(qtbot, fee_school: FeeSchool, settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tab = SumsList(Changes(), settings)
    qtbot.addWidget(tab)
    kept: list[Ledger] = []
    monkeypatch.setattr(money_papers, "write_ledger", lambda ledger, *_: kept.append(ledger))
    unlike: list[int] = []

    @hypothesis_settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(seed=st.integers(0, 10**6), by_vouchers=st.sampled_from((0, 1, 2)))
    def compare(seed: int, by_vouchers: int) -> None:
        first = journal.undoable()[0]
        _live(fee_school, seed, by_vouchers)
        want = _board(fee_school.plan)
        assert _statement(fee_school.plan, tmp_path, kept) == want
        assert _tab(tab, fee_school.plan) == want
        assert _plain({name: (each[0], each[1], each[5]) for name, each in want.items()}) == _months()
        unlike.append(len(want))
        while journal.undoable()[0] > first:
            journal.undo()

    compare()
    assert max(unlike) >= 4     # the terms were no empty ones


def _live(school: FeeSchool, seed: int, by_vouchers: int) -> None:
    """Let things happen in a term, then settle it; its service fee and its trip are settled this way or that."""
    with journal.operation("结算方式"):
        for item, way in ((CARE, by_vouchers == 1), (CLUB, by_vouchers == 2)):
            FeePlanItem.update(settled_by=BY_VOUCHERS if way else BY_STANDARD).where(FeePlanItem.id == school.items[item]).execute()
    term = _Term(school, Random(seed))
    term.fill()
    for _ in range(12):
        term.step()
    if Facts(school.plan).head.state == "collecting" or Facts(school.plan).stale:
        settlement.settle(school.plan)


def _fen(text: str) -> int:
    return 0 if text in ("—", "") else round(float(text.replace(",", "")) * 100)


def _board(plan: int) -> Figures:
    """Read the lines 小计 of the paper, and hold each against the lines above it."""
    board = boards.settlement_board(publicity.settlement_now(plan))
    table, classes = board.pieces[0], board.pieces[1]
    found, above = {}, [0] * 10
    for line in table.rows:
        figures = [_fen(cell) for cell in line.cells[2:]]
        if line.cells[1] == "小计":
            assert figures[1] == above[1]
            assert figures[3:] == above[3:], line.cells
            found[line.cells[0]] = (figures[3], figures[4], figures[5], figures[6], figures[7], figures[8])
            above = [0] * 10
        else:
            above = [one + other for one, other in zip(above, figures, strict=True)]
        paid, billed, standard, back, arrears, shortage, school = (figures[at] for at in (1, 3, 4, 5, 6, 7, 8))
        assert paid - billed - standard == figures[9] == back - arrears - shortage - school, line.cells
    for line in classes.rows:
        paid, spent, back, arrears, shortage, school, *_ = [_fen(cell) for cell in line.cells[2:]]
        assert paid - spent + school == back - arrears - shortage, line.cells
    assert _fen(classes.rows[-1].cells[3]) == _fen(table.rows[-1].cells[5]) + _fen(table.rows[-1].cells[6])
    assert _fen(classes.rows[-1].cells[7]) == _fen(table.rows[-1].cells[10])
    return {name: each for name, each in found.items() if any(each)}


def _statement(plan: int, folder: Path, kept: list[Ledger]) -> Figures:
    money_papers.write_statement(Order(about=plan), folder / "statement.pdf")
    keys = [column.key for column in money_papers.STATEMENT]
    rows = [dict(zip(keys, row, strict=True)) for row in kept.pop().sections[0].rows]
    for each in rows:
        assert each["paid"] - (each["billed"] or 0) - (each["standard"] or 0) + (each["borne"] or 0) == (
            (each["refund"] or 0) - (each["arrears"] or 0) - (each["shortage"] or 0))
    return _plain({each["name"]: tuple(each[key] or 0 for key in ("billed", "standard", "refund", "arrears", "shortage", "borne"))
                   for each in rows})


def _tab(tab: SumsList, plan: int) -> Figures:
    tab.show_sums(plans.plan(plan), Facts(plan), 0)
    keys = ["id", *(column.key for column in tab.columns)]
    rows = [dict(zip(keys, row, strict=True)) for row in tab.rows[1:]]
    return _plain({each["name"]: tuple(each[key] or 0 for key in ("billed", "standard", "refund", "arrears", "shortage", "borne"))
                   for each in rows})


def _months() -> Figures:
    """Add up the months from the first to the one of the settlement: what went out, and what the school bears."""
    found: dict[str, tuple[int, ...]] = {}
    for month in range(9, TODAY.month + 1):
        for row in monthly.report(date(2026, month, 1)):
            before = found.get(row.name, (0, 0, 0))
            found[row.name] = before[0] + row.spent, before[1] + row.standard, before[2] + row.borne
    return _plain(found)


def _plain(found: Figures) -> Figures:
    return {name: each for name, each in found.items() if any(each)}
