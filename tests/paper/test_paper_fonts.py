"""Typefaces: rare characters, invisible ones, families of this PC, fitting."""

import struct
from threading import Thread

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

import app.paper.fonts as fonts
from app.core.errors import Refused
from app.paper.book import Book, Style
from app.paper.fitting import LEADING, fit, wrap
from app.paper.fonts import NOTO, families, typeface


def drawn(tmp_path, text, role="body", family=NOTO):
    book = Book("试", (400, 300), Style(family=family))
    book.text(20, 100, text, 10, role)
    book.end_page()
    done = book.save(tmp_path / "text.pdf")
    with PdfReader(done.path) as reader:
        return reader.pages[0].extract_text(), done.warnings


@pytest.mark.parametrize("role", ["body", "bold", "sans", "sans_bold"])
def test_rare_characters_of_names_print(tmp_path, role):
    text = "㛃䶮龘 喆堃 ☐是☑否 ①㎡℃"
    assert drawn(tmp_path, text, role) == (text, ())


@pytest.mark.parametrize(("role", "regular"), [("bold", "NotoSerifSC_400Regular"), ("sans_bold", "NotoSansSC_400Regular")])
def test_what_the_reduced_bold_lacks_prints_in_the_regular_face(tmp_path, role, regular):
    faces = typeface(role).fonts
    for char in "龘喆":     # 龘 is in no reduced face; 喆 is one of the 8,105
        assert (fonts._face_of(char, faces) is faces[0]) == (char == "喆")
    assert fonts._face_of("龘", faces).face.filename.endswith(f"{regular}.ttf")
    assert drawn(tmp_path, "王龘", role) == ("王龘", ())


def test_what_no_face_has_is_a_box_and_is_named(tmp_path):
    text, warnings = drawn(tmp_path, "𠮷野同学😀交")
    assert text == "𠮷野同学😀交"  # the boxes still say what was meant
    assert len(warnings) == 2
    assert "“𠮷”（U+20BB7）" in warnings[0]
    assert "“𠮷野同学😀交”" in warnings[0]
    assert "“😀”（U+1F600）" in warnings[1]


def test_many_unknown_characters_share_boxes_and_warnings_end(tmp_path):
    many = "".join(map(chr, range(0x20000, 0x20000 + 400)))
    text, warnings = drawn(tmp_path, many)
    assert len(warnings) == 20
    assert "另有" in warnings[-1]
    assert text[:250] == many[:250]  # past 255 different ones all boxes are the same character


@pytest.mark.parametrize(("text", "shown"), [
    ("王\u200b敏\u200d\ufeff\u202e", "王敏"), ("王\t敏\n李", "王 敏 李"), ("a\x00b\x1b\x7fc", "abc"), ("葛\U000e0100", "葛"),
    ("cafe\u0301", "cafe\u0301"), ("\ud800王", "\ufffd王"), ("（甲）\\(乙)", "（甲）\\(乙)"), ("", ""), ("\u200b", ""),
])
def test_invisible_and_broken_characters_do_no_harm(tmp_path, text, shown):
    assert drawn(tmp_path, text)[0] == shown


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60), st.floats(8, 300), st.integers(1, 6))
def test_fitted_lines_never_leave_the_cell(text, width, most):
    face = typeface("body")
    fitted = fit(face, text, width, 9, tallest=most * 9 * LEADING)
    assert fitted.height <= most * 9 * LEADING + 0.05
    for line in fitted.lines:
        assert face.width(line, fitted.size) <= width + 0.05 or len(line) <= 1
    if fitted.kept is None:
        assert "".join("".join(fitted.lines).split()) == "".join(text.split())


def test_wrapping_keeps_words_and_closing_signs_together():
    lines = wrap(typeface("body"), "型号 KFR-35GW/N8 的空调（挂机），两台。", 70, 9, 20)
    assert all(line[0] not in "，。）" for line in lines)
    assert any("KFR-35GW/N8" in line for line in lines)


def test_shrinking_comes_before_wrapping():
    face = typeface("body")
    assert fit(face, "十个汉字十个汉字十个", 90, 9).size == 9
    shrunk = fit(face, "十个汉字十个汉字十个", 80, 9)
    assert (len(shrunk.lines), shrunk.size) == (1, 8.0)
    assert len(fit(face, "十个汉字十个汉字十个", 60, 9).lines) == 2


def test_local_families_are_offered_and_used_also_from_a_collection(tmp_path, monkeypatch):
    assert [family.key for family in families([tmp_path])] == [NOTO]
    shipped = fonts._BUNDLED / fonts._SHIPPED["sans"]
    (tmp_path / "simfang.ttf").write_bytes(shipped.read_bytes())
    (tmp_path / "simsun.ttc").write_bytes(collection(shipped.read_bytes()))
    (tmp_path / "simkai.ttf").write_bytes(b"broken")
    assert [family.label for family in families([tmp_path])][1:] == ["仿宋", "宋体", "楷体"]
    monkeypatch.setattr(fonts, "_windows_folders", lambda: (tmp_path,))
    for key in ("fangsong", "simsun", "kaiti", "gone"):
        assert drawn(tmp_path, "㛃王敏 ABC ☑", family=key) == ("㛃王敏 ABC ☑", ())
    assert typeface("body", "simsun").fonts[0].face.filename.endswith("simsun.ttc")


def collection(data):
    """Wrap one TrueType file as a .ttc: a header, then the same tables at moved offsets."""
    moved = 16
    count = struct.unpack(">H", data[4:6])[0]
    directory = bytearray(data[:12 + 16 * count])
    for entry in range(count):
        place = 12 + 16 * entry + 8
        struct.pack_into(">L", directory, place, struct.unpack_from(">L", directory, place)[0] + moved)
    return struct.pack(">4sLLL", b"ttcf", 0x10000, 1, moved) + bytes(directory) + data[len(directory):]


def test_missing_program_fonts_are_refused_in_a_sentence(tmp_path, monkeypatch):
    monkeypatch.setattr(fonts, "_BUNDLED", tmp_path)
    fonts._typeface.cache_clear()
    with pytest.raises(Refused, match="重新安装"):
        typeface("body")


def test_two_documents_at_once_do_not_disturb_each_other(tmp_path):
    results = {}

    def work(number):
        folder = tmp_path / str(number)
        folder.mkdir()
        text = "".join(map(chr, range(0x4E00 + number * 40, 0x4E00 + number * 40 + 36)))
        results[number] = drawn(folder, text)[0] == text

    threads = [Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == dict.fromkeys(range(6), True)
