"""Results of closed years that nobody has allocated."""

from decimal import Decimal

from .account_sums import ZERO, AccountSum

BY_ENTRY = ("BE", "FR", "MC")
"""Countries where an entry takes the result to equity. Elsewhere it stands on the
retained-earnings account by itself once the year is over."""


def unallocated(rows: list[AccountSum], closed: int) -> Decimal:
    """What of the results of closed years stays where it arose, a profit positive.

    Income and expense of these years, less what was allocated of it: by accounts of
    the income statement within the years themselves, by others whenever it was.

    :param closed: the place of the last closed year
    """
    total = ZERO
    for row in rows:
        if row.nature not in ("income", "expense"):
            continue
        is_allocation = row.kind == "equity_unaffected" and not (
            row.number or ""
        ).startswith(("6", "7"))
        total -= row.balance if is_allocation else row.upto(closed)
    return total
