"""What an undo or redo may not leave behind in purchases: papers that were signed, more than was wanted, invoices held twice."""

import json
from collections.abc import Iterator

from app.purchasing import checking, queries
from app.school.invoices import faults_of
from app.store.database import database
from app.store.guards import Guards, Replay
from app.store.nouns import noun

_SIGNED = ("purchase", "purchase_acceptance", "purchase_claim")


def signed_stay(replay: Replay) -> Iterator[str]:
    """What came back signed (签回) is not taken back any more, it is voided with a reason."""
    for table in _SIGNED:
        for image in replay.images(table):
            if image.before and image.before["signed_on"] and image.before["voided_on"] is None and (
                    image.after is None or any(image.turned(key) for key in image.before if key not in ("signed_on", "state"))):
                yield f"{noun(table)} {image.before['number']} 已经签回，不能撤销，只能作废并写明原因。"


def pieces_fit(replay: Replay) -> Iterator[str]:
    """No more is accepted than was wanted, no more went in than was accepted."""
    lines = {each["line_id"] for image in replay.images("purchase_acceptance_line") for each in image.both}
    lines |= {image.row for image in replay.images("purchase_line")}
    lines |= {line for (line,) in database.execute_sql(
        "SELECT line_id FROM purchase_acceptance_line WHERE acceptance_id IN (SELECT value FROM json_each(?))",
        (json.dumps([image.row for image in replay.images("purchase_acceptance")]),)).fetchall()}
    accepted = {each["acceptance_line_id"] for image in replay.images("purchase_intake") for each in image.both}
    for (name,) in database.execute_sql(
            f"""SELECT l.name FROM purchase_line l JOIN {queries.LINE_SUMS} s ON s.line_id = l.id
                WHERE s.accepted > l.quantity AND l.id IN (SELECT value FROM json_each(?))""", (json.dumps(sorted(lines)),)).fetchall():
        yield f"“{name}”验收的会比要买的多。请先作废后来的验收。"
    for (name,) in database.execute_sql(
            f"""SELECT p.name FROM purchase_acceptance_line l JOIN purchase_line p ON p.id = l.line_id
               JOIN (SELECT acceptance_line_id, sum(quantity) AS taken FROM {queries.TAKEN} GROUP BY 1) i ON i.acceptance_line_id = l.id
               WHERE i.taken > l.accepted AND l.id IN (SELECT value FROM json_each(?))""", (json.dumps(sorted(accepted)),)).fetchall():
        yield f"“{name}”入库建卡的会比验收的多。请先撤销后来的那一步。"


def people_apart(replay: Replay) -> Iterator[str]:
    """Who bought does not accept, whichever of the two comes back."""
    touched = {each["owner_id"] for image in replay.images("signature") for each in image.both if each["owner_table"] == "purchase"}
    acceptances = {each["owner_id"] for image in replay.images("signature") for each in image.both
                   if each["owner_table"] == queries.ACCEPTED_OWNER}
    touched |= {purchase for (purchase,) in database.execute_sql(
        "SELECT purchase_id FROM purchase_acceptance WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(sorted(acceptances)),)).fetchall()}
    standing = {purchase for (purchase,) in database.execute_sql(
        "SELECT id FROM purchase WHERE voided_on IS NULL AND id IN (SELECT value FROM json_each(?))", (json.dumps(sorted(touched)),)).fetchall()}
    for purchase in sorted(standing):
        yield from (each.text for each in checking.findings(purchase, "accept") if each.rule == "same_person")


def invoices_hold(replay: Replay) -> Iterator[str]:
    """No invoice holds more shares than it comes to."""
    wanted = {each["invoice_id"] for image in replay.images("purchase_invoice_share") for each in image.both} - {None}
    yield from faults_of(wanted)


GUARDS: Guards = {
    "purchase": (signed_stay,), "purchase_acceptance": (signed_stay, pieces_fit), "purchase_claim": (signed_stay,),
    "purchase_line": (pieces_fit,), "purchase_acceptance_line": (pieces_fit,), "purchase_intake": (pieces_fit,),
    "purchase_invoice_share": (invoices_hold,), "signature": (people_apart,),
}
