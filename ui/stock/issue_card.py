"""领用卡: what one room or one person took and gave back in a term, line by line; printed as 一室一卡 or 一人一卡."""

from collections.abc import Sequence
from datetime import date

from PySide6.QtWidgets import QDialog, QWidget

from app.core.columns import Column, Kind
from app.core.errors import Refused
from app.core.money import format_fen
from app.school import queries as school
from app.stock import queries
from app.stock.queries import CardRow, SlipRow
from app.store.folder import DataFolder
from ui.base.parts import Choices, button, column, label, open_at, row
from ui.grid.grid import Grid
from ui.grid.rows import RowsModel
from ui.stock.fields import Target, receiver_field
from ui.stock.printing import print_form

_COLUMNS: tuple[Column, ...] = (
    Column("day", "日期", Kind.DAY, 24), Column("number", "单号", Kind.CODE, 30), Column("name", "品名", Kind.TEXT, 36),
    Column("spec", "规格", Kind.TEXT, 26), Column("unit", "单位", Kind.CHOICE, 12), Column("quantity", "数量", Kind.QUANTITY, 18),
    Column("fen", "金额（元）", Kind.MONEY, 22), Column("swapped", "以旧换新", Kind.CHOICE, 18), Column("remark", "用途", Kind.TEXT, 34))
_KINDS = ("place", "person")


class IssueCard(QDialog):
    """Shows the card of a room or a person of a term; what was given back stands below zero."""

    def __init__(self, parent: QWidget | None, data: DataFolder, who: Target | None = None, day: date | None = None) -> None:
        super().__init__(parent)
        self.data_folder = data
        self.setWindowTitle("领用卡（一室一卡、一人一卡）")
        self.who = receiver_field("who", "房间或领用人", kinds=_KINDS, hint="房间、姓名，可用拼音首字母").editor()
        self.who.setMinimumWidth(260)
        self.term, self.rows = Choices(), RowsModel(_COLUMNS)
        self.grid = Grid(self.rows)
        self.grid.head.setSectionsClickable(False)
        self.sums = label("", "section", wrap=True)
        self._fill_terms(day)
        self.print_button = button("打印领用卡…", self.print_card, "print", primary=True)
        lines = column(row(label("房间或领用人"), self.who, label("学期"), self.term, None), self.grid,
                       row(self.sums, None, button("关闭", self.reject), self.print_button), margins=(20, 16, 20, 16), gap=12)
        lines.setStretch(1, 1)
        self.setLayout(lines)
        self.who.edited.connect(self.show_card)
        self.term.currentIndexChanged.connect(lambda _: self.show_card())
        if who is not None:
            self.who.set_value(who)
        self.show_card()
        open_at(self, 1080, 560)

    def show_card(self) -> None:
        """Show what the chosen one took in the chosen term."""
        who, lines = self.who.value(), self._lines()
        self.rows.load(lambda limit, offset: [_row(at, line) for at, line in enumerate(lines)][offset:offset + limit], len(lines))
        self.grid.fit(measure=True)
        self.sums.setText("选一个房间或一个人，这里列出这个学期领了什么、退了什么。" if who is None else
                          f"{len(lines)} 行　合计 {format_fen(sum(line.fen for line in lines))} 元" if lines else "这个学期没有领用。")
        self.print_button.setEnabled(bool(lines))

    def print_card(self) -> None:
        """Print the card."""
        who, term = self.who.value(), next(each for each in school.terms() if each.id == self.term.currentData())
        if who.kind == "place":
            print_form(self, self.data_folder, "stock-room-card", term=term.name.code, places=(who.id,))
        else:
            print_form(self, self.data_folder, "stock-person-card", term=term.name.code, records=(who.id,))

    def _fill_terms(self, day: date | None) -> None:
        terms, current = school.terms(), school.current_term()
        for each in terms:
            self.term.addItem(each.title, each.id)
        of_day = next((each.id for each in terms if day and each.starts_on <= day <= each.ends_on), None)
        self.term.setCurrentIndex(max(self.term.findData(of_day or (current.id if current else None)), 0))

    def _lines(self) -> Sequence[CardRow]:
        who = self.who.value()
        term = next((each for each in school.terms() if each.id == self.term.currentData()), None)
        return queries.issue_card(term.starts_on, term.ends_on, **{who.kind: who.id}) if who is not None and term is not None else []


def _row(at: int, line: CardRow) -> tuple[object, ...]:
    return (at, line.day, line.number, line.name, line.spec, line.unit, line.quantity, line.fen, "是" if line.swapped else "", line.remark)


def show_issue_card(parent: QWidget, data: DataFolder, slip: SlipRow | None = None) -> None:
    """Show the card of whom a slip names (its room, else its person), in the term of its day; without a slip one is chosen there."""
    if not school.terms():
        raise Refused("还没有学期。请先在“设置—学期”里建立。")
    who = None
    if slip is not None:
        who = Target("place", slip.place_id) if slip.place_id else Target("person", slip.person_id) if slip.person_id else None
        if who is None:
            raise Refused(f"{slip.number} 是领给部门（班级）的，没有写房间或领用人。部门、班级领了多少请看“部门领用”。")
    IssueCard(parent, data, who, slip.dated_on if slip is not None else None).exec()
