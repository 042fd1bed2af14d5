"""Before a change of what is sent: how many items would go again?"""

from odoo.tools import SQL

from ..ledger.scope import Scope
from ..ledger.sent import sent


def count_again(cr, scope: Scope, link_id: int, where: SQL, at_most: int) -> int:
    """How many items that Silverfin has are different there, seen by this scope.

    :param where: condition on ``line`` and ``move``
    :param at_most: the count ends here: a form must not wait for large books
    """
    cr.execute(
        SQL(
            """SELECT count(*) FROM (
                SELECT FROM (%s) item
                JOIN silverfin_transaction known ON known.link_id = %s
                    AND known.line_id = item.line_id AND known.part = item.part
                WHERE known.digest <> item.digest LIMIT %s
            ) differing""",
            sent(cr, scope, where),
            link_id,
            at_most,
        )
    )
    return cr.fetchone()[0]
