"""Columns told apart by words, values and arithmetic; a tie or a weak word asks."""

import random
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.assets.sheets import FIELDS
from app.exchange.evidence import product
from app.exchange.headings import SURE, likeness, money_factor, money_unit_above, normal_heading
from app.exchange.matching import understand
from app.exchange.reading import Merged
from app.exchange.sheet_heads import HeaderGuess, find_header, heading_cells

HEADINGS = {
    "number": "资产编码 设备编码 物品编码 条码 卡号 财产号", "unit_price": "价格 购买价格 采购价格 采购价 购置价 单件价格 定价 价格(万元)",
    "value": "原价 总额 合计 价税合计", "name": "书名 设备名 资产名 产品名称 物资名称 器材名称",
    "quantity": "册数 个数 套数 实有数 库存数量 期末结存",
    "acquired_on": "采购时间 购置年份 年度", "place": "房间 教室 房号 存放地 场所 地址 使用班级",
    "keeper": "管理员 资产管理员 经管人 保管者 班主任 使用(保管)人", "class_name": "资产类型 设备类型 资产大类 所属大类",
    "status": "完好情况 目前状况 新旧程度", "model": "技术参数 配置", "opening_months": "已计提月数", "opening_depreciation": "已计提折旧",
    "life_years": "使用期限 耐用年限 折旧年限(年)", "department": "部门名称 使用部门名称", "supplier": "厂家名称",
}
SPEC = {spec.key: spec for spec in FIELDS}


@pytest.mark.parametrize(("key", "heading"), [(key, word) for key, words in HEADINGS.items() for word in words.split()])
def test_headings_of_real_files(key, heading):
    assert understand(["资产名称", heading] if key != "name" else [heading], FIELDS).columns[1 if key != "name" else 0] == key


@pytest.mark.parametrize(("key", "heading"), [
    ("acquired_on", "生产日期"), ("acquired_on", "报废日期"), ("name", "项目名称"), ("name", "区域名称"), ("name", "用户名称"), ("name", "部门名称"),
    ("user", "使用人EHR号"), ("quantity", "期初数量"), ("unit_price", "销售单价"), ("place", "采购地点说明")])
def test_headings_of_other_things(key, heading):
    assert likeness(normal_heading(heading), SPEC[key]) == 0


def test_a_company_is_no_unit():
    rows = [["课桌", "永安县教学仪器站"], ["课椅", "永安县教学仪器站"], ["黑板", "青山文具店"]]
    assert understand(["资产名称", "购买单位"], FIELDS, rows=rows).columns == {0: "name"}


def test_years_are_not_months():
    assert understand(["资产名称", "折旧年限（年）"], FIELDS).columns == {0: "name", 1: "life_years"}
    assert understand(["资产名称", "折旧年限（月）"], FIELDS).columns == {0: "name", 1: "life_months"}


def test_a_column_that_only_counts_the_rows_gives_way_to_one_that_is_named_the_number():
    rows = [[float(at), f"SB{at:05}", "课桌"] for at in range(1, 9)]
    found = understand(["编号", "设备编号", "名称"], FIELDS, rows=rows)
    assert found.columns == {1: "number", 2: "name"}
    assert found.questions == ()
    alone = understand(["编号", "放置处", "名称"], FIELDS, rows=rows)
    assert [(each.key, each.columns) for each in alone.questions] == [("number", (0,))]


def test_arithmetic_settles_which_money_is_which_and_says_so():
    rows = [["课桌", 45.0, 4500.0, 100.0], ["课椅", 40.0, 2000.0, 50.0], ["黑板", 2.0, 600.0, 300.0]]
    found = understand(["资产名称", "数量", "金额1", "金额2"], FIELDS, rows=rows)
    assert found.columns == {0: "name", 1: "quantity", 2: "value", 3: "unit_price"}
    assert any("100% 的行相符" in reason for choice in found.choices for reason in choice.reasons)
    assert found.questions == ()


