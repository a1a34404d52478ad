"""Every form that the program prints, with the demo school, with nasty words, with no row, one, a full page, one more, 3,000.

Read back from the PDF (``build_scripts/paper_measure.py``): typefaces embedded, nothing outside its cell or page, pages
numbered within what is filed alone, no line to sign on without a row of what is signed.
"""

import shutil

import paper_measure
import papers
import pytest

from app import features
from app.core import clock
from app.core.errors import Refused
from app.paper.ledger import Ledger
from app.paper.slips import Slip
from app.store.database import FILE_NAME, database
from app.store.opening import open_store

FORMS = {form.key: form for form in features.forms()}
MEASURED = 6            # pages of a long paper that are measured: the first ones and the last


@pytest.fixture(scope="module", params=["demo", "nasty", "nine"])
def school(request, demo_original, tmp_path_factory):
    """Give an open ledger: the demo school, the same with every name 40 characters long, nine grades with 25 items."""
    root = tmp_path_factory.mktemp(request.param) / "data"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "now", lambda: papers.NOW)
        if request.param == "nine":
            papers.build_many_fees(root)
        else:
            root.mkdir()
            shutil.copyfile(demo_original, root / FILE_NAME)
        open_store(root)
        if request.param == "nasty":
            papers.make_nasty()
        yield request.param
    database.close_everywhere()


def some(form, order, label):
    """Give the order for a part of the school where the form takes one: not all 90 rooms in each way."""
    from app.school import queries as rooms
    from app.school import roster
    if "places" in form.takes:
        return papers.replace(order, places=tuple(room.id for room in rooms.rooms()[:8]))
    if "classes" in form.takes:
        year = 2025 if order.term else 2026
        return papers.replace(order, classes=tuple(identity for identity, _ in list(roster.classes_of(year))[:2]))
    return order


@pytest.mark.parametrize("key", FORMS)
def test_every_form_prints_within_its_cells(school, tmp_path, key):
    form, printed = FORMS[key], 0
    for way, order in papers.orders(form):
        try:
            paper = form.write(some(form, order, school), tmp_path / "paper.pdf")
        except Refused:
            if school != "nine":        # there is no pupil yet, no stocktake, nothing settled
                raise
            continue
        printed += 1
        assert papers.wrong_with(paper.path, MEASURED) == [], (school, way)
    assert printed or school == "nine"



@pytest.fixture(scope="module")
def demo(demo_original, tmp_path_factory):
    """Give the open demo school."""
    root = tmp_path_factory.mktemp("rows") / "data"
    root.mkdir()
    shutil.copyfile(demo_original, root / FILE_NAME)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "now", lambda: papers.NOW)
        yield open_store(root)
    database.close_everywhere()


@pytest.mark.parametrize("key", FORMS)
def test_every_form_prints_with_any_number_of_rows(demo, tmp_path, key):
    """A form of columns: what it declares for the demo school, with other rows; letters and boards flow and have no rows to a page."""
    form = FORMS[key]
    with papers.declared() as found:
        form.write(some(form, papers.orders(form)[0][1], "demo"), tmp_path / "paper.pdf")
    usual = next(iter(found), None)
    if usual is None or papers.with_rows(usual, 1) is None:
        assert not isinstance(usual, Ledger | Slip)
        return
    full = papers.full_page(usual, tmp_path / "paper.pdf")
    for count in (1 if isinstance(usual, Slip) else 0, 1, full, full + 1, 3_000):     # a slip without a line is never made
        paper = papers.write(papers.with_rows(usual, count), tmp_path / "paper.pdf")
        assert papers.wrong_with(paper.path, MEASURED) == [], count
        assert (paper.pages == 1) == (count <= full)


def test_what_is_wrong_is_found(tmp_path):
    """The measure itself: a text over a rule, out of the page, over another text; pages counted wrongly; signed alone."""
    from app.paper.book import Book, Style
    book = Book("x", (300, 300), Style())
    book.put("50 50 100 100 re S 80 50 m 80 150 l S")
    book.text(60, 100, "压在竖线上", 10)
    book.text(280, 200, "出了纸边", 10)
    book.text(100, 200, "一段字", 10)
    book.text(110, 200, "另一段字", 10)
    book.text(100, 20, "第 2 页　共 3 页", 9)
    book.text(60, 30, "监盘人：", 10)
    book.end_page()
    sheets = list(paper_measure.read(book.save(tmp_path / "x.pdf").path))
    assert paper_measure.faults(sheets[0]) == [
        "over an upright rule: '压在竖线上'", "out of the page: '出了纸边'", "one over the other: '一段字', '另一段字'"]
    assert paper_measure.wrongly_numbered(sheets) == ["page 1 says 2 of 3, expected 1 of 3"]
    assert paper_measure.lonely_signatures(sheets[0], papers.SIGNERS)
