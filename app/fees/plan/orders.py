"""What an order for a paper of fees means: which term's, and which grades' and classes'."""

from app.fees.plan import queries
from app.fees.rules import PlanRow, grade_word
from app.paper.forms import Order
from app.school import roster

_NAMED = 3      # grades and classes that are named where more are printed


def plan_of(order: Order) -> PlanRow:
    """Give the term's fees that an order is about: those of its id, else of its term, else the current ones."""
    return queries.chosen_plan(order.about, order.term)


def scope(order: Order) -> str:
    """Say which term, classes and grades an order covers; no pupil's name, as it becomes the name of a file."""
    plan = plan_of(order)
    classes = dict(roster.classes_of(plan.school_year))
    named = [classes.get(each, "") for each in order.classes] + [grade_word(each) for each in order.grades]
    return " ".join([plan.term_title, *named[:_NAMED], *(["等"] if len(named) > _NAMED else [])])
