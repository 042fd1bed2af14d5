"""The entries before the start date, one digest each: which of them changed?"""

from odoo.tools import SQL

from .lines import is_sent
from .scope import Scope


def older_entries(scope: Scope) -> SQL:
    """SELECT ``move_id``, ``name``, ``digest`` of the entries an opening is made of."""
    return SQL(
        """SELECT move.id AS move_id, move.name,
            sum(hashtextextended(ROW(line.account_id, line.date,
                round(line.balance, %(decimals)s))::text, 0))::text AS digest
        FROM account_move_line line
        JOIN account_move move ON move.id = line.move_id
        JOIN account_account account ON account.id = line.account_id
        WHERE %(is_sent)s AND %(is_before)s
        GROUP BY move.id""",
        decimals=scope.decimals,
        is_sent=is_sent(scope),
        is_before=scope.is_before(),
    )
