# ruff: noqa: F821 (`env` is given by the shell)
"""For `odoo shell`: uninstall the module as the Apps screen does."""

import json
import os
from pathlib import Path

module = env["ir.module.module"].search([("name", "=", "account_silverfin")])
module.button_immediate_uninstall()
env.cr.commit()
Path(json.loads(os.environ["SILVERFIN_GIVEN"])["answer"]).write_text("{}")
