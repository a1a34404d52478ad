"""What each verb of the store writes, refuses, and says; slips are numbered, dated late, voided and undone."""

from datetime import date

import pytest

from app.core.errors import Invalid, Refused
from app.school.tables import Department, SchoolClass
from app.stock import checks, commands, items, months, movements
from app.stock.rules import Back, In, ItemDraft, Out, Receiver
from app.stock.tables import StockStoreroom
from app.store import journal
from app.store.database import database, scalar

TO = Receiver(department=1)


@pytest.fixture
def goods(ledger, stopped_clock):
    """Give the ids of 粉笔 and A4纸 (1箱 = 8包) in a ledger with a department, a class and two storerooms."""
    with journal.operation("开库") as work:
        Department.insert(name="教导处").execute()
        SchoolClass.insert(school_year=2026, grade=3, number=1, name="三年级1班").execute()
        StockStoreroom.insert(name="分保管室").execute()
        work.made(items.found_or_made("粉笔", "白色", "盒"))
        work.made(items.write(ItemDraft("A4纸", "70克", "包", "箱", 8000)))
    return work.done.made


def movement(slip, at=0):
    return database.execute_sql(
        "SELECT id, quantity, fen, difference, booked_on FROM stock_movement WHERE slip_id = ? ORDER BY id", (slip,)).fetchall()[at]


def balance(item, store=1):
    return database.execute_sql("SELECT sum(quantity), sum(fen) FROM stock_movement WHERE item_id = ? AND storeroom_id = ? AND stands",
                                (item, store)).fetchone()


def test_receive_and_issue(goods):
    chalk, paper = goods
    made = commands.receive(date(2026, 11, 2), 1, [In(chalk, 10_000, 2500), In(paper, 4000, 8000)], "为民文具店", "张伟、王芳")
    assert made.title == "入库 RK-2026-00001"
    out = commands.issue(date(2026, 11, 3), 1, [Out(chalk, 4000), Out(paper, 500, swapped=True)], Receiver(school_class=1))
    assert out.title == "领用 CK-2026-00001"
    assert movement(out.made[0])[1:4] == (-4000, -1000, 0)
    assert movement(out.made[0], 1)[1:4] == (-500, -1000, 0)
    assert scalar("SELECT receiver FROM stock_slip WHERE id = ?", (out.made[0],)) == "三年级1班"
    assert balance(chalk) == (6000, 1500)
    journal.undo(out.id)
    journal.undo(made.id)
    assert balance(chalk) == (None, None)


def test_everything_wrong_is_said_at_once(goods):
    chalk, paper = goods
    commands.receive(date(2026, 11, 2), 1, [In(chalk, 10_000, 2500), In(paper, 4000, 8000)])
    with pytest.raises(Invalid) as wrong:
        commands.issue(date(2026, 11, 3), 1, [Out(chalk, 10_500), Out(paper, 4000), Out(paper, 500)], TO)
    assert [(each.row, each.field) for each in wrong.value.problems] == [(-1, "quantity"), (-3, "quantity")]
    assert wrong.value.problems[0].text == "“粉笔 白色”总保管室 2026-11-03 只有 10盒，不够CK-2026-00001的 10.5盒。"
    with pytest.raises(Invalid) as wrong:
        commands.issue(date(2026, 11, 22), 1, [Out(chalk, 0)], Receiver())
    assert [each.field for each in wrong.value.problems] == ["dated_on", "quantity", "receiver"]
    with pytest.raises(Invalid):
        commands.receive(None, 1, [])
    with pytest.raises(Refused, match="保管室已经不在"):
        commands.receive(date(2026, 11, 3), 9, [In(chalk, 1000, 1)])
    with pytest.raises(Refused, match="物品已经不在"):
        commands.receive(date(2026, 11, 3), 1, [In(99, 1000, 1)])
    with pytest.raises(Refused, match="领用人已经不在"):
        commands.issue(date(2026, 11, 3), 1, [Out(chalk, 1000)], Receiver(person=99))
    assert scalar("SELECT count(*) FROM stock_slip") == 1


