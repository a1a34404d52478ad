"""What all papers of the school share: typeface and author, the titles under which people sign."""

from app.core.settings import Setting
from app.paper.book import Style
from app.school import settings as words
from app.store import settings


def style() -> Style:
    """Give what the school chose for all its papers."""
    return Style(family=words.family_of(settings.value(words.FONT)), author=settings.value(words.NAME))


def signers(*titles: Setting[str]) -> list[str]:
    """Give the titles of those who sign; one that the school left empty has no box."""
    return [title for each in titles if (title := settings.value(each))]
