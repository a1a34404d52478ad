"""A card's field is declared once: its title stands nowhere else, and one more line is one more field everywhere."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.assets import cells, commands, fields, queries
from app.assets.commands import ExtraDraft
from app.assets.fields import FIELD, FIELDS, SECTIONS, AssetDraft
from app.assets.history import said_of
from app.core.errors import Invalid
from app.core.listing import Wish
from app.core.settings import Setting
from app.school import commands as school
from app.store import journal
from tests import added_lines

ROOT = Path(__file__).resolve().parents[2]
TITLES = {words for each in FIELDS for words in (each.title, each.short, each.paper_title, each.label) if words}
# "file: words": why they stand there beside the declaration.
BESIDE = {
    "app/assets/settings.py: 分类代码": "a list of beginnings of codes, in 设置",
    "app/assets/settings.py: 计量单位": "the list of usual units, in 设置",
    "app/assets/sheets.py: 折旧年限": "a heading of foreign workbooks for the life in years",
    "ui/assets/page.py: 保管人": "what the search looks through, in as few words as fit its box",
    "ui/assets/page.py: 序列号": "the same",
}


def literals(file: Path) -> Iterator[tuple[int, str]]:
    """Give (line, text) of every text in a source but its docstrings: texts that stand alone."""
    tree = ast.parse(file.read_text("utf-8"))
    told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told:
            yield node.lineno, node.value


def titles_elsewhere(root: Path) -> list[str]:
    """Give "file:line: title" of each text that is a declared title or holds one; those of two characters are ordinary words."""
    found = []
    lists = {each.choices.title for each in FIELDS if isinstance(each.choices, Setting)}    # held equal below
    for file in sorted((*root.glob("app/assets/*.py"), *root.glob("ui/assets/*.py"))):
        name = file.relative_to(root).as_posix()
        for line, text in literals(file) if name != "app/assets/fields.py" else ():
            for title in TITLES:
                if text != title and (len(title) < 3 or title not in text):
                    continue
                if f"{name}: {title}" not in BESIDE and not (name == "app/assets/settings.py" and text in {*lists, FIELD["number"].title}):
                    found.append(f"{name}:{line}: {title}")
    return found


def test_a_title_is_written_once():
    assert titles_elsewhere(ROOT) == []


@pytest.mark.parametrize("planted", ['Column("keeper", "保管人")', 'f"请填写资产名称和{x}。"', '_ = "备注"'])
def test_a_planted_title_is_found(tmp_path, planted):
    (tmp_path / "ui" / "assets").mkdir(parents=True)
    (tmp_path / "ui" / "assets" / "more.py").write_text(f'"""保管人 in a docstring."""\n{planted}\n', "utf-8")
    assert [each.split(":")[:2] for each in titles_elsewhere(tmp_path)] == [["ui/assets/more.py", "2"]]


def test_what_is_excused_is_still_there():
    for each in BESIDE:
        name, _, title = each.partition(": ")
        assert any(title in text for _, text in literals(ROOT / name)), each


def test_a_list_of_words_in_the_settings_is_called_as_its_field():
    named = {each.title: each.choices.title for each in FIELDS if isinstance(each.choices, Setting) and each.key != "unit"}
    assert list(named) == list(named.values())


@pytest.mark.parametrize("place", ["grid", "card", "pane", "bulk", "form"])
def test_no_two_fields_stand_on_one_place(place):
    places = [getattr(each, place) for each in FIELDS if getattr(each, place)]
    assert len(places) == len(set(places)), place


def test_every_field_is_in_the_form_and_in_one_section_of_it():
    assert {each.attribute for section in SECTIONS for each in fields.in_section(section)} == {each.attribute for each in FIELDS}


def test_a_card_with_nothing_typed_is_stored_as_the_table_wants_it():
    row = commands.stored_row(AssetDraft(name="课桌"))
    assert [(key, value) for key, value in row.items() if value is None] == [
        (each.attribute, None) for each in FIELDS if each.blank is None and each.default is None]
    assert row["unit_price"] == row["opening_months"] == 0


@pytest.mark.usefixtures("started_ledger")
def test_what_may_not_be_emptied_is_said_by_its_title():
    made = commands.register_asset(AssetDraft(name="课桌")).made[0]
    for each in FIELDS:
        if each.required:
            with pytest.raises(Invalid) as caught:
                cells.write_cells({made: {each.attribute: None if each.kind is fields.Kind.WHOLE else ""}}, [])
            assert [problem.field for problem in caught.value.problems] == [each.attribute]
    assert queries.card(made).draft.status == "在用"


@pytest.mark.usefixtures("started_ledger")
def test_the_history_names_departments_and_the_schools_own_fields():
    office, canteen = (school.add_department(name).made[0] for name in ("印刷室", "伙房"))
    own = commands.save_extra_field(ExtraDraft("颜色")).made[0]
    made = commands.register_asset(AssetDraft(name="课桌", department_id=office, extras={own: "红"})).made[0]
    cells.write_cells({made: {"department_id": canteen, fields.extra_key(own): "蓝"}}, [])
    assert said_of(journal.history("asset", made)[0]).endswith("使用部门：印刷室 → 伙房；颜色：红 → 蓝")
    assert queries.matching_ids(Wish()) == [made]


def test_one_more_line_is_one_more_field_everywhere(tmp_path):
    """In a process of its own, as ``fields.py`` is read before the tables are made of it: see ``added_fields.py``."""
    added_lines.hold(Path(__file__).with_name("added_fields.py"), tmp_path)