MONEY = st.integers(1, 10**7).map(lambda fen: fen / 100)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(2, 500), MONEY), min_size=4, max_size=20), st.permutations(range(4)))
def test_arithmetic_holds_under_any_order_of_columns(lines, order):
    plain = [["物品", count, price, round(count * price, 2)] for count, price in lines]
    rows = [[row[at] for at in order] for row in plain]
    found = product(rows, order.index(1), {order.index(2): 1, order.index(3): 1}, {order.index(2): 1, order.index(3): 1})
    assert found is not None
    assert (found.price, found.amount) == (order.index(2), order.index(3))


@settings(max_examples=60, deadline=None)
@given(st.randoms(use_true_random=False))
def test_shuffled_columns_under_other_words_mean_the_same(chance: random.Random):
    words = [(key, chance.choice([SPEC[key].title, *SPEC[key].synonyms])) for key in ("name", "number", "quantity", "place", "keeper", "model")]
    chance.shuffle(words)
    columns = understand([word for _, word in words], FIELDS).columns
    assert columns == {at: key for at, (key, _) in enumerate(words)}


def test_two_columns_of_one_heading_are_asked_about():
    rows = [["课桌", 1.0, 2.0], ["课椅", 3.0, 4.0]]
    [question] = understand(["资产名称", "数量", "数量"], FIELDS, rows=rows).questions
    assert (question.key, question.columns) == ("quantity", (1, 2))
    assert understand(["资产名称", "数量", "数量"], FIELDS, rows=[["课桌", 1.0, 1.0], ["课椅", 3.0, 3.0]]).questions == ()


def test_a_weak_word_is_asked_about_and_remembered_choices_are_not():
    rows = [["课桌", "一楼教室"], ["课椅", "二楼教室"], ["黑板", "三楼教室"]]
    [question] = understand(["资产名称", "东校区地点"], FIELDS, rows=rows).questions
    assert (question.key, question.columns) == ("place", (1,))
    assert understand(["资产名称", "东校区地点"], FIELDS, {normal_heading("东校区地点"): "place"}, rows).questions == ()
    assert understand(["资产名称", "东校区地点"], FIELDS, {normal_heading("东校区地点"): ""}, rows).columns == {0: "name"}


def test_groups_over_heads_in_three_rows():
    rows = [["总务小学盘点表"], ["名称", "账面数", None, None, None, "实盘数", "存放地点"], [None, "数量", "金额", None, "时间", "数量", None],
            [None, None, "单价", "总额", None, None, None], ["课桌", 45.0, 100.0, 4500.0, "2019-09-01", 44.0, "101"]]
    merged = [Merged(1, 0, 1, 6), Merged(2, 1, 2, 4), Merged(3, 2, 3, 3), Merged(2, 0, 4, 0), Merged(2, 6, 4, 6)]
    guess = find_header(rows, FIELDS, merged)
    assert isinstance(guess, HeaderGuess)
    assert (guess.row_number, guess.depth) == (2, 3)
    heads = heading_cells(rows, 2, 3, merged)
    assert heads[1:5] == ["账面数 / 数量", "账面数 / 金额 / 单价", "账面数 / 金额 / 总额", "账面数 / 时间"]
    columns = understand(heads, FIELDS, rows=rows[4:]).columns
    assert {columns[0], columns[1], columns[2], columns[3], columns[6]} == {"name", "quantity", "unit_price", "value", "place"}


def test_every_sure_choice_has_a_reason_in_words():
    found = understand(["资产名称", "数量", "保管人"], FIELDS, rows=[["课桌", 45.0, "王敏"]] * 3)
    assert all(choice.score >= SURE and choice.reasons for choice in found.choices)
    assert found.choices[2].reasons == ("按标题“保管人”和内容认作保管人",)


@pytest.mark.parametrize(("heading", "factor"), [
    ("原值(万元)", 10_000), ("总价（万）", 10_000), ("金额(千元)", 1_000), ("金额（千）", 1_000), ("单价(元)", 1), ("万能表", 1), ("千斤顶单价", 1)])
