"""How one amount pays for several items, without I/O: what comes first in the plan is paid first."""

from collections.abc import Mapping


def spread(owed: Mapping[int, int], fen: int) -> dict[int, int]:
    """Give what of an amount (分) goes to each item, in the order of ``owed``; an item that gets nothing is left out.

    What is more than all that is owed goes to the last item, so that the check of a receipt finds it there.
    """
    parts, left = dict[int, int](), fen
    for item, most in owed.items():
        part = min(most, left)
        if part > 0:
            parts[item] = part
            left -= part
    if left > 0 and owed:
        last = list(owed)[-1]
        parts[last] = parts.get(last, 0) + left
    return parts
