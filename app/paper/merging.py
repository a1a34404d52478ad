"""Several PDFs and pictures as one file, in their order, with a table of contents in its outline. Originals are taken as they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from app.core.errors import Refused
from app.core.progress import Progress, silent
from app.paper.book import MM, Printed, Style, check_target, put_in_place
from app.paper.page import frame
from app.paper.pictures import jpeg

if TYPE_CHECKING:
    from pypdf import PdfWriter

PICTURES = frozenset({".jpg", ".jpeg", ".png", ".bmp", ".gif", ".webp", ".tif", ".tiff"})
_SCAN_PIXELS = 2_400    # of the longer side: 200 dpi of an A4
_EDGE = 8 * MM


@dataclass(frozen=True, slots=True)
class Part:
    """A file that is taken in, and what it is called in the outline."""

    path: Path
    title: str


def mergeable(name: str) -> bool:
    """Whether a file of that name can be taken in: a PDF or a picture."""
    ending = Path(name).suffix.lower()
    return ending == ".pdf" or ending in PICTURES


def merge(title: str, parts: Sequence[Part], path: Path, progress: Progress = silent, style: Style | None = None) -> Printed:
    """Write parts as one PDF; what cannot be read (damaged, locked by a password) is left out and told in ``warnings``.

    Refuses a target that cannot be written, and where nothing is left. ``progress`` may raise ``Cancelled``: then there is no file.
    """
    check_target(path)
    from pypdf import PdfWriter  # loads with the first dossier only

    writer, warnings = PdfWriter(), list[str]()
    for done, part in enumerate(parts):
        progress(done, len(parts), f"正在合并 {part.title}")
        if not _taken(writer, part):
            warnings.append(f"“{part.title}”读不出来（损坏了，或者有口令），没有并进去。请单独打印。")
    if not writer.pages:
        raise Refused(f"{title}里没有一份读得出来的文件。")
    writer.add_metadata({"/Title": title, "/Author": (style or Style()).author})
    stream = BytesIO()
    writer.write(stream)
    put_in_place(stream.getvalue(), path)
    return Printed(path, len(writer.pages), tuple(warnings))


def _taken(writer: "PdfWriter", part: Part) -> bool:
    """Take the pages of a part behind the others; False where it cannot be read, and then nothing of it is taken."""
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    first = len(writer.pages)
    try:
        source = part.path if part.path.suffix.lower() == ".pdf" else BytesIO(_picture_page(part))
        pages = list(PdfReader(source).pages)
        for page in pages:
            writer.add_page(page)
    except (PyPdfError, OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):     # whatever a foreign PDF is
        while len(writer.pages) > first:
            writer.remove_page(len(writer.pages) - 1)
        return False
    if pages:
        writer.add_outline_item(title=part.title, page_number=first)
    return bool(pages)


def _picture_page(part: Part) -> bytes:
    """Give an A4 page with a picture as large as fits, upright or lying as the picture is; ``ValueError`` for no picture."""
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfgen.canvas import Canvas

    found = jpeg(part.path, _SCAN_PIXELS)
    if found is None:
        raise ValueError(part.title)
    data, wide, high = found
    page, stream = frame("a4", "landscape" if wide > high else "portrait"), BytesIO()
    canvas = Canvas(stream, (page.width, page.height))
    scale = min((page.width - 2 * _EDGE) / wide, (page.height - 2 * _EDGE) / high)
    canvas.drawImage(ImageReader(BytesIO(data)), (page.width - wide * scale) / 2, (page.height - high * scale) / 2, wide * scale, high * scale)
    canvas.save()
    return stream.getvalue()
