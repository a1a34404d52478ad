"""Every page in the room that a screen of 1366×768 gives at a letter size of 150 %: no word is cut, nothing scrolls to the side in forms."""

from PySide6.QtWidgets import QApplication, QScrollArea

from tests.ui.test_lists import office  # noqa: F401 - the window over the demo school


def places(office):  # noqa: F811
    """Give the keys of all pages and of all steps and sections in them."""
    inside = {key: office.window.show_page(key) for key in ("fees", "settings")}
    yield from ((key, "") for key in office.window.pages if key not in inside)
    yield from (("fees", key) for key in inside["fees"].steps)
    yield from (("settings", key) for key in inside["settings"].specs)


def test_nothing_is_cut_at_150_percent(office, clipped):  # noqa: F811
    office.window.resize(910, 485)
    wrong = []
    for key, inner in list(places(office)):
        page = office.window.show_page(key)
        if inner:
            page.show_key(inner)
        for _ in range(3):
            QApplication.processEvents()
        wrong += [f"{key} {inner}: “{words}” is cut" for words in clipped(office.window)]
        wrong += [f"{key} {inner}: scrolls to the side" for each in office.window.findChildren(QScrollArea)
                  if each.isVisible() and each.horizontalScrollBar().isVisible()]
    assert wrong == [], "\n".join(wrong)
