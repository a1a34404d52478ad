"""Real files in, cells with Excel's own row numbers out; broken and hostile ones get a sentence."""

import zipfile
from contextlib import suppress
from datetime import date, datetime, time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook as Book

from app.core.errors import Refused
from app.exchange import limits, reading
from app.exchange.reading import Merged, open_workbook

NOON = datetime.fromisoformat("2019-09-01T12:30")
FILES = Path(__file__).parent / "files"
HEAD = '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
TAIL = "</sheetData></worksheet>"
ODS = ('<?xml version="1.0" encoding="UTF-8"?><office:document-content '
       'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
       'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
       'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
       '<table:table table:name="表">{}</table:table></office:spreadsheet></office:body></office:document-content>')
ODS_TYPE = "application/vnd.oasis.opendocument.spreadsheet"


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    book = Book()
    sheet = book.active
    sheet.title = "台账"
    sheet["A1"] = "总务小学固定资产台账"
    sheet.merge_cells("A1:C1")
    sheet["B4"], sheet["C4"], sheet["D4"] = "007", 2010301000000, date(2019, 9, 1)
    sheet["E4"], sheet["F4"], sheet["G4"], sheet["H4"] = True, NOON, 1e300, time(8, 5)
    sheet["A7"] = "x" * 30_000
    sheet["B7"] = "第一行\n第二行"
    book.create_sheet("停用").sheet_state = "hidden"
    book.create_chartsheet("图")
    path = tmp_path / "ledger.xlsx"
    book.save(path)
    return path


def refusal(path: Path) -> str:
    with pytest.raises(Refused) as caught:
        all_rows(path)
    return caught.value.text


def all_rows(path: Path) -> list[list[reading.Row]]:
    return [sheet.rows for sheet in open_workbook(path).sheets]


