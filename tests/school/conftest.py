import pytest

from app.school.commands import start_school
from app.school.rules import SchoolDraft
from app.store import journal


@pytest.fixture
def school(ledger):
    """A school just started, with its office and one campus."""
    before = journal.worker.name
    start_school(SchoolDraft("青禾小学", term="2026-2027-1", operator="周文海"))
    yield ledger
    journal.worker.name = before
