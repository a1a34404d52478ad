"""班级项目汇总表: classes × items of a term, what was due and what came in, once settled what was spent and given back. Public.

No pupil is named, and no class stands alone that is so small that its line would be one child's account (``folding``).
"""

from collections import defaultdict
from pathlib import Path

from app.core.columns import Column, Kind
from app.core.progress import Progress, silent
from app.fees.board import folding
from app.fees.board import settings as public
from app.fees.board.folding import Line
from app.fees.keys import item_key
from app.fees.money.facts import Facts, Title
from app.fees.money.papers import TABLER
from app.fees.money.queries import GONE
from app.fees.plan.orders import plan_of, scope
from app.paper.book import Printed
from app.paper.forms import Form, Order
from app.paper.ledger import Ledger, Section, write_ledger
from app.school import settings as words
from app.school.papers import signers, style
from app.store import settings

DUE, RECEIVED, SPENT, BACK = "应收", "实收", "实支", "应退"
_MOST_ON_A4 = 9


def class_lines(facts: Facts) -> list[Line]:
    """Give a line for each class in order, small ones folded: ``name``, ``pupils``, ``grade`` as a word, and 分 by part and item.

    实支 is what pupils themselves bear; 应退 is below zero where they still have to pay.
    """
    order = list(dict.fromkeys((each.class_id, each.class_name, each.grade) for each in facts.places.values()))
    pupils: dict[int, set[int]] = defaultdict(set)
    sums: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for each in facts.accounts:
        place = facts.places.get(each.pupil)
        key = place.class_id if place is not None else 0
        if not (each.charged or each.paid or each.spent):
            continue
        pupils[key].add(each.pupil)
        for part, fen in ((DUE, each.charged), (RECEIVED, each.paid), (SPENT, each.spent - each.borne), (BACK, each.refund)):
            sums[key][_part(part, each.plan_item)] += fen
    keys = [_part(part, title.id) for part in (DUE, RECEIVED, SPENT, BACK) for title in facts.titles]
    lines: list[Line] = [{"name": name, "grade": str(grade), "pupils": len(pupils[key]), **{each: sums[key].get(each, 0) for each in keys}}
                         for key, name, grade in [*order, (0, GONE, 0)] if pupils.get(key)]
    return folding.folded(lines, settings.value(public.LEAST_PUBLIC), lambda line: line["grade"])


def _part(part: str, item: int) -> str:
    return f"{part}{item}"


def write_class_items(order: Order, path: Path, progress: Progress = silent) -> Printed:
    """Write the table; before the term is settled only what was due and what came in."""
    plan, facts = plan_of(order), Facts(plan_of(order).id)
    lines = class_lines(facts)
    used = [title for title in facts.titles if any(line[_part(part, title.id)] for line in lines for part in (DUE, RECEIVED, SPENT))]
    parts = (DUE, RECEIVED, SPENT, BACK) if facts.head.settled_on else (DUE, RECEIVED)
    columns = (Column("name", "班级", Kind.TEXT, 36), Column("pupils", "人数", Kind.WHOLE, 14, total=True),
               *(Column(item_key(title.id), title.name, Kind.MONEY, 22, total=True) for title in used),
               Column("sum", "合计", Kind.MONEY, 26, total=True))
    sections = [Section((part, "", "金额单位：元"), [_row(line, part, used) for line in lines], f"{part}合计") for part in parts]
    return write_ledger(Ledger(
        title=f"{settings.value(words.NAME)}班级项目收费汇总表", subtitle=plan.term_title, columns=columns, sections=sections,
        orientation="landscape", size="a4" if len(used) <= _MOST_ON_A4 else "a3", sections_on_new_page=True, row_height=6.5, fill=False,
        signatures=[TABLER, "财务", *signers(words.DIRECTOR, words.PRINCIPAL)], date_label="日期",
        copies="实支是学生自己承担的部分，减免和学校承担的不在内；应退为负数的是还要缴的。人数太少的班与别的班合成一行。" if facts.head.settled_on
        else "还没有结算，只有应收和实收。人数太少的班与别的班合成一行。"), path, progress, style())


def _row(line: Line, part: str, used: list[Title]) -> tuple[object, ...]:
    amounts = [int(line[_part(part, title.id)]) for title in used]
    return (line["name"], line["pupils"], *(fen or None for fen in amounts), sum(amounts))


FORMS: tuple[Form, ...] = (
    Form("fee-class-items", "班级项目收费汇总表", write_class_items, scope, ("term",), "landscape", about="fee_plan"),
)
