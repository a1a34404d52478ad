"""A bank's statement: only what is beyond doubt is sure; nothing twice, nothing more than is owed; one step of undo."""

from datetime import date

import pytest

from app.core.errors import Refused
from app.fees.money import commands, receipts
from app.fees.money.facts import Facts
from app.fees.money.matching_statement import paying_for, read_statement, take_statement
from app.school import erasing, pupil_commands
from app.store import check, journal
from app.store.database import database, scalar
from tests.school.test_erasing import found

FIRST, SECOND = "三年级1班", "三年级2班"
HEAD = "交易时间,收/支,金额(元),对方户名,附言,交易流水号"


def owed(school, name):
    return sum(Facts(school.plan).owed(school.pupils[name]).values())


def yuan(fen):
    return f"{fen / 100:.2f}"


def statement(school, tmp_path, *lines, head=HEAD, name="a.csv"):
    (tmp_path / name).write_text("\n".join([head, *lines]), "utf-8")
    return read_statement(tmp_path / name, school.plan)


def by_number(read):
    return {line.number: line for line in read.lines}


def test_what_is_sure_asked_and_lost(fee_school, tmp_path):
    school, one = fee_school, yuan(owed(fee_school, "安一"))
    pupil_commands.write_pupils({}, [{"name": "曹三", "class_id": school.classes[SECOND], "guardian": "曹建国"}])
    read = statement(
        school, tmp_path,
        f"2026-09-08 10:12:33,收入,{one},安建国,三（1）班安一学费,T001",
        f"2026-09-08 10:15:00,收入,{one},李四,曹三,T002",
        f"2026-09-08 10:15:00,收入,{yuan(owed(school, '曹三'))},李四,三年级1班 曹三,T003",
        "2026/9/9 8:00,收入,15,王五,高八,T004",
        "2026-09-09 08:00:00,收入,10000,王五,何九,T005",
        "2026-09-09 08:00:00,收入,20,曹建国,学费,T006",
        "2026-09-09 08:00:00,收入,20,赵六,谢谢,T007",
        "2026-09-09 08:00:00,支出,20,食堂,安一,T008",
        "2026-09-01 08:00:00,收入,20,王五,何九,T009",
        "去年,收入,二十,王五,何九,T010",
        f"2026-09-10 08:00:00,收入,{yuan(owed(school, '龘䶮㛃'))},龘䶮㛃,,T011",
        f"2026-09-10 08:00:00,/,{yuan(owed(school, '何九'))},王五,四年级1班何九,T012")
    lines = by_number(read)
    assert read.left_out == 1
    assert [number for number, line in lines.items() if line.sure] == [1, 3]
    assert "有 2 名学生对得上" in lines[2].why
    assert "只付了一部分，会记在作业本费" in lines[4].why
    assert lines[4].pupils[0].name == "高八"
    assert "这笔多了" in lines[5].wrong
    assert "是曹三的家长" in lines[6].why
    assert "没有找到这个学期的学生" in lines[7].why
    assert lines[7].pupils == ()
    assert "早于开始收费日期" in lines[9].wrong
    assert "看不出付款日期" in lines[10].wrong
    assert "看不出金额" in lines[10].wrong
    assert "只有付款人是这个名字" in lines[11].why
    assert "收/支一栏写的是“/”" in lines[12].why
    before = scalar("SELECT count(*) FROM fee_receipt")
    step = take_statement(school.plan, read.lines, {4: school.pupils["高八"]}, "扫码")
    assert len(step.made) == 3
    assert before == 0
    assert owed(school, "安一") == owed(school, "曹三") == 0
    rows = database.execute_sql("SELECT paid_on, method FROM fee_receipt ORDER BY id").fetchall()
    assert rows == [("2026-09-08", "扫码"), ("2026-09-08", "扫码"), ("2026-09-09", "扫码")]
    assert check.of_file() == []
    journal.undo(step.id)
    assert scalar("SELECT count(*) FROM fee_receipt") == scalar("SELECT count(*) FROM fee_statement_line") == 0


def test_the_same_payment_is_never_taken_twice(fee_school, tmp_path):
    school, line = fee_school, f"2026-09-08 10:12:33,收入,15.00,安建国,{FIRST}安一,T001"
    read = statement(school, tmp_path, line, line)
    assert "和第 1 笔流水号相同" in by_number(read)[2].wrong
    pupil = school.pupils["安一"]
    take_statement(school.plan, read.lines, {1: pupil})
    again = statement(school, tmp_path, line, line.replace("T001", "T002"))
    number = receipts.to_print(school.plan)[0].number
    assert f"已经登记过了，收据 {number}" in by_number(again)[1].wrong
    assert by_number(again)[2].wrong == ""      # another serial number: another payment
    with pytest.raises(Refused, match="第 1 笔刚才已经登记过了"):
        take_statement(school.plan, read.lines, {1: pupil})
    without = statement(school, tmp_path, line.replace(",T001", ","))
    assert "已经登记过了" in by_number(without)[1].wrong
    commands.void_receipts([receipts.by_number(number)], "退回")
    assert by_number(statement(school, tmp_path, line))[1].wrong == ""


def test_without_a_serial_number_day_amount_and_payer_are_remembered(fee_school, tmp_path):
    school, pupil = fee_school, fee_school.pupils["安一"]
    line, head = f"2026-09-08,15.00,安建国,{FIRST}安一", "日期,金额,付款人,附言"
    read = statement(school, tmp_path, line, line, head=head)
    assert "和第 1 笔同一天、同一付款人、同样金额，可能是同一笔" in by_number(read)[2].why
    take_statement(school.plan, read.lines, {1: pupil})
    again = by_number(statement(school, tmp_path, line, line, line.replace("15.00", "16.00"), head=head))
    assert "已经登记过了" in again[1].wrong
    assert again[2].wrong == ""      # the second of two stays to be answered
    assert again[3].wrong == ""
    numbered = by_number(statement(school, tmp_path, f"2026-09-08 08:00,收入,15.00,安建国,{FIRST}安一,T9"))
    assert "那时没有流水号" in numbered[1].why
    take_statement(school.plan, list(again.values()), {2: pupil})
    third = by_number(statement(school, tmp_path, line, line, head=head))
    assert all("已经登记过了" in each.wrong for each in third.values())


