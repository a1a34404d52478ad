"""The dialog that prints: it asks what the chosen form takes, and nothing else."""

import pytest
from PySide6.QtWidgets import QWidget

from app import features
from app.paper.forms import Order
from ui.assets.printing import PrintDialog
from ui.fees.board.printing import BoardPapers
from ui.fees.money.printing import MoneyPapers
from ui.paper.choosing import PaperDialog
from ui.stocktake.printing import StocktakePapers


@pytest.fixture
def dialogs(demo_ledger, stopped_clock, qtbot):
    """Every dialog that offers several forms, over the demo school, with all that it could ask."""
    from app.fees.plan import queries as plans

    plan, data = plans.chosen_plan(), demo_ledger.folder
    keys = [form.key for form in features.forms() if form.about == "fee_plan" and form.key.startswith("fee-")]
    made = [PrintDialog(None, data), PrintDialog(None, data, records=[1, 2]), StocktakePapers(None, data, 2, []),
            MoneyPapers(None, data, plan, keys, []),
            BoardPapers(None, data, plan.id, None, [features.form(key) for key in ("fee-board", "fee-change-notice")])]
    for dialog in made:
        qtbot.addWidget(dialog)
        dialog.show()
    return made


def asked(dialog: PaperDialog) -> dict[str, QWidget]:
    return {"day": dialog.day, "orientation": dialog.ways, "own_pages": dialog.own_pages, "paper": dialog.size_of}


def test_only_what_the_form_takes_is_asked_and_ordered(dialogs, clipped):
    for dialog in dialogs:
        for key, form in dialog.forms.items():
            dialog.form.set_value(key)
            dialog.form.edited.emit()
            shown = {option for option, widget in asked(dialog).items() if widget.isVisible()}
            assert shown == set(asked(dialog)) & set(form.takes)
            assert clipped(dialog) == []
            dialog.own_pages.setChecked(False)
            form.require_taken(dialog.order())
            order = dialog.order()
            assert order.own_pages == ("own_pages" not in form.takes)
            assert (order.orientation == form.orientation) == ("orientation" in form.takes)
            assert (order.day is None) == ("day" not in form.takes)
            assert (order.paper in form.papers) == ("paper" in form.takes)


def test_a_poster_stands_upright_and_a_page_lies_as_before(dialogs):
    board = dialogs[-1]
    board.form.set_value("fee-board")
    board.form.edited.emit()
    for size, lies in (("a3", "landscape"), ("poster", ""), ("tiles", ""), ("a4", "landscape")):
        board.size_of.set_value(size)
        board.size_of.edited.emit()
        assert board.ways.isEnabled() == bool(lies)
        assert board.upright.isChecked() == (not lies)
        assert (board.order().orientation, board.order().paper) == (lies, size)


def test_what_is_ticked_goes_where_the_form_takes_it(dialogs):
    ledger, cards, stocktake, money, _ = dialogs
    room = next(place for place in ledger.rooms.stock if place)
    ledger.rooms.tick_only([room])
    assert ledger.order() == Order(places=(room,), day=ledger.day.value(), orientation="portrait")
    assert cards.order() == Order(records=(1, 2))
    one = next(iter(money.rooms.sizes))
    money.rooms.tick_only([one])
    for key, form in money.forms.items():
        money.form.set_value(key)
        money.form.edited.emit()
        assert money.order().classes == ((one,) if "classes" in form.takes else ())
        assert money.rooms.isEnabled() == ("classes" in form.takes)
    stocktake.form.set_value("stocktake-report")
    stocktake.form.edited.emit()
    assert stocktake.order() == Order(about=2)


def test_a_narrowed_list_is_what_is_printed_unless_whole_rooms_are_wanted(qtbot, demo_ledger):
    dialog = PrintDialog(None, demo_ledger.folder, listed=[3, 1])
    qtbot.addWidget(dialog)
    assert (dialog.chosen().key, dialog.only_listed.isChecked(), dialog.count.text()) == ("asset-ledger", True, "2 张卡片")
    assert (dialog.order().records, dialog.order().places) == ((3, 1), ())
    assert not dialog.rooms.isEnabled()
    dialog.only_listed.setChecked(False)
    assert dialog.order().records == ()
    assert dialog.rooms.isEnabled()
    dialog.only_listed.setChecked(True)
    dialog.form.set_value("inventory")
    dialog.form_chosen()
    assert (dialog.only_listed.isEnabled(), dialog.order().records) == (False, ())
    assert dialog.rooms.isEnabled()
