"""打印公示表、变更通知、收支公示: which paper, in which size; and the board of a version as bytes, to be looked at."""

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtWidgets import QWidget

from app import features
from app.core.progress import silent
from app.fees import board_papers, publicity, queries
from app.fees.queries import PublicationRow
from app.paper.board import write_board
from app.paper.forms import Order
from app.school.papers import style
from app.store.folder import DataFolder
from ui.paper.choosing import PaperDialog

_FEES, _CHANGE, _SETTLEMENT = "fee-board", "fee-change-notice", "fee-settlement-board"


def board(plan_id: int, row: PublicationRow | None, about: str = queries.ABOUT_FEES) -> bytes:
    """Give the PDF of a version as it hung; None: what would be posted now, marked as a draft."""
    if about == queries.ABOUT_SETTLEMENT:
        drawn = board_papers.settlement_board(row.content if row else publicity.settlement_now(plan_id), row)
    else:
        drawn = board_papers.fees_board(row.content if row else publicity.content_now(plan_id), row)
    with tempfile.TemporaryDirectory(prefix="zongwu-", ignore_cleanup_errors=True) as folder:
        path = Path(folder) / "board.pdf"
        write_board(drawn, "a3", path, "landscape", silent, style())
        return path.read_bytes()


def print_boards(parent: QWidget, data: DataFolder, plan: int, row: PublicationRow | None, about: str) -> None:
    """Let the person print what hangs on the board; ``row`` is the version that is chosen, None for what would be posted."""
    keys = [_SETTLEMENT] if about == queries.ABOUT_SETTLEMENT else [_FEES] + [_CHANGE] * bool(row and row.version > 1)
    BoardPapers(parent, data, plan, row, keys).exec()


class BoardPapers(PaperDialog):
    """The public papers of one version, in the sizes they can be printed in."""

    def __init__(self, parent: QWidget, data: DataFolder, plan: int, row: PublicationRow | None, keys: Sequence[str]) -> None:
        self.plan, self.version = queries.plan(plan), row
        forms = [features.form(key) for key in keys]
        super().__init__(parent, data, forms, lambda order: features.scope(order, "fee_plan"), None, ask_day=False)
        self.setWindowTitle(f"打印 - {self.plan.term_title}{row.title if row else '核对稿'}")

    def order(self) -> Order:
        """Give what is to be printed, as the dialog stands."""
        return replace(super().order(), about=self.plan.id, records=(self.version.id,) if self.version else ())
