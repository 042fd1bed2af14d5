"""What our openings say, against what another source closed with."""

from collections import defaultdict
from decimal import Decimal
from typing import NamedTuple

from odoo.tools import SQL

from ..accounts import nature
from ..openings import sums
from ..scope import Scope
from .account_sums import ZERO
from .classes import RESULT, class_of


class Differs(NamedTuple):
    """An account whose opening here is not its closing there, debit positive."""

    number: str
    account_id: int | None
    """None: not in these books."""
    here: Decimal
    there: Decimal


def opening_against(
    cr, scope: Scope, chart: str | None, there: dict[str, Decimal]
) -> list[Differs]:
    """What lies before the start date against balances by account number.

    Income and expense, and the accounts that may take a result, count together: one
    source closes its result into equity, another leaves that to the opening.

    :param there: balances at the end of the day before the start date
    """
    cr.execute(
        SQL(
            """SELECT account.id, %(number)s, account.account_type, %(nature)s
            FROM account_account account WHERE %(number)s IS NOT NULL""",
            number=scope.number(),
            nature=nature(scope),
        )
    )
    accounts = {number: (id_, kind, own) for id_, number, kind, own in cr.fetchall()}
    numbers = {id_: number for number, (id_, _kind, _own) in accounts.items()}
    retained = numbers.get(scope.retained_earnings_id, "")

    def place(number: str) -> str:
        _id, kind, own = accounts.get(number, (None, "", ""))
        is_result = own in ("income", "expense") or (
            not own and class_of(chart, number) == RESULT
        )
        in_family = kind.startswith("equity") or not own
        is_retained = retained and number[:2] == retained[:2] and in_family
        return retained if is_result or is_retained else number

    found: dict[str, list[Decimal]] = defaultdict(lambda: [ZERO, ZERO])
    for row in sums(cr, scope):
        found[place(numbers.get(row.account_id, ""))][0] += row.value
    for number, value in there.items():
        found[place(number)][1] += value
    return [
        Differs(number, accounts.get(number, (None,))[0], here, closed)
        for number, (here, closed) in sorted(found.items())
        if here != closed
    ]
