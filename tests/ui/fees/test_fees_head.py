"""The head over a term of fees is never stale: days eaten and waivers change what it says as receipts do."""

import pytest

from app.fees.money import commands
from app.school import pupil_commands
from app.store import journal
from tests.money_fixture import MEALS
from ui.fees.page import FeesPage


@pytest.fixture
def page(qtbot, fee_school, started_ledger, settings, show_active, changes):
    """The tab over the nine pupils, listening to the ledger."""
    made = FeesPage(changes, settings, started_ledger.folder)
    made.school = fee_school
    qtbot.addWidget(made)
    made.resize(1338, 690)
    show_active(made)
    return made


def test_days_eaten_and_waivers_are_heard_by_the_head(page, qtbot):
    school, before = page.school, page.head.words.whole
    assert "应收" in before
    commands.write_usage(school.plan, {school.pupils["安一"]: {school.items[MEALS]: 10}})
    qtbot.waitUntil(lambda: page.head.words.whole != before)
    eaten = page.head.words.whole
    pupil_commands.set_waiver([school.pupils["曹三"]], "低保")
    qtbot.waitUntil(lambda: page.head.words.whole not in (before, eaten))
    journal.undo()
    qtbot.waitUntil(lambda: page.head.words.whole == eaten)
