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
        "data/ir_actions_server.xml",
        "wizard/silverfin_connection_code_views.xml",
        "views/silverfin_connection_views.xml",
        "views/oauth_templates.xml",
        "views/silverfin_link_views.xml",
        "views/silverfin_run_views.xml",
        "views/silverfin_rejection_views.xml",
        "views/silverfin_transaction_views.xml",
        "views/verify_report_templates.xml",
        "views/res_config_settings_views.xml",
        "views/silverfin_menus.xml",
    ],
}
