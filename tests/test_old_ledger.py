"""A ledger that an earlier release wrote gives the same figures, boards, history and papers after all migrations since."""

import os
import re
from collections import Counter

import pytest

from app import features
from app.core import clock
from app.store import backup, database, journal, migrations, opening
from tests import old_ledger

_FIGURE = re.compile(r"\d[\d,]*\.\d\d")


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    """Give what the old release read in its ledger, and what is read in it now."""
    before, out = journal.worker.name, tmp_path_factory.mktemp("old")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "now", lambda: old_ledger.MOMENT)
        features.join()
        store = opening.open_store(old_ledger.unpack(out / "data"))
        try:
            assert migrations.version() == migrations.LATEST
            now = old_ledger.read(store.folder, out)
            now["backups"] = len(backup.listing(store.folder))
        finally:
            database.database.close_everywhere()
            journal.worker.name = before
    return old_ledger.expected(), now


def test_an_older_file_is_backed_up_before_it_is_migrated(both):
    _, now = both
    assert now["backups"] == (migrations.LATEST > 3)


@pytest.mark.parametrize("part", [key for key in old_ledger.expected() if key not in ("papers", "amended")])
def test_it_reads_the_same(both, part):
    then, now = both
    assert old_ledger.differing(then[part], now[part], part) == []


def test_papers_show_the_same_money(both):
    """Every amount stands where it stood; a paper may have got further sums beside."""
    then, now = both
    for paper, lines in then["papers"].items():
        assert _figures(lines) - _figures(now["papers"][paper]) == Counter(), paper


def _figures(lines):
    return Counter(_FIGURE.findall("\n".join(lines)))


def test_papers_say_the_same(both):
    then, now = both
    if why := os.environ.get("AMEND"):
        old_ledger.amend(then, now["papers"], why)
    assert old_ledger.differing(then["papers"], now["papers"]) == []


@pytest.mark.parametrize(("before", "now", "told"), [
    ({"fen": 1}, {"fen": 1, "new": 2}, []), ({"fen": 1}, {}, ["/fen: gone, was 1"]), ([1, 2], [1, 2], []),
    ([1, 2], [1], [": was [1, 2], is [1]"]), ({"a": [{"b": 1}]}, {"a": [{"b": 2}]}, ["/a[0]/b: was 1, is 2"]),
])
def test_a_difference_is_found(before, now, told):
    assert old_ledger.differing(before, now) == told
