"""23 desks: wished for, asked for at three suppliers, delivered in two parts, on cards, invoiced, claimed; then undone step by step."""

import pytest
from PySide6.QtWidgets import QApplication

from app.purchasing import paying, queries, quoting
from app.school import commands as school
from app.school import place_commands
from app.school import queries as schools
from app.school.rules import PersonDraft
from app.store import journal
from app.store.database import database, scalar

NAMES = ("王敏", "李强", "张兰", "赵云", "钱多")


@pytest.fixture
def page(started_ledger, opened):
    """The window on the list of purchases of a school that bought nothing yet."""
    place_commands.add_places("教学楼 1层 101室 教室")
    for name in NAMES:
        school.add_person(PersonDraft(name))
    office = opened(started_ledger)
    office.window.resize(1366, 768)
    return office.window.show_page("supply").show_key("purchases")


def person(name):
    return next(pick.id for pick in schools.find_people(name, 9) if pick.text == name)


def put(form, record, **words):
    """Type words into cells of a line, as one block."""
    read = form.table._reader()
    form.table.grid.take_cells({record: {key: read(key, text) for key, text in words.items()}})
    QApplication.processEvents()


def filled(form, **values):
    """Fill fields of a form."""
    for key, value in values.items():
        form.set_value(key, value)


def test_desks_from_the_wish_to_the_claim_and_back(page, told, in_dialog):
    steps = []

    def did(act, drive):
        """Do an act of the page with its dialog; what was stored is one step."""
        before = journal.undoable()
        in_dialog(drive)
        act()
        assert journal.undoable() != before, told[-1:]
        steps.append(before)

    def wish(form):
        filled(form, purpose="更换三年级课桌", buyers1=person("王敏"), buyers2=person("李强"))
        put(form, -1, name="学生课桌", spec="单人", unit="张", quantity="23", price="180", goes="建卡", to="101室")
        form.save()

    did(page.page_of("list").request, wish)
    one = page.built["one"]
    assert page.front() is one
    assert one.head.words.whole.startswith("这一档要先请示上级")

    def approve(form):
        filled(form, approver=person("钱多"), reply_no="教财〔2026〕7号")
        form.save()

    did(one.approve, approve)

    def quote(form):
        filled(form, supplier0="青河家具厂", supplier1="东风课桌椅", supplier2="蓝天教具", askers1=person("王敏"), askers2=person("李强"))
        put(form, -1, price0="182", price1="168", price2="175")
        assert form.table.lines()[-1]["award"] == "报价二"
        form.save()

    did(one.quote, quote)
    assert queries.purchase(one.purchase).supplier == "东风课桌椅"
    assert queries.lines(one.purchase)[0].unit_price == 16_800
    assert quoting.awarded(one.purchase) == {"东风课桌椅": 386_400}
    assert journal.undoable()[1].startswith("定标")
    steps.append(None)      # quotes and award are two steps

    def deliver(pieces):
        def drive(form):
            filled(form, acceptors1=person("张兰"), acceptors2=person("赵云"))
            put(form, -1, accepted=pieces)
            form.save()
        return drive

    did(one.accept, deliver("20"))
    assert "▶ 验收　部分到货 3,360.00 元" in [chip.text() for chip in one.steps.chips.values()]
    did(one.accept, deliver("3"))

    did(one.take_in, lambda form: form.save())
    cards = database.execute_sql("SELECT name, quantity, value FROM asset WHERE deleted_on IS NULL" if "deleted_on" in columns("asset")
                                 else "SELECT name, quantity, value FROM asset").fetchall()
    assert cards == [("学生课桌", 1, 16_800)] * 23

    def invoice(form):
        assert form.value("fen") == 386_400
        filled(form, number="24312000000099990001")
        form.save()

    did(one.enter_paper, invoice)

    def claim(form):
        filled(form, auditor=person("钱多"))
        form.save()

    did(one.claim, claim)
    assert [share.claim_no[:3] for share in paying.shares(one.purchase)] == ["BX-"]
    assert one.head.words.whole.startswith("已经办完")

    while (latest := journal.undoable()) and "请购" not in latest[1]:
        journal.undo(latest[0])
    assert scalar("SELECT count(*) FROM purchase_acceptance") == 0
    assert [line.accepted for line in queries.lines(one.purchase)] == [0]
    assert quoting.asking(one.purchase).quotes == ()


def columns(table):
    return [row[1] for row in database.execute_sql(f"PRAGMA table_info({table})").fetchall()]


def test_nothing_is_accepted_by_whoever_bought_it_and_no_more_than_was_ordered(page, told, in_dialog):
    said = []

    def wish(form):
        filled(form, buyers1=person("王敏"))
        put(form, -1, name="粉笔", unit="盒", quantity="10", price="3")
        form.save()

    in_dialog(wish)
    page.page_of("list").request()
    one = page.built["one"]

    def bought_it_himself(form):
        filled(form, acceptors1=person("王敏"))
        form.save()
        said.append(form.banner.text())

    in_dialog(bought_it_himself)
    one.accept()

    def too_many(form):
        filled(form, acceptors1=person("张兰"))
        put(form, -1, accepted="12")
        form.save()
        said.append(form.banner.text())

    in_dialog(too_many)
    one.accept()
    assert said[0] == "王敏既是采购人又是验收人。请换一位没有参加采购的人验收。"
    assert said[1].startswith("第 1 行“合格数量”：“粉笔”要 10，已验收 0，不能再验收 12。")
    assert queries.acceptances(one.purchase) == []
    one.claim()
    one.take_in()
