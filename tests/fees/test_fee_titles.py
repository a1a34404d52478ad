"""A step of money says in the list of steps whom it is about: the class, how many, how much; numbers of what is voided."""

from datetime import date

from app.fees.money import commands
from app.fees.money.facts import Facts
from app.fees.money.rules import ReceiptDraft
from app.store import journal
from tests.money_fixture import FeeSchool

PAID = date(2026, 11, 2)


def receipts(school: FeeSchool, *names: str) -> list[int]:
    drafts = [ReceiptDraft(school.pupils[name], PAID, Facts(school.plan).owed(school.pupils[name])) for name in names]
    return list(commands.record_receipts(school.plan, drafts).made)


def title() -> str:
    return journal.steps()[0].title


def test_receipts_say_the_class_and_the_sum(fee_school: FeeSchool) -> None:
    one = receipts(fee_school, "安一")
    assert title().startswith("登记收费 三年级1班 ")
    assert title().endswith(" 元")
    others = [name for name in fee_school.pupils if name != "安一"][:3]
    receipts(fee_school, *others)
    assert f" {len(others)} 人 " in title()
    commands.void_receipts(one, "写错")
    assert title() == "作废收据 SJ-2026-00001"


def test_classes_are_named_up_to_three(fee_school: FeeSchool) -> None:
    facts = Facts(fee_school.plan)
    everybody = [child.id for child in facts.children]
    classes = {facts.places[each].class_name for each in everybody}
    assert facts.whose(everybody).endswith(f" {len(everybody)} 人")
    assert all(name in facts.whose(everybody) for name in list(dict.fromkeys(facts.places[each].class_name for each in everybody))[:3])
    assert ("等" in facts.whose(everybody)) == (len(classes) > 3)
    assert facts.whose(everybody[:1]) == facts.places[everybody[0]].class_name
