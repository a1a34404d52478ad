"""Writing links between records as a part of another record's verb; ``links`` reads them."""

from app.school.tables import RecordLink


def tie(table: str, identity: int, to_table: str, to: int, why: str) -> None:
    """Link a record to another; expects an operation that is open already. The same link again changes nothing."""
    there = (RecordLink.from_table == table) & (RecordLink.from_id == identity) & (RecordLink.to_table == to_table) & (
        RecordLink.to_id == to) & (RecordLink.why == why)
    if not RecordLink.select().where(there).exists():
        RecordLink.insert(from_table=table, from_id=identity, to_table=to_table, to_id=to, why=why).execute()
