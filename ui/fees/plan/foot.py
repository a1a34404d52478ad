"""The lines of sums under the matrix: what each grade comes to, computed."""

from collections.abc import Mapping

from app.core.money import format_fen
from app.fees.plan.rules import Total


def lines_of(totals: Mapping[int, Total], keys: Mapping[int, str]) -> list[tuple[str, Mapping[str, str]]]:
    """Give what each grade comes to as lines of a ``Foot``; ``keys`` are the grades' columns."""
    beside = list(dict.fromkeys(name for total in totals.values() for name in total.beside))
    note = f"（按月、按天收的不计入：{'、'.join(beside)}）" if beside else ""
    lines: list[tuple[str, Mapping[str, str]]] = [
        (f"每生合计{note}", {keys[grade]: format_fen(total.fen) for grade, total in totals.items() if grade in keys})]
    voluntary = {keys[grade]: format_fen(total.voluntary) for grade, total in totals.items() if grade in keys and total.voluntary}
    return [*lines, *([("其中自愿", voluntary)] if voluntary else [])]
