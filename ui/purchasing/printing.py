"""打印采购的单据: those of one purchase (the whole chain as one PDF first), or those of a year; then the preview and the archive."""

from dataclasses import replace

from PySide6.QtWidgets import QWidget

from app.paper.forms import Order
from app.purchasing import dossier, papers, queries
from app.store.folder import DataFolder
from ui.paper.choosing import PaperDialog

FIRST = "purchase-chain"


class PurchasePapers(PaperDialog):
    """The papers of one purchase, 整套 chosen at first; 0: those that cover a year."""

    def __init__(self, parent: QWidget, data: DataFolder, purchase: int) -> None:
        self.purchase = purchase
        forms = [form for form in (*papers.FORMS, *dossier.FORMS) if bool(form.about) is bool(purchase)]
        super().__init__(parent, data, sorted(forms, key=lambda form: form.key != FIRST), None)
        self.setWindowTitle(f"打印 - {queries.title(purchase)}" if purchase else "打印 - 采购")

    def order(self) -> Order:
        """Give what is to be printed, as the dialog stands."""
        return replace(super().order(), about=self.purchase)


def print_purchase(parent: QWidget, data: DataFolder, purchase: int) -> None:
    """Let the person print the papers of a purchase, or those of a year (0)."""
    PurchasePapers(parent, data, purchase).exec()
