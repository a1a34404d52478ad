"""就餐登记表 of a month, class by class: blank for the class teacher's pen, or as it was noted. It names pupils."""

from datetime import date
from pathlib import Path

from app.core import clock
from app.core.columns import Column, Kind
from app.core.errors import Refused
from app.core.month_marks import first_of, month_words
from app.core.progress import Progress, silent
from app.fees.money import attendance, attendance_facts
from app.fees.money.attendance_facts import MARKS
from app.fees.money.facts import Facts
from app.fees.money.papers import PRIVATE
from app.fees.plan.orders import plan_of, scope
from app.paper.book import Printed
from app.paper.forms import Form, Order
from app.paper.month_sheets import SheetOfMonth, write_month_sheets
from app.school import settings as words
from app.school.papers import signers, style
from app.store import settings

_WHO = (Column("seat", "序号", Kind.CHOICE, 7), Column("name", "姓名", Kind.TEXT, 16))


def _month(order: Order, facts: Facts) -> date:
    """Give the month that is asked for, else today's, else the first of the term; ``Refused`` for one outside the term."""
    there = attendance_facts.months(facts)
    if order.month is None:
        return first_of(clock.today()) if first_of(clock.today()) in there else there[0]
    if first_of(order.month) not in there:
        raise Refused(f"{month_words(order.month)}不在{facts.head.title}里，没有就餐登记表。请另选月份。")
    return first_of(order.month)


def write_meal_sheets(order: Order, path: Path, progress: Progress = silent) -> Printed:
    """Write the sheets of a month, of classes or of all, for every item that is charged by the day."""
    facts = Facts(plan_of(order).id)
    month, items = _month(order, facts), attendance_facts.by_days(facts)
    classes = {each.class_id: each for each in facts.places.values()
               if not (order.classes or order.grades) or each.class_id in order.classes or each.grade in order.grades}
    if not items:
        raise Refused(f"{facts.head.title}没有按天收的项目，不用登记就餐。")
    made = [(title, place, attendance.sheet(facts.plan_id, title.id, class_id, month)) for title in items for class_id, place in classes.items()]
    sheets = [SheetOfMonth(sheet, f"班级：{place.class_name}　共 {len(sheet.things)} 人", f"{title.name}　{month_words(month)}")
              for title, place, sheet in made if sheet.things and sheet.days]
    if not sheets:
        raise Refused(f"选定的班级{month_words(month)}没有要登记就餐的学生或上课日。")
    note = f"只记没有就餐的：{'、'.join(f'{each.sign} {each.words}' for each in MARKS.others)}；空格就是就餐，／ 不用填。"
    return write_month_sheets(
        f"{settings.value(words.NAME)}就餐登记表", facts.head.title, _WHO, sheets, path, ["班主任", "食堂", *signers(words.DIRECTOR)], note, PRIVATE,
        "天数", progress, style())


def meal_scope(order: Order) -> str:
    """Say which month, classes and grades an order covers."""
    _, _, classes = scope(order).partition(" ")
    return f"{month_words(_month(order, Facts(plan_of(order).id)))} {classes}".rstrip()


FORMS: tuple[Form, ...] = (
    Form("fee-meal-sheet", "就餐登记表", write_meal_sheets, meal_scope, ("term", "month", "classes", "grades"), "landscape", about="fee_plan"),
)
