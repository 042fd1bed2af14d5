"""Speaks to Silverfin: one method per call, one transport method, typed errors."""

from __future__ import annotations

import datetime
import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from types import TracebackType
from typing import Any, Generic, TypeVar
from urllib.parse import urlsplit

from . import answers, exact_json, wire
from .address import check_base_url, is_loopback
from .auth import Bearer, NoToken, TokenAuth
from .errors import Misconfigured, Reconnect, Unreadable
from .transport import Answer, Lost, Unusable, WatchedSession, exchange

_logger = logging.getLogger(__name__)
T = TypeVar("T")
#: Pages beyond which a list is no list but a server that never ends it.
_MOST_PAGES = 2000


class Pending(Generic[T]):
    """A call that is on its way."""

    def __init__(self, result: Callable[[], T], wait: Callable[[], None]) -> None:
        self.result = result
        """Wait for the end of the call, then give or raise what came of it. Once."""
        self.wait = wait
        """Wait until nothing is on its way any more, whatever came of it."""


class _Sending:
    """Runs ``send`` in a thread, at once."""

    def __init__(self, send: Callable[[], Answer]) -> None:
        self._send = send
        self._answer: Answer | None = None
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            self._answer = self._send()
        except BaseException as error:
            # raised in the thread that waits
            self._error = error

    def wait(self) -> None:
        """Return when the request has ended."""
        self._thread.join()

    def answer(self) -> Answer:
        """The answer, or what the request raised."""
        self.wait()
        if self._answer is None:
            error, self._error = self._error, None
            assert error is not None
            raise error
        return self._answer


