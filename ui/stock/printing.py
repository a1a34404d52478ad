"""Printing from the pages of the store: the paper of a key, looked at, printed or saved, and archived."""

from typing import Any

from PySide6.QtWidgets import QWidget

from app import features
from app.store.folder import DataFolder


def print_form(parent: QWidget, data: DataFolder, key: str, **order: Any) -> None:
    """Show a paper for an order with these options (``Order``); what draws papers loads when it is needed."""
    from app.paper.forms import Order
    from ui.paper.choosing import print_order

    print_order(parent, data, features.form(key), Order(**order))
