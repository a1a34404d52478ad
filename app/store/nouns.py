"""What people call the records of each table: 资产卡片, 学生. The features say it (``app.features.join``)."""

nouns: dict[str, str] = {}


def noun(table: str, unknown: str = "") -> str:
    """Give what people call a table's records; ``unknown``, or the table's own name, where no feature says it."""
    return nouns.get(table, unknown or table)
