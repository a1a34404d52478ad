"""A statement of the bank, or the list of a 扫码 account, matched to pupils by name, class and amount; then receipts.

Only what is beyond doubt becomes a receipt unasked: one pupil is named, and the money is all that he owes. Everything else is
asked or left out with its reason. A payment is remembered by its serial number, and by day, amount and payer, as digests.
"""

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from app.core import clock
from app.core.columns import Column, Kind
from app.core.errors import Invalid, Refused
from app.core.money import FULL_WIDTH, format_fen, parse_fen
from app.exchange.typed_rows import read_typed
from app.exchange.values import Unreadable, read_day
from app.fees.money import commands, paying
from app.fees.money.facts import Facts
from app.fees.money.lists import Name
from app.fees.money.roll import Meant, Roll, plain
from app.fees.money.rules import ReceiptDraft, check_day
from app.fees.tables import FeeStatementLine
from app.store import journal
from app.store.database import database, insert_rows
from app.store.journal import Step

_FEN = Column("fen", "金额", Kind.MONEY, names=(
    "收入金额", "贷方发生额", "贷方金额", "收入", "贷方", "收款金额", "入账金额", "到账金额", "实收金额", "交易金额", "支付金额", "付款金额",
    "订单金额", "发生额"))
LIST: tuple[Column, ...] = (
    _FEN,
    Column("day", "日期", names=(
        "交易日期", "交易时间", "入账日期", "记账日期", "入账时间", "支付时间", "付款时间", "收款时间", "到账时间", "创建时间", "时间")),
    Column("payer", "付款人", names=(
        "对方户名", "对方名称", "付款方", "付款户名", "付款人名称", "付款人姓名", "付款方户名", "交易对方", "对方账户名称", "对方")),
    Column("note", "附言", names=("备注", "留言", "付款备注", "交易备注", "客户附言", "说明")),
    Column("purpose", "摘要", names=("用途", "商品", "商品名称", "交易摘要", "商品说明", "款项")),
    Column("name", "学生姓名", names=("姓名", "学生", "缴费人", "被缴费人")),
    Column("class", "班级", names=("所在班级",)),
    Column("number", "学号", Kind.CODE),
    Column("serial", "流水号", Kind.CODE, names=(
        "交易流水号", "交易单号", "交易订单号", "交易号", "订单号", "商户单号", "商户订单号", "凭证号", "参考号", "流水")),
    Column("way", "收/支", names=("收支", "收支类型", "借贷标志", "借贷", "收付标志", "借贷方向")),
    Column("state", "状态", names=("当前状态", "交易状态", "支付状态", "订单状态")),
)
_OUT = re.compile(r"支出|支|付|借|出账|转出|D", re.IGNORECASE)
_IN = re.compile(r"收入|收|贷|入账|转入|已收|C", re.IGNORECASE)
_UNDONE = re.compile(r"退款|失败|关闭|撤销|冲正|未支付|待支付|处理中")
_DAY = re.compile(r"\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}|\d{8}")


@dataclass(frozen=True, slots=True)
class StatementLine:
    """A payment of a statement: what it says, who may be meant, what else makes it doubtful, why it cannot be taken.

    ``owed`` is what the likeliest pupil owes, 分; ``serial_key`` and ``payment_key`` are what it is remembered by ("" where the
    statement has no serial number).
    """

    number: int
    day: date | None
    fen: int
    payer: str
    text: str
    meant: Meant
    doubt: str = ""
    wrong: str = ""
    owed: int = 0
    serial_key: str = ""
    payment_key: str = ""

    @property
    def pupils(self) -> tuple[Name, ...]:
        """Give who may be meant."""
        return self.meant.pupils

    @property
    def why(self) -> str:
        """Say why it must be asked."""
        return self.meant.why + self.doubt

    @property
    def sure(self) -> int | None:
        """Give the pupil for whom it is taken unasked."""
        who = self.meant.sure
        return who.pupil if who is not None and not self.doubt and not self.wrong else None


@dataclass(frozen=True)
class Statement:
    """What a file holds: the payments that came in, and how many of its lines are none (money that went out)."""

    lines: tuple[StatementLine, ...]
    left_out: int


def read_statement(path: Path, plan_id: int) -> Statement:
    """Read a statement and say of each payment whose it is; nothing is written.

    ``Refused`` where no head with an amount is found. Money that went out is left out and counted.
    """
    rows = read_typed(path, LIST, _FEN).rows
    reader = _Reader(plan_id, any("way" in row for row in rows))
    lines, left_out = [], 0
    for number, row in enumerate(rows, 1):
        if _went_out(row):
            left_out += 1
        else:
            lines.append(reader.read(number, row))
    return Statement(tuple(lines), left_out)


