"""What a reader leaves out of a workbook is put back or told: errors, formulas without result, zeros, hidden rows, 1904."""

import io
import struct
import zipfile
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook as Book
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from app.core.errors import Refused
from app.exchange.number_formats import as_shown, is_zero_format
from app.exchange.reading import open_workbook
from app.exchange.values import (
    ErrorCell,
    NoResult,
    SerialFrom1904,
    Unreadable,
    read_code,
    read_day,
    read_money,
    trouble_of,
)

FILES = Path(__file__).parent / "files"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SHEET = "xl/worksheets/sheet1.xml"


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    book = Book()
    book.active.append(["资产编号", "资产名称", "数量"])
    book.active.append(["A-1", "课桌", 2])
    path = tmp_path / "plain.xlsx"
    book.save(path)
    return path


def changed(source: Path, name: str, parts: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> Path:
    """Copy a zip with parts replaced or added."""
    target = source.parent / name
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", compression) as new:
        for part in old.infolist():
            if part.filename not in parts:
                new.writestr(part.filename, old.read(part))
        for part, content in parts.items():
            new.writestr(part, content)
    return target


def sheet_of(path: Path):
    return open_workbook(path).sheets[0]


@pytest.mark.parametrize(("part", "content"), [
    ("xl/printerSettings/printerSettings1.bin", "HP LaserJet\0\0".encode("utf-16-le")),
    ("xl/vbaProject.bin", bytes(range(256)) * 40),
    ("customXml/item1.xml", '<?xml version="1.0" encoding="utf-16"?><a b="c"/>'.encode("utf-16")),
    ("xl/embeddings/oleObject1.bin", b"\xd0\xcf\x11\xe0" + bytes(3000)),
    ("xl/drawings/vmlDrawing1.vml", b"<xml><c r='XFD1048576'><v>1</v></c></xml>"),
    ("xl/media/image1.emf", b" " * 30_000_000),
])
def test_what_is_no_table_is_nobodys_business(plain, part, content):
    assert sheet_of(changed(plain, "once printed.xlsx", {part: content})).rows[1] == ["A-1", "课桌", 2.0]


def test_a_book_that_was_printed_once():
    assert len(sheet_of(FILES / "printed_once.xlsx").rows) > 2


def test_names_with_backslashes_are_names():
    assert sheet_of(FILES / "backslash_names.xlsx").rows[1][:2] == ["P2", "X"]


def test_parts_packed_in_another_way(plain):
    assert sheet_of(changed(plain, "lzma.xlsx", {}, zipfile.ZIP_LZMA)).rows[1] == ["A-1", "课桌", 2.0]
    assert sheet_of(changed(plain, "bzip2.xlsx", {}, zipfile.ZIP_BZIP2)).rows[1] == ["A-1", "课桌", 2.0]


def test_a_damaged_lzma_part_is_a_sentence(plain):
    path = changed(plain, "lzma.xlsx", {}, zipfile.ZIP_LZMA)
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        part = archive.getinfo(SHEET)
    for at in range(part.header_offset + 60, part.header_offset + 60 + part.compress_size // 2):
        content[at] ^= 0x5A
    path.write_bytes(content)
    with pytest.raises(Refused, match="损坏"):
        open_workbook(path)


def test_a_hostile_sheet_under_a_path_joined_loosely(plain, monkeypatch):
    """The relation says xl/…, which strict readers look for in xl/xl/…: that part is measured and is the only one read."""
    rels = '''<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1"
      Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="xl/evil.xml"/></Relationships>'''
    evil = f'<worksheet xmlns="{MAIN}"><sheetData><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'
    good = f'<worksheet xmlns="{MAIN}"><sheetData/></worksheet>'
    path = changed(plain, "two paths.xlsx", {
        "xl/_rels/workbook.xml.rels": rels.encode(), "xl/evil.xml": evil.encode(), "xl/xl/evil.xml": good.encode()})
    assert sheet_of(path).rows == []
    monkeypatch.setattr("app.exchange.reading.CalamineWorkbook", None)
    turned = changed(path, "turned.xlsx", {"xl/evil.xml": good.encode(), "xl/xl/evil.xml": evil.encode()})
    with pytest.raises(Refused, match="1,048,576 行"):
        open_workbook(turned)


def rows_of(plain: Path, cells: str, more: dict[str, bytes] | None = None):
    xml = f'<worksheet xmlns="{MAIN}"><sheetData>{cells}</sheetData></worksheet>'
    return sheet_of(changed(plain, "made.xlsx", {SHEET: xml.encode(), **(more or {})}))


def test_error_cells_come_as_their_word(plain):
    sheet = rows_of(plain, '<row r="2"><c r="A2" t="e"><v>#N/A</v></c><c r="C2"><v>1</v></c></row>'
                           '<row r="4"><c r="B4" t="e"><f>A1/0</f><v>#DIV/0!</v></c></row>')
    assert sheet.rows == [[], ["#N/A", None, 1.0], [], [None, "#DIV/0!"]]
    assert isinstance(sheet.rows[1][0], ErrorCell)
    assert "#N/A" in str(trouble_of(sheet.rows[1][0]))
    for read in (read_money, read_code, read_day):
        with pytest.raises(Unreadable, match="错误值"):
            read(ErrorCell("#REF!"))
    assert trouble_of("#N/A") is None  # the same words typed as text are words


@pytest.mark.parametrize("cell", [
    "<f>20+25</f><v/>", "<f>20+25</f><v></v>", "<f>20+25</f>", '<f t="shared" si="0"/><v/>', '<f t="shared" si="0"/>'])
def test_a_formula_without_result_is_told(plain, cell):
    rows = rows_of(plain, f'<row r="1"><c r="A1">{cell}</c><c r="B1"><f>1+1</f><v>2</v></c></row>').rows
    assert rows[0][1] == 2.0
    assert isinstance(rows[0][0], NoResult)
    with pytest.raises(Unreadable, match="没有算出结果"):
        read_money(rows[0][0])


def test_a_formula_that_gives_an_empty_text_has_a_result(plain):
    assert rows_of(plain, '<row r="1"><c r="A1" t="str"><f>""</f><v></v></c><c r="B1"><v>1</v></c></row>').rows == [[None, 1.0]]


def test_zeros_that_a_format_shows(tmp_path):
    book = Book()
    for row, (number, code) in enumerate([(12, "000000"), (12, '"ZC"0000'), (12, "0.00"), (12, "0"), (12.5, "000000")], 1):
        book.active.cell(row, 1, number).number_format = code
    book.save(tmp_path / "zeros.xlsx")
    assert [row[0] for row in sheet_of(tmp_path / "zeros.xlsx").rows] == ["000012", "ZC0012", 12.0, 12.0, 12.5]


@given(st.integers(0, 10**12), st.integers(2, 9))
def test_a_shown_number_is_the_number(number, places):
    shown = as_shown(number, "0" * places)
    assert int(shown) == number
    assert len(shown) == max(places, len(str(number)))
    assert is_zero_format("0" * places)


def test_hidden_and_filtered_rows_are_known(tmp_path):
    book = Book()
    for row in range(1, 6):
        book.active.append([row])
    book.active.row_dimensions[3].hidden = book.active.row_dimensions[5].hidden = True
    book.save(tmp_path / "hidden.xlsx")
    sheet = sheet_of(tmp_path / "hidden.xlsx")
    assert sheet.hidden_rows == {3, 5}
    assert len(sheet.rows) == 5


def test_days_counted_from_1904(tmp_path):
    book = Book()
    book.epoch = CALENDAR_MAC_1904
    book.active["A1"], book.active["B1"] = 42247, date(2019, 9, 1)
    book.save(tmp_path / "mac.xlsx")
    serial, day = sheet_of(tmp_path / "mac.xlsx").rows[0]
    assert isinstance(serial, SerialFrom1904)
    assert read_day(serial) == (date(2019, 9, 1), True)
    assert read_day(42247.0) == (date(2015, 8, 31), True)
    assert day == date(2019, 9, 1)


def test_digits_lost_in_an_exponent_are_no_number():
    with pytest.raises(Unreadable, match="科学计数法"):
        read_code("6.93436E+12")
    assert read_code(6.93436e12) == "6934360000000"
    assert read_code("1E5") == "1E5"


def test_an_old_workbook_tells_as_much(tmp_path):
    content = (FILES / "small_ledger.xls").read_bytes()
    at = content.index(struct.pack("<HH", 0x0203, 14))  # a number cell becomes an error cell of the same place
    row, column, style = struct.unpack_from("<HHH", content, at + 4)
    record = struct.pack("<HHHHHBB", 0x0205, 8, row, column, style, 0x2A, 1) + struct.pack("<HH", 0x0F00, 2) + b"\0\0"
    path = tmp_path / "error.xls"
    path.write_bytes(content[:at] + record[:18].ljust(18, b"\0") + content[at + 18:])
    assert sheet_of(path).rows[row][column] == "#N/A"


def test_a_panic_of_the_reader_never_reaches_the_screen(plain, monkeypatch, capfd):
    import os

    class PanicException(BaseException):
        pass

    def panic(_: io.BytesIO) -> None:
        os.write(2, b"thread '<unnamed>' panicked at src/xlsx/mod.rs\n")
        raise PanicException

    monkeypatch.setattr("app.exchange.reading.CalamineWorkbook", type("Book", (), {"from_filelike": panic}))
    with pytest.raises(Refused, match="损坏"):
        open_workbook(plain)
    assert capfd.readouterr().err == ""
