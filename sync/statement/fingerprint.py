"""One hash over every item that Silverfin acknowledged: id, day, account and value.

Of each item one line, ``id TAB date TAB account TAB value NEWLINE`` in UTF-8: the date
as 2026-01-31, the value without needless zeros (``-12.5``), debit positive. The lines
in the order of their ids' bytes; SHA-256 of all of it, in hexadecimal digits.
``static/proof/recompute.py`` computes the same from Silverfin's data alone.
"""

from decimal import Decimal
from typing import NamedTuple

from odoo.tools import SQL


class Fingerprint(NamedTuple):
    """What Silverfin has of us, in one line."""

    digest: str
    items: int
    debit: Decimal
    credit: Decimal
    """Negative."""


def fingerprint(cr, link_id: int) -> Fingerprint:
    """Of all that Silverfin acknowledged."""
    cr.execute(
        SQL(
            r"""SELECT encode(sha256(convert_to(COALESCE(string_agg(
                    id || E'\t' || to_char(date, 'YYYY-MM-DD') || E'\t'
                        || account_number || E'\t' || trim_scale(value)::text || E'\n',
                    '' ORDER BY id COLLATE "C"), ''), 'UTF8')), 'hex'),
                count(*),
                COALESCE(sum(value) FILTER (WHERE value > 0), 0)::text,
                COALESCE(sum(value) FILTER (WHERE value < 0), 0)::text
            FROM (
                SELECT CASE WHEN part = 0 THEN line_id::text
                        WHEN part > 0 THEN line_id || '/' || part
                        WHEN line_id > 0 THEN 'opening/' || line_id
                        ELSE 'opening/account/' || -line_id END AS id,
                    date, account_number, value
                FROM silverfin_transaction WHERE link_id = %s
                OFFSET 0
            ) item""",
            link_id,
        )
    )
    digest, items, debit, credit = cr.fetchone()
    return Fingerprint(digest, items, Decimal(debit), Decimal(credit))
