"""The ledger's papers, written from the demo school and read back from the PDF."""

import re
from dataclasses import replace
from datetime import date

import pypdf
import pytest

from app import features
from app.assets import commands, papers, queries
from app.assets.fields import CATEGORIES, FIXED, LOW_VALUE, AssetDraft
from app.assets.importing import Source, run
from app.assets.tables import Asset
from app.core.errors import Refused
from app.core.listing import Wish
from app.core.money import format_fen
from app.core.progress import Cancelled, silent
from app.core.terms import chinese_day
from app.paper.forms import Order
from app.school import commands as school_commands
from app.school import place_commands
from app.school import queries as school
from app.school import settings as words
from app.school.rules import PersonDraft
from app.store import journal, settings

DAY = date(2027, 1, 15)
KEYS = [form.key for form in papers.FORMS]
SIGNERS = ("盘点人：", "监盘人：", "保管人/班主任：", "总务主任：")


class Paper:
    """A printed form read back."""

    def __init__(self, printed):
        with pypdf.PdfReader(printed.path) as reader:
            self.pages = [page.extract_text() for page in reader.pages]
            self.boxes = [(float(page.mediabox.width), float(page.mediabox.height)) for page in reader.pages]
        self.text = "\n".join(self.pages)
        self.warnings = printed.warnings
        assert printed.pages == len(self.pages)
        expected, of = 1, 0
        for number, page in enumerate(self.pages, 1):    # counted within what is filed alone, small within the whole job
            found = re.search(r"第 (\d+) 页　共 (\d+) 页", page)
            assert found
            of = int(found[2]) if expected == 1 else of
            assert (int(found[1]), int(found[2])) == (expected, of)
            assert (f"本批 {number}/{len(self.pages)}" in page) == (of != len(self.pages))
            expected = 1 if expected == of else expected + 1

    def rows(self, page=None):
        """Give (serial, the rest) of the lines that hold a card."""
        text = self.text if page is None else self.pages[page]
        found = re.finditer(r"^ ?(\d+)\s+(ZC-\d{4}-\d{5})(.*)$", text, re.MULTILINE)  # a long name is broken by the reader
        return [(int(row[1]), f"{row[2]} {row[3].strip()}") for row in found]


@pytest.fixture
def write(tmp_path):
    """Write a form and read it back."""
    def write(key, **order):
        form = features.form(key)
        dated = {"day": DAY} if "day" in form.takes else {}
        return Paper(form.write(Order(**{**dated, **order}), tmp_path / f"{key}.pdf", silent))
    return write


def lying(key, orientation="landscape"):
    """Give how a form lies where it can lie both ways; a card has its own page."""
    return {"orientation": orientation} if "orientation" in features.form(key).takes else {}


def rooms_named(*names):
    return tuple(room.id for name in names for room in school.rooms() if room.name == name)


def squeezed(text):
    """Give a text as the reader of a PDF may break it: without spaces."""
    return re.sub(r"\s", "", text)


# --- the inventory sheet -----------------------------------------------------------------------------------------


def test_the_inventory_of_the_whole_school(demo_ledger, write):
    paper = write("inventory")
    assert paper.warnings == ()
    heads = "序号 资产编号 名称 规格型号 单位 账面数 实盘数 完好 损坏 备注"
    for page in paper.pages:
        assert page.startswith("青禾小学期末财产盘点表")
        assert "2026—2027学年第一学期　基准日：2027年1月15日" in page
        assert heads in page
        assert "本页小计" in page
    stock = queries.by_room()
    starts = [at for at, page in enumerate(paper.pages) if paper.rows(at)[0][0] == 1]
    assert len(starts) == len(stock) == 89
    for room, start, end in zip(stock, starts, [*starts[1:], len(paper.pages)], strict=True):
        users = f"（{room.users}）" if room.users else ""
        assert all(squeezed(f"室名：{room.path}{users} 保管人：{room.keeper}") in squeezed(page) for page in paper.pages[start:end])
        serials = [serial for at in range(start, end) for serial, _ in paper.rows(at)]
        assert serials == list(range(1, room.cards + 1)), [paper.pages[at] for at in range(start, end)]
        last = paper.pages[end - 1]
        assert f"本室合计：{room.cards} 种 {room.pieces:,}" in last
        assert all(label in last for label in SIGNERS)
        assert ("学生代表：" in last) == (room.kind == "教室")
        assert "盘点日期：" in last
        assert "一式三份：总务处、保管人、财务室各存一份" in last
        assert not any("盘点人：" in page or "本室合计" in page for page in paper.pages[start:end - 1])
    assert sum(room.pieces for room in stock) == queries.totals(Wish()).pieces
    page_sums = [int(found.replace(",", "")) for found in re.findall(r"本页小计 ([\d,]+)", paper.text)]
    assert sum(page_sums) == queries.totals(Wish()).pieces


