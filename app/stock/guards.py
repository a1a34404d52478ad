"""What an undo or redo may not leave behind in the store: shortages, costs worked out by what is gone, changes in issued months."""

from collections.abc import Iterator

from app.stock import months, movements, proof
from app.store.guards import Guards, Replay


def costs_stand(replay: Replay) -> Iterator[str]:
    """Later lines were worked out by those that come or go: where they would be wrong, void the slip instead."""
    days: dict[int, str] = {}
    for image in replay.images("stock_movement"):
        for each in image.both:
            days[each["item_id"]] = min(days.get(each["item_id"], "9999"), each["booked_on"])
    for item, day in sorted(days.items()):
        if said := proof.wrong_since(item, day):
            yield f"{said}。请改用作废（成本会重算），或先撤销后来的那一步。"
            return


def issued_months_stand(replay: Replay) -> Iterator[str]:
    """Lines of a month whose report was issued stay as they are."""
    first = movements.first_open_day()
    issued = {image.row for image in replay.images("stock_month")}
    if first is None or issued:
        return
    months = {each["booked_on"][:7] for image in replay.images("stock_movement") for each in image.both if each["booked_on"] < first.isoformat()}
    for month in sorted(months):
        yield f"{month} 已经月结，这个月的收发不能再变。请登记一张相反的单据，或先取消月结。"
        return


def late_lines_stand(replay: Replay) -> Iterator[str]:
    """A month cannot become open again under lines that were booked later because it was issued."""
    for image in replay.images("stock_month"):
        now = image.after
        if now is not None and now["voided_on"] is None:
            continue
        month = (image.before or {}).get("month", "")
        if late := months.late_slips(month):
            yield f"{month} 月结以后又补记了 {late} 张这个月的单据，不能再回到没有月结。"


GUARDS: Guards = {"stock_movement": (costs_stand, issued_months_stand), "stock_month": (late_lines_stand,)}