def test_a_heading_says_what_its_amounts_count_in(heading, factor):
    assert money_factor(heading) == factor


@pytest.mark.parametrize(("line", "factor"), [
    ("单位：万元", 10_000), ("填报日期：2026年1月    单位：人民币万元", 10_000), ("金额单位:千元", 1_000), ("单位：元", 1), ("单位：永安小学", 1)])
def test_a_line_above_says_what_amounts_count_in(line, factor):
    assert money_unit_above(line) == factor


def test_arithmetic_says_which_of_several_columns_is_the_number():
    """学用数量 came first and would have been the number; the amount is of all copies."""
    rows = [["练习册", 46.65, 345.0, 2.0, 347.0, 16187.55], ["试卷", 20.0, 90.0, 10.0, 100.0, 2000.0], ["地图", 30.0, 9.0, 1.0, 10.0, 300.0]]
    found = understand(["产品名称", "定价", "学用数量", "教师数量", "合计数量", "金额"], FIELDS, rows=rows)
    assert {found.columns[at] for at in (1, 4, 5)} == {"unit_price", "quantity", "value"}
    assert found.columns[4] == "quantity"
    assert found.questions == ()


def test_a_number_that_no_word_speaks_for_is_asked_about():
    rows = [["玉米", 2.0, 40.0, 80.0], ["豆粕", 3.0, 50.0, 150.0], ["麸皮", 1.5, 10.0, 15.0]]
    found = understand(["物品名称", "单价", "需要量", "金额"], FIELDS, rows=rows)
    assert found.columns[2] == "quantity"
    assert [(question.key, question.columns) for question in found.questions] == [("quantity", (2,))]


def test_a_column_of_1_2_3_that_is_called_no_more_than_a_number_is_asked_about():
    rows = [[1.0, "课桌"], [2.0, "课椅"], [3.0, "黑板"]]
    assert [question.key for question in understand(["编号", "资产名称"], FIELDS, rows=rows).questions] == ["number"]
    assert understand(["资产编号", "资产名称"], FIELDS, rows=rows).questions == ()
    assert understand(["编号", "资产名称"], FIELDS, rows=[["0001", "课桌"], ["0002", "课椅"], ["0003", "黑板"]]).questions == ()


def test_an_address_of_a_network_is_no_place_and_a_word_over_a_group_names_nothing_under_it():
    assert understand(["资产名称", "IP地址", "存放办公地点"], FIELDS).columns == {0: "name", 2: "place"}
    assert understand(["资产名称", "单位：万元 / 附属设备"], FIELDS).columns == {0: "name"}


@pytest.mark.parametrize(("heading", "key"), [
    ("单价/元", "unit_price"), ("总价元", "value"), ("原值万元", "value"), ("标准存放地点", "place"),
    ("货品单价", "unit_price"), ("存货品名", "name")])
def test_words_around_a_field_s_own_change_nothing(heading, key):
    assert likeness(normal_heading(heading), SPEC[key]) >= SURE


def test_a_word_that_is_little_of_its_heading_names_nothing():
    assert understand(["资产名称", "数据来源文件说"], FIELDS).columns == {0: "name"}


def test_two_companies_are_enough_to_be_no_unit():
    rows = [["隧道一", "武汉隧道管理局"], ["隧道二", "南京隧道管理局"]]
    assert understand(["资产名称", "管养单位"], FIELDS, rows=rows).columns == {0: "name"}


def test_who_sold_it_comes_before_who_made_it():
    assert understand(["资产名称", "标准生产厂家", "标准经销商"], FIELDS).columns == {0: "name", 2: "supplier"}


