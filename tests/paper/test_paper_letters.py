"""Letters on paper: lines filled and never begun with a closing sign, pages broken soundly, halves paired for cutting."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from app.core.errors import Refused
from app.core.progress import Cancelled
from app.paper.book import MM, Book, Style
from app.paper.fonts import typeface
from app.paper.letter_blocks import (
    COMPACT,
    OFFICIAL,
    SMALL,
    TIGHT,
    Blanks,
    Blocks,
    Grid,
    Letter,
    Paragraph,
    Piece,
    Signed,
    Space,
)
from app.paper.letters import Bundle, Mailing, _frame, _sheets, write_letters
from app.paper.running import broken

_SIGNS = "，。、；：？！）》”"
_GRID = Grid(("项目", "金额（元）"), tuple((f"项目{number}", f"{number}.00") for number in range(40)), (50, 30), "cr", ("合计", "780.00"))


def _pages(path: Path) -> list[str]:
    return [page.extract_text() for page in PdfReader(path).pages]


def _letter(name: str, paragraphs: int = 2) -> Letter:
    words = "本学期收费事项告知如下，请您核对并在回执上签名后交回班主任。"
    return Letter("致家长的一封信", (Paragraph(f"尊敬的{name}同学家长：", "flush"), *[Paragraph(words * 3)] * paragraphs,
                                  Signed("青禾小学", "2026年9月1日")), (Paragraph("回　执", "slip"), Paragraph(f"回执 {name}"),
                                                                     Blanks(("家长签名", "日期"))))


_PIECES = ("学生", "收费公示", "2026年", "50.00元", "（自愿", "“回执", "A4纸", "甲")
_WORDS = st.lists(st.tuples(st.sampled_from(_PIECES), st.sampled_from(["", *_SIGNS])), min_size=1, max_size=120).map(
    lambda pairs: "".join(word + sign for word, sign in pairs))


@given(_WORDS, st.integers(110, 460), st.sampled_from((9.0, 12.0, 16.0)))
def test_every_line_stays_inside_and_breaks_by_the_rules(text: str, width: int, size: float) -> None:
    face = typeface("body")
    lines = broken(face, text, width, size, 2 * size)
    assert "".join(line.text for line in lines) == text
    for number, line in enumerate(lines):
        assert line.x + face.width(line.text, size) + line.spacing * (len(line.text) - 1) <= width + 0.1
        assert line.spacing >= -0.3 * size
        assert number == 0 or line.text[0] not in _SIGNS
        assert number == len(lines) - 1 or line.text[-1] not in "（“"


def test_a_filled_line_reaches_the_right_edge() -> None:
    face = typeface("body")
    lines = broken(face, "现将本学期收费项目、标准和依据告知如下，请您核对。" * 6, 300, 12, 24)
    for line in lines[:-1]:
        assert line.x + face.width(line.text, 12) + line.spacing * (len(line.text) - 1) == pytest.approx(300, abs=0.2)


def test_a_line_whose_last_word_went_on_is_not_spread_out() -> None:
    first, second = broken(typeface("body"), "期末盘点（PD-2026-00002）", 150, 12)
    assert (first.text, first.spacing) == ("期末盘点", 0.0)
    assert second.text.startswith("（PD-2026-00002")


def test_each_letter_is_a_page_with_name_and_mark(tmp_path: Path) -> None:
    names = ["陈龘䶮㛃", "欧阳上官慕容雪", "王一"]
    cover = Letter("班级封面", (Paragraph("三年级1班　3 份", "flush"),))
    done = write_letters(Mailing("信", [Bundle([_letter(name) for name in names], cover, "三年级1班")], mark="内部资料"), tmp_path / "a.pdf")
    pages = _pages(tmp_path / "a.pdf")
    assert done.pages == len(pages) == 4
    assert not done.warnings
    assert "三年级1班" in pages[0]
    for name, page in zip(names, pages[1:], strict=True):
        assert page.count(name) == 2
        assert "内部资料" in page
        assert "沿　此　线　剪　下" in page
        assert "2026年9月1日" in page


def test_two_on_a_page_make_two_piles_that_follow_each_other(tmp_path: Path) -> None:
    names = [f"学生{number}号" for number in range(1, 8)]
    mailing = Mailing("信", [Bundle([_letter(name) for name in names])], halves=(COMPACT, TIGHT), mark="内部资料")
    assert write_letters(mailing, tmp_path / "two.pdf").pages == 4
    pages = _pages(tmp_path / "two.pdf")
    found = [[name for name in names if name in page] for page in pages]
    assert all(page.count("内部资料") == 2 for page in pages)
    assert found == [["学生1号", "学生5号"], ["学生2号", "学生6号"], ["学生3号", "学生7号"], ["学生4号"]]


def test_a_class_that_does_not_fit_halves_goes_one_a_page_and_is_told(tmp_path: Path) -> None:
    long, short = Bundle([_letter("甲", 30)], name="三年级1班"), Bundle([_letter("乙"), _letter("丙")], name="三年级2班")
    done = write_letters(Mailing("信", [long, short], halves=(TIGHT,)), tmp_path / "mixed.pdf")
    assert done.pages >= 2
    assert done.warnings == ("三年级1班的信放不下半页，改为一页一份。",)
    assert "乙" in _pages(tmp_path / "mixed.pdf")[-1]
    assert "丙" in _pages(tmp_path / "mixed.pdf")[-1]


def test_the_largest_manner_in_which_the_longest_letter_fits(tmp_path: Path) -> None:
    for paragraphs, manner in ((1, OFFICIAL), (7, SMALL), (11, COMPACT)):
        path = tmp_path / f"{paragraphs}.pdf"
        assert write_letters(Mailing("信", [Bundle([_letter("甲", paragraphs)])], (OFFICIAL, SMALL, COMPACT)), path).pages == 1
        sizes: set[float] = set()
        PdfReader(path).pages[0].extract_text(visitor_text=lambda text, cm, tm, font, size: sizes.add(size))  # noqa: B023
        assert manner.body in sizes


def test_a_long_letter_goes_on_overleaf_with_everything_once(tmp_path: Path) -> None:
    letter = Letter("长信", (Paragraph("一、说明", "heading"), *[Paragraph(f"第{number}段" + "请家长认真阅读本条说明。" * 9) for number in range(20)],
                           _GRID, Signed("青禾小学", "2026年9月1日")), (Paragraph("回　执", "slip"), Blanks(("家长签名", "日期"))))
    done = write_letters(Mailing("长信", [Bundle([letter])], (SMALL,)), tmp_path / "long.pdf")
    text = "".join(_pages(tmp_path / "long.pdf")).replace("\n", " ")
    assert done.pages >= 3
    assert "— 2 —" in text
    for number in range(20):
        assert text.count(f"第{number}段") == 1
    for number in range(40):
        assert text.count(f" 项目{number} ") == 1
    assert text.count("合计") == 1
    assert text.count("家长签名") == 1
    assert text.replace(" ", "").count("请家长认真阅读本条说明。") >= 176
    # The signing never stands alone: a paragraph or the table's end is on its page.
    last = next(page for page in _pages(tmp_path / "long.pdf") if "青禾小学" in page)
    assert "合计" in last or "本条说明" in last


def _grid(count: int) -> Grid:
    return Grid(("项目", "金额"), tuple((str(row), "1.00") for row in range(count)), (1, 1), "cr", ("合计", f"{count}.00"))


_PARTS = st.one_of(
    st.integers(1, 90).map(lambda count: Paragraph("家长学校孩子收费公示"[count % 7:] * count)), st.integers(1, 90).map(_grid),
    st.sampled_from((Paragraph("一、说明", "heading"), Blanks(("家长签名", "日期")))))


@given(st.lists(_PARTS, max_size=14), st.booleans(), st.booleans())
def test_pages_hold_everything_once_and_nothing_overflows(parts: list[Piece], signed: bool, slip: bool) -> None:
    page = _frame(COMPACT)
    book = Book("信", (page.width, page.height), Style())
    blocks, room = Blocks(book.ink, COMPACT, page.inner), page.top - page.bottom
    letter = Letter("信", (*parts, *((Signed("青禾小学", "2026年9月1日"),) if signed else ())), (Blanks(("家长签名",)),) if slip else ())
    sheets = _sheets(blocks, letter, room)
    for number, (found, cut) in enumerate(sheets):
        assert sum(blocks[part].height for part in found) <= room + 0.1
        assert not cut or number == len(sheets) - 1
    assert bool(sheets[-1][1]) == slip
    flat = [part for found, _ in sheets for part in found]
    words = "".join(part.text for part in flat if isinstance(part, Paragraph) and part.look in ("body", "flush"))
    assert words == "".join(part.text for part in parts if isinstance(part, Paragraph) and part.look == "body")
    assert [row for part in flat if isinstance(part, Grid) for row in part.rows] == [
        row for part in parts if isinstance(part, Grid) for row in part.rows]
    assert sum(bool(part.total) for part in flat if isinstance(part, Grid)) == sum(isinstance(part, Grid) for part in parts)
    assert sum(isinstance(part, Signed) for part in flat) == signed
    for (found, _), (after, _) in zip(sheets, sheets[1:], strict=False):
        parted = after and isinstance(found[-1], Paragraph) and found[-1].look == "heading"
        assert not parted or len(found) == 1


def test_cancel_and_bad_targets_leave_nothing(tmp_path: Path) -> None:
    def stop(done: int, total: int, text: str = "") -> None:
        if done == 2:
            raise Cancelled

    bundle = Bundle([_letter(f"学生{number}") for number in range(5)])
    with pytest.raises(Cancelled):
        write_letters(Mailing("信", [bundle]), tmp_path / "no.pdf", stop)
    with pytest.raises(Refused):
        write_letters(Mailing("信", [bundle]), tmp_path / "gone" / "no.pdf")
    assert not list(tmp_path.iterdir())


def test_what_stands_on_many_pages_is_kept_once(tmp_path: Path) -> None:
    for count in (20, 220):
        write_letters(Mailing("信", [Bundle([_letter(f"学生{number}", 8) for number in range(count)])]), tmp_path / f"{count}.pdf")
    more = (tmp_path / "220.pdf").stat().st_size - (tmp_path / "20.pdf").stat().st_size
    assert more / 200 < 1_600   # bytes a letter


def test_what_stands_in_the_margin_of_two_on_a_page_is_six_millimetres_from_every_edge(tmp_path):
    letters = [Letter("告家长书", (Paragraph("各位家长：", "flush"), Paragraph("请按时缴费。" * 20))) for _ in range(2)]
    done = write_letters(Mailing("信", [Bundle(letters)], (SMALL,), (TIGHT,), "内部资料　请勿张贴"), tmp_path / "two.pdf")
    with PdfReader(done.path) as reader:
        page = reader.pages[0].get_contents().get_data().decode("latin-1")
        middle = float(reader.pages[0].mediabox.height) / 2
    marks = [float(y) for y, size in re.findall(r"BT \S+ (\S+) Td /\S+ (\S+) Tf", page) if size == "7.5"]
    assert len(marks) == 2
    assert sorted(marks)[0] >= 6 * MM - 0.1
    assert sorted(marks)[1] - middle >= 6 * MM - 0.1


def test_what_is_signed_below_a_table_stands_with_its_last_row(tmp_path):
    """A class's cover sheet of any length: nobody signs overleaf for a list that is not there."""
    for count in range(22, 60):
        grid = Grid(("序号", "姓名"), tuple((str(at), f"姓名{at:03d}") for at in range(1, count + 1)), (10, 40), "cl")
        cover = Letter("班级封面", (Paragraph("班级：三年级1班", "flush"), Space(0.3), grid, Space(0.3), Blanks(("实发份数", "日期")),
                                Blanks(("班主任", "总务处"))))
        pages = _pages(write_letters(Mailing("信", [Bundle([cover])], (SMALL,)), tmp_path / "cover.pdf").path)
        (signed,) = [page for page in pages if "班主任：" in page]
        assert f"姓名{count:03d}" in signed, count
        assert all(f"姓名{at:03d}" in "".join(pages) for at in range(1, count + 1))


