# ruff: noqa: F821 (`env` is given by the shell)
"""For `odoo shell`: a connection with a grant, and a client file for each company.

What a person does in the browser is tested elsewhere. Reads its arguments as JSON from
the variable SILVERFIN_GIVEN and writes the ids into the file that they name.
"""

import json
import os
from pathlib import Path
from types import SimpleNamespace

import requests

given = json.loads(os.environ["SILVERFIN_GIVEN"])


def ask(call, /, **arguments):
    """Silverfin's side: the sandbox's control API."""
    answer = requests.post(
        f"{given['url']}/_control/{call}", json=arguments, timeout=30
    )
    answer.raise_for_status()
    return answer.json()


firm = ask("firm", name="The firm")
application = ask("application", redirect_uris=["http://127.0.0.1/none"])
grant = ask("grant", client_id=application["client_id"], firm=firm["id"])

connection = env["silverfin.connection"].create(
    {
        "name": "The firm",
        "base_url": given["url"],
        "client_id": application["client_id"],
        "client_secret": application["client_secret"],
        "read_back": True,
    }
)
connection.sudo().write({"state": "connected", "firm_number": str(firm["id"])})
env["silverfin.token"].sudo()._store(
    connection,
    SimpleNamespace(**grant),
    scopes=" ".join(connection._scopes()),
    redirect_uri="http://127.0.0.1/none",
    firm_number=str(firm["id"]),
)
links = env["silverfin.link"].create(
    [
        {"connection_id": connection.id, "company_id": company}
        for company in given["companies"]
    ]
)
for number in (1, 2, 3):
    env.ref(f"account_silverfin.ir_cron_worker_{number}").active = True
env.cr.commit()

files = {}
work = env["silverfin.run"]
work._cron_run()
for link in links:
    file = ask("client_file", firm=firm["id"], name=link.company_id.name)
    reference = link.sync_reference
    env.cr.commit()
    ask("set_up_sync", client_file=file["id"], reference=reference)
    files[link.company_id.id] = {"link": link.id, "id": file["id"]}
work._ask("companies", connection=connection)
work._cron_run()
Path(given["answer"]).write_text(
    json.dumps({"connection": connection.id, "files": files})
)
