"""Makes the pictures of the manual's first page from the program itself: python build_scripts/manual_pictures.py (private environment).

They are made anew whenever what they show has changed; a made-up school, no real names.
"""

import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from PySide6.QtCore import Qt  # noqa: E402 - the platform is chosen first
from PySide6.QtGui import QGuiApplication, QImage  # noqa: E402
from PySide6.QtWidgets import QApplication, QWidget  # noqa: E402

TARGET = ROOT / "resources" / "manual"
WIDE = 660      # px: what the manual's window has room for
HEADS = ("序号", "资产编号", "资产名称", "规格型号", "单位", "数量", "单价", "金额", "购置日期", "存放地点", "保管人", "备注")
THINGS = (("学生课桌", "可升降", "张", 45, 145), ("学生椅", "可升降", "把", 45, 85), ("多媒体一体机", "86寸", "台", 1, 18_500),
          ("分体空调", "KFR-35GW", "台", 2, 2_899))
SURNAMES, NAMES = "王李张刘陈杨赵黄", "子轩梓涵浩然欣怡宇航诗琪"


def main() -> int:
    """Make all pictures; gives the exit code."""
    application = QApplication(sys.argv[:1])
    from app.store.opening import open_store
    from ui.base import jobs, style

    style.apply(application)
    jobs.inline = True
    with tempfile.TemporaryDirectory(prefix="zongwu-", ignore_cleanup_errors=True) as folder:
        store = open_store(Path(folder) / "data")
        _first_start(store)
        office = _office(store)
        _ledger(office, Path(folder))
        _fees(office, Path(folder))
        office.window.close()
        office.close()
    return 0


def _first_start(store: Any) -> None:
    from ui.home.first_start import FirstStart

    dialog = FirstStart(store.folder)
    dialog.set_value("name", "青禾小学")
    _take(dialog, "first-start")
    dialog.save()


def _office(store: Any) -> Any:
    from ui.main import Office

    office = Office(store)
    office.window.resize(1180, 640)
    office.window.show()
    return office


def _ledger(office: Any, folder: Path) -> None:
    """The check before the import, and a sheet of a room in the preview."""
    from app import features
    from app.assets import importing
    from app.core.progress import silent
    from app.paper.forms import Order
    from ui.assets.import_wizard import ImportWizard
    from ui.paper.preview import PreviewDialog

    wizard = ImportWizard(office.window, office.store.folder, _own_ledger(folder), straight=True)
    _take(wizard, "import-check", (980, 420))
    source, plan = wizard.state.source, wizard.state.plan
    assert source is not None
    assert plan is not None
    importing.run(source, plan)
    wizard.lose = ""
    wizard.close()
    paper = features.form("inventory").write(Order(), folder / "盘点表.pdf", silent)
    _take(PreviewDialog(office.window, paper.path, "期末盘点表"), "inventory", (980, 620))


def _fees(office: Any, folder: Path) -> None:
    """The shipped items, the prices, the posting, the first family's letter."""
    from app.core.progress import silent
    from app.fees.letters import commands as letters
    from app.fees.letters import queries as found
    from app.fees.letters.papers import Batch, print_letters
    from app.fees.plan import commands
    from app.school import queries as school
    from app.school import roster_import
    from app.school.roster_import import RosterPlan
    from ui.fees.board.posting import PostDialog
    from ui.fees.plan.choosing import ChooseDialog
    from ui.paper.preview import PreviewDialog

    term = school.current_term()
    assert term is not None
    roster_import.run(_own_roster(folder), RosterPlan(term.name.school_year, term.starts_on, make_classes=True))
    plan = commands.start_plan(term.id).made[0]
    page = office.window.show_page("fees")
    dialog = ChooseDialog(page, plan)
    _take(dialog, "fees-choose", (780, 440))
    dialog.save()
    page.refresh()
    grid = page.page_of("plan").grid_page
    grid.show_cell(dialog.step.made[0] if dialog.step else 0, "grade1")
    QGuiApplication.clipboard().setText("\n".join("\t".join([price] * 6) for price in ("300", "12", "86")))
    grid.grid.paste()
    _take(office.window, "fees-prices", (1180, 420))
    post = PostDialog(page, office.store.folder, plan, "收费")
    post.set_value("school_phone", "0571-8888 0001")
    post.set_value("bureau_phone", "0571-8888 0002")
    _take(post, "fees-post")
    post.save()
    letter = found.letter(letters.make_letter(term.id, letters.usual_draft("fee-notice")).made[0])
    paper = print_letters(letter, folder / "告家长书.pdf", Batch(), silent)
    preview = PreviewDialog(office.window, paper.path, "收费告家长书")
    preview.go_to(1)        # behind the cover of the class
    _take(preview, "notice", (980, 620))


def _take(widget: QWidget, name: str, size: tuple[int, int] | None = None) -> None:
    """Save a picture of a widget, narrow enough for the manual."""
    if size is not None:
        widget.resize(*size)
    from ui.base.notify import Strip

    widget.show()
    _settle()
    for strip in widget.findChildren(Strip):
        strip.close()
    picture = widget.grab().toImage()
    if picture.width() > WIDE:
        picture = picture.scaledToWidth(WIDE, Qt.TransformationMode.SmoothTransformation)
    picture.convertToFormat(QImage.Format.Format_RGB888).save(str(TARGET / f"{name}.png"))
    print(f"{name}.png  {(TARGET / f'{name}.png').stat().st_size / 1024:.0f} KB")


def _settle() -> None:
    """Let pages fetch, lay out and paint."""
    from PySide6.QtCore import QEventLoop, QTimer

    after = QEventLoop()
    QTimer.singleShot(400, after.quit)
    after.exec()


def _book(path: Path, lines: Callable[[Any], object]) -> Path:
    book = openpyxl.Workbook()
    lines(book.active)
    book.save(path)
    return path


def _own_ledger(folder: Path) -> Path:
    """A ledger as offices keep it: 24 rooms of one sheet."""
    def write(sheet: Any) -> None:
        sheet.append(["青禾小学固定资产台账"])
        sheet.append(list(HEADS))
        for at in range(24):
            for thing, (name, model, unit, count, price) in enumerate(THINGS):
                number = at * len(THINGS) + thing + 1
                sheet.append([number, f"QH-{number:05d}", name, model, unit, count, price, count * price, "2021-09-01",
                              f"教学楼{at // 6 + 1}0{at % 6 + 1}", ("王敏", "李建国", "赵一鸣")[at % 3], None])

    return _book(folder / "固定资产台账.xlsx", write)


def _own_roster(folder: Path) -> Path:
    """480 pupils in sixteen classes."""
    def write(sheet: Any) -> None:
        sheet.append(["班级", "座号", "学号", "姓名"])
        for at in range(480):
            grade, number = divmod(at // 30, 3)
            name = SURNAMES[at % 8] + NAMES[at // 8 % 12] + NAMES[at // 96]
            sheet.append([f"{'一二三四五六'[grade]}（{number + 1}）班", at % 30 + 1, f"2026{at:04d}", name])

    return _book(folder / "花名册.xlsx", write)


if __name__ == "__main__":
    sys.exit(main())
