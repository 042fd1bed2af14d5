"""A person's browser: pages, forms and Odoo's JSON-RPC, all in one session."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from lxml import html

from .failure import DemoFailure

TIMEOUT = 60


class Browser:
    """One logged-in session with Odoo at ``odoo_url``; it visits Silverfin as well."""

    def __init__(self, odoo_url: str) -> None:
        self.odoo_url = odoo_url
        self._session = requests.Session()
        self._context: dict[str, Any] = {}

    # --- pages

    def open(self, url: str) -> Page:
        """Go to an address, redirects followed."""
        return self._page(lambda: self._session.get(url, timeout=TIMEOUT), url)

    def send(self, method: str, url: str, fields: list[tuple[str, str]]) -> Page:
        """Send a form, redirects followed."""
        given = {"params" if method == "GET" else "data": fields}
        return self._page(
            lambda: self._session.request(method, url, timeout=TIMEOUT, **given), url
        )

    def _page(self, ask: Callable[[], requests.Response], url: str) -> Page:
        try:
            response = ask()
        except requests.RequestException as error:
            raise DemoFailure(f"{_place(url)}: {type(error).__name__}") from error
        page = Page(self, response)
        if response.status_code >= 400:
            raise DemoFailure(
                f"{_place(response.url)} answers {response.status_code}: {page.text()}"
            )
        return page

    # --- Odoo

    def log_in(self, login: str, password: str) -> None:
        """Log in on Odoo's page, and tick all companies that the user has."""
        page = self.open(f"{self.odoo_url}/web/login")
        page.submit({"login": login, "password": password}, form="oe_login_form")
        found = self.search("res.users", [("login", "=", login)], "company_ids")
        self.tick(found[0]["company_ids"])

    def tick(self, company_ids: list[int]) -> None:
        """Work in these companies from now on."""
        self._context = {"allowed_company_ids": company_ids}

    def call(self, model: str, method: str, *args: Any, **kwargs: Any) -> Any:
        """Call a method as the web client does; DemoFailure with Odoo's own words.

        ``context`` adds to the session's.
        """
        kwargs["context"] = {**self._context, **kwargs.get("context", {})}
        name = f"{model}.{method}"
        try:
            response = self._session.post(
                f"{self.odoo_url}/web/dataset/call_kw/{model}/{method}",
                json={
                    "jsonrpc": "2.0",
                    "method": "call",
                    "params": {
                        "model": model,
                        "method": method,
                        "args": args,
                        "kwargs": kwargs,
                    },
                },
                timeout=TIMEOUT,
            )
            answer = response.json()
        except (requests.RequestException, ValueError) as error:
            raise DemoFailure(f"{name}: Odoo gives no answer ({error})") from error
        if "error" in answer:
            data = answer["error"].get("data") or {}
            text = data.get("message") or answer["error"].get("message")
            raise DemoFailure(f"{name}: {data.get('name', 'error')}: {text}")
        # a method that returns nothing has no result
        return answer.get("result")

    def read(self, model: str, ids: list[int], *fields: str) -> list[dict[str, Any]]:
        """Fields of records, in the order of the ids."""
        return self.call(model, "read", ids, list(fields))

    def search(
        self, model: str, domain: list[Any], *fields: str, **options: Any
    ) -> Any:
        """search_read; ``options`` are ``order`` and ``limit``."""
        return self.call(
            model, "search_read", domain, list(fields or ["id"]), **options
        )


class Page:
    """A page that came; its forms can be filled in and sent."""

    def __init__(self, browser: Browser, response: requests.Response) -> None:
        self._browser = browser
        self.url = response.url
        self._tree = html.document_fromstring(response.text or "<html></html>")

    def text(self) -> str:
        """The words of the page's main part."""
        parts = self._tree.xpath("//main") or [self._tree]
        return " ".join(parts[0].text_content().split())[:300]

    def says(self, text: str) -> bool:
        """Whether a text stands anywhere on the page."""
        return text in self._tree.text_content()

    def follow(self, label: str) -> Page:
        """Click on the link with this text."""
        for link in self._tree.xpath("//a[@href]"):
            if link.text_content().strip() == label:
                return self._browser.open(urljoin(self.url, link.get("href")))
        raise DemoFailure(f"{_place(self.url)} has no link “{label}”: {self.text()}")

    def option(self, field: str, ending: str) -> str:
        """The value of a choice whose value ends so."""
        for value in self._tree.xpath(f"//select[@name='{field}']/option/@value"):
            if value.endswith(ending):
                return str(value)
        raise DemoFailure(f"{_place(self.url)} does not offer {ending}: {self.text()}")

    def submit(
        self, values: dict[str, str], *, form: str = "", button: str = ""
    ) -> Page:
        """Fill in the form that has these fields, and press its button.

        :param form: part of the form's class, where a page has several
        :param button: the label of a button that has a name and a value of its own
        """
        for candidate in self._tree.forms:
            names = set(candidate.fields.keys())
            if values.keys() <= names and form in candidate.get("class", ""):
                break
        else:
            raise DemoFailure(f"{_place(self.url)} has no such form: {self.text()}")
        for name, value in values.items():
            candidate.fields[name] = value
        fields = [(name, value or "") for name, value in candidate.form_values()]
        if button:
            fields.append(self._pressed(candidate, button))
        action = urljoin(self.url, candidate.get("action") or self.url)
        return self._browser.send(candidate.method.upper(), action, fields)

    def _pressed(self, form: Any, label: str) -> tuple[str, str]:
        for button in form.xpath(".//button[@name]"):
            if button.text_content().strip() == label:
                return button.get("name"), button.get("value", "")
        raise DemoFailure(f"{_place(self.url)} has no button “{label}”")


def _place(url: str) -> str:
    """An address without its query, which may hold a code."""
    parts = urlsplit(url)
    return f"{parts.netloc}{parts.path}"