def test_a_line_dated_back_costs_later_ones_anew_and_says_so(goods):
    chalk, _ = goods
    commands.receive(date(2026, 11, 2), 1, [In(chalk, 10_000, 1000)])
    out = commands.issue(date(2026, 11, 5), 1, [Out(chalk, 5000)], TO)
    late = commands.receive(date(2026, 11, 3), 1, [In(chalk, 10_000, 3000)])
    assert late.title == "入库 RK-2026-00002（之后 1 行的成本随之重算）"
    assert movement(out.made[0])[2] == -1000
    journal.undo(late.id)
    assert movement(out.made[0])[2] == -500
    with pytest.raises(Refused, match=r"这样一来，“粉笔 白色”总保管室 2026-11-05 只有 4盒，不够CK-2026-00001的 5盒。请先处理那张单据。"):
        commands.issue(date(2026, 11, 4), 1, [Out(chalk, 6000)], TO)


def test_void_keeps_the_number_and_costs_later_lines_anew(goods):
    chalk, _ = goods
    commands.receive(date(2026, 11, 2), 1, [In(chalk, 10_000, 1000)])
    dear = commands.receive(date(2026, 11, 3), 1, [In(chalk, 10_000, 3000)])
    out = commands.issue(date(2026, 11, 5), 1, [Out(chalk, 5000)], TO)
    void = commands.void_slips(dear.made, "开错了")
    assert void.title == "作废 RK-2026-00002（之后 1 行的成本随之重算）"
    assert movement(out.made[0])[2] == -500
    assert commands.receive(date(2026, 11, 3), 1, [In(chalk, 1000, 100)]).title.startswith("入库 RK-2026-00003")
    with pytest.raises(Refused, match="有已经作废的"):
        commands.void_slips(dear.made, "又来")
    commands.issue(date(2026, 11, 6), 1, [Out(chalk, 6000)], TO)
    with pytest.raises(Refused, match="2026-11-05 只有 1盒，不够CK-2026-00001"):
        commands.void_slips([1], "开错了")


def test_an_undo_that_would_leave_wrong_costs_is_refused(goods):
    chalk, _ = goods
    commands.receive(date(2026, 11, 2), 1, [In(chalk, 10_000, 1000)])
    dear = commands.receive(date(2026, 11, 3), 1, [In(chalk, 10_000, 3000)])
    out = commands.issue(date(2026, 11, 5), 1, [Out(chalk, 5000)], TO)
    with pytest.raises(Refused, match="领用 CK-2026-00001 等 1 行是按它算的成本。请改用作废"):
        journal.undo(dear.id)
    journal.undo(out.id)
    journal.undo(dear.id)
    assert balance(chalk) == (10_000, 1000)


def test_signed_slips_are_voided_only(goods):
    chalk, _ = goods
    commands.receive(date(2026, 11, 2), 1, [In(chalk, 10_000, 1000)])
    out = commands.issue(date(2026, 11, 5), 1, [Out(chalk, 5000)], TO)
    signed = commands.sign_slips(out.made)
    assert signed.title == "签回 CK-2026-00001"
    assert commands.sign_slips(out.made) is None
    with pytest.raises(Refused, match="后来的“签回 CK-2026-00001”"):
        journal.undo(out.id)
    commands.void_slips(out.made, "领错了")
    assert balance(chalk) == (10_000, 1000)
    with pytest.raises(Refused, match="还没有到"):
        commands.sign_slips([1], date(2027, 1, 1))


