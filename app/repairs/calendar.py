"""The office's working days as the ledger has them: from the school's one calendar and its terms."""

from datetime import date

from app.repairs import deadline, settings
from app.repairs.deadline import OfficeDays
from app.school import queries as school
from app.store.settings import value


def office_days() -> OfficeDays:
    """Give the working days; ``Refused`` where a line of the calendar's settings is no day."""
    days = school.school_days()
    return deadline.office_days(frozenset(days.off), frozenset(days.on), tuple((row.starts_on, row.ends_on) for row in school.terms()))


def due_on(reported_on: date, urgency: str) -> date:
    """Give the day by which a job of an urgency is promised, worked out from the day on which it was reported."""
    return office_days().due_on(reported_on, value(settings.DAYS[urgency]))
