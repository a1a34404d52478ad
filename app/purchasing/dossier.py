"""采购档案: everything there is of one purchase, in the order of the chain, its scans among it, as one file (保存至少 15 年).

政府采购法第四十二条: 采购文件从采购结束之日起至少保存十五年.
"""

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from app.core.errors import Refused
from app.core.progress import Progress, silent
from app.core.terms import chinese_day
from app.paper.book import Printed
from app.paper.forms import Form, Order
from app.paper.letter_blocks import SMALL, Grid, Letter, Paragraph, Signed
from app.paper.letters import Bundle, Mailing, write_letters
from app.paper.merging import Part, merge, mergeable
from app.paper.slips import Slip, write_slips
from app.purchasing import contracts, notices, papers, paying, queries, quoting, slips
from app.purchasing.queries import ACCEPTED_OWNER, CLAIM_OWNER, CONTRACT_OWNER, OWNER, PurchaseRow
from app.school import settings as words
from app.school.papers import style
from app.store import attachments, settings
from app.store.attachments import Stored
from app.store.folder import current

_YEARS = 15     # 政府采购法第四十二条
Piece = tuple[str, Path | Callable[[Path], object]]
"""What a piece is called, and its file, or what writes it."""


def write_dossier(order: Order, path: Path, progress: Progress = silent) -> Printed:
    """Write the 采购档案 of a purchase: a cover with its contents, its papers and scans. What cannot be taken in stands on the cover."""
    row, beside = papers.chosen(order), list[str]()
    with tempfile.TemporaryDirectory(prefix="zongwu-", ignore_cleanup_errors=True) as room:
        parts = []
        for at, (title, source) in enumerate([*_wanted(row, beside), *_delivered(row, beside), *_paid(row, beside)]):
            made = source if isinstance(source, Path) else Path(room) / f"{at}.pdf"
            if not isinstance(source, Path):
                source(made)
            parts.append(Part(made, title))
        cover = Path(room) / "cover.pdf"
        _write_cover(row, [part.title for part in parts], beside, cover)
        return merge(f"采购档案 {papers.scope(order)}", [Part(cover, "封面和目录"), *parts], path, progress, style())


def _slips(title: str, found: list[Slip]) -> Iterator[Piece]:
    if found:
        yield title, lambda made: write_slips(title, found, made, silent, style())


def _paper(title: str, row: PurchaseRow, write: Callable[[Order, Path], Printed]) -> Piece:
    return title, lambda made: write(Order(about=row.id), made)


def _wanted(row: PurchaseRow, beside: list[str]) -> Iterator[Piece]:
    """Give what there is until something is delivered: request, petition, quotes, contracts. ``beside`` hears of files left out."""
    yield from _slips("采购申请单", [slips.request(row)])
    yield from _scans(OWNER, row.id, "请购、审批", beside)
    if row.petitioned_on or row.reply_no:
        yield _paper("采购请示", row, papers.write_petition)
    if quoting.asking(row.id).quotes:
        yield _paper("询价比价单", row, papers.write_quotes)
        yield _paper("议标记录", row, papers.write_bargain)
    for contract in contracts.contracts(row.id):
        if contract.voided_on is None:
            yield from _scans(CONTRACT_OWNER, contract.id, f"合同 {contract.number}", beside)


def _delivered(row: PurchaseRow, beside: list[str]) -> Iterator[Piece]:
    """Give the acceptances and the store's slips."""
    for acceptance in queries.acceptances(row.id):
        if acceptance.stands:
            yield from _slips(f"验收单 {acceptance.number}", [slips.acceptance(row, acceptance)])
            yield from _scans(ACCEPTED_OWNER, acceptance.id, f"验收 {acceptance.number}", beside)
    yield from _slips("入库单、领用单", slips.store(row.id))


def _paid(row: PurchaseRow, beside: list[str]) -> Iterator[Piece]:
    """Give the invoices, the claims and the notice."""
    found = paying.shares(row.id)
    for share in found:
        owner = ("fee_voucher", share.voucher) if share.voucher else (paying.SHARE, share.id)
        yield from _scans(owner[0], owner[1] or 0, f"{share.kind} {share.number}".strip(), beside)
    yield from _slips("报销单", slips.claims_of(row.id))
    for claim in dict.fromkeys(share.claim for share in found if share.claim):
        yield from _scans(CLAIM_OWNER, claim, "报销单", beside)
    if any(each.voided_on is None for each in notices.notices(row.id)):
        yield "采购公示", lambda made: papers.write_notice(Order(about=row.id, paper="a4", orientation="portrait"), made)


def _scans(table: str, identity: int, title: str, beside: list[str]) -> Iterator[Piece]:
    for stored in attachments.of(table, identity):
        words_of = f"{title}：{stored.name}"
        found = _content(stored)
        if found is None or not mergeable(stored.name):
            beside.append(words_of)
        else:
            yield words_of, found


def _content(stored: Stored) -> Path | None:
    try:
        return attachments.path_of(current(), stored)
    except Refused:     # lost from the data folder: the cover says that it is not in it
        return None


def _write_cover(row: PurchaseRow, titles: list[str], beside: list[str], path: Path) -> None:
    grid = Grid(("序号", "材料", "备注"), tuple((str(at), title, "") for at, title in enumerate(titles, 1)), (10, 66, 24), "cll")
    approved = chinese_day(row.approved_on) if row.approved_on else "______"
    facts = [f"请购编号：{row.number}　　类别：{row.kind}　　方式：{row.way or '______'}",
             f"供应商：{row.supplier or '______'}　　申请部门：{row.department or '______'}",
             f"申请日期：{chinese_day(row.requested_on)}　　批准日期：{approved}　　{slips.stamp(row)}"]
    more = [Paragraph("另附的电子文件（没有并入）：" + "；".join(beside) + "。", "flush")] if beside else []
    letter = Letter(f"{settings.value(words.NAME)}采购档案", (
        Paragraph(queries.titles([row.id])[row.id], "heading"), *(Paragraph(fact, "flush") for fact in facts), grid, *more,
        Paragraph(f"保管期限：从采购结束之日起不少于 {_YEARS} 年（政府采购法第四十二条）。归档日期：____年__月__日", "flush"),
        Signed(f"{settings.value(words.NAME)}{settings.value(words.OFFICE)}", "____年__月__日")))
    write_letters(Mailing(letter.title, [Bundle([letter])], (SMALL,), words="份"), path, silent, style())


FORMS: tuple[Form, ...] = (Form("purchase-dossier", "采购档案", write_dossier, papers.scope, about=OWNER),)
