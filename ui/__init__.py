"""The window. ``main`` starts and wires, ``window`` holds the tabs, ``kit`` the parts, then one folder a feature.

Nothing here writes SQL: pages call verbs and queries of ``app`` and show what comes back.
"""