def test_two_lines_of_one_pupil_never_pay_more_than_he_owes(fee_school, tmp_path):
    school, whole = fee_school, owed(fee_school, "安一")
    read = statement(school, tmp_path, f"2026-09-08,收入,{yuan(whole)},安建国,{FIRST}安一,A1", f"2026-09-08,收入,{yuan(whole)},安建国,{FIRST}安一,A2")
    lines = by_number(read)
    assert lines[1].sure
    assert "已经不欠费" in lines[2].wrong
    part = statement(school, tmp_path, f"2026-09-08,收入,{yuan(whole - 100)},安建国,{FIRST}安一,B1", f"2026-09-08,收入,5,安建国,{FIRST}安一,B2")
    pupil = school.pupils["安一"]
    with pytest.raises(Refused, match="第 2 笔："):
        take_statement(school.plan, part.lines, {1: pupil, 2: pupil})
    assert scalar("SELECT count(*) FROM fee_receipt") == 0
    assert take_statement(school.plan, part.lines, {1: pupil}).made
    assert take_statement(school.plan, (), {}) is None


def test_a_payment_of_one_item_goes_to_that_item():
    assert paying_for({1: 1_500, 2: 2_000}, 2_000) == {2: 2_000}
    assert paying_for({1: 1_500, 2: 1_500}, 1_500) == {1: 1_500}
    assert paying_for({1: 1_500, 2: 2_000}, 2_500) == {1: 1_500, 2: 1_000}


def test_a_list_with_names_of_its_own_and_one_of_wechat(fee_school, tmp_path):
    school, one = fee_school, yuan(owed(fee_school, "安一"))
    named = statement(school, tmp_path, f"2026-09-08,{one},安一,三1班", f"2026-09-08,{one},冯无,三1班", head="支付时间,金额,学生姓名,班级")
    assert [line.sure for line in named.lines] == [school.pupils["安一"], None]
    wechat = statement(
        school, tmp_path, "微信支付账单明细,,,,,,,", "起始时间：[2026-09-01 00:00:00],,,,,,,",
        "交易时间,交易类型,交易对方,商品,收/支,金额(元),当前状态,交易单号",
        f"2026-09-08 10:00:00,二维码收款,安爸爸,\"收款方备注:二维码收款 {FIRST}安一\",收入,¥{one},已存入零钱,1000001",
        f"2026-09-08 10:00:00,二维码收款,安爸爸,\"{FIRST}安一\",收入,¥{one},已全额退款,1000002", head="")
    assert [bool(line.sure) for line in wechat.lines] == [True, False]
    assert "没有收到钱" in wechat.lines[1].wrong
    with pytest.raises(Refused):
        statement(school, tmp_path, "a,b", head="甲,乙")


def test_what_is_remembered_is_erased_with_the_pupil(fee_school, started_ledger, tmp_path):
    school, pupil = fee_school, fee_school.pupils["冯七"]
    read = statement(school, tmp_path, f"2026-09-08,收入,5,冯大鹏䶮,{SECOND}冯七,S1")
    take_statement(school.plan, read.lines, {1: pupil})
    keys = database.execute_sql("SELECT serial_key, payment_key FROM fee_statement_line").fetchone()
    erasing.erase(started_ledger.folder, [pupil], backups=True)
    assert scalar("SELECT payment_key FROM fee_statement_line") == ""
    assert found(started_ledger.folder.root, (*keys, "冯大鹏䶮")) == []
    assert date(2026, 9, 8) == read.lines[0].day


def test_on_the_command_line(fee_school, run, tmp_path):
    one = yuan(owed(fee_school, "安一"))
    database.close_everywhere()
    (tmp_path / "s.csv").write_text(f"{HEAD}\n2026-09-08,收入,{one},安建国,{FIRST}安一,A1\n2026-09-08,收入,5,赵六,谢谢,A2\n", "utf-8")
    looked = run("fees", "statement", tmp_path / "s.csv", "--json").json
    assert (looked["lines"], looked["sure"], looked["written"]) == (2, 1, 0)
    assert "没有找到" in looked["open"][0]["why"]
    assert run("fees", "statement", tmp_path / "s.csv", "--write", "--method", "扫码", "--json").json["written"] == 1
    assert "已经登记过了" in run("fees", "statement", tmp_path / "s.csv").out


@pytest.mark.parametrize("serial", ["T001", ""])
def test_undo_does_not_bring_a_payment_back_a_second_time(fee_school, tmp_path, serial):
    school, pupil = fee_school, fee_school.pupils["安一"]
    line = f"2026-09-08,收入,2.00,安建国,{FIRST}安一,{serial}"
    first = take_statement(school.plan, statement(school, tmp_path, line).lines, {1: pupil})
    void = commands.void_receipts(first.made, "退回")
    second = take_statement(school.plan, statement(school, tmp_path, line).lines, {1: pupil})
    with pytest.raises(Refused, match="同一笔不能有两张收据"):
        journal.undo(void.id)
    commands.void_receipts(second.made, "重了")
    journal.undo(void.id)
    assert scalar("SELECT count(*) FROM fee_receipt WHERE voided_on IS NULL") == 1
