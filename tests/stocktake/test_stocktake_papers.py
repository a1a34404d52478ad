"""The stocktake's papers, written and read back from the PDF."""

from dataclasses import replace
from datetime import date

import pytest

from app import features
from app.assets import commands as cards
from app.assets import queries as queries_of_cards
from app.assets.fields import FIXED, LOW_VALUE, AssetDraft
from app.core.errors import Refused
from app.core.progress import Cancelled, silent
from app.paper.forms import Order
from app.school import commands as school_commands
from app.school import place_commands
from app.school.rules import PersonDraft
from app.stocktake import approval, commands, papers, queries, room_papers
from app.stocktake.rules import Count, FindDraft, Scope
from tests.cli_fixture import texts

KEYS = [form.key for form in (*room_papers.FORMS, *papers.FORMS)]


@pytest.fixture
def write(tmp_path):
    """Write a form and give its pages as text."""
    def write(key, **order):
        form = features.form(key)
        printed = form.write(Order(**order), tmp_path / f"{key}.pdf", silent)
        pages = texts(printed.path)
        assert printed.pages == len(pages)
        assert printed.warnings == ()
        return pages
    return write


@pytest.fixture
def differing(begun):
    """Give the small school with a loss, a gain and a thing elsewhere; room 102 is not counted."""
    commands.count_lines(begun.id, [
        Count(begun.line(begun.desk).id, 42, 2, reason="毕业搬离时丢失"),
        Count(begun.line(begun.projector).id, 1, found_place_id=begun.second, remark="搬去录课")])
    commands.record_find(begun.id, FindDraft("690123", "书柜", place_id=begun.first, quantity=2, decision="入账", reason="捐赠"))
    return begun


def test_the_blank_sheet_has_a_page_a_room_and_shows_what_is_away(begun, write):
    pages = write("stocktake-sheet")
    assert len(pages) == 2
    assert all(word in pages[0] for word in (
        "青禾小学财产盘点表", "PD-2026-00001", "基准日：2026年11月20日", "室名：教学楼 1层 101室", "借出", "送修", "本室合计：4 种", "监盘人："))
    assert pages[0].count("盘点人：") >= 2
    assert len(write("stocktake-sheet", places=(begun.second,))) == 1
    assert len(write("stocktake-sheet", own_pages=False)) == 1
    with pytest.raises(Refused, match="不在这次盘点的范围"):
        write("stocktake-sheet", places=(999,))


def test_the_total_of_a_room_parts_what_is_booked_apart(small, write):
    broom = small.card("扫帚", 1_200, room=small.second, category=LOW_VALUE)
    small.begin()
    cards.edit_asset(broom, replace(queries_of_cards.card(broom).draft, category=FIXED))      # what was frozen counts, not what the card says today
    for key in ("stocktake-sheet", "stocktake-filled", "stocktake-full"):
        pages = write(key)
        assert "均为固定资产；本室合计：4 种" in pages[0], key
        assert "固定资产 1 种 1 件、低值易耗品 1 种 1,200 件；本室合计：2 种" in pages[1], key


def test_sheets_name_the_keepers_that_cards_name_where_the_room_has_none(begun, write):
    assert "".join(write("stocktake-sheet")).count("保管人：王敏") == 2
    place_commands.set_keeper([begun.second], school_commands.add_person(PersonDraft("周敏")).made[0])
    text = "".join(write("stocktake-filled"))
    assert (text.count("保管人：王敏"), text.count("保管人：周敏")) == (1, 1)
    for number in range(4):
        chen = school_commands.add_person(PersonDraft(f"陈{number}")).made[0]
        cards.register_asset(AssetDraft(name=f"物品{number}", place_id=begun.first, keeper_id=chen))
    text = write("stocktake-filled", about=begun.begin("期中"))[0]
    assert "保管人：王敏、陈0、陈1等 5 人" in text


def test_the_filled_sheet_says_what_was_counted(differing, write):
    text = write("stocktake-filled")[0]
    assert "金额单位：元" in text
    assert "45 4,500.07 42 40 2" in " ".join(text.split())
    assert "毕业搬离时丢失" in text
    assert "教学楼 1层 102室" in text


