"""Tells which items went without the dimensions that Odoo has for them."""

NAMED = 3
"""Entries that a sentence names; the client file's page Analytics lists them all."""


def without_dimension(run) -> str:
    """A sentence for the run's message; empty where there is nothing to say."""
    run.invalidate_recordset()
    if not run.upserted:
        # nothing went, and the run before told it
        return ""
    link = run.link_id
    reasons = link._items_without_dimension()
    line_ids = list(reasons)
    if not line_ids:
        return ""
    words = {
        "over": run.env._("the analytic lines exceed the item"),
        "sign": run.env._("an analytic account has the other sign"),
        "many": run.env._("there are too many shares"),
        "large": run.env._("the amount is too large to be shared out"),
    }
    moves = run.env["account.move.line"].browse(line_ids[:NAMED]).move_id
    return run.env._(
        "%(count)s items went whole and without dimension (%(reasons)s): %(entries)s. "
        "All of them are listed on the page Analytics.",
        count=len(line_ids),
        reasons="; ".join(
            word for reason, word in words.items() if reason in reasons.values()
        ),
        entries=", ".join(moves.mapped("name"))
        + (" …" if len(line_ids) > NAMED else ""),
    )