def test_book_figures_are_filled_and_hand_columns_blank(demo_ledger, write):
    (room,) = rooms_named("101室")
    paper = write("inventory", places=(room,))
    listed = {cells[1]: cells for cells in queries.listing(queries.room_wish(room))}
    rows = paper.rows()
    assert len(rows) == len(listed)
    for _, line in rows:
        number = line.split(" ")[0]
        _, _, name, model, _, quantity, unit = listed[number][:7]
        assert squeezed(line) == squeezed(f"{number}{name}{model}{unit}{quantity}")


def test_lying_on_its_side_it_shows_price_value_and_day(demo_ledger, write):
    (room,) = rooms_named("101室")
    paper = write("inventory", places=(room,), orientation="landscape")
    assert all(wide > high for wide, high in paper.boxes)
    assert "单位 账面数 单价 价值 取得日期 实盘数" in paper.text
    total = queries.totals(queries.room_wish(room))
    assert f"本室合计：{total.records} 种 {total.pieces} {format_fen(total.fen)}" in paper.text


def test_rooms_may_run_on(demo_ledger, write):
    rooms = rooms_named("101室", "会议室", "103室")
    apart, paper = write("inventory", places=rooms), write("inventory", places=rooms, own_pages=False)
    assert len(paper.pages) < len(apart.pages)
    stock = queries.by_room(rooms)
    for room in stock:
        assert paper.text.count(f"室名：{room.path}") >= 1
        assert f"本室合计：{room.cards} 种 {room.pieces}" in paper.text
    assert f"总计 {sum(room.pieces for room in stock)}" in paper.pages[-1]
    assert [serial for serial, _ in paper.rows()] == [serial for room in stock for serial in range(1, room.cards + 1)]
    assert all(label not in page for page in paper.pages[:-1] for label in ("盘点人：", "监盘人：", "总务主任："))
    assert all(label in paper.pages[-1] for label in ("盘点人：", "监盘人：", "总务主任："))
    assert paper.text.count("保管人/班主任：") == len(rooms), "who keeps a room signs below that room"
    assert "学生代表：" in paper.text
    assert "总计" not in write("inventory", places=rooms[:1], own_pages=False).text


def test_only_chosen_places_are_printed(demo_ledger, write):
    rooms = rooms_named("202室", "102室")
    for key in ("inventory", "inventory-summary", "asset-ledger", "asset-card"):
        text = squeezed(write(key, places=rooms, **lying(key)).text)
        assert "教学楼1层102室" in text
        assert "教学楼2层202室" in text
        assert "103室" not in text
        assert "音乐室" not in text


def test_cards_without_a_place_have_a_sheet_of_their_own(demo_ledger, write):
    paper = write("inventory", places=(0,))
    total = queries.totals(queries.room_wish(0))
    assert "室名：未登记地点" in paper.pages[0]
    assert f"本室合计：{total.records} 种 {total.pieces}" in paper.pages[-1]


