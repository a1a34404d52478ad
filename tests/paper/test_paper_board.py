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
