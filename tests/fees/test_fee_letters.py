"""Letters' texts: fields are known or refused by name, braces may be literal, every shipped text is sound."""

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import Invalid
from app.fees.letters.kinds import CHOICES, KINDS, TABLE, check_letter, choice_grid, shipped_draft
from app.fees.letters.replies import Exceptions, read_exceptions
from app.paper.letter_blocks import Blanks, Grid, Paragraph
from app.school.letters.text import LetterDraft, Text, shipped_text


@pytest.mark.parametrize("kind", KINDS)
def test_shipped_texts_are_sound(kind: str) -> None:
    title, body, slip = shipped_text(kind)
    assert title
    assert not check_letter(shipped_draft(kind, date(2026, 9, 1), date(2026, 9, 5)))
    assert (CHOICES in slip) == KINDS[kind].by_item
    assert "多退少" not in body + slip      # what is said about refunds comes from the plan's own rule


def test_an_unknown_field_is_named() -> None:
    draft = LetterDraft("drowning", "信", "尊敬的{家长称谓}：\n请看{身份证号}，共 {合计} 元。")
    texts = [problem.text for problem in check_letter(draft)]
    assert any("第 2 行" in text and "{身份证号}" in text for text in texts)
    assert any("{合计}" in text for text in texts)      # there is no money in this kind of letter


def test_lines_become_what_they_look_like() -> None:
    text = Text("尊敬的{家长称谓}：\n\n一、收费项目\n请核对。\n{项目表}\n甲方（公章）｜日期：", KINDS["fee-notice"].tables)
    grid = choice_grid([("校服费", "403.00")])
    parts = text.parts({"家长称谓": "王一同学家长"}, {TABLE: (grid,)})
    assert parts == [Paragraph("尊敬的王一同学家长：", "flush"), Paragraph("一、收费项目", "heading"), Paragraph("请核对。"), grid,
                     Blanks(("甲方（公章）", "日期"))]
    assert Paragraph("请核对。") in text.parts({}, {})     # without a table its line is left out
    assert not any(isinstance(part, Grid) for part in text.parts({}, {}))


def test_many_items_stand_in_two_columns() -> None:
    five = choice_grid([(f"项目{number}", "1.00") for number in range(5)])
    assert len(five.titles) == 6
    assert [row[0] for row in five.rows] + [row[3] for row in five.rows] == ["项目0", "项目1", "项目2", "项目3", "项目4", ""]


def test_a_draft_says_all_that_is_wrong() -> None:
    draft = LetterDraft("drowning", "", "", "", True, date(2026, 9, 5), date(2026, 9, 1))
    assert {problem.field for problem in check_letter(draft)} == {"title", "body", "by_item", "slip", "due_on"}
    assert check_letter(LetterDraft("poem", "信", "文"))[0].field == "kind"
    inside = check_letter(LetterDraft("fee-notice", "信", "项目：{项目表}"))
    assert "单独占一行" in inside[0].text


# --- typed exceptions --------------------------------------------------------------------------------------------

_PUPILS = [(100 + seat, seat, name) for seat, name in enumerate(("王一", "张梓涵", "张梓涵", "欧阳上官慕容雪", "李五", "赵六"), 1)]
_ITEMS = [(7, "课后服务费"), (8, "校服费"), (9, "校服换季费")]


@pytest.mark.parametrize(("typed", "missing", "refused"), [
    ("", set(), {}),
    ("1", set(), {101: {7, 8, 9}}),
    ("1 课后；5、6 校服费", set(), {101: {7}, 105: {8}, 106: {8}}),
    ("3-5 不同意 课后", set(), {103: {7}, 104: {7}, 105: {7}}),
    ("缺 2 ４\n欧阳上官慕容雪 不参加", None, None),
    ("缺 2、3\n王一 不参加 课后服务费 校服费", {102, 103}, {101: {7, 8}}),
    ("6 未交", {106}, {}),
])
def test_exceptions_are_read_as_typed(typed: str, missing: set[int] | None, refused: dict[int, set[int]] | None) -> None:
    if missing is None or refused is None:
        with pytest.raises(Invalid, match="又写了没交"):
            read_exceptions(typed, _PUPILS, _ITEMS)
        return
    assert read_exceptions(typed, _PUPILS, _ITEMS) == Exceptions(
        frozenset(missing), {pupil: frozenset(items) for pupil, items in refused.items()})


@pytest.mark.parametrize(("typed", "told"), [
    ("99", "没有座号 99"), ("张梓涵", "2 个同名"), ("1 牛奶", "不是本班征求意见的项目"), ("1 校服", "不止一项"),
    ("都同意", "读不懂"), ("9-1", "座号 9-1 不对"),
])
def test_what_cannot_be_read_is_told(typed: str, told: str) -> None:
    with pytest.raises(Invalid, match=told):
        read_exceptions(typed, _PUPILS, _ITEMS)


@given(st.text(alphabet="0123456789 缺校服张梓涵、-；\n", max_size=40))
def test_any_typing_gives_exceptions_or_a_reason(typed: str) -> None:
    with suppress(Invalid):
        found = read_exceptions(typed, _PUPILS, _ITEMS)
        assert set(found.refused) | found.missing <= {pupil for pupil, _, _ in _PUPILS}
