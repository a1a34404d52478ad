"""For all tests: Qt draws without a screen, at scale 1."""

import os

os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ.pop("QT_SCALE_FACTOR", None)

pytest_plugins = ["tests.ledger_fixture"]  # real ledger files: ledger, ledger_file
