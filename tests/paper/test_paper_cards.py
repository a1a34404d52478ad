"""Cards read back from the file: facts, photos, history, two on a page."""

from dataclasses import replace

import pypdf
import pytest
from PIL import Image

from app.core.columns import Kind
from app.core.errors import Refused
from app.core.progress import Cancelled
from app.paper.cards import Card, CardBook, Fact, History, Part, write_cards

PARTS = (
    Part([Fact("资产编号", "ZC-2026-00001"), Fact("资产名称", "<b>课桌&椅</b>"), Fact("数量", 45, Kind.WHOLE)], "基本信息"),
    Part([Fact("单价", 18650, Kind.MONEY), Fact("供应商", "教学设备公司", span=2), Fact("备注", "", span=9)], "财务信息"),
)
MOVES = History("变动记录", ("日期", "事项"), [("2025-09-01", "调拨 → 三年级")], (1, 3), blank=2)


def printed(tmp_path, cards, **changes):
    paper = replace(CardBook("固定资产卡片", cards, signatures=("保管人", "总务主任"), date_label="日期"), **changes)
    done = write_cards(paper, tmp_path / "cards.pdf")
    with pypdf.PdfReader(done.path) as reader:
        return done, [page.extract_text() for page in reader.pages], [len(page.images) for page in reader.pages]


def test_a_card_shows_its_facts_history_and_signature_line(tmp_path):
    done, (text,), _images = printed(tmp_path, [Card(PARTS, ("单位：青禾小学", "", "卡片号：1"), history=MOVES)])
    for words in ("固定资产卡片", "单位：青禾小学", "卡片号：1", "基本信息", "ZC-2026-00001", "<b>课桌&椅</b>", "45", "186.50",
                  "变动记录", "调拨 → 三年级", "保管人：", "总务主任：", "日期：", "第 1 页"):
        assert words in text, words
    assert done.warnings == ()


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P", "L", "CMYK"])
def test_photos_of_every_sort_print(tmp_path, mode):
    photo = tmp_path / ("photo.tif" if mode == "CMYK" else "photo.png")
    Image.new(mode, (3000, 2000)).save(photo)
    done, _texts, images = printed(tmp_path, [Card(PARTS, photo=photo), Card(PARTS, photo=photo)])
    assert images == [1, 1]
    assert done.path.stat().st_size < 150_000  # made small, and taken in once


@pytest.mark.parametrize("data", [b"", b"no picture", b"\x89PNG\r\n\x1a\n" + b"\x00" * 40, b"\xff\xd8\xff\xe0broken"])
def test_a_broken_photo_leaves_the_box_and_a_warning(tmp_path, data):
    photo = tmp_path / "课桌.jpg"
    photo.write_bytes(data)
    done, (text,), images = printed(tmp_path, [Card(PARTS, photo=photo)])
    assert "（照片）" in text
    assert images == [0]
    assert done.warnings == ("照片“课桌.jpg”打不开，纸上留空。",)


def test_two_cards_share_a_page_unless_one_is_too_high(tmp_path):
    small = Card(PARTS)
    done, texts, _images = printed(tmp_path, [small] * 5, per_page=2)
    assert done.pages == 3
    assert [text.count("固定资产卡片") for text in texts] == [2, 2, 1]
    high = Card(PARTS, history=replace(MOVES, blank=20))
    done, texts, _images = printed(tmp_path, [small, high, small, small], per_page=2)
    assert [text.count("固定资产卡片") for text in texts] == [1, 1, 2]


def test_a_card_higher_than_a_page_goes_on_overleaf(tmp_path):
    moves = replace(MOVES, rows=[(f"{year}-09-01", "调拨") for year in range(1900, 1990)], blank=0)
    done, texts, _images = printed(tmp_path, [Card(PARTS, history=moves, photo_box=True)])
    assert done.pages > 2
    assert "1989-09-01" in texts[-1]
    assert ["总务主任：" in text for text in texts] == [False] * (done.pages - 1) + [True]


def test_a_table_that_goes_on_overleaf_has_its_titles_again(tmp_path):
    rows = [(f"第{number}件", f"{number}.00") for number in range(60)]
    _done, texts, _images = printed(tmp_path, [Card(PARTS, history=History("明细", ("名称", "金额"), rows, right=(1,)))])
    assert len(texts) > 1
    assert all("名称" in text and "金额" in text for text in texts)
    assert "".join(texts).count("59.00") == 1
    _done, texts, _images = printed(tmp_path, [Card(PARTS, history=History("明细", ("名称", "金额"), rows[:4]))])
    assert len(texts) == 1


def test_a_monstrous_value_is_cut_and_reported(tmp_path):
    done, _texts, _images = printed(tmp_path, [Card([Part([Fact("备注", "很长" * 15_000)])])])
    assert done.pages == 1
    assert "“备注”太长" in done.warnings[0]


def test_no_cards_give_one_page_that_says_so(tmp_path):
    _done, (text,), _images = printed(tmp_path, [])
    assert "（没有卡片）" in text


def test_a_cancel_leaves_no_file_and_a_missing_folder_is_refused(tmp_path):
    def cancel(done, total, text=""):
        raise Cancelled

    with pytest.raises(Cancelled):
        write_cards(CardBook("卡片", [Card(PARTS)]), tmp_path / "cards.pdf", cancel)
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(Refused, match="不存在"):
        write_cards(CardBook("卡片", [Card(PARTS)]), tmp_path / "no" / "cards.pdf")


def test_words_in_a_high_row_are_not_set_smaller(tmp_path):
    """An opinion of two lines in a row made for a hand keeps its size; in a row of one line it is set smaller first."""
    said = "盘完以前不能作出账实相符的结论，盘盈盘亏另附明细表和审批表，查明原因后报批，批准前不作调整，地点、状况与账面不符的批准后按实际改登记。"
    found = {}
    for rows in (1, 3):
        done, _texts, _images = printed(tmp_path, [Card((Part((Fact("处理意见", said, span=2, rows=rows),), "意见"),))])
        found[rows] = next(size for text, size in set_text(done.path) if text.startswith(said[:4]))
    assert found[3] > found[1]


def set_text(path):
    """Give the pieces of text of the first page with their sizes."""
    found = []
    with pypdf.PdfReader(path) as reader:
        reader.pages[0].extract_text(visitor_text=lambda text, cm, tm, font, size: found.append((text.strip(), round(size, 1)))
                                     if text.strip() else None)
    return found
