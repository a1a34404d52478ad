"""What the office writes about a stocktake in words: the notice that it is held, the plan for it, the report on what came of it.

Each is a letter of parts (GB/T 9704): on paper as it stands, or as a Word file that the office goes on writing. Figures come
from ``queries``, the same as on the tables; what only people know is left blank.
"""

from collections.abc import Sequence
from pathlib import Path

from app.core import clock
from app.core.errors import Refused
from app.core.money import format_fen
from app.core.progress import Progress, silent
from app.core.terms import chinese_day
from app.paper.book import Printed
from app.paper.forms import Form, Order
from app.paper.letter_blocks import OFFICIAL, Grid, Letter, Paragraph, Piece, Signed
from app.paper.letters import Bundle, Mailing, write_letters
from app.school import queries as school
from app.school import settings as words
from app.school.papers import style
from app.stocktake import papers, queries, rules
from app.stocktake.queries import Result, StocktakeRow
from app.store import settings

_BLANK_DAY = "____年__月__日"


def _written(letter: Letter, path: Path, progress: Progress) -> Printed:
    return write_letters(Mailing(letter.title, [Bundle([letter])], (OFFICIAL,), words="份"), path, progress, style())


def _heads(*texts: tuple[str, Sequence[Piece | str]]) -> list[Piece]:
    """Give headings with what stands under each."""
    found: list[Piece] = []
    for heading, parts in texts:
        found.append(Paragraph(heading, "heading"))
        found += [Paragraph(part) if isinstance(part, str) else part for part in parts]
    return found


def _signed(by_office: bool = True) -> Signed:
    name = settings.value(words.NAME)
    return Signed(f"{name}{settings.value(words.OFFICE)}" if by_office else name, chinese_day(clock.today()))


def _expected(order: Order) -> tuple[str, str, str, str, str]:
    """Give title, base day, scope, who counts and who watches: of the stocktake that is meant, blanks before one is open."""
    try:
        row = papers.chosen(order)
    except Refused:
        if order.about:
            raise
        term = school.current_term()
        return f"{term.name.title if term else ''}财产盘点", _BLANK_DAY, "全校", "______", "______"
    return row.title, chinese_day(row.base_date), row.scope_words, row.team or "______", row.observer or "______"


def write_notice(order: Order, path: Path, progress: Progress = silent) -> Printed:
    """Write the 盘点通知 to all offices and classes; before a stocktake is open its days and names are blanks."""
    title, base, scope, team, observer = _expected(order)
    office = settings.value(words.OFFICE)
    return _written(Letter(f"关于开展{title}的通知", (
        Paragraph("各处室、各班、各专用室：", "flush"),
        Paragraph(f"为摸清家底，做到账实相符、责任到人，根据《行政事业性国有资产管理条例》第三十四条的规定，学校决定开展{title}。现将有关事项通知如下。"),
        *_heads(
            ("一、盘点范围和基准日", [f"范围：{scope}的固定资产和低值易耗品。以{base}的账面数为准。"]),
            ("二、时间安排", [f"自查：{_BLANK_DAY}至{_BLANK_DAY}。集中清点：{_BLANK_DAY}至{_BLANK_DAY}。复核汇总：{_BLANK_DAY}前完成。"]),
            ("三、人员分工", [f"盘点人：{team}；监盘人：{observer}。各室保管人、班主任到场配合，清点后在盘点表上签字。"]),
            ("四、有关要求", [
                "（一）盘点期间暂停财产的领用、搬动和处置；确需变动的，先到总务部门登记。",
                "（二）见物就点、逐件核对编号；借出、送修的凭登记核对，没有标签的单独登记，不得漏点、估点。",
                "（三）短少、损坏和账上没有的，由保管人当场说明原因，不得自行调账。",
                f"（四）盘点表于{_BLANK_DAY}前交{office}，逾期未交的由{office}上门清点。"])),
        _signed())), path, progress)


def write_plan(order: Order, path: Path, progress: Progress = silent) -> Printed:
    """Write the 盘点方案: who does what by when and how; before a stocktake is open its days and names are blanks."""
    title, base, scope, team, observer = _expected(order)
    steps = Grid(("步骤", "工作内容", "责任人", "完成时间"), (
        ("准备", "核对台账，冻结账面数，打印盘点表，开会布置", settings.value(words.DIRECTOR), ""),
        ("自查", "各室保管人按盘点表自查，整理摆放，补贴标签", "各室保管人、班主任", ""),
        ("清点", "盘点组逐室清点，双方签字，监盘人抽查", team, ""),
        ("复核", "差异逐件复盘，查明原因，保管人写出说明", observer, ""),
        ("报批", "填写盘盈盘亏明细表、审批表，按权限报批", settings.value(words.VICE_PRINCIPAL) or "分管校长", ""),
        ("调账", "按批复调整台账，资料归档，与财务对账", settings.value(words.DIRECTOR), "")),
        (10, 56, 27, 17), "cllc")
    return _written(Letter(f"{title}工作方案", tuple(_heads(
        ("一、目的", ["查清财产的数量、状况和存放地点，核实账实、账账是否相符，落实保管责任，为报废、维修和添置提供依据。"]),
        ("二、范围和基准日", [f"范围：{scope}的固定资产和低值易耗品。基准日：{base}。"]),
        ("三、组织", ["由分管校长负责，总务部门组织，财务人员参加。保管人不得单独清点自己保管的财产。",
                     f"盘点人：{team}（每组不少于两人）；监盘人：{observer}。"]),
        ("四、步骤和时间", [steps]),
        ("五、方法", ["以表对物、以物对表，两头核对。设备逐件核对编号、型号；课桌椅等成批的点数；借出、送修、待处置的凭手续核对，不作盘亏。"]),
        ("六、差异的处理", [
            "盘盈、盘亏须查明原因、分清责任，随清查结果一并报批，批复前台账不作调整（《行政事业性国有资产管理条例》第三十九条）。",
            "因保管不善丢失、损坏的，按学校财产管理制度处理；已失去使用价值的，按报废程序另行办理。"]),
        ("七、资料归档", ["盘点表、差异明细、审批表和盘点报告由总务部门归档，财务部门存一份。"]))) + (_signed(),)), path, progress)


