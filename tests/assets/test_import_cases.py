"""Workbooks of kinds that were once read wrongly: each comes in as a clerk would have entered it, or is asked about."""

import json
from pathlib import Path

import pytest

from app.assets import importing, queries
from app.assets.importing import Source
from app.core.listing import Wish
from app.school import queries as school
from app.store.database import database

CASES = Path(__file__).parent / "files" / "import_cases"
EXPECTED = json.loads((CASES / "expected.json").read_text("utf-8"))


def column(sql: str) -> list:
    return [row[0] for row in database.execute_sql(sql).fetchall()]


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_the_workbook_comes_in_right(ledger, name):
    expected = EXPECTED[name]
    source = Source(CASES / name)
    plan = source.propose()
    assert source.questions(plan) == []
    outcome = importing.run(source, plan)
    assert not outcome.refused, outcome.problems
    totals = queries.totals(Wish())
    assert totals.records == expected["rows"]
    assert totals.pieces == expected["quantity"]
    if "fen" in expected:
        assert totals.fen == expected["fen"]
    if "numbers" in expected:
        assert column("SELECT number FROM asset ORDER BY id") == expected["numbers"]
    if "months" in expected:
        assert [str(months) for months in column("SELECT life_months FROM asset ORDER BY id")] == expected["months"]
    if "acquired" in expected:
        assert column("SELECT acquired_on FROM asset ORDER BY id") == expected["acquired"]
    places = [place.path for place in school.places_tree()]
    if "places" in expected:
        assert all(any(place in path for path in places) for place in expected["places"]), places
    if "keepers" in expected:
        assert column("SELECT p.name FROM asset a JOIN person p ON p.id = a.keeper_id ORDER BY a.id") == expected["keepers"]
    if "no_place" in expected:
        assert not any(expected["no_place"] in path for path in places)
    if "users" in expected:
        assert column("SELECT name FROM person") == expected["users"]
    if "classes" in expected:
        assert {name: fen for _, name, _, _, fen in queries.by_class()} == expected["classes"]
