"""Every form takes its own options of an order and refuses the others, in the window as on the command line."""

from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from datetime import date, datetime
from pathlib import Path

import pypdf
import pytest

from app import features
from app.cli import fees, printing, purchasing, stock, stocktake
from app.core import clock
from app.core.errors import Refused
from app.paper.forms import OPTIONS, PAPERS, POSTERS, Form, Option, Order
from app.school import queries as school
from app.school import roster
from app.store.database import FILE_NAME, database
from app.store.opening import open_store

FORMS = {form.key: form for form in features.forms()}
WORDS = {word.flag: word for word in (*printing.WORDS, *stocktake.ORDER_WORDS, *fees.ORDER_WORDS, *stock.ORDER_WORDS, *purchasing.ORDER_WORDS)}
TYPED = {
    "--term": "2025-2026-2", "--day": "2026-11-20", "--month": "2026-03", "--place": "教学楼 1层 101室", "--class": "三年级1班",
    "--grade": "3", "--orientation": "landscape", "--run-on": "", "--layout": "two", "--paper": "a3",
    "--stocktake": "PD-2026-00001", "--receipt": "SJ-2026-00001", "--slip": "CK-2026-00001", "--item": "粉笔 白色",
    "--person": "贺文彬", "--number": "QG-2026-00001", "--count": "KP-2026-00001", "--plan": "2026年秋季作业本"}
SOME: dict[Option, object] = {
    "places": (1,), "records": (1,), "term": "2025-2026-2", "day": date(2026, 11, 20), "month": date(2026, 3, 1),
    "orientation": "landscape", "own_pages": False, "classes": (1,), "grades": (3,), "layout": "two", "paper": "a4"}
TOLD, SETTLED = "2026-2027-1", "2025-2026-2"      # terms of the demo school; in the second everything is settled


def test_options_and_orders_speak_of_the_same() -> None:
    assert {field.name for field in fields(Order)} == {*OPTIONS, "about"} == {*SOME, "about"}
    assert set(TYPED) == set(WORDS)
    for form in FORMS.values():
        assert set(form.takes) <= set(OPTIONS)
        assert len(set(form.takes)) == len(form.takes)
        assert bool(form.papers) == ("paper" in form.takes)
        assert set(form.papers) <= set(PAPERS)


# --- what a form does not take -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("key", "option"), [
    (key, option) for key, form in FORMS.items() for option in OPTIONS if option not in form.takes])
def test_what_a_form_does_not_take_is_refused(tmp_path: Path, key: str, option: Option) -> None:
    """Refused before anything is asked: no ledger is open here."""
    with pytest.raises(Refused) as refused:
        FORMS[key].write(replace(Order(), **{option: SOME[option]}), tmp_path / "no.pdf")
    assert refused.value.text == f"“{FORMS[key].name}”不能选{OPTIONS[option]}。请去掉再打印。"
    assert not (tmp_path / "no.pdf").exists()


@pytest.mark.parametrize("key", FORMS)
def test_the_command_line_refuses_it_too(run, key: str) -> None:
    """Every option that the form does not take, each alone: named, with those that it does take."""
    form = FORMS[key]
    fitting = [flag for flag, word in WORDS.items() if word.fits(form)]
    beyond = [flag for flag in WORDS if flag not in fitting]
    assert beyond
    for flag in beyond:
        told = run("print", key, "--out", "no.pdf", flag, *([TYPED[flag]] if TYPED[flag] else []))
        assert told.code == 1
        assert f"{form.name}用不上 {flag}。可用的有：" in told.err
        assert told.err.partition("可用的有：")[2].strip("。\n").split("、") == fitting
    assert not run.root.exists()


def test_a_size_that_a_form_has_not_and_a_lying_poster_are_refused(tmp_path: Path) -> None:
    board = FORMS["fee-board"]
    for poster in POSTERS:
        with pytest.raises(Refused, match="海报总是纵向的"):
            board.write(Order(paper=poster, orientation="landscape"), tmp_path / "no.pdf")
    narrow = Form("x", "小表", board.writer, board.scope, ("paper",), papers=("a4",))
    with pytest.raises(Refused, match="“小表”只能印成：A4。"):
        narrow.write(Order(paper="a3"), tmp_path / "no.pdf")
    with pytest.raises(Refused, match="不属于哪一次盘点"):
        FORMS["inventory"].write(Order(about=1), tmp_path / "no.pdf")


def test_a_stocktake_is_named_once(demo_run, tmp_path: Path) -> None:
    told = demo_run("print", "stocktake-report", "--stocktake", "PD-2026-00001", "--term", TOLD, "--out", tmp_path / "no.pdf")
    assert (told.code, "请去掉 --term" in told.err) == (1, True)


# --- what it takes -----------------------------------------------------------------------------------------------

Printer = Callable[[str, Order], tuple[object, ...]]


