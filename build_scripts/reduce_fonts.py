"""Make the two bold typefaces small: ``python build_scripts/reduce_fonts.py FOLDER`` with the unreduced files in it.

A bold face is for headings; it keeps the 8,105 characters of 通用规范汉字表 (国发〔2013〕23号, ``standard_characters.txt``) and
every sign. What else there is prints in the regular face (`app.paper.fonts`). Needs fontTools (MIT, from PyPI), which
nothing else here does: the results lie in ``resources/fonts/``, and are made anew only when the typefaces are renewed.
"""

import importlib
import sys
from pathlib import Path

import environment

FONTS = environment.ROOT / "resources" / "fonts"
BOLD = ("NotoSerifSC_700Bold.ttf", "NotoSansSC_500Medium.ttf")
CHARACTERS = Path(__file__).with_name("standard_characters.txt")
HAN, HANGUL = ((0x3400, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x3FFFF)), (0xAC00, 0xD7A3)


def main(arguments: list[str]) -> int:
    """Write both faces into ``resources/fonts``; gives the exit code."""
    if len(arguments) != 1:
        environment.say(__doc__.splitlines()[0])
        return 2
    ttlib, subset = importlib.import_module("fontTools.ttLib"), importlib.import_module("fontTools.subset")
    for name in BOLD:
        font = ttlib.TTFont(Path(arguments[0]) / name)
        wishes = subset.Options(layout_features=["*"], name_IDs=["*"], name_languages=["*"], notdef_outline=True)
        cut = subset.Subsetter(wishes)
        cut.populate(unicodes=kept(set(font.getBestCmap())))
        cut.subset(font)
        font.save(FONTS / name)
        environment.say(f"{name}  {(FONTS / name).stat().st_size / 1024 / 1024:.1f} MB")
    return 0


def kept(all_codes: set[int]) -> set[int]:
    """Give the codes that stay of those a face has: the standard characters, and all that is neither Han nor Hangul."""
    standard = set(map(ord, CHARACTERS.read_text("utf-8").strip()))
    return {code for code in all_codes
            if code in standard or not any(low <= code <= high for low, high in (*HAN, HANGUL))}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
