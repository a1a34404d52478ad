"""公示: when and where the result of a purchase hangs."""

from PySide6.QtWidgets import QWidget

from app.purchasing import notices, queries
from app.purchasing.notices import NoticeDraft
from app.store.journal import Step
from ui.base import undoing
from ui.forms.form import Field, FormDialog

_FIELDS = (Field("posted_on", "公示日期", "day", required=True), Field("until_on", "公示至", "day"), Field("place", "公示地点", width=2))


def post(parent: QWidget, purchase: int) -> None:
    """Note that the result of a purchase hangs in public."""
    queries.purchase(purchase).after("post")

    def save(typed: NoticeDraft) -> Step:
        step = notices.post([purchase], typed)
        undoing.told(f"已登记{step.title}。", step)
        return step

    FormDialog(parent, f"采购公示　{queries.title(purchase)}", notices.begin(), _FIELDS, lambda draft: (), save).exec()
