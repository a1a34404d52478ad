"""Ledgers read back from the file: text, pages, heads, totals, signatures, refusals."""

import re
from dataclasses import replace
from datetime import date

import pypdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.core.columns import Column, Kind
from app.core.errors import Refused
from app.core.progress import Cancelled
from app.paper import book
from app.paper.book import Style
from app.paper.ledger import Ledger, Section, write_ledger

COLUMNS = (
    Column("number", "资产编号", Kind.CODE, 25), Column("name", "名称", Kind.TEXT, 30),
    Column("unit", "单位", Kind.CHOICE, 9), Column("pieces", "账面数", Kind.WHOLE, 12, total=True),
    Column("value", "价值", Kind.MONEY, 20, total=True), Column("on", "取得日期", Kind.DAY, 19),
    Column("counted", "实盘数", Kind.WHOLE, 12, by_hand=True), Column("remark", "备注", Kind.TEXT, 20),
)
SIGNERS = ("盘点人", "监盘人", "保管人/班主任", "学生代表", "总务主任")


def row(number, name="学生课桌", pieces=1, fen=12345, remark=""):
    return f"ZC-2026-{number:05d}", name, "张", pieces, fen, date(2023, 7, 18), None, remark


def ledger(rows=(), **changes):
    section = Section(("室名：三年级（1）班", "保管人：王敏", "编号：PD-2027-00031"), rows, f"本室合计：{len(rows)} 种")
    plain = Ledger("青禾小学期末盘点表", COLUMNS, [section], subtitle="2026—2027学年第一学期", sections_on_new_page=True,
                   row_height=8, signatures=SIGNERS, date_label="盘点日期", copies="一式三份", mark="内部资料 请勿张贴")
    return replace(plain, **changes)


def texts(path):
    with pypdf.PdfReader(path) as reader:
        return [page.extract_text() for page in reader.pages]


def printed(tmp_path, paper, **style):
    done = write_ledger(paper, tmp_path / "paper.pdf", style=Style(**style))
    pages = texts(done.path)
    assert len(pages) == done.pages
    return done, pages


def test_one_row_has_everything_a_signed_sheet_needs(tmp_path):
    done, (text,) = printed(tmp_path, ledger([row(1)]))
    for words in ("青禾小学期末盘点表", "2026—2027学年第一学期", "室名：三年级（1）班", "保管人：王敏", "编号：PD-2027-00031",
                  "序号", *[column.title for column in COLUMNS], "ZC-2026-00001", "学生课桌", "123.45", "2023年7月18日",
                  "（以下空白）", "本室合计：1 种", *[f"{signer}：" for signer in SIGNERS], "盘点日期：", "一式三份",
                  "第 1 页", "共 1 页", "内部资料 请勿张贴"):
        assert words in text, words
    assert done.warnings == ()


def test_heads_stand_on_every_page_and_totals_only_on_the_last(tmp_path):
    done, pages = printed(tmp_path, ledger([row(number) for number in range(1, 101)]))
    assert done.pages > 2
    for number, text in enumerate(pages, 1):
        assert "资产编号" in text
        assert "室名：三年级（1）班" in text
        assert f"第 {number} 页" in text
        assert f"共 {done.pages} 页" in text
        assert ("本室合计：100 种" in text) == (number == done.pages)
        assert ("总务主任：" in text) == (number == done.pages)
    found = re.findall(r"ZC-2026-\d{5}", "".join(pages))
    assert found == [f"ZC-2026-{number:05d}" for number in range(1, 101)]


def test_a_full_page_stays_one_page_and_one_row_more_makes_two(tmp_path):
    def pages_of(count):
        return printed(tmp_path, ledger([row(number) for number in range(count)]))

    full = next(count for count in range(1, 60) if pages_of(count + 1)[0].pages == 2)
    _done, (text,) = pages_of(full)
    assert "（以下空白）" not in text
    _done, (_first, last) = pages_of(full + 1)
    assert f"ZC-2026-{full:05d}" in last  # a row goes along with totals and signatures
    assert "总务主任：" in last


def test_an_empty_ledger_is_one_blank_page(tmp_path):
    for paper in (ledger(), ledger(sections=[])):
        done, (text,) = printed(tmp_path, paper)
        assert "（以下空白）" in text
        assert done.pages == 1
    _done, (text,) = printed(tmp_path, ledger(fill=False))
    assert "（无记录）" in text


