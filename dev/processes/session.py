"""A logged-in session with an Odoo server, over HTTP as a browser has it."""

from __future__ import annotations

from typing import Any

import requests

PASSWORD = "admin"
"""Of the administrator in demo data."""


class Session:
    """The administrator's."""

    def __init__(self, url: str, database: str, companies: list[int]) -> None:
        self.url = url
        self._context = {"allowed_company_ids": companies}
        self._http = requests.Session()
        login = {"db": database, "login": "admin", "password": PASSWORD}
        self._post("/web/session/authenticate", login)

    def call(
        self, model: str, method: str, ids: Any, *arguments: Any, **context: Any
    ) -> Any:
        """Call a public method on records; where it needs none, `ids` is another."""
        return self._post(
            f"/web/dataset/call_kw/{model}/{method}",
            {
                "model": model,
                "method": method,
                "args": [ids, *arguments],
                "kwargs": {"context": {**self._context, **context}},
            },
        )

    def press(self, model: str, method: str, ids: list[int]) -> Any:
        """Press a button, and give the password where it is asked for."""
        answer = self.call(model, method, ids)
        if answer and answer.get("res_model") == "res.users.identitycheck":
            asked = [answer["res_id"]]
            answer = self.call(
                "res.users.identitycheck", "run_check", asked, password=PASSWORD
            )
        return answer

    def _post(self, path: str, params: dict[str, Any]) -> Any:
        answer = self._http.post(
            self.url + path,
            json={"jsonrpc": "2.0", "method": "call", "params": params},
            timeout=180,
        )
        answer.raise_for_status()
        body = answer.json()
        if "error" in body:
            raise AssertionError(f"{path}: {body['error']['data'].get('debug')}")
        return body["result"]