def write_narrative(order: Order, path: Path, progress: Progress = silent) -> Printed:
    """Write the 盘点工作报告 in words, with the figures of the tables; ``Refused`` where there is no stocktake."""
    row = papers.chosen(order)
    total = queries.result(row.id, "all")[0]
    differing = queries.differences(row.id)
    reasons = papers.reasons(row.id)
    return _written(Letter(f"关于{row.title}情况的报告", (
        Paragraph(f"{settings.value(words.BUREAU) or '______'}：", "flush"),
        Paragraph(f"我校以{chinese_day(row.base_date)}为基准日，{'' if row.closed_on else '从'}{chinese_day(row.opened_on)}"
                  f"{f'至{chinese_day(row.closed_on)}' if row.closed_on else '起'}开展了{row.title}（{row.number}）。现将情况报告如下。"),
        *_heads(
            ("一、基本情况", [
                f"盘点范围：{row.scope_words}，涉及 {len(queries.result(row.id)):,} 处、{total.lines:,} 种、{total.book:,} 件，"
                f"账面价值 {format_fen(total.fen)} 元。"
                f"盘点人：{row.team or '______'}；监盘人：{row.observer or '______'}。"]),
            ("二、盘点结果", [_result_words(row, total), _results(total)]),
            ("三、差异及原因", [
                *(["没有发现数量差异。"] if not reasons and not row.left else []),
                *([Grid(("原因", "件数", "金额（元）"), tuple(reasons), (60, 15, 25), "lrr")] if reasons else []),
                *([f"另有 {len(differing):,} 种与账面不符（含地点、状况），逐件情况见所附明细表。"] if differing else [])]),
            ("四、处理意见", [papers.proposal(row, total)]),
            ("五、存在的问题和下一步工作", [*_problems(row, total), "（其他问题和打算）______"])),
        Paragraph("附件：1. 财产盘点结果汇总表；2. 财产盘盈盘亏明细表；3. 盘盈盘亏处理审批表。"),
        _signed(by_office=False))), path, progress)


def _result_words(row: StocktakeRow, total: Result) -> str:
    undone = f"还有 {row.left:,} 种没有盘完。" if row.left else "全部盘完。"
    return f"实盘 {total.counted:,} 件，{undone}盘亏 {total.pieces[rules.MISSING]:,} 件、{format_fen(total.lost_fen)} 元；盘盈 {total.gained:,} 件" \
           f"{f'（其中账外 {total.finds:,} 件）' if total.finds else ''}；实盘中损坏 {total.damaged:,} 件。"


def _results(total: Result) -> Grid:
    """Give what became of every piece, as the tables count it."""
    figures = [(word, total.gained if word == rules.SURPLUS else total.pieces[word]) for word in rules.RESULTS]
    return Grid(("账面", *(word for word, _ in figures)), ((f"{total.book:,}", *(f"{count:,}" for _, count in figures)),),
                (10, *(16 if word == rules.AWAY else 10 for word, _ in figures)), "c" * (len(figures) + 1))


def _problems(row: StocktakeRow, total: Result) -> list[str]:
    """Say what the figures themselves show to be put in order."""
    found = []
    if row.left:
        found.append(f"还有 {row.left:,} 种没有盘，要补盘：{'、'.join(room.name for room in queries.missing_rooms(row.id)[:5])}。")
    if total.pieces[rules.MISSING]:
        found.append("有财产下落不明，交接和借用手续要补齐，责任要落实到人。")
    if total.finds:
        found.append("有账外财产，捐赠、调入和购置的要及时验收、入账。")
    if total.pieces[rules.MOVED]:
        found.append(f"{total.pieces[rules.MOVED]:,} 件搬动后没有登记，今后搬动先登记后搬。")
    if total.damaged:
        found.append(f"{total.damaged:,} 件损坏，能修的安排维修，不能修的按程序报废。")
    return found or ["账实相符，管理规范，继续坚持期初登记、期末复查。"]


def _scope(order: Order) -> str:
    try:
        return papers.scope(order)
    except Refused:
        return _expected(order)[0]


BEFORE = ("stocktake-notice", "stocktake-plan")     # these forms go out before a stocktake is open
FORMS: tuple[Form, ...] = (
    Form("stocktake-notice", "盘点通知", write_notice, _scope, ("term",), about="stocktake", word=True),
    Form("stocktake-plan", "盘点方案", write_plan, _scope, ("term",), about="stocktake", word=True),
    Form("stocktake-narrative", "盘点工作报告（文字）", write_narrative, papers.scope, ("term",), about="stocktake", word=True),
)
