"""What an undo or redo may not leave behind in a stocktake: the verbs' rules, asked of a replay (``app/store/guards.py``)."""

from collections.abc import Iterator

from app.core.errors import Refused
from app.stocktake import commands, queries
from app.stocktake.rules import COUNTED, OPEN
from app.store.guards import Guards, Replay


def counts_stay(replay: Replay) -> Iterator[str]:
    """What was counted and found stays as it is once the counting is over; the step that ended it may go back with it."""
    turned = {image.row for image in replay.images("stocktake") if image.turned("state")}
    touched = {each["stocktake_id"]
               for image in replay.images("stocktake_line", "stocktake_find") for each in image.both}
    for identity in sorted(touched - turned):
        row = queries.stocktake(identity)
        if row is not None and row.state != OPEN:
            yield f"“{row.title}”{row.state_words}，录入的结果不能再变。请先撤销“{row.state_words}”那一步，或重新打开它。"


def ends_stand(replay: Replay) -> Iterator[str]:
    """A stocktake is finished only where everything is counted."""
    for image in replay.images("stocktake"):
        if image.after is None or not image.turned("state") or image.after["state"] != COUNTED:
            continue
        row = queries.stocktake(image.row)
        if row is not None:
            try:
                commands.require_counted(row)
            except Refused as refused:
                yield refused.text


GUARDS: Guards = {"stocktake": (ends_stand,), "stocktake_line": (counts_stay,), "stocktake_find": (counts_stay,)}
