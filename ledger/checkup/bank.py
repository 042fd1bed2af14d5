"""Bank statements against the ledger."""

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from odoo.tools import SQL


class LastStatement(NamedTuple):
    """The last statement of a bank or cash journal, in the journal's currency."""

    journal_id: int
    statement_id: int
    day: date
    """Of its last line."""
    end: Decimal
    """The balance that the bank gives."""
    ledger: Decimal
    """What the journal's account shows after the statement's last line."""


class LastDay(NamedTuple):
    """How far a bank or cash journal is entered."""

    journal_id: int
    day: date
    """Of the last line that the bank gave."""


def last_statements(cr, journal_ids: list[int]) -> list[LastStatement]:
    """The last statement of each journal that has any, with the ledger beside it.

    Lines that the bank gave after it on the same day do not count.
    """
    cr.execute(
        SQL(
            """SELECT last.journal_id, last.id, last.day, last.balance_end_real::text,
                COALESCE(ledger.value, 0)::text
            FROM unnest(%s::int4[]) AS own(id)
            CROSS JOIN LATERAL (
                SELECT statement.id, statement.journal_id, statement.balance_end_real,
                    statement.date AS day
                FROM account_bank_statement statement
                WHERE statement.journal_id = own.id AND statement.date IS NOT NULL
                ORDER BY statement.first_line_index DESC NULLS LAST, statement.id DESC
                LIMIT 1
            ) last
            JOIN account_journal journal ON journal.id = last.journal_id
            JOIN res_company company ON company.id = journal.company_id
            CROSS JOIN LATERAL (
                SELECT max(internal_index) AS last_index
                FROM account_bank_statement_line WHERE statement_id = last.id
            ) line_of
            CROSS JOIN LATERAL (
                SELECT sum(CASE
                    WHEN journal.currency_id IS NULL
                        OR journal.currency_id = company.currency_id
                    THEN line.balance ELSE line.amount_currency END) AS value
                FROM account_move_line line
                WHERE line.account_id = journal.default_account_id
                    AND line.company_id = journal.company_id
                    AND line.parent_state = 'posted' AND line.date <= last.day
                    AND (line.date < last.day OR NOT EXISTS (
                        SELECT 1 FROM account_move move
                        JOIN account_bank_statement_line given
                            ON given.id = move.statement_line_id
                        WHERE move.id = line.move_id
                            AND given.internal_index > line_of.last_index))
            ) ledger
            ORDER BY last.journal_id""",
            journal_ids,
        )
    )
    return [
        LastStatement(*row[:3], Decimal(row[3]), Decimal(row[4]))
        for row in cr.fetchall()
    ]


def last_days(cr, journal_ids: list[int]) -> list[LastDay]:
    """The day of the last line of each journal that has any."""
    cr.execute(
        SQL(
            """SELECT own.id, move.date
            FROM unnest(%s::int4[]) AS own(id)
            CROSS JOIN LATERAL (
                SELECT line.move_id FROM account_bank_statement_line line
                WHERE line.journal_id = own.id
                ORDER BY line.internal_index DESC LIMIT 1
            ) last
            JOIN account_move move ON move.id = last.move_id
            ORDER BY own.id""",
            journal_ids,
        )
    )
    return [LastDay(*row) for row in cr.fetchall()]
