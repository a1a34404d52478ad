"""What a feature tells the rest of the program about itself, as one value: ``FEATURE`` in the folder's ``feature.py``.

``app/features.py`` lists them all; whoever needs the settings, the forms or the checks of every feature asks there. What
takes time to load (papers, checks, queries) is imported inside a function of ``feature.py``, when it is first asked for.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from app.core.dues import Due
from app.core.numbering import Rule
from app.core.progress import Progress
from app.core.settings import Setting
from app.store.guards import Guards

if TYPE_CHECKING:
    from app.paper.forms import Form
    from app.school.figures import Figures
    from app.school.invoices import Holders
    from app.school.links import Records, Relating
    from app.school.personal import AboutPerson
    from app.school.suppliers import Renamer
    from app.store.folder import DataFolder


@dataclass(frozen=True, kw_only=True)
class Feature:
    """One feature: what can be set, numbered, printed and checked in it, and what it knows of people.

    ``title``        what people call it.
    ``settings``     gives what can be set, in the order in which 设置 shows it; the group of each says under which heading.
    ``series``       gives how its documents are numbered.
    ``nouns``        what people call the records of each of its tables: 资产卡片.
    ``forms``        gives the papers that it prints.
    ``checks``       of the ledger's check: each gives a sentence for every thing that is wrong.
    ``guards``       gives, by table, what is asked before an undo or redo that changes it is kept (``app/store/guards.py``).
    ``holdings``     gives, for a person's id, short sentences about what that person still keeps: 资产 12 件.
    ``invoice_shares`` gives the shares that its records hold of some invoices (by id).
    ``rename_supplier`` writes a supplier's new name into its records, or counts them (``suppliers.Renamer``).
    ``records``      gives, by table, what its records are called, how they are found, and which page shows them.
    ``related``      gives what it knows to be related to a record of any feature (``app/school/links.py``).
    ``figures``      gives what the office spent by its records between two days, for the month's report.
    ``spent``        gives what its records spent of each line of the budget, where they are no purchases.
    ``about_person`` what it keeps about a pupil, for the export and the erasure of his data.
    ``dues``         gives, for a day and the data folder, what wants doing in it; 首页 shows it.
    ``demo``         builds its part of the demo school, on what the features before it built, and says what it made.
    """

    key: str
    title: str
    settings: Callable[[], tuple[Setting[Any], ...]] = tuple
    series: Callable[[], tuple[Rule, ...]] = tuple
    nouns: Mapping[str, str] = field(default_factory=dict)
    forms: "Callable[[], tuple[Form, ...]]" = tuple
    checks: tuple[Callable[[], Iterable[str]], ...] = ()
    guards: Callable[[], Guards] = dict
    holdings: Callable[[int], Iterable[str]] | None = None
    rename_supplier: "Renamer | None" = None
    invoice_shares: "Holders | None" = None
    records: "Callable[[], Mapping[str, Records]]" = dict
    related: "Relating | None" = None
    figures: "Figures | None" = None
    spent: "Callable[[], Mapping[int, int]] | None" = None
    about_person: "AboutPerson | None" = None
    dues: "Callable[[date, DataFolder], Iterable[Due]] | None" = None
    demo: Callable[[Progress], tuple[str, ...]] | None = None
