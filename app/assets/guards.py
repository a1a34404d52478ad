"""What an undo or redo may not leave behind in the ledger: the verbs' rules, asked of a replay (``app/store/guards.py``)."""

import json
from collections.abc import Iterator

from app.assets import meanings, statuses
from app.assets.fields import TITLE
from app.assets.settings import STATUSES
from app.store.guards import Guards, Replay


def words_stay(replay: Replay) -> Iterator[str]:
    """A word for 使用状况 that cards bear keeps its meaning: the setting may not go back to where it was not listed."""
    for image in replay.images("setting"):
        if STATUSES.key in {each["key"] for each in image.both}:
            lines = json.loads(image.after["value"]) if image.after else meanings.SHIPPED
            for word, count in statuses.unlisted_cards(list(meanings.read(lines))):
                yield f"{count:,} 张卡片的{TITLE['status']}是“{word}”，它的含义写在这一步里。请先把这些卡片改成别的状况。"


def statuses_listed(replay: Replay) -> Iterator[str]:
    """A card gets no word back whose meaning is not known any more."""
    back = {image.after["status"] for image in replay.images("asset") if image.after and image.turned("status")}
    for word in sorted(filter(statuses.unlisted, back)):
        yield f"{TITLE['status']}“{word}”已经从设置里去掉了，卡片不能再改回它。请先在“设置—资产台账”里把它加上。"


GUARDS: Guards = {"setting": (words_stay,), "asset": (statuses_listed,)}
