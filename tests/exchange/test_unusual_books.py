"""Books that other programs open and that are written unusually are opened too; what is refused is refused with the true reason."""

import struct
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook as Book

from app.core.errors import Refused
from app.exchange.compound import CompoundFile, check_xls
from app.exchange.reading import Sheet, open_workbook
from app.exchange.values import ErrorCell, NoResult, SerialFrom1904

FILES = Path(__file__).parent / "files"
ROW = ["A-1", "课桌", 2.0]
RELATIONS = "xl/_rels/workbook.xml.rels"


@pytest.fixture
def parts(tmp_path: Path) -> dict[str, bytes]:
    """Give the parts of a plain book of two sheets, with shared texts, as openpyxl writes them."""
    book = Book()
    book.active.append(["资产编号", "资产名称", "数量"])
    book.active.append(ROW)
    book.create_sheet("第二张").append(["乙"])
    book.save(tmp_path / "plain.xlsx")
    with zipfile.ZipFile(tmp_path / "plain.xlsx") as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(folder: Path, parts: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(folder / "made.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return folder / "made.xlsx"


def first(path: Path) -> Sheet:
    return open_workbook(path).sheets[0]


def refusal(path: Path) -> str:
    with pytest.raises(Refused) as caught:
        first(path).rows  # noqa: B018  (reads)
    return caught.value.text


def replaced(parts: dict[str, bytes], name: str, old: str, new: str) -> dict[str, bytes]:
    assert old.encode() in parts[name]
    return parts | {name: parts[name].replace(old.encode(), new.encode())}


# --- .xlsx by its relations


def test_parts_beside_the_usual_places(tmp_path, parts):
    """A minimal package: no folder xl, the texts under another name, all of it found by relations."""
    moved = {name.removeprefix("xl/").replace("sharedStrings", "texts"): content for name, content in parts.items()}
    moved["_rels/.rels"] = parts["_rels/.rels"].replace(b"xl/workbook", b"workbook")
    moved["_rels/workbook.xml.rels"] = parts[RELATIONS].replace(b"/xl/", b"/").replace(
        b"</Relationships>", b'<Relationship Id="rId99" Target="texts.xml" Type="http://schemas.openxmlformats.org/officeDocument'
                             b'/2006/relationships/sharedStrings"/></Relationships>')
    book = open_workbook(packed(tmp_path, moved))
    assert [sheet.name for sheet in book.sheets] == ["Sheet", "第二张"]
    assert book.sheets[0].rows[1] == ROW
    assert book.sheets[1].rows == [["乙"]]


def test_another_name_of_the_workbook(tmp_path, parts):
    parts["xl/book7.xml"], parts["xl/_rels/book7.xml.rels"] = parts.pop("xl/workbook.xml"), parts.pop(RELATIONS)
    made = replaced(parts, "_rels/.rels", "xl/workbook.xml", "xl/book7.xml")
    assert first(packed(tmp_path, made)).rows[1] == ROW


def test_a_sheet_whose_relation_leads_nowhere_does_not_spoil_the_others(tmp_path, parts):
    made = replaced(parts, "xl/workbook.xml", "<sheets>", '<sheets><sheet name="没有了" sheetId="9" state="visible" r:id="rId77" '
                    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"/>')
    book = open_workbook(packed(tmp_path, made))
    assert [sheet.name for sheet in book.sheets] == ["Sheet", "第二张"]
    assert book.sheets[0].rows[1] == ROW


def test_a_macro_sheet_does_not_spoil_the_others(tmp_path, parts):
    made = replaced(parts, RELATIONS, 'relationships/worksheet" Target="/xl/worksheets/sheet2.xml"',
                    'relationships/xlMacrosheet" Target="/xl/worksheets/sheet2.xml"')
    book = open_workbook(packed(tmp_path, made))
    assert [sheet.name for sheet in book.sheets] == ["Sheet"]
    assert book.sheets[0].rows[1] == ROW


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "utf-16-le"])
def test_parts_in_utf_16_as_excel_for_phones_wrote_them(tmp_path, parts, encoding):
    declared = '<?xml version="1.0" encoding="UTF-16" standalone="yes"?>'
    made = {name: (declared + content.decode()).encode(encoding) if name.startswith("xl/") and name.endswith(".xml") else content
            for name, content in parts.items()}
    assert first(packed(tmp_path, made)).rows == [["资产编号", "资产名称", "数量"], ROW]


def test_a_bomb_in_utf_16_is_measured_all_the_same(tmp_path, parts, monkeypatch):
    cells = '<worksheet><sheetData><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'
    monkeypatch.setattr("app.exchange.reading.CalamineWorkbook", None)
    assert "1,048,576 行" in refusal(packed(tmp_path, parts | {"xl/worksheets/sheet1.xml": cells.encode("utf-16")}))


@pytest.mark.parametrize("reference", ["1:4", "#REF!", ""])
def test_a_dimension_that_is_none(tmp_path, parts, reference):
    made = replaced(parts, "xl/worksheets/sheet1.xml", 'ref="A1:C2"', f'ref="{reference}"')
    assert first(packed(tmp_path, made)).rows[1] == ROW


def test_what_a_book_says_of_itself_stays_when_it_is_written_anew(tmp_path, parts):
    made = replaced(parts, "xl/workbook.xml", "<workbookPr/>", '<workbookPr date1904="1"/>')
    made = replaced(made, "xl/workbook.xml", 'name="第二张"', 'name="&lt;&quot;二&amp;&gt;"')
    made = replaced(made, "xl/workbook.xml", 'sheetId="2" state="visible"', 'sheetId="2" state="hidden"')
    backslashes = {name.replace("/", chr(92)): content for name, content in made.items()}
    book = open_workbook(packed(tmp_path, backslashes))
    assert [(sheet.name, sheet.hidden) for sheet in book.sheets] == [("Sheet", False), ('<"二&>', True)]
    assert isinstance(book.sheets[0].rows[1][2], SerialFrom1904)


def test_a_sheet_as_wide_as_excel_has_columns(tmp_path):
    book = Book()
    book.active.append(["a"])
    book.active.cell(1, 16_384, "有人在最后一列打了字")
    book.save(tmp_path / "wide.xlsx")
    assert len(first(tmp_path / "wide.xlsx").rows[0]) == 16_384


# --- .xls


def old_book(tmp_path: Path, *changes: tuple[bytes, bytes]) -> Path:
    content = (FILES / "small_ledger.xls").read_bytes()
    for old, new in changes:
        assert content.count(old) == 1
        assert len(old) == len(new)
        content = content.replace(old, new)
    (tmp_path / "old.xls").write_bytes(content)
    return tmp_path / "old.xls"


def test_streams_named_in_capitals(tmp_path):
    path = old_book(tmp_path, ("Workbook".encode("utf-16-le"), "WORKBOOK".encode("utf-16-le")))
    assert first(path).rows == first(FILES / "small_ledger.xls").rows


@pytest.mark.parametrize("page", [936, 1252])
def test_a_code_page_that_the_texts_do_not_use(tmp_path, page):
    """Taken at its word it makes A-1 into A, NUL, -, NUL, 1, NUL."""
    path = old_book(tmp_path, (struct.pack("<HHH", 0x42, 2, 1200), struct.pack("<HHH", 0x42, 2, page)))
    rows = first(path).rows
    assert rows == first(FILES / "small_ledger.xls").rows
    assert not any(isinstance(cell, str) and "\0" in cell for row in rows for cell in row)


def test_a_book_of_excel_5_keeps_its_code_page(tmp_path):
    """Its texts are of it, and the reader decodes them by it."""
    path = old_book(tmp_path, (struct.pack("<HHHH", 0x0809, 16, 0x0600, 5), struct.pack("<HHHH", 0x0809, 16, 0x0500, 5)),
                    (struct.pack("<HHH", 0x42, 2, 1200), struct.pack("<HHH", 0x42, 2, 936)))
    assert check_xls(path.read_bytes()).content == path.read_bytes()


def test_formulas_written_as_excel_4_wrote_them_keep_their_numbers(tmp_path):
    content = (FILES / "small_ledger.xls").read_bytes()
    at = content.index(struct.pack("<HH", 0x0203, 14))
    row, column, style, number = struct.unpack_from("<HHHd", content, at + 4)
    formula = struct.pack("<HHHHHd", 0x0406, 14, row, column, style, number)
    path = old_book(tmp_path, (content[at:at + 18], formula))
    assert first(path).rows[row][column] == number


def test_where_a_byte_of_a_stream_lies():
    content = (FILES / "small_ledger.xls").read_bytes()
    file = CompoundFile(content)
    for name, (_, size) in file.entries.items():
        if size and name != "root entry":
            stream = file.stream(name)
            assert all(content[file.place(name, at)] == stream[at] for at in range(0, len(stream), 97)), name


def test_the_oldest_formats_are_named(tmp_path):
    for version in (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00"):
        (tmp_path / "oldest.xls").write_bytes(version + bytes(40))
        assert "很老的 Excel 格式" in refusal(tmp_path / "oldest.xls")


# --- .ods

CONTENT = """<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"><office:body><office:spreadsheet>{}
<table:table table:name="表">
 <table:table-row>
  <table:table-cell office:value-type="string"><text:p>编号</text:p></table:table-cell>
 </table:table-row>
 <table:table-row table:visibility="filter" table:number-rows-repeated="2">
  <table:table-cell office:value-type="float" office:value="12"><text:p>000012</text:p></table:table-cell>
  <table:table-cell office:value-type="float" office:value="0.5"><text:p>0.5</text:p></table:table-cell>
  <table:table-cell table:number-columns-repeated="2" office:value-type="string" office:string-value=""
   calcext:value-type="error"><text:p>#N/A</text:p></table:table-cell>
  <table:table-cell table:formula="of:=1+1"/>
 </table:table-row>
 <table:table-row>
  <table:table-cell office:value-type="float" office:value="43709"><text:p>43709</text:p></table:table-cell>
 </table:table-row>
</table:table></office:spreadsheet></office:body></office:document-content>"""
MIMETYPE = "application/vnd.oasis.opendocument.spreadsheet"


def ods(folder: Path, **parts: str) -> Path:
    with zipfile.ZipFile(folder / "a.ods", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("content.xml", CONTENT.format(parts.pop("facts", "")))
        for name, content in parts.items():
            archive.writestr({"manifest": "META-INF/manifest.xml"}.get(name, name), content)
    return folder / "a.ods"


def test_open_document_with_line_breaks_between_cells_and_nothing_said_of_itself(tmp_path):
    sheet = first(ods(tmp_path))
    assert sheet.rows[0] == ["编号"]
    assert sheet.rows[1] == sheet.rows[2] == ["000012", 0.5, "#N/A", "#N/A", "（公式没有结果）"]
    assert sheet.rows[3] == [43709.0]
    assert [type(cell) for cell in sheet.rows[2][2:]] == [ErrorCell, ErrorCell, NoResult]
    assert sheet.hidden_rows == {2, 3}


def test_open_document_that_counts_days_from_1904(tmp_path):
    null = '<table:calculation-settings><table:null-date table:date-value="1904-01-01"/></table:calculation-settings>'
    assert isinstance(first(ods(tmp_path, facts=null, mimetype=MIMETYPE)).rows[3][0], SerialFrom1904)


def test_encrypted_open_document(tmp_path):
    manifest = '<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><m:encryption-data/></m:manifest>'
    assert "打开密码" in refusal(ods(tmp_path, mimetype=MIMETYPE, manifest=manifest))


def test_a_few_repeated_words_cannot_ask_for_a_million_notes(tmp_path):
    path = ods(tmp_path)
    wide = CONTENT.format("").replace('rows-repeated="2"', 'rows-repeated="2000"').replace('columns-repeated="2"', 'columns-repeated="200"')
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("content.xml", wide)
    assert "太大" in refusal(path)


def test_open_document_in_a_single_file(tmp_path):
    (tmp_path / "flat.fods").write_text('<?xml version="1.0"?>\n<office:document xmlns:office='
                                        '"urn:oasis:names:tc:opendocument:xmlns:office:1.0"/>', "utf-8")
    assert ".fods" in refusal(tmp_path / "flat.fods")


def test_a_binary_workbook_is_called_by_its_name(tmp_path):
    relations = ('<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type='
                 '"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.bin"/></Relationships>')
    assert ".xlsb" in refusal(packed(tmp_path, {"_rels/.rels": relations.encode(), "xl/workbook.bin": b"\x83\x01\x00\x80\x01\x14"}))
