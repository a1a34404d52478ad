"""打印公示表、变更通知、收支公示: which paper, in which size; and the board of a version as bytes, to be looked at."""

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtWidgets import QWidget

from app import features
from app.core.progress import Progress, silent
from app.fees.board import commands as publicity
from app.fees.board import current, papers, queries
from app.fees.board.queries import PublicationRow
from app.fees.plan import queries as plan_queries
from app.paper.board import Board, write_board
from app.paper.book import Printed
from app.paper.forms import Form, Order
from app.school.papers import style
from app.store.folder import DataFolder
from ui.paper.choosing import PaperDialog

_FEES, _CHANGE, _SETTLEMENT, _PROOF = "fee-board", "fee-change-notice", "fee-settlement-board", "fee-posting-proof"


def board(plan_id: int, row: PublicationRow | None, about: str = queries.ABOUT_FEES) -> bytes:
    """Give the PDF of a version as it hung; None: what would be posted now, marked as a draft."""
    with tempfile.TemporaryDirectory(prefix="zongwu-", ignore_cleanup_errors=True) as folder:
        path = Path(folder) / "board.pdf"
        write_board(_drawn(plan_id, row, about), "a3", path, "landscape", silent, style())
        return path.read_bytes()


def _drawn(plan_id: int, row: PublicationRow | None, about: str) -> Board:
    if about == queries.ABOUT_SETTLEMENT:
        return papers.settlement_board(row.content if row else publicity.settlement_now(plan_id), row)
    return papers.fees_board(row.content if row else current.content_now(plan_id), row)


def print_boards(parent: QWidget, data: DataFolder, plan: int, row: PublicationRow | None, about: str) -> None:
    """Let the person print what hangs on the board; ``row`` is the version that is chosen, None for what would be posted."""
    keys = [_SETTLEMENT] if about == queries.ABOUT_SETTLEMENT else [_FEES] + [_CHANGE] * bool(row and row.version > 1)
    forms = [features.form(key) for key in keys]
    offered = [*forms, features.form(_PROOF)] if row else [_draft(form, plan, about) for form in forms]
    BoardPapers(parent, data, plan, row, offered).exec()


def _draft(form: Form, plan: int, about: str) -> Form:
    """Give a form for what is drawn up, while another version hangs or hung."""
    def write(order: Order, path: Path, progress: Progress) -> Printed:
        return write_board(_drawn(plan, None, about), order.paper, path, order.lies, progress, style())

    return replace(form, name=f"{form.name}（核对稿）", writer=write)


class BoardPapers(PaperDialog):
    """The public papers of one version, in the sizes they can be printed in."""

    def __init__(
        self, parent: QWidget, data: DataFolder, plan: int, row: PublicationRow | None, forms: Sequence[Form]
    ) -> None:
        self.plan, self.version = plan_queries.plan(plan), row
        super().__init__(parent, data, forms, None)
        self.setWindowTitle(f"打印 - {self.plan.term_title}{row.title if row else '核对稿'}")

    def order(self) -> Order:
        """Give what is to be printed, as the dialog stands."""
        return replace(super().order(), about=self.plan.id, records=(self.version.id,) if self.version else ())