class SilverfinClient:
    """One firm at one address, over connections that are kept and used again.

    ``base_url`` is ``https://host`` (http only for this machine itself). ``firm_id``
    and ``auth`` are needed by all calls except those that get tokens. ``deadline`` is
    the total time in seconds of one request, however slowly bytes drip;
    ``connect_timeout`` the part of it for reaching the server, TLS included. Every
    call raises the errors of ``errors.py``, and ValueError for our own mistakes.
    """

    def __init__(
        self,
        base_url: str,
        *,
        firm_id: str | None = None,
        auth: TokenAuth | None = None,
        connect_timeout: float = 5.0,
        deadline: float = 25.0,
    ) -> None:
        self.base_url = check_base_url(base_url)
        self.firm_id = firm_id
        self._auth = auth
        self._deadline = deadline
        self._session = WatchedSession(
            connect_timeout=connect_timeout,
            direct=is_loopback(urlsplit(self.base_url).hostname or ""),
        )

    def __repr__(self) -> str:
        return f"SilverfinClient({self.base_url!r}, firm_id={self.firm_id!r})"

    def __enter__(self) -> SilverfinClient:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the kept connections; a later call opens new ones."""
        self._session.close()

    # --- OAuth -----------------------------------------------------------------------

    def authorize_url(
        self,
        *,
        client_id: str,
        redirect_uri: str,
        scopes: Iterable[str],
        state: str,
        firm_id: str | None = None,
    ) -> str:
        """The page where an admin of the firm allows the access (documented).

        :raises Misconfigured: a redirect address that Silverfin cannot go back to
        """
        _check_redirect(redirect_uri)
        return self.base_url + wire.authorize_path(
            client_id=client_id,
            redirect_uri=redirect_uri,
            scopes=scopes,
            state=state,
            firm_id=firm_id,
        )

    def exchange_code(
        self,
        *,
        client_id: str,
        client_secret: str,
        code: str,
        redirect_uri: str,
        firm_id: str,
    ) -> wire.Tokens:
        """The first pair of tokens for a single-use code (documented)."""
        request = wire.token_request(
            firm_id=firm_id,
            client_id=client_id,
            client_secret=client_secret,
            redirect_uri=redirect_uri,
            code=code,
        )
        return self._call(request, wire.read_tokens)

    def refresh(
        self,
        *,
        client_id: str,
        client_secret: str,
        refresh_token: str,
        redirect_uri: str,
        firm_id: str,
    ) -> wire.Tokens:
        """A new pair of tokens (documented): store it before its first use.

        The old refresh token dies when the new access token is first used, so after
        an :class:`UnknownOutcome` the old one may still be tried.
        """
        request = wire.token_request(
            firm_id=firm_id,
            client_id=client_id,
            client_secret=client_secret,
            redirect_uri=redirect_uri,
            refresh_token=refresh_token,
        )
        return self._call(request, wire.read_tokens)

    # --- the firm --------------------------------------------------------------------

    def firm(self) -> wire.Firm:
        """The firm of the grant: the connection test (documented)."""
        return self._call(wire.firm_request(self._firm()), wire.read_firm)

    def settings(self) -> wire.Settings:
        """The limits of one request (path documented, keys assumed)."""
        return self._call(wire.settings_request(self._firm()), wire.read_settings)

    def companies(self) -> Iterator[wire.Company]:
        """Every client file set up to sync with us, page by page (documented).

        A generator: an error halfway means that the list is not complete.
        """
        return self._pages(
            lambda page: wire.companies_request(self._firm(), page),
            wire.read_companies,
            wire.COMPANIES_PER_PAGE,
            lambda company: company.id,
        )

    def replace_references(self, references: Iterable[wire.Reference]) -> None:
        """Replace the references offered in client files (assumed)."""
        request = wire.references_request(self._firm(), references)
        self._call(request, wire.read_nothing)

    # --- a company -------------------------------------------------------------------

    def company_info(self, company_id: str) -> wire.CompanyInfo:
        """Where a client file stands (documented)."""
        request = wire.company_info_request(self._firm(), company_id)
        return self._call(request, wire.read_company_info)

    def update_company_settings(
        self,
        company_id: str,
        *,
        years: Iterable[wire.Year],
        retained_earnings_account: str | None,
    ) -> None:
        """Set the financial years (names documented, path assumed)."""
        request = wire.company_settings_request(
            self._firm(),
            company_id,
            years=years,
            retained_earnings_account=retained_earnings_account,
        )
        self._call(request, wire.read_nothing)

    def submit(
        self,
        company_id: str,
        *,
        sync_point: str,
        actions: Iterable[wire.Action],
        accounts: Iterable[wire.Account] = (),
        extra_field_labels: Sequence[str] = (),
    ) -> str:
        """Send upserts and deletes, all or nothing; gives the sync point after.

        ``sync_point`` is what ``wire.point_to_send`` gave. Sending the same again
        changes nothing (derived), but needs the sync point of that moment.
        """
        content = wire.submit_content(actions, accounts, extra_field_labels)
        return self.begin_submit(company_id, sync_point, content).result()

    def begin_submit(
        self, company_id: str, sync_point: str, content: wire.Content
    ) -> Pending[str]:
        """As :meth:`submit`, but come back while the request is on its way.

        Errors of the request are raised by ``result()`` of what is given; nothing
        else may be asked of this client before.
        """
        request = wire.submit_request(
            self._firm(), company_id, sync_point=sync_point, content=content
        )
        return self._begin(request, lambda got: wire.read_submitted(sync_point, got))

    def reset(
        self, company_id: str, *, after_date: datetime.date | None = None
    ) -> None:
        """Wipe what was synchronised; give the day before the oldest change."""
        request = wire.reset_request(self._firm(), company_id, after_date)
        self._call(request, wire.read_nothing)

    # --- webhooks --------------------------------------------------------------------

    def webhooks(self) -> list[wire.Webhook]:
        """The registered webhooks (documented)."""
        return self._call(wire.webhooks_request(self._firm()), wire.read_webhooks)

    def create_webhook(self, url: str, events: Iterable[str]) -> wire.Webhook:
        """Register ``url``, which Silverfin wants to be https (documented)."""
        request = wire.create_webhook_request(self._firm(), url, events)
        return self._call(request, wire.read_webhook)

    def delete_webhook(self, webhook_id: str) -> None:
        """Remove a webhook; one that is gone already is no error (derived)."""
        request = wire.delete_webhook_request(self._firm(), webhook_id)
        self._call(request, wire.read_nothing)

    # --- reading back ----------------------------------------------------------------

    def periods(self, company_id: str) -> list[wire.Period]:
        """The periods of a client file, newest first (documented)."""
        return list(
            self._pages(
                lambda page: wire.periods_request(self._firm(), company_id, page),
                wire.read_periods,
                wire.READ_BACK_PER_PAGE,
                lambda period: period.id,
            )
        )

    def period_accounts(
        self, company_id: str, period_id: str
    ) -> list[wire.AccountValue]:
        """The balances at a period's end, of accounts with data (documented)."""
        return list(
            self._pages(
                lambda page: wire.period_accounts_request(
                    self._firm(), company_id, period_id, page
                ),
                wire.read_account_values,
                wire.READ_BACK_PER_PAGE,
                lambda account: account.number,
            )
        )

    def adjustments(self, company_id: str, period_id: str) -> list[wire.Adjustment]:
        """What accountants posted on top in a period (path and shape assumed)."""
        return list(
            self._pages(
                lambda page: wire.adjustments_request(
                    self._firm(), company_id, period_id, page
                ),
                wire.read_adjustments,
                wire.READ_BACK_PER_PAGE,
                lambda adjustment: (adjustment.id, adjustment.account_number),
            )
        )

    def open_transactions_page(self, company_id: str, page: int) -> list[wire.OpenItem]:
        """One page of a client file's open items (path and shape assumed).

        One that has not ``wire.READ_BACK_PER_PAGE`` of them is the last.
        """
        request = wire.open_transactions_request(self._firm(), company_id, page)
        return self._call(request, wire.read_open_items)

    # --- transport -------------------------------------------------------------------

    def _firm(self) -> str:
        if not self.firm_id:
            raise ValueError("This call needs the number of the firm.")
        return self.firm_id

    def _pages(
        self,
        request: Callable[[int], wire.Request],
        parse: Callable[[object], list[T]],
        per_page: int,
        key: Callable[[T], Any],
    ) -> Iterator[T]:
        """Items of all pages, each once; the first page that is not full is the last.

        :raises Unreadable: a full page with nothing new: the server ignores ``page``,
            and whether the list is whole cannot be known
        """
        seen: set[Any] = set()
        for page in range(1, _MOST_PAGES + 1):
            items = self._call(request(page), parse)
            fresh = [item for item in items if key(item) not in seen]
            if items and not fresh and len(items) >= per_page:
                raise Unreadable("Silverfin gives the same page again and again.")
            for item in fresh:
                if key(item) not in seen:
                    seen.add(key(item))
                    yield item
            if len(items) < per_page:
                return
        raise Unreadable("Silverfin's list has no end.")

    def _call(self, request: wire.Request, parse: Callable[[object], T]) -> T:
        """One call: send, renew the token once if refused, read the answer."""
        if request.token_request:
            answer = self._send(request, NoToken())
            return self._result(request, answer, parse, request.secrets)
        token = self._token()
        return self._finish(request, parse, token, self._send(request, Bearer(token)))

    def _begin(self, request: wire.Request, parse: Callable[[object], T]) -> Pending[T]:
        """A call that is sent by a thread of its own.

        That thread does nothing but HTTP: tokens are read, and renewed, by the
        caller's, which may have locks that others wait for.
        """
        token = self._token()
        sending = _Sending(lambda: self._send(request, Bearer(token)))
        return Pending(
            lambda: self._finish(request, parse, token, sending.answer()), sending.wait
        )

    def _token(self) -> str:
        if self._auth is None:
            raise ValueError("This call needs a token.")
        return self._auth.read()

    def _finish(
        self,
        request: wire.Request,
        parse: Callable[[object], T],
        token: str,
        answer: Answer,
    ) -> T:
        assert self._auth is not None
        if answer.status == 401:
            refused, token = token, self._auth.renew(token)
            if token != refused:
                answer = self._send(request, Bearer(token))
        if answer.status == 401:
            raise Reconnect(
                "Silverfin refuses the access, also after a renewal: connect again.",
                status=401,
            )
        return self._result(request, answer, parse, (token, *request.secrets))

    def _result(
        self,
        request: wire.Request,
        answer: Answer,
        parse: Callable[[object], T],
        secrets: tuple[str, ...],
    ) -> T:
        url = self.base_url + request.path
        return answers.result(request, answer, parse, url=url, secrets=secrets)

    def _send(self, request: wire.Request, auth: Bearer | NoToken) -> Answer:
        content: dict[str, Any] = {"auth": auth, "params": dict(request.query)}
        data = request.body
        if data is None and request.json is not None:
            data = exact_json.dumps(request.json)
        if data is not None:
            content["data"] = data
            content["headers"] = {"Content-Type": "application/json"}
        elif request.form is not None:
            content["data"] = dict(request.form)
        elif request.parts is not None:
            # (None, text): a field of multipart/form-data without a file name
            content["files"] = [(name, (None, text)) for name, text in request.parts]
        began = time.monotonic()
        outcome: object = "no answer"
        size = 0
        failure = None
        try:
            answer = exchange(
                self._session,
                request.method,
                self.base_url + request.path,
                deadline=self._deadline,
                **content,
            )
            outcome, size = answer.status, len(answer.body)
            return answer
        except Lost as error:
            failure = answers.lost(request, error)
        except Unusable as error:
            outcome, failure = error.status, answers.unusable(request, error)
        finally:
            _logger.debug(
                "%s %s: %s in %d ms, %d bytes",
                request.method,
                request.path,
                outcome,
                (time.monotonic() - began) * 1000,
                size,
            )
        try:
            raise failure
        finally:
            # its traceback holds this frame, and this frame must not hold it
            del failure


def _check_redirect(redirect_uri: str) -> None:
    if redirect_uri == wire.OUT_OF_BAND:
        return
    try:
        parts = urlsplit(redirect_uri or "")
        good = parts.scheme in ("https", "http") and bool(parts.hostname)
    except ValueError:
        good = False
    if not good or parts.fragment:
        raise Misconfigured("The redirect address is not a complete web address.")
