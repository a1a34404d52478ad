"""A small office that buys: two departments, five people, a room, a supplier, on the 21st of November 2026."""

from datetime import date
from types import SimpleNamespace

import pytest

from app.purchasing import small
from app.purchasing.paying import PaperDraft
from app.purchasing.rules import LineDraft
from app.purchasing.small import SmallDraft
from app.school import commands as school
from app.school import place_commands, queries
from app.school.rules import PersonDraft
from app.school.signing_rules import Signer

DAY = date(2026, 11, 20)


@pytest.fixture
def shop(started_ledger):
    """Give ids by name; ``broom`` is a line, ``draft`` a purchase of it that is right, ``buy`` records one."""
    place_commands.add_places("教学楼 1层 101室 教室")
    people = {name: school.add_person(PersonDraft(name)).made[0] for name in ("王敏", "李强", "张兰", "赵云", "钱多")}
    office = school.add_department("教务处").made[0]
    broom = LineDraft("扫帚", "塑料", "把", 10_000, 860, department=office)

    def draft(*lines, **more):
        values = {"bought_on": DAY, "approved_on": DAY, "supplier": "青河五金店", "department": office,
                  "paper": PaperDraft(number="04410001", code="3600224130"),
                  "buyers": (Signer(people["王敏"]),), "acceptors": (Signer(people["李强"]),)}
        return SmallDraft(lines=lines or (broom,), **{**values, **more})

    return SimpleNamespace(
        people=people, office=office, room=queries.rooms()[0].id, broom=broom, draft=draft, signer=lambda name: Signer(people[name]),
        buy=lambda *lines, **more: small.save(draft(*lines, **more)))
