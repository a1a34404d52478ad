"""The school's words for 使用状况 with their fixed meanings, and the words that any field of a card offers."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from app.assets import meanings
from app.assets.fields import TITLE, CardField
from app.assets.settings import STATUSES
from app.assets.sheets import SYNONYMS
from app.core.settings import Setting
from app.store import settings
from app.store.database import database


def words(*wanted: str) -> list[str]:
    """Give the words that mean one of these (all words, where none is asked for), in the school's order."""
    known = meanings.read(settings.value(STATUSES))
    return [word for word, meaning in known.items() if not wanted or meaning in wanted]


def word_for(meaning: str) -> str:
    """Give the word that the program writes for a meaning: the first the school has, else the meaning itself."""
    return next(iter(words(meaning)), meaning)


def by_word(marks: dict[str, str]) -> dict[str, str]:
    """Give for each of the school's words what ``marks`` says of its meaning, where it says something."""
    return {word: marks[meaning] for word, meaning in meanings.read(settings.value(STATUSES)).items() if meaning in marks}


def offered(field: CardField) -> list[str]:
    """Give the words that a card's field offers: fixed ones, or those of its setting; of 使用状况 without their meanings."""
    if not isinstance(field.choices, Setting):
        return list(field.choices)
    return words() if field.choices is STATUSES else list(settings.value(field.choices))


def synonyms(key: str) -> dict[str, str]:
    """Give the words by which other workbooks call the choices of a field, each with the choice."""
    if key != "status":
        return SYNONYMS.get(key, {})
    known = meanings.read(settings.value(STATUSES))
    first = {meaning: word for word, meaning in reversed(known.items())}
    others = {**dict(zip(meanings.MEANINGS, meanings.MEANINGS, strict=True)), **meanings.read(meanings.SHIPPED), **meanings.SYNONYMS}
    return {synonym: word for synonym, word in meanings.SAME.items() if word in known} | {
        synonym: first[meaning] for synonym, meaning in others.items() if meaning in first and synonym not in known}


def unlisted(status: str) -> str:
    """Say that a card may not be given a word of unknown meaning, "" for one that is listed."""
    if not status or status in words():
        return ""
    return f"没有“{status[:20]}”这个{TITLE['status']}，请从列表里选；要用新的，先在“设置—资产台账”里加上这个词和它的含义。"


def unlisted_cards(listed: Sequence[str] | None = None) -> list[tuple[str, int]]:
    """Give the words that cards bear and that are not ``listed`` (by the setting), with how many cards: nobody knows their meaning."""
    rows: Iterable[Any] = database.execute_sql(
        "SELECT status, count(*) FROM asset WHERE status <> '' AND status NOT IN (SELECT value FROM json_each(?)) GROUP BY status ORDER BY status",
        (json.dumps(words() if listed is None else listed),)).fetchall()
    return [(word, count) for word, count in rows]
