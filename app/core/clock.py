"""Today, as the office's calendar on the wall shows it. One place, so that tests can stop the clock."""

from datetime import date, datetime

from app.core import reading


def today() -> date:
    """Give the local calendar day; what was worked out from it is fetched anew when the day turns."""
    reading.also((reading.TODAY,))
    return now().date()


def now() -> datetime:
    """Give the local time to the second."""
    return datetime.now().astimezone().replace(microsecond=0)
