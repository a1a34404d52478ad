"""What all papers of the school share: typeface and author, the titles under which people sign."""

from collections.abc import Sequence
from pathlib import Path

from app.core import clock
from app.core.columns import Column
from app.core.progress import Progress, silent
from app.core.settings import Setting
from app.core.terms import chinese_day
from app.paper.book import Printed, Style
from app.paper.ledger import Ledger, Section, write_ledger
from app.school import settings as words
from app.store import settings

_UPRIGHT_MM = 160   # columns of a list that stand on an upright A4 beside 序号


def style() -> Style:
    """Give what the school chose for all its papers."""
    return Style(family=words.family_of(settings.value(words.FONT)), author=settings.value(words.NAME),
                 duplex=settings.value(words.DUPLEX))


def signers(*titles: Setting[str]) -> list[str]:
    """Give the titles of those who sign; one that the school left empty has no box."""
    return [title for each in titles if (title := settings.value(each))]


def write_list(title: str, columns: Sequence[Column], rows: Sequence[Sequence[object]], path: Path, scope: str, count: str,
               mark: str = "", progress: Progress = silent) -> Printed:
    """Write any list as a paper: upright where its columns have room, sums where they have any.

    ``scope`` says what narrows it, ``count`` how many rows there are, ``mark`` stands at the foot.
    """
    wide = sum(column.width for column in columns) > _UPRIGHT_MM
    sums = any(column.total for column in columns)
    return write_ledger(
        Ledger(
            title=f"{settings.value(words.NAME)}{title}",
            subtitle=f"截至 {chinese_day(clock.today())}",
            columns=columns,
            heading=(scope, "", count),
            sections=[Section(rows=rows)],
            orientation="landscape" if wide else "portrait",
            page_total="本页小计" if sums else "",
            grand_total="合计" if sums else "",
            fill=False,
            mark=mark,
        ),
        path,
        progress,
        style(),
    )
