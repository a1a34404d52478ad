"""Photos made fit for paper: upright, on white, no larger than a printer can show."""

from io import BytesIO
from pathlib import Path

from PIL import Image, ImageOps

_MOST_PIXELS = 1200  # of the longer side: 300 dpi at 10 cm; a phone's 12 million pixels would bloat the file


def jpeg(path: Path, most: int = _MOST_PIXELS) -> tuple[bytes, int, int] | None:
    """Give a picture as JPEG bytes with width and height in pixels, the longer side ``most`` of them; None for no readable picture."""
    try:
        with Image.open(path) as opened:
            opened.draft("RGB", (most, most))  # a large JPEG is decoded at a fraction of its size
            opened.thumbnail((most, most))
            picture = ImageOps.exif_transpose(opened)
            if picture.mode != "RGB":
                clear = picture.convert("RGBA")
                picture = Image.alpha_composite(Image.new("RGBA", clear.size, "white"), clear).convert("RGB")
            stream = BytesIO()
            picture.save(stream, "JPEG", quality=85)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None  # UnidentifiedImageError is an OSError; broken PNG files raise SyntaxError
    return stream.getvalue(), picture.width, picture.height
