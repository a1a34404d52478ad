"""The pane of photos and files: what is pasted or dropped is attached, pictures as PNG files with a name that says so."""

import sys

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QColor, QDragEnterEvent, QDropEvent, QImage
from PySide6.QtWidgets import QApplication

from app.assets import commands
from app.assets.fields import AssetDraft
from app.core.errors import Refused
from app.store import attachments
from ui.kit.files import FilesList


@pytest.fixture
def card(started_ledger):
    return commands.register_asset(AssetDraft(name="钢琴")).made[0]


@pytest.fixture
def pane(card, started_ledger, qtbot):
    shown = FilesList(started_ledger.folder, lambda paths: commands.attach_files(started_ledger.folder, card, paths), commands.remove_attachment)
    qtbot.addWidget(shown)
    shown.show()
    return shown


def picture():
    image = QImage(30, 20, QImage.Format.Format_RGB32)
    image.fill(QColor("#226644"))
    return image


def files_in(*paths):
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return mime


def names(card):
    return [stored.name for stored in attachments.of("asset", card)]


def test_a_screenshot_on_the_clipboard_becomes_a_png_file(pane, card, qtbot, started_ledger):
    QApplication.clipboard().setImage(picture())
    qtbot.keyClick(pane, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert names(card) == ["粘贴的图片 2026-11-21 100000.png"]
    kept = QImage(str(attachments.path_of(started_ledger.folder, attachments.of("asset", card)[0])))
    assert (kept.size(), kept.pixelColor(3, 3)) == (picture().size(), QColor("#226644"))


def test_copied_files_are_attached_under_their_own_names(pane, card, qtbot, tmp_path):
    for name in ("钢琴.jpg", "发票.pdf"):
        (tmp_path / name).write_bytes(name.encode())
    QApplication.clipboard().setMimeData(files_in(tmp_path / "钢琴.jpg", tmp_path / "发票.pdf"))
    qtbot.keyClick(pane, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert names(card) == ["钢琴.jpg", "发票.pdf"]


def test_words_on_the_clipboard_are_refused_in_a_sentence(pane, card):
    QApplication.clipboard().setText("ZC-2026-00001")
    with pytest.raises(Refused, match="剪贴板里没有文件或图片"):
        pane.paste()
    assert names(card) == []


def test_a_refusal_by_key_or_drop_ends_where_errors_end_and_does_not_leave_through_qt(pane, card, qtbot, monkeypatch, tmp_path):
    heard = []
    monkeypatch.setattr(sys, "excepthook", lambda kind, error, trace: heard.append(error))
    QApplication.clipboard().setText("ZC-2026-00001")
    qtbot.keyClick(pane, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    gone = files_in(tmp_path / "没有.jpg")
    pane.dropEvent(QDropEvent(QPointF(9, 9), Qt.DropAction.CopyAction, gone, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier))
    assert [type(error) for error in heard] == [Refused, Refused]
    assert str(heard[0]).startswith("剪贴板里没有文件或图片")
    assert names(card) == []


@pytest.mark.parametrize("kind", ["file", "picture", "words", "page"])
def test_what_is_dropped_is_attached_if_it_is_a_file_or_a_picture(pane, card, tmp_path, kind):
    (tmp_path / "钢琴.jpg").write_bytes(b"photo")
    mime = files_in(tmp_path / "钢琴.jpg") if kind == "file" else QMimeData()
    if kind == "picture":
        mime.setImageData(picture())
    elif kind == "words":
        mime.setText("钢琴")
    elif kind == "page":
        mime.setUrls([QUrl("https://example.com/1.jpg")])
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPointF(9, 9), Qt.DropAction.CopyAction, mime, buttons, keys)
    enter.ignore()
    pane.dragEnterEvent(enter)
    assert enter.isAccepted() == (kind in ("file", "picture"))
    drop = QDropEvent(QPointF(9, 9), Qt.DropAction.CopyAction, mime, buttons, keys)
    pane.dropEvent(drop)
    assert names(card) == {"file": ["钢琴.jpg"], "picture": ["粘贴的图片 2026-11-21 100000.png"]}.get(kind, [])
