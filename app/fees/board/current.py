"""What a board would say today: the plan as it stands, with the school's words around it. What hangs is ``queries``'s."""

from typing import Any

from app.fees.board import frozen, refunding
from app.fees.board import settings as words
from app.fees.board.frozen import Words
from app.fees.money import settings as money_words
from app.fees.plan import queries as plan_queries
from app.school import settings as school_words
from app.store import settings

HOTLINES = ("12345", "12315", "12358")      # everybody's, not the school's and not the bureau's


def school_phone() -> str:
    """Give the number of the school's own, "" where none is set; a hotline of the whole country is none."""
    number = settings.value(words.SCHOOL_PHONE) or settings.value(school_words.PHONE)
    return "" if number.strip() in HOTLINES else number


def bureau_phone() -> str:
    """Give the bureau's number, "" where none is set."""
    number = settings.value(words.BUREAU_PHONE)
    return "" if number.strip() in HOTLINES else number


def phones() -> list[tuple[str, str]]:
    """Give (whose, number) of those to whom one may complain; a number of the setting's other lines stands in its words."""
    own = [("学校监督电话", school_phone()),
           (f"{settings.value(school_words.BUREAU) or '教育局'}投诉电话", bureau_phone())]
    others = [(line.rpartition(" ")[0], line.rpartition(" ")[2]) for line in settings.value(words.HOTLINES)]
    return [(whose, number) for whose, number in (*own, *others) if number]


def words_now() -> Words:
    """Give what the school says on every board today."""
    return Words(settings.value(school_words.NAME), phones(), settings.value(words.DECLARATION), settings.value(words.PUBLICITY_DAYS))


def content_now(plan_id: int) -> dict[str, Any]:
    """Give what would be posted today: the plan with its words."""
    items = plan_queries.plan_items(plan_id)
    return frozen.of_plan(plan_queries.plan(plan_id), items, plan_queries.matrix(plan_id), plan_queries.grades(plan_id), words_now(),
                          {item.id: refunds_of(item) for item in items})


def refunds_of(item: plan_queries.PlanItemRow) -> str:
    """Give the sentence on how an item is charged and settled, as the school's settings are today."""
    return refunding.refund_words(item, settings.value(money_words.PART_TERM), settings.value(money_words.LEAST_DAYS))
