"""What Odoo cannot do by itself when the module goes."""


def uninstall_hook(env):
    """Remove our activities, also those that were done: they would keep our types; and
    the sequences of statements, which companies were given as they needed them.

    What is registered at Silverfin stays there: nothing is asked of Silverfin inside a
    user's request. Press Disconnect, and let a worker come, before you uninstall.
    """
    kinds = env["ir.model.data"].search_fetch(
        [("module", "=", "account_silverfin"), ("model", "=", "mail.activity.type")],
        ["res_id"],
    )
    env["mail.activity"].with_context(active_test=False).search(
        [("activity_type_id", "in", kinds.mapped("res_id"))]
    ).unlink()
    env["ir.sequence"].search([("code", "=", "silverfin.statement")]).unlink()
