"""What the general affairs office knows and does: the ledger, its rules and its papers. No Qt here, ever.

Rooms: ``core`` (words every feature uses), ``store`` (the file), ``exchange`` (workbooks), ``paper`` (PDF),
``school`` (what all tabs share), then one folder a feature. ``cli`` offers the same verbs without a window.
"""

import gc

# Cycles are looked for after so many new objects rather than 700: start-up makes 100,000 that all stay, an import a
# million. Once the window stands it is otherwise: `ui.spare_what_stands`.
if gc.get_threshold()[0] < (seldom := 50_000):
    gc.set_threshold(seldom, 20, 20)

__version__ = "0.1.0"