@pytest.mark.parametrize("key", ["inventory", "inventory-full"])
def test_a_rooms_total_says_apart_what_is_booked_apart(started_ledger, write, key):
    place_commands.add_places("教学楼 1层 101室 教室\n教学楼 1层 102室 办公室")
    first, second = rooms_named("101室", "102室")
    for name, quantity, place, category in (("空调", 2, first, "固定资产"), ("课桌", 45, first, "低值易耗品"), ("课椅", 46, first, "低值易耗品"),
                                            ("音箱", 1, second, "固定资产")):
        commands.register_asset(AssetDraft(name=name, quantity=quantity, place_id=place, category=category))
    flat = [" ".join(page.split()) for page in write(key, places=(first, second), **lying(key)).pages]
    assert "固定资产 1 种 2 件、低值易耗品 2 种 91 件；本室合计：3 种 93" in flat[0]
    assert "均为固定资产；本室合计：1 种 1" in flat[1]
    assert "件；" not in flat[1]


def test_prices_on_the_inventory_name_their_unit(demo_ledger, write):
    assert "金额单位：元" in write("inventory", places=rooms_named("101室"), orientation="landscape").text
    assert "金额单位" not in write("inventory", places=rooms_named("101室")).text, "the upright sheet has no amounts"


def test_a_room_without_cards_gives_a_named_sheet_to_write_on(started_ledger, write):
    place_commands.add_places("教学楼 1层 101室 教室\n教学楼 1层 102室 办公室")
    rooms = rooms_named("101室", "102室")
    paper = write("inventory", places=rooms)
    assert [f"室名：教学楼 1层 {name}" in page for name, page in zip(("101室", "102室"), paper.pages, strict=True)] == [True, True]
    assert ["学生代表" in page for page in paper.pages] == [True, False]
    assert all("本室合计：0 种 0" in page for page in paper.pages)


@pytest.mark.parametrize("key", ["inventory", "inventory-full", "inventory-summary", "inventory-classes"])
def test_todays_figures_are_not_printed_as_those_of_another_term(demo_ledger, write, key):
    now = school.current_term().name
    assert f"{now.title}　基准日" in write(key, places=rooms_named("101室"), term=now.code).text
    with pytest.raises(Refused, match="台账里是现在的数，不能印成2024—2025学年第二学期的.*在“盘点”页选那一次"):
        write(key, places=rooms_named("101室"), term="2024-2025-2")


def test_signers_and_copies_are_the_schools_own(demo_ledger, write):
    settings.change({words.STOCKTAKER: "清点人", words.PUPIL: "", words.COPIES: ""})
    text = write("inventory", places=rooms_named("101室")).text
    assert "清点人：" in text
    assert "学生代表" not in text
    assert "一式" not in text
    assert "盘点人" not in text


# --- summaries ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("orientation", ["portrait", "landscape"])
def test_the_summary_by_room_has_every_room_and_the_ledgers_totals(demo_ledger, write, orientation):
    paper = write("inventory-summary", orientation=orientation)
    total = queries.totals(Wish())
    fixed = queries.fixed_by_room()
    for number, room in enumerate(queries.by_room(), 1):
        line = f"{number} {room.path} {room.keeper} {room.cards} {room.pieces:,} {format_fen(room.fen)} {format_fen(fixed.get(room.place, 0))}"
        assert squeezed(line) in squeezed(paper.text), line
    assert f"合计 {total.records:,} {total.pieces:,} {format_fen(total.fen)}" in paper.pages[-1]
    for page in paper.pages:
        assert squeezed("序号 存放地点 保管人 卡片数 账面数 账面价值（元） 其中固定资产（元） 实盘数 备注") in squeezed(page)
        assert "（按地点）" in page
    for label in ("盘点人：", "监盘人：", "总务主任：", "分管校长：", "单位负责人：", "填表日期："):
        assert label in paper.pages[-1]


