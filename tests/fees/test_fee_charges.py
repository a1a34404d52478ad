"""What pupils of a real file are charged: matrix × choices × waivers × days, and the sums without names."""

import pytest

from app.core.errors import Refused
from app.fees.money import queries as money_queries
from app.fees.money import settings as money_settings
from app.school import settings as school_settings
from app.store import journal, settings
from app.store.database import database
from tests.money_fixture import BOOKS, CARE, CLUB, MEALS, UNIFORM, FeeSchool


def _charged(school: FeeSchool, pupil: str) -> dict[str, tuple[int, int, str]]:
    names = {identity: name for name, identity in school.items.items()}
    return {names[each.plan_item]: (each.units, each.fen, each.why) for each in money_queries.charges(school.plan)
            if each.pupil == school.pupils[pupil]}


def test_the_price_is_charged_to_who_is_there_for_the_term(fee_school: FeeSchool) -> None:
    assert _charged(fee_school, "安一") == {
        BOOKS: (1, 1_500, ""), MEALS: (102, 102_000, ""), CARE: (5, 30_000, ""), CLUB: (1, 12_345, ""), UNIFORM: (1, 20_150, "")}


def test_waived_refused_unanswered(fee_school: FeeSchool) -> None:
    poor, late = _charged(fee_school, "白二"), _charged(fee_school, "邓四")
    assert poor[BOOKS] == (1, 0, "减免")
    assert poor[CLUB] == (0, 0, "自愿不参加")
    assert poor[UNIFORM] == (1, 20_150, "")
    assert late[CARE] == (0, 0, "未答复")
    assert late[MEALS] == (48, 48_000, "11月16日转入")
    assert late[BOOKS] == (1, 750, "11月16日转入")
    assert CLUB not in _charged(fee_school, "高八")     # his grade has no price


def test_who_leaves_pays_for_his_days(fee_school: FeeSchool) -> None:
    gone = _charged(fee_school, "冯七")
    assert gone[BOOKS] == (1, 750, "10月10日转出")
    assert gone[CARE] == (1, 6_000, "10月10日转出")


def test_part_of_a_term_by_month_or_whole(fee_school: FeeSchool) -> None:
    settings.change({money_settings.PART_TERM: money_settings.WHOLE})
    assert _charged(fee_school, "冯七")[BOOKS][1] == 1_500
    settings.change({money_settings.PART_TERM: money_settings.BY_MONTH})
    assert _charged(fee_school, "冯七")[BOOKS][1] == 300


def test_days_off_and_days_on(fee_school: FeeSchool) -> None:
    settings.change({school_settings.DAYS_OFF: ["2026-10-01~2026-10-07"], school_settings.DAYS_ON: ["2026-10-10"]})
    assert _charged(fee_school, "安一")[MEALS][0] == 102 - 5 + 1
    with journal.operation("旧版本写的"):
        database.execute_sql("""UPDATE setting SET value = '["国庆节"]' WHERE key = ?""", (school_settings.DAYS_OFF.key,))
    with pytest.raises(Refused, match="国庆节"):
        money_queries.charges(fee_school.plan)


def test_one_class_only_in_the_order_of_seats(fee_school: FeeSchool) -> None:
    found = money_queries.charges(fee_school.plan, fee_school.classes["三年级2班"])
    assert list(dict.fromkeys(each.pupil for each in found)) == [
        fee_school.pupils[name] for name in ("龘䶮㛃", "欧阳阿依古丽娜", "冯七")]


def test_sums_of_items_grades_and_classes_are_the_same_money(fee_school: FeeSchool) -> None:
    whole = sum(each.fen for each in money_queries.charges(fee_school.plan))
    for by in ("item", "grade", "class"):
        assert sum(each.charged for each in money_queries.sums(fee_school.plan, by)) == whole
    assert [each.name for each in money_queries.sums(fee_school.plan, "grade")] == ["三年级", "四年级"]
