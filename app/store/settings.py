"""Business settings in the file: only what differs from the declared default is stored, so it is in the backup."""

import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.core import reading
from app.core.errors import Invalid, Problem
from app.core.settings import Setting, T, parse_all
from app.store import journal
from app.store.database import database
from app.store.journal import Step
from app.store.tables import Setting as SettingRow

_lock = threading.Lock()
_remembered: tuple[int, dict[str, Any]] | None = None  # which opening of the file, and its stored values
_put = threading.local()    # ``here``: this thread has written values in its open operation, which nobody remembers yet


def value(setting: Setting[T]) -> T:
    """Give a setting's value; a stored value that no longer fits its declaration counts as not stored."""
    stored = _stored()
    if setting.key not in stored:
        return _own(setting.default)
    try:
        return setting.parse(stored[setting.key])
    except ValueError:
        return _own(setting.default)


@dataclass(frozen=True, slots=True)
class Changed:
    """The titles of the settings that a change touched, and its step; none and None where nothing differed."""

    titles: tuple[str, ...] = ()
    step: Step | None = None


def change(values: Mapping[Setting[Any], object]) -> Changed:
    """Set several settings as one step of undo and give the titles of those that changed.

    Values may be typed text. Raises ``Invalid`` with every problem at once, and then nothing is changed. A value equal
    to the default is not stored. No step is left where nothing differs.
    """
    parsed = parse_all(values)
    _require_borne(parsed)
    different = {setting: wanted for setting, wanted in parsed.items() if value(setting) != wanted}
    if not different:
        return Changed()
    titles = [setting.title for setting in different]
    with journal.operation(f"修改设置 {'、'.join(titles[:3])}{'等' if len(titles) > 3 else ''}") as work:
        put(different)
    return Changed(tuple(titles), work.step)


def put(values: Mapping[Setting[Any], object]) -> None:
    """Set several settings inside the caller's open operation, for a verb that does more than that.

    Raises ``Invalid`` with every problem at once, before anything is written.
    """
    parsed = parse_all(values)
    _require_borne(parsed)
    for setting, wanted in parsed.items():
        _write(setting, wanted)
        _put.here = True


def _require_borne(values: Mapping[Setting[Any], Any]) -> None:
    """Refuse to take a word out of a list that records still bear: nobody would know any more what it says of them."""
    problems = []
    for setting, wanted in values.items():
        table, column = setting.borne_by or ("", "")
        rows = database.execute_sql(
            f"""SELECT {column}, count(*) FROM {table} WHERE {column} <> '' AND {column} NOT IN (SELECT value FROM json_each(?))
                GROUP BY 1 ORDER BY 1""", (json.dumps(list(setting.words(wanted))),)).fetchall() if table else []
        listed = setting.words(value(setting)) if rows else ()
        problems += [Problem(setting.key, f"{setting.title}：“{word}”还有 {count:,} 条登记在用，不能去掉。要换一个词，请先加上新词，"
                                          "把这些登记批量改成新词，再去掉它。") for word, count in rows if word in listed]
    if problems:
        raise Invalid(problems)


def _write(setting: Setting[Any], wanted: object) -> None:
    if wanted == setting.default:
        SettingRow.delete().where(SettingRow.key == setting.key).execute()
        return
    text = json.dumps(wanted, ensure_ascii=False)
    if not SettingRow.update(value=text).where(SettingRow.key == setting.key).execute():
        SettingRow.insert(key=setting.key, value=text).execute()


def _stored() -> dict[str, Any]:
    global _remembered
    reading.also(("setting",))  # said also where the values are given from memory
    if getattr(_put, "here", False):
        if database.in_transaction():
            return _read()
        _put.here = False
    known = _remembered
    if known is not None and known[0] == database.opened:
        return known[1]
    # Read while holding the lock: a commit that happens meanwhile waits in ``_forget`` and then voids what was read.
    with _lock:
        opened = database.opened
        stored = _read()
        _remembered = (opened, stored)
        return stored


def _read() -> dict[str, Any]:
    return {key: json.loads(text) for key, text in database.execute_sql("SELECT key, value FROM setting").fetchall()}


def _forget(tables: frozenset[str]) -> None:
    global _remembered
    if "setting" in tables:
        with _lock:
            _remembered = None


def _own(default: T) -> T:
    """Give a list default as a copy: a caller that appends to it must not change the declaration."""
    return list(default) if isinstance(default, list) else default


journal.listeners.append(_forget)
