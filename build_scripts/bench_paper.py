"""How fast a ledger becomes a PDF, against two yardsticks measured in the same run.

The floor is a bare reportlab canvas that draws the very same strings at their places, with cached encodings and the
same rules: no fitting, no totals, no second look at anything. The other is LibreOffice converting the rows from .xlsx.
"""

import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from reportlab import rl_config  # noqa: E402 (as above)
from reportlab.pdfbase import pdfmetrics  # noqa: E402 (the project's folder must be on the path first)
from reportlab.pdfgen.canvas import Canvas  # noqa: E402 (as above)

from app.core.columns import Column, Kind, shown  # noqa: E402 (as above)
from app.paper.book import MM  # noqa: E402 (as above)
from app.paper.fonts import typeface  # noqa: E402 (as above)
from app.paper.ledger import Ledger, Section, write_ledger  # noqa: E402 (as above)
from app.paper.page import frame  # noqa: E402 (as above)

Rows = Sequence[Sequence[object]]
COLUMNS = (
    Column("number", "资产编号", Kind.CODE, 27), Column("name", "名称", Kind.TEXT, 40),
    Column("model", "规格型号", Kind.TEXT, 36), Column("unit", "单位", Kind.CHOICE, 9),
    Column("pieces", "数量", Kind.WHOLE, 12, total=True), Column("price", "单价", Kind.MONEY, 20),
    Column("value", "价值", Kind.MONEY, 23, total=True), Column("place", "地点", Kind.TEXT, 36),
    Column("keeper", "保管人", Kind.TEXT, 14), Column("acquired_on", "取得日期", Kind.DAY, 19),
    Column("status", "状态", Kind.CHOICE, 12),
)
_ROW = 6 * MM
_SIZE = 9


def sample_rows(count: int) -> list[tuple[object, ...]]:
    """Give rows as a school's ledger has them: about 600 names, 90 rooms, 60 keepers; the same at every call."""
    chance = random.Random(20261121)
    things = ["学生课桌", "学生椅", "触控一体机", "分体空调", "吊扇", "讲台",
              "文件柜", "饮水机", "显微镜", "钢琴", "体操垫", "打印机"]
    sorts = ["", "（升降式）", "（可调）", "（教师用）", "（低年级）"]
    names = [f"{thing}{sort}{mark}" for thing in things for sort in sorts for mark in "ABCDEFGHIJ"]
    models = [f"{maker}-{number}" for maker in ("KZY", "KFR", "HP", "LX", "DSPPA") for number in range(100, 160)]
    places = [f"教学楼{floor}层 {grade}年级（{room}）班"
              for floor in range(1, 6) for grade in "一二三四五六" for room in (1, 2, 3)]
    keepers = [f"{family}{given}" for family in "王李张刘陈杨" for given in "敏静伟强芳娜军洋勇艳"]
    rows: list[tuple[object, ...]] = []
    for index in range(count):
        pieces, price = chance.choice((1, 1, 1, 2, 4, 45)), chance.randrange(5_000, 900_000, 50)
        rows.append((
            f"ZC-{2015 + index % 11}-{index:05d}", chance.choice(names), chance.choice(models),
            chance.choice("张把台套个"), pieces, price, pieces * price, chance.choice(places), chance.choice(keepers),
            f"{2015 + index % 11}-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}",
            chance.choice(("在用", "在用", "在用", "闲置", "待报废")),
        ))
    return rows


