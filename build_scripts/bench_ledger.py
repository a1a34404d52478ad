"""Ledgers to measure with: rows as an office types them, always the same, written as a workbook or brought in whole."""

import csv
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from environment import ROOT

MOST_SECONDS = 300     # a window that waits for an answer must end the bench, not stop it
HEAD = (
    "资产编号", "资产名称", "规格型号", "品牌", "序列号", "单位", "数量", "单价", "金额", "取得日期", "存放地点",
    "保管人", "使用状况", "备注",
)
# name, model, unit, price in 分, pieces on one card
THINGS = (
    ("学生课桌椅", "700×500×760", "套", 26000, 45),
    ("台式电脑", "启天M450", "台", 459900, 1),
    ("交互式一体机", "86寸", "台", 1880000, 1),
    ("空调", "KFR-72LW", "台", 649900, 2),
    ("文件柜", "双节铁皮", "个", 58000, 3),
    ("教师办公桌", "1400×700", "张", 76000, 6),
    ("照相机", "EOS R50", "台", 529900, 1),
    ("打印机", "LaserJet M227", "台", 219900, 1),
    ("钢琴", "UP-120", "架", 1890000, 1),
    ("电子琴", "PSR-E373", "台", 169900, 12),
    ("显微镜", "XSP-2CA", "台", 89000, 24),
    ("学生天平", "500g", "架", 18000, 24),
    ("乒乓球台", "T1223", "张", 198000, 4),
    ("饮水机", "立式冷热", "台", 69900, 1),
    ("图书架", "六层双面", "组", 112000, 8),
    ("监控摄像机", "DS-2CD", "台", 38000, 16),
    ("消毒柜", "ZTP-380", "台", 236000, 2),
    ("不锈钢餐桌椅", "四人位", "套", 68000, 30),
)
SURNAMES, GIVEN = "王李张刘陈杨赵黄周吴徐孙胡朱高", "伟芳娜敏静丽强磊军洋勇艳杰娟涛明"
BUILDINGS = ("教学楼", "实验楼", "综合楼", "行政楼", "食堂")


def rows(count: int) -> Iterator[tuple[object, ...]]:
    """Give ``count`` rows in the order of ``HEAD``: 18 kinds of things in 200 rooms with 60 keepers, over ten years."""
    for serial in range(1, count + 1):
        name, model, unit, fen, pieces = THINGS[serial * 7 % len(THINGS)]
        room = serial * 13 % 200
        keeper = SURNAMES[serial * 11 % 60 % 15] + GIVEN[serial * 11 % 60 % 16]
        year = 2016 + serial * 17 % 10
        place = f"{BUILDINGS[room // 40]}{room % 40 // 8 + 1}0{room % 8 + 1}"
        yield (
            f"ZC-{year}-{serial:06d}", name, model, "", f"SN{serial * 7919 % 10**8:08d}", unit, pieces, fen / 100,
            fen * pieces / 100, f"{year}-{serial % 12 + 1:02d}-{serial % 28 + 1:02d}", place, keeper, "在用",
            "校本部" if serial % 9 == 0 else "",
        )


def write_workbook(file: Path, count: int) -> None:
    """Write the rows as an .xlsx, as another program would have."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("资产台账")
    sheet.append(HEAD)
    for row in rows(count):
        sheet.append(row)
    book.save(file)


IMPORT = """
import sys, time
from pathlib import Path
from app.assets.importing import Source, run
from app.school.commands import start_school
from app.school.queries import started
from app.school.rules import SchoolDraft
from app.store.opening import open_store
folder, file, count, rehearse = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), sys.argv[4] == "True"
store = open_store(folder)
if not started():    # the window would ask for the school first, and wait
    start_school(SchoolDraft(name="测试小学", term="2026-2027-1", operator="总务主任"))
begin = time.perf_counter()
source = Source(file)
outcome = run(source, source.propose(), rehearse=rehearse)
took = time.perf_counter() - begin
store.close()
assert outcome.imported == count and not outcome.errors, (outcome.imported, outcome.problems[:3])
print(took)
"""


FLOOR = """
import sys, time
from pathlib import Path
import python_calamine
from app.assets.tables import Asset
from app.store import database, journal
from app.store.opening import open_store
folder, file = Path(sys.argv[1]), sys.argv[2]
store = open_store(folder)
cursor = database.database.execute_sql("SELECT * FROM asset")
names, rows = [column[0] for column in cursor.description], cursor.fetchall()
with journal.operation("清空"):
    database.database.execute_sql("DELETE FROM asset")
begin = time.perf_counter()
python_calamine.CalamineWorkbook.from_path(file).get_sheet_by_index(0).to_python()
with journal.operation("照样写入"):
    database.insert_rows(Asset, names, rows)
took = time.perf_counter() - begin
store.close()
print(took)
"""


def import_floor(folder: Path, file: Path) -> float:
    """Give the seconds of merely reading a file that was imported into a folder, and writing its cards anew with their journal."""
    return float(output([sys.executable, "-c", FLOOR, str(folder), str(file)]))


def import_ledger(folder: Path, file: Path, count: int, *, rehearse: bool = False) -> float:
    """Import a file into a data folder, or rehearse it, in a process of its own; gives the seconds of the import."""
    return float(output([sys.executable, "-c", IMPORT, str(folder), str(file), str(count), str(rehearse)]))


def make_ledger(folder: Path, count: int) -> None:
    """Make a data folder with ``count`` cards, by the import that a person has."""
    file = folder.parent / f"{folder.name}.csv"
    with file.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([HEAD, *rows(count)])
    import_ledger(folder, file, count)


def output(command: list[str]) -> str:
    """Give what a command prints, run off-screen in the project's folder; a failing one ends the bench with its words."""
    surroundings = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONUTF8": "1"}
    surroundings.pop("PYTHONDONTWRITEBYTECODE", None)    # a person's second start finds the modules compiled
    done = subprocess.run(
        command, cwd=ROOT, env=surroundings, capture_output=True, text=True, encoding="utf-8", check=False,
        timeout=MOST_SECONDS,
    )
    if done.returncode:
        sys.exit(f"{done.stdout}{done.stderr}")
    return done.stdout
