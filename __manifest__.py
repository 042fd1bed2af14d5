# Part of account_silverfin. See LICENSE file for full copyright and licensing details.
{
    "name": "Silverfin Sync",
    "summary": "Keeps a Silverfin client file equal to the books in Odoo, "
    "and proves it",
    "version": "19.0.0.1.0",
    "category": "Accounting/Accounting",
    "license": "LGPL-3",
    "author": "account_silverfin contributors",
    "depends": ["account", "mail"],
    "data": [
        "security/account_silverfin_groups.xml",
        "security/ir.model.access.csv",
        "security/account_silverfin_security.xml",
        "data/ir_cron.xml",
    ],
}
