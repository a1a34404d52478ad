"""Ranks of words: in their order after whatever was written, taken back, rolled back; and only where they pay."""

import random
import threading
from itertools import pairwise

import pytest

from app.core import pinyin
from app.store import database as files
from app.store import journal, ranks
from app.store.database import database

TEXTS = ("", "K2", "K10", "K1", "课桌", "课桌椅", "戚", "秦", "曾", "A", "a1", "10", "9", "三年级2班", "三年级10班", "校-0002", "~")


@pytest.fixture
def large(ledger, monkeypatch):
    """Let a table of any size count as large."""
    monkeypatch.setattr(ranks, "LEAST", 1)


def write(sql, *values):
    with journal.operation("改") as work:
        database.execute_sql(sql, values)
    return work.step


def add(title):
    return write("INSERT INTO person (name, keys, title, phone, on_staff) VALUES ('某', 'mou', ?, '', 1)", title)


def by_rank():
    name = ranks.ranked("person", "title", "word_order")
    return [title or "" for (title,) in database.execute_sql(
        f'SELECT p.title FROM person p JOIN temp."{name}" r ON r.id = p.id ORDER BY r.rank IS NULL, r.rank, p.id').fetchall()]


def by_words():
    titles = [title or "" for (title,) in database.execute_sql("SELECT title FROM person ORDER BY id").fetchall()]
    return [*sorted(filter(None, titles), key=pinyin.order), *(title for title in titles if not title)]


@pytest.mark.parametrize("seed", range(6))
def test_ranks_follow_whatever_is_written(large, seed):
    dice, steps = random.Random(seed), [add("课桌")]
    for _ in range(40):
        what = dice.randrange(5)
        if what == 0:
            steps.append(write("UPDATE person SET title = ? WHERE id = (SELECT min(id) FROM person)", dice.choice(TEXTS)))
        elif what == 1 and len(steps) > 1:
            journal.undo()
            steps.pop()
        elif what == 2:
            with journal.operation("试") as work:
                database.execute_sql("UPDATE person SET title = '试'")
                work.discard()
        else:
            steps.append(add(dice.choice(TEXTS)))
        assert by_rank() == by_words()
    known = ranks._kept["rank_person_title"]
    assert all(known.rank[one] < known.rank[other] for one, other in pairwise(known.keys))


def test_what_was_written_is_ranked_between_its_neighbours(large, monkeypatch):
    for title in ("K1", "K3"):
        add(title)
    assert by_rank() == ["K1", "K3"]
    made = []
    whole = ranks._make
    monkeypatch.setattr(ranks, "_make", lambda *given: (made.append(given), whole(*given)))
    for title in ("K2", "K0", "K9"):
        add(title)
        assert by_rank() == by_words()
    assert made == []
    monkeypatch.setattr(ranks, "MOST", 1)
    add("K4")
    add("K5")
    assert by_rank() == by_words()
    assert len(made) == 1


def test_neighbours_without_room_are_numbered_anew(large):
    for title in ("K1", "K2"):
        add(title)
    assert by_rank() == ["K1", "K2"]
    known = ranks._kept["rank_person_title"]
    low, high = known.keys
    known.rank[high] = known.rank[low] + 5e-324
    add("K1a")
    assert by_rank() == by_words()
    assert ranks._kept["rank_person_title"] is not known


def test_small_tables_open_operations_and_workers_are_sorted_by_words(ledger, monkeypatch):
    add("课桌")
    assert ranks.ranked("person", "title", "word_order") is None
    monkeypatch.setattr(ranks, "LEAST", 1)
    assert ranks.ranked("person", "title", "word_order") == "rank_person_title"
    with journal.operation("改"):
        assert ranks.ranked("person", "title", "word_order") is None
        database.execute_sql("UPDATE person SET title = '秦'")
    told = []

    def ask():
        told.append(ranks.ranked("person", "title", "word_order"))
        files.close_thread()

    worker = threading.Thread(target=ask)
    worker.start()
    worker.join()
    assert told == [None]


def test_another_file_has_ranks_of_its_own(large):
    add("课桌")
    assert by_rank() == ["课桌"]
    database.close_everywhere()
    assert by_rank() == ["课桌"]
