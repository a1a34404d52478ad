"""Bank accounts of families, taken from the office's own list, and the file by which a bank pays refunds out.

An account is personal data of a financial kind (个人信息保护法第二十八条): it is kept with the pupil, shown in private lists
only, and erased with him, in the history as well (``personal.WORDS``).
"""

import csv
import io
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from app.core.columns import Column, Kind
from app.core.errors import Invalid, Problem, Refused
from app.core.money import FULL_WIDTH, format_fen
from app.core.progress import Progress, silent
from app.exchange.typed_rows import read_typed
from app.exchange.writing import SheetOut, replace_whole, write_workbook
from app.fees.money import bank_settings as words
from app.fees.money import lists, queries, settlement
from app.fees.money.facts import Facts
from app.fees.money.lists import Name
from app.fees.money.roll import Meant, Roll
from app.fees.money.rules import RefundDraft
from app.fees.tables import FeeBankAccount
from app.store import journal, settings
from app.store.database import database
from app.store.journal import Counted, Step

TRANSFER = "银行转账"       # the way of paying that is recorded (``rules.METHODS``)
_NAME = Column("name", "姓名", names=("学生姓名", "学生", "名字"))
LIST: tuple[Column, ...] = (
    _NAME,
    Column("class", "班级", names=("所在班级", "班别", "年级班级")),
    Column("number", "学号", Kind.CODE, names=("学籍号", "编号")),
    Column("holder", "户名", names=("开户名", "账户名", "账户名称", "开户人", "持卡人", "收款人", "卡主", "户主", "收款人姓名")),
    Column("card", "卡号", Kind.CODE, names=("银行卡号", "账号", "银行账号", "收款账号", "银行卡", "银行帐号", "帐号")),
    Column("bank", "开户行", names=("开户银行", "银行", "开户网点", "银行名称")),
)
FIELDS = ("holder", "card", "bank")
_LONGEST = 60
_CARD = re.compile(r"\d{8,32}")
_SEPARATORS = re.compile(r"[\s\-—_]")
_HOLDER = re.compile(r"[^,|;\t\r\n=+@\"]{2,}")
_DEBIT = re.compile(r"62\d{14,17}")     # 银联: 16 to 19 digits, the last one checks the others
_DIVIDERS = {words.COMMA: ",", words.TAB: "\t", words.BAR: "|"}
_ENCODINGS = {words.GBK: "gb18030", words.UTF8: "utf-8-sig"}


# --- accounts ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Account:
    """Where a family's money goes: 户名, 卡号 (digits only), 开户行 or ""."""

    holder: str = ""
    card: str = ""
    bank: str = ""


def plain_card(text: str) -> str:
    """Give a card's number as it is kept: half-width, without blanks and dashes."""
    return _SEPARATORS.sub("", text.translate(FULL_WIDTH))


def check_account(account: Account) -> list[Problem]:
    """Check an account that is to be kept: both 户名 and 卡号, each as banks take them."""
    problems = []
    if not _HOLDER.fullmatch(account.holder) or len(account.holder) > _LONGEST:
        text = "户名至少两个字，不能有逗号、竖线、引号一类的符号。" if account.holder else "请填户名，要和银行卡上的一样。"
        problems.append(Problem("holder", text))
    if not _CARD.fullmatch(account.card):
        text = f"卡号“{account.card}”不对：应是 8 到 32 位数字。" if account.card else "请填卡号。"
        problems.append(Problem("card", text))
    if len(account.bank) > _LONGEST:
        problems.append(Problem("bank", f"开户行最多 {_LONGEST} 个字。"))
    return problems


def doubt_of(card: str) -> str:
    """Say that a card of 银联 is mistyped by its check digit (ISO/IEC 7812-1, Luhn), "" where nothing tells so."""
    if not _DEBIT.fullmatch(card):
        return ""
    digits = [int(digit) for digit in reversed(card)]
    total = sum(digits[0::2]) + sum(sum(divmod(2 * digit, 10)) for digit in digits[1::2])
    return f"卡号 {card} 的校验位不对，可能抄错了一位。" if total % 10 else ""


