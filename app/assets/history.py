"""What happened to a card, in words: the verb, then old → new of the fields it changed."""

import json
from collections.abc import Iterator

from app.assets import queries
from app.assets.cells import titles
from app.assets.fields import FIELD, REFERENCES, extra_key
from app.core.columns import Kind, shown
from app.store.journal import Event

IMPORT = "导入台账"     # how the step of an import is called
_MOST_FIELDS = 4
_CAME_BY_IMPORT = "导入台账时建卡"     # what else came in with it, and what did not, is no matter of this card


def said_of(event: Event) -> str:
    """Say what one step did to a card: the verb, then old → new of the fields it changed."""
    if "id" in event.fields:  # the whole card came or went
        return _CAME_BY_IMPORT if event.title.startswith(IMPORT) else event.title
    known = titles()
    parts = [f"{known.get(key, key)}：{_words(key, old)} → {_words(key, new)}" for key, old, new in _changed(event)]
    more = f"，另有 {len(parts) - _MOST_FIELDS} 项" if len(parts) > _MOST_FIELDS else ""
    return f"{event.title.split('：')[0].split(' ')[0]}　{'；'.join(parts[:_MOST_FIELDS])}{more}"


def _changed(event: Event) -> Iterator[tuple[str, object, object]]:
    """Give (key, old, new) of the fields that changed, each of the school's own fields by itself; the search words are nobody's."""
    for key, (old, new) in event.fields.items():
        if key == "extras":
            before, after = (json.loads(str(value or "{}")) for value in (old, new))
            yield from ((extra_key(int(own)), before.get(own), after.get(own)) for own in before | after
                        if before.get(own) != after.get(own))
        elif key != "keys":
            yield key, old, new


def _words(key: str, value: object) -> str:
    """Give a stored value as people read it."""
    if value in (None, ""):
        return "空"
    if key in REFERENCES and isinstance(value, int):
        return queries.name_of(key, value) or "空"
    return shown(FIELD[key].kind if key in FIELD else Kind.TEXT, value)
