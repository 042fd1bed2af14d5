"""Asks this server what Silverfin would ask, over both of Odoo's external APIs.

No HTTP here: ``ask`` sends one request and gives status and body, or raises NoAnswer.
"""

from __future__ import annotations

import json
import xmlrpc.client
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.parsers.expat import ExpatError

Ask = Callable[[str, str, bytes, Mapping[str, str]], tuple[int, bytes]]


class NoAnswer(Exception):
    """The server was not reached, or said nothing in time; the text says which."""


class Refused(Exception):
    """It answered, but not with what was asked for. ``code`` says why, for a remedy."""

    def __init__(self, code: str, **details: Any) -> None:
        super().__init__(code)
        self.code = code
        self.details = details


@dataclass(frozen=True)
class Finding:
    """One line of the result. ``state``: ``ok``, ``warning`` or ``failed``.

    ``code`` names the sentence, ``details`` are the values in it.
    """

    state: str
    code: str
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Access:
    """What Silverfin is given."""

    login: str
    key: str = field(repr=False)
    database: str


def findings(ask: Ask, access: Access) -> Iterator[Finding]:
    """The steps in order; the first that fails for good ends them."""
    try:
        yield Finding("ok", "reached", {"version": _version(ask)})
    except NoAnswer as error:
        yield Finding("failed", "unreachable", {"reason": str(error)})
        return
    except Refused as error:
        yield Finding("failed", error.code, error.details)
        return
    for label, reader in (("XML-RPC", _XmlRpc), ("JSON-2", _Json2)):
        try:
            yield from _read(label, reader(ask, access))
        except NoAnswer as error:
            yield Finding("failed", "no_answer", {"reason": str(error), "label": label})
        except Refused as error:
            yield Finding("failed", error.code, {**error.details, "label": label})


def _version(ask: Ask) -> str:
    status, body = ask("GET", "/web/version", b"", {})
    if 300 <= status < 400:
        raise Refused("redirected")
    try:
        return str(json.loads(body)["version"])
    except (ValueError, KeyError, TypeError):
        raise Refused("not_odoo", status=status) from None


def _read(label: str, reader: _XmlRpc | _Json2) -> Iterator[Finding]:
    companies = reader.search_read("res.company", ["name"])
    names = ", ".join(sorted(company["name"] for company in companies))
    yield Finding("ok", "companies", {"label": label, "names": names})
    if len(companies) > 1:
        yield Finding("warning", "many_companies", {"label": label})
    accounts = reader.count("account.account", [])
    numberless = reader.count("account.account", [["code", "=", False]])
    if numberless:
        yield Finding(
            "warning",
            "numberless",
            {"label": label, "count": numberless, "total": accounts},
        )
    yield Finding("ok", "accounts", {"label": label, "count": accounts})
    for company in companies:
        domain = [["company_id", "=", company["id"]], ["parent_state", "=", "posted"]]
        lines = reader.count("account.move.line", domain)
        yield Finding(
            "ok" if lines else "warning",
            "lines" if lines else "no_lines",
            {"label": label, "count": lines, "company": company["name"]},
        )
    try:
        reader.count("account.analytic.plan", [])
        yield Finding("ok", "plans", {"label": label})
    except Refused:
        yield Finding("warning", "no_plans", {"label": label})


class _XmlRpc:
    """Odoo's older external API, which Silverfin is known to use."""

    def __init__(self, ask: Ask, access: Access) -> None:
        self._ask = ask
        self._access = access
        self._user_id = self._call(
            "common", "authenticate", access.database, access.login, access.key, {}
        )
        if not self._user_id:
            raise Refused("refused")

    def search_read(self, model: str, names: list[str]) -> list[dict[str, Any]]:
        return self._execute(model, "search_read", [[], names])

    def count(self, model: str, domain: list[Any]) -> int:
        return self._execute(model, "search_count", [domain])

    def _execute(self, model: str, method: str, arguments: list[Any]) -> Any:
        access = self._access
        return self._call(
            "object",
            "execute_kw",
            access.database,
            self._user_id,
            access.key,
            model,
            method,
            arguments,
            {},
        )

    def _call(self, service: str, method: str, *arguments: Any) -> Any:
        status, body = self._ask(
            "POST",
            f"/xmlrpc/2/{service}",
            xmlrpc.client.dumps(arguments, method).encode(),
            {"Content-Type": "text/xml"},
        )
        if status == 404:
            raise Refused("no_api")
        try:
            return xmlrpc.client.loads(body)[0][0]
        except xmlrpc.client.Fault as fault:
            raise Refused(*_fault(fault.faultString)) from None
        except (ExpatError, ValueError, IndexError, xmlrpc.client.Error):
            raise Refused("unreadable") from None


def _fault(text: str) -> tuple[str]:
    if "does not exist" in text and "database" in text:
        return ("database",)
    return ("not_allowed",)


class _Json2:
    """Odoo's newer external API, of Odoo 19 and later."""

    def __init__(self, ask: Ask, access: Access) -> None:
        self._ask = ask
        self._headers = {
            "Content-Type": "application/json",
            "Authorization": f"bearer {access.key}",
            # names the database where a server has several
            "X-Odoo-Database": access.database,
        }

    def search_read(self, model: str, names: list[str]) -> list[dict[str, Any]]:
        return self._call(model, "search_read", {"domain": [], "fields": names})

    def count(self, model: str, domain: list[Any]) -> int:
        return self._call(model, "search_count", {"domain": domain})

    def _call(self, model: str, method: str, arguments: dict[str, Any]) -> Any:
        status, body = self._ask(
            "POST",
            f"/json/2/{model}/{method}",
            json.dumps(arguments).encode(),
            self._headers,
        )
        if status == 401:
            raise Refused("refused")
        if status == 403:
            raise Refused("not_allowed")
        if status == 404:
            raise Refused("no_api")
        try:
            answer = json.loads(body)
        except ValueError:
            raise Refused("unreadable") from None
        if status >= 400:
            raise Refused("unreadable")
        return answer
