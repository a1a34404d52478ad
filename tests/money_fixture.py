"""A small school with a term's fees for tests of the money: two classes of one grade and one of another, five items."""

from dataclasses import dataclass, field
from datetime import date

import pytest

from app.fees.tables import FeeChoice, FeeItem, FeePlan, FeePlanItem, FeePrice
from app.school.pupil_rules import pupil_keys
from app.school.tables import Enrolment, Person, Pupil, SchoolClass, Term
from app.store import journal
from app.store.opening import Store

BOOKS, MEALS, CARE, CLUB, UNIFORM = "作业本费", "伙食费", "课后服务费", "研学费", "校服费"
_ITEMS: tuple[tuple[str, str, str, int, str, dict[int, int]], ...] = (
    (BOOKS, "代收费", "学期", 0, "低保", {3: 1_500, 4: 1_800}),
    (MEALS, "代收费", "天", 0, "低保", {3: 1_000, 4: 1_000}),
    (CARE, "服务性收费", "月", 1, "低保\n孤儿", {3: 6_000, 4: 6_000}),
    (CLUB, "代收费", "学期", 1, "", {3: 12_345}),
    (UNIFORM, "代收费", "份", 0, "", {3: 20_150, 4: 20_150}),
)


@dataclass
class FeeSchool:
    """Ids by name: ``items`` of the plan, ``classes``, ``pupils``, ``people``; ``plan`` is in the state 收费中."""

    plan: int
    term: int
    items: dict[str, int] = field(default_factory=dict)
    classes: dict[str, int] = field(default_factory=dict)
    pupils: dict[str, int] = field(default_factory=dict)
    people: dict[str, int] = field(default_factory=dict)


_PUPILS = (   # class, name, waiver, joined, left, answers about 课后服务费 and 研学费
    ("三年级1班", "安一", "", "2026-09-01", None, 1, 1), ("三年级1班", "白二", "低保", "2026-09-01", None, 1, 0),
    ("三年级1班", "曹三", "", "2026-09-01", None, 0, 1), ("三年级1班", "邓四", "", "2026-11-16", None, None, None),
    ("三年级2班", "龘䶮㛃", "", "2026-09-01", None, 1, 1), ("三年级2班", "欧阳阿依古丽娜", "孤儿", "2026-09-01", None, 1, 1),
    ("三年级2班", "冯七", "", "2026-09-01", "2026-10-10", 1, 1),
    ("四年级1班", "高八", "", "2026-09-01", None, 1, None), ("四年级1班", "何九", "", "2026-09-01", None, 0, None),
)


@pytest.fixture
def fee_school(started_ledger: Store) -> FeeSchool:
    """Give a school of nine pupils on 2026-11-21 with a plan that is being collected, nothing paid yet."""
    with journal.operation("示例收费"):
        term = Term.get(Term.school_year == 2026, Term.half == 1)
        Term.update(starts_on=date(2026, 9, 1), ends_on=date(2027, 1, 20)).where(Term.id == term.id).execute()
        plan = FeePlan.create(term=term, state="collecting", collect_from=date(2026, 9, 7))
        made = FeeSchool(plan.id, term.id)
        for name in ("经手甲", "验收乙", "审核丙"):
            made.people[name] = Person.create(name=name).id
        for at, (name, kind, measure, voluntary, waived, prices) in enumerate(_ITEMS):
            settled_by = "按标准结算" if kind == "服务性收费" else "按票据结算"
            item = FeeItem.create(name=name, kind=kind, measure=measure, voluntary=voluntary, waived=waived, settled_by=settled_by)
            row = FeePlanItem.create(plan=plan, item=item, position=at, name=name, kind=kind, unit=f"元/生·{measure}", measure=measure,
                                     voluntary=voluntary, waived=waived, settled_by=settled_by)
            made.items[name] = row.id
            for grade, fen in prices.items():
                FeePrice.create(plan_item=row, grade=grade, fen=fen)
        for grade, number in ((3, 1), (3, 2), (4, 1)):
            room = SchoolClass.create(school_year=2026, grade=grade, number=number, name=f"{'三四'[grade - 3]}年级{number}班")
            made.classes[room.name] = room.id
        for seat, (where, name, waiver, joined, left, care, club) in enumerate(_PUPILS, 1):
            digits, phone = f"2026{seat:04d}", f"1390000{seat:04d}"
            pupil = Pupil.create(name=name, number=digits, phone=phone, waiver=waiver, keys=pupil_keys(name, digits, "", phone))
            made.pupils[name] = pupil.id
            Enrolment.create(pupil=pupil, school_class=made.classes[where], seat=seat, joined_on=date.fromisoformat(joined),
                             left_on=left and date.fromisoformat(left), reason="转出" if left else "")
            for item_name, answer in ((CARE, care), (CLUB, club)):
                if answer is not None:
                    FeeChoice.create(plan_item=made.items[item_name], pupil=pupil, agreed=answer, chosen_on=date(2026, 9, 3))
    return made
