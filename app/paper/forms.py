"""What a printable form is to the rest of the program: a key, a name, and a function that writes it.

Each feature lists its forms in ``papers.FORMS``; window and command line offer them from there.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal, get_args

from app.core.progress import Progress
from app.paper.book import Printed
from app.paper.page import Orientation

Layout = Literal["", "one", "two"]
Paper = Literal["", "a4", "a3", "poster", "tiles"]
Option = Literal["classes", "grades", "pupils", "layout", "paper"]
LAYOUTS: tuple[Layout, ...] = get_args(Layout)[1:]
PAPERS: tuple[Paper, ...] = get_args(Paper)[1:]     # poster: 60×80 cm in one page; tiles: the same on A4 sheets


@dataclass(frozen=True)
class Order:
    """What a person wants printed: which places or records, for which term and day, and how it lies on the page.

    Empty ``places`` and ``records`` mean everything; a place stands for itself only, 0 for "no place".
    ``own_pages`` begins each room on a page of its own. ``about`` is the id of the one record that a form with
    ``Form.about`` is made for (a stocktake, a term's fees), 0 for the latest.

    What only some forms take (``Form.takes`` names them): ``classes``, ``grades`` and ``pupils`` narrow a paper to these,
    ``layout`` is ``one`` or ``two`` letters a page, ``paper`` one of ``PAPERS``. "" leaves it to the form.
    """

    places: tuple[int, ...] = ()
    records: tuple[int, ...] = ()
    term: str = ""
    day: date | None = None
    orientation: Orientation = "portrait"
    own_pages: bool = True
    about: int = 0
    classes: tuple[int, ...] = ()
    grades: tuple[int, ...] = ()
    pupils: tuple[int, ...] = ()
    layout: Layout = ""
    paper: Paper = ""


@dataclass(frozen=True)
class Form:
    """A form: ``write`` makes the PDF of an order; ``orientation`` is how it usually lies; ``by_room``: one sheet a room.

    ``about`` names the table whose one record the paper is made for, "" for a paper of the ledger itself. ``takes`` are the
    options of an order that this form heeds besides, and ``papers`` the sizes it can be printed in, the usual one first.
    """

    key: str
    name: str
    write: Callable[[Order, Path, Progress], Printed]
    orientation: Orientation = "portrait"
    by_room: bool = False
    about: str = ""
    takes: frozenset[Option] = frozenset()
    papers: tuple[Paper, ...] = ()