def test_the_summary_by_class_agrees_too(demo_ledger, write):
    paper = write("inventory-classes")
    total = queries.totals(Wish())
    lines = [line for category in CATEGORIES for line in queries.by_class(category=category)]
    assert sum(line[2] for line in lines) == total.records
    for code, name, cards, pieces, fen in lines:
        assert squeezed(f"{code}{name}{cards:,}{pieces:,}{format_fen(fen)}") in squeezed(paper.text)
    assert f"合计 {total.records:,} {total.pieces:,} {format_fen(total.fen)}" in paper.pages[-1]


# --- ledger and cards --------------------------------------------------------------------------------------------


def test_the_six_classes_have_their_sums_whatever_table_a_code_is_of(started_ledger, write):
    for code, name, yuan, category in (
            ("A02010105", "", 4_000, FIXED), ("2010104", "", 3_000, FIXED), ("3700104", "", 900, FIXED), ("A05010201", "", 200, FIXED),
            ("6030000", "", 50, FIXED), ("5010000", "", 30, FIXED), ("", "通用设备", 5, FIXED), ("", "杂项", 7, FIXED),
            ("A02010105", "", 11, LOW_VALUE)):
        commands.register_asset(AssetDraft(name="物", class_code=code, class_name=name, unit_price=yuan * 100, category=category))
    text = write("six-classes").text
    for line in ("1 房屋和构筑物 0 0 0.00", "2 设备 4 4 7,905.00", "3 文物和陈列品 0 0 0.00", "4 图书和档案 1 1 30.00",
                 "5 家具和用具 1 1 200.00", "6 特种动植物 1 1 50.00", "7 未分类或其他代码 1 1 7.00", "固定资产合计 8 8 8,192.00",
                 "1 低值易耗品 1 1 11.00"):
        assert squeezed(line) in squeezed(text), line
    for words_ in ("填报单位（公章）：青禾小学", "金额单位：元", "财务账面原值", "已验收未入账", "已报废未销账", "财务负责人：", "单位负责人："):
        assert words_ in text
    text = write("inventory-classes").text
    for line in ("固定资产 · 设备", "设备小计：4 个分类 4 4 7,905.00", "低值易耗品小计：1 个分类 1 1 11.00", "合计 9 9 8,203.00"):
        assert squeezed(line) in squeezed(text), line


def test_fixed_assets_and_consumables_have_ledgers_and_cards_of_their_own(demo_ledger, write):
    rooms = rooms_named("101室")
    both = [row[0] for row in queries.listing(Wish(filters={"rooms": rooms}, sort="number"))]
    fixed, low = ([row[0] for row in queries.listing(Wish(filters={"rooms": rooms, "category": each}))] for each in CATEGORIES)
    assert fixed
    assert low
    told = write("asset-ledger", places=rooms, orientation="landscape").text
    assert "青禾小学固定资产台账" in told
    assert f"合计：{len(fixed):,} 张卡片" in told
    assert f"另有低值易耗品 {len(low):,} 张，见低值易耗品台账" in told
    told = write("low-value-ledger", records=tuple(both)).text
    assert "青禾小学低值易耗品台账" in told
    assert f"合计：{len(low):,} 张卡片" in told
    with pytest.raises(features.Refused, match="都是低值易耗品。请改印“低值易耗品台账”"):
        write("asset-ledger", records=tuple(low))
    cards = write("asset-card", records=(low[0], fixed[0])).text
    assert cards.index("固定资产卡片") < cards.index("低值易耗品卡片")


@pytest.mark.parametrize("orientation", ["portrait", "landscape"])
def test_the_ledger_lists_every_card_on_one_line_by_number(demo_ledger, write, orientation):
    rooms = rooms_named("101室", "校长室", "学生餐厅")
    paper = write("asset-ledger", places=rooms, orientation=orientation)
    wish = Wish(filters={"rooms": rooms, "category": FIXED}, sort="number")
    numbers = [row[1] for row in queries.listing(wish)]
    assert [line.split(" ")[0] for _, line in paper.rows()] == numbers
    assert [serial for serial, _ in paper.rows()] == list(range(1, len(numbers) + 1))
    total = queries.totals(wish)
    last = re.search(rf"合计：{total.records:,} 张卡片 (.*)", paper.pages[-1])[1]
    assert [word for word in last.split(" ") if word] == [f"{total.pieces:,}", format_fen(total.fen)]
    assert "截至 2027年1月15日" in paper.text
    assert "金额单位：元" in paper.text
    assert all("资产编号" in page and "本页小计" in page for page in paper.pages)


