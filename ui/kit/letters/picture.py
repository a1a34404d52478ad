"""A letter as one of those who get it will hold it: made on the spot, small beside the text or in large."""

import tempfile
from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QWidget

from app.core.errors import Refused
from ui.paper import preview


def picture_of(write: Callable[[Path], object]) -> tuple[bytes, str]:
    """Give the PDF that ``write`` makes, or b"" and why there is none where it refuses."""
    with tempfile.TemporaryDirectory(prefix="zongwu-", ignore_cleanup_errors=True) as folder:
        path = Path(folder) / "letter.pdf"
        try:
            write(path)
        except Refused as refused:
            return b"", refused.text
        return path.read_bytes(), ""


def look_at(parent: QWidget, content: bytes, title: str) -> None:
    """Show a letter in large."""
    with tempfile.TemporaryDirectory(prefix="zongwu-", ignore_cleanup_errors=True) as folder:
        path = Path(folder) / "letter.pdf"
        path.write_bytes(content)
        preview.show_pdf(parent, path, title)