def _went_out(row: Mapping[str, str]) -> bool:
    way = row.get("way", "").strip()
    fen = row.get("fen", "").strip()        # blank where a bank has a column each for money in and money out
    return bool(_OUT.fullmatch(way)) or not fen or fen.startswith(("-", "−", "－"))


class _Reader:
    """Reads the payments of one file from the top down: what one pays is owed no more by the next."""

    def __init__(self, plan_id: int, has_way: bool) -> None:
        self.has_way = has_way
        self.facts = Facts(plan_id)
        self.roll = Roll(self.facts)
        self.owed = {pupil: self.facts.owed(pupil) for pupil in self.roll.names}
        self.open = {pupil: sum(items.values()) for pupil, items in self.owed.items()}
        self.items = {title.id: title.name for title in self.facts.titles}
        self.guardians = _guardians()
        self.taken = _Taken()
        self.first: dict[str, int] = {}             # serial → line
        self.alike: Counter[str] = Counter()
        self.alike_first: dict[str, int] = {}

    def read(self, number: int, row: Mapping[str, str]) -> StatementLine:
        payer = row.get("payer", "")
        text = " ".join(filter(None, (row.get("note", ""), row.get("purpose", ""))))
        fen, day = _fen(row.get("fen", "")), _day(row.get("day", ""))
        serial_key, payment_key, doubt, wrong = self._known(number, row, day, fen or 0, payer, text)
        problems = [each.text for each in check_day("day", "付款日期", day, clock.today(), self.facts.head.collect_from)] if day else [
            f"看不出付款日期“{row.get('day', '')}”。"]
        if not fen or fen < 0:
            problems.append(f"看不出金额“{row.get('fen', '')}”。")
        if _UNDONE.search(row.get("state", "")):
            problems.append(f"状态是“{row['state']}”，没有收到钱。")
        way = row.get("way", "").strip()
        if self.has_way and not _IN.fullmatch(way):     # a 扫码 account writes / beside what is neither
            doubt += f"收/支一栏写的是“{way or '/'}”。"
        meant = self._who(row, payer, text)
        line = StatementLine(number, day, fen or 0, payer, text, meant, doubt, "".join(problems) + wrong, 0, serial_key, payment_key)
        return line if line.wrong else self._weighed(line)

    def _who(self, row: Mapping[str, str], payer: str, text: str) -> Meant:
        """Give who is meant: by the columns for it, else by a name in the words, else by the parent who paid."""
        if row.get("name") or row.get("number"):
            return self.roll.find(row.get("name", ""), row.get("class", ""), row.get("number", ""))
        words = f"{row.get('class', '')} {text}"
        named = tuple(self.roll.within(words))
        if named:
            return Meant(named, "" if len(named) == 1 else f"附言里的姓名有 {len(named)} 名学生对得上。")
        by_payer = tuple(self.roll.within(payer))
        if by_payer:
            return Meant(by_payer, "附言里没有写学生，只有付款人是这个名字。")
        children = tuple(self.roll.names[pupil] for pupil in self.guardians.get(plain(payer), ()) if pupil in self.roll.names)
        if children:
            return Meant(children, f"附言里没有写学生，{payer}是{'、'.join(each.name for each in children)}的家长。")
        return Meant((), "附言和付款人里没有找到这个学期的学生。")

    def _weighed(self, line: StatementLine) -> StatementLine:
        """Ask where the money is not what the pupil owes; what is more than that cannot be taken."""
        if not line.pupils:
            return line
        fitting = [each for each in line.pupils if self.open[each.pupil] >= line.fen]
        owed = self.open[(fitting or line.pupils)[0].pupil]
        if not fitting:
            first = line.pupils[0]
            said = f"欠 {format_fen(self.open[first.pupil])} 元，这笔多了" if self.open[first.pupil] else "已经不欠费，这笔"
            return replace(line, wrong=f"{first.name}{said} {format_fen(line.fen - self.open[first.pupil])} 元，不能登记。请核对后退还。", owed=owed)
        whole = line.fen == owed and len(fitting) == 1
        doubt = line.doubt if whole or len(fitting) > 1 else f"{line.doubt}{self._partly(fitting[0].pupil, line.fen)}"
        weighed = replace(line, meant=Meant(tuple(fitting), line.meant.why), doubt=doubt, owed=owed)
        if weighed.sure is not None:
            self.open[weighed.sure] -= line.fen
        return weighed

    def _partly(self, pupil: int, fen: int) -> str:
        items = paying_for(self.owed[pupil], fen)
        return f"欠 {format_fen(self.open[pupil])} 元，只付了一部分，会记在{'、'.join(self.items[item] for item in items)}上。"

    def _known(self, number: int, row: Mapping[str, str], day: date | None, fen: int, payer: str, text: str) -> tuple[str, str, str, str]:
        """Give both keys of a payment, what makes it doubtful, and why it was taken already ("" each where there is nothing)."""
        serial = plain(row.get("serial", ""))
        serial_key = _digest("serial", serial, str(fen)) if serial else ""
        alike = _digest("payment", str(day), str(fen), plain(payer) or plain(text))
        self.alike[alike] += 1
        payment_key = f"{alike}#{self.alike[alike]}"
        before = self.alike_first.setdefault(alike, number)
        if serial_key:
            first = self.first.setdefault(serial_key, number)
            if first != number:
                return serial_key, payment_key, "", f"和第 {first} 笔流水号相同，是同一笔。"
            if receipt := self.taken.serials.get(serial_key):
                return serial_key, payment_key, "", f"这一笔已经登记过了，收据 {receipt}。"
            receipt = self.taken.unnumbered.get(payment_key, "")
            return serial_key, payment_key, f"同一天、同一付款人、同样金额的一笔已经登记过，收据 {receipt}，那时没有流水号。" if receipt else "", ""
        if receipt := self.taken.payments.get(payment_key):
            return "", payment_key, "", f"这一笔已经登记过了，收据 {receipt}。"
        return "", payment_key, f"和第 {before} 笔同一天、同一付款人、同样金额，可能是同一笔。" if before != number else "", ""


