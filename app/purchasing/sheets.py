"""Lines of a purchase out of a workbook, as a department writes them down: 品名 规格 单位 数量 单价 金额 用途 去向 领用."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from app.core.columns import Column, Kind
from app.core.errors import Problem
from app.core.money import parse_fen
from app.core.quantity import parse_quantity
from app.exchange.typed_rows import read_typed
from app.fees import rules as fees
from app.fees.plan import queries as plans
from app.purchasing import budgets
from app.purchasing.rules import AGENCY, BUDGET, GIFT, GOES, SPECIAL, LineDraft
from app.school import queries as school
from app.school import roster

COLUMNS: tuple[Column, ...] = (
    Column("name", "品名", Kind.TEXT, 40, names=("物品名称", "名称", "采购内容", "货物名称", "商品名称", "品名规格")),
    Column("spec", "规格型号", Kind.TEXT, 34, names=("规格", "型号", "规格/型号", "技术要求", "参数")),
    Column("unit", "单位", Kind.CHOICE, 14, names=("计量单位",)),
    Column("quantity", "数量", Kind.QUANTITY, 18, names=("采购数量", "申请数量", "需要数量", "数目")),
    Column("price", "单价", Kind.MONEY, 22, names=("预算单价", "参考单价", "单价（元）")),
    Column("fen", "金额", Kind.MONEY, 24, total=True, names=("总价", "合计金额", "预算金额", "小计", "金额（元）")),
    Column("class_code", "分类代码", Kind.CODE, 24, names=("品目代码", "资产分类代码")),
    Column("purpose", "用途", Kind.TEXT, 30, names=("用途说明", "购置原因", "申请理由")),
    Column("goes", "去向", Kind.CHOICE, 18, names=("入库方式",)),
    Column("to", "领用", Kind.TEXT, 28, names=("领用部门", "领用班级", "领用人", "使用部门", "存放地点", "使用人")),
    Column("money", "资金来源", Kind.TEXT, 30, names=("预算项目", "经费来源", "资金来源/预算科目", "收费项目")),
    Column("remark", "备注", Kind.TEXT, 30),
)
"""The columns of a line in a workbook; ``to`` is whoever or whatever place of that name there is, ``money`` a line of the year's
budget, an item of the term's fees that are being collected, or 专项：… and 捐赠：….
"""


@dataclass(frozen=True, slots=True)
class ReadLines:
    """The lines of a workbook; ``problems`` name them as -1, -2 …; ``unused`` are headings that were not understood."""

    lines: tuple[LineDraft, ...]
    problems: Sequence[Problem]
    unused: Sequence[str]


def read_lines(path: Path, day: date) -> ReadLines:
    """Read the lines of a workbook for a purchase of a day, every problem at once; ``Refused`` where no line is found at all."""
    read = read_typed(path, COLUMNS, COLUMNS[0])
    problems: list[Problem] = []
    lines = tuple(_line(row, -at, problems, day) for at, row in enumerate(read.rows, 1))
    return ReadLines(lines, problems, read.unused)


def _line(words: Mapping[str, str], row: int, problems: list[Problem], day: date) -> LineDraft:
    numbers: dict[str, Any] = {}
    for key, title, parse in (("quantity", "数量", parse_quantity), ("price", "单价", parse_fen), ("fen", "金额", parse_fen)):
        numbers[key] = 1_000 if key == "quantity" else None
        if text := words.get(key, ""):
            try:
                numbers[key] = parse(text)
            except ValueError:
                problems.append(Problem(key, f"{title}“{text}”不是数字，请改正。", row=row))
    if (goes := words.get("goes", "")) and goes not in GOES:
        problems.append(Problem("goes", f"去向“{goes}”只能是{'、'.join(GOES)}。", row=row))
    to = receiver(words["to"]) if words.get("to") else {}
    if to is None:
        problems.append(Problem("to", f"没有找到叫“{words['to']}”的部门、班级、人员或地点，或者不止一个，请写全称。", row=row))
    plain: dict[str, Any] = {key: words.get(key, "") for key in ("name", "spec", "unit", "class_code", "purpose", "remark")}
    paid = money(words["money"], day) if words.get("money") else {}
    if paid is None:
        problems.append(Problem("money", f"资金来源“{words['money']}”不是{day.year}年的预算项目，也不是正在收费的项目。"
                                         "专项、捐赠请写成“专项：名称”。", row=row))
    return LineDraft(**{**plain, **numbers, **(to or {}), **(paid or {}), "goes": goes})


def money(text: str, day: date) -> dict[str, Any] | None:
    """Give where money comes from by the fields of a line, as a word names it; None for nothing, or for two things at once."""
    for source in (SPECIAL, GIFT):
        if text.startswith(source):
            return {"source": source, "fund": text.removeprefix(source).lstrip("：: ")}
    found: list[dict[str, Any]] = [{"source": BUDGET, "budget_line": row.id} for row in budgets.lines(day.year) if row.name == text and row.active]
    found += [{"source": AGENCY, "plan_item": item.id} for plan in plans.plans() if plan.state == fees.COLLECTING
              for item in plans.plan_items(plan.id) if item.name == text]
    return found[0] if len(found) == 1 else None


def receiver(text: str) -> dict[str, int] | None:
    """Give the one department, class, person or place that a word names, by the field of a line; None for none or several."""
    departments = [pick.id for pick in school.find_departments(text) if pick.text == text]
    if len(departments) == 1:
        return {"department": departments[0]}
    classes = [size.class_id for size in roster.class_sizes(roster.current_year()) if size.name == text]
    if len(classes) == 1:
        return {"school_class": classes[0]}
    people = [pick.id for pick in school.find_people(text) if pick.text == text]
    if len(people) == 1:
        return {"person": people[0]}
    places = [pick.id for pick in school.find_places(text) if text in (pick.text, pick.text.rpartition(" ")[2])]
    return {"place": places[0]} if len(places) == 1 and not people else None
