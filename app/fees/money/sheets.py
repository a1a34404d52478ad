"""The money of a term's fees as workbooks: the monthly report for the bureau, the register of collection."""

from datetime import date
from pathlib import Path

from app.core.columns import Column, Kind
from app.core.progress import Progress, silent
from app.exchange.writing import SheetOut, write_workbook
from app.fees.keys import item_key
from app.fees.money import lists, monthly, office
from app.fees.money.facts import Facts
from app.fees.money.papers import MONTH_CLOSES, MONTHLY, OFFICE, OFFICE_ROWS, PRIVATE, month_rows
from app.school import settings as words
from app.store import settings

_VOUCHERS: tuple[Column, ...] = (
    Column("sort", "收费类别", Kind.TEXT, 26),
    Column("item", "项目", Kind.TEXT, 34),
    Column("kind", "票据种类", Kind.TEXT, 30),
    Column("code", "票据代码", Kind.CODE, 28),
    Column("number", "票据号码", Kind.CODE, 28),
    Column("dated_on", "日期", Kind.DAY, 24),
    Column("supplier", "收款单位", Kind.TEXT, 40),
    Column("fen", "金额", Kind.MONEY, 26, total=True),
    Column("beside", "金额（按标准结算的项目，不计入票据支出）", Kind.MONEY, 34, total=True),
)


def export_monthly(path: Path, day: date, progress: Progress = silent) -> int:
    """Write the report of the natural month of ``day`` with its vouchers and give the number of rows; no pupil's name.

    办公费 has a sheet of its own, or stands as empty rows where no line of the month was noted.
    """
    kind = Column("kind", "收费类别", Kind.TEXT, 28)
    found = monthly.report(day)
    rows = [(row.kind, *line) for row, line in zip(found, month_rows(found), strict=True)]
    spent = office.lines_of(day)
    rows += [] if spent else [(OFFICE, *[None] * len(MONTHLY))] * OFFICE_ROWS
    bills = [(*row[:5], date.fromisoformat(row[5]), *row[6:]) for row in monthly.vouchers(day)]
    title = f"{settings.value(words.NAME)}代收费、服务性收费、办公费月报表（{day.year}年{day.month}月）"
    return write_workbook(path, [
        SheetOut("月报", (kind, *MONTHLY), rows, title, total=True, notes=(
            f"金额单位：元。{MONTH_CLOSES}",)),
        SheetOut("票据明细", _VOUCHERS, bills, f"{day.year}年{day.month}月支出票据", total=True),
        *([SheetOut(OFFICE, office.LINES, [[getattr(each, column.key) for column in office.LINES] for each in spent],
                    f"{day.year}年{day.month}月{OFFICE}", total=True)] if spent else [])], progress)


def export_register(path: Path, plan_id: int, class_id: int | None = None, progress: Progress = silent) -> int:
    """Write who is charged what and who paid what (of a class) and give the number of pupils; it is private."""
    facts = Facts(plan_id)
    rows = lists.register(plan_id, () if class_id is None else (class_id,), facts=facts)
    columns = (Column("class", "班级", Kind.TEXT, 26), Column("name", "姓名", Kind.TEXT, 22),
               *(Column(item_key(title.id), title.name, Kind.MONEY, 24, total=True) for title in facts.titles),
               Column("charged", "应收合计", Kind.MONEY, 24, total=True), Column("paid", "实收", Kind.MONEY, 24, total=True),
               Column("owed", "欠缴", Kind.MONEY, 24, total=True), Column("paid_on", "缴费日期", Kind.DAY, 24),
               Column("numbers", "票据号", Kind.CODE, 34), Column("methods", "缴费方式", Kind.TEXT, 24))
    return write_workbook(path, [SheetOut("收费登记", columns, [
        (row.who.class_name, row.who.name,
         *(row.charges[title.id].fen if title.id in row.charges else None for title in facts.titles),
         row.charged, row.received, row.owed, row.paid_on, row.numbers, row.methods) for row in rows],
        f"{settings.value(words.NAME)}{facts.head.title}收费登记表", total=True, notes=(PRIVATE,))], progress)
