# ruff: noqa: F821 (`env` is given by the shell)
"""For `odoo shell`: a connection to the sink, a client file and an API key.

What a person does in the browser is tested elsewhere.
"""

import json
import os
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

from odoo import fields

given = json.loads(os.environ["SILVERFIN_GIVEN"])
connection = env["silverfin.connection"].create(
    {
        "name": "The sink",
        "base_url": given["url"],
        "client_id": "client",
        "client_secret": "secret",
    }
)
connection.sudo().write({"state": "connected", "firm_number": "1"})
env["silverfin.token"].sudo()._store(
    connection,
    SimpleNamespace(access_token="access", refresh_token="refresh", expires_in=86400),
    scopes=" ".join(connection._scopes()),
    redirect_uri="http://127.0.0.1/none",
    firm_number="1",
)
link = env["silverfin.link"].create(
    {"connection_id": connection.id, "company_id": given["company"]}
)
link.sudo().position_id.write(
    {"state": "ready", "client_file_number": "1", "client_file_name": "The sink's"}
)
# what is queued now is not what is measured
env["silverfin.run"].search([]).write({"state": "cancelled"})
env["ir.cron"].search([]).write({"active": False})
admin = env.ref("base.user_admin")
key = (
    env["res.users.apikeys"]
    .with_user(admin)
    ._generate("rpc", "bench", fields.Datetime.now() + timedelta(days=1))
)
env.cr.commit()
Path(given["answer"]).write_text(json.dumps({"link": link.id, "key": key}))