@pytest.fixture(scope="module")
def printer(demo_original: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Printer]:
    """Prints a form of the demo school and gives what came of it: its pages (size, words) and warnings, or the refusal."""
    root = tmp_path_factory.mktemp("papers") / "data"
    root.mkdir()
    (root / FILE_NAME).write_bytes(demo_original.read_bytes())
    made: dict[tuple[str, Order], tuple[object, ...]] = {}

    def printed(key: str, order: Order) -> tuple[object, ...]:
        if (key, order) not in made:
            try:
                paper = FORMS[key].write(order, root.parent / "paper.pdf")
            except Refused as refused:
                made[key, order] = (refused.text,)
            else:
                with pypdf.PdfReader(paper.path) as reader:
                    pages = [(page.mediabox.width, page.mediabox.height, page.extract_text()) for page in reader.pages]
                made[key, order] = (*pages, paper.warnings)
        return made[key, order]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "now", lambda: datetime(2026, 11, 21, 10).astimezone())
        open_store(root)
        yield printed
    database.close_everywhere()


def _small(form: Form) -> Order:
    """Give an order of a form that can be printed in a moment: of two rooms or classes where it takes them."""
    order = Order(term=SETTLED if form.key.startswith("fee-settlement") else "")
    if "places" in form.takes:
        order = replace(order, places=tuple(room.id for room in school.rooms()[1:3]))
    if "classes" in form.takes:
        order = replace(order, classes=tuple(identity for identity, _ in _classes(order)[:2]))
    return order


def _classes(order: Order) -> list[tuple[int, str]]:
    return list(roster.classes_of(2025 if order.term == SETTLED else 2026))


def _other(form: Form, order: Order, option: Option) -> object:
    """Give a value of an option that must make another paper of this order."""
    one_room, one_class = school.rooms()[4].id, _classes(order)[-1][0]
    return {**SOME, "places": (one_room,), "records": (2,) if form.about == "stocktake" else (1,),
            "term": TOLD if order.term == SETTLED else SETTLED, "classes": (one_class,), "grades": (6,),
            "day": date(2025, 11, 20) if form.key in ("purchase-contracts", "purchase-splits", "budget") else SOME["day"],
            "orientation": "landscape" if form.orientation == "portrait" else "portrait",
            "paper": form.papers[-1] if form.papers else ""}[option]


@pytest.mark.parametrize("key", FORMS)
def test_every_form_prints_as_it_usually_lies(printer: Printer, key: str) -> None:
    pages = printer(key, _small(FORMS[key]))[:-1]
    assert pages, "printed, not refused"
    if key == "purchase-dossier":       # what is filed together keeps its own way to lie; the cover stands upright
        pages = pages[:1]
    assert {page[0] > page[1] for page in pages} == {FORMS[key].orientation == "landscape"}    # type: ignore[index]


@pytest.mark.parametrize(("key", "option"), [(key, option) for key, form in FORMS.items() for option in form.takes])
def test_what_a_form_takes_makes_another_paper(printer: Printer, key: str, option: Option) -> None:
    order = _small(FORMS[key])
    asked = printer(key, replace(order, **{option: _other(FORMS[key], order, option)}))
    assert asked != printer(key, order)
    assert "不能选" not in str(asked[0])


@pytest.mark.parametrize("key", FORMS)
def test_every_form_says_what_it_covers(printer: Printer, key: str) -> None:
    usual = {"": "全校", "stocktake": "PD-2026-00002 2026—2027学年第一学期期末盘点", "fee_plan": "2026—2027学年第一学期",
             "stock_count": "KP-2026-00001 总保管室", "stock_plan": "2026年秋季作业本", "purchase": "QG-2026-00071 学生课桌"}
    of_a_year = key in ("purchase-contracts", "purchase-splits", "budget")
    form = FORMS[key]
    of_a_term = key.startswith("stock-") and "term" in form.takes
    assert form.scope(Order()) == ("2026年11月" if "month" in form.takes else "2026—2027学年第一学期" if of_a_term else
                                    "2026年" if of_a_year else "BX-2026-00067" if key == "purchase-claim" else usual[form.about])


def test_what_is_covered_names_the_classes_of_the_term(printer: Printer) -> None:
    """A class of last year is found among last year's."""
    classes = _classes(Order(term=SETTLED))
    order = Order(term=SETTLED, classes=(classes[0][0],), grades=(3,))
    assert FORMS["fee-register"].scope(order) == f"2025—2026学年第二学期 {classes[0][1]} 三年级"
    four = replace(order, classes=tuple(each for each, _ in classes[:4]))
    assert FORMS["fee-register"].scope(four).endswith(f"{classes[2][1]} 等")
    assert FORMS["fee-monthly"].scope(Order(month=date(2026, 3, 31))) == "2026年3月"