@pytest.mark.parametrize(("names", "scope"), [
    ((), "全校"), (("101室",), "教学楼 1层 101室"), (("101室", "102室", "103室"), "教学楼 1层 101室、教学楼 1层 102室等 3 处")])
def test_the_ledger_says_what_it_covers(demo_ledger, write, names, scope):
    with journal.operation("少几张"):  # a small ledger is enough here
        Asset.delete().where((Asset.id > 300) & (Asset.category == LOW_VALUE)).execute()
    order = {"places": rooms_named(*names)}
    assert f"范围：{scope}" in write("asset-ledger", **order, orientation="landscape").pages[0]
    assert features.form("asset-ledger").scope(Order(**order)) == scope
    assert features.form("asset-card").scope(Order(**order, records=(1, 2))) == "2 张卡片"


def test_what_lies_below_a_chosen_place_is_not_named_again(demo_ledger):
    floor = next(place for place in school.places_tree() if place.path == "食堂 1层")
    below = tuple(school.places_below(floor.id))
    assert school.scope(below) == "食堂 1层"
    assert school.scope((*below, 0)) == "食堂 1层、未登记地点"
    assert school.scope(below[:-1]).startswith("食堂 1层、食堂 1层 ")
    assert school.scope((0,)) == "未登记地点"


def test_chosen_cards_only(demo_ledger, write):
    ids = queries.matching_ids(Wish("钢琴"))[:3]
    paper = write("asset-ledger", records=tuple(ids), orientation="landscape")
    assert len(paper.rows()) == 3
    assert "范围：选定的 3 张卡片" in paper.text
    assert len(re.findall("资产编号：", write("asset-card", records=tuple(ids)).text)) == 3


