"""What a printable form is to the rest of the program: a key, a name, what may be chosen about it, what writes it.

Each feature lists its forms in ``papers.FORMS``; window and command line offer them, and what each takes, from there.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Literal, get_args

from app.core.errors import Refused
from app.core.progress import Progress, silent
from app.paper.book import WORD, Printed
from app.paper.page import Orientation

Layout = Literal["", "one", "two"]
Paper = Literal["", "a4", "a3", "poster", "tiles"]
Option = Literal[
    "places", "records", "term", "day", "month", "orientation", "own_pages", "classes", "grades", "layout", "paper"]
Takes = tuple[Option, ...]
LAYOUTS: tuple[Layout, ...] = get_args(Layout)[1:]
POSTERS: tuple[Paper, ...] = ("poster", "tiles")     # they stand upright, as boards do
PAPERS: dict[Paper, str] = {
    "a4": "A4", "a3": "A3", "poster": "海报 60×80 厘米（一页，送去喷绘）", "tiles": "海报拆成 A4 拼页（自己拼贴）"}
OPTIONS: dict[Option, str] = {
    "places": "地点", "records": "记录", "term": "学期", "day": "基准日", "month": "月份", "orientation": "纸张方向",
    "own_pages": "连续排印", "classes": "班级", "grades": "年级", "layout": "每页几份", "paper": "纸张大小"}
"""What may be chosen about a paper, as people call it; each is the field of an ``Order`` of that name."""


@dataclass(frozen=True)
class Order:
    """What a person wants printed; what is left as it stands here is left to the form.

    ``places``       only these; a place stands for itself, 0 for "no place".
    ``records``      only these: cards of the ledger; the version of a board; the stocktake to compare with.
    ``term``         its code; ``about`` the id of the one record that a form with ``Form.about`` is made for, 0 for the latest.
    ``day``          the day it is made for; ``month`` any day of the month that it reports.
    ``orientation``  how it lies; ``own_pages`` begins each room or class on a page of its own.
    ``classes``      only these, by id; ``grades`` only these, as numbers.
    ``layout``       one or two letters a page; ``paper`` one of ``PAPERS``.
    """

    places: tuple[int, ...] = ()
    records: tuple[int, ...] = ()
    term: str = ""
    about: int = 0
    day: date | None = None
    month: date | None = None
    orientation: Orientation | Literal[""] = ""
    own_pages: bool = True
    classes: tuple[int, ...] = ()
    grades: tuple[int, ...] = ()
    layout: Layout = ""
    paper: Paper = ""

    @property
    def lies(self) -> Orientation:
        """How the paper lies, upright unless the order or its form says otherwise."""
        return self.orientation or "portrait"


@dataclass(frozen=True)
class Form:
    """A form: ``writer`` makes the PDF of an order, ``scope`` says in a few words what it covers, for the archive.

    ``takes`` are the options of an order that the form heeds; any other is refused. ``papers`` are the sizes it can be
    printed in, the usual one first, where it takes ``paper``; ``orientation`` is how it usually lies. ``about`` names the
    table whose one record the paper is made for, "" for a paper of the ledger itself. ``noted`` is called with the order once
    the paper was printed or saved, not when it was looked at. ``word``: its writer makes a Word file as well, where the path
    ends with .docx. ``of`` is the table of the records that an order names, where the paper stands for each of them.
    """

    key: str
    name: str
    writer: Callable[[Order, Path, Progress], Printed]
    scope: Callable[[Order], str]
    takes: Takes = ()
    orientation: Orientation = "portrait"
    papers: tuple[Paper, ...] = ()
    about: str = ""
    noted: Callable[[Order], object] = lambda order: None
    word: bool = False
    of: str = ""

    def stands_for(self, order: Order) -> list[tuple[str, int]]:
        """Give (table, id) of the records that a paper stands for: the one it is about, those that the order names."""
        return [*([(self.about, order.about)] if self.about and order.about else []), *((self.of, each) for each in order.records if self.of)]

    def write(self, order: Order, path: Path, progress: Progress = silent) -> Printed:
        """Write the paper of an order; ``Refused`` where it asks for what the form does not take."""
        self.require_taken(order)
        if path.suffix.lower() == WORD and not self.word:
            raise Refused(f"“{self.name}”不能存成 Word，只能存成 PDF。")
        paper = order.paper or next(iter(self.papers), "")
        usual: Orientation = "portrait" if paper in POSTERS else self.orientation
        return self.writer(replace(order, paper=paper, orientation=order.orientation or usual), path, progress)

    def require_taken(self, order: Order) -> None:
        """Refuse, in a sentence, an order that asks for what this form does not take."""
        plain = Order()
        beyond = [word for option, word in OPTIONS.items()
                  if option not in self.takes and getattr(order, option) != getattr(plain, option)]
        if beyond:
            raise Refused(f"“{self.name}”不能选{'、'.join(beyond)}。请去掉再打印。")
        if order.about and not self.about:
            raise Refused(f"“{self.name}”不属于哪一次盘点或哪个学期。请去掉再打印。")
        if order.paper and order.paper not in self.papers:
            raise Refused(f"“{self.name}”只能印成：{'、'.join(PAPERS[each] for each in self.papers)}。")
        if order.paper in POSTERS and order.orientation == "landscape":
            raise Refused("海报总是纵向的，不能选横向。")
