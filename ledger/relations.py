"""Whose journal item it is, in the words of a reader."""

from odoo.tools import SQL

_NAME = SQL("COALESCE(relation.name, relation.complete_name)")


def namesakes(cr, company_ids: tuple[int, ...]) -> list[int]:
    """Commercial partners in the books of these companies who share a name."""
    cr.execute(
        SQL(
            """WITH alike AS (
                SELECT unnest(array_agg(id)) AS id, name FROM res_partner
                WHERE id = commercial_partner_id
                GROUP BY name HAVING count(*) > 1
            ), used AS (
                SELECT id, name FROM alike
                WHERE EXISTS (SELECT FROM res_partner contact
                    JOIN account_move_line line ON line.partner_id = contact.id
                    WHERE contact.commercial_partner_id = alike.id
                        AND line.company_id IN %s)
            )
            SELECT unnest(array_agg(id)) AS id FROM used
            GROUP BY name HAVING count(*) > 1 ORDER BY id""",
            company_ids,
        )
    )
    return [partner_id for (partner_id,) in cr.fetchall()]


def relation(alike: list[int]) -> SQL:
    """The commercial partner's name, with its code where another has the same name.

    Without a partner on the item it is the entry's (see ``lines.source``), else what
    the bank wrote on the statement line, else empty.

    :param alike: as :func:`namesakes` gives them
    """
    return SQL(
        """COALESCE(
            CASE WHEN relation.id = ANY(%(alike)s::int4[])
                THEN %(name)s || ' (' || COALESCE(
                    NULLIF(btrim(relation.ref), ''), relation.id::text) || ')'
                ELSE %(name)s END,
            btrim(statement.partner_name),
            '')""",
        alike=alike,
        name=_NAME,
    )
