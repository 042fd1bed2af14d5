"""A logged-in session with an Odoo server, over HTTP as a browser has it."""

from __future__ import annotations

from typing import Any

import requests


class Session:
    """The administrator's."""

    def __init__(self, url: str, database: str, companies: list[int]) -> None:
        self._url = url
        self._context = {"allowed_company_ids": companies}
        self._http = requests.Session()
        login = {"db": database, "login": "admin", "password": "admin"}
        self._post("/web/session/authenticate", login)

    def call(self, model: str, method: str, ids: list[int], *arguments: Any) -> Any:
        """Call a public method on records."""
        return self._post(
            f"/web/dataset/call_kw/{model}/{method}",
            {
                "model": model,
                "method": method,
                "args": [ids, *arguments],
                "kwargs": {"context": self._context},
            },
        )

    def _post(self, path: str, params: dict[str, Any]) -> Any:
        answer = self._http.post(
            self._url + path,
            json={"jsonrpc": "2.0", "method": "call", "params": params},
            timeout=60,
        )
        answer.raise_for_status()
        body = answer.json()
        if "error" in body:
            raise AssertionError(f"{path}: {body['error']['data'].get('debug')}")
        return body["result"]