def test_sections_begin_new_pages_or_run_on_under_heading_rows(tmp_path):
    rooms = [Section((f"室名：{name}", "", ""), [row(number) for number in range(3)], f"{name}合计") for name in "甲乙丙"]
    done, pages = printed(tmp_path, ledger(sections=rooms))
    assert done.pages == 3
    assert ["丙合计" in text for text in pages] == [False, False, True]
    done, (text,) = printed(tmp_path, ledger(sections=rooms, sections_on_new_page=False, grand_total="总计",
                                             heading=("单位：青禾小学", "", "")))
    assert text.index("单位：青禾小学") < text.index("室名：甲") < text.index("甲合计") < text.index("室名：乙")
    assert text.index("丙合计") < text.index("总计")
    assert "1,111.05" in text.partition("总计")[2]  # nine times 123.45


def test_serial_counts_through_the_book_or_the_section(tmp_path):
    rooms = [Section(rows=[row(number) for number in range(2)]) for _ in range(2)]
    run_on = ledger(sections=rooms, sections_on_new_page=False)
    assert [re.findall(r"(\d) ZC", text) for text in printed(tmp_path, run_on)[1]] == [["1", "2", "1", "2"]]
    book_long = replace(run_on, serial="book")
    assert [re.findall(r"(\d) ZC", text) for text in printed(tmp_path, book_long)[1]] == [["1", "2", "3", "4"]]
    assert "序号" not in printed(tmp_path, replace(run_on, serial="none"))[1][0]


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(st.tuples(st.integers(0, 999), st.integers(-10**9, 10**9)), max_size=45), max_size=4),
       st.booleans())
def test_page_totals_add_up_to_the_grand_total(tmp_path, groups, apart):
    sections = [Section(("室", "", ""), [row(0, pieces=pieces, fen=fen) for pieces, fen in group], "小计")
                for group in groups]
    _done, pages = printed(tmp_path, ledger(sections=sections, sections_on_new_page=apart, page_total="本页计",
                                            grand_total="总合计", orientation="landscape"))
    def sums(label):
        found = re.findall(rf"{label} (-?[\d,]+) (-?[\d,.]+)", "\n".join(pages))
        return [(int(whole.replace(",", "")), int(re.sub("[,.]", "", money))) for whole, money in found]

    expected = tuple(sum(values) for values in zip(*(pair for group in groups for pair in group), strict=True)) or (0, 0)
    for label in ("本页计", "小计", "总合计"):
        if label != "小计" or groups:
            assert tuple(sum(values) for values in zip(*sums(label), strict=True)) == expected, label
    assert len(sums("本页计")) == len(pages)


def test_long_names_stay_in_their_cells(tmp_path):
    name = "多媒体教室中央控制系统（含功放、音箱、无线话筒接收机及机柜）一体化教学扩声设备壹套"
    assert len(name) >= 40
    _done, (text,) = printed(tmp_path, ledger([row(1, name=name)]))
    assert name in text.replace("\n", "")
    assert name not in text  # it was wrapped


def test_a_monstrous_remark_is_cut_and_reported(tmp_path):
    for remark in ("备注很长。" * 6000, "x" * 30_000, "。" * 30_000, "（" * 30_000):
        done, pages = printed(tmp_path, ledger([row(1), row(2, remark=remark), row(3)]))
        assert done.pages <= 2
        assert "…" in "".join(pages)
        assert "ZC-2026-00003" in "".join(pages)
        assert any("第 2 行的“备注”太长，共 30,000 字" in warning for warning in done.warnings)


def test_text_is_text_never_markup(tmp_path):
    name = "<b>&amp;</b> (a\\b) %s {x} '\""
    _done, (text,) = printed(tmp_path, ledger([row(1, name=name)], title="<i>&\\)(表"))
    assert name.replace(" ", "") in "".join(text.split())
    assert "<i>&\\)(表" in text


def test_many_signers_wrap_onto_two_lines(tmp_path):
    _done, (text,) = printed(tmp_path, ledger([row(1)], signatures=[f"签字人{number}" for number in range(9)]))
    assert all(f"签字人{number}：" in text for number in range(9))


