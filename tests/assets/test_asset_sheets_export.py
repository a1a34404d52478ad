"""The export, read back with openpyxl: numbers are numbers, days are days, codes are text, and nothing is a formula."""

from datetime import date, datetime

import openpyxl
import pytest

from app.assets import commands, queries, sheets
from app.assets.fields import AssetDraft
from app.assets.importing import Source, run
from app.core.errors import Refused
from app.core.listing import Wish
from app.core.progress import Cancelled
from app.school import commands as school_commands
from app.school import place_commands
from app.school import queries as school
from app.school.rules import PersonDraft
from app.store import journal


@pytest.fixture
def exported(tmp_path):
    """Export and give (heads, rows as dictionaries of cells by head)."""
    def exported(wish=None):
        path = tmp_path / "台账.xlsx"
        count = sheets.export_ledger(path, wish)
        page = openpyxl.load_workbook(path).active
        lines = list(page.iter_rows())
        head = next(at for at, line in enumerate(lines) if line[0].value == "资产编号")
        heads = [cell.value for cell in lines[head]]
        rows = [dict(zip(heads, line, strict=True)) for line in lines[head + 1:head + 1 + count]]
        assert len(rows) == count
        return heads, rows
    return exported


@pytest.fixture
def card(started_ledger):
    place_commands.add_places("教学楼 1层 101室 教室")
    person = school_commands.add_person(PersonDraft("王敏")).made[0]
    department = school_commands.add_department("教务处").made[0]
    field = commands.save_extra_field(commands.ExtraDraft("层高", "数字")).made[0]
    return AssetDraft(
        name="=1+1", number="000123", class_code="2010301", serial="2010301000000", model="-KZY", voucher="0012", invoice="00089",
        quantity=45, unit_price=14_850, value=668_250, unit="张", acquired_on=date(2019, 9, 1), booked_on=date(2019, 9, 30),
        place_id=school.rooms()[0].id, keeper_id=person, user_id=person, department_id=department, life_months=180,
        opening_depreciation=1_005, opening_months=3, remark="@SUM(A1)\n第二行", status="闲置", extras={field: "3.6"},
        supplier="+86", old_number="1E5")


def test_each_value_has_its_own_sort_of_cell(card, exported):
    commands.register_asset(card)
    heads, (row,) = exported()
    assert heads[:4] == ["资产编号", "资产名称", "资产类别", "分类代码"]
    assert heads[-1] == "层高"
    texts = {"资产编号": "000123", "分类代码": "2010301", "序列号": "2010301000000", "凭证号": "0012", "发票号": "00089",
             "资产名称": "=1+1", "规格型号": "-KZY", "备注": "@SUM(A1)\n第二行", "供应商": "+86", "原资产编号": "1E5",
             "存放地点": "教学楼 1层 101室", "保管人": "王敏", "使用人": "王敏", "使用部门": "教务处", "使用状况": "闲置", "层高": "3.6"}
    for head, text in texts.items():
        assert (row[head].value, row[head].data_type) == (text, "s"), head
    for head, number in {"数量": 45, "单价": 148.5, "价值": 6_682.5, "期初累计折旧": 10.05, "折旧年限（月）": 180,
                         "期初已提月数": 3}.items():
        assert (row[head].value, row[head].data_type) == (number, "n"), head
    for head, day in {"取得日期": datetime(2019, 9, 1), "入账日期": datetime(2019, 9, 30)}.items():  # noqa: DTZ001  Excel knows no zones
        assert (row[head].value, row[head].is_date) == (day, True), head
    assert row["保修截止"].value is None
    assert "0.00" in row["价值"].number_format


def test_every_field_of_a_card_comes_back_from_its_own_export(card, tmp_path):
    identity = commands.register_asset(card).made[0]
    before = queries.card(identity)
    path = tmp_path / "台账.xlsx"
    sheets.export_ledger(path)
    journal.undo()
    source = Source(path)
    outcome = run(source, source.propose())
    assert (outcome.imported, outcome.errors) == (1, 0)
    (after,) = queries.cards(queries.matching_ids(Wish()))
    before.draft.remark = after.draft.remark  # only its line break is smoothed
    assert after.draft == before.draft
    assert (after.place, after.keeper, after.user, after.department) == (before.place, before.keeper, before.user, before.department)


def test_the_whole_demo_goes_out_by_number(demo_ledger, tmp_path):
    told = []
    path = tmp_path / "台账.xlsx"
    assert sheets.export_ledger(path, progress=lambda done, total, text="": told.append((done, total, text))) == 3_000
    assert told == [(0, 3_000, "读取卡片"), (1_000, 3_000, "读取卡片"), (2_000, 3_000, "读取卡片"), (3_000, 3_000, "写入工作簿")]
    book = openpyxl.load_workbook(path, read_only=True)
    rows = [row for row in book.active.iter_rows(values_only=True, max_col=12) if str(row[0]).startswith("ZC-")]
    book.close()  # a read-only book keeps its file open, and the warning would fail whichever test runs then
    assert [row[0] for row in rows] == sorted(row[0] for row in rows)
    total = queries.totals(Wish())
    heads = [column.key for column in sheets.export_columns()]
    assert sum(row[heads.index("quantity")] for row in rows) == total.pieces
    assert round(sum(row[heads.index("value")] for row in rows) * 100) == total.fen


def test_a_wish_narrows_and_orders_the_export(demo_ledger, exported):
    wish = Wish("钢琴", {"status": "在用"}, "value", True)
    _, rows = exported(wish)
    assert [row["资产编号"].value for row in rows] == [row[1] for row in queries.listing(wish, 10_000)]
    assert len(rows) > 1


def test_an_empty_ledger_gives_a_sheet_with_heads_only(started_ledger, exported):
    heads, rows = exported()
    assert rows == []
    assert len(heads) == len(set(heads)) == len(sheets.FIELDS) - 1


def test_a_retired_field_is_not_exported(card, exported):
    commands.register_asset(card)
    (extra,) = queries.extra_fields()
    commands.retire_extra_field(extra.id)
    heads, _ = exported()
    assert "层高" not in heads


def test_a_target_that_cannot_be_written_is_refused(started_ledger, tmp_path):
    with pytest.raises(Refused, match="没有"):
        sheets.export_ledger(tmp_path / "没有" / "台账.xlsx")
    (tmp_path / "夹.xlsx").mkdir()
    with pytest.raises(Refused):
        sheets.export_ledger(tmp_path / "夹.xlsx")


def test_a_cancel_leaves_nothing(demo_ledger, tmp_path):
    folder = tmp_path / "out"
    folder.mkdir()

    def cancel(done, total, text=""):
        raise Cancelled

    with pytest.raises(Cancelled):
        sheets.export_ledger(folder / "台账.xlsx", progress=cancel)
    assert list(folder.iterdir()) == []


def test_names_that_offices_use_stand_for_one_field_only():
    seen = {}
    for spec in sheets.FIELDS:
        for name in (spec.title, *spec.synonyms):
            assert seen.setdefault(name, spec.key) == spec.key, name
    assert [spec.key for spec in sheets.FIELDS if spec.required] == ["name"]
    for key, words in sheets.SYNONYMS.items():
        assert key in {spec.key for spec in sheets.FIELDS}
        assert all(words.values())
