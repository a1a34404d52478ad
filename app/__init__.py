"""What the general affairs office knows and does: the ledger, its rules and its papers. No Qt here, ever.

Rooms: ``core`` (words every feature uses), ``store`` (the file), ``exchange`` (workbooks), ``paper`` (PDF),
``school`` (what all tabs share), then one folder a feature. ``cli`` offers the same verbs without a window.
"""

__version__ = "0.1.0"