def test_cards_stand_two_to_a_page_with_all_they_hold(demo_ledger, write):
    ids = queries.matching_ids(Wish(filters={"category": FIXED}, sort="number"))[:40]
    paper = write("asset-card", records=tuple(ids))
    assert len(paper.pages) == 20
    for at, card in enumerate(queries.cards(ids)):
        page = squeezed(paper.pages[at // 2])
        draft = card.draft
        for value in (f"资产编号：{draft.number}", draft.name, draft.class_code, draft.model, f"{draft.quantity}{draft.unit}",
                      format_fen(draft.unit_price), format_fen(draft.value), draft.status, card.place, card.keeper,
                      chinese_day(draft.acquired_on) if draft.acquired_on else "", draft.voucher, draft.supplier):
            assert squeezed(value) in page, value
    assert "变动记录" in paper.pages[0]
    assert "建立示范台账" in paper.pages[0]


def test_own_fields_and_history_stand_on_the_card(started_ledger, write):
    field = commands.save_extra_field(commands.ExtraDraft("层高", "数字")).made[0]
    identity = commands.register_asset(AssetDraft(name="库房", life_months=360, extras={field: "3.6"})).made[0]
    draft = queries.card(identity).draft
    draft.status = "闲置"
    commands.edit_asset(identity, draft)
    text = write("asset-card", records=(identity,)).text
    for word in ("层高", "3.6", "360 个月", "登记资产 ZC-2026-00001 库房", "修改资产", "使用状况：在用 → 闲置", "2026年11月21日"):
        assert word in text


# --- words as they are -------------------------------------------------------------------------------------------


@pytest.fixture
def odd(started_ledger):
    """A card, a room and a keeper with names that markup, formats and poor fonts stumble over."""
    place_commands.add_places("实验楼 1层 <i>室")
    keeper = school_commands.add_person(PersonDraft("王䶮㛃")).made[0]
    room = next(place.id for place in school.places_tree() if "<i>" in place.name)
    place_commands.set_keeper([room], keeper)
    commands.register_asset(AssetDraft(name="<b>龘䶮㛃</b> & &amp; %s {0} \\n", place_id=room, keeper_id=keeper))


@pytest.mark.parametrize("key", ["inventory", "inventory-summary", "asset-ledger", "asset-card"])
def test_names_are_text_never_markup(odd, write, key):
    paper = write(key, **lying(key))
    text = squeezed(paper.text)
    if key != "inventory-summary":
        assert squeezed("<b>龘䶮㛃</b> & &amp; %s {0} \\n") in text
    assert "实验楼1层<i>室" in text
    assert "王䶮㛃" in text
    assert paper.warnings == ()


@pytest.mark.parametrize("key", KEYS)
def test_a_character_that_no_typeface_has_is_named(started_ledger, write, key):
    commands.register_asset(AssetDraft(name="灯\U0002A700", class_code="自编", class_name="类\U0002A700"))
    if key == "inventory-summary":
        place_commands.add_places("楼 1层 室\U0002A700")
        room = school.rooms()[0].id
        commands.register_asset(AssetDraft(name="灯", place_id=room))
    if key == "low-value-ledger":
        commands.register_asset(AssetDraft(name="灯\U0002A700", category=LOW_VALUE))
    if key == "room-posting":       # what has no place hangs nowhere
        place_commands.add_places("楼 1层 室\U0002A700")
        commands.register_asset(AssetDraft(name="灯", place_id=school.rooms()[0].id))
    if key == "six-classes":        # it names no card: the school does
        settings.change({words.NAME: "学校\U0002A700"})
    (warning,) = write(key).warnings
    assert "“\U0002A700”（U+2A700）" in warning
    assert "手写" in warning


# --- nothing, and half ways --------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("orientation", ["portrait", "landscape"])
def test_an_empty_ledger_prints_an_empty_form(started_ledger, write, key, orientation):
    paper = write(key, **lying(key, orientation))
    assert len(paper.pages) == 1
    assert "青禾小学" in paper.text


@pytest.mark.parametrize(("key", "calls"), [
    *((key, 0) for key in KEYS), ("inventory", 2), ("asset-ledger", 1), ("asset-card", 1)])
def test_a_cancel_leaves_nothing(demo_ledger, tmp_path, key, calls):
    folder = tmp_path / "out"
    folder.mkdir()
    told = []

    def cancel(done, total, text=""):
        told.append((done, total))
        if len(told) > calls:
            raise Cancelled

    with pytest.raises(Cancelled):
        features.form(key).write(Order(), folder / "paper.pdf", cancel)
    assert list(folder.iterdir()) == []


def test_forms_say_how_they_usually_lie():
    assert [(form.key, form.orientation) for form in papers.FORMS] == [
        ("inventory", "portrait"), ("inventory-full", "landscape"), ("class-register", "portrait"), ("keeper-list", "portrait"),
        ("room-posting", "portrait"), ("inventory-summary", "portrait"),
        ("inventory-classes", "portrait"), ("six-classes", "landscape"),
        ("asset-ledger", "landscape"), ("low-value-ledger", "landscape"), ("asset-card", "portrait")]
    with pytest.raises(features.Refused, match="inventory-summary"):
        features.form("labels")


def test_a_signer_that_the_school_left_empty_has_no_box(demo_ledger, write):
    signers = (words.STOCKTAKER, words.OBSERVER, words.KEEPER, words.PUPIL, words.DIRECTOR, words.VICE_PRINCIPAL, words.PRINCIPAL,
               words.HEAD)
    settings.change({words.OBSERVER: "", words.VICE_PRINCIPAL: ""})
    room = {"places": rooms_named("101室")}     # one room's papers end as the whole school's do
    for key in ("inventory-summary", "asset-ledger"):
        last = write(key, **room).pages[-1]
        assert "总务主任：" in last
        assert "监盘人：" not in last
        assert "分管校长：" not in last
    settings.change(dict.fromkeys(signers, ""))
    for form in papers.FORMS:
        last = write(form.key, **room).pages[-1]
        assert "日期：" in last
        assert "总务主任：" not in last


# --- the bureau's sheet and the register ---------------------------------------------------------------------------------


def test_the_register_is_printed_before_a_stocktake_is_open_and_signed_twice(started_ledger, write):
    place_commands.add_places("教学楼 1层 101室 教室\n教学楼 1层 102室 办公室")
    first, second = rooms_named("101室", "102室")
    for number in (20, 25):
        commands.register_asset(AssetDraft(name="课桌", model="70cm", unit="张", quantity=number, place_id=first))
    commands.register_asset(AssetDraft(name="电脑", unit="台", place_id=second))
    paper = write("class-register")
    assert "课桌 70cm 张 45" in paper.pages[0], "what is alike stands on one line"
    assert [page.count("班主任：") for page in paper.pages] == [2, 0]
    assert [page.count("室长：") for page in paper.pages] == [0, 2]
    for page in paper.pages:
        assert page.index("期初登记") < page.index("期末复查")
        assert all(word in page for word in ("短少损坏", "原因", "处理", "资产管理员：", "一式两份"))


def test_the_full_inventory_is_offered_beside_the_short_one(demo_ledger, write):
    rooms = rooms_named("101室")
    paper = write("inventory-full", places=rooms)
    total = queries.totals(queries.room_wish(rooms[0]))
    assert f"本室合计：{total.records} 种 {total.pieces} {format_fen(total.fen)}" in paper.text
    for word in ("账面原值", "盘盈", "盘亏", "差异原因", "处理意见", "使用人", "实际地点、使用人", "单位负责人（公章）："):
        assert word in paper.text


def test_each_keeper_confirms_what_he_keeps(started_ledger, write):
    place_commands.add_places("教学楼 1层 101室 教室")
    room = school.rooms()[0].id
    wang, an = (school_commands.add_person(PersonDraft(name)).made[0] for name in ("王敏", "安平"))
    for name, keeper, yuan in (("课桌", wang, 100), ("电脑", wang, 4_000), ("钢琴", an, 9_000), ("无主的柜子", None, 50)):
        commands.register_asset(AssetDraft(name=name, unit_price=yuan * 100, place_id=room, keeper_id=keeper))
    pages = write("keeper-list").pages
    assert [re.search("保管人：(\\S+)", page)[1] for page in pages] == ["安平", "王敏", "没有登记"]
    assert "合计：2 张卡片 2 4,100.00" in pages[1]
    assert all("账物已核对相符" in page for page in pages)
    assert ["保管人签字：" in page for page in pages] == [True, True, False]


def test_what_hangs_in_a_room_has_no_amounts(started_ledger, write):
    place_commands.add_places("教学楼 1层 101室 教室")
    room = school.rooms()[0].id
    for number in (20, 25):
        commands.register_asset(AssetDraft(name="课桌", unit="张", quantity=number, unit_price=12_345, place_id=room))
    (page,) = write("room-posting").pages
    assert "课桌 张 45" in page
    assert "123.45" not in page
    assert "请爱护公物" in page


def test_a_card_that_came_by_an_import_says_so_and_nothing_of_the_other_rows(started_ledger, write, tmp_path):
    path = tmp_path / "台账.csv"
    path.write_text("资产名称,数量\n课桌,1\n课椅,1\n显微镜,若干", "utf-8")
    source = Source(path)
    run(source, replace(source.propose(), skip_bad=True))
    card = queries.matching_ids(Wish())[0]
    commands.edit_asset(card, replace(queries.card(card).draft, remark="新漆"))
    text = write("asset-card", records=(card,)).text
    assert "导入台账时建卡" in text
    assert "备注：空 → 新漆" in text
    assert "有问题" not in text
