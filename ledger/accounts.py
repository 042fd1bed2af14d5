"""The accounts of the books: number, names by language, and what carries forward."""

from dataclasses import dataclass

from odoo.tools import SQL

from .scope import Scope

TRADE = ("asset_receivable", "liability_payable")
"""Odoo's types of the accounts whose items are open until they are settled."""


@dataclass(frozen=True)
class AccountRow:
    """An account as this company sees it."""

    account_id: int
    number: str | None
    names: dict[str, str]
    nature: str
    """``asset``, ``liability``, ``equity``, ``income`` or ``expense``."""
    digest: int


def nature(scope: Scope) -> SQL:
    """What an account is, from Odoo's type.

    Odoo starts income, expense *and* ``equity_unaffected`` accounts at zero each
    year, so all of those are income or expense here, except the one account that
    takes the result (design: "What carries forward") and those that a person named.
    """
    return SQL(
        """CASE
            WHEN account.id = ANY(%s) THEN 'equity'
            WHEN starts_with(account.account_type, 'asset') THEN 'asset'
            WHEN account.account_type = 'off_balance' THEN 'asset'
            WHEN starts_with(account.account_type, 'liability') THEN 'liability'
            WHEN account.account_type = 'equity' THEN 'equity'
            WHEN starts_with(account.account_type, 'income') THEN 'income'
            WHEN starts_with(account.account_type, 'expense') THEN 'expense'
            WHEN starts_with(%s, '7') THEN 'income'
            ELSE 'expense'
        END""",
        [scope.retained_earnings_id, *scope.carried_ids],
        scope.number(),
    )


def is_result(scope: Scope) -> SQL:
    """Condition on ``account``: income or expense by its type."""
    return SQL(
        """((starts_with(account.account_type, 'income')
            OR starts_with(account.account_type, 'expense'))
            AND account.id <> ALL(%s::int4[]))""",
        list(scope.carried_ids),
    )


def is_equity(scope: Scope) -> SQL:
    """Condition on ``account``: equity of any kind, appropriation too."""
    return SQL(
        """(starts_with(account.account_type, 'equity')
            OR account.id = ANY(%s::int4[]))""",
        list(scope.carried_ids),
    )


def accounts(scope: Scope, where: SQL) -> SQL:
    """SELECT of accounts that meet ``where``.

    Columns: ``account_id``, ``number``, ``names``, ``nature``, ``digest``.
    """
    pairs = SQL(", ").join(
        SQL(
            "%s, COALESCE(account.name->>%s, account.name->>'en_US')",
            language,
            code,
        )
        for language, code in scope.languages
    )
    return SQL(
        """SELECT item.*,
            hashtextextended(ROW(number, names, nature)::text, 0) AS digest
        FROM (
            SELECT account.id AS account_id, %(number)s AS number,
                jsonb_build_object(%(pairs)s) AS names, %(nature)s AS nature
            FROM account_account account
            WHERE %(where)s
            OFFSET 0
        ) item""",
        number=scope.number(),
        pairs=pairs,
        nature=nature(scope),
        where=where,
    )


def number_of(cr, scope: Scope, account_id: int) -> str | None:
    """The number under which an account goes, None where it has none."""
    cr.execute(
        SQL(
            "SELECT %s FROM account_account account WHERE account.id = %s",
            scope.number(),
            account_id,
        )
    )
    row = cr.fetchone()
    return row and row[0]


def read_accounts(cr, scope: Scope, account_ids: tuple[int, ...]) -> list[AccountRow]:
    """The accounts with these ids."""
    if not account_ids:
        return []
    cr.execute(accounts(scope, SQL("account.id IN %s", account_ids)))
    return [AccountRow(*row) for row in cr.fetchall()]
