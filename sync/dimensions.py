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
    line_ids = list(link._items_without_dimension())
    if not line_ids:
        return ""
    moves = run.env["account.move.line"].browse(line_ids[:NAMED]).move_id
    return run.env._(
        "%(count)s items went whole and without dimension, as their analytic lines "
        "exceed them or have the other sign: %(entries)s. All of them are listed on "
        "the page Analytics.",
        count=len(line_ids),
        entries=", ".join(moves.mapped("name"))
        + (" …" if len(line_ids) > NAMED else ""),
    )
