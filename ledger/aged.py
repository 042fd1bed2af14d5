"""What was open on receivable and payable accounts at the end of any day, item by item.

Worked out from the partial reconciliations of that time: what Odoo keeps as open is of
today alone.
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from odoo.tools import SQL

from .lines import is_sent, lines
from .scope import Scope


class AgedItem(NamedTuple):
    """A journal item of which something was open. Amounts: debit positive."""

    account_id: int
    partner: str
    """Empty where the item has none."""
    entry: str
    description: str
    document_date: date
    """Of the invoice, else of the entry."""
    due_date: date
    value: Decimal
    """The whole item, in company currency."""
    open_value: Decimal
    """What of it was open, in company currency."""
    currency: str | None
    """None where it is the company's."""
    open_currency: Decimal | None
    """What was open in that currency."""


class AgedAccount(NamedTuple):
    """A receivable or payable account with items up to the day."""

    account_id: int
    number: str
    """Empty where the account has none."""
    kind: str
    """Odoo's type of it."""
    balance: Decimal
    """Of the account at the end of the day, in company currency, debit positive."""


def aged_accounts(
    cr, scope: Scope, on: date, kinds: Iterable[str]
) -> list[AgedAccount]:
    """The accounts of these types, by number, with their balance on a day."""
    cr.execute(
        SQL(
            """SELECT account.id, COALESCE(%(number)s, ''), account.account_type,
                sum(round(line.balance, %(decimals)s))::text
            FROM account_account account
            JOIN account_move_line line ON line.account_id = account.id
            WHERE %(is_sent)s AND %(within)s
            GROUP BY account.id ORDER BY 2, 1""",
            number=scope.number(),
            decimals=scope.decimals,
            is_sent=is_sent(scope),
            within=_within(scope, on, kinds),
        )
    )
    # amounts come as text: psycopg2 is set to floats in Odoo
    return [
        AgedAccount(account_id, number, kind, Decimal(balance))
        for account_id, number, kind, balance in cr.fetchall()
    ]


def aged_items(
    cr, scope: Scope, on: date, kinds: Iterable[str], account_id: int | None = None
) -> list[AgedItem]:
    """The items that were open at the end of a day, by account, partner and due date.

    :param kinds: Odoo's types of the accounts
    :param account_id: of this account only
    """
    open_value = _open(scope, on)
    where = SQL("%s AND %s <> 0", _within(scope, on, kinds), open_value)
    if account_id:
        where = SQL("%s AND account.id = %s", where, account_id)
    cr.execute(
        SQL(
            """SELECT item.account_id, COALESCE(item.relation, ''), move.name,
                COALESCE(item.description, ''),
                COALESCE(move.invoice_date, line.date) AS document_date,
                COALESCE(line.date_maturity, line.date) AS due_date,
                item.value::text, (%(open_value)s)::text,
                CASE WHEN %(foreign)s THEN currency.name END,
                CASE WHEN %(foreign)s THEN (%(open_currency)s)::text END
            FROM (%(lines)s) item
            JOIN account_move_line line ON line.id = item.line_id
            JOIN account_move move ON move.id = line.move_id
            JOIN res_currency currency ON currency.id = line.currency_id
            ORDER BY item.account_number, item.account_id, lower(item.relation),
                item.relation, due_date, document_date, item.line_id""",
            open_value=open_value,
            foreign=SQL("line.currency_id <> line.company_currency_id"),
            open_currency=_open_currency(on),
            # without the digest, which is not asked for
            lines=lines(scope, where, once=False),
        )
    )
    return [
        AgedItem(
            *texts,
            Decimal(value),
            Decimal(left),
            currency,
            left_currency and Decimal(left_currency),
        )
        for *texts, value, left, currency, left_currency in cr.fetchall()
    ]


def _within(scope: Scope, on: date, kinds: Iterable[str]) -> SQL:
    return SQL(
        "line.date BETWEEN %s AND %s AND account.account_type IN %s",
        scope.earliest,
        on,
        tuple(kinds),
    )


def _open(scope: Scope, on: date) -> SQL:
    """What of ``line`` was open, in company currency.

    A settlement counts from the later of its two items' days on.
    """
    return SQL(
        "round(line.balance - %s + %s, %s)",
        _settled(SQL("debit_move_id"), SQL("amount"), on),
        _settled(SQL("credit_move_id"), SQL("amount"), on),
        scope.decimals,
    )


def _open_currency(on: date) -> SQL:
    """What of ``line`` was open, in its own currency."""
    return SQL(
        "round(line.amount_currency - %s + %s, currency.decimal_places)",
        _settled(SQL("debit_move_id"), SQL("debit_amount_currency"), on),
        _settled(SQL("credit_move_id"), SQL("credit_amount_currency"), on),
    )


def _settled(side: SQL, amount: SQL, on: date) -> SQL:
    return SQL(
        """COALESCE((SELECT sum(partial.%(amount)s)
            FROM account_partial_reconcile partial
            WHERE partial.%(side)s = line.id AND partial.max_date <= %(on)s), 0)""",
        amount=amount,
        side=side,
        on=on,
    )
