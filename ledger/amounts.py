"""How large an amount may be, before it is no amount of money."""

LARGEST_AMOUNT = 10**15
"""From here on it is no amount; NaN counts as greater."""

MOST_UNITS = 10**18
"""More would not fit into PostgreSQL's int8, which ends at 9.2 × 10¹⁸."""


def largest_split(decimals: int) -> int:
    """From here on an amount is not shared out, as it is counted in smallest units.

    :param decimals: of the currency
    """
    return min(LARGEST_AMOUNT, MOST_UNITS // 10**decimals)
