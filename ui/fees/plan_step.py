"""What the steps of a term's fees have in common: each shows one plan, and says how to begin where there is none."""

from app.core.errors import Refused
from app.fees.rules import PlanRow
from ui.base.page import Page


def required(plan: PlanRow | None) -> PlanRow:
    """Give the plan; ``Refused`` where the term has none."""
    if plan is None:
        raise Refused("这个学期还没有收费方案。")
    return plan


class PlanStep(Page):
    """A step of a term's fees. The tab calls ``show_plan`` with the plan of the chosen term whenever it was read anew."""

    plan: PlanRow | None = None

    def show_plan(self, plan: PlanRow | None) -> None:
        """Show the fees of a term; None: it has none."""
        changed, self.plan = plan != self.plan, plan
        if changed and plan is not None:
            self.outdate()

    def ready(self) -> bool:
        """Whether the term has fees."""
        return self.plan is not None

    def shown_plan(self) -> PlanRow:
        """Give the plan; ``Refused`` where the term has none."""
        return required(self.plan)
