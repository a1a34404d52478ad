"""Slips read back from the file: copies, 大写, halves of a page, long ones, stamps."""

from dataclasses import replace

import pypdf
import pytest

from app.core.columns import Column, Kind
from app.core.errors import Refused
from app.core.progress import Cancelled
from app.paper.slips import MOST_HALF, Slip, write_slips

COLUMNS = (Column("item", "收费项目", Kind.TEXT, 60), Column("fen", "金额（元）", Kind.MONEY, 30))
SLIP = Slip("青禾小学收费收据", "SJ-2026-00001", (("缴款人", "三年级1班 安一"), ("收款日期", "2026年9月6日"), ("学期", "第一学期")), COLUMNS,
            [("作业本费", 1_500)], 1_500, ("收款人", "缴款人"), copies=("存根联", "缴款人联"), note="请妥善保管。")


def printed(tmp_path, *slips):
    done = write_slips("收据", slips, tmp_path / "slips.pdf")
    with pypdf.PdfReader(done.path) as reader:
        return done, [page.extract_text() for page in reader.pages]


def long(count):
    return replace(SLIP, rows=[(f"项目{number}", 100) for number in range(count)], total=100 * count)


def test_two_copies_stand_on_one_page_with_figures_and_capitals(tmp_path):
    done, (text,) = printed(tmp_path, SLIP)
    for words in ("一式二联", "第一联", "存根联", "第二联", "缴款人联", "No. SJ-2026-00001", "缴款人：三年级1班 安一", "收款日期：2026年9月6日",
                  "学期：第一学期", "作业本费", "合计（大写）：人民币壹拾伍元整", "￥15.00", "收款人：", "请妥善保管。"):
        assert text.count(words) == (1 if "第" in words and "联" in words or words in ("存根联", "缴款人联") else 2), words
    assert done.warnings == ()
    assert "补打" not in text


@pytest.mark.parametrize(("rows", "pages"), [(1, 1), (MOST_HALF, 1), (MOST_HALF + 1, 2), (70, 6)])
def test_a_slip_takes_half_a_page_while_it_is_short(tmp_path, rows, pages):
    done, texts = printed(tmp_path, long(rows))
    assert done.pages == pages
    assert sum(text.count("项目0 ") or text.count("项目0\n") for text in texts) >= 2
    assert sum(text.count(f"￥{rows:,}.00") for text in texts) == 2
    assert all("青禾小学收费收据" in text for text in texts)


def test_a_long_one_leaves_a_half_free_and_another_begins_anew(tmp_path):
    one = replace(SLIP, copies=())
    done, texts = printed(tmp_path, one, replace(long(12), copies=()), one, one, one)
    assert [text.count("收费收据") for text in texts] == [1, 1, 2, 1]
    assert done.pages == 4
    assert "联" not in texts[0]


def test_a_reprint_is_stamped_and_facts_that_are_long_stay_in_their_half(tmp_path):
    who = (("缴款人", "欧阳上官慕容雪" * 9), ("收款日期", "2026年9月6日"))
    done, (text,) = printed(tmp_path, replace(SLIP, stamp="补打", facts=who, copies=("存根联",)))
    assert "补打" in text
    assert "一式" not in text
    assert done.warnings == ()


def test_nothing_is_written_when_it_is_cancelled_or_the_target_is_no_pdf(tmp_path):
    def stop(done, total, words):
        raise Cancelled

    with pytest.raises(Cancelled):
        write_slips("收据", [SLIP], tmp_path / "a.pdf", stop)
    with pytest.raises(Refused):
        write_slips("收据", [SLIP], tmp_path / "a.xlsx")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("rows", "pages"), [(MOST_HALF, 2), (MOST_HALF + 1, 3)])
def test_a_slip_with_many_facts_and_signers_stands_closer_and_keeps_its_half(tmp_path, rows, pages):
    facts = [(f"事项{at}", "说明") for at in range(8)]
    one = replace(long(rows), facts=facts, signers=("采购人", "验收人", "使用部门", "财产管理员"), date_label="日期",
                  copies=("财产管理员", "会计", "使用部门"))
    done, texts = printed(tmp_path, one)
    assert done.pages == pages
    assert done.warnings == ()
    with pypdf.PdfReader(done.path) as reader:      # nothing of the upper one crosses the line to cut along
        heights = []
        reader.pages[0].extract_text(visitor_text=lambda text, cm, tm, font, size: heights.append((tm[5] + cm[5], text)) if text.strip() else None)
    middle = 297 / 2 * 72 / 25.4
    upper = [y for y, text in heights if "第一联" in text]
    assert (min(upper) > middle + 3) == (rows == MOST_HALF)
