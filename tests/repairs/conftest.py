"""A small school where things break: two rooms, a class, four people, a fan, chairs and tubes in the store, on the 21st of November 2026."""

from datetime import date
from types import SimpleNamespace

import pytest

from app.assets import commands as assets
from app.assets import queries as cards
from app.assets.fields import AssetDraft
from app.repairs import commands, intake, queries
from app.repairs.rules import AcceptDraft, CompletionDraft, RepairDraft
from app.school import commands as school
from app.school import place_commands
from app.school import queries as places
from app.school.rules import ClassDraft, PersonDraft
from app.school.signing_rules import Signer
from app.stock import commands as stock
from app.stock.rules import NamedIn
from app.stock.tables import StockStoreroom
from app.store import journal
from app.store.database import scalar

TODAY = date(2026, 11, 21)      # a Saturday
MONDAY, TUESDAY, FRIDAY = date(2026, 11, 16), date(2026, 11, 17), date(2026, 11, 20)


@pytest.fixture
def shop(started_ledger):
    """Give ids by name; ``draft`` is a job that is right, ``report`` takes one in, ``status`` asks a card's word."""
    people = {name: school.add_person(PersonDraft(name)).made[0] for name in ("王敏", "李强", "张师傅", "赵云")}
    place_commands.add_places("教学楼 3层 304室 教室\n教学楼 3层 305室 教室")
    room, other = (each.id for each in places.rooms())
    place_commands.set_keeper([room], people["李强"])
    school_class = school.add_class(ClassDraft(2026, 3, 2, teacher_id=people["王敏"], place_id=room)).made[0]
    fan = assets.register_asset(AssetDraft(name="吊扇", quantity=1, unit_price=20000, value=20000, place_id=room,
                                             acquired_on=date(2020, 9, 1))).made[0]
    chairs = assets.register_asset(AssetDraft(name="学生课椅", quantity=45, unit_price=6000, value=270000, place_id=room,
                                        acquired_on=date(2020, 9, 1))).made[0]

    def draft(**more):
        return RepairDraft(**{"reported_on": MONDAY, "place": room, "what": "灯管不亮", "reporter": people["王敏"], **more})

    def report(**more):
        return intake.report(draft(**more)).made[0]

    def assigned(**more):
        identity = report(**more)
        commands.assign([identity], MONDAY, [Signer(people["张师傅"])])
        return identity

    def accepted(**more):
        identity = assigned(**more)
        commands.complete([identity], CompletionDraft(TUESDAY, "换灯管"))
        commands.accept([identity], AcceptDraft(FRIDAY, "满意"))
        return identity

    def status(card):
        found = cards.card(card)
        return found.draft.status if found else None

    return SimpleNamespace(
        people=people, room=room, other=other, school_class=school_class, fan=fan, chairs=chairs, draft=draft, report=report, assigned=assigned,
        accepted=accepted, status=status, signer=lambda name: Signer(people[name]), row=queries.repair)


@pytest.fixture
def tubes(shop):
    """Give the store's tubes: ten of them for 8 yuan each, and where they lie."""
    with journal.operation("开库"):
        place = int(StockStoreroom.insert(name="材料库").execute())
    stock.receive_named(date(2026, 11, 2), place, [NamedIn("灯管", "T8", "支", 10_000, 8_000)])
    return SimpleNamespace(item=int(scalar("SELECT id FROM stock_item WHERE name = '灯管'")), storeroom=place)
