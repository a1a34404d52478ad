"""Who signs a record: written and read for every feature, compared by one rule (``signing_rules``). Three
levels of diligence, none asked by itself.

The least is that a paper came back signed (``signed_on`` of the record itself). Where a rule needs people they are picked here,
or named where they are of another house. An opinion and a day are there where somebody noted them.
"""

from collections.abc import Collection, Iterable
from datetime import date

from app.school.signing_rules import Signer, given
from app.school.tables import Signature
from app.store.database import among, database


def write(table: str, identity: int, role: str, signers: Iterable[Signer]) -> None:
    """Write who signs a record in a role, in the place of whoever stood there; expects an operation that is open already."""
    wanted = [(each.person, "" if each.person else each.name.strip(), each.signed_on, each.opinion.strip(), int(each.refused))
              for each in given(signers)]
    there = [(each.person, "" if each.person else each.name, each.signed_on, each.opinion, int(each.refused))
             for each in of(table, [identity], role).get(identity, ())]
    if wanted == there:
        return
    Signature.delete().where((Signature.owner_table == table) & (Signature.owner_id == identity) & (Signature.role == role)).execute()
    for at, (person, name, day, opinion, refused) in enumerate(wanted):
        Signature.insert(owner_table=table, owner_id=identity, role=role, position=at, person=person, name=name, signed_on=day,
                         opinion=opinion, refused=refused).execute()


def of(table: str, identities: Collection[int], role: str) -> dict[int, list[Signer]]:
    """Give who signs some records in a role, in their order; records that nobody signs are left out."""
    narrowed, parameters = among("s.owner_id", identities)
    found: dict[int, list[Signer]] = {}
    for owner, person, name, day, opinion, refused, shown in database.execute_sql(
            f"""SELECT s.owner_id, s.person_id, s.name, s.signed_on, s.opinion, s.refused, coalesce(p.name, s.name)
                FROM signature s LEFT JOIN person p ON p.id = s.person_id
                WHERE s.owner_table = ? AND s.role = ? {narrowed} ORDER BY s.owner_id, s.position""", (table, role, *parameters)).fetchall():
        found.setdefault(owner, []).append(
            Signer(person, name, date.fromisoformat(day) if day else None, opinion, bool(refused), shown))
    return found
