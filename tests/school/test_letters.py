"""Letters to anybody: fields are known or refused by name, braces may be literal; families, staff, a post, an office get one."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from app.core.errors import Refused
from app.core.terms import TermName
from app.paper.letter_blocks import Grid
from app.school import roster
from app.school.commands import add_department, add_person
from app.school.letters import addressees
from app.school.letters.addressees import Addressee, common_values
from app.school.letters.papers import INTERNAL, Pile, Setter, Told, class_cover, signs_itself, write_piles
from app.school.letters.text import LetterDraft, LetterKind, check_letter, filled, parsed, problems_in, shipped_draft
from app.school.rules import PersonDraft
from tests.money_fixture import FeeSchool

TERM = TermName(2026, 1)
TO_STAFF = LetterKind("duty", "值班通知", (*addressees.STAFF, ("表格", {"值班表": "谁哪天值班"}), *addressees.TERM), frozenset({"值班表"}))
TO_OFFICE = LetterKind("report", "致单位的函", (*addressees.OFFICE, *addressees.TERM))


def test_braces_that_do_not_close_are_refused_and_doubled_ones_are_literal() -> None:
    assert len(problems_in("前{姓名 后", {"姓名"})) == 1
    assert not problems_in("集合{{甲，乙}}，{姓名}", {"姓名"})
    assert filled(parsed("集合{{甲，乙}}，{ 姓名 }"), {"姓名": "王一"}) == "集合{甲，乙}，王一"


def test_a_field_without_a_value_is_a_blank_to_write_on() -> None:
    assert filled(parsed("{开学日期}开学"), {"开学日期": ""}) == "______开学"


@given(st.text(alphabet="学生{}甲乙 ，", max_size=60), st.text(alphabet="王李{}", max_size=6))
def test_filling_never_fails_and_values_are_taken_literally(text: str, name: str) -> None:
    escaped = text.replace("{", "{{").replace("}", "}}")
    assert filled(parsed(escaped), {}) == text
    assert filled(parsed(escaped + "{姓名}"), {"姓名": name}) == text + (name or "______")
    filled(parsed(text), {"姓名": name})


def _print(kind: LetterKind, draft: LetterDraft, those: list[Addressee], path: Path, grid: Grid | None = None) -> list[str]:
    """Fill and print one letter to each; give the text of each page without blanks."""
    assert check_letter(draft, kind) == []
    common = common_values(TERM, date(2027, 1, 31), draft.dated_on, draft.due_on)
    setter = Setter(draft, kind, common, not signs_itself(draft.body))
    grids = {"值班表": (grid,)} if grid else {}
    letters = [setter.letter(Told(common | dict(each.values), grids)) for each in those]
    done = write_piles(setter.title(common), [Pile("全部", letters)], path)
    assert not done.warnings
    return ["".join(page.extract_text().split()) for page in PdfReader(path).pages]


@pytest.mark.parametrize("kind", addressees.KINDS.values(), ids=lambda kind: kind.key)
def test_a_letter_to_families(fee_school: FeeSchool, tmp_path: Path, kind: LetterKind) -> None:
    pupils = roster.pupils_in(fee_school.classes["三年级1班"])
    pages = _print(kind, shipped_draft(kind, date(2026, 9, 1), date(2026, 9, 5)),
                   [addressees.pupil(row) for row in pupils], tmp_path / "families.pdf")
    assert len(pages) == len(pupils)
    for row, page in zip(pupils, pages, strict=True):
        assert row.name in page
        assert "{" not in page


def test_a_letter_to_staff_by_department_and_to_a_post(fee_school: FeeSchool, tmp_path: Path) -> None:
    office = add_department("后勤组").made[0]
    people = [add_person(PersonDraft("苏卫", office, "保管员")).made[0], add_person(PersonDraft("石安", office, "水电工")).made[0]]
    draft = LetterDraft("duty", "关于{学期}值班的通知", "{称谓}：\n请{所在部门}{姓名}（{职务}）按下表值班。\n{值班表}", dated_on=date(2026, 9, 1))
    grid = Grid(("日期", "时段"), (("9月5日", "白天"),), (1, 1), "cc")
    pages = _print(TO_STAFF, draft, addressees.staff(people), tmp_path / "staff.pdf", grid)
    assert [("石安同志：" in page, "苏卫同志：" in page) for page in pages] == [(True, False), (False, True)]
    assert "请后勤组石安（水电工）按下表值班" in pages[0]
    assert "9月5日" in pages[0]
    [page] = _print(TO_STAFF, draft, [addressees.post("各班班主任")], tmp_path / "post.pdf", grid)
    assert "各班班主任：" in page
    assert "______（各班班主任）" in page       # nobody is named: room to write on
    assert INTERNAL not in page


def test_who_has_left_gets_no_letter_unless_asked_for(fee_school: FeeSchool) -> None:
    made = add_person(PersonDraft("苏卫", None, "保管员")).made[0]
    everyone = {each.title for each in addressees.staff()}
    assert "苏卫" in everyone
    assert [each.values["职务"] for each in addressees.staff([made])] == ["保管员"]


def test_a_letter_to_one_office(fee_school: FeeSchool, tmp_path: Path) -> None:
    draft = LetterDraft("report", "关于校舍安全情况的函", "{单位}：\n现将{学年}校舍安全情况函告如下。\n此函。", dated_on=date(2026, 9, 1))
    [page] = _print(TO_OFFICE, draft, [addressees.office("县教育局")], tmp_path / "office.pdf")
    assert "县教育局：" in page
    assert "2026—2027学年校舍" in page
    assert "2026年9月1日" in page
    assert [problem.field for problem in check_letter(LetterDraft("report", "函", "{家长称谓}：您好。"), TO_OFFICE)] == ["body"]


def test_nobody_is_no_letter(fee_school: FeeSchool, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="没有人收这封信"):
        write_piles("空", [Pile("三年级1班", [])], tmp_path / "none.pdf")
    assert not list(tmp_path.glob("*.pdf"))


def test_a_cover_lists_the_class(fee_school: FeeSchool, tmp_path: Path) -> None:
    pupils = roster.pupils_in(fee_school.classes["三年级1班"])
    kind = addressees.KINDS["drowning"]
    draft, common = shipped_draft(kind, date(2026, 9, 1)), common_values(TERM, date(2027, 1, 31), date(2026, 9, 1))
    setter = Setter(draft, kind, common)
    pile = Pile("三年级1班", [setter.letter(Told(common | dict(addressees.pupil(row).values))) for row in pupils],
                class_cover(draft.title, "三年级1班", pupils, common["回执截止"]))
    write_piles(draft.title, [pile], tmp_path / "class.pdf", mark=INTERNAL)
    cover = "".join(PdfReader(tmp_path / "class.pdf").pages[0].extract_text().split())
    assert f"本班印发：{len(pupils)}份" in cover
    assert "回执请于2026年9月4日前收齐" in cover
    assert all(row.name in cover for row in pupils)
