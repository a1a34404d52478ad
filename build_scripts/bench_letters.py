"""How fast notices for a whole school become one PDF, against LibreOffice converting the same letters from .docx.

Both sides make the same words: a title, nine paragraphs, a table of five lines with its sum, a slip with boxes to tick.
LibreOffice gets fewer letters in one file and its time is taken per letter, less what it needs to start.
"""

import random
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from app.core.money import format_fen, in_capitals  # noqa: E402 (the project's folder must be on the path first)
from app.fees.letters.kinds import CHOICES, KINDS, TABLE, choice_grid  # noqa: E402 (as above)
from app.paper.letter_blocks import COMPACT, Blanks, Grid, Letter, Paragraph, Piece, Signed, Space  # noqa: E402 (as above)
from app.paper.letters import Bundle, Mailing, write_letters  # noqa: E402 (as above)
from app.school.letters.text import Text, filled, parsed, shipped_text  # noqa: E402 (as above)

_ITEMS = (("作业本费", 1000), ("课后服务费", 30000), ("教辅材料费", 7600), ("校服费", 40300), ("社会实践活动费", 1500))
_A_CLASS = 45
_OFFICE_LETTERS = 200     # enough to tell its speed; its time a letter does not fall with more of them
STATUS = Path("/proc/self/status")


def sample_letters(count: int) -> list[Letter]:
    """Give notices as a school sends them: the shipped text, every name another, a few prices; the same at every call."""
    chance = random.Random(20261121)
    title, body, slip = (parsed(shipped_text("fee-notice")[0]), *(Text(text, KINDS["fee-notice"].tables) for text in shipped_text("fee-notice")[1:]))
    families, given = "王李张刘陈杨赵黄周吴徐孙", "梓涵子轩浩然思远雨桐若曦欣怡俊杰明哲诗琪可馨一诺"
    letters = []
    for number in range(count):
        name = chance.choice(families) + "".join(chance.sample(given, 2))
        rows = [(item, fen + 100 * chance.randrange(3)) for item, fen in _ITEMS]
        total = sum(fen for _, fen in rows)
        values = {
            "家长称谓": f"{name}同学家长", "姓名": name, "班级": f"{'一二三四五六'[number % 6]}年级{number % 8 + 1}班",
            "学期": "2026—2027学年第一学期", "合计": format_fen(total), "大写": f"人民币{in_capitals(total)}", "自愿合计": format_fen(total),
            "公示地点": "校门口公示栏", "缴费时间": "2026年9月8日至9月15日", "退费说明": "据实结算，学期末多退少补。",
            "减免说明": "低保、脱贫户等家庭免收。",
            "部门": "总务处", "咨询电话": "0700-6210018",
            "监督电话": "学校 0700-6210018，教育局 0700-6210000，12345，12315", "回执截止": "2026年9月5日"}
        table = Grid(("收费项目", "类别", "性质", "计费单位", "标准（元）", "金额（元）"),
                     tuple((item, "代收费", "自愿", "元/生·学期", format_fen(fen), format_fen(fen)) for item, fen in rows),
                     (44, 26, 18, 29, 24, 28), "cccccr", ("合计", "", "", "", "", format_fen(total)))
        grids: dict[str, Sequence[Piece]] = {TABLE: (table,), CHOICES: (choice_grid([(item, format_fen(fen)) for item, fen in rows]),)}
        letters.append(Letter(filled(title, values), (*body.parts(values, grids), Signed("青禾小学", "2026年9月1日")),
                              (Paragraph("回　执", "slip"), *slip.parts(values, grids))))
    return letters


