"""回执统计表: how many slips of a letter came back, class by class, and what families chose item by item. No names."""

from pathlib import Path

from app.core import clock
from app.core.columns import Column, Kind
from app.core.errors import Refused
from app.core.progress import Progress, silent
from app.core.terms import chinese_day
from app.fees.keys import item_key
from app.fees.letters import queries
from app.fees.letters.queries import LetterRow
from app.fees.plan.orders import plan_of, scope
from app.paper.book import Printed
from app.paper.forms import Form, Order
from app.paper.ledger import Ledger, Section, write_ledger
from app.school import settings as words
from app.school.papers import signers, style
from app.store import settings

_CLASS = (Column("name", "班级", Kind.TEXT, 30), Column("pupils", "发出", Kind.WHOLE, 16, total=True),
          Column("back", "收回", Kind.WHOLE, 16, total=True), Column("missing", "未交", Kind.WHOLE, 16, total=True))
_MOST_ITEMS = 6     # whose three columns stand on an A4 page lying on its side


def write_reply_counts(order: Order, path: Path, progress: Progress = silent) -> Printed:
    """Write the counts of a letter's slips (``order.records``), else of every letter of the term that has slips, each on its pages."""
    plan = plan_of(order)
    found = [row for row in queries.letters(plan.term_id) if row.slip and (not order.records or row.id in order.records)]
    if not found:
        raise Refused(f"{plan.term_title}没有带回执的信，没有可统计的回执。")
    asked = {each.plan_item: each.item for row in found for each in queries.choice_counts(row.id)}
    items = dict(list(asked.items())[:_MOST_ITEMS])
    columns = (*_CLASS, *(column for item, name in items.items() for column in (
        Column(f"{item_key(item)}-yes", f"{name}同意", Kind.WHOLE, 17, total=True),
        Column(f"{item_key(item)}-no", "不同意", Kind.WHOLE, 15, total=True), Column(f"{item_key(item)}-open", "未答", Kind.WHOLE, 13, total=True))))
    left_out = len(asked) - len(items)
    return write_ledger(Ledger(
        title=f"{settings.value(words.NAME)}回执统计表", subtitle=f"{plan.term_title}　截至 {chinese_day(clock.today())}", columns=columns,
        sections=[_section(row, items) for row in found], orientation="landscape", sections_on_new_page=True, fill=False, row_height=6.5,
        signatures=["统计人", *signers(words.DIRECTOR)], date_label="日期",
        copies=f"另有 {left_out} 个项目没有列出，请在“回执”页查看。" if left_out else ""), path, progress, style())


def _section(row: LetterRow, items: dict[int, str]) -> Section:
    counts = {(each.class_id, each.plan_item): each for each in queries.choice_counts(row.id)}
    lines = []
    for each in queries.reply_counts(row.id):
        answers = [counts.get((each.class_id, item)) for item in items]
        lines.append((each.class_name, each.pupils, each.returned, each.missing or None,
                      *(value for found in answers for value in ((found.agreed, found.refused, found.silent or None) if found else (None,) * 3))))
    due = f"　{chinese_day(row.due_on)}前交回" if row.due_on else ""
    return Section((queries.heading(row), "", due.strip()), lines, f"合计：{len(lines)} 个班")


FORMS: tuple[Form, ...] = (
    Form("fee-reply-counts", "回执统计表", write_reply_counts, scope, ("term", "records"), "landscape", about="fee_plan"),
)
