"""Tells what of the books stays in Odoo by choice."""

NAMED = 5
"""Accounts that a sentence names; the client file's page Accounts lists them all."""


def off_balance_left_out(run) -> str:
    """A sentence for the run's message; empty where there is nothing to say."""
    run.invalidate_recordset()
    if not run.upserted or run.link_id.off_balance:
        # where nothing went, the run before told it
        return ""
    found = run.link_id._off_balance_accounts()
    if not found:
        return ""
    currency = run.link_id.company_id.currency_id
    return run.env._(
        "Off-balance accounts are left out (items: %(items)s): %(accounts)s.",
        items=sum(row.items for row in found),
        accounts=", ".join(
            f"{row.number} {currency.format(float(row.balance))}"
            for row in found[:NAMED]
        )
        + (" …" if len(found) > NAMED else ""),
    )
