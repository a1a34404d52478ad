"""The form of a record whose list is typed in: the same fields as its cells have, stored by the same ``write``."""

from collections.abc import Callable, Sequence
from typing import Any

from app.core.errors import Problem
from app.store.journal import Step
from ui.forms.form import FormDialog
from ui.kit.table_page import TablePage


def edit_record(
    page: TablePage,
    title: str,
    draft: Any,
    record: int | None = None,
    check: Callable[[Any], Sequence[Problem]] = lambda draft: (),
    again: Callable[[Any], Any] | None = None,
) -> None:
    """Let a person fill in a record of the list, a new one unless ``record`` names it; the list goes to what was added.

    The draft's attributes are those that the fields of the list name. Rules that ask the ledger are asked by ``page.write``,
    whose ``Invalid`` comes back to the fields; ``again`` is as in ``FormDialog``.
    """
    fields = list(page.fields.values())

    def save(filled: Any) -> Step | None:
        values = {field.key: getattr(filled, field.key) for field in fields}
        return page.write({} if record is None else {record: values}, [values] if record is None else [])

    form = FormDialog(page, title, draft, fields, check, save, again)
    if form.exec() and record is None:
        page.choose(form.saved.made[0])