def accounts() -> dict[int, Account]:
    """Give the accounts that are kept, by pupil."""
    return {row[0]: Account(*row[1:]) for row in database.execute_sql(
        "SELECT pupil_id, holder, card, bank FROM fee_bank_account WHERE card <> ''").fetchall()}


def write_accounts(changed: Mapping[int, Mapping[str, str | None]]) -> Counted:
    """Write cells of accounts (pupil → ``FIELDS``) as one step; one whose three cells are emptied is forgotten.

    Raises ``Invalid`` with every problem, ``Problem.row`` the pupil.
    """
    with journal.operation("登记银行账户") as work:
        known = accounts()
        wanted = {pupil: _typed_over(known.get(pupil, Account()), values) for pupil, values in changed.items()}
        problems = [replace(problem, row=pupil) for pupil, account in wanted.items() if account != Account()
                    for problem in check_account(account)]
        if problems:
            raise Invalid(problems)
        count = _store(known, wanted)
        work.rename(f"登记银行账户 {count} 人")
    return Counted(count, work.step)


def _typed_over(account: Account, values: Mapping[str, str | None]) -> Account:
    typed = {key: (text or "").strip() for key, text in values.items()}
    if "card" in typed:
        typed["card"] = plain_card(typed["card"])
    return replace(account, **typed)


def _store(known: Mapping[int, Account], wanted: Mapping[int, Account]) -> int:
    """Write the accounts that differ and give how many."""
    changed = {pupil: account for pupil, account in wanted.items() if account != known.get(pupil, Account())}
    for pupil, account in changed.items():
        row = {"holder": account.holder, "card": account.card, "bank": account.bank}
        if account == Account():
            FeeBankAccount.delete().where(FeeBankAccount.pupil == pupil).execute()
        elif not FeeBankAccount.update(**row).where(FeeBankAccount.pupil == pupil).execute():
            FeeBankAccount.insert(pupil=pupil, **row).execute()
    return len(changed)


# --- the office's list -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ListedAccount:
    """A line of the office's list: what it says, who may be meant, why it must be asked, why it cannot be taken.

    ``what`` says what taking it would do: 新的, 没有变化, or which card it replaces.
    """

    number: int
    name: str
    class_text: str
    pupil_number: str
    account: Account
    meant: Meant
    why: str = ""
    wrong: str = ""
    what: str = ""

    @property
    def pupils(self) -> tuple[Name, ...]:
        """Give who may be meant."""
        return self.meant.pupils

    @property
    def sure(self) -> int | None:
        """Give the pupil for whom it is taken unasked."""
        who = self.meant.sure
        return who.pupil if who is not None and not self.why and not self.wrong else None


def read_accounts(path: Path, plan_id: int) -> list[ListedAccount]:
    """Read a list of accounts and say of each line whose it is; nothing is written.

    ``Refused`` where no head with 姓名 and 卡号 is found. A line without 户名, a card whose check digit is wrong, a card that
    replaces another and a second card for one pupil are asked; what has no usable card cannot be taken.
    """
    read = read_typed(path, LIST, _NAME)
    if not any("card" in row for row in read.rows):
        raise Refused(f"“{path.name}”里没有找到“卡号”一列（也可以叫银行卡号、账号）。请检查表头再试。")
    roll, known, seen = Roll(Facts(plan_id)), accounts(), dict[int, Account]()
    lines = []
    for number, row in enumerate(read.rows, 1):
        line = _listed(number, row, roll, known)
        if line.sure is not None:
            first = seen.setdefault(line.sure, line.account)
            if first != line.account:
                line = replace(line, why=f"表里还有{line.name}的另一张卡 {first.card}。")
        lines.append(line)
    return lines


