"""Voiding: the row and its number stay with a day and a reason; twice or without a reason is refused; the check finds halves."""

from datetime import date

import pytest

from app.core.errors import Invalid, Refused
from app.school.tables import Invoice
from app.store import journal, voiding


@pytest.fixture
def papers(ledger):
    """Give the ids of two invoices."""
    with journal.operation("示例"):
        return [int(Invoice.insert(kind="发票", number=each, key=f"-{each}", dated_on=date(2026, 11, 3), fen=1, void_reason="").execute())
                for each in ("1", "2")]


def test_a_paper_stays_with_day_and_reason(papers, stopped_clock):
    with journal.operation("作废"):
        voiding.void("invoice", papers[:1], " 抄错 ")
    row = Invoice.get_by_id(papers[0])
    assert (row.number, row.voided_on, row.void_reason) == ("1", date(2026, 11, 21), "抄错")
    assert Invoice.get_by_id(papers[1]).voided_on is None
    assert voiding.voided_sound() == []
    journal.undo()
    assert Invoice.get_by_id(papers[0]).void_reason == ""


@pytest.mark.parametrize("reason", ["", "  ", "长" * 201])
def test_a_reason_is_given_and_is_no_story(papers, reason):
    with pytest.raises(Invalid, match="请写明原因"), journal.operation("作废"):
        voiding.void("invoice", papers, reason)
    assert voiding.require_reason("长" * 200) == "长" * 200
    assert Invoice.select().where(Invoice.voided_on.is_null()).count() == 2


def test_all_or_none_are_voided_and_none_twice(papers):
    with journal.operation("作废"):
        voiding.void("invoice", papers[1:], "错")
    with pytest.raises(Refused, match="已经作废"), journal.operation("作废"):
        voiding.void("invoice", papers, "错")
    assert Invoice.get_by_id(papers[0]).voided_on is None
    with pytest.raises(Refused, match="不在了"), journal.operation("作废"):
        voiding.void("invoice", [999], "错")


@pytest.mark.parametrize("half", [{"voided_on": date(2026, 11, 3)}, {"void_reason": "错"}])
def test_a_half_voided_paper_is_told(papers, half):
    with journal.operation("弄坏"):
        Invoice.update(**half).where(Invoice.id == papers[0]).execute()
    [told] = voiding.voided_sound()
    assert told.startswith("有 1 条")
