"""The features of the program, joined: their forms, their checks, what a person still keeps.

Lower rooms know no feature; they offer lists to hang things on. Window and command line call ``join`` once at start.
"""

from typing import TYPE_CHECKING

from app.assets import checks as asset_checks
from app.assets import queries as asset_queries
from app.core.errors import Refused
from app.fees import personal as fees_personal
from app.fees import rules as fee_rules
from app.fees.board import checks as board_checks
from app.fees.money import checks as money_checks
from app.fees.plan import checks as fee_checks
from app.fees.plan import queries as fees
from app.school import personal, pupil_checks, roster, uses
from app.school import queries as school
from app.stocktake import checks as stocktake_checks
from app.stocktake import queries as stocktakes
from app.store import check

if TYPE_CHECKING:
    from app.paper.forms import Form, Order


def join() -> None:
    """Hang every feature's checks and holdings on the rooms below; calling it again changes nothing."""
    if asset_checks.cards_sound not in check.checks:
        check.checks.append(asset_checks.cards_sound)
    if asset_queries.held_by not in uses.holdings:
        uses.holdings.append(asset_queries.held_by)
    if pupil_checks.roster_sound not in check.checks:
        check.checks.append(pupil_checks.roster_sound)
    if stocktake_checks.stocktakes_sound not in check.checks:
        check.checks.append(stocktake_checks.stocktakes_sound)
    for sound in (fee_checks.fees_sound, board_checks.publications_sound, money_checks.money_sound):
        if sound not in check.checks:
            check.checks.append(sound)
    if fees_personal.about_pupil not in personal.about:
        personal.about.append(fees_personal.about_pupil)
        personal.wording.append(fees_personal.words_about)
    uses.nouns.update(stocktake_checks.NOUNS | fee_checks.NOUNS)
    check.titles.update(uses.nouns | {"extra_field": "附加字段"})


def forms() -> "tuple[Form, ...]":
    """Give every form that the program prints; the PDF library loads with the first call, not at start."""
    from app.assets.papers import FORMS as LEDGER
    from app.fees.board.papers import FORMS as FEE_BOARDS
    from app.fees.letters.papers import FORMS as FEE_LETTERS
    from app.fees.money.papers import FORMS as FEE_MONEY
    from app.stocktake.papers import FORMS as STOCKTAKE

    return (*LEDGER, *STOCKTAKE, *FEE_BOARDS, *FEE_LETTERS, *FEE_MONEY)


def form(key: str) -> "Form":
    """Give the form of a key; an unknown one is ``Refused`` with the keys there are."""
    for each in forms():
        if each.key == key:
            return each
    raise Refused(f"没有“{key}”这种单据。可用：{'、'.join(each.key for each in forms())}。")


def scope(order: "Order", about: str = "stocktake") -> str:
    """Say in a few words what an order covers, for the archive of printed papers; ``about`` is the form's."""
    if about == "fee_plan":
        classes = dict(roster.classes_of())
        named = [classes.get(each, "") for each in order.classes] + [fee_rules.grade_word(each) for each in order.grades]
        return " ".join([fees.chosen_plan(order.about, order.term).term_title, *named[:3], *(["等"] if len(named) > 3 else [])])
    if order.about:
        row = stocktakes.stocktake(order.about)
        return f"{row.number} {row.title}" if row else ""
    if order.records:
        return f"{len(order.records)} 张卡片"
    return school.scope(order.places)