def _listed(number: int, row: Mapping[str, str], roll: Roll, known: Mapping[int, Account]) -> ListedAccount:
    name, holder = row.get("name", ""), " ".join(row.get("holder", "").split())
    account = Account(holder or name, plain_card(row.get("card", "")), " ".join(row.get("bank", "").split()))
    meant = roll.find(name, row.get("class", ""), row.get("number", ""))
    why = [meant.why, "" if holder else f"没有写户名，当作学生本人“{name}”。", doubt_of(account.card)]
    before = known.get(meant.pupils[0].pupil) if len(meant.pupils) == 1 else None
    what = "新的"
    if before is not None:
        kept = replace(account, bank=account.bank or before.bank)       # a blank never clears
        what = "没有变化" if kept == before else f"原来是 {before.holder} {before.card}"
        why.append("" if (kept.holder, kept.card) == (before.holder, before.card) else f"已经有 {before.holder} {before.card}，会换掉。")
        account = kept
    wrong = "".join(each.text for each in check_account(account))
    return ListedAccount(number, name, row.get("class", ""), row.get("number", ""), account, meant, "".join(filter(None, why)), wrong, what)


def take_accounts(lines: Sequence[ListedAccount], answers: Mapping[int, int]) -> Counted:
    """Keep the accounts of lines that are sure or answered (line → pupil) as one step; the others are left out.

    ``Refused`` where two lines give one pupil different cards.
    """
    with journal.operation("导入银行账户") as work:
        wanted: dict[int, Account] = {}
        for line in lines:
            pupil = answers.get(line.number, line.sure)
            if pupil is None or line.wrong:
                continue
            if wanted.setdefault(pupil, line.account) != line.account:
                raise Refused(f"有两行都认作{line.name}，卡号不同（{wanted[pupil].card}、{line.account.card}）。请只认一行。")
        count = _store(accounts(), wanted)
        work.rename(f"导入银行账户 {count} 人")
    return Counted(count, work.step)


# --- the file for the bank ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Payee:
    """Somebody who gets money back, 分, and his account; None where none is kept."""

    who: Name
    fen: int
    account: Account | None


@dataclass(frozen=True)
class Transfer:
    """What a bank is asked to pay: ``payees`` have an account, ``lacking`` none. Together they are all that is open to be given back."""

    term: str
    payees: tuple[Payee, ...]
    lacking: tuple[Payee, ...]

    @property
    def fen(self) -> int:
        """Give what the file comes to."""
        return sum(each.fen for each in self.payees)

    @property
    def lacking_fen(self) -> int:
        """Give what those without an account are to get."""
        return sum(each.fen for each in self.lacking)


def transfer(plan_id: int, classes: Collection[int] = ()) -> Transfer:
    """Give what is to be paid out by transfer (of some classes): every refund that is open, by class and seat.

    ``Refused`` where nothing is open: before the term is settled only leavers can get money back.
    """
    facts = Facts(plan_id)
    balances, known = queries.open_balances(facts), accounts()
    due = [Payee(who, balances[pupil], known.get(pupil)) for pupil, who in lists.names(facts, classes).items()
           if balances.get(pupil, 0) > 0]
    if not due:
        raise Refused("现在没有要退的钱，不用转账。" + ("" if facts.head.settled_on else "还没有结算，先结算再转账。"))
    return Transfer(facts.head.title, tuple(each for each in due if each.account), tuple(each for each in due if not each.account))


def write_transfer(path: Path, asked: Transfer, progress: Progress = silent) -> int:
    """Write the file for the bank, by its suffix (.xlsx, .csv, .txt) and the settings; gives the number of payees.

    No title, no sum and nothing else stands in it, since the bank's program reads it. ``Refused`` where nobody has an
    account, for another suffix, and where a text holds the divider.
    """
    if not asked.payees:
        raise Refused("要退钱的学生都没有银行账户。请先从名单导入户名和卡号。")
    parts = settings.value(words.COLUMNS)
    if path.suffix.lower() == ".xlsx":
        columns = [Column(part, part, Kind.MONEY if part == words.FEN else Kind.WHOLE if part == words.SERIAL else Kind.CODE, 34)
                   for part in parts]
        rows = [_cells(asked, at, payee, parts) for at, payee in enumerate(asked.payees, 1)]
        sheet = SheetOut("转账", columns, rows, headed=settings.value(words.WITH_HEAD))
        return write_workbook(path, [sheet], progress)
    if path.suffix.lower() not in (".csv", ".txt"):
        raise Refused(f"“{path.name}”的扩展名应是 .xlsx、.csv 或 .txt。请改好文件名再保存。")
    _write_text(path, asked, parts)
    return len(asked.payees)


