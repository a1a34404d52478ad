"""The preview opens a PDF without holding its file, and prints pages at their size."""

import pytest
from pypdf import PdfReader
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QPushButton
from reportlab.lib.pagesizes import A4, landscape
from reportlab.pdfgen.canvas import Canvas

from app.core.errors import Refused
from ui.paper import preview, printing
from ui.paper.preview import PreviewDialog
from ui.paper.printing import OffsetDialog, offset_of, print_document, print_pages


@pytest.fixture
def paper(tmp_path):
    path = tmp_path / "盘点表.pdf"
    canvas = Canvas(str(path), pagesize=A4)
    for size in (A4, landscape(A4), A4):
        canvas.setPageSize(size)
        canvas.rect(30, 30, 200, 200, fill=1)
        canvas.showPage()
    canvas.save()
    return path


@pytest.fixture
def dialog(qtbot, paper):
    dialog = PreviewDialog(None, paper, "期末盘点表", ["“㛃”在所用字体里没有，印成了方框。"])
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def test_preview_counts_pages_and_frees_the_file(dialog, paper, clipped):
    paper.unlink()
    assert dialog.document.pageCount() == 3
    assert dialog.place.text() == "第 1 / 3 页"
    dialog.go_to(2)
    assert dialog.place.text() == "第 3 / 3 页"
    assert not dialog.thumbs.model().index(1, 0).data(preview.Qt.ItemDataRole.DecorationRole).isNull()
    assert clipped(dialog) == []


def test_zoom(dialog):
    dialog.zoom_to(1.0)
    assert dialog.scale.text() == "100%"
    dialog.zoom_by(+1)
    assert dialog.scale.text() == "125%"
    dialog.zoom_by(-1)
    assert dialog.scale.text() == "100%"
    dialog.fit_width()
    assert dialog.scale.text() != "100%"


def test_save_as_writes_the_same_bytes(dialog, paper, said, tmp_path):
    target = tmp_path / "copy.pdf"
    said.files += [target, None, tmp_path / "no" / "such.pdf"]
    dialog.save_as()
    assert target.read_bytes() == paper.read_bytes()
    assert said.last == "已另存为 copy.pdf。"
    dialog.save_as()
    dialog.save_as()
    assert said.last.startswith("没能写到")


def test_broken_pdf_is_refused(qtbot, tmp_path):
    path = tmp_path / "x.pdf"
    path.write_bytes(b"no pdf")
    with pytest.raises(Refused, match="打不开"):
        PreviewDialog(None, path, "坏文件")


def test_pages_print_at_their_size_and_direction(dialog, tmp_path):
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "out.pdf"))
    printer.setResolution(72)
    assert print_pages(dialog.document, printer, 0, 1, dx=2, dy=-1) == 2
    sizes = [(round(page.mediabox.width), round(page.mediabox.height)) for page in PdfReader(tmp_path / "out.pdf").pages]
    assert sizes == [(595, 842), (842, 595)]


def test_without_any_printer_the_way_out_is_told(dialog, monkeypatch):
    monkeypatch.setattr(printing.QPrinterInfo, "availablePrinterNames", lambda: [])
    with pytest.raises(Refused, match="还没有装打印机.*存为 PDF"):
        print_document(dialog, dialog.document, "盘点表", None)


def test_printed_is_told_once_the_printer_took_it(dialog, said, monkeypatch):
    told = []
    dialog.on_printed = lambda: told.append(1)
    monkeypatch.setattr(preview, "print_document", lambda *a: 0)
    dialog.print_it()
    assert told == []
    monkeypatch.setattr(preview, "print_document", lambda *a: 3)
    dialog.print_it()
    assert told == [1]
    assert said.last == "已送往打印机：期末盘点表，3 页。"


def test_offset_is_remembered_for_each_printer(qtbot, settings):
    asked = OffsetDialog(None, settings, ["HP", "Canon"])
    qtbot.addWidget(asked)
    asked.printer.setCurrentText("Canon")
    asked.right.setValue(1.5)
    asked.down.setValue(-2)
    asked.accept()
    assert offset_of(settings, "Canon") == (1.5, -2.0)
    assert offset_of(settings, "HP") == (0.0, 0.0)


def test_ctrl_p_prints_from_the_preview(dialog, qtbot, monkeypatch, show_active):
    asked = []
    monkeypatch.setattr(preview, "print_document", lambda *a: asked.append(1) or 0)
    show_active(dialog)
    qtbot.keyClick(dialog, preview.Qt.Key.Key_P, preview.Qt.KeyboardModifier.ControlModifier)
    assert asked == [1]


def test_a_letter_is_saved_for_word_from_the_preview(qtbot, paper, said, tmp_path, clipped):
    asked = []

    def write(path, progress):
        asked.append(path)
        path.write_bytes(b"word")

    made = PreviewDialog(None, paper, "盘点通知", word=write)
    qtbot.addWidget(made)
    made.show()
    (act,) = [each for each in made.findChildren(QPushButton) if each.text() == "存为 Word"]
    assert clipped(made) == []
    said.files += [tmp_path / "通知.docx", None]
    act.click()
    qtbot.waitUntil(lambda: said.last.startswith("已存为 通知.docx"))
    assert (tmp_path / "通知.docx").read_bytes() == b"word"
    act.click()
    assert asked == [tmp_path / "通知.docx"]


def test_a_table_has_no_act_for_word(dialog):
    assert "存为 Word" not in [each.text() for each in dialog.findChildren(QPushButton)]
