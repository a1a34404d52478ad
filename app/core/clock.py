"""Today, as the office's calendar on the wall shows it. One place, so that tests can stop the clock."""

from datetime import date, datetime


def today() -> date:
    """Give the local calendar day."""
    return now().date()


def now() -> datetime:
    """Give the local time to the second."""
    return datetime.now().astimezone().replace(microsecond=0)