def test_the_register_is_signed_by_three(begun, write):
    text = write("stocktake-register")[0]
    assert all(word in text for word in (
        "班级（室）校产登记表", "期初数", "期初状况", "期末数", "期末状况", "短少损坏", "原因", "处理", "期初登记", "期末复查", "一式两份"))
    assert [text.count(f"{who}：") for who in ("学生代表", "班主任", "资产管理员")] == [2, 2, 2]
    assert "课桌 张 45" in text


def test_the_full_sheet_is_the_bureaus(begun, write):
    pages = write("stocktake-full")
    heads = "账面原值 使用状况 使用人 实盘数 盘盈 盘亏 损坏 实际地点、使用人 差异原因 处理意见"
    assert "青禾小学固定资产盘点表" in pages[0]
    assert heads.replace(" ", "") in pages[0].replace(" ", "").replace("\n", "")
    assert "金额单位：元" in pages[0]
    assert "4,500.07" in pages[0]
    assert all(f"{who}：" in pages[0] for who in ("盘点人", "监盘人", "保管人/班主任", "学生代表", "资产管理员", "总务主任", "单位负责人（公章）"))


def test_sheets_that_run_on_are_signed_for_room_by_room(begun, write):
    (text,) = write("stocktake-sheet", own_pages=False)
    assert text.count("保管人/班主任：") == 2


def test_the_approval_lists_before_it_asks_and_leaves_the_bureau_its_box(differing, write):
    (text,) = write("stocktake-approval")
    assert text.index("资产明细") < text.index("小计") < text.index("使用部门意见") < text.index("主管部门意见")
    flat = " ".join(text.split())
    for words in ("类别 资产编号 名称 规格型号 数量 原值 存放地点 保管人 原因说明", "小计 盘亏 3 300.00", "小计 盘盈 2 2.00", "签字（公章）："):
        assert words in flat, words
    assert "同类市价" not in text


def test_an_approval_of_a_handful_of_things_is_one_sheet(differing, write):
    for number in range(3):
        commands.record_find(differing.id, FindDraft(name=f"屏风{number}", quantity=1, place_id=differing.first, decision="入账"))
    assert len(write("stocktake-approval")) == 1, "no row and no foot line alone on a second sheet"


def test_results_and_differences(differing, write):
    for key, word in (("stocktake-rooms", "教学楼 1层 101室"), ("stocktake-keepers", "王敏"), ("stocktake-classes", "未分类")):
        text = write(key)[0]
        assert word in text
        assert "300.00" in text
    text = write("stocktake-differences")[0]
    assert all(word in text for word in ("盘亏：1 种", "位置不符：1 种", "盘盈：1 种",
                                         "盘亏小计", "盘盈小计", "王敏", "转待核销", "-300.00", "搬去录课", "690123"))
    assert "\n合计" not in "".join(write("stocktake-differences")), "a gain makes no loss good: the kinds have no common sum"


def test_what_goes_to_the_bureau_names_who_reports_under_its_seal_and_the_unit(differing, write):
    for key in ("stocktake-rooms", "stocktake-keepers", "stocktake-classes", "stocktake-differences"):
        text = write(key)[0]
        assert all(word in text for word in ("填报单位（公章）：青禾小学", "金额单位：元", "单位负责人：")), key


def test_approval_and_report(differing, write):
    text = write("stocktake-approval")[0]
    assert all(word in text for word in ("1 种 3 件，账面价值 300.00 元", "1 种 2 件", "财务部门意见",
                                         "还有 1 种没有盘，盘完以前不能报批", "责任认定", "毕业搬离时丢失", "书柜", "2.00"))
    text = write("stocktake-report")[0]
    assert all(word in text for word in ("还有 1 种没有盘：教学楼 1层 102室", "账面价值（元）", "盘亏金额（元）", "毕业搬离时丢失"))
    assert "查明原因后报批" in "".join(text.split())     # running text: wherever its lines break
    commands.count_room(differing.id, differing.second)
    approval.approve(differing.id, "总〔2026〕3号", date(2026, 11, 21))
    assert "已经 总〔2026〕3号（2026年11月21日）批准" in write("stocktake-report")[0].replace("\n", "")


