"""All papers to look at: every form of every feature with the demo school, with nasty words, with few and with many rows.

``python build_scripts/papers.py OUT`` (in the private environment) writes the PDFs and contact sheets (PNG) into a folder
and says what stands outside its cell or page. The test of all papers (``tests/build_scripts/test_papers.py``) prints the
same papers and asks the same.
"""

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
for folder in (ROOT, ROOT / "build_scripts"):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))

import paper_measure  # noqa: E402 (as above)
import pypdf  # noqa: E402 (as above)

from app import demo, features  # noqa: E402 (the project's folder must be on the path first)
from app.core import clock  # noqa: E402 (as above)
from app.core.errors import Refused  # noqa: E402 (as above)
from app.fees import rules as fee_rules  # noqa: E402 (as above)
from app.fees.item_fields import ItemDraft  # noqa: E402 (as above)
from app.fees.keys import grade_key  # noqa: E402 (as above)
from app.fees.plan import commands as plan_commands  # noqa: E402 (as above)
from app.paper import board, cards, ledger, letters, slips  # noqa: E402 (as above)
from app.paper.book import Printed  # noqa: E402 (as above)
from app.paper.forms import Form, Order  # noqa: E402 (as above)
from app.school import commands as school_commands  # noqa: E402 (as above)
from app.school import queries as school  # noqa: E402 (as above)
from app.school import settings as words  # noqa: E402 (as above)
from app.school.papers import style  # noqa: E402 (as above)
from app.school.rules import SchoolDraft  # noqa: E402 (as above)
from app.store import journal, opening, settings  # noqa: E402 (as above)
from app.store.database import database  # noqa: E402 (as above)

NOW = datetime(2026, 11, 21, 10).astimezone()
LONG = "（城关镇第二十三中学附属实验小学教育集团南校区公用教学设备及其附件若干）"
LONG_SCHOOL = "青禾县城关镇第一中心小学教育集团实验校区（原青禾师范学校附属小学）"
# What is made long: a column's own value stays in front, so that what refers to it by its words still does.
_LENGTHENED = {
    "asset": ("name", "model"), "stocktake_line": ("name", "model", "place", "keeper", "reason", "remark"),
    "stocktake_find": ("name", "reason"), "place": ("path",), "person": ("name",), "department": ("name",),
    "pupil": ("name",), "school_class": ("name",), "supplier": ("name",), "stocktake": ("scope_words", "team", "observer"),
    "purchase": ("purpose", "supplier"), "purchase_line": ("name", "spec", "purpose", "award_reason", "remark"),
    "purchase_quote": ("supplier", "terms"), "purchase_contract": ("title", "supplier"), "purchase_acceptance": ("differences", "delivery_note"),
    "purchase_claim": ("purpose", "payee"), "budget_line": ("name", "document"), "stock_item": ("name", "spec"),
    "stock_slip": ("receiver", "supplier", "remark"), "stock_movement": ("remark",), "stock_storeroom": ("name",), "stock_plan": ("title",)}
SETTLED = "2025-2026-2"
SIGNERS = ("监盘人", "总务主任", "制表人", "班主任", "校长", "单位负责人", "经手人")    # whose line stands below what they sign


def build_demo(root: Path) -> None:
    """Make the demo school in a folder."""
    store = opening.open_store(root)
    demo.build_demo()
    store.close()


def make_nasty() -> None:
    """Make every name of the open ledger 40 characters and more, the school's as long as real ones are."""
    settings.change({words.NAME: LONG_SCHOOL})
    names = [name for (name,) in database.execute_sql("SELECT name FROM fee_item ORDER BY length(name) DESC").fetchall()]
    with journal.operation("名称改长"):
        for table, columns in _LENGTHENED.items():
            for column in columns:
                database.execute_sql(f"UPDATE {table} SET {column} = {column} || ? WHERE id % 3 = 0 AND {column} <> ''", (LONG,))
        database.execute_sql("UPDATE asset SET number = number || '-附属-0000000001' WHERE id % 5 = 0")
        database.execute_sql("UPDATE stocktake_line SET number = number || '-0000000001' WHERE id % 5 = 0")
        for table, columns in (("fee_item", ("name",)), ("fee_plan_item", ("name", "remark")), ("fee_publication", ("content",))):
            for name in names:
                for column in columns:
                    database.execute_sql(f"UPDATE {table} SET {column} = replace({column}, ?, ?)",
                                         (name, f"{name}（含附属项目及相关服务若干，据实结算，多退少不补）"))


