"""Find cards by a pasted list of numbers: whatever stands between and beside them, each card once, nothing left unsaid."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.assets import commands, queries
from app.assets.fields import AssetDraft
from app.assets.finding import find_numbers
from app.core.listing import Wish

pytestmark = pytest.mark.usefixtures("started_ledger")


def register(*numbers, **fields):
    return [commands.register_asset(AssetDraft(**({"name": "学生课桌", "number": number} | fields))).made[0] for number in numbers]


@pytest.fixture
def some():
    register(*(f"ZC-2026-{number:05d}" for number in range(1, 7)))
    commands.delete_assets(register("ZC-2026-00009"))


@pytest.mark.parametrize("text", [
    "ZC-2026-00001\nZC-2026-00003", "ZC-2026-00001、ZC-2026-00003", "ZC-2026-00001,ZC-2026-00003；", " ZC-2026-00001   ZC-2026-00003\r\n",
    "ＺＣ－２０２６－００００１，zc-2026-00003", "'ZC-2026-00001\n'ZC-2026-00003",
    "序号\t编号\t名称\t数量\t单价\t日期\n1\tZC-2026-00001\t学生课桌\t45\t260.00\t2026-09-01\n2\tZC-2026-00003\tX-31型讲台\t1\t1,200.00\t2026-09-01",
    "1 ZC-2026-00001 学生课桌 45套\n2 ZC-2026-00003 讲台 1张", "ZC-2026-00001|ZC-2026-00003|",
])
def test_numbers_are_found_whatever_stands_between_and_beside_them(some, text):
    found = find_numbers(text)
    assert (found.numbers, found.unknown, found.deleted, found.again) == (["ZC-2026-00001", "ZC-2026-00003"], [], [], 0)


def test_unknown_deleted_and_repeated_ones_are_told(some):
    found = find_numbers("ZC-2026-00005\nZC-2026-00009\nZC-2026-00077\nZC-2026-00005\nZC-2026-00002、ZC-2026-00078")
    assert found.numbers == ["ZC-2026-00005", "ZC-2026-00002"]
    assert (found.deleted, found.unknown, found.again) == (["ZC-2026-00009"], ["ZC-2026-00077", "ZC-2026-00078"], 1)


def test_a_line_that_names_no_card_is_told_by_its_first_word_with_digits(some):
    assert find_numbers("ZC-2026-00001\n编号 备注\n校-12 旧课桌 45").unknown == ["校-12"]
    assert find_numbers("校-12、校-13").unknown == ["校-12", "校-13"]
    assert find_numbers("没有编号的话") == find_numbers("")


def test_plain_digits_are_told_from_counts_and_prices():
    register("20230001", "20230002")
    found = find_numbers("1\t20230001\t课桌\t45\t2899.00\n2\t20230009\t课桌\t45\t2899.00")
    assert (found.numbers, found.unknown) == (["20230001"], ["20230009"])


def test_numbers_with_blanks_brackets_or_small_letters_are_found_as_they_stand():
    register("校 001", "（总）12", "xz-7", "001")
    assert find_numbers("校 001\t课桌\n（总）12\nXZ-7").numbers == ["校 001", "（总）12", "xz-7"]


def test_old_numbers_find_all_pieces_of_what_was_split_but_never_beside_a_number():
    register("甲-1", "甲-2", old_number="GZ0088")
    register("甲-3", old_number="3")
    found = find_numbers("1\tGZ0088\t课桌\n3\t甲-1\t课桌")
    assert (found.numbers, found.by_old, found.again) == (["甲-1", "甲-2"], 2, 1)
    assert find_numbers("3").numbers == ["甲-3"]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(picked=st.lists(st.integers(0, 2_999), max_size=30, unique=True), separator=st.sampled_from(["\n", "\r\n", "、", ", ", "\t", "  ", "；\n"]))
def test_any_choice_of_the_ledgers_numbers_gives_exactly_these_cards(demo_ledger, picked, separator):
    every = [row[1] for row in queries.listing(Wish(), 3_000)]
    wanted = [every[place] for place in picked if place < len(every)]
    found = find_numbers(separator.join(wanted))
    assert (found.numbers, found.unknown, found.deleted) == (wanted, [], [])
    assert {row[1] for row in queries.listing(Wish(filters={"numbers": found.numbers}), 3_000)} == set(wanted)