def test_arithmetic_never_displaces_what_a_heading_surely_names():
    """器件清单: 数量 of one set × 套 = 余量 by accident; 单价 and 总价 stand there under their own names."""
    rows = [["电阻", 2.0, 0.1, 0.2, 3.0, 6.0], ["电容", 4.0, 0.5, 2.0, 3.0, 12.0], ["芯片", 3.0, 9.0, 27.5, 3.0, 9.0]]
    columns = understand(["名称", "数量", "单价", "总价", "库存余套", "库存余量"], FIELDS, rows=rows).columns
    assert (columns[2], columns[3]) == ("unit_price", "value")
    assert 4 not in columns


def test_prices_that_only_add_up_to_the_sheets_own_total_are_asked_about():
    """A price of 100 diodes times 100 would be 30 times the money that the sheet's own total names."""
    rows = [["二极管", 4.2, 100.0], ["电容", 3.93, 50.0], ["继电器", 12.5, 5.0], ["总计", 20.63, None]]
    [question] = understand(["元件", "价格", "数量"], FIELDS, {"元件": "name"}, rows).questions
    assert (question.key, question.columns, "一行的总价" in question.text) == ("unit_price", (1,), True)
    rows[-1][1] = 4.2 * 100 + 3.93 * 50 + 12.5 * 5
    assert understand(["元件", "价格", "数量"], FIELDS, {"元件": "name"}, rows).questions == ()


def test_an_amount_that_stands_in_few_rows_is_a_sum_of_several():
    rows = [["主板", 12.0, 1.0, 49.95], ["模块", 8.0, 1.0, None], ["白卡", 0.6, 2.0, None], ["屏", 14.5, 1.0, None]]
    assert understand(["资产名称", "单价", "数量", "总计"], FIELDS, rows=rows).columns == {0: "name", 1: "unit_price", 2: "quantity"}


@pytest.mark.parametrize("heading", ["成本单价(SGD)", "单价（美元）", "单价USD"])
def test_money_of_other_countries_is_none_of_ours(heading):
    assert understand(["资产名称", heading], FIELDS).columns == {0: "name"}


def test_addresses_on_the_web_are_no_rooms():
    rows = [["舵机", "https://item.example.com/1"], ["螺丝", ""], ["电池", "https://detail.example.com/2"], ["线", "www.example.com"]]
    assert understand(["资产名称", "地址"], FIELDS, rows=rows).columns == {0: "name"}


def test_a_day_beside_a_merged_label_makes_it_no_group():
    rows = [["固定资产清单"], ["当前日期", None, date(2024, 6, 4)], ["编号", "部门名称", "固定资产名称", "数量"], [1.0, "一车间", "电机", 2.0]]
    guess = find_header(rows, FIELDS, [Merged(1, 0, 1, 3), Merged(2, 0, 2, 1), Merged(2, 2, 2, 3)])
    assert guess is not None
    assert (guess.row_number, guess.depth) == (3, 1)


def test_a_number_that_most_rows_share_is_asked_about():
    """物料编码 of deliveries names an article; every second row would have been refused as a number used twice."""
    rows = [[f"15300-{at // 3}", f"螺丝 {at}"] for at in range(9)]
    [question] = understand(["物料编码", "物料名称"], FIELDS, rows=rows).questions
    assert (question.key, question.columns, "如“15300-0”" in question.text) == ("number", (0,), True)
    assert understand(["物料编码", "物料名称"], FIELDS, {"物料编码": "number"}, rows).questions == ()
    few = [[f"A{max(at, 2)}", f"螺丝 {at}"] for at in range(9)]    # three rows of one number: a slip
    assert understand(["物料编码", "物料名称"], FIELDS, rows=few).questions == ()


def test_codes_printed_on_goods_are_asked_about():
    goods = [["6901028191098", "毛巾"], ["6920152400777", "面"], ["2000004545666", "油"], ["6901234567892", "笔"]]
    [question] = understand(["商品条码", "商品名称"], FIELDS, rows=goods).questions
    assert (question.key, question.columns) == ("number", (0,))
    ours = [["6901028191090", "毛巾"], ["6920152400770", "面"], ["2000004545661", "油"]]   # no check digits: numbers of the office
    assert understand(["条码", "资产名称"], FIELDS, rows=ours).questions == ()
