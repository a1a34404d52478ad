"""Signs drawn with lines for characters that no typeface has: ☐ ☑ ☒, and a box for the unknown.

They form a small Type 3 font of the document, so a sign stands in a line like any letter, and copying or searching
the text still gives the character that was meant.
"""

from typing import Any

from reportlab.pdfbase import pdfdoc

WIDTH = 1000  # of every sign, in thousandths of the size, as wide as a Chinese character
SIGNS = "☐☑☒"
_BOX = "60 w 130 -10 740 740 re S"
_STROKES = {
    "☐": _BOX,
    "☑": f"{_BOX} 90 w 1 j 270 370 m 440 190 l 760 600 l S",
    "☒": f"{_BOX} 270 130 m 730 590 l 270 590 m 730 130 l S",
}
_UNKNOWN = "70 w 110 -60 780 880 re S"
_MOST = 255  # a simple font has 256 codes; past that all unknown characters share the last one


class Shapes:
    """The signs that one document uses; speaks reportlab's protocol of a font that is finished when saving."""

    def __init__(self, doc: Any) -> None:
        self._doc = doc
        self._codes: dict[str, int] = {}
        self.name = ""

    def code(self, char: str) -> int:
        """Give the character's code in this font, 1–255, taking the font into the document at the first call."""
        if not self.name:
            self.name = f"/F{len(self._doc.fontMapping) + 1}"
            self._doc.fontMapping["paper-shapes"] = self.name
            self._doc.delayedFonts.append(self)
        return self._codes.setdefault(char, min(len(self._codes) + 1, _MOST))

    def addObjects(self, doc: Any) -> None:
        """Write the font's objects into the document; reportlab calls it once, when saving."""
        chars = {code: char for char, code in reversed(self._codes.items())}
        procs = pdfdoc.PDFDictionary()
        for code, char in sorted(chars.items()):
            strokes = f"{WIDTH} 0 60 -120 940 900 d1 {_STROKES.get(char, _UNKNOWN)}"
            procs[f"s{code}"] = doc.Reference(pdfdoc.PDFStream(content=strokes))
        encoding = pdfdoc.PDFDictionary({
            "Type": pdfdoc.PDFName("Encoding"),
            "Differences": pdfdoc.PDFArray([1, *(pdfdoc.PDFName(f"s{code}") for code in sorted(chars))]),
        })
        font = pdfdoc.PDFDictionary({
            "Type": pdfdoc.PDFName("Font"), "Subtype": pdfdoc.PDFName("Type3"),
            "FontBBox": pdfdoc.PDFArray([0, -120, WIDTH, 900]),
            "FontMatrix": pdfdoc.PDFArray([0.001, 0, 0, 0.001, 0, 0]),
            "CharProcs": procs, "Encoding": encoding, "Resources": pdfdoc.PDFDictionary(),
            "FirstChar": 1, "LastChar": len(chars), "Widths": pdfdoc.PDFArray([WIDTH] * len(chars)),
            "ToUnicode": doc.Reference(pdfdoc.PDFStream(content=_to_unicode(chars))),
        })
        doc.idToObject["BasicFonts"].dict[self.name[1:]] = doc.Reference(font)


def _to_unicode(chars: dict[int, str]) -> str:
    """Give the map from codes back to characters, so that copied text keeps what was meant."""
    pairs = "\n".join(f"<{code:02X}> <{char.encode('utf-16-be').hex()}>" for code, char in sorted(chars.items()))
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /shapes def /CMapType 2 def\n"
        "1 begincodespacerange\n<00> <FF>\nendcodespacerange\n"
        f"{len(chars)} beginbfchar\n{pairs}\nendbfchar\nendcmap end end"
    )