def build_many_fees(root: Path) -> None:
    """Make a school of nine grades whose plan has 25 items with long names, drawn up and not posted."""
    store = opening.open_store(root)
    school_commands.start_school(SchoolDraft(LONG_SCHOOL, term="2026-2027-1"))
    school_commands.add_classes(2026, dict.fromkeys(range(1, 10), 2))
    term = school.current_term()
    assert term is not None
    plan = plan_commands.start_plan(term.id).made[0]
    ids = [plan_commands.add_item(ItemDraft(
        f"第{number}项代收服务费{LONG if number % 3 == 0 else ''}", fee_rules.AGENCY, document=f"价费〔2025〕{number}号", scope="全体学生",
        voluntary=bool(number % 2), waiver_policy="低保家庭学生免收", refund_rule="据实结算")).made[0] for number in range(1, 26)]
    taken = plan_commands.add_plan_items(plan, ids)
    assert taken is not None
    plan_commands.write_cells(plan, {
        row: {grade_key(grade): 12_345 + 100 * at for grade in range(1, 10)} for at, row in enumerate(taken.made)})
    store.close()


# --- what a form is made of, and the same with other rows -----------------------------------------------------------

Declared = ledger.Ledger | cards.CardBook | board.Board | letters.Mailing | slips.Slip


@contextmanager
def declared() -> Iterator[list[Declared]]:
    """Gather what the forms printed inside the block declare, the paper itself last."""
    found: list[Declared] = []
    before = {kind: kind.__init__ for kind in (ledger.Ledger, cards.CardBook, board.Board, letters.Mailing, slips.Slip)}

    def noting(kind: type, init: Callable[..., None]) -> Callable[..., None]:
        def noted(self: Declared, *given: object, **named: object) -> None:
            init(self, *given, **named)
            found.append(self)
        return noted

    for kind, init in before.items():
        kind.__init__ = noting(kind, init)  # type: ignore[method-assign]
    try:
        yield found
    finally:
        for kind, init in before.items():
            kind.__init__ = init  # type: ignore[method-assign]


def with_rows(paper: Declared, count: int) -> Declared | None:
    """Give a paper of columns with ``count`` rows in its first section, made of those it has; None for other papers."""
    if isinstance(paper, ledger.Ledger):
        rows = [row for section in paper.sections for row in section.rows]
        if not rows:
            return None
        first = replace(paper.sections[0], rows=[rows[at % len(rows)] for at in range(count)])
        return replace(paper, sections=[first])
    if isinstance(paper, slips.Slip):
        return replace(paper, rows=[paper.rows[at % len(paper.rows)] for at in range(count)]) if paper.rows else None
    if isinstance(paper, cards.CardBook) and paper.cards and (table := paper.cards[0].history) and table.rows:
        lines = [table.rows[at % len(table.rows)] for at in range(count)]
        return replace(paper, cards=[replace(paper.cards[0], history=replace(table, rows=lines, blank=0))])
    return None


def write(paper: Declared, path: Path) -> Printed:
    """Write what ``with_rows`` gave."""
    if isinstance(paper, ledger.Ledger):
        return ledger.write_ledger(paper, path, style=style())
    if isinstance(paper, slips.Slip):
        return slips.write_slips(paper.title, [replace(paper, copies=())], path, style=style())
    assert isinstance(paper, cards.CardBook)
    return cards.write_cards(paper, path, style=style())


def full_page(paper: Declared, path: Path, least: int = 1, most: int = 60) -> int:
    """Give how many rows fill one page; 0 where not even one row is on one page."""
    while least <= most:
        middle = (least + most) // 2
        made = with_rows(paper, middle)
        assert made is not None
        if write(made, path).pages == 1:
            least = middle + 1
        else:
            most = middle - 1
    return most


def orders(form: Form) -> list[tuple[str, Order]]:
    """Give what is asked of a form: as it usually is, lying the other way, run on, of a settled term."""
    usual = Order(term=SETTLED if form.key.startswith("fee-settlement") else "")
    found = [("", usual)]
    if "orientation" in form.takes:
        found.append(("turned", replace(usual, orientation="landscape" if form.orientation == "portrait" else "portrait")))
    if "own_pages" in form.takes:
        found.append(("run-on", replace(usual, own_pages=False)))
    if "layout" in form.takes:
        found.append(("two", replace(usual, layout="two")))
    return found


