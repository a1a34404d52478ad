"""The checks of a term's fees on the file as it is: gathers the facts, asks the rules, refuses where one forbids.

Window, command line and every paper ask here; ``rules`` decides.
"""

from dataclasses import replace
from datetime import date

from app.core import clock
from app.core.errors import Level, Refused
from app.fees.board import current, frozen
from app.fees.board import queries as board_queries
from app.fees.board import settings as words
from app.fees.board.queries import PublicationRow
from app.fees.board.rules import Facts, Finding, ItemFacts, Purpose, check_plan
from app.fees.money import settings as money_words
from app.fees.plan import catalogue, queries, rules
from app.fees.plan.rules import Difference
from app.fees.rules import DRAFT
from app.school import settings as school_words
from app.store import settings
from app.store.database import scalar

_LEVELS: dict[str, Level | None] = {words.FORBID: "error", words.REMIND: "warning", words.IGNORE: None}
_MOST_SAID = 6


def findings(plan_id: int, purpose: Purpose = "print", posted_on: date | None = None) -> list[Finding]:
    """Give all that is wrong with a plan for a purpose, errors first, as strict as the school's settings say.

    ``post``: may it be published (on ``posted_on``, today unless given)? ``print``: may its papers be printed?
    ``collect``: may money be taken? Ordinary questions ask for what comes next: see ``next_purpose``.
    """
    return check_plan(facts(plan_id, posted_on), purpose, severity())


def severity() -> dict[str, Level | None]:
    """Give how strict each check is, by the rule's key."""
    return {key: _LEVELS[settings.value(setting)] for key, setting in words.SEVERITY.items()}


def next_purpose(plan_id: int) -> Purpose:
    """Give what a plan is to be checked for next: publishing while it is drawn up, printing and collecting afterwards."""
    return "post" if queries.plan(plan_id).state == DRAFT else "print"


def require_clean(plan_id: int, purpose: Purpose = "print", posted_on: date | None = None) -> list[Finding]:
    """Give the warnings; ``Refused`` with the errors, each with its remedy, where a check forbids the purpose."""
    found = findings(plan_id, purpose, posted_on)
    errors = [each for each in found if each.level == "error"]
    if errors:
        what = {"post": "公示", "print": "打印", "collect": "开始收费"}[purpose]
        said = [f"{at}. {each.text}（{each.source}）" for at, each in enumerate(errors[:_MOST_SAID], 1)]
        rest = f"\n另有 {len(errors) - _MOST_SAID} 处。" if len(errors) > _MOST_SAID else ""
        raise Refused(f"还不能{what}，有 {len(errors)} 处要先改好：\n" + "\n".join(said) + rest)
    return found


def facts(plan_id: int, posted_on: date | None = None) -> Facts:
    """Gather what the checks look at."""
    plan, items, matrix = queries.plan(plan_id), queries.plan_items(plan_id), queries.matrix(plan_id)
    hanging = board_queries.hanging(plan_id)
    since, public = list[Difference](), None
    if hanging is not None:
        public = {item.item_id for item in frozen.items(hanging.content)}
        here = {item.item_id: item.id for item in items}
        since = [replace(each, item=here.get(each.item, 0)) for each in frozen.changes(hanging.content, current.content_now(plan_id))]
    return Facts(
        plan,
        items,
        matrix,
        _catalogue([item.item_id for item in items]),
        catalogue.banned_words(),
        public,
        since,
        public_since(plan_id) or posted_on or clock.today(),
        _asked(plan.term_id),
        settings.value(words.PUBLICITY_DAYS),
        settings.value(words.ADVANCE_DAYS),
        (current.school_phone(), current.bureau_phone()),
        _fresh(hanging),
        clock.today(),
        settings.value(school_words.WAIVERS),
        settings.value(money_words.PART_TERM),
        settings.value(money_words.LEAST_DAYS),
    )


def _fresh(hanging: PublicationRow | None) -> dict[int, date]:
    """Give the items that the version hanging now added or raised against the one it replaced, with its day."""
    if hanging is None or hanging.version == 1:
        return {}
    before = next(row for row in board_queries.publications(hanging.plan_id, hanging.about)
                  if row.version == hanging.version - 1)
    if before.state != board_queries.REPLACED:
        return {}
    return {change.item: hanging.posted_on for change in frozen.changes(before.content, hanging.content)
            if change.sort in (rules.ADDED, rules.RAISED)}


def public_since(plan_id: int) -> date | None:
    """Give the day from which the fees have been public without a break, None while they are not."""
    found: PublicationRow | None = None
    for row in board_queries.publications(plan_id, board_queries.ABOUT_FEES):    # the latest first
        if row.state == board_queries.HANGING or (found is not None and row.state == board_queries.REPLACED):
            found = row
        elif found is not None:
            break
    return found.posted_on if found else None


def _catalogue(item_ids: list[int]) -> dict[int, ItemFacts]:
    known = queries.standards_of(item_ids)
    found = {}
    for identity in item_ids:
        draft = queries.item_draft(identity)
        found[identity] = ItemFacts(rules.basis_words(draft.office, draft.document, draft.issued_on), draft.starts_on,
                                    draft.ends_on, draft.active, known.get(identity, ()))
    return found


def _asked(term_id: int) -> bool:
    """Whether a letter of the term asks families item by item."""
    return bool(scalar("SELECT 1 FROM fee_letter WHERE term_id = ? AND by_item = 1 LIMIT 1", (term_id,)))
