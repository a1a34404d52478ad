"""A screenshot of an invoice: pasted into the pane of a card, there at once, taken back by the strip."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication

from app.store import attachments


def test_a_screenshot_is_pasted_onto_the_chosen_card(opened, demo_ledger, told, qtbot):
    office = opened(demo_ledger)
    office.finish_start()
    page = office.window.show_page("assets")
    page.grid.choose_rows([3], 3)
    card = page.selected_id()
    qtbot.waitUntil(lambda: page.pane.isVisible() and not page.detail_timer.isActive())
    page.pane.tabs.setCurrentWidget(page.files)
    image = QImage(400, 300, QImage.Format.Format_RGB32)
    image.fill(QColor("#335577"))
    QApplication.clipboard().setImage(image)
    qtbot.keyClick(page.files, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    (kept,) = attachments.of("asset", card)
    assert kept.name.startswith("粘贴的图片 ")
    assert attachments.path_of(demo_ledger.folder, kept).read_bytes().startswith(b"\x89PNG")
    assert told[-1][0] == "已添加 1 个文件。"
    qtbot.waitUntil(lambda: page.files.count() == 1)
    assert page.pane.tabs.tabText(1) == "照片和文件 1"
    told[-1][1]["撤销"]()
    assert attachments.of("asset", card) == []
    qtbot.waitUntil(lambda: page.files.count() == 0)