def wrong_with(path: Path, most: int = 1_000_000) -> list[str]:
    """Give what is wrong with a paper; of one longer than ``most`` pages the first ones and the last are measured."""
    with pypdf.PdfReader(path) as reader:
        every = list(range(len(reader.pages)))
    chosen = every if len(every) <= most else [*every[:most - 1], every[-1]]
    sheets = list(paper_measure.read(path, chosen))
    found = [f"page {at + 1}: {each}" for at, sheet in zip(chosen, sheets, strict=True) for each in paper_measure.faults(sheet)]
    found += [f"page {at + 1}: signed without a row" for at, sheet in zip(chosen, sheets, strict=True)
              if paper_measure.lonely_signatures(sheet, SIGNERS)]
    return found + (paper_measure.wrongly_numbered(sheets) if chosen is every else [])


# --- the folder of papers to look at --------------------------------------------------------------------------------

@dataclass(frozen=True)
class Shown:
    """One paper for the contact sheet."""

    name: str
    path: Path


def print_all(out: Path, root: Path, label: str) -> list[Shown]:
    """Print every form of an open ledger in all its ways, then each with no row, one, a full page and one more, and 3,000."""
    made: list[Shown] = []
    for form in features.forms():
        with declared() as papers:
            for way, order in orders(form):
                path = out / f"{form.key}{f'-{way}' if way else ''}-{label}.pdf"
                try:
                    form.write(order, path)
                except Refused as refused:
                    print(f"{path.stem}: {refused.text}")
                    continue
                made.append(Shown(path.stem, path))
        usual = papers[0] if papers else None
        if usual is None or with_rows(usual, 1) is None or label != "demo":
            continue
        full = full_page(usual, out / "trial.pdf")
        for count in (0, 1, full, full + 1, 3_000):
            rows = with_rows(usual, count)
            path = out / f"{form.key}-{count:04}.pdf"
            if rows is not None and count >= 0:
                write(rows, path)
                made.append(Shown(path.stem, path))
    (out / "trial.pdf").unlink(missing_ok=True)
    return made


def contact_sheets(papers: Sequence[Shown], out: Path, across: int = 6, down: int = 3) -> list[Path]:
    """Draw the first pages of papers (first, second, last) side by side, so many on a sheet; gives the pictures."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtCore import QRectF, QSize, Qt
    from PySide6.QtGui import QGuiApplication, QImage, QPainter
    from PySide6.QtPdf import QPdfDocument

    QGuiApplication.instance() or QGuiApplication([])
    wide, high = 420, 440
    cells: list[tuple[str, QImage]] = []
    for paper in papers:
        document = QPdfDocument()
        document.load(str(paper.path))
        count = document.pageCount()
        for page in sorted({0, min(1, count - 1), count - 1}):
            points = document.pagePointSize(page)
            scale = min((wide - 12) / points.width(), (high - 30) / points.height())
            image = document.render(page, QSize(int(points.width() * scale), int(points.height() * scale)))
            cells.append((f"{paper.name} {page + 1}/{count}", image))
        document.close()
    made = []
    for start in range(0, len(cells), across * down):
        sheet = QImage(across * wide, down * high, QImage.Format.Format_RGB32)
        sheet.fill(Qt.GlobalColor.lightGray)
        painter = QPainter(sheet)
        for at, (name, image) in enumerate(cells[start:start + across * down]):
            x, y = at % across * wide + 6, at // across * high + 24
            painter.fillRect(QRectF(x, y, image.width(), image.height()), Qt.GlobalColor.white)
            painter.drawImage(x, y, image)
            painter.drawText(x, y - 8, name)
        painter.end()
        made.append(out / f"contact-{start // (across * down) + 1:02}.png")
        sheet.save(str(made[-1]))
    return made


def main() -> int:
    """Print all into the folder that is named, draw the contact sheets and say what is wrong; 1 where something is."""
    if len(sys.argv) != 2:
        print("用法：python build_scripts/papers.py 文件夹")
        return 2
    out = Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    clock.now = lambda: NOW
    features.join()
    made: list[Shown] = []
    for label, build in (("demo", build_demo), ("nasty", build_demo), ("nine", build_many_fees)):
        root = out / f"data-{label}"
        build(root)
        opening.open_store(root)
        if label == "nasty":
            make_nasty()
        made += print_all(out, root, label)
        database.close_everywhere()
    wrong = 0
    for paper in made:
        found = wrong_with(paper.path)
        wrong += len(found)
        for each in found[:6]:
            print(f"{paper.name}: {each}")
    print(f"{len(made)} papers, {wrong} faults; {', '.join(path.name for path in contact_sheets(made, out))}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
