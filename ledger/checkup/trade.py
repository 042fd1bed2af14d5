"""Open items of customers and suppliers that cannot be as they are."""

from decimal import Decimal
from typing import NamedTuple

from odoo.tools import SQL

from ..lines import is_sent
from ..open_items import is_open_item
from ..scope import Scope

SIGN = {"asset_receivable": 1, "liability_payable": -1}
"""Of what is open on such an account, debit positive."""


class PartnerSum(NamedTuple):
    """What is open of a partner on accounts of one type."""

    kind: str
    """``asset_receivable`` or ``liability_payable``."""
    partner_id: int | None
    """None: items without a partner. Contacts count with their company."""
    partner_ids: list[int]
    """Whose items these are."""
    count: int
    open: Decimal
    """Debit positive."""


def doubtful_partners(cr, scope: Scope, *, non_trade: bool) -> list[PartnerSum]:
    """Open items without a partner, and partners whose sum has the wrong sign.

    :param non_trade: also accounts that Odoo calls non-trade
    """
    cr.execute(
        SQL(
            """SELECT kind, partner_id, partner_ids, count, open::text FROM (
                SELECT account.account_type AS kind,
                    partner.commercial_partner_id AS partner_id,
                    array_remove(array_agg(DISTINCT line.partner_id), NULL)
                        AS partner_ids,
                    count(*)::int AS count,
                    sum(round(line.amount_residual, %(decimals)s)) AS open
                FROM account_account account
                JOIN account_move_line line ON line.account_id = account.id
                LEFT JOIN res_partner partner ON partner.id = line.partner_id
                WHERE %(is_sent)s AND %(is_open_item)s
                    AND line.reconciled IS NOT TRUE
                    AND round(line.amount_residual, %(decimals)s) <> 0
                    AND line.date BETWEEN %(earliest)s AND %(latest)s
                GROUP BY 1, 2
            ) item
            WHERE partner_id IS NULL
                OR CASE kind WHEN 'asset_receivable' THEN open < 0 ELSE open > 0 END
            ORDER BY kind, partner_id""",
            decimals=scope.decimals,
            is_sent=is_sent(scope),
            is_open_item=is_open_item(non_trade=non_trade),
            earliest=scope.earliest,
            latest=scope.latest,
        )
    )
    return [PartnerSum(*row[:4], Decimal(row[4])) for row in cr.fetchall()]