@pytest.mark.parametrize(("size", "orientation", "expected"), [
    ("a4", "portrait", (210, 297)), ("a4", "landscape", (297, 210)),
    ("a3", "portrait", (297, 420)), ("a3", "landscape", (420, 297)),
])
def test_page_sizes(tmp_path, size, orientation, expected):
    done, _pages = printed(tmp_path, ledger([row(1)], size=size, orientation=orientation))
    with pypdf.PdfReader(done.path) as reader:
        box = reader.pages[0].mediabox
        assert (round(float(box.width) / book.MM), round(float(box.height) / book.MM)) == expected


def test_every_font_is_embedded_and_the_file_says_what_it_is(tmp_path):
    done, _pages = printed(tmp_path, ledger([row(1, name="☐𠮷")]), author="青禾小学总务处")
    with pypdf.PdfReader(done.path) as reader:
        assert reader.metadata.title == "青禾小学期末盘点表"
        assert reader.metadata.author == "青禾小学总务处"
        assert reader.metadata.creator.startswith("总务通")
        fonts = reader.pages[0]["/Resources"]["/Font"]
        for font in (entry.get_object() for entry in fonts.values()):
            assert font["/Subtype"] == "/Type3" or "/FontFile2" in font["/FontDescriptor"]


def test_the_same_paper_is_the_same_bytes_and_the_offset_moves_it(tmp_path):
    paper = ledger([row(1)])
    first = write_ledger(paper, tmp_path / "1.pdf", style=Style(fixed=True)).path.read_bytes()
    second = write_ledger(paper, tmp_path / "2.pdf", style=Style(fixed=True)).path.read_bytes()
    moved = write_ledger(paper, tmp_path / "3.pdf", style=Style(fixed=True, offset=(2, -1.5))).path
    assert first == second
    with pypdf.PdfReader(moved) as reader:
        assert b"1 0 0 1 5.67 -4.25 cm" in reader.pages[0].get_contents().get_data()


def test_a_cancel_leaves_no_file(tmp_path):
    def cancel(done, total, text=""):
        assert total == 2400
        if done > 1300:  # after laying out, while pages are drawn
            raise Cancelled

    with pytest.raises(Cancelled):
        write_ledger(ledger([row(number) for number in range(1200)]), tmp_path / "paper.pdf", cancel)
    assert list(tmp_path.iterdir()) == []


def test_progress_only_goes_forward(tmp_path):
    told = []
    write_ledger(ledger([row(number) for number in range(1200)]), tmp_path / "paper.pdf",
                 lambda done, total, text="": told.append((done, total)))
    assert told == sorted(told)
    assert all(done <= total for done, total in told)


def test_targets_that_cannot_be_written_are_refused_in_a_sentence(tmp_path, monkeypatch):
    with pytest.raises(Refused, match="不存在"):
        write_ledger(ledger(), tmp_path / "no" / "paper.pdf")
    with pytest.raises(Refused, match="文件夹"):
        write_ledger(ledger(), tmp_path)
    (tmp_path / "paper.pdf").write_bytes(b"old")

    def in_use(*_names):
        raise PermissionError(13, "in use")

    monkeypatch.setattr(book.os, "replace", in_use)
    with pytest.raises(Refused, match="正在别的程序里打开"):
        write_ledger(ledger(), tmp_path / "paper.pdf")
    assert [path.name for path in tmp_path.iterdir()] == ["paper.pdf"]
    assert (tmp_path / "paper.pdf").read_bytes() == b"old"


def test_a_row_of_the_wrong_length_is_a_bug(tmp_path):
    with pytest.raises(ValueError, match="zip"):
        write_ledger(ledger([row(1)[:3]]), tmp_path / "paper.pdf")


# --- what is filed alone -----------------------------------------------------------------------------------------------


def rooms(count=3, rows=40, **more):
    return [Section((f"室名：{name}", "", f"保管人：{name}老师"), [row(number) for number in range(rows)], f"{name}合计", **more)
            for name in "甲乙丙丁"[:count]]


def test_pages_are_counted_within_the_section_that_is_filed_alone(tmp_path):
    done, pages = printed(tmp_path, ledger(sections=rooms()))
    each = done.pages // 3
    numbers = [re.findall(r"第 (\d+) 页　共 (\d+) 页", text)[0] for text in pages]
    assert numbers == [(str(at), str(each)) for _ in range(3) for at in range(1, each + 1)]
    assert [f"本批 {at}/{done.pages}" in text for at, text in enumerate(pages, 1)] == [True] * done.pages
    _done, pages = printed(tmp_path, ledger(sections=rooms(1)))
    assert "本批" not in "".join(pages)