def test_a_report_calls_nothing_alike_that_was_not_counted_or_is_gone(begun, write):
    def proposal():
        text = "".join(write("stocktake-report")[0].split())
        return text[text.index("处理意见"):text.index("补充说明")]

    assert "清点还没有开始，盘完以前不能作出账实相符的结论。" in proposal()
    worthless = begun.card("旧挂图", yuan=0)
    again = begun.begin("期中")
    commands.count_lines(again, [Count(line.id, 0 if line.asset_id == worthless else line.quantity) for line in queries.lines(again)])
    assert "账实相符" not in proposal()
    assert "盘盈盘亏另附明细表和审批表" in proposal()
    line = next(line for line in queries.lines(again) if line.asset_id == worthless)
    commands.count_lines(again, [Count(line.id, 1, found_place_id=begun.second)])
    assert "批准后按实际情况改登记" in proposal()
    commands.count_lines(again, [Count(line.id, 1)])
    assert "账实相符，无须调整。" in proposal()


def test_what_is_gained_is_one_figure_on_every_paper(begun, write):
    commands.count_lines(begun.id, [Count(begun.line(begun.desk).id, 49)])
    for name, quantity, decision in (("书柜", 2, "入账"), ("屏风", 1, "待定"), ("私人茶几", 5, "不入账")):
        commands.record_find(begun.id, FindDraft(name=name, quantity=quantity, place_id=begun.first, decision=decision))
    assert queries.result(begun.id, "all")[0].gained == 7
    assert "3 种 7 件" in write("stocktake-approval")[0]
    assert "盘盈 7" in " ".join(write("stocktake-report")[0].split())
    assert queries.summed(queries.result(begun.id)).gained == 7


def test_term_start_stands_against_term_end(begun, write):
    with pytest.raises(Refused, match="只有一次盘点"):
        write("stocktake-comparison")
    first = begun.begin("期初", Scope((begun.first,)))
    commands.count_room(first, begun.first)
    text = write("stocktake-comparison", about=begun.id)[0]
    assert "期初 PD-2026-00002（2026年11月20日，盘点中）" in text
    assert "教学楼 1层 102室只有一次盘点的范围包括，不比。" in text
    assert "期末还有2种没有盘，不比" in "".join(text.split())
    commands.count_lines(begun.id, [Count(line.id, line.quantity) for line in queries.lines(begun.id)])
    text = write("stocktake-comparison", about=begun.id)[0]
    assert "48" in text


@pytest.mark.parametrize("key", KEYS)
def test_without_a_stocktake_there_is_nothing_to_print(started_ledger, tmp_path, key):
    for order in (Order(), Order(term="2026-2027-1"), Order(term="2020-2021-1"), Order(about=7)):
        with pytest.raises(Refused, match="还没有盘点"):
            features.form(key).write(order, tmp_path / "a.pdf", silent)
    assert list(tmp_path.glob("*.pdf")) == []


@pytest.mark.parametrize("key", ["stocktake-sheet", "stocktake-filled", "stocktake-register"])
def test_a_cancel_leaves_nothing(demo_ledger, tmp_path, key):
    def cancel(done, total, text=""):
        raise Cancelled

    with pytest.raises(Cancelled):
        features.form(key).write(Order(), tmp_path / "a.pdf", cancel)
    assert not (tmp_path / "a.pdf").exists()


def test_every_form_prints_the_demo_school_and_lies_both_ways(demo_ledger, write):
    for key in KEYS:
        form = features.form(key)
        assert form.about == "stocktake"
        if "own_pages" not in form.takes and "orientation" in form.takes:
            for orientation in ("portrait", "landscape"):
                assert "青禾小学" in write(key, orientation=orientation)[0]


def test_the_archive_names_the_stocktake(begun):
    for form in (*room_papers.FORMS, *papers.FORMS):
        assert form.scope(Order(about=begun.id)) == "PD-2026-00001 2026—2027学年第一学期期末盘点"