def test_what_rests_on_a_slip_goes_first(goods):
    chalk, _ = goods
    bought = commands.receive(date(2026, 11, 2), 1, [In(chalk, 10_000, 1000)])
    out = commands.issue(date(2026, 11, 5), 1, [Out(chalk, 5000)], TO)
    back = commands.give_back(date(2026, 11, 6), 1, [Back(movement(out.made[0])[0], 2000)])
    assert movement(back.made[0])[1:3] == (2000, 200)
    assert scalar("SELECT receiver FROM stock_slip WHERE id = ?", back.made) == "教导处"
    with pytest.raises(Refused, match="TC-2026-00001 是对着 CK-2026-00001 登记的，请先作废它。"):
        commands.void_slips(out.made, "开错了")
    with pytest.raises(Invalid, match="对应的单据只剩 3盒"):
        commands.give_back(date(2026, 11, 6), 1, [Back(movement(out.made[0])[0], 3500)])
    with pytest.raises(Invalid, match="日期早于对应的领用"):
        commands.give_back(date(2026, 11, 4), 1, [Back(movement(out.made[0])[0], 1000)])
    gone = commands.return_to_supplier(date(2026, 11, 6), [Back(movement(bought.made[0])[0], 1000)])
    assert gone.title == "退供应商 RK-2026-00002"
    assert movement(gone.made[0])[1:4] == (-1000, -100, 0)
    commands.void_slips([*out.made, *back.made], "都开错了")     # the latest first
    assert balance(chalk) == (9000, 900)


def test_a_later_price_is_a_line_of_its_own(goods):
    chalk, _ = goods
    bought = commands.receive(date(2026, 11, 2), 1, [In(chalk, 10_000, 1000)], "为民文具店")
    commands.issue(date(2026, 11, 5), 1, [Out(chalk, 5000)], TO)
    line = movement(bought.made[0])[0]
    with journal.operation("价差"):
        slip = movements.settle_price(line, 1200, date(2026, 11, 8))
        assert movements.settle_price(line, 1200, date(2026, 11, 9)) is None
    assert movement(slip.id)[1:4] == (0, 100, 100)
    assert balance(chalk) == (5000, 600)
    assert database.execute_sql("SELECT supplier, remark FROM stock_slip WHERE id = ?", (slip.id,)).fetchone() == (
        "为民文具店", "RK-2026-00001 原价 10.00 元，发票 12.00 元")
    with journal.operation("价差"):
        later = movements.settle_price(line, 1100, date(2026, 11, 9))
    with pytest.raises(Refused, match=f"{later.number} 是对着 {slip.number}"):
        commands.void_slips([slip.id], "错了")


def test_direct_issue_bears_its_later_price_itself(goods):
    chalk, _ = goods
    commands.receive(date(2026, 11, 1), 1, [In(chalk, 10_000, 1000)])
    with journal.operation("直接领用"):
        bought = movements.receive(date(2026, 11, 2), 1, [In(chalk, 4000, 4000)])
        out = movements.issue(date(2026, 11, 2), 1, [Out(chalk, 4000, bought.movements[0])], TO)
    assert movement(out.id)[2] == -4000
    assert balance(chalk) == (10_000, 1000)
    with journal.operation("价差"):
        slip = movements.settle_price(bought.movements[0], 4400, date(2026, 11, 8))
    assert movement(slip.id)[1:4] == (0, 0, 400)
    assert scalar("SELECT department_id FROM stock_slip WHERE id = ?", (slip.id,)) == 1
    with pytest.raises(Invalid, match="同一天、同一保管室、同一物品"), journal.operation("直接领用"):
        movements.issue(date(2026, 11, 3), 1, [Out(chalk, 1000, bought.movements[0])], TO)


