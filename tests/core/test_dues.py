"""What wants doing is gathered from all: pressing first, many of a kind as one line, a broken source as one red line."""

from datetime import date

from app.core.dues import DANGER, WARNING, Due, gathered


def due(kind="a/one", words="一件事", **more):
    return Due(kind, words, "assets", "去看", **more)


def test_what_presses_comes_first_then_by_day():
    found = gathered([
        ("甲", lambda: [due(words="不急"), due(words="后天", day=date(2026, 11, 23)), due(words="要紧", tone=WARNING)]),
        ("乙", lambda: [due(words="火急", tone=DANGER), due(words="今天", day=date(2026, 11, 21))]),
    ])
    assert [each.words for each in found] == ["火急", "要紧", "今天", "后天", "不急"]


def test_five_of_a_kind_stand_alone_six_are_one_line():
    five = [due(id=number, table="person", words=f"第{number}件") for number in range(1, 6)]
    assert gathered([("甲", lambda: five)]) == five
    six = [*five, due(id=6, table="person", words="第6件", count=4, day=date(2026, 11, 21), filters={"keeper": 6}, many="有 {} 件，请处理。")]
    other = due(kind="a/two")
    found = gathered([("甲", lambda: [*six, other])])
    assert [each.words for each in found] == ["有 6 件，请处理。", "一件事"]
    line = found[0]
    assert (line.count, line.table, line.id, line.filters, line.day) == (9, "", 0, {}, date(2026, 11, 21))


def test_a_kind_without_words_for_many_names_the_first():
    found = gathered([("甲", lambda: [due(words=f"第{number}件", day=date(2026, 11, 30 - number)) for number in range(6)])])
    assert [each.words for each in found] == ["6 件这样的事，第一件：第5件"]


def test_a_source_that_fails_is_one_red_line_and_logged(caplog):
    def broken():
        yield due()
        raise ZeroDivisionError("zero {}")

    found = gathered([("资产台账", broken), ("盘点", lambda: [due(words="照常")])])
    assert [(each.tone, "资产台账" in each.words) for each in found] == [(DANGER, True), ("", False)]
    assert found[1].words == "照常"
    assert "ZeroDivisionError" in caplog.text
    assert "dues of 资产台账" in caplog.text
