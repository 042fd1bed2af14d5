"""What is open on receivable and payable accounts, and whether it adds up."""

from dataclasses import dataclass
from decimal import Decimal

from odoo.tools import SQL

from .accounts import TRADE
from .lines import is_sent
from .scope import Scope


def is_open_item(*, non_trade: bool) -> SQL:
    """Condition on ``account``: do its items carry what is open?

    :param non_trade: also accounts that Odoo calls non-trade (VAT current account …)
    """
    kinds = SQL("account.account_type IN %s", TRADE)
    if non_trade:
        return kinds
    return SQL("(%s AND account.non_trade IS NOT TRUE)", kinds)


@dataclass(frozen=True)
class TradeBalance:
    """A receivable or payable account, in company currency."""

    number: str
    balance: Decimal
    open: Decimal
    """What its items carry as open today."""


def trade_balances(cr, scope: Scope) -> list[TradeBalance]:
    """Balance and open items of every receivable and payable account.

    Odoo keeps both equal; an import or a change in the database may not have.
    """
    cr.execute(
        SQL(
            """SELECT COALESCE(%(number)s, account.id::text),
                sum(round(line.balance, %(decimals)s))::text,
                sum(round(line.amount_residual, %(decimals)s))::text
            FROM account_account account
            JOIN account_move_line line ON line.account_id = account.id
            WHERE %(is_sent)s AND line.date BETWEEN %(earliest)s AND %(latest)s
                AND %(is_open_item)s
            GROUP BY account.id ORDER BY 1""",
            number=scope.number(),
            decimals=scope.decimals,
            is_sent=is_sent(scope),
            earliest=scope.earliest,
            latest=scope.latest,
            is_open_item=is_open_item(non_trade=True),
        )
    )
    return [
        TradeBalance(number, Decimal(balance), Decimal(open_value))
        for number, balance, open_value in cr.fetchall()
    ]


def unexplained(cr, scope: Scope) -> list[TradeBalance]:
    """Those where the open items do not make the balance."""
    return [row for row in trade_balances(cr, scope) if row.balance != row.open]


def open_totals(cr, scope: Scope, *, non_trade: bool) -> dict[str, Decimal]:
    """What is open today, ``receivable`` and ``payable``, in company currency.

    :param non_trade: also accounts that Odoo calls non-trade
    """
    cr.execute(
        SQL(
            """SELECT account.account_type,
                sum(round(line.amount_residual, %(decimals)s))::text
            FROM account_account account
            JOIN account_move_line line ON line.account_id = account.id
            WHERE %(is_sent)s AND line.date BETWEEN %(earliest)s AND %(latest)s
                AND %(is_open_item)s
            GROUP BY 1""",
            decimals=scope.decimals,
            is_sent=is_sent(scope),
            earliest=scope.earliest,
            latest=scope.latest,
            is_open_item=is_open_item(non_trade=non_trade),
        )
    )
    found = dict(cr.fetchall())
    return {
        "receivable": Decimal(found.get("asset_receivable", 0)),
        "payable": Decimal(found.get("liability_payable", 0)),
    }
