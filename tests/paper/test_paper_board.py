"""Boards: type that is never small, tables over pages, posters on one page, tiles that together are the poster."""

import re
import zlib
from pathlib import Path

import pypdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import Refused
from app.paper.board import BLANK, Board, BoardColumn, BoardRow, BoardTable, Words, write_board

COLUMNS = (BoardColumn("项目", 8), BoardColumn("金额", 4, "right", number=True), BoardColumn("依据", 9))


def board(rows=5, text="青发改价〔2022〕31号", **words):
    lines = [BoardRow((f"项目{at}", "1,733.00", text)) for at in range(rows)]
    table = BoardTable(COLUMNS, [BoardRow(("代收费",), heading=True), *lines, BoardRow(("合计", "9.00", ""), bold=True)], "一览")
    return Board("青禾小学教育收费公示表", [table, Words(f"学校 0700{BLANK}教育局 0701", "电话"), Words("各位家长：", indent=True)],
                 ("第 2 版", "公示日期"), "青禾小学", "2026年9月4日", **words)


def pages(path):
    with pypdf.PdfReader(path) as reader:
        return [page.extract_text() for page in reader.pages]


def sizes(path: Path):
    """Give every size of type that the pages set text in."""
    found: set[float] = set()
    for stream in re.findall(rb"stream\r?\n(.*?)endstream", path.read_bytes(), re.DOTALL):
        try:
            code = zlib.decompress(stream)
        except zlib.error:
            continue
        found |= {float(size) for size in re.findall(rb"/F[\w+]+ ([\d.]+) Tf", code)}
    return found


def test_type_on_a3_is_never_smaller_than_three_hao(tmp_path):
    path = tmp_path / "a3.pdf"
    write_board(board(30, "很长的依据" * 20), "a3", path)
    assert min(sizes(path) - {9.0}) >= 12   # （盖章） under the seal is smaller, the page number is 9
    assert {16.0} <= sizes(path)


@pytest.mark.parametrize("orientation", ["landscape", "portrait"])
def test_a_long_table_repeats_its_head_and_keeps_its_sum_with_a_row(tmp_path, orientation):
    path = tmp_path / "long.pdf"
    printed = write_board(board(90), "a4", path, orientation)
    texts = pages(path)
    assert printed.pages == len(texts) > 2
    tabled = [text for text in texts if "项目" in text]
    assert all("依据" in text for text in tabled)
    assert "项目89" in next(text for text in texts if "合计" in text)
    assert all(re.search(rf"项目{at}(?!\d)", "\n".join(texts)) for at in range(90))
    assert "青禾小学" in texts[-1]
    assert "电话" in texts[-1] or "各位家长" in texts[-1]


def test_a_poster_takes_the_largest_type_that_fits(tmp_path):
    few, many = tmp_path / "few.pdf", tmp_path / "many.pdf"
    assert write_board(board(3), "poster", few).pages == 1
    assert write_board(board(40), "poster", many).pages == 1
    assert max(sizes(few)) > max(sizes(many)) >= 16


def test_too_much_for_a_poster_is_refused_and_leaves_no_file(tmp_path):
    path = tmp_path / "poster.pdf"
    with pytest.raises(Refused, match="放不下"):
        write_board(board(300), "poster", path)
    assert list(tmp_path.iterdir()) == []


def test_tiles_cover_the_poster_and_say_where_they_belong(tmp_path):
    path = tmp_path / "tiles.pdf"
    write_board(board(10), "tiles", path, "portrait")
    with pypdf.PdfReader(path) as reader:
        seen = []
        for page in reader.pages:
            code = page.get_contents().get_data().decode("latin-1")
            left, low, wide, high = map(float, re.search(r"q ([\d.]+) ([\d.]+) ([\d.]+) ([\d.]+) re W n", code).groups())
            x, y = map(float, re.search(r"1 0 0 1 (-?[\d.]+) (-?[\d.]+) cm 0.5 w", code).groups())
            seen.append((left - x, low - y, left - x + wide, low - y + high))
    poster_wide, poster_high = 600 / 25.4 * 72, 800 / 25.4 * 72
    assert min(box[0] for box in seen) <= 0
    assert max(box[2] for box in seen) >= poster_wide
    assert min(box[1] for box in seen) <= 0
    assert max(box[3] for box in seen) >= poster_high
    columns, rows = sorted({round(box[0], 1) for box in seen}), sorted({round(box[1], 1) for box in seen})
    overlap = 12 / 25.4 * 72
    assert len(columns) * len(rows) == len(seen) == 12
    step = seen[0][2] - seen[0][0] - overlap
    assert [second - first for first, second in zip(columns, columns[1:], strict=False)] == pytest.approx([step] * 3, abs=0.5)
    assert "第 2 行第 3 张" in "".join(pages(path)).replace("\n", "")


