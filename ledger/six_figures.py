"""The six figures by which an accountant knows the books: result, total of the balance
sheet, bank, customers, suppliers, VAT."""

from collections.abc import Callable
from decimal import Decimal
from typing import NamedTuple

from odoo.tools import SQL

from .accounts import nature
from .month_sums import MonthSums
from .scope import Scope
from .years import FinancialYear

ZERO = Decimal(0)


class Kind(NamedTuple):
    """What an account counts for."""

    nominal: bool
    """Income or expense: starts each year at zero."""
    asset: bool
    account_type: str
    """Odoo's; empty where Odoo has no such account (any more)."""
    tax: bool
    """VAT is booked on it, or settled: declared VAT waits there to be paid."""
    non_trade: bool = False
    """Receivable or payable, and of no customer or supplier: the tax office, say."""


COUNTED: dict[str, tuple[Callable[[Kind], bool], int]] = {
    # name: (which accounts, sign: amounts are debit positive)
    "result": (lambda kind: kind.nominal, -1),
    "total": (lambda kind: kind.asset, 1),
    "bank": (lambda kind: kind.account_type == "asset_cash", 1),
    "customers": (
        lambda kind: kind.account_type == "asset_receivable" and not kind.non_trade,
        1,
    ),
    "suppliers": (
        lambda kind: kind.account_type == "liability_payable" and not kind.non_trade,
        -1,
    ),
    "vat": (lambda kind: kind.tax and not kind.nominal, -1),
}
"""A profit, what suppliers get and VAT to pay are positive."""


def kinds(cr, scope: Scope) -> dict[str, Kind]:
    """Of every account of the books, by its number."""
    cr.execute(
        SQL(
            """SELECT number, nature IN ('income', 'expense'), nature = 'asset',
                account_type, tax, non_trade
            FROM (
                SELECT %(number)s AS number, %(nature)s AS nature,
                    account.account_type, COALESCE(account.non_trade, FALSE)
                        AS non_trade, account.id IN (
                        SELECT account_id FROM account_tax_repartition_line
                        WHERE company_id IN %(companies)s AND account_id IS NOT NULL
                        UNION ALL
                        SELECT used.id FROM account_tax_group, unnest(ARRAY[
                            tax_payable_account_id,
                            tax_receivable_account_id,
                            advance_tax_payment_account_id]) AS used(id)
                        WHERE company_id IN %(companies)s AND used.id IS NOT NULL
                    ) AS tax
                FROM account_account account
                WHERE jsonb_exists(account.code_store, %(root)s)
            ) item WHERE number IS NOT NULL""",
            number=scope.number(),
            nature=nature(scope),
            companies=(*scope.company_ids, scope.root_id),
            root=str(scope.root_id),
        )
    )
    return {number: Kind(*values) for number, *values in cr.fetchall()}


def six_figures(
    sums: MonthSums, year: FinancialYear, retained: str, known: dict[str, Kind]
) -> dict[str, Decimal]:
    """One side's figures at the end of a financial year, by the names of COUNTED.

    :param sums: cut on the year's first day and on the day after its last
    :param retained: number of the retained-earnings account
    """
    balances = sums.balances(year.start, year.end, retained)
    nothing = Kind(nominal=False, asset=False, account_type="", tax=False)
    found = {}
    for name, (counts, sign) in COUNTED.items():
        found[name] = sign * sum(
            (
                balance.closing
                for number, balance in balances.items()
                if counts(known.get(number, nothing))
            ),
            ZERO,
        )
    return found
