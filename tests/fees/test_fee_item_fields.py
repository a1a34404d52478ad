"""A word of a fee item is declared once: its title stands nowhere else, and one more line is one more word everywhere."""

import ast
from dataclasses import fields
from pathlib import Path

import pytest

from app.fees.item_fields import FIELD, IN_TERM, LIBRARY, SECTIONS, ItemDraft, PlanItemRow
from tests import added_lines

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("app/fees/plan", "app/fees/board", "app/fees/letters", "ui/fees/plan", "ui/fees/board")
TITLES = {words for each in FIELD.values() for words in (each.title, each.board_title) if words}
# What such a text means there besides the title of an item's word.
OTHER_MEANINGS = {
    "自愿": "the value itself, on papers, in cells and in workbooks",
    "app/fees/board/papers.py: 执行日期": "from when a change notice holds",
    "app/fees/letters/kinds.py: 减免政策": "what a field of a letter is explained by",
    "ui/fees/plan/dates.py: 备注": "the remark of the whole plan",
    "ui/fees/plan/items.py: 执行日期": "the day of a standard, not of an item",
}


def titles_elsewhere(root: Path) -> list[str]:
    """Give "file:line: title" of each text in the rooms that is a declared title."""
    found = []
    for room in ROOMS:
        for file in sorted((root / room).glob("*.py")):
            name = file.relative_to(root).as_posix()
            found += [f"{name}:{node.lineno}: {node.value}" for node in ast.walk(ast.parse(file.read_text("utf-8")))
                      if isinstance(node, ast.Constant) and node.value in TITLES
                      and not {node.value, f"{name}: {node.value}"} & OTHER_MEANINGS.keys()]
    return found


def test_a_title_is_written_once():
    assert titles_elsewhere(ROOT) == []


def test_a_planted_title_is_found(tmp_path):
    (tmp_path / "ui/fees/plan").mkdir(parents=True)
    (tmp_path / "ui/fees/plan/more.py").write_text('Field("scope", "收费范围")', "utf-8")
    assert titles_elsewhere(tmp_path) == ["ui/fees/plan/more.py:1: 收费范围"]


def test_what_is_excused_is_still_there():
    for each in OTHER_MEANINGS:
        name, _, title = each.rpartition(": ")
        assert not name or f'"{title}"' in (ROOT / name).read_text("utf-8"), each


@pytest.mark.parametrize("words", [LIBRARY, IN_TERM], ids=["library", "term"])
def test_every_word_has_a_place_of_its_own(words):
    for places in ([each.place for each in words], [each.column_place or each.place for each in words]):
        assert len(set(places)) == len(places)
    assert all(each.form in SECTIONS for each in LIBRARY)


def test_what_is_not_declared_is_no_word():
    assert {each.name for each in fields(ItemDraft)} - {each.attribute for each in LIBRARY} == {"active"}
    assert {each.name for each in fields(PlanItemRow)} - {each.attribute for each in IN_TERM} == {"id", "item_id", "position"}


@pytest.mark.parametrize(("key", "value", "stored"), [
    ("name", " 课本费 ", "课本费"), ("voluntary", True, 1), ("waived", (" 低保", "孤儿", "低保"), "低保\n孤儿"), ("waived", "低保\n\n", "低保"),
])
def test_a_word_is_stored_trimmed_and_read_back(key, value, stored):
    field = next(each for each in IN_TERM if each.attribute == key)
    assert field.stored(value) == stored
    assert field.stored(field.read(stored)) == stored


def test_one_more_line_is_one_more_word_everywhere(tmp_path):
    """In a process of its own, as the declarations are read before the tables are made of them: see ``added_words.py``."""
    added_lines.hold(Path(__file__).with_name("added_words.py"), tmp_path)
