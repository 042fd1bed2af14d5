"""Odoo's two external APIs as Silverfin uses them: with a key, and nothing else."""

from __future__ import annotations

import json
import xmlrpc.client
from dataclasses import dataclass
from typing import Any

import requests

LONGEST = 180
"""Seconds that one call may take."""
ACCESS_ERROR = 4
ACCESS_DENIED = 3


@dataclass(frozen=True)
class Answer:
    """`refused`: for want of a right. `failed`: for another reason, named by `text`."""

    value: Any = None
    refused: bool = False
    failed: bool = False
    text: str = ""

    @property
    def good(self) -> bool:
        return not (self.refused or self.failed)


class XmlRpc:
    """The older API; the connection is kept."""

    name = "XML-RPC"

    def __init__(self, url: str, database: str, login: str, key: str) -> None:
        self._http = requests.Session()
        self._url = url
        answer = self._call("common", "authenticate", database, login, key, {})
        # False where the key is refused, and an error where the database is
        self.user_id = answer.good and answer.value
        self._first = (database, self.user_id, key)

    def call(self, model: str, method: str, **arguments: Any) -> Answer:
        """Call a method by the names of its arguments; `ids` are the records."""
        arguments.pop("context", None)
        ids = arguments.pop("ids", None)
        given = [] if ids is None else [ids]
        return self._call(
            "object", "execute_kw", *self._first, model, method, given, arguments
        )

    def _call(self, service: str, method: str, *arguments: Any) -> Answer:
        answer = self._http.post(
            f"{self._url}/xmlrpc/2/{service}",
            data=xmlrpc.client.dumps(arguments, method, allow_none=True).encode(),
            headers={"Content-Type": "text/xml"},
            timeout=LONGEST,
        )
        answer.raise_for_status()
        try:
            return Answer(xmlrpc.client.loads(answer.content)[0][0])
        except xmlrpc.client.Fault as fault:
            refused = fault.faultCode in (ACCESS_ERROR, ACCESS_DENIED)
            return Answer(
                refused=refused, failed=not refused, text=_last(fault.faultString)
            )


class Json2:
    """The newer API; the connection is kept."""

    name = "JSON-2"

    def __init__(self, url: str, database: str, key: str) -> None:
        self._http = requests.Session()
        self._http.headers.update(
            {"Authorization": f"bearer {key}", "X-Odoo-Database": database}
        )
        self._url = url

    def call(self, model: str, method: str, **arguments: Any) -> Answer:
        """Call a method by the names of its arguments; `ids` are the records."""
        answer = self._http.post(
            f"{self._url}/json/2/{model}/{method}", json=arguments, timeout=LONGEST
        )
        if answer.status_code == requests.codes.ok:
            return Answer(answer.json())
        refused = answer.status_code in (401, 403)
        return Answer(refused=refused, failed=not refused, text=_said(answer))


def _said(answer: requests.Response) -> str:
    try:
        body = answer.json()
    except json.JSONDecodeError:
        return f"{answer.status_code} {answer.text[:200]}"
    return f"{answer.status_code} {body.get('name')}: {body.get('message')}"


def _last(text: str) -> str:
    return (text.strip().splitlines() or [""])[-1]
