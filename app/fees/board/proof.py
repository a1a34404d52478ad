"""公示张贴证明: that a version hung where and from when to when, to be signed by who posted it and by parents, with a photo."""

from pathlib import Path

from app.core import clock
from app.core.columns import Kind
from app.core.errors import Refused
from app.core.progress import Progress, silent
from app.core.terms import chinese_day
from app.fees.board import queries
from app.fees.board.queries import ABOUT_FEES, HANGING, PublicationRow
from app.fees.plan.orders import plan_of, scope
from app.paper.book import Printed
from app.paper.cards import Card, CardBook, Fact, Part, write_cards
from app.paper.forms import Form, Order
from app.school import settings as words
from app.school.papers import signers, style
from app.store import settings

_RULE = "计价格〔2002〕792号《教育收费公示制度》；发改价检〔2003〕781号"
_WORDS = {ABOUT_FEES: "教育收费公示表", "结算": "代办费收支公示"}


def write_proof(order: Order, path: Path, progress: Progress = silent) -> Printed:
    """Write the proof of a version (``order.records``), else of each that hung in the term; ``Refused`` where none did."""
    plan = plan_of(order)
    rows = [row for row in reversed(queries.publications(plan.id)) if not order.records or row.id in order.records]
    if not rows:
        raise Refused(f"{plan.term_title}还没有张贴过公示，没有可证明的。请先登记张贴。")
    return write_cards(CardBook(
        f"{settings.value(words.NAME)}公示张贴证明", [_card(row, plan.term_title) for row in rows], plan.term_title, row_height=10.0,
        signatures=["张贴人", "家长代表", "家长代表", *signers(words.PRINCIPAL)], date_label="日期",
        copies="（盖章）　一式两份：学校存档，报教育局备查"),
        path, progress, style())


def _card(row: PublicationRow, term: str) -> Card:
    hangs = row.state == HANGING and row.until_on is None
    until = "张贴中" if hangs else chinese_day(row.until_on) if row.until_on else "　"
    facts = [
        Fact("公示名称", f"{term}{_WORDS.get(row.about, row.about)}", span=2), Fact("版本", f"第 {row.version} 版"), Fact("状态", row.state),
        Fact("张贴地点", row.place, span=2), Fact("开始日期", row.posted_on, Kind.DAY), Fact("结束日期", until),
        Fact("公示天数", f"{row.days(clock.today())} 天（截至 {chinese_day(clock.today())}）", span=2), Fact("张贴人", row.posted_by, span=2),
        *([Fact("变更原因", row.reason, span=2)] if row.reason else []),
        Fact("依据", _RULE, span=2),
        Fact("证明", "以上公示已在上述地点张贴，内容与存档一致，张贴期间完好、可供学生和家长查看。张贴照片附后。", span=2, rows=2),
        Fact("张贴照片", "", span=2, rows=10)]
    return Card([Part(facts)])


FORMS: tuple[Form, ...] = (
    Form("fee-posting-proof", "公示张贴证明", write_proof, scope, ("term", "records"), about="fee_plan"),
)
