"""An office's own stock workbook: read, rehearsed, taken in as one step; what is doubtful is told or refused, never guessed."""

from datetime import date

import openpyxl
import pytest

from app.stock import importing, queries
from app.stock.importing import StockPlanIn
from app.store import journal
from app.store.database import scalar

PLAN = StockPlanIn(date(2026, 9, 1), 1)
HEAD = ("序号", "物品名称", "规格型号", "单位", "结存数量", "单价", "金额", "类别", "存放柜")
ROWS = ((1, "粉笔", "白色", "盒", 100, 2.5, 250, "教学用品", "A1"), (2, "A4纸", "70克", "包", "40包", 20, None, "办公用品", "A2"),
        (3, "扫帚", None, "把", 0, None, None, None, None), ("合计", None, None, None, 140, None, 1050, None, None))


@pytest.fixture
def book(tmp_path):
    def made(*rows, head=HEAD, name="库存表.xlsx"):
        sheet = openpyxl.Workbook()
        page = sheet.active
        page.append(["青禾小学库存表"])
        page.append(list(head))
        for row in rows:
            page.append(list(row))
        sheet.save(tmp_path / name)
        return tmp_path / name
    return made


def test_it_comes_in_as_opening_balances_and_goes_as_one_step(started_ledger, book):
    path = book(*ROWS)
    rehearsed = importing.run(path, PLAN, rehearse=True)
    assert rehearsed.sentence() == "导入 3 种物品（其中新物品 3 种），库存金额 1,050.00 元"
    assert rehearsed.unused == ["序号", "存放柜"]
    assert scalar("SELECT count(*) FROM stock_item") == 0
    done = importing.run(path, PLAN)
    assert (done.refused, done.number, [entry.what for entry in done.entries]) == (False, "RK-2026-00001", ["新物品", "新物品", "没有库存"])
    assert {(row.title, row.quantity, row.fen, row.category) for row in queries.find_items("")} == {
        ("扫帚", 0, 0, ""), ("粉笔 白色", 100_000, 25_000, "教学用品"), ("A4纸 70克", 40_000, 80_000, "办公用品")}
    again = importing.run(path, PLAN)
    assert again.refused
    assert again.twice is not None
    journal.undo(done.step.id)
    assert scalar("SELECT count(*) FROM stock_item") == 0


def test_what_is_wrong_is_told_row_by_row(started_ledger, book):
    path = book((1, "粉笔", "", "盒", 100, 2.5, 300, "", ""), (2, "扫帚", "", "", 3, 2, 6, "", ""), (3, "拖把", "", "把", None, 2, None, "", ""),
                (4, "水桶", "", "个", 2, None, None, "", ""), (5, "抹布", "", "块", "12包", 1, 12, "", ""),
                (6, "肥皂", "", "块", 3, 1, 3, "洗涤", ""),
                (7, "肥皂", "", "块", 2, 1, 2, "", ""))
    found = importing.run(path, PLAN)
    assert found.refused
    assert [(problem.row, problem.level, problem.text[:9]) for problem in found.problems] == [
        (3, "error", "单价 × 数量是 "), (4, "error", "没有单位，请填写。"), (5, "error", "没有数量；确实没有"), (6, "error", "没有单价，也没有金"),
        (7, "error", "数量写的是“包”，"), (8, "warning", "设置里没有这个类别"), (9, "warning", "与第 8 行是同一")]
    done = importing.run(path, StockPlanIn(date(2026, 9, 1), 1, skip_bad=True))
    assert done.sentence() == "导入 2 种物品（其中新物品 2 种），库存金额 5.00 元，5 行有问题"
    assert [(row.title, row.quantity) for row in queries.find_items("肥皂")] == [("肥皂", 5000)]
    more = importing.run(book((1, "肥皂", "", "块", 3, 1, 3, "", ""), name="另一张.xlsx"), PLAN)
    assert "不能再导入期初" in more.problems[0].text


def test_an_amount_that_is_only_rounded_is_taken(started_ledger, book):
    done = importing.run(book((1, "本子", "", "本", 3, 0.33, 1, "", "")), PLAN)
    assert [entry.fen for entry in done.entries] == [100]


def test_on_the_command_line(school_run, book):
    path = book(*ROWS)
    assert "将会导入 3 种物品" in school_run("import", "stock", path, "--dry-run").out
    facts = school_run("import", "stock", path, "--day", "2026-09-01", "--json").json
    assert (facts["items"], facts["fen"], facts["refused"]) == (3, 105_000, False)
    assert "请加 --again" in school_run("import", "stock", path).out
    assert "没有“编号”这个字段" in school_run("import", "stock", path, "--map", "序号=编号").err
    assert "没有认出库存表" in school_run("import", "stock", book((1, 2), head=("甲", "乙"), name="x.xlsx")).err
    assert school_run("stock", "balance", "--day", "2026-08-31").out.startswith("共 0 种")