def test_printed_on_both_sides_a_section_begins_on_a_front(tmp_path):
    done, pages = printed(tmp_path, ledger(sections=rooms(rows=3)), duplex=True)
    assert [bool(text.strip()) for text in pages] == [True, False, True, False, True]
    assert ["甲" in pages[0], "乙" in pages[2], "丙" in pages[4]] == [True, True, True]
    assert "本批 5/5" in pages[4]
    done, _pages = printed(tmp_path, ledger(sections=rooms()), duplex=True)
    assert done.pages == printed(tmp_path, ledger(sections=rooms()))[0].pages    # two pages each need no empty back


def test_a_page_that_a_section_goes_on_to_names_it_and_who_answers_signs_below_it(tmp_path):
    apart = ledger(sections=rooms(signed_by=("保管人",)), sections_on_new_page=False, page_total="本页小计")
    _done, pages = printed(tmp_path, apart)
    for text in pages[1:]:
        first = text.index("ZC-2026-")
        assert re.search(r"室名：[甲乙丙]", text[:first]), "every page names the room of its first row"
    assert sum("（续）" in text for text in pages) >= 2
    whole = "".join(pages)
    assert whole.count("日期：　　　　年　　月　　日") == 3
    assert re.findall(r"ZC-2026-(\d{5})", whole) == [f"{number:05d}" for number in range(40)] * 3


def test_a_long_title_is_broken_before_the_name_of_the_form(tmp_path):
    school = "青禾县城关镇第一中心小学教育集团实验校区（原青禾师范学校附属小学）"
    _done, (text,) = printed(tmp_path, ledger([row(1)], title=f"{school}班级（室）校产登记表"), author=school)
    assert [line.strip() for line in text.splitlines()[:2]] == [school, "班级（室）校产登记表"]
    _done, (text,) = printed(tmp_path, ledger([row(1)], title="青禾小学班级（室）校产登记表"), author="青禾小学")
    assert text.splitlines()[0] == "青禾小学班级（室）校产登记表"


@pytest.mark.parametrize("orientation", ["portrait", "landscape"])
@pytest.mark.parametrize("count", range(1, 10))
def test_a_hand_has_room_to_sign(count, orientation):
    """25 mm at least, upright and lying, however many sign."""
    from app.paper.book import MM, Book
    from app.paper.page import frame, signing
    page = frame("a4", orientation)
    book = Book("x", (page.width, page.height), Style())
    signers = (*SIGNERS, "分管校长", "校长", "单位负责人", "资产管理员")[:count]
    operators = signing(book.ink, page.inner, signers, "盘点日期").operators
    blanks = [(float(left), float(right)) for left, right in re.findall(r"w (\S+) \S+ m (\S+) \S+ l S", operators)]
    assert len(blanks) == count
    assert all(right - left >= 25 * MM and right <= page.inner for left, right in blanks)


def test_an_asset_number_is_never_broken_over_lines(tmp_path):
    numbers = ["ZC-2026-00001-附属-0000000001", "ZC-2026-0000000000001", "GZ2019-A-00000000123"]
    rows = [(number, "课桌", "张", 1, 100, None, None, "") for number in numbers]
    narrow = (replace(COLUMNS[0], width=19), *COLUMNS[1:])
    _done, (text,) = printed(tmp_path, ledger(rows, columns=narrow))
    for number in ("ZC-2026-0000000000001", "GZ2019-A-00000000123", "ZC-2026-00001-"):
        assert number in text


def test_a_page_without_figures_has_no_sum_of_zeros(tmp_path):
    """Rooms that nobody counted stand in a comparison without figures; their page is not said to come to 0."""
    rows = [row(at) for at in range(5)] + [row(at, pieces=None, fen=None) for at in range(5, 85)]
    _done, pages = printed(tmp_path, ledger(sections=[Section(rows=rows)], page_total="本页小计", grand_total="合计"))
    assert [("本页小计" in page) for page in pages] == [True] + [False] * (len(pages) - 1)
    assert "合计" in pages[-1]
    assert len(pages) > 2