def test_telephones_are_not_broken(tmp_path):
    path = tmp_path / "a4.pdf"
    phones = BLANK.join(f"第{at}个监督部门投诉电话 0700-62100{at:02d}" for at in range(12))
    write_board(Board("公示", [Words(phones, "电话")]), "a4", path)
    text = pages(path)[0]
    for at in range(12):
        assert f"第{at}个监督部门投诉电话 0700-62100{at:02d}" in text


@given(st.lists(st.text(st.sampled_from("一二三〔〕（）ab12 ，。龘"), max_size=60), min_size=1, max_size=8))
def test_any_words_are_set(tmp_path_factory, cells):
    path = tmp_path_factory.mktemp("board") / "any.pdf"
    rows = [BoardRow((cell, "1.00", cell[::-1])) for cell in cells]
    printed = write_board(Board(cells[0], [BoardTable(COLUMNS, rows), Words(cells[-1], cells[0][:3])]), "a4", path)
    assert printed.pages >= 1


def test_a_further_sheet_of_a_board_says_what_it_is(tmp_path):
    path = tmp_path / "board.pdf"
    write_board(board(40), "a4", path)
    first, *others = pages(path)
    assert others
    assert "（续）" not in first
    assert all(f"{board(40).title}（续）" in page for page in others)


def test_the_telephone_does_not_stand_alone_with_the_seal(tmp_path):
    """However many rows come before, the last page has the last three paragraphs, or what went before them too."""
    alone = []
    for rows in range(14, 34):
        said = [Words(f"第 {at} 条，本条的说明文字。", f"说明{at}") for at in range(4)]
        made = Board("青禾小学教育收费公示表", [board(rows).pieces[0], *said, Words("学校 0700", "监督投诉电话")], issuer="青禾小学")
        path = tmp_path / f"{rows}.pdf"
        write_board(made, "a4", path)
        last = pages(path)[-1]
        assert "监督投诉电话" in last
        if "说明2" not in last:
            alone.append(rows)
    assert alone == []


def test_an_a4_copy_is_filed_and_has_room_for_the_holes(tmp_path):
    """22 mm at the left of an upright sheet, 25 mm at the top of a lying one."""
    upright, lying = tmp_path / "upright.pdf", tmp_path / "lying.pdf"
    write_board(board(3), "a4", upright, "portrait")
    write_board(board(3), "a4", lying, "landscape")
    assert min(x for x, _ in corners(upright)) >= 22 * 72 / 25.4 - 1
    assert max(y for _, y in corners(lying)) <= (210 - 25) * 72 / 25.4 + 1


def corners(path):
    """Give where every piece of text of the first page begins, in points."""
    found = []
    with pypdf.PdfReader(path) as reader:
        reader.pages[0].extract_text(visitor_text=lambda text, cm, tm, font, size: found.append(
            (cm[0] * tm[4] + cm[4], cm[3] * tm[5] + cm[5])) if text.strip() else None)
    return found


def test_a_long_title_is_broken_before_the_papers_name(tmp_path):
    path, owner = tmp_path / "title.pdf", "青禾县实验小学2025—2026学年第二学期"
    write_board(Board(f"{owner}代办费、服务性收费收支公示", [Words("各位家长：")], owner=owner), "a4", path, "portrait")
    assert [line.strip() for line in pages(path)[0].splitlines()[:2]] == [owner, "代办费、服务性收费收支公示"]


def test_a_day_and_the_end_of_a_document_number_stay_on_one_line(tmp_path):
    """A basis such as 青发改价〔2022〕31号（2022年8月20日） is read over lines, a day is not."""
    for length in range(1, 14):
        path = tmp_path / f"{length}.pdf"
        write_board(board(1, "依" * length + "〔2022〕31号（2022年8月20日）"), "a4", path, "portrait")
        said = pages(path)[0]
        assert "〔2022〕31号" in said
        assert "2022年8月20日" in said
