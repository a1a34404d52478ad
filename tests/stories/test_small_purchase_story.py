"""An 86-yuan broom: bought, looked at, handed out and invoiced on one screen with the keyboard, opened, and taken back in one step."""


import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.core import clock
from app.purchasing import paying, queries
from app.school import commands as school
from app.school import place_commands, supplier_commands
from app.school.rules import PersonDraft, SupplierDraft
from app.stock import queries as stock
from app.store import journal
from app.store.database import scalar
from ui.purchasing.small_form import SmallForm

MOST_KEYS = 60
KEY, CTRL = Qt.Key, Qt.KeyboardModifier.ControlModifier


class Keyboard:
    """Types as a person does, Enter and Tab and digits counted; Chinese words come by an input method and are not."""

    def __init__(self, type_words):
        self.type_words, self.count = type_words, 0

    @property
    def front(self):
        """What keys go to: an open list of hits first, as on a real screen."""
        return QApplication.activePopupWidget() or QApplication.focusWidget()

    def press(self, key, held=Qt.KeyboardModifier.NoModifier):
        """Press a key where the focus is."""
        self.count += 1
        QTest.keyClick(self.front, key, held)
        QApplication.processEvents()

    def words(self, text):
        """Type words: Chinese are committed at once, digits and letters are keys."""
        where = QApplication.focusWidget()
        if text.isascii():
            for each in text:
                self.count += 1
                QTest.keyClicks(self.front, each)
        else:
            self.type_words(where, text)
        QApplication.processEvents()


@pytest.fixture
def office(started_ledger, opened):
    """A school that bought before: people, a department, a supplier; the window on the tab."""
    place_commands.add_places("教学楼 1层 101室 教室")
    for name in ("王敏", "李强"):
        school.add_person(PersonDraft(name))
    supplier_commands.add_supplier(SupplierDraft("青河五金店"))
    office = opened(started_ledger)
    office.window.resize(1366, 768)
    return office


def line(keys, name, spec, unit, quantity, price, *more):
    """Type one line, Enter after each cell; what is filled already is gone over by itself."""
    for each in (name, spec, unit, quantity, price, *more):
        if each:
            keys.words(each)
        keys.press(KEY.Key_Return)


def begin(form):
    """Go to the first cell of the lines."""
    form.table.grid.setFocus()
    form.table.grid.choose_cell(0, 0)
    QApplication.processEvents()


def buy(office, keys, monkeypatch, qtbot, act):
    """Open the screen by its key and let ``act`` use it."""
    office.window.activateWindow()
    office.window.show_page("supply").setFocus()
    forms = []

    def driven(form):
        forms.append(form)
        form.show()
        form.activateWindow()
        qtbot.waitUntil(form.isActiveWindow)
        QApplication.processEvents()
        act(form)
        form.dirty = False
        form.done(0)
        return form.saved is not None

    monkeypatch.setattr(SmallForm, "exec", driven)
    keys.press(KEY.Key_N, CTRL)
    return forms[0]


def test_three_lines_take_at_most_sixty_keys_and_go_back_in_one_step(office, told, type_words, monkeypatch, qtbot):
    keys = Keyboard(type_words)
    steps = journal.undoable()

    def act(form):
        assert form.focusWidget() is form.editors["supplier"]
        keys.words("青河五金店")
        for _ in range(4):      # supplier, invoice, both days
            keys.press(KEY.Key_Tab)
        keys.words("王敏")
        keys.press(KEY.Key_Tab)
        keys.words("李强")
        for _ in range(3):
            keys.press(KEY.Key_Tab)
        keys.words("总务处")
        for _ in range(4):
            keys.press(KEY.Key_Tab)
        assert form.focusWidget() is form.table.grid
        line(keys, "扫帚", "塑料", "把", "10", "8.6")
        keys.press(KEY.Key_Down)
        keys.press(KEY.Key_Home)
        line(keys, "拖把", "棉", "把", "5", "12")
        keys.press(KEY.Key_Down)
        keys.press(KEY.Key_Home)
        line(keys, "垃圾袋", "大号", "包", "3", "9")
        assert form.table.total.text() == "共 3 行 · 合计 173.00 元"
        keys.press(KEY.Key_Return, CTRL)

    form = buy(office, keys, monkeypatch, qtbot, act)
    assert form.saved is not None, (form.banner.text(), [each.text() for each in form.problems.values() if each.text()])
    assert keys.count <= MOST_KEYS, keys.count
    purchase = form.saved.made[0]
    assert [(each.name, each.accepted, each.accepted_fen) for each in queries.lines(purchase)] == [
        ("扫帚", 10_000, 8_600), ("拖把", 5_000, 6_000), ("垃圾袋", 3_000, 2_700)]
    assert [each.quantity for each in queries.intakes(purchase)] == [10_000, 5_000, 3_000]
    assert scalar("SELECT count(*) FROM stock_slip") == 2      # taken in, and handed out
    assert stock.balances() == []
    text, ways = told[-1]
    assert text.startswith("已登记一次采购 QG-")
    ways["撤销"]()
    assert journal.undoable() == steps
    assert queries.standing() == []
    assert scalar("SELECT count(*) FROM stock_movement") == 0


def test_the_page_of_a_purchase_says_how_far_it_is_and_claims_its_invoice(office, told, type_words, monkeypatch, qtbot, in_dialog):
    keys = Keyboard(type_words)
    school.add_person(PersonDraft("张兰"))

    def act(form):
        people = ("王敏", "李强")
        form.set_value("supplier", "青河五金店")
        form.set_value("invoice", "24312000000012345678")
        for key, name in zip(("buyers1", "acceptors1"), people, strict=True):
            form.editors[key].setText(name)
            form.editors[key]._take_same()
        begin(form)
        line(keys, "扫帚", "塑料", "把", "10", "8.6", "总务处")
        form.save()

    form = buy(office, keys, monkeypatch, qtbot, act)
    assert form.saved is not None, (form.banner.text(), [each.text() for each in form.problems.values() if each.text()])
    step = office.window.show_page("supply").show_key("purchases")
    step.open_purchase(form.saved.made[0])
    page = step.built["one"]
    assert "✓ 验收　86.00 元" in [chip.text() for chip in page.steps.chips.values()]
    assert page.head.words.whole == "可以报销了。"

    def sign(dialog):
        assert dialog.save() is False       # what was refused is still told after the field is left
        dialog._check_touched()
        assert dialog.problems["auditor"].text()
        dialog.editors["auditor"].setText("张兰")
        dialog.editors["auditor"]._take_same()
        dialog.save()

    in_dialog(sign)
    page.head.way.click()
    assert [each.claim_no for each in paying.shares(form.saved.made[0])] == [f"BX-{clock.today().year}-00001"]
    assert page.head.words.whole.startswith("已经办完")
    assert told[-1][0].startswith("已报销 BX-")


def test_whoever_bought_does_not_accept(office, type_words, monkeypatch, qtbot):
    keys, said = Keyboard(type_words), []

    def act(form):
        form.set_value("supplier", "青河五金店")
        for key in ("buyers1", "acceptors1"):
            form.editors[key].setText("王敏")
            form.editors[key]._take_same()
        begin(form)
        line(keys, "扫帚", "塑料", "把", "10", "8.6", "总务处")
        form.save()
        said.append(form.banner.text())
        form.dirty = False
        form.reject()

    form = buy(office, keys, monkeypatch, qtbot, act)
    assert form.saved is None
    assert said == ["王敏既是采购人又是验收人。请换一位没有参加采购的人验收。"]
    assert queries.standing() == []