def ledger_floor(rows: Rows, path: Path) -> int:
    """Draw the rows' strings and rules on a bare canvas, encodings cached; give the number of pages.

    The rows may hold values or, to leave formatting out of the yardstick, their texts.
    """
    page = frame("a4", "landscape")
    face = typeface("body")
    font = face.fonts[0]
    pdfmetrics.registerFont(font)
    canvas = Canvas(str(path), pagesize=(page.width, page.height), pageCompression=1, initialFontName=font.fontName)
    document = canvas._doc  # noqa: SLF001 (the yardstick is a canvas written to as directly as can be)
    scale = page.inner / sum(column.width for column in COLUMNS)
    edges = [page.left]
    for column in COLUMNS:
        edges.append(edges[-1] + column.width * scale)
    encoded: dict[str, str] = {}
    wide: dict[str, float] = {}
    each = int((page.top - page.bottom - 30 * MM) / _ROW)
    for start in range(0, len(rows), each):
        code = canvas._code  # noqa: SLF001 (as above)
        y = page.top - 25 * MM
        for row in rows[start:start + each]:
            for index, value in enumerate(row):
                column = COLUMNS[index]
                text = value if isinstance(value, str) else shown(column.kind, value)
                if text not in encoded:
                    encoded[text] = "".join(
                        f"{font.getSubsetInternalName(subset, document)} {_SIZE} Tf ({canvas._escape(part)}) Tj "  # noqa: SLF001 (as above)
                        for subset, part in font.splitString(text, document))
                    wide[text] = face.width(text, _SIZE)
                x = edges[index] + 3
                if column.align == "right":
                    x = edges[index + 1] - 3 - wide[text]
                elif column.align == "center":
                    x = (edges[index] + edges[index + 1] - wide[text]) / 2
                code.append(f"BT 1 0 0 1 {x:.2f} {y:.2f} Tm {encoded[text]}ET")
            y -= _ROW
            code.append(f"{page.left:.2f} {y:.2f} m {page.right:.2f} {y:.2f} l S")
        for x in edges:
            code.append(f"{x:.2f} {page.top - 25 * MM + _ROW:.2f} m {x:.2f} {y:.2f} l S")
        canvas.showPage()
    pages = canvas.getPageNumber() - 1
    canvas.save()
    return pages


def ledger_ours(rows: Rows, path: Path) -> int:
    """Write the rows as a real ledger with totals and signatures; give the number of pages."""
    ledger = Ledger("青禾小学固定资产台账", COLUMNS, [Section(rows=rows)], subtitle="截至2027年1月15日",
                    orientation="landscape", serial="none", row_height=6, font_size=_SIZE, page_total="本页小计",
                    grand_total="总计", signatures=("制表人", "总务主任", "校长"), date_label="日期")
    return write_ledger(ledger, path).pages


def office(rows: Rows, folder: Path) -> float | None:
    """Give LibreOffice's seconds from .xlsx to PDF for the same rows, its start included; None without it."""
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        return None
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append([column.title for column in COLUMNS])
    for row in rows:
        sheet.append([value / 100 if column.kind is Kind.MONEY and isinstance(value, int) else value
                      for column, value in zip(COLUMNS, row, strict=True)])
    source = folder / "ledger.xlsx"
    book.save(source)
    profile = (folder / "profile").as_uri()
    began = time.perf_counter()
    subprocess.run([program, f"-env:UserInstallation={profile}", "--headless", "--convert-to", "pdf", "--outdir",
                    str(folder / "converted"), str(source)], check=True, capture_output=True, timeout=300)
    return time.perf_counter() - began


def measure(count: int = 20_000, rounds: int = 3) -> dict[str, object]:
    """Give seconds (the best of ``rounds``, taken in turn), pages, bytes and ratios; typefaces are loaded before."""
    rows = sample_rows(count)
    texts = [[shown(column.kind, value) for column, value in zip(COLUMNS, row, strict=True)] for row in rows]
    rl_config.useA85 = 0  # or the yardstick would spend a tenth of its time on an encoding that we do without
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        floor_file, our_file = folder / "floor.pdf", folder / "ours.pdf"
        ledger_floor(texts[:100], floor_file)
        ledger_ours(rows[:100], our_file)
        floor, ours = [], []
        for _ in range(rounds):
            began = time.perf_counter()
            floor_pages = ledger_floor(texts, floor_file)
            floor.append(time.perf_counter() - began)
            began = time.perf_counter()
            our_pages = ledger_ours(rows, our_file)
            ours.append(time.perf_counter() - began)
        converted = office(rows, folder)
        return {
            "rows": count, "floor_seconds": min(floor), "ledger_seconds": min(ours), "ratio": min(ours) / min(floor),
            "floor_pages": floor_pages, "ledger_pages": our_pages, "floor_bytes": floor_file.stat().st_size,
            "ledger_bytes": our_file.stat().st_size, "office_seconds": converted,
            "office_ratio": None if converted is None else min(ours) / converted,
        }


def main() -> None:
    """Print the figures."""
    for name, value in measure().items():
        if isinstance(value, float):
            value = f"{value:.2f}"
        print(f"{name:16} {'没有安装 LibreOffice，略过' if value is None else value}")


if __name__ == "__main__":
    main()
