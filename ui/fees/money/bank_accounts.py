"""银行账户: where each family's refund goes, typed, pasted or taken from the office's list; then the file for the bank."""

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QSettings

from app.core.columns import Column, Kind
from app.core.progress import Progress, silent
from app.fees.money import bank
from app.fees.money.bank import ListedAccount
from app.fees.money.lists import PupilAccount
from app.fees.rules import PlanRow
from app.store.journal import Step
from ui.base import undoing
from ui.base.changes import Changes
from ui.fees.memory_table import MemoryTable
from ui.fees.money.matching import MatchDialog, tabs_of
from ui.fees.plan_step import required
from ui.forms.form import Field
from ui.kit.acts import Act
from ui.kit.filters import ChoiceFilter

_COLUMNS = (
    Column("seat", "序号", Kind.WHOLE, ordinal=True),
    Column("name", "姓名", Kind.CODE), Column("class", "班级", Kind.CHOICE), Column("number", "学号", Kind.CODE),
    Column("left", "未退", Kind.MONEY, total=True), Column("holder", "户名", Kind.CODE, 28), Column("card", "卡号", Kind.CODE, 44),
    Column("bank", "开户行", Kind.TEXT, 36))


class BankAccountsList(MemoryTable):
    """Typed cells are stored at once; 户名 and 卡号 belong together, and emptying both forgets the account."""

    title = "银行账户"
    acts = (
        Act("take", "从名单导入…", "take_list", "import", primary=True),
        Act("transfer", "转账文件…", "write_transfer", "export"),
    )
    filters = (ChoiceFilter("state", "全部学生", lambda: [(True, "还没有账户的"), (False, "有账户的")]),)
    fields = {key: Field(key, title) for key, title in (("holder", "户名"), ("card", "卡号"), ("bank", "开户行"))}
    empty_text = "这里没有要退费的学生。"
    settings_key = "fees_bank_accounts"
    search_hint = "搜索姓名、户名、卡号"
    searched = ("name", "number", "holder", "card")
    record_word = "人"
    row_numbers, internal = False, True

    def __init__(self, changes: Changes, settings: QSettings | None) -> None:
        self.class_id = 0
        self.narrowing = {"state": lambda row, wanted: (not row[1 + self.place("card")]) == wanted}
        super().__init__(_COLUMNS, changes, settings)

    def show_class(self, plan: PlanRow, class_id: int, accounts: Sequence[PupilAccount], balances: Mapping[int, int]) -> None:
        """Show the pupils of a class (0: of all) with their accounts; 未退 is what is open to be given back now."""
        self.class_id = class_id
        known = bank.accounts()
        self.grid.layout_of_columns.hide(self.place("class"), bool(class_id))
        self.show_rows(plan, [
            (each.who.pupil, each.who.seat, each.who.name, each.who.class_name, each.who.number, max(balances.get(each.who.pupil, 0), 0) or None,
             *((held.holder, held.card, held.bank) if (held := known.get(each.who.pupil)) else ("", "", "")))
            for each in accounts])
        self.model.locked = False       # whom the close left unpaid gets his money later

    def write(self, changed: Mapping[int, Mapping[str, Any]], added: Sequence[Mapping[str, Any]],
              progress: Progress = silent) -> Step | None:
        """Store what was typed; of a new account the first cell waits in red until the other is typed too."""
        return bank.write_accounts(changed).step

    def take_list(self) -> None:
        """Match the office's list of accounts to pupils, then keep them."""
        AccountsDialog(self, required(self.plan).id).exec()

    def write_transfer(self) -> None:
        """Look at what the bank is asked to pay, write its file, and note what was paid."""
        from ui.fees.money.transfer import TransferDialog

        TransferDialog(self, required(self.plan).id, self.classes()).exec()

    def classes(self) -> Collection[int]:
        """Give the chosen class, none for all."""
        return [self.class_id] if self.class_id else []


class AccountsDialog(MatchDialog):
    """A list with 姓名, 班级 or 学号, and 户名, 卡号; pasted or from a workbook."""

    title = "从名单导入银行账户"
    invitation = "名单里要有姓名、卡号，最好有班级、学号、户名、开户行。选文件，或在 Excel 里连同表头复制再点“粘贴”。"
    button_text = "登记"
    unit = "人"
    tables = tabs_of(Column("name", "姓名", Kind.CODE), Column("class", "班级"), Column("holder", "户名", Kind.CODE),
                     Column("card", "卡号", Kind.CODE), Column("what", "会怎样"))

    def lines_of(self, path: Path) -> Sequence[ListedAccount]:
        """Read the list."""
        return bank.read_accounts(path, self.plan_id)

    def cells(self, line: ListedAccount) -> Sequence[object]:
        """Give what the list says."""
        return line.name, line.class_text, line.account.holder, line.account.card, "" if line.wrong else line.what

    def take(self, lines: Sequence[ListedAccount], answers: Mapping[int, int]) -> None:
        """Keep the accounts as one step."""
        done = bank.take_accounts(lines, answers)
        undoing.told(f"已登记 {done.count} 人的银行账户。", done.step)
