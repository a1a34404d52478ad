"""Issuing a month's 收发存月报 (月结): its lines stay as they are, whatever comes late is booked on the first open day."""

import re
from calendar import monthrange
from datetime import date

from app.core import clock
from app.core.errors import Refused
from app.stock import movements
from app.stock.tables import StockMonth
from app.store import voiding
from app.store.database import database, scalar
from app.store.journal import Step, operation


def bounds(month: str) -> tuple[date, date]:
    """Give the first and last day of a month (2026-03); ``Refused`` where it is none."""
    found = re.fullmatch(r"(\d{4})-(\d{1,2})", month.strip())
    if not found or not 1 <= int(found[2]) <= 12:  # noqa: PLR2004  months of a year
        raise Refused(f"“{month}”不是月份，请写成 2026-03。")
    year, number = int(found[1]), int(found[2])
    return date(year, number, 1), date(year, number, monthrange(year, number)[1])


def issue_month(month: str) -> Step:
    """Issue a month that is over; those before it are issued with it. ``Refused`` where it is issued already or not over."""
    first, last = bounds(month)
    word = f"{first:%Y-%m}"
    if last >= clock.today():
        raise Refused(f"{word} 还没有过完，过完以后再月结。")
    done = movements.first_open_day()
    if done and first < done:
        raise Refused(f"{word} 已经月结过了。")
    with operation(f"月结 {word}") as work:
        work.made(int(StockMonth.insert(month=word, issued_on=clock.today()).execute()))
    return work.done


def retract_month(reason: str) -> Step:
    """Take back the latest issue of a month, with a reason. ``Refused`` where none is issued, or late lines rest on it."""
    reason = voiding.require_reason(reason)
    row = database.execute_sql("SELECT id, month FROM stock_month WHERE voided_on IS NULL ORDER BY month DESC LIMIT 1").fetchone()
    if row is None:
        raise Refused("还没有月结过，没有可以取消的。")
    if late := late_slips(row[1]):
        raise Refused(f"{row[1]} 月结以后又补记了 {late} 张这个月的单据（记在后面的月份），不能取消月结。")
    with operation(f"取消月结 {row[1]}：{reason}") as work:
        voiding.void("stock_month", [row[0]], reason)
    return work.done


def late_slips(month: str) -> int:
    """Count the standing slips of a month, or before it, that were booked after it because it was issued."""
    return int(scalar("""SELECT count(*) FROM stock_slip WHERE voided_on IS NULL AND substr(dated_on, 1, 7) <= ?1
                         AND substr(booked_on, 1, 7) > ?1""", (month,)))
