"""What a check of the ledger asks of what was published."""

from app.fees import rules
from app.fees.board import queries
from app.fees.plan import queries as plan_queries


def publications_sound() -> list[str]:
    """Give a sentence for publications that contradict each other or their plan."""
    return [sentence for row in plan_queries.plans() for sentence in version_faults(row)]


def version_faults(row: rules.PlanRow) -> list[str]:
    """Give a sentence for versions of one plan that contradict each other or the plan."""
    found = []
    for about in (queries.ABOUT_FEES, queries.ABOUT_SETTLEMENT):
        versions = queries.publications(row.id, about)
        if sorted(each.version for each in versions) != list(range(1, len(versions) + 1)):
            found.append(f"{row.term_title}{about}公示的版本号不连续。")
        if sum(each.state == queries.HANGING for each in versions) > 1:
            found.append(f"{row.term_title}{about}公示有两个版本同时在公示。")
    if (
        row.state != rules.DRAFT
        and row.allows("edit")
        and queries.hanging(row.id) is None
        and not queries.publications(row.id)
    ):
        found.append(f"{row.term_title}的收费是“{row.state_words}”，却没有公示过。")
    return found