def test_a_long_name_signs_within_the_margins(tmp_path):
    name = "青禾县城关镇第一中心小学教育集团实验校区（原青禾师范学校附属小学）总务处"
    (page,) = _pages(write_letters(Mailing("信", [Bundle([Letter("通知", (Paragraph("内容"), Signed(name, "2026年9月4日")))])], (OFFICIAL,)),
                                   tmp_path / "long.pdf").path)
    assert name in "".join(page.split())
    assert name not in page     # on two lines


def test_printed_on_both_sides_no_two_families_share_a_sheet(tmp_path):
    letters = [_letter("安一"), _letter("白二", paragraphs=30), _letter("曹三")]
    paper = Mailing("信", [Bundle(letters, Letter("封面", (Paragraph("3 份"),)))], (OFFICIAL,))
    pages = _pages(write_letters(paper, tmp_path / "both.pdf", style=Style(duplex=True)).path)
    starts = [next(at for at, page in enumerate(pages) if words in page) for words in ("封面", "尊敬的安一", "尊敬的白二", "尊敬的曹三")]
    assert [at % 2 for at in starts] == [0, 0, 0, 0]
    assert len(_pages(write_letters(paper, tmp_path / "one.pdf").path)) < len(pages)


def test_a_further_sheet_says_of_whom_and_of_what_it_is(tmp_path):
    long = Letter("收费告知", tuple(Paragraph("内容" * 60) for _ in range(40)), issuer="青禾小学")
    first, *others = _pages(write_letters(Mailing("信", [Bundle([long])], (OFFICIAL,)), tmp_path / "long.pdf").path)
    assert "（续）" not in first
    assert len(others) > 1
    assert all("青禾小学　收费告知（续）" in page for page in others)
