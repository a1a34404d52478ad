"""班级项目汇总表: the sums of the ledger, class by class and item by item; no names, no class of one child alone."""

from datetime import date

import pypdf
import pytest

from app import features
from app.core.money import format_fen
from app.fees.board import settings as public
from app.fees.board.class_items import BACK, DUE, RECEIVED, SPENT, class_lines
from app.fees.money import commands, settlement
from app.fees.money.facts import Facts
from app.fees.money.rules import VoucherDraft
from app.paper.forms import Order
from app.store import settings
from tests.fee_verbs import record_voucher


@pytest.fixture
def paid(fee_school):
    for each in fee_school.classes.values():
        commands.pay_class(fee_school.plan, each, date(2026, 9, 30))
    people = list(fee_school.people.values())
    for number, name, fen in (("1", "作业本费", 10_001), ("2", "伙食费", 400_000), ("3", "校服费", 120_000)):
        record_voucher(fee_school.plan, VoucherDraft(fee_school.items[name], number, date(2026, 11, 5), fen, "发票", "", "供应商", *people))
    return fee_school


def whole(lines, part, school):
    return sum(line[f"{part}{item}"] for line in lines for item in school.items.values())


@pytest.mark.parametrize("least", [1, 4, 5, 50])
def test_the_sums_are_those_of_the_accounts_however_classes_are_folded(paid, least):
    settings.change({public.LEAST_PUBLIC: least})
    settlement.settle(paid.plan)
    facts = Facts(paid.plan)
    lines = class_lines(facts)
    assert all(line["pupils"] >= least for line in lines) or len(lines) == 1
    assert sum(line["pupils"] for line in lines) == len({each.pupil for each in facts.accounts if each.charged or each.paid or each.spent})
    for part, fen in ((DUE, sum(each.charged for each in facts.accounts)), (RECEIVED, sum(each.paid for each in facts.accounts)),
                      (SPENT, sum(each.spent - each.borne for each in facts.accounts)), (BACK, sum(each.refund for each in facts.accounts))):
        assert whole(lines, part, paid) == fen
    assert whole(lines, RECEIVED, paid) - whole(lines, SPENT, paid) == whole(lines, BACK, paid)


def test_a_class_is_folded_into_its_grade(paid):
    settings.change({public.LEAST_PUBLIC: 4})
    names = [line["name"] for line in class_lines(Facts(paid.plan))]
    assert len(names) < 3
    assert any("、" in name for name in names)


def test_the_paper_names_nobody_and_says_what_stage_it_is(paid, tmp_path):
    form = features.form("fee-class-items")

    def read():
        with pypdf.PdfReader(form.write(Order(), tmp_path / "p.pdf").path) as reader:
            return "\n".join(page.extract_text() for page in reader.pages)

    before = read()
    assert "还没有结算" in before
    assert "应退合计" not in before
    settlement.settle(paid.plan)
    after = read()
    assert "应退合计" in after
    assert format_fen(sum(each.paid for each in Facts(paid.plan).accounts)) in after
    assert not any(name in after for name in paid.pupils)
