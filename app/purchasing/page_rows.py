"""What the page of one purchase shows in its lists: lines, quotes, contracts, acceptances, what became of them, papers, related records."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from app.core.columns import Column, Kind
from app.core.quantity import format_quantity
from app.purchasing import claims, contracts, paying, queries, quoting, rules
from app.purchasing.queries import OWNER
from app.school import links
from app.store.database import by_name

Row = tuple[Any, ...]       # the record's id, then the values

TABLES: Mapping[str, tuple[str, tuple[Column, ...]]] = {
    "lines": ("明细", (
        Column("name", "品名", Kind.TEXT, 36), Column("spec", "规格型号", Kind.TEXT, 26), Column("unit", "单位", Kind.CHOICE, 11),
        Column("quantity", "数量", Kind.QUANTITY, 14), Column("price", "单价（元）", Kind.MONEY, 18), Column("fen", "金额（元）", Kind.MONEY, 20),
        Column("accepted", "已验收", Kind.QUANTITY, 14), Column("refused", "拒收", Kind.QUANTITY, 12), Column("goes", "去向", Kind.CHOICE, 16),
        Column("to", "领用、存放", Kind.TEXT, 24), Column("money", "资金来源", Kind.TEXT, 24), Column("awarded", "定标单位", Kind.TEXT, 26),
        Column("last", "上次单价", Kind.MONEY, 18), Column("remark", "备注", Kind.TEXT, 22))),
    "quotes": ("报价", (
        Column("supplier", "报价单位", Kind.TEXT, 40), Column("contact", "联系人和电话", Kind.TEXT, 32), Column("way", "方式", Kind.CHOICE, 14),
        Column("quoted_on", "日期", Kind.DAY, 20), Column("lines", "报了几行", Kind.WHOLE, 16), Column("fen", "合计（元）", Kind.MONEY, 22),
        Column("won", "中标金额（元）", Kind.MONEY, 24), Column("terms", "含税、运费、质保", Kind.TEXT, 34))),
    "contracts": ("合同", (
        Column("number", "合同编号", Kind.CODE, 28), Column("supplier", "供方", Kind.TEXT, 40), Column("fen", "合同金额（元）", Kind.MONEY, 24),
        Column("signed_on", "签订", Kind.DAY, 20), Column("due_on", "交货期限", Kind.DAY, 20), Column("warranty_until", "质保至", Kind.DAY, 20),
        Column("parts", "付款", Kind.TEXT, 40), Column("void", "作废", Kind.TEXT, 24))),
    "acceptances": ("验收", (
        Column("number", "验收编号", Kind.CODE, 28), Column("accepted_on", "日期", Kind.DAY, 20), Column("what", "验收了什么", Kind.TEXT, 46),
        Column("fen", "金额（元）", Kind.MONEY, 22), Column("acceptors", "验收人", Kind.TEXT, 24, person=True),
        Column("differences", "差异和处理", Kind.TEXT, 30), Column("signed_on", "签回", Kind.DAY, 20), Column("void", "作废", Kind.TEXT, 24))),
    "intakes": ("入库建卡", (
        Column("name", "品名", Kind.TEXT, 36), Column("quantity", "数量", Kind.QUANTITY, 14), Column("fen", "金额（元）", Kind.MONEY, 22),
        Column("way", "去向", Kind.CHOICE, 18), Column("number", "单号、卡号", Kind.CODE, 30), Column("to", "领用、存放", Kind.TEXT, 34))),
    "papers": ("票据报销", (
        Column("kind", "种类", Kind.CHOICE, 18), Column("number", "号码", Kind.CODE, 36), Column("dated_on", "日期", Kind.DAY, 20),
        Column("supplier", "收款单位", Kind.TEXT, 36), Column("fen", "金额（元）", Kind.MONEY, 22), Column("money", "资金来源", Kind.TEXT, 26),
        Column("paid_on", "付款日期", Kind.DAY, 20), Column("claim", "报销单", Kind.CODE, 28))),
    "related": ("关联", (
        Column("why", "关系", Kind.CHOICE, 20), Column("noun", "种类", Kind.CHOICE, 20), Column("title", "记录", Kind.TEXT, 60))),
}
"""By key: the title of the list and its columns. Lists are shown in this order."""


def rows(key: str, purchase: int) -> list[Row]:
    """Give the rows of one list of a purchase."""
    return list(_ROWS[key](purchase))


def _lines(purchase: int) -> Sequence[Row]:
    lines = queries.lines(purchase)
    last = queries.last_bought([(line.name, line.spec) for line in lines], purchase)
    quotes = {each.id: each.supplier for each in quoting.asking(purchase).quotes}
    prices = {key: each.price for key, each in last.items()}
    return [(line.id, line.name, line.spec, line.unit, line.quantity, line.unit_price, line.amount, line.accepted or None, line.refused or None,
             line.goes, line.to_words, line.money_words, quotes.get(line.quote or 0, ""), prices.get((line.name, line.spec)), line.remark)
            for line in lines]


def _quotes(purchase: int) -> Sequence[Row]:
    quantities = {line.id: line.quantity for line in queries.lines(purchase)}
    won = quoting.awarded(purchase)
    return [(each.id, each.supplier, each.contact, each.way, each.quoted_on, len(each.prices),
             sum(rules.amount_of(quantities.get(line, 0), fen) or 0 for line, fen in each.prices.items()), won.get(each.supplier), each.terms)
            for each in quoting.asking(purchase).quotes]


def _contracts(purchase: int) -> Sequence[Row]:
    found = contracts.contracts(purchase)
    parts = contracts.instalments([each.id for each in found])
    return [(each.id, each.number, each.supplier, each.fen, each.signed_on, each.due_on, each.warranty_until,
             _parts_words(parts.get(each.id, ())), _void(each.voided_on, each.void_reason)) for each in found]


def _parts_words(parts: Sequence[contracts.Instalment]) -> str:
    paid = sum(part.paid_on is not None for part in parts)
    return f"{len(parts)} 期，已付 {paid} 期" if parts else ""


def _acceptances(purchase: int) -> Sequence[Row]:
    return [(each.id, each.number, each.accepted_on, _accepted_words(each.id), each.fen, queries.acceptor_names(each.id), each.differences,
             each.signed_on, _void(each.voided_on, each.void_reason)) for each in queries.acceptances(purchase)]


def _accepted_words(acceptance: int) -> str:
    return "、".join(
        f"{line.name} {format_quantity(line.accepted)}{line.unit}" + (f"（拒收 {format_quantity(line.refused)}）" if line.refused else "")
        for line in queries.lines_of_acceptance(acceptance))


def _intakes(purchase: int) -> Sequence[Row]:
    found = by_name(
        """SELECT i.id, l.name, i.quantity, i.fen, i.asset, coalesce(s.number, '') AS receipt, coalesce(o.number, '') AS issue,
                  coalesce(o.receiver, '') AS receiver, coalesce(r.name, '') AS room, coalesce(a.number, '') AS card,
                  trim(coalesce(p.path, '') || ' ' || coalesce(k.name, '')) AS place
           FROM purchase_intake i JOIN purchase_acceptance_line x ON x.id = i.acceptance_line_id
           JOIN purchase_acceptance y ON y.id = x.acceptance_id AND y.voided_on IS NULL JOIN purchase_line l ON l.id = x.line_id
           LEFT JOIN stock_movement m ON m.id = i.movement LEFT JOIN stock_slip s ON s.id = m.slip_id
           LEFT JOIN stock_storeroom r ON r.id = m.storeroom_id
           LEFT JOIN stock_movement n ON n.id = i.issue LEFT JOIN stock_slip o ON o.id = n.slip_id
           LEFT JOIN asset a ON a.id = i.asset LEFT JOIN place p ON p.id = a.place_id LEFT JOIN person k ON k.id = a.keeper_id
           WHERE y.purchase_id = ? ORDER BY i.id""", (purchase,))
    return [_intake_row(row) for row in found]


def _intake_row(row: Mapping[str, Any]) -> Row:
    if row["asset"] is not None:
        way, number, to = rules.CARD, row["card"] or "卡片已删除", row["place"]
    elif row["issue"]:
        way, number, to = rules.USE, f"{row['receipt']} {row['issue']}", row["receiver"]
    else:
        way, number, to = rules.STORE, row["receipt"], row["room"]
    return row["id"], row["name"], row["quantity"], row["fen"], way, number, to


def _papers(purchase: int) -> Sequence[Row]:
    return [(each.id, each.kind, each.number, each.dated_on, each.supplier, each.fen, each.money_words, each.paid_on, each.claim_no)
            for each in paying.shares(purchase)]


def _related(purchase: int) -> Sequence[Row]:
    return [(at, each.why, each.noun, each.title) for at, each in enumerate(links.of(OWNER, purchase), 1)]


def _void(day: Any, reason: str) -> str:
    return f"{day} {reason}" if day else ""


def claims_of(purchase: int) -> list[tuple[int, str]]:
    """Give the standing claims of a purchase: id and number."""
    return [(each.id, each.number) for each in claims.claims(purchase=purchase) if each.voided_on is None]


_ROWS: Mapping[str, Callable[[int], Sequence[Row]]] = {
    "lines": _lines, "quotes": _quotes, "contracts": _contracts, "acceptances": _acceptances, "intakes": _intakes, "papers": _papers,
    "related": _related}
