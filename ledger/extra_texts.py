"""Texts of a journal item that go along beside its figures, as SQL by kind.

Each takes the names of ``lines.source`` and depends on no session setting: names that
Odoo translates are read in one given language.
"""

from odoo.tools import SQL


def plain(company_currency_id: int) -> dict[str, SQL]:
    """What the entry, its journal, partner or currency says: ``{kind: text}``."""
    foreign = SQL("line.currency_id <> %s", company_currency_id)
    return {
        "journal": SQL("journal.code"),
        "entry": SQL("move.name"),
        "reference": SQL("move.ref"),
        "document_date": day(SQL("move.invoice_date")),
        "due_date": day(SQL("line.date_maturity")),
        "matching": SQL("line.matching_number"),
        "currency": SQL("CASE WHEN %s THEN currency.name END", foreign),
        "amount_currency": SQL(
            """CASE WHEN %s
                THEN round(line.amount_currency, currency.decimal_places)::text
                END""",
            foreign,
        ),
        "payment_reference": SQL("move.payment_reference"),
        "partner_code": SQL("relation.ref"),
        "partner_vat": SQL("relation.vat"),
    }


def day(expression: SQL) -> SQL:
    """A date as everybody's imports read it, whatever the server's own style."""
    return SQL("to_char(%s, 'YYYY-MM-DD')", expression)


def names_of(
    table: str, relation: str, own: str, other: str, language: str | None
) -> SQL:
    """The names of several records of an item, in a fixed order.

    :param table: of the records; ``relation`` has their id as ``other`` and the item's
        as ``own``
    :param language: None where Odoo does not translate the names
    """
    name = SQL("named.name")
    if language:
        name = SQL("COALESCE(%(n)s->>%(l)s, %(n)s->>'en_US')", n=name, l=language)
    return SQL(
        """(SELECT string_agg(%(name)s, ', ' ORDER BY named.id)
            FROM %(relation)s chosen
            JOIN %(table)s named ON named.id = chosen.%(other)s
            WHERE chosen.%(own)s = line.id)""",
        name=name,
        relation=SQL.identifier(relation),
        table=SQL.identifier(table),
        own=SQL.identifier(own),
        other=SQL.identifier(other),
    )


def is_documented(word: str) -> SQL:
    """``word`` where a document is attached to the entry."""
    return SQL(
        """CASE WHEN EXISTS (SELECT FROM ir_attachment file
            WHERE file.res_model = 'account.move' AND file.res_id = move.id)
            THEN %s END""",
        word,
    )


def address(base_url: str) -> SQL:
    """Where Odoo opens the entry."""
    return SQL("%s || move.id", f"{base_url}/mail/view?model=account.move&res_id=")
