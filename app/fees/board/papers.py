"""Public papers: the fees of a term on A4, A3 and as a poster, the notice of a change, the settlement. No pupil is on them.

All are made from what was frozen when it was posted (``frozen``), so that an old version prints as it hung. Fields of the
board: 计价格〔2002〕792号, 发改价检〔2003〕781号. Type on A3 and posters is 三号 (16 points) or larger.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from app.core.errors import Refused
from app.core.money import format_fen
from app.core.progress import Progress, silent
from app.core.terms import chinese_day
from app.fees import rules
from app.fees.board import checking, current, frozen, queries
from app.fees.board import commands as publicity
from app.fees.board.frozen import Content
from app.fees.board.queries import ABOUT_FEES, ABOUT_SETTLEMENT, PublicationRow
from app.fees.item_fields import FIELD, TITLE, PlanItemRow
from app.fees.plan.orders import plan_of, scope
from app.fees.plan.rules import ADDED, WHOLE, Difference, price_words, totals
from app.paper.board import BLANK, Board, BoardColumn, BoardRow, BoardTable, Words, write_board
from app.paper.book import Printed
from app.paper.forms import Form, Order, Paper, Takes
from app.school.papers import style

_SIZES: tuple[Paper, ...] = ("a3", "a4", "poster", "tiles")
DRAFT_MARK = "核对稿，尚未公示"
_ITEM_COLUMNS = (
    BoardColumn("序号", 2.7, "center"), BoardColumn(TITLE["name"], 9), BoardColumn(TITLE["unit"], 6.6, "center"),
    BoardColumn("收费标准（元）", 11, "center"), BoardColumn(FIELD["basis"].board_title, 15), BoardColumn(TITLE["scope"], 9),
    BoardColumn(FIELD["voluntary"].board_title, 4.2, "center"), BoardColumn(TITLE["remark"], 8))
_FREE, _NOT_NOW = "免收", "本学期不收"     # the latter of an item that a term lists without any price


def write_fees(order: Order, path: Path, progress: Progress = silent) -> Printed:
    """Write the 收费公示表 of the version that hangs, of another (``order.records``), or of what is drawn up and checked.

    ``Refused`` where nothing was posted yet and a check forbids publishing.
    """
    plan = plan_of(order)
    row = _version(plan.id, order, ABOUT_FEES)
    if row is None:
        checking.require_clean(plan.id, "post")
    content = row.content if row else current.content_now(plan.id)
    return write_board(fees_board(content, row), order.paper, path, order.lies, progress, style())


def fees_board(content: Content, row: PublicationRow | None = None) -> Board:
    """Give the board of frozen fees; without a publication it is marked as a draft and undated."""
    items = frozen.items(content)
    pieces: list[BoardTable | Words] = [
        BoardTable(_ITEM_COLUMNS, _item_rows(items, frozen.matrix(content))),
        _grades(content),
    ]
    pieces += [Words(text, label) for label, text in _paragraphs(content, items)]
    day = chinese_day(row.posted_on) if row else "　　　　年　　月　　日"
    left = f"第 {row.version} 版（{_first_posted(row)}首次公示）" if row and row.version > 1 else ""
    owner = content["school"] + content["term"]
    return Board(f"{owner}教育收费公示表", pieces, (left, f"公示日期：{day}"), content["school"], day, "" if row else DRAFT_MARK, owner)


def _first_posted(row: PublicationRow) -> str:
    """Say when the fees first hung without a break: days of publicity are counted from it."""
    versions = {each.version: each for each in queries.publications(row.plan_id, row.about)}
    first = row
    while first.version > 1 and versions[first.version - 1].state == queries.REPLACED:
        first = versions[first.version - 1]
    return chinese_day(first.posted_on)


def _item_rows(items: Sequence[PlanItemRow], matrix: rules.Matrix) -> list[BoardRow]:
    """Give the items by kind, in the order of kinds, counted through."""
    rows: list[BoardRow] = []
    number = 0
    for kind in rules.KINDS:
        mine = [item for item in items if item.kind == kind]
        if mine:
            rows.append(BoardRow((f"{kind}（{len(mine)} 项）",), heading=True))
        for item in mine:
            number += 1
            prices = {grade: fen for (each, grade), fen in matrix.items() if each == item.id}
            priced = price_words(prices).replace("；", "\n") if any(prices.values()) else \
                _FREE if kind == rules.FREE or prices else _NOT_NOW
            if len(set(prices.values())) == 1 and any(prices.values()) and set(prices) != {g for _, g in matrix}:
                priced = f"{rules.grades_words(prices)}\n{priced}"
            rows.append(
                BoardRow(
                    (
                        str(number),
                        item.name,
                        item.unit if any(prices.values()) else "—",
                        priced,
                        item.basis.replace(" ", "\n", 1),
                        item.scope,
                        ("自愿" if item.voluntary else "否") if any(prices.values()) else "—",
                        item.remark,
                    )
                )
            )
    return rows


def _grades(content: Content) -> BoardTable:
    """Give what each grade pays, with sums that are computed here and nowhere typed."""
    items, matrix = frozen.items(content), frozen.matrix(content)
    grades = sorted({grade for _, grade in matrix})
    charged = [item for item in sorted(items, key=lambda item: rules.KINDS.index(item.kind))
               if any(matrix.get((item.id, grade)) for grade in grades)]
    columns = (BoardColumn(TITLE["name"], 10), BoardColumn(TITLE["unit"], 6.6, "center"),
               *(BoardColumn(rules.grade_word(grade), 5.4, "right", number=True) for grade in grades))
    rows = [BoardRow((item.name, item.unit, *(_fen(matrix.get((item.id, grade))) for grade in grades)))
            for item in charged]
    sums = totals(items, matrix)
    beside = list(dict.fromkeys(name for total in sums.values() for name in total.beside))
    apart = f"（不含{'、'.join(beside)}）" if beside else ""
    rows.append(BoardRow((f"每生每学期合计{apart}", "元", *(_fen(sums[grade].fen) for grade in grades)), bold=True))
    if any(total.voluntary for total in sums.values()):
        rows.append(BoardRow(("其中：自愿项目", "元", *(_fen(sums[grade].voluntary) for grade in grades)), bold=True))
    return BoardTable(columns, rows, "各年级收费标准一览")


def _paragraphs(content: Content, items: Sequence[PlanItemRow]) -> list[tuple[str, str]]:
    """Give what stands below the tables: waivers, refunds, dates, declaration, telephones."""
    waivers = [f"{item.name}：{item.waiver_policy.rstrip('。')}。" for item in items if item.waiver_policy.strip()]
    charged = {item for item, _ in frozen.matrix(content)}
    made = {each["item"]: each.get(frozen.REFUNDS, "") for each in content["items"] if each["item"] in charged}
    refunds = [f"{'、'.join(names)}：{said}。" for said, names in _alike(
        (item.name, "；".join(filter(None, (made.get(item.id, ""), item.refund_rule.strip().rstrip("。"))))) for item in items)]
    found = [(TITLE["waiver_policy"], "".join(waivers) or "家庭经济困难学生按国家和本地规定减免，请向班主任或学校申请，不公开申请人。"),
             (TITLE["refund_rule"], "".join([content["refund"], *refunds]))]
    first, last = frozen.day(content["collect_from"]), frozen.day(content["collect_until"])
    if first:
        found.append(
            ("收费时间", f"{chinese_day(first)}起" if last is None else f"{chinese_day(first)}至{chinese_day(last)}")
        )
    if content["declaration"]:
        found.append(("声明", content["declaration"]))
    return [*found, ("监督投诉电话", _phones(content))]


def _alike(told: Iterable[tuple[str, str]]) -> list[tuple[str, list[str]]]:
    """Give each sentence once with the items that it is for; items without one are left out."""
    found: dict[str, list[str]] = {}
    for name, said in told:
        if said:
            found.setdefault(said, []).append(name)
    return list(found.items())


def _phones(content: Content) -> str:
    return BLANK.join(f"{whose} {number}" for whose, number in content["phones"])


def _fen(fen: int | None) -> str:
    return format_fen(fen) if fen else "—"


# --- a change ----------------------------------------------------------------------------------------------------


def write_change(order: Order, path: Path, progress: Progress = silent) -> Printed:
    """Write the notice of what changed with a version: added, raised, lowered, withdrawn, reworded, and why.

    ``Refused`` where no version has replaced another.
    """
    plan = plan_of(order)
    row = _version(plan.id, order, ABOUT_FEES)
    if row is None or row.version == 1:
        raise Refused(f"{plan.term_title}的收费公示没有换过版本，没有变更通知可打印。")
    return write_board(change_board(row), order.paper, path, order.lies, progress, style())


def change_board(row: PublicationRow) -> Board:
    """Give the notice of a version that replaced another."""
    content = row.content
    columns = (BoardColumn("序号", 3, "center"), BoardColumn(TITLE["name"], 9), BoardColumn("变更", 4, "center"),
               BoardColumn("年级、内容", 7, "center"), BoardColumn("原公示", 12), BoardColumn("现公示", 12))
    rows = [
        BoardRow((str(at), each.name, each.sort, _what(each), _with_unit(each, each.before) or "—",
                  _with_unit(each, each.after) or _now(content, each)))
        for at, each in enumerate(publicity.changes(row.id), 1)
    ]
    rows = rows or [BoardRow(("—", "项目和标准没有变动", "—", "—", "—", "—"))]
    starts = row.posted_on + timedelta(content["publicity_days"])
    pieces: list[BoardTable | Words] = [
        Words("各位家长：", ""),
        Words(f"我校{content['term']}收费公示作如下变更，现予公布。自{chinese_day(row.posted_on)}起，第 {row.version - 1} 版公示停止使用，"
              f"以第 {row.version} 版为准，旧版本存档备查。", indent=True),
        BoardTable(columns, rows),
        Words(row.reason, "变更原因"),
        Words(f"新增的项目和提高的标准公示满 {content['publicity_days']} 天后，自{chinese_day(starts)}起收取；降低的标准和取消的项目"
              "自公示之日起执行，已多收的退还。", "执行日期"),
        Words(content["refund"], TITLE["refund_rule"]),
        Words(_phones(content), "监督投诉电话")]
    owner = content["school"] + content["term"]
    return Board(f"{owner}收费公示变更通知", pieces, ("", f"公示日期：{chinese_day(row.posted_on)}"), content["school"],
                 chinese_day(row.posted_on), owner=owner)


def _what(each: Difference) -> str:
    if each.what == "price":
        return rules.grade_word(each.grade)
    return "项目" if each.what == "item" else "全部项目" if each.what in WHOLE else each.title


def _with_unit(each: Difference, words: str) -> str:
    """Give what was or is public; an amount with its unit."""
    return f"{words} 元" if each.what == "price" and words[:1].isdigit() else words


def _now(content: Content, each: Difference) -> str:
    """Say of a new item all that a board says: grades and prices with their unit, basis, scope."""
    new = next((item for item in content["items"] if item["name"] == each.name), None)
    if each.sort != ADDED or each.what != "item" or new is None:
        return "—"
    prices = {int(grade): fen for grade, fen in new["prices"].items() if fen}
    if not prices:
        return _NOT_NOW
    grades = rules.grades_words(prices) if len(set(prices.values())) == 1 else ""
    parts = (f"{grades} {price_words(prices)} {new['unit']}".strip(), f"依据：{new['basis']}" if new["basis"] else "",
             f"范围：{new['scope']}" if new["scope"] else "", "自愿" if new["voluntary"] else "")
    return "\n".join(filter(None, parts))


# --- settlement --------------------------------------------------------------------------------------------------

_SUMS = tuple(BoardColumn(title, width, "right", number=True) for title, width in (
    ("人数", 3.6), ("收费合计", 8), ("票据\n张数", 4.8), ("票据支出", 8), ("按标准结算", 8), ("应退合计", 8),
    ("欠缴合计", 7), ("应补合计", 7), ("学校承担", 7), ("收支结余", 8)))
_BY_CLASS = tuple(BoardColumn(title, width, "right", number=True) for title, width in (
    ("人数", 3.6), ("收费合计", 8), ("支出合计", 8), ("应退合计", 8), ("欠缴合计", 7), ("应补合计", 7),
    ("学校承担", 7), ("已退净额", 8), ("尚未结清", 8)))
_ODD = "分不尽的分"


def write_settlement(order: Order, path: Path, progress: Progress = silent) -> Printed:
    """Write what a settled term came to, by item and grade and by class, of the version posted or as it stands now."""
    plan = plan_of(order)
    row = _version(plan.id, order, ABOUT_SETTLEMENT)
    content = row.content if row else publicity.settlement_now(plan.id)
    return write_board(settlement_board(content, row), order.paper, path, order.lies, progress, style())


def settlement_board(content: Content, row: PublicationRow | None = None) -> Board:
    """Give the board of a frozen settlement."""
    rows: list[BoardRow] = []
    for item in content["by_item"]:
        rows += [BoardRow((item["name"], grade["name"], *_figures(_whole(grade, item)))) for grade in item["grades"]]
        if item.get("remainder") and item["grades"]:
            rows.append(BoardRow((item["name"], _ODD, *_figures(_odd(item["remainder"])))))
        rows.append(BoardRow((item["name"], "小计", *_figures(_whole(item, item))), bold=True))
    rows.append(BoardRow(("合计", "", *_figures(_summed([_whole(each, each) for each in content["by_item"]]))), bold=True))
    by_class = [dict(each) for each in content["by_class"]]
    if odd := sum(each.get("remainder", 0) for each in content["by_item"]):
        by_class.append({"name": _ODD, **_odd(odd)})
    classes = [BoardRow((each["name"], *_class_figures(each))) for each in by_class]
    classes.append(BoardRow(("合计", *_class_figures(_summed(by_class))), bold=True))
    settled: date | None = frozen.day(content["settled_on"])
    day = chinese_day(row.posted_on) if row else "　　　　年　　月　　日"
    until = f"至{chinese_day(row.until_on)}" if row and row.until_on else ""
    pieces: list[BoardTable | Words] = [
        BoardTable(
            (BoardColumn(TITLE["name"], 9), BoardColumn("年级", 7.2, "center"), *_SUMS),
            rows,
            "各项目、各年级收支（单位：元）",
            snug=True,
        ),
        BoardTable((BoardColumn("班级", 9), *_BY_CLASS), classes, "各班应退与已退（单位：元）", snug=True),
        Words(content["refund"], "结算办法"),
        Words(
            "收支结余 = 收费合计 − 票据支出 − 按标准结算 = 应退合计 − 欠缴合计 − 应补合计 − 学校承担；支出合计 = 票据支出 + 按标准结算；"
            "已退净额 = 已退 − 已补收。按标准结算的项目，应收多少就是支出多少。"
            "个别学生因转入转出、请假、减免等与本班其他学生不同，以发给本人的结算单为准。",
            "说明",
        ),
        Words(_phones(content), "监督投诉电话"),
    ]
    owner = content["school"] + content["term"]
    return Board(f"{owner}代办费、服务性收费收支公示", pieces,
                 (f"结算日期：{chinese_day(settled)}" if settled else "", f"公示日期：{day}{until}"), content["school"], day,
                 "" if row else DRAFT_MARK, owner)


def _whole(each: Mapping[str, Any], item: Mapping[str, Any]) -> dict[str, Any]:
    """Give a line of an item with odd 分 among what vouchers came to and the school bears.

    Boards that hung before an item said what it is settled by tell it by its vouchers: what had none went by its standard.
    """
    at_standard = item["standard"] if "standard" in item else 0 if item["vouchers"] else item["spent"]
    odd = each.get("remainder", 0)
    return {**each, "spent": each["spent"] + odd, "borne": each["borne"] + odd, "standard": each["spent"] if at_standard else 0}


def _odd(fen: int) -> dict[str, Any]:
    """Give the line of the odd 分 that the school bears, so that lines close."""
    return {"paid": 0, "spent": fen, "refund": 0, "shortage": 0, "borne": fen, "refunded": 0}


def _figures(each: Mapping[str, Any]) -> tuple[str, ...]:
    standard = each.get("standard", 0)
    return (
        f"{each['pupils']:,}" if "pupils" in each else "",
        format_fen(each["paid"]),
        f"{each['vouchers']:,}" if each.get("vouchers") and not ("pupils" in each and standard) else "—",
        _fen(each["spent"] - standard),
        _fen(standard),
        format_fen(each["refund"]),
        _fen(each.get("arrears", 0)),
        _fen(each["shortage"]),
        _fen(each["borne"]),
        format_fen(each["paid"] - each["spent"]),
    )


def _class_figures(each: Mapping[str, Any]) -> tuple[str, ...]:
    owed = each.get("arrears", 0) + each["shortage"]
    return (f"{each['pupils']:,}" if "pupils" in each else "", format_fen(each["paid"]), format_fen(each["spent"]),
            format_fen(each["refund"]), _fen(each.get("arrears", 0)), _fen(each["shortage"]), _fen(each["borne"]),
            format_fen(each["refunded"]), _fen(each["refund"] - owed - each["refunded"]))


def _summed(rows: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """Add rows up; pupils are left out where they would be counted once for every item. A line may lack what it has none of."""
    keys = dict.fromkeys(key for row in rows for key, value in row.items() if isinstance(value, int))
    sums = {key: sum(row.get(key, 0) for row in rows) for key in keys}
    if "vouchers" in keys:
        sums.pop("pupils", None)
        sums["vouchers"] = sum(row["vouchers"] for row in rows if not row["standard"])
    return dict.fromkeys(("paid", "spent", "refund", "arrears", "shortage", "borne", "refunded"), 0) | sums


# --- orders ------------------------------------------------------------------------------------------------------


def _version(plan_id: int, order: Order, about: str) -> PublicationRow | None:
    """Give the version asked for, else the one that hangs, else the latest; None where there is none."""
    if order.records:
        row = queries.publication(order.records[0])
        if (row.plan_id, row.about) != (plan_id, about):
            raise Refused("选的版本不属于这个学期的公示。请重新选择。")
        return row
    return queries.hanging(plan_id, about) or next(iter(queries.publications(plan_id, about)), None)


_TAKES: Takes = ("term", "records", "orientation", "paper")
FORMS: tuple[Form, ...] = (
    Form("fee-board", "教育收费公示表", write_fees, scope, _TAKES, "landscape", _SIZES, "fee_plan"),
    Form(
        "fee-change-notice",
        "收费公示变更通知",
        write_change,
        scope,
        _TAKES,
        "portrait",
        ("a4", "a3", "poster", "tiles"),
        "fee_plan",
    ),
    Form("fee-settlement-board", "代办费收支公示", write_settlement, scope, _TAKES, "landscape", _SIZES, "fee_plan"),
)
