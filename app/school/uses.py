"""What still uses a record, in any table: asked of the file's own foreign keys, so that no feature can be forgotten."""

from collections.abc import Callable, Iterable

from app.core.errors import Refused, not_joined
from app.store.database import database
from app.store.nouns import noun

holdings: Callable[[], tuple[Callable[[int], Iterable[str]], ...]] = not_joined
"""Gives what the features know of it (``app.features.join``): for a person's id, what that person still keeps: 资产 12 件."""


def uses(table: str, identity: int) -> dict[str, int]:
    """Give how many records of which table refer to a record; a place's own children count as well."""
    found: dict[str, int] = {}
    names = database.execute_sql("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    for (name,) in names:
        keys = database.execute_sql(f'PRAGMA foreign_key_list("{name}")').fetchall()
        columns = [f'"{key[3]}" = ?' for key in keys if key[2] == table]
        if columns:
            count = database.execute_sql(
                f'SELECT count(*) FROM "{name}" WHERE {" OR ".join(columns)}', (identity,) * len(columns)).fetchone()[0]
            if count:
                found[name] = count
    return found


def require_unused(table: str, identity: int, name: str, instead: str) -> None:
    """Refuse to go on while anything refers to a record; ``instead`` says what to do."""
    found = uses(table, identity)
    if found:
        listed = "、".join(f"{noun(other, '其他记录')} {count} 条" for other, count in found.items())
        raise Refused(f"不能删除“{name}”：还有{listed}在用它。{instead}")


def still_keeps(person: int) -> list[str]:
    """Give everything a person still keeps, one short sentence each, empty when nothing is left."""
    rooms = [path for (path,) in database.execute_sql(
        "SELECT path FROM place WHERE keeper_id = ? AND active = 1 ORDER BY rank", (person,)).fetchall()]
    classes = [name for (name,) in database.execute_sql(
        """SELECT name FROM school_class WHERE teacher_id = ? AND school_year >= coalesce(
             (SELECT school_year FROM term WHERE is_current = 1), 0)""", (person,)).fetchall()]
    found = [f"保管地点 {len(rooms)} 处（{_some(rooms)}）"] if rooms else []
    found += [f"班主任：{_some(classes)}"] if classes else []
    return found + [sentence for holding in holdings() for sentence in holding(person)]


def _some(names: list[str]) -> str:
    return "、".join(names[:3]) + ("等" if len(names) > 3 else "")
