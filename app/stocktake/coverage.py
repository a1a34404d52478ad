"""How much a scope would cover, asked while a person still chooses it: the same cards that ``commands.start`` freezes."""

import json
from datetime import date

from app.assets import queries as assets
from app.core.listing import Totals, Wish
from app.school import queries as school
from app.school.rules import BRANCH_STORE
from app.stocktake.rules import Scope
from app.store.database import database


def covered(scope: Scope, base: date | None) -> Totals:
    """Give cards, pieces and value (分) of a scope on its 基准日; cards booked later are not among them."""
    parts: list[str] = ["1"]
    given: list[object] = []

    def within(column: str, values: object) -> None:
        parts.append(f"{column} IN (SELECT value FROM json_each(?))")
        given.append(json.dumps(values))

    if base is not None:
        parts.append("coalesce(a.booked_on, a.acquired_on, '') <= ?")
        given.append(base.isoformat())
    if scope.places:
        within("coalesce(a.place_id, 0)", [below
                                           for each in scope.places
                                           for below in school.places_below(each) or [each]])
    if scope.branch_rooms:
        within("a.place_id", [room.id for room in school.rooms() if room.custody == BRANCH_STORE])
    if scope.keepers:
        within("coalesce(a.keeper_id, 0)", list(scope.keepers))
    if scope.classes:
        within("a.id", [card for each in scope.classes for card in assets.matching_ids(Wish(filters={"class": each}))])
    row = database.execute_sql(
        f"SELECT count(*), coalesce(sum(a.quantity), 0), coalesce(sum(a.value), 0) FROM asset a WHERE {' AND '.join(parts)}",
        tuple(given),
    ).fetchone()
    return Totals(*row)
