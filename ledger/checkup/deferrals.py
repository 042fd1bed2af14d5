"""Accounts that hold what belongs to another year, and what lies there for too long."""

from decimal import Decimal

from ..carried import is_proposed
from .account_sums import ZERO, AccountSum

CODES = {
    "BE": ("490", "491", "492", "493"),
    "FR": ("486", "487"),
    "MC": ("486", "487"),
    "LU": ("481", "482"),
    "NL": ("1205", "1430"),
}
"""Per country how the numbers begin, beside those that Odoo itself calls so."""


def is_deferral(country: str | None, row: AccountSum) -> bool:
    """Whether an account is one of deferred charges or income, by chart or type."""
    codes = CODES.get(country or "", ())
    return row.kind == "asset_prepayments" or (row.number or "").startswith(codes)


def is_carried(country: str | None, row: AccountSum) -> bool:
    """Whether it carries forward by its number, while Odoo starts it at zero."""
    return row.nature in ("income", "expense") and is_proposed(country, row.number)


def stale(row: AccountSum, year: int) -> Decimal:
    """What of the rest was there before this year, and nothing took away since.

    :param year: its place among the years that were summed
    :return: debit positive, zero where all of it moved on
    """
    before = row.upto(year - 1)
    since = [moved for place, moved in row.years.items() if place >= year]
    if before > 0:
        return max(before - sum((moved.credit for moved in since), ZERO), ZERO)
    return min(before + sum((moved.debit for moved in since), ZERO), ZERO)