def measure(count: int) -> dict[str, float]:
    """Give seconds of ``count`` notices here, their MB and pages, and the seconds LibreOffice would need (if it is there)."""
    with tempfile.TemporaryDirectory(prefix="letters-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        write_letters(_mailing(sample_letters(3)), folder / "warm.pdf")     # typefaces are read once a process
        begin = time.perf_counter()
        letters = sample_letters(count)
        printed = write_letters(_mailing(letters), folder / "letters.pdf")
        found = {"seconds": time.perf_counter() - begin, "pages": float(printed.pages),
                 "megabytes": (folder / "letters.pdf").stat().st_size / 1e6}
        # The first start makes a profile. A LibreOffice without Writer cannot read the file: then there is no yardstick.
        if shutil.which("soffice") and _office(letters[:1], folder) is not None:
            one, many = (_office(letters[:number], folder) for number in (1, min(_OFFICE_LETTERS, count)))
            if one is not None and many is not None:
                found["office_seconds"] = (many - one) / max(1, min(_OFFICE_LETTERS, count) - 1) * count
        return found


def _mailing(letters: Sequence[Letter]) -> Mailing:
    bundles = [Bundle(letters[at:at + _A_CLASS]) for at in range(0, len(letters), _A_CLASS)]
    return Mailing("收费告家长书", bundles, (COMPACT,), mark="内部资料　请勿张贴")


def _office(letters: Sequence[Letter], folder: Path) -> float | None:
    """Give the seconds LibreOffice takes to convert letters from one .docx, None where it made no PDF."""
    source = folder / f"letters{len(letters)}.docx"
    _write_docx(letters, source)
    begin = time.perf_counter()
    subprocess.run(["soffice", "--headless", f"-env:UserInstallation=file://{folder}/profile", "--convert-to", "pdf",  # noqa: S607 (its place differs by system)
                    "--outdir", str(folder), str(source)], check=True, capture_output=True, timeout=600)
    return time.perf_counter() - begin if source.with_suffix(".pdf").exists() else None


def _write_docx(letters: Sequence[Letter], path: Path) -> None:
    body = "".join("".join(map(_docx, (Paragraph(letter.title, "title"), *letter.parts, *letter.slip)))
                   + '<w:p><w:r><w:br w:type="page"/></w:r></w:p>' for letter in letters)
    word = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    kinds = "http://schemas.openxmlformats.org/package/2006/content-types"
    links = "http://schemas.openxmlformats.org/package/2006/relationships"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("[Content_Types].xml", f'<Types xmlns="{kinds}"><Default Extension="rels" ContentType='
                      '"application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ContentType='
                      '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>')
        file.writestr("_rels/.rels", f'<Relationships xmlns="{links}"><Relationship Id="r1" Target="word/document.xml" Type='
                      '"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"/></Relationships>')
        file.writestr("word/document.xml", f'<w:document xmlns:w="{word}"><w:body>{body}<w:sectPr><w:pgSz w:w="11906" w:h="16838"/>'
                      '<w:pgMar w:top="900" w:right="1134" w:bottom="850" w:left="1247"/></w:sectPr></w:body></w:document>')


def _docx(part: Piece) -> str:
    if isinstance(part, Grid):
        rows = (part.titles, *part.rows, *((part.total,) if part.total else ()))
        borders = "".join(f'<w:{side} w:val="single" w:sz="4"/>'
                          for side in ("top", "left", "bottom", "right", "insideH", "insideV"))
        cells = "".join("<w:tr>" + "".join(f"<w:tc>{_words(cell, 19)}</w:tc>" for cell in row) + "</w:tr>"
                        for row in rows)
        return f"<w:tbl><w:tblPr><w:tblBorders>{borders}</w:tblBorders></w:tblPr>{cells}</w:tbl>"
    if isinstance(part, Paragraph):
        return _words(part.text, 34 if part.look == "title" else 21, bold=part.look in ("title", "heading", "slip"))
    if isinstance(part, Signed):
        return _words(part.name, 21) + _words(part.date, 21)
    if isinstance(part, Blanks):
        return _words("　　　　".join(f"{label}：________" for label in part.labels), 21)
    return "" if isinstance(part, Space) else _words(str(part), 21)


def _words(text: str, size: int, bold: bool = False) -> str:
    look = f'<w:rPr>{"<w:b/>" if bold else ""}<w:sz w:val="{size}"/></w:rPr>'
    return f'<w:p><w:pPr><w:spacing w:line="300"/></w:pPr><w:r>{look}<w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'


if __name__ == "__main__":
    for what, value in measure(int(sys.argv[1]) if len(sys.argv) > 1 else 2_000).items():
        sys.stdout.write(f"{what} {value:.3f}\n")
    if STATUS.exists():     # Linux only; not ru_maxrss, which counts what the bench itself held when it started us
        most = next(line.split()[1] for line in STATUS.read_text("ascii").splitlines() if line.startswith("VmHWM"))
        sys.stdout.write(f"rss_mb {int(most) / 1024:.0f}\n")
