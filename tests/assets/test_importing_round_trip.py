"""What the ledger exports imports back into an empty ledger as the same cards, whatever people wrote into them."""

import shutil
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from app.assets import commands, fields, meanings, queries
from app.assets.fields import AssetDraft
from app.assets.importing import Source, run
from app.assets.settings import ACQUIRED_BY, PURPOSES, VALUE_TYPES
from app.assets.sheets import export_ledger
from app.core.listing import Wish
from app.exchange.filling import is_ditto
from app.exchange.row_kinds import is_total_row
from app.exchange.values import says_nothing
from app.school.resolving import Departments, People, Places
from app.store import database, journal, opening

# Words as people type them into one line: no control characters, no odd spaces, not a word that only says "nothing" or "as above".
LETTERS = st.characters(exclude_categories=("C", "Z"))
LINES = st.text(st.one_of(LETTERS, st.sampled_from("=+-@'\"<>&%{}\\/，。、（）㎡🪑龘a1 ")), max_size=60).map(
    lambda text: " ".join(text.split())).filter(lambda text: not (says_nothing(text) or is_ditto(text)) or not text)
NAMES = LINES.filter(lambda text: text and not is_total_row([text])) | st.sampled_from(
    ["=SUM(A1:A9)", "+86", "-课桌", "@空调", "00123", "2019-09-01", "1E5", "长" * 100, "TRUE", "#N/A", "'引号"])
CODES = st.text("ABCxyz0123456789-/._#=+@", max_size=20).filter(lambda text: not says_nothing(text) or not text)
DAYS = st.none() | st.dates(date(1900, 1, 1), date(2026, 11, 20))
MONEY = st.integers(0, 10**11)
DRAFTS = st.builds(
    AssetDraft, name=NAMES, category=st.sampled_from(fields.CATEGORIES),
    class_code=st.sampled_from(["", "A02061804", "2010301000000", "4030102", "自编-1"]), class_name=LINES, model=LINES, brand=LINES,
    serial=CODES, unit=st.sampled_from(["", "台", "张", "平方米"]), quantity=st.integers(1, 1_000_000),
    unit_price=MONEY, value=MONEY, value_type=st.sampled_from(VALUE_TYPES.default),
    acquired_by=st.sampled_from(ACQUIRED_BY.default), acquired_on=DAYS, booked_on=DAYS, voucher=CODES, funding=LINES,
    purchase_form=LINES, supplier=LINES, invoice=CODES, warranty_until=DAYS, purpose=st.sampled_from(PURPOSES.default),
    status=st.sampled_from(list(meanings.read(meanings.SHIPPED))), life_months=st.none() | st.integers(0, 1_200),
    opening_depreciation=st.just(0), opening_months=st.integers(0, 1_200), old_number=CODES,
    remark=st.lists(LINES.filter(bool), max_size=3).map("\n".join))
PLACES = st.sampled_from([None, "教学楼 3层 304室", "综合楼 音乐室", "操场", "食堂 1层 操作间"])
PEOPLE = st.sampled_from([None, "王敏", "李建国", "欧阳娜娜"])
DEPARTMENTS = st.sampled_from([None, "总务处", "语文组"])


def ledger_cards():
    """Give every card, ids replaced by the names they stand for."""
    found = []
    for card in queries.cards(queries.matching_ids(Wish(sort="number"))):
        bare = replace(card.draft, place_id=None, department_id=None, keeper_id=None, user_id=None)
        found.append((bare, card.place, card.department, card.keeper, card.user))
    return found


@contextmanager
def fresh(empty_ledger):
    """Open an empty ledger with two extra fields, in a folder of its own."""
    with TemporaryDirectory() as root:
        shutil.copyfile(empty_ledger, Path(root, database.FILE_NAME))
        store = opening.open_store(Path(root))
        commands.save_extra_field(commands.ExtraDraft("颜色"))
        commands.save_extra_field(commands.ExtraDraft("年检", "日期"))
        yield Path(root)
        store.close()
        database.database.close_everywhere()


def fill(made, day):
    with journal.operation("地点和人员"):
        places, departments, people = Places(), Departments(), People()
        ids = [(places.resolve(place or "")[0], departments.resolve(department or "")[0],
                people.resolve(keeper or "")[0], people.resolve(user or "")[0])
               for _, place, department, keeper, user in made]
    for (draft, *_), (place, department, keeper, user) in zip(made, ids, strict=True):
        extras = {1: draft.brand, 2: day.isoformat()} if draft.brand else {}
        commands.register_asset(replace(draft, place_id=place, department_id=department, keeper_id=keeper, user_id=user,
                                        extras=extras))


@settings(max_examples=20, deadline=None)
@given(made=st.lists(st.tuples(DRAFTS, PLACES, DEPARTMENTS, PEOPLE, PEOPLE), min_size=1, max_size=6),
       day=st.dates(date(1950, 1, 1), date(2050, 1, 1)))
def test_export_imports_back_unchanged(empty_ledger, made, day):
    with TemporaryDirectory() as folder:
        path = Path(folder, "导出.xlsx")
        with fresh(empty_ledger):
            fill(made, day)
            before = ledger_cards()
            export_ledger(path)
        with fresh(empty_ledger):
            source = Source(path)
            outcome = run(source, source.propose())
            assert [problem for problem in outcome.problems if problem.level == "error"] == []
            assert ledger_cards() == before


@settings(max_examples=12, deadline=None)
@given(made=st.lists(st.tuples(DRAFTS, PLACES, DEPARTMENTS, PEOPLE, PEOPLE), min_size=1, max_size=6),
       day=st.dates(date(1950, 1, 1), date(2050, 1, 1)))
def test_export_updates_the_same_ledger_without_a_change(empty_ledger, made, day):
    with TemporaryDirectory() as folder, fresh(empty_ledger):
        fill(made, day)
        before = ledger_cards()
        export_ledger(Path(folder, "导出.xlsx"))
        source = Source(Path(folder, "导出.xlsx"))
        outcome = run(source, replace(source.propose(), duplicates="update"))
        assert outcome.updates == []
        assert (outcome.unchanged, outcome.updated, outcome.imported, outcome.errors, outcome.step) == (len(made), 0, 0, 0, None)
        assert ledger_cards() == before
