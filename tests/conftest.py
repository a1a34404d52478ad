"""For all tests: Qt draws without a screen, at scale 1."""

import os

from hypothesis import settings

os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ.pop("QT_SCALE_FACTOR", None)

# The same examples on every run: a build must not turn red by luck. HYPOTHESIS_PROFILE=search looks for new ones.
settings.register_profile("build", derandomize=True, deadline=None)
settings.register_profile("search", deadline=None, max_examples=500)
settings.register_profile("quick", derandomize=True, deadline=None, max_examples=15)    # build_scripts/mutate.py
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "build"))

# What a test leaves behind fails it; real ledger files, and verbs on them.
pytest_plugins = ["tests.hygiene", "tests.ledger_fixture", "tests.cli_fixture", "tests.stocktake_fixture", "tests.money_fixture"]
