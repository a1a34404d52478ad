"""The ledger's page over the demo school, wired as in the program."""

import pytest

from app.store import journal
from ui.assets.page import AssetsPage
from ui.base.changes import Changes


@pytest.fixture
def page(demo_ledger, qtbot):
    changes = Changes()
    made = AssetsPage(changes, None, demo_ledger.folder)
    qtbot.addWidget(made)
    journal.listeners.append(changes.happened.emit)
    made.resize(1300, 700)
    made.show()
    made.refresh()
    yield made
    journal.listeners.remove(changes.happened.emit)
