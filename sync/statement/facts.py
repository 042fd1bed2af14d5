"""Everything that a statement of agreement says, as plain data that never changes.

``company``, ``client_file``, ``firm``
    ``{name, vat, currency}``, ``{name, number}`` and a name.
``at``, ``zone``
    The moment in UTC, as Odoo writes it, and the time zone in which it is shown.
``result``
    What the comparison found: see ``sync/compare/outcome.py``.
``years``
    See ``trial_balance``.
``names``
    Names of the accounts that differ or were adjusted, by number.
``open``
    Per receivable and payable account in Odoo ``{account, name, balance, open}``.
``journals``
    ``{code, name, prefix, entries, items, debit, first, last, missing, gaps}``.
``sent``
    ``{items, debit, credit, books}``: what Silverfin acknowledged, and how many items
    of the books belong there.
``not_sent``
    ``{why, entries, items, debit}``; ``why`` is a key of ``NOT_SENT``.
``off_balance``
    Per account that is left out ``{account, items, balance}``.
``locks``
    ``{company, lock, date}``; ``lock`` is the field's name.
``closed_changes``
    What ``silverfin.link._silverfin_closed_changes`` gives, since ``since``.
``digest``
    See ``fingerprint``.

Amounts are texts, debit positive; days are ISO dates.
"""

from datetime import datetime
from typing import NamedTuple

from odoo import fields
from odoo.tools import SQL

from ...ledger.journal_numbers import gap_texts, journal_numbers
from ...ledger.left_out import LeftOut, cancelled, drafts, entries, without_value
from ...ledger.off_balance import off_balance
from ...ledger.open_items import trade_balances
from ..compare.causes import Chart
from ..compare.kept import Compared
from ..compare.outcome import Found
from ..schedule import time_zone
from ..turn import Turn
from .fingerprint import fingerprint
from .trial_balance import trial_balances

LOCKS = (
    "fiscalyear_lock_date",
    "tax_lock_date",
    "sale_lock_date",
    "purchase_lock_date",
    "hard_lock_date",
)
NOT_SENT = (
    "rejected",
    "invalid",
    "held",
    "closing",
    "draft",
    "cancelled",
    "without_value",
)


class Comparison(NamedTuple):
    """What a comparison found, before it was made a result of."""

    before: list[Compared]
    found: Found
    chart: Chart


def gather(turn: Turn, result: dict, comparison: Comparison) -> dict:
    """All of it, read in the transaction at hand."""
    link, cr, scope = turn.link, turn.env.cr, turn.scope
    print_of = fingerprint(cr, link.id)
    names = _names(turn)
    named = {row["account"] for row in result["differences"] + result["adjustments"]}
    since = _last_statement_at(link)
    journals = _journals(turn)
    company = link.company_id
    return {
        "company": {
            "name": company.name,
            "vat": company.vat or "",
            "currency": company.currency_id.name,
        },
        "client_file": {
            "name": link.client_file_name or "",
            "number": link.client_file_number,
        },
        "firm": link.connection_id.sudo().firm_name or link.connection_id.sudo().name,
        "at": fields.Datetime.to_string(fields.Datetime.now()),
        "zone": time_zone(link),
        "result": result,
        "years": trial_balances(
            comparison.before, comparison.found, comparison.chart, names
        ),
        "names": {number: names[number] for number in named & names.keys()},
        "open": [
            {
                "account": row.number,
                "name": names.get(row.number, ""),
                "balance": str(row.balance),
                "open": str(row.open),
            }
            for row in trade_balances(cr, scope)
        ],
        "journals": journals,
        "sent": {
            "items": print_of.items,
            "debit": str(print_of.debit),
            "credit": str(print_of.credit),
            "books": sum(journal["items"] for journal in journals),
        },
        "not_sent": _not_sent(turn),
        "off_balance": [
            {"account": row.number, "items": row.items, "balance": str(row.balance)}
            for row in ([] if scope.off_balance else off_balance(cr, scope))
        ],
        "locks": _locks(link),
        "since": since and fields.Datetime.to_string(since),
        "closed_changes": link._silverfin_closed_changes(since),
        "digest": print_of.digest,
    }


def _names(turn: Turn) -> dict[str, str]:
    """Of the company's accounts, in the reader's language."""
    accounts = turn.env["account.account"].sudo().with_context(active_test=False)
    accounts = accounts.with_company(turn.link.company_id.root_id)
    found = accounts.search([("company_ids", "parent_of", turn.link.company_id.ids)])
    return {account.code: account.name for account in found if account.code}


def _last_statement_at(link) -> datetime | None:
    statements = link.env["silverfin.statement"].sudo()
    return statements.search([("link_id", "=", link.id)], limit=1).made_at or None


def _journals(turn: Turn) -> list[dict]:
    found = journal_numbers(turn.env.cr, turn.scope)
    journals = turn.env["account.journal"].sudo()
    journals = journals.browse([series.journal_id for series in found])
    return [
        {
            "code": journal.code,
            "name": journal.name,
            "prefix": series.prefix,
            "entries": series.entries,
            "items": series.items,
            "debit": str(series.debit),
            "first": series.first,
            "last": series.last,
            "missing": series.missing,
            "gaps": gap_texts(series.gaps),
        }
        for journal, series in zip(journals, found, strict=True)
    ]


def _not_sent(turn: Turn) -> list[dict]:
    cr, scope = turn.env.cr, turn.scope
    cr.execute(
        SQL(
            """SELECT kind, array_agg(move_id) FROM silverfin_rejection
            WHERE link_id = %s GROUP BY kind""",
            turn.link.id,
        )
    )
    aside = {
        kind: entries(cr, scope, tuple(move_ids)) for kind, move_ids in cr.fetchall()
    }
    sums: dict[str, LeftOut] = {
        **aside,
        "closing": entries(cr, scope, scope.left_out_move_ids),
        "draft": drafts(cr, scope),
        "cancelled": cancelled(cr, scope),
        "without_value": without_value(cr, scope),
    }
    return [
        {
            "why": why,
            "entries": sums[why].entries,
            "items": sums[why].items,
            "debit": str(sums[why].debit),
        }
        for why in NOT_SENT
        if why in sums and sums[why].items
    ]


def _locks(link) -> list[dict]:
    return [
        {"company": company.name, "lock": lock, "date": company[lock].isoformat()}
        for company in link._silverfin_companies().sudo()
        for lock in LOCKS
        if company[lock]
    ]