def _cells(asked: Transfer, at: int, payee: Payee, parts: Sequence[str]) -> list[object]:
    account = payee.account or Account()
    values: dict[str, object] = {
        words.SERIAL: at, words.HOLDER: account.holder, words.CARD: account.card, words.OPENED_AT: account.bank,
        words.FEN: payee.fen, words.NOTE: _remark(asked.term, payee.who)}
    return [values[part] for part in parts]


def _remark(term: str, who: Name) -> str:
    text = settings.value(words.REMARK)
    for field, value in (("学期", term), ("班级", who.class_name), ("姓名", who.name), ("学号", who.number)):
        text = text.replace(f"{{{field}}}", value)
    return text


def _write_text(path: Path, asked: Transfer, parts: Sequence[str]) -> None:
    divider, encoding = _DIVIDERS[settings.value(words.DIVIDER)], _ENCODINGS[settings.value(words.ENCODING)]
    rows = [[_as_text(cell, part) for cell, part in zip(_cells(asked, at, payee, parts), parts, strict=True)]
            for at, payee in enumerate(asked.payees, 1)]
    clashing = [row for row in rows if any(divider in cell or "\n" in cell for cell in row)]
    if clashing:
        raise Refused(f"有的格里有分隔符，银行会读错：{' '.join(clashing[0])}。请改那一格，或在“设置—{words.BANK}”里换一种分隔符。")
    head = [list(parts)] if settings.value(words.WITH_HEAD) else []
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=divider, lineterminator="\r\n", quoting=csv.QUOTE_MINIMAL).writerows(head + rows)
    content = out.getvalue().encode(encoding)

    def write(name: str) -> None:
        Path(name).write_bytes(content)

    try:
        replace_whole(path, write)
    except OSError as error:
        raise Refused(f"“{path.name}”没有保存成。它可能正被别的程序打开，请关掉它，或换一个位置保存。") from error


def _as_text(cell: object, part: str) -> str:
    """Give a cell of a text file: amounts as 1234.50, since banks' programs take no thousands."""
    return format_fen(cell).replace(",", "") if part == words.FEN and isinstance(cell, int) else str(cell)


def write_lacking(path: Path, asked: Transfer, progress: Progress = silent) -> int:
    """Write who gets money back and has no account, with empty columns to fill in, so that it can be read as a list again."""
    columns = (Column("class", "班级", Kind.TEXT, 28), Column("number", "学号", Kind.CODE, 30), Column("name", "姓名", Kind.TEXT, 24),
               Column("fen", "应退", Kind.MONEY, 24, total=True), Column("holder", "户名", Kind.CODE, 28), Column("card", "卡号", Kind.CODE, 46),
               Column("bank", "开户行", Kind.CODE, 40))
    rows = [(each.who.class_name, each.who.number, each.who.name, each.fen, None, None, None) for each in asked.lacking]
    notes = ("内部资料，请勿外传。填好户名、卡号后，可以直接导入。",)
    return write_workbook(path, [SheetOut("没有账户", columns, rows, f"{asked.term}没有银行账户的学生", total=True, notes=notes)], progress)


def record_transfer(plan_id: int, asked: Transfer, day: date | None) -> Step:
    """Record that the bank paid all that a file asked for, as one step; each as 银行转账. Problems as ``settlement.record_refunds``."""
    return settlement.record_refunds(plan_id, [RefundDraft(each.who.pupil, each.fen, day, TRANSFER) for each in asked.payees])
