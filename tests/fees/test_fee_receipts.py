"""收费收据: what is printed of a class, of chosen ones, again, and of a voided one."""

from datetime import date

import pypdf
import pytest

from app import features
from app.core.errors import Refused
from app.fees.money import commands, receipt_settings, receipts
from app.paper.forms import Order
from app.store import journal, settings
from app.store.database import scalar

FIRST = "三年级1班"


@pytest.fixture
def paid(fee_school):
    commands.pay_class(fee_school.plan, fee_school.classes[FIRST], date(2026, 9, 30), "扫码")
    return fee_school


def printed(order, tmp_path):
    form = features.form("fee-receipt")
    done = form.write(order, tmp_path / "r.pdf")
    with pypdf.PdfReader(done.path) as reader:
        return done, [page.extract_text() for page in reader.pages]


def test_a_class_is_printed_once_and_what_is_new_the_next_time(paid, tmp_path):
    form, order = features.form("fee-receipt"), Order(about=paid.plan, classes=(paid.classes[FIRST],))
    count = len(receipts.to_print(paid.plan, classes=[paid.classes[FIRST]]))
    done, texts = printed(order, tmp_path)
    assert done.pages == count      # two copies a page
    assert "安一" in texts[0]
    assert "SJ-2026-00001" in texts[0]
    assert "扫码" in texts[0]
    assert not any("补打" in text for text in texts)
    assert scalar("SELECT count(*) FROM fee_receipt WHERE printed_on IS NOT NULL") == 0     # looked at only
    form.noted(order)
    assert scalar("SELECT count(*) FROM fee_receipt WHERE printed_on = '2026-11-21'") == count
    with pytest.raises(Refused, match="都打印过了"):
        form.write(order, tmp_path / "r.pdf")
    form.noted(order)       # saved, and then printed as well
    journal.undo()
    assert scalar("SELECT count(*) FROM fee_receipt WHERE printed_on IS NOT NULL") == 0


def test_a_chosen_one_that_was_printed_says_so_and_a_voided_one_too(paid, tmp_path):
    one, two = receipts.by_number("SJ-2026-00001"), receipts.by_number(" sj-2026-00002")
    receipts.note_printed([one], date(2026, 10, 8))
    commands.void_receipts([two], "写错")
    _, texts = printed(Order(about=paid.plan, records=(one, two)), tmp_path)
    assert ["补打" in text for text in texts] == [True, False]
    assert ["作废" in text for text in texts] == [False, True]
    assert receipts.note_printed([one]) is None
    assert all(each.voided_on is None for each in receipts.to_print(paid.plan))
    assert receipts.by_number("SJ-2026-09999") is None


def test_the_sum_in_words_is_that_of_the_lines(paid, tmp_path):
    each = receipts.to_print(paid.plan)[0]
    assert each.fen == sum(line.fen for line in each.lines) == scalar("SELECT sum(fen) FROM fee_receipt_line WHERE receipt_id = ?", (each.id,))
    settings.change({receipt_settings.COPIES: []})
    done, (text,) = printed(Order(about=paid.plan, records=(each.id,)), tmp_path)
    assert "联" not in text
    assert f"￥{each.fen / 100:,.2f}" in text


def test_what_cannot_be_printed_is_refused(paid, tmp_path):
    with pytest.raises(Refused, match="还没有收据"):
        printed(Order(about=paid.plan, classes=(paid.classes["四年级1班"],)), tmp_path)
    with pytest.raises(Refused, match="不在这个学期里"):
        printed(Order(about=paid.plan, records=(999,)), tmp_path)


def test_on_the_command_line(paid, run, tmp_path):
    assert run("print", "fee-receipt", "--class", FIRST, "--out", tmp_path / "a.pdf").code == 0
    again = run("print", "fee-receipt", "--class", FIRST, "--out", tmp_path / "a.pdf")
    assert (again.code, "都打印过了" in again.err) == (1, True)
    assert run("print", "fee-receipt", "--receipt", "SJ-2026-00001", "--out", tmp_path / "b.pdf").code == 0
    assert "补打" in pypdf.PdfReader(tmp_path / "b.pdf").pages[0].extract_text()
    wrong = run("print", "fee-receipt", "--receipt", "SJ-1", "--out", tmp_path / "b.pdf")
    assert (wrong.code, "没有票据号" in wrong.err) == (1, True)