def with_part(source: Path, target: Path, name: str, content: str | bytes) -> Path:
    """Copy a zip with one part replaced or added."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            if part.filename != name:
                new.writestr(part.filename, old.read(part))
        new.writestr(name, content)
    return target


def ods(path: Path, body: str) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", ODS_TYPE)
        archive.writestr("META-INF/manifest.xml", (
            '<?xml version="1.0"?><manifest:manifest '
            'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><manifest:file-entry '
            f'manifest:full-path="/" manifest:media-type="{ODS_TYPE}"/></manifest:manifest>'))
        archive.writestr("content.xml", ODS.format(body))
    return path


def test_rows_keep_the_numbers_excel_shows(ledger):
    book = open_workbook(ledger)
    assert [(sheet.name, sheet.hidden) for sheet in book.sheets] == [("台账", False), ("停用", True)]
    rows = book.sheet("台账").rows
    assert rows[0] == ["总务小学固定资产台账"]
    assert rows[1] == rows[2] == rows[4] == rows[5] == []
    assert rows[3] == [None, "007", 2010301000000.0, date(2019, 9, 1), True, NOON, 1e300, "08:05"]
    assert len(rows[6][0]) == 30_000
    assert rows[6][1] == "第一行\n第二行"
    assert book.sheets[0].merged == [Merged(1, 0, 1, 2)]
    assert book.sheet("停用").rows == []


def test_unknown_sheet_names_the_ones_there_are(ledger):
    with pytest.raises(Refused, match="台账、停用"):
        open_workbook(ledger).sheet("没有")


def test_columns_before_the_first_filled_one_count(tmp_path):
    book = Book()
    book.active["D3"] = "甲"
    book.save(tmp_path / "d3.xlsx")
    assert open_workbook(tmp_path / "d3.xlsx").sheets[0].rows == [[], [], [None, None, None, "甲"]]


def test_old_binary_workbook():
    book = open_workbook(FILES / "small_ledger.xls")
    assert [(sheet.name, sheet.hidden) for sheet in book.sheets] == [("台账", False), ("停用", True)]
    rows = book.sheets[0].rows
    assert rows[1] == []
    assert rows[3] == [2010301000000.0, "台式计算机", 45.0, 4599.5, date(2019, 9, 1), "六（1）班"]
    assert rows[4] == []
    assert rows[5] == ["007", "课桌椅", "40套", 180.0, "2019年9月", "㛃老师办公室"]
    assert book.sheets[0].merged == [Merged(1, 0, 1, 5)]


def test_the_other_products_template():
    book = open_workbook(FILES / "sample_ledger_foreign_template.xls")
    sheet = book.sheet("Sheet1")
    assert sheet.rows[0][:8] == ["资产编号", "资产名称", "数量", "价值", "资产大类", "资产分类", "取得日期", "品牌"]
    assert sheet.rows[1][:4] == ["TY2012000030", "音频功率放大器设备（功放设备）", 1.0, 2180.0]
    assert sheet.rows[1][6] == date(2012, 12, 25)
    assert len(book.sheet("Sheet2").rows) == 206


def test_open_document(tmp_path):
    cell = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    body = (f'<table:table-row>{cell.format("甲")}<table:table-cell office:value-type="float" office:value="2"/>'
            '<table:table-cell office:value-type="date" office:date-value="2019-09-01"/></table:table-row>'
            '<table:table-row table:number-rows-repeated="3"><table:table-cell/></table:table-row>'
            f'<table:table-row>{cell.format("乙")}</table:table-row>'
            '<table:table-row table:number-rows-repeated="1048000">'
            '<table:table-cell table:number-columns-repeated="16384"/></table:table-row>')
    rows = open_workbook(ods(tmp_path / "a.ods", body)).sheets[0].rows
    assert rows == [["甲", 2.0, date(2019, 9, 1)], [], [], [], ["乙"]]


@pytest.mark.parametrize("name", ["ledger.xls", "ledger.csv", "ledger", "ledger.pdf"])
def test_content_decides_not_the_name(ledger, tmp_path, name):
    other = tmp_path / name
    other.write_bytes(ledger.read_bytes())
    assert open_workbook(other).sheets[0].rows[3][1] == "007"


def test_text_named_xls(tmp_path):
    path = tmp_path / "export.xls"
    path.write_bytes("编号\t名称\r\n007\t课桌\r\n".encode("gbk"))
    assert open_workbook(path).sheets[0].rows == [["编号", "名称"], ["007", "课桌"]]


@pytest.mark.parametrize(("content", "words"), [
    (b"", "空的"),
    (b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(500), "图片"),
    (b"\x89PNG\r\n\x1a\n" + bytes(500), "图片"),
    (b"%PDF-1.7\n", "PDF"),
    (b"<html><body>please log in</body></html>", "里面没有表格"),
    (b'\xef\xbb\xbf<?xml version="1.0"?>\n<Workbook/>', "XML"), (b'<?xml version="1.0"?><Workbook><Row', "损坏"),
    (b"MIME-Version: 1.0\nContent-Type: multipart/related", "单个文件网页"),
    (bytes(range(256)) * 4, "不是能读的表格"),
    (b"PK\x03\x04", "损坏"),
    (b"PK\x05\x06" + bytes(18), "压缩包"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "损坏"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(5000), "损坏"),
    (b"Rar!\x1a\x07\x00" + bytes(50), "解压"),
])
def test_other_files_are_named(tmp_path, content, words):
    path = tmp_path / "照片.xlsx"
    path.write_bytes(content)
    assert words in refusal(path)


@pytest.mark.parametrize(("part", "words"), [
    ("word/document.xml", "Word"), ("xl/workbook.bin", "xlsb"), ("ppt/presentation.xml", "演示"), ("a.txt", "解压")])
def test_other_zips_are_named(tmp_path, part, words):
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(part, "x")
    assert words in refusal(path)


def test_missing_folder_and_large(tmp_path, monkeypatch, ledger):
    assert "找不到" in refusal(tmp_path / "没有.xlsx")
    assert "文件夹" in refusal(tmp_path)
    monkeypatch.setattr(limits, "MOST_FILE_BYTES", 1000)
    assert "太大" in refusal(ledger)


def test_file_open_elsewhere(ledger, monkeypatch):
    def locked(*_args: object) -> None:
        raise PermissionError(13, "in use")

    monkeypatch.setattr(Path, "open", locked)
    assert "正在 Excel" in refusal(ledger)


def test_encrypted_old_workbook(tmp_path):
    content = (FILES / "small_ledger.xls").read_bytes()
    path = tmp_path / "locked.xls"
    name = "Workbook".encode("utf-16-le")
    at = content.index(name)
    path.write_bytes(content[:at] + "EncryptedPackage".encode("utf-16-le").ljust(64, b"\0") + content[at + 64:])
    assert "打开密码" in refusal(path)
    assert content.count(b"\x5c\x00\x70\x00") == 1  # the user's name becomes the record that says "encrypted"
    path.write_bytes(content.replace(b"\x5c\x00\x70\x00", b"\x2f\x00\x70\x00"))
    assert "打开密码" in refusal(path)


def test_workbook_without_sheets(ledger, tmp_path):
    book = zipfile.ZipFile(ledger).read("xl/workbook.xml").decode()
    start, end = book.index("<sheets>"), book.index("</sheets>")
    empty = with_part(ledger, tmp_path / "none.xlsx", "xl/workbook.xml", book[:start] + "<sheets>" + book[end:])
    assert "一张工作表也没有" in refusal(empty)


@pytest.mark.parametrize(("cells", "words"), [
    ('<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>', "1,048,576 行"),
    ('<row r="1048576"><c><v>1</v></c></row>', "1,048,576 行"),
    ("<row r='400'><c r='XFD400'><v>1</v></c></row>", "16,384 列"),
    ('<row><x:c r = "ZZZ1"><v>1</v></x:c></row>', "18,278 列"),
    ('<row r="1"><c a=">" r="XFD1048576"><v>1</v></c></row>', "损坏"),
    ('<row r="1"><c r="&#88;FD1"><v>1</v></c></row>', "损坏"),
    ('<row r="1"><c ' + " " * 3_000_000 + 'r="XFD1"><v>1</v></c></row>', ""),
    ('<row r="1"><c r="A1"><v>1</v></c></row>' + " " * 30_000_000, "太大"),
])
def test_corner_cells_never_reach_the_reader(ledger, tmp_path, monkeypatch, cells, words):
    path = with_part(ledger, tmp_path / "corner.xlsx", "xl/worksheets/sheet1.xml", HEAD + cells + TAIL)
    monkeypatch.setattr(reading, "CalamineWorkbook", None)  # an abort there would end the test run, not fail it
    assert words in refusal(path)


def test_declared_dimension_and_blank_styled_cells_do_no_harm(ledger, tmp_path):
    cells = ('<dimension ref="A1:XFD1048576"/><sheetData><row r="1"><c r="A1"><v>1</v></c></row>'
             '<row r="1048576"><c r="XFD1048576" s="0"/></row>')
    path = with_part(ledger, tmp_path / "blank.xlsx", "xl/worksheets/sheet1.xml",
                     HEAD.replace("<sheetData>", "") + cells + TAIL)
    assert open_workbook(path).sheets[0].rows == [[1.0]]


def test_cells_without_references_are_counted(ledger, tmp_path):
    cells = "<row><c><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c></row>"
    path = with_part(ledger, tmp_path / "bare.xlsx", "xl/worksheets/sheet1.xml", HEAD + cells + TAIL)
    assert open_workbook(path).sheets[0].rows == [[1.0, 2.0], [3.0]]


def test_a_directory_that_lies_about_sizes(ledger, tmp_path, monkeypatch):
    path = with_part(ledger, tmp_path / "liar.xlsx", "xl/worksheets/sheet1.xml", b" " * 5_000_000)
    content = bytearray(path.read_bytes())
    size = (5_000_000).to_bytes(4, "little")
    while (at := content.find(size)) >= 0:
        content[at:at + 4] = (100).to_bytes(4, "little")
    path.write_bytes(content)
    monkeypatch.setattr(limits, "MOST_UNPACKED_BYTES", 1_000_000)
    assert "太大" in refusal(path)


def test_one_long_text_asked_for_by_many_cells(ledger, tmp_path):
    rows = "".join(f'<row r="{row}">' + "".join(f'<c r="{letter}{row}" t="s"><v>0</v></c>' for letter in "ABCDEFGHIJ")
                   + "</row>" for row in range(1, 301))
    path = with_part(ledger, tmp_path / "a.xlsx", "xl/worksheets/sheet1.xml", HEAD + rows + TAIL)
    path = with_part(path, tmp_path / "long.xlsx", "xl/sharedStrings.xml", (
        '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>'
        f'{"资" * 32_000}</t></si></sst>'))
    assert "太大" in refusal(path)


@pytest.mark.parametrize("row", [
    '<table:table-row table:number-rows-repeated="1048576"><table:table-cell office:value-type="string" '
    'table:number-columns-repeated="90"><text:p>甲</text:p></table:table-cell></table:table-row>',
    '<table:table-row table:number-rows-repeated="1048576"><table:table-cell/></table:table-row>'
    '<table:table-row><table:table-cell office:value-type="string"><text:p>甲</text:p></table:table-cell>'
    '</table:table-row>',
    '<table:table-row table:number-rows-repeated="20000"><table:table-cell office:value-type="string">'
    f'<text:p>{"资" * 30_000}</text:p></table:table-cell></table:table-row>',
    '<table:table-row table:number-rows-repeated="-5"><table:table-cell/></table:table-row>',
    "<unclosed>",
])
def test_repeated_rows_never_reach_the_reader(tmp_path, monkeypatch, row):
    monkeypatch.setattr(reading, "CalamineWorkbook", None)
    assert refusal(ods(tmp_path / "a.ods", row))


def test_far_corner_of_an_old_workbook(monkeypatch):
    monkeypatch.setattr(reading, "CalamineWorkbook", None)
    assert "65,536 行" in refusal(FILES / "far_corner.xls")


def test_panic_in_the_reader_is_a_sentence(ledger, monkeypatch):
    class PanicException(BaseException):
        pass

    def panic(_: object) -> None:
        raise PanicException

    monkeypatch.setattr(reading, "CalamineWorkbook", type("Book", (), {"from_filelike": panic}))
    assert "损坏" in refusal(ledger)


def read_all(content: bytes, path: Path) -> None:
    path.write_bytes(content)
    with suppress(Refused):  # anything else, a panic too, fails the test
        all_rows(path)


CALM = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
STARTS = [b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\xef\xbb\xbf", b"<?xml", b"\xff\xfe"]


@CALM
@given(start=st.sampled_from(STARTS), junk=st.binary(max_size=3000))
def test_random_bytes_give_rows_or_a_sentence(tmp_path, start, junk):
    read_all(start + junk, tmp_path / "junk.xlsx")


@CALM
@given(data=st.data())
def test_truncated_files_give_rows_or_a_sentence(tmp_path, ledger, data):
    source = data.draw(st.sampled_from([ledger, FILES / "small_ledger.xls", FILES / "sample_ledger_foreign_template.xls"]))
    whole = source.read_bytes()
    read_all(whole[:data.draw(st.integers(0, len(whole)))], tmp_path / "cut.xls")


@CALM
@given(data=st.data())
def test_changed_bytes_give_rows_or_a_sentence(tmp_path, ledger, data):
    source = data.draw(st.sampled_from([ledger, FILES / "small_ledger.xls", FILES / "sample_ledger_foreign_template.xls"]))
    content = bytearray(source.read_bytes())
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    read_all(bytes(content), tmp_path / "changed.xls")