class _Taken:
    """The payments that became receipts which stand: receipt's number by what it is remembered by."""

    def __init__(self) -> None:
        rows = database.execute_sql(
            """SELECT s.serial_key, s.payment_key, r.number FROM fee_statement_line s JOIN fee_receipt r ON r.id = s.receipt_id
               WHERE r.voided_on IS NULL AND s.payment_key <> ''""").fetchall()
        self.serials = {serial: number for serial, _, number in rows if serial}
        self.payments = {payment: number for _, payment, number in rows}
        self.unnumbered = {payment: number for serial, payment, number in rows if not serial}


def _guardians() -> Mapping[str, Sequence[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for pupil, guardian in database.execute_sql("SELECT id, guardian FROM pupil WHERE guardian <> ''").fetchall():
        found[plain(guardian)].append(pupil)
    return found


def _digest(*parts: str) -> str:
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:32]


def _fen(text: str) -> int | None:
    try:
        return parse_fen(text.strip().lstrip("+＋"))
    except ValueError:
        return None


def _day(text: str) -> date | None:
    found = _DAY.search(text.translate(FULL_WIDTH))
    try:
        return read_day(found[0])[0] if found else None
    except Unreadable:
        return None


def paying_for(owed: Mapping[int, int], fen: int) -> dict[int, int]:
    """Give what of a payment goes to each item: all to the one item of which exactly that much is owed, else in the plan's order."""
    exact = [item for item, left in owed.items() if left == fen]
    return {exact[0]: fen} if len(exact) == 1 and len(owed) > 1 else paying.spread(owed, fen)


def take_statement(plan_id: int, lines: Sequence[StatementLine], answers: Mapping[int, int], method: str = "") -> Step | None:
    """Make receipts of the lines that are sure or answered (line → pupil) as one step, its ``made`` the receipts.

    What was taken meanwhile is asked again inside: ``Refused`` with the line, and nothing is written. ``Invalid`` problems of
    receipts (more than is owed) become such a sentence as well, all of them at once.
    """
    chosen = [(line, pupil) for line in lines if not line.wrong and (pupil := answers.get(line.number, line.sure)) is not None]
    with journal.operation(f"对账单登记收费 {len(chosen)} 笔") as work:
        facts, taken = Facts(plan_id, {pupil for _, pupil in chosen}), _Taken()
        again = [line for line, _ in chosen if (line.serial_key and line.serial_key in taken.serials)
                 or (not line.serial_key and line.payment_key in taken.payments)]
        if again:
            raise Refused(f"第 {'、'.join(str(line.number) for line in again)} 笔刚才已经登记过了，没有再登记。请重新读取。")
        drafts, owed = [], dict[int, dict[int, int]]()
        for line, pupil in chosen:
            left = owed.get(pupil) if pupil in owed else facts.owed(pupil)
            parts = paying_for(left or {}, line.fen)
            owed[pupil] = {item: rest for item, fen in (left or {}).items() if (rest := fen - parts.get(item, 0)) > 0}
            drafts.append(ReceiptDraft(pupil, line.day, parts, method=method))
        try:
            made = commands.record(plan_id, drafts, facts) if drafts else []
        except Invalid as wrong:
            raise Refused("没有登记：" + "".join(
                f"第 {chosen[-1 - (each.row or -1)][0].number} 笔：{each.text}" for each in wrong.problems)) from None
        insert_rows(FeeStatementLine, ("receipt_id", "pupil_id", "serial_key", "payment_key"), [
            (receipt, pupil, line.serial_key, line.payment_key) for receipt, (line, pupil) in zip(made, chosen, strict=True)])
        for receipt in made:
            work.made(receipt)
    return work.step
