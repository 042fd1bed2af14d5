"""Tells what is left on accounts that carry forward and go as income or expense."""

from odoo.tools import format_date

NAMED = 3
"""Rests that a sentence names; the client file's page Accounts lists them all."""


def carried_rests(run) -> str:
    """A sentence for the run's message; empty where there is nothing to say."""
    run.invalidate_recordset()
    if not run.upserted:
        # nothing went, and the run before told it
        return ""
    link = run.link_id
    found = link._rests_on(link._carried_proposal())
    if not found:
        return ""
    currency = link.company_id.currency_id
    named = [
        run.env._(
            "%(account)s %(amount)s in the year to %(end)s",
            account=row.number,
            amount=currency.format(float(row.rest)),
            end=format_date(run.env, row.year.end),
        )
        if row.year
        else run.env._(
            "%(account)s %(amount)s before the start date",
            account=row.number,
            amount=currency.format(float(row.rest)),
        )
        for row in found[:NAMED]
    ]
    return run.env._(
        "Accounts that carry balances forward hold a remaining balance, which goes as "
        "part of the result: %(rests)s. The page Accounts offers to send them as "
        "equity.",
        rests="; ".join(named) + (" …" if len(found) > NAMED else ""),
    )
