"""The manual opens beside the work; its first page shows the first hour in pictures that are there."""

import re

from PySide6.QtCore import QUrl
from PySide6.QtGui import QTextDocument

from app.core.paths import shipped
from ui.manual import OBJECT, Manual


def test_its_first_page_shows_the_first_hour_in_pictures(qtbot):
    made = Manual()
    qtbot.addWidget(made)
    made.show()
    folder = shipped("resources", "manual", "manual.md").parent
    names = re.findall(r"!\[[^]]*\]\(([^)]+)\)", (folder / "manual.md").read_text("utf-8"))
    assert len(names) == 7
    for name in names:
        assert made.text.loadResource(int(QTextDocument.ResourceType.ImageResource.value), QUrl(name)) is not None, name
        assert (folder / name).stat().st_size < 120_000
    assert made.text.document().toPlainText().count(OBJECT) == len(names)
    assert made.chapters.item(1).text() == "第一个小时"


def test_a_chapter_comes_to_the_top(qtbot):
    made = Manual()
    qtbot.addWidget(made)
    made.show()
    made.chapters.setCurrentRow(6)
    assert made.text.textCursor().block() == made.places[6]
    assert 0 <= made.text.cursorRect().top() < 80