def test_transfer_and_scrap(goods):
    chalk, paper = goods
    commands.receive(date(2026, 11, 2), 1, [In(chalk, 3000, 100)])
    moved = commands.transfer(date(2026, 11, 3), 1, 2, [Out(chalk, 1000)])
    assert moved.title == "调库 DK-2026-00001"
    assert balance(chalk) == (2000, 67)
    assert balance(chalk, 2) == (1000, 33)
    with pytest.raises(Invalid) as wrong:
        commands.transfer(date(2026, 11, 3), 1, 2, [Out(chalk, 1000), Out(paper, 1000)])
    assert [each.row for each in wrong.value.problems] == [-2]
    with pytest.raises(Invalid, match="同一个"):
        commands.transfer(date(2026, 11, 3), 1, 1, [Out(chalk, 1000)])
    with pytest.raises(Invalid, match="写明原因"):
        commands.scrap(date(2026, 11, 3), 2, [Out(chalk, 1000)], " ")
    commands.scrap(date(2026, 11, 3), 2, [Out(chalk, 1000)], "受潮")
    assert balance(chalk, 2) == (0, 0)


def test_an_issued_month_takes_no_more_lines(goods):
    chalk, _ = goods
    bought = commands.receive(date(2026, 9, 2), 1, [In(chalk, 10_000, 1000)])
    with pytest.raises(Refused, match="还没有过完"):
        months.issue_month("2026-11")
    issued = months.issue_month("2026-9")
    assert issued.title == "月结 2026-09"
    with pytest.raises(Refused, match="已经月结过"):
        months.issue_month("2026-08")
    late = commands.issue(date(2026, 9, 20), 1, [Out(chalk, 5000)], TO)
    assert movement(late.made[0])[4] == "2026-10-01"
    assert scalar("SELECT dated_on FROM stock_slip WHERE id = ?", late.made) == "2026-09-20"
    with pytest.raises(Refused, match="RK-2026-00001 记在2026-09，这个月已经月结，不能作废。要退货请登记退供应商。"):
        commands.void_slips(bought.made, "开错了")
    with pytest.raises(Refused, match="补记了 1 张"):
        months.retract_month("漏了")
    with pytest.raises(Refused, match="补记了 1 张"):
        journal.undo(issued.id)
    journal.undo(late.id)
    months.retract_month("漏了")
    with pytest.raises(Refused, match="没有可以取消的"):
        months.retract_month("漏了")
    commands.void_slips(bought.made, "开错了")


def test_undoing_a_line_of_an_issued_month_is_refused(goods):
    chalk, _ = goods
    bought = commands.receive(date(2026, 9, 2), 1, [In(chalk, 10_000, 1000)])
    months.issue_month("2026-09")
    with pytest.raises(Refused, match="2026-09 已经月结"):
        journal.undo(bought.id)


def test_items_are_found_by_folded_words(goods):
    chalk, paper = goods
    with journal.operation("找"):
        assert items.found_or_made("粉笔 ", "白色", "盒") == chalk
        assert items.found_or_made("ａ4纸", "70克", "包") == paper
        assert items.found_or_made("粉笔", "彩色", "盒") not in goods
        with pytest.raises(Invalid, match=r"“A4纸”在仓库按“包”记账（1箱=8包），请把数量折成包。"):
            items.found_or_made("A4纸", "70克", "箱")
        with pytest.raises(Invalid, match="请填写单位"):
            items.found_or_made("拖把", "", "")


def test_the_check_of_the_ledger_finds_what_is_wrong(goods):
    chalk, _ = goods
    commands.receive(date(2026, 11, 2), 1, [In(chalk, 10_000, 1000)])
    commands.issue(date(2026, 11, 3), 1, [Out(chalk, 5000)], TO)
    assert list(checks.stock_sound()) == []
    with journal.operation("手"):
        database.execute_sql("UPDATE stock_movement SET fen = -400 WHERE id = 2")
    assert "CK-2026-00001" in next(checks.stock_sound())
    with journal.operation("手"):
        database.execute_sql("UPDATE stock_movement SET stands = 0 WHERE id = 1")
    assert any("对不上（作废或日期）" in said for said in checks.stock_sound())
    assert any("不可能" in said for said in checks.stock_sound())
