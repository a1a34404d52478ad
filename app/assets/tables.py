"""The asset card and the school's own extra fields."""

import peewee

from app.assets.fields import FIELDS, CardField
from app.core.columns import Kind
from app.school.tables import Department, Person, Place
from app.store.database import Table, column_for, with_columns

_NAMED = {"place": Place, "department": Department, "person": Person}

# The order of asset numbers: what stands before the digits at the end, then their value (K2 before K10), then the number.
_HEAD = "rtrim({0}number, '0123456789')"
_ORDER = (_HEAD, f"CAST(substr({{0}}number, length({_HEAD}) + 1) AS INTEGER)", "{0}number")
NUMBER_ORDER = tuple(part.format("a.") for part in _ORDER)      # terms for ORDER BY, of ``asset a``


def _column(field: CardField) -> peewee.Field:
    """Give the column that holds a field."""
    if field.ref:
        return peewee.ForeignKeyField(_NAMED[field.ref], null=True)
    return column_for(field.default, field.blank, field.kind is Kind.DAY, field.unique, field.since > 1)


# In the order in which the file has them: a column that was added later stands behind the others.
_COLUMNS = {
    **{field.key: _column(field) for field in FIELDS if field.since == 1},
    "extras": peewee.TextField(default="{}"), "keys": peewee.TextField(default=""),
    **{field.key: _column(field) for field in sorted(FIELDS, key=lambda each: each.since) if field.since > 1},
}


@with_columns(lambda: _COLUMNS)
class Asset(Table):
    """One card of the ledger; it may stand for many like pieces (45 desks). Money in 分, life in months.

    Its columns are made from ``FIELDS``. ``keys`` holds the words a card is found by, full pinyin of the name
    first; their index finds them without a look at the cards. ``extras`` is a JSON object: id of an ``ExtraField`` to value.
    """

    class Meta:
        indexes = (
            (("keys",), False),  # finds
            (("place", "number"), False),
            (("keeper", "number"), False),
            (("acquired_on", "number"), False),
            (("class_code", "number"), False),
            peewee.SQL(
                f'CREATE INDEX "asset_number_order" ON "asset" ({", ".join(part.format("") for part in _ORDER)})'
            ),
        )


class ExtraField(Table):
    """A field that this school added to its cards: text, number, day or choice."""

    title = peewee.TextField(unique=True, verbose_name="字段名")
    kind = peewee.TextField(verbose_name="类型")            # 文字 数字 日期 选项
    choices = peewee.TextField(default="", verbose_name="选项")  # one a line
    position = peewee.IntegerField(default=0)
    active = peewee.IntegerField(default=1)
