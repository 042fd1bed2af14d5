"""Silverfin's wire: every path, field name and reading of an answer, and nothing else.

The one file that changes when Silverfin's API does. Each statement says how sure we
are: *documented* (Silverfin's own pages), *derived* (follows from them), *assumed*
(our best reading). Requests are built here from the dataclasses, answers parsed into
them; keys we do not know are ignored (documented: they may appear at any time).
"""

from __future__ import annotations

import datetime
import hashlib
import hmac
import json
import re
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any, Literal
from urllib.parse import quote, urlencode

from . import exact_json
from .errors import ActionError
from .template import Given, Slot, fill

# --- switches between two readings; read at call time ------------------------------

#: ``"issued"``: Silverfin gives the sync point, we send the current one and keep the
#: one answered (derived). ``"chosen"``: we send a new unique one and keep it once
#: accepted (assumed alternative).
SYNC_POINT_READING: str = "issued"
#: Whether an account's value in a period includes the adjustments (assumed: no).
ADJUSTMENTS_IN_VALUE: bool = False
#: Whether one submit may put an item in and then take it out again (assumed: yes). It
#: is how the line is found that a refusal does not name; off, only the entry is.
TRIALS: bool = True

# --- names and limits ----------------------------------------------------------------

#: Scopes to push (documented names).
PUSH_SCOPES = ("financials:transactions:sync", "webhooks", "user:firm")
#: Scopes to add to read balances back (documented names).
READ_SCOPES = ("administration:read", "financials:read")
#: Scope to add to read open items back (documented name).
OPEN_ITEM_SCOPES = ("financials:transactions:read",)
#: Redirect address where the user copies the code (documented for Silverfin's CLI).
OUT_OF_BAND = "urn:ietf:wg:oauth:2.0:oob"
#: Events a webhook can ask for (documented).
WEBHOOK_EVENTS = ("sync.requested", "sync.company_added", "sync.company_removed")
#: Headers of a webhook's signatures, one for each signing token (documented).
SIGNATURE_HEADERS = ("X-SF-SIGNATURE-1", "X-SF-SIGNATURE-2")
#: Types of an account (assumed: those of Silverfin's manual import).
ACCOUNT_TYPES = ("asset", "liability", "equity", "income", "expense")
#: Categories of an open transaction (documented).
OPEN_CATEGORIES = ("payable", "receivable")
#: Labels of extra fields in one request at most (documented).
MAX_EXTRA_FIELD_LABELS = 10
#: Actions in one request, where ``settings`` does not say (documented).
DEFAULT_MAX_ACTIONS = 500
#: Analytical dimension types are 1 to 4 (documented).
MAX_DIMENSION_TYPE = 4
#: Seconds an access token lives, where the answer does not say (documented).
DEFAULT_EXPIRES_IN = 7200
#: Companies on one page (documented).
COMPANIES_PER_PAGE = 50
#: Accounts of a period on one page (documented); other read-back lists (assumed).
READ_BACK_PER_PAGE = 200

_SYNC_RIGHT = "financials:transactions:sync"  # documented
_WEBHOOK_RIGHT = "webhooks"  # documented
_FIRM_RIGHT = "user:firm"  # derived
_READ_RIGHT = "financials:read"  # documented
_OPEN_ITEMS_RIGHT = "financials:transactions:read"  # documented

#: ``error`` codes of the token endpoint (documented: invalid_grant; others RFC 6749).
GRANT_IS_GONE = frozenset({"invalid_grant"})
CLIENT_IS_REFUSED = frozenset({"invalid_client", "unauthorized_client"})
TOKEN_LATER = frozenset({"temporarily_unavailable"})

AccountType = Literal["asset", "liability", "equity", "income", "expense"]
OpenCategory = Literal["payable", "receivable"]


class Mismatch(ValueError):
    """An answer has not the contract's shape; names the field, never its value."""


# --- what is sent --------------------------------------------------------------------


@dataclass(frozen=True)
class Reference:
    """A sync reference offered in the client file's dropdown; unique in the world."""

    reference: str
    name: str


@dataclass(frozen=True)
class Year:
    """A financial year; both computations are off for the first one that is sent."""

    start: datetime.date
    end: datetime.date
    compute_opening_balances: bool
    compute_retained_earnings: bool


@dataclass(frozen=True)
class Account:
    """A ledger account; ``names`` by locale (``{"en": "Trade debtors"}``)."""

    number: str
    names: dict[str, str]
    type: AccountType


@dataclass(frozen=True)
class Dimension:
    """An analytical dimension of a transaction; ``type`` is 1 to 4."""

    type: int
    code: str
    name: str


@dataclass(frozen=True)
class Upsert:
    """One ledger line to create or replace, keyed by ``id``.

    ``value`` and ``open_value`` are in the company's currency, debit positive;
    ``extra_fields`` follow the request's ``extra_field_labels``.
    """

    id: str
    date: datetime.date
    account_number: str
    value: Decimal
    description: str | None = None
    relation: str | None = None
    open_value: Decimal | None = None
    open_category: OpenCategory | None = None
    dimensions: tuple[Dimension, ...] = ()
    extra_fields: tuple[str | None, ...] = ()


@dataclass(frozen=True)
class Delete:
    """One ledger line to remove."""

    id: str


@dataclass(frozen=True)
class Written:
    """An action whose JSON text is ready, made after :data:`UPSERT` elsewhere."""

    text: str


Action = Upsert | Delete | Written


# --- what is answered ----------------------------------------------------------------


@dataclass(frozen=True)
class Tokens:
    """A pair of tokens; ``expires_in`` seconds for the access token. Never printed."""

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_in: int = DEFAULT_EXPIRES_IN


@dataclass(frozen=True)
class Firm:
    """The accounting firm of the grant."""

    id: str
    name: str


@dataclass(frozen=True)
class Settings:
    """Limits of one request, and the locales of account names (may be empty)."""

    max_actions: int
    max_dimensions: int
    locales: tuple[str, ...]


@dataclass(frozen=True)
class Company:
    """A client file set up to sync; ``sync_reference`` is "" where it has none."""

    id: str
    name: str
    sync_reference: str
    sync_point: str
    sync_start_at: datetime.date | None


@dataclass(frozen=True)
class CompanyInfo:
    """Where the synchronised data of one client file stands."""

    sync_point: str
    sync_start_at: datetime.date | None
    sync_reference: str


@dataclass(frozen=True)
class Webhook:
    """A registered webhook; its events cannot be edited.

    ``expired``: Silverfin does not call it any more.
    """

    id: str
    url: str
    events: tuple[str, ...]
    expired: bool = False


@dataclass(frozen=True)
class Event:
    """What a webhook tells; ``company_id`` is "" where it names no client file."""

    name: str
    company_id: str


@dataclass(frozen=True)
class Period:
    """A reporting period, with its financial year."""

    id: str
    end: datetime.date
    year_start: datetime.date
    year_end: datetime.date


@dataclass(frozen=True)
class AccountValue:
    """An account's balance at a period's end, debit positive."""

    number: str
    name: str
    value: Decimal


@dataclass(frozen=True)
class Adjustment:
    """One account's part of an adjustment that accountants posted in Silverfin."""

    id: str
    description: str
    account_number: str
    value: Decimal


@dataclass(frozen=True)
class OpenItem:
    """An open payable or receivable as Silverfin holds it."""

    id: str
    account_number: str
    relation: str
    date: datetime.date | None
    value: Decimal
    category: str


# --- sync points and ids -------------------------------------------------------------


def point_to_send(current: str) -> str:
    """The sync point to put on the next submit when Silverfin's is ``current``."""
    return current if _issued() else uuid.uuid4().hex


def point_after(sent: str, answer: Mapping[str, Any]) -> str:
    """The sync point after a submit that was sent with ``sent``.

    :raises Mismatch: the answer lacks it, in the reading where it must be there
    """
    # documented key name; that the answer holds it: assumed
    return _key(answer, "sync_point") if _issued() else sent


def _issued() -> bool:
    if SYNC_POINT_READING not in ("issued", "chosen"):
        raise ValueError("SYNC_POINT_READING is either issued or chosen.")
    return SYNC_POINT_READING == "issued"


def transaction_id(line_id: int, part: int) -> str:
    """Our id of a journal item: ``"123"``, or ``"123/2"`` for the second share.

    Of the opening on a start date, ``part`` is negative: ``"opening/123"`` is what was
    open of the item 123, ``"opening/account/17"`` (``line_id`` -17) what else stood on
    the account with the id 17. Not its number, which may change, or equal an item's.
    """
    if part < 0:
        return f"opening/{line_id}" if line_id > 0 else f"opening/account/{-line_id}"
    return f"{line_id}/{part}" if part else str(line_id)


def trial_id(line_id: int, part: int) -> str:
    """The id under which a journal item is tried: of no item that stays there."""
    return f"trial/{transaction_id(line_id, part)}"


# --- requests ------------------------------------------------------------------------


@dataclass(frozen=True)
class Request:
    """One request as it goes over the wire.

    ``right``: the scope it needs. ``token_request``: speaks OAuth and carries no
    bearer. ``actions``: their number, to check indexes in a refusal. ``gone_is_done``:
    a 404 is what was wanted. ``body``: JSON that is written already.
    """

    method: str
    path: str
    right: str = ""
    query: Mapping[str, str] = field(default_factory=dict, repr=False)
    json: Any = field(default=None, repr=False)
    body: bytes | None = field(default=None, repr=False)
    form: Mapping[str, str] | None = field(default=None, repr=False)
    parts: Sequence[tuple[str, str]] | None = field(default=None, repr=False)
    secrets: tuple[str, ...] = field(default=(), repr=False)
    token_request: bool = False
    actions: int = 0
    gone_is_done: bool = False

    @property
    def write(self) -> bool:
        """Whether it may change something there."""
        return self.method != "GET"


def _segment(value: str) -> str:
    text = str(value or "")
    if not text.strip(".") or text != text.strip():
        raise ValueError("An id in a path of Silverfin must not be empty.")
    return quote(text, safe="")


def _syncs(firm_id: str, rest: str) -> str:
    return f"/api/v4/f/{_segment(firm_id)}/syncs/{rest}"  # documented


def _company(firm_id: str, company_id: str, rest: str) -> str:
    return _syncs(firm_id, f"companies/{_segment(company_id)}/{rest}")


def _read_back(firm_id: str, company_id: str, rest: str) -> str:
    # documented
    return f"/api/v4/f/{_segment(firm_id)}/companies/{_segment(company_id)}/{rest}"


def _page(page: int, per_page: int) -> dict[str, str]:
    return {"page": str(page), "per_page": str(per_page)}  # documented


def authorize_path(
    *,
    client_id: str,
    redirect_uri: str,
    scopes: Iterable[str],
    state: str,
    firm_id: str | None,
) -> str:
    """Path and query of the page where an admin of the firm allows the access."""
    query = {  # documented; ``state`` derived (RFC 6749)
        "client_id": client_id,
        "redirect_uri": redirect_uri,
        "response_type": "code",
        "scope": " ".join([scopes] if isinstance(scopes, str) else scopes),
        "state": state,
    }
    firm = f"/f/{_segment(firm_id)}" if firm_id else ""  # documented
    return f"{firm}/oauth/authorize?{urlencode(query, quote_via=quote, safe='')}"


def token_request(
    *,
    firm_id: str,
    client_id: str,
    client_secret: str,
    redirect_uri: str,
    code: str | None = None,
    refresh_token: str | None = None,
) -> Request:
    """Exchange ``code``, or else ``refresh_token``, for a pair of tokens."""
    form = {  # documented; that it may be form-encoded: derived (RFC 6749)
        "client_id": client_id,
        "client_secret": client_secret,
        "redirect_uri": redirect_uri,
    }
    if code is not None:
        form |= {"grant_type": "authorization_code", "code": code}
    else:
        form |= {"grant_type": "refresh_token", "refresh_token": refresh_token or ""}
    return Request(
        "POST",
        f"/f/{_segment(firm_id)}/oauth/token",  # documented
        form=form,
        secrets=(client_secret, code or "", refresh_token or ""),
        token_request=True,
    )


def firm_request(firm_id: str) -> Request:
    """Which firm the token belongs to."""
    # documented
    return Request("GET", f"/api/v4/f/{_segment(firm_id)}/user/firm", _FIRM_RIGHT)


def settings_request(firm_id: str) -> Request:
    """The limits of one request."""
    return Request("GET", _syncs(firm_id, "settings"), _SYNC_RIGHT)  # documented


def companies_request(firm_id: str, page: int) -> Request:
    """One page of the client files set up to sync."""
    return Request(
        "GET",
        _syncs(firm_id, "companies"),  # documented
        _SYNC_RIGHT,
        query=_page(page, COMPANIES_PER_PAGE),
    )


def references_request(firm_id: str, references: Iterable[Reference]) -> Request:
    """Replace the list of references (name documented; place and body assumed)."""
    return Request(
        "POST",
        _syncs(firm_id, "sync_references"),
        _SYNC_RIGHT,
        json={
            "sync_references": [
                {"reference": item.reference, "name": item.name} for item in references
            ]
        },
    )


def company_info_request(firm_id: str, company_id: str) -> Request:
    """Where one client file stands."""
    # documented
    return Request("GET", _company(firm_id, company_id, "info"), _SYNC_RIGHT)


def company_settings_request(
    firm_id: str,
    company_id: str,
    *,
    years: Iterable[Year],
    retained_earnings_account: str | None,
) -> Request:
    """Financial years and the retained-earnings account (path assumed).

    :raises ValueError: a year that ends before it starts, or that computes retained
        earnings without an account for them
    """
    sent = []
    for year in years:
        if _day(year.start) > _day(year.end):
            raise ValueError("A financial year must not end before it starts.")
        if year.compute_retained_earnings and not retained_earnings_account:
            raise ValueError("Computing retained earnings needs their account.")
        sent.append(
            {
                "start_date": year.start.isoformat(),  # name assumed
                "end_date": year.end.isoformat(),  # name assumed
                "compute_opening_balances": year.compute_opening_balances,  # documented
                # documented
                "compute_retained_earnings": year.compute_retained_earnings,
            }
        )
    body: dict[str, Any] = {"years": sent}  # documented
    if retained_earnings_account:
        body["retained_earnings_account"] = retained_earnings_account  # documented
    return Request(
        "POST", _company(firm_id, company_id, "settings"), _SYNC_RIGHT, json=body
    )


@dataclass(frozen=True)
class Content:
    """What is submitted, whatever the sync point then is: ``body`` is JSON but for it.

    Made ahead: nothing should lie between Silverfin's answer and the next request.
    """

    body: bytes = field(repr=False)
    actions: int


def submit_content(
    actions: Iterable[Action],
    accounts: Iterable[Account] = (),
    extra_field_labels: Sequence[str] = (),
) -> Content:
    """Upserts and deletes of ledger lines (body names documented).

    :raises ValueError: what the contract never allows: no actions, more than 10
        labels, more extra fields than labels, a value that is no finite Decimal …
    """
    labels = list(extra_field_labels)
    if len(labels) > MAX_EXTRA_FIELD_LABELS:
        raise ValueError(f"At most {MAX_EXTRA_FIELD_LABELS} extra field labels.")
    texts = [_action_text(action, len(labels)) for action in actions]
    if not texts:
        raise ValueError("A submit without actions.")
    body: dict[str, Any] = {}
    sent_accounts = [_account(account) for account in accounts]
    if sent_accounts:
        body["accounts"] = sent_accounts
    if labels:
        body["extra_field_labels"] = labels
    head = exact_json.dumps(body)[1:-1]
    # spliced: what PostgreSQL wrote is not read and written once more
    parts = (head and b",", head, b',"actions":[', ",".join(texts).encode(), b"]}")
    return Content(b"".join(parts), len(texts))


def submit_request(
    firm_id: str, company_id: str, *, sync_point: str, content: Content
) -> Request:
    """The submit of a content onto a sync point (name documented, path assumed)."""
    if not isinstance(sync_point, str):
        raise ValueError("A sync point is a text.")
    head = exact_json.dumps({"sync_point": sync_point})
    return Request(
        "POST",
        _company(firm_id, company_id, "transactions"),
        _SYNC_RIGHT,
        body=head[:-1] + content.body,
        actions=content.actions,
    )


def _account(account: Account) -> dict[str, Any]:
    if account.type not in ACCOUNT_TYPES:
        raise ValueError(f"{account.type!r} is not an account type.")
    if not account.number:
        raise ValueError("An account without a number.")
    # all three names assumed
    return {
        "number": account.number,
        "names": dict(account.names),
        "type": account.type,
    }


#: One ledger line to create or replace. Every key each time: what is left out might
#: keep its old value there.
UPSERT = {
    "upsert": {  # documented
        "id": Slot("id", "text"),  # documented
        "date": Slot("date", "day"),  # assumed
        "account_number": Slot("account_number", "text"),  # assumed
        "value": Slot("value", "amount"),  # name assumed, sign derived
        "description": Slot("description", "text"),  # assumed
        "relation": Slot("relation", "text"),  # assumed
        # shape documented, name assumed
        "open_transaction": Given(
            "open_value",
            {
                "value": Slot("open_value", "amount"),
                "category": Slot("open_category", "text"),
            },
        ),
        "analytical_dimensions": Slot("dimensions", "json"),  # assumed
        "extra_fields": Slot("extra_fields", "texts"),  # name documented
    }
}

#: An analytical dimension: numbers of types documented, names of keys assumed.
DIMENSION = {
    "type": Slot("type", "amount"),
    "code": Slot("code", "text"),
    "name": Slot("name", "text"),
}


def under_id(upsert: Written, id: str) -> Written:
    """The same ledger line under another id."""
    action: Any = exact_json.loads(upsert.text.encode())
    action["upsert"]["id"] = id
    return Written(exact_json.dumps(action).decode())


def _action_text(action: Action, labels: int) -> str:
    if isinstance(action, Written):
        return action.text
    return exact_json.dumps(_action(action, labels)).decode()


def _action(action: Upsert | Delete, labels: int) -> dict[str, Any]:
    if not action.id or not isinstance(action.id, str):
        raise ValueError("The id of an action is a text that is not empty.")
    if isinstance(action, Delete):
        return {"delete": {"id": action.id}}  # documented
    if len(action.extra_fields) > labels:
        raise ValueError("More extra fields than labels for them.")
    if not action.account_number:
        raise ValueError("An upsert without an account number.")
    if action.open_value is not None:
        _amount(action.open_value)
    if (action.open_value is None) != (action.open_category is None) or (
        action.open_category not in (None, *OPEN_CATEGORIES)
    ):
        raise ValueError("An open item needs a value and payable or receivable.")
    filled: dict[str, Any] = fill(
        UPSERT,
        {
            "id": action.id,
            "date": _day(action.date),
            "account_number": action.account_number,
            "value": _amount(action.value),
            "description": action.description,
            "relation": action.relation,
            "open_value": action.open_value,
            "open_category": action.open_category,
            "dimensions": [_dimension(dimension) for dimension in action.dimensions],
            "extra_fields": list(action.extra_fields),
        },
    )
    return filled


def _dimension(dimension: Dimension) -> dict[str, Any]:
    if isinstance(dimension.type, bool) or dimension.type not in range(
        1, MAX_DIMENSION_TYPE + 1
    ):
        raise ValueError(f"A dimension type is 1 to {MAX_DIMENSION_TYPE}.")
    filled: dict[str, Any] = fill(DIMENSION, vars(dimension))
    return filled


def _amount(value: Decimal) -> Decimal:
    if not isinstance(value, Decimal) or not value.is_finite():
        raise ValueError("An amount is a finite Decimal.")
    return value


def _day(value: datetime.date) -> datetime.date:
    if not isinstance(value, datetime.date) or isinstance(value, datetime.datetime):
        raise ValueError("A day is a date without a time.")
    return value


def reset_request(
    firm_id: str, company_id: str, after_date: datetime.date | None
) -> Request:
    """Wipe what was synchronised, wholly or later than ``after_date``.

    Documented; that the date goes into the query, and that the day itself stays:
    assumed. So give the day before the oldest change.
    """
    query = {"after_date": _day(after_date).isoformat()} if after_date else {}
    return Request(
        "DELETE", _company(firm_id, company_id, "reset"), _SYNC_RIGHT, query=query
    )


def webhooks_request(firm_id: str) -> Request:
    """The registered webhooks."""
    return Request("GET", _syncs(firm_id, "webhooks"), _WEBHOOK_RIGHT)  # documented


def create_webhook_request(firm_id: str, url: str, events: Iterable[str]) -> Request:
    """Register an address for events (documented: multipart, ``events[]``)."""
    names = list(events)
    if not url or not names:
        raise ValueError("A webhook needs an address and at least one event.")
    return Request(
        "POST",
        _syncs(firm_id, "webhooks"),
        _WEBHOOK_RIGHT,
        parts=[("url", url), *(("events[]", name) for name in names)],
        # our own key is in the address: it must not come back in an error's text
        secrets=(url,),
    )


def delete_webhook_request(firm_id: str, webhook_id: str) -> Request:
    """Remove a webhook (derived); one that is gone already counts as removed."""
    return Request(
        "DELETE",
        _syncs(firm_id, f"webhooks/{_segment(webhook_id)}"),
        _WEBHOOK_RIGHT,
        gone_is_done=True,
    )


def periods_request(firm_id: str, company_id: str, page: int) -> Request:
    """One page of a client file's periods (documented; paging assumed)."""
    return Request(
        "GET",
        _read_back(firm_id, company_id, "periods"),
        _READ_RIGHT,
        query=_page(page, READ_BACK_PER_PAGE),
    )


def period_accounts_request(
    firm_id: str, company_id: str, period_id: str, page: int
) -> Request:
    """One page of a period's account values (documented)."""
    return Request(
        "GET",
        _read_back(firm_id, company_id, f"periods/{_segment(period_id)}/accounts"),
        _READ_RIGHT,
        query=_page(page, READ_BACK_PER_PAGE),
    )


def adjustments_request(
    firm_id: str, company_id: str, period_id: str, page: int
) -> Request:
    """One page of a period's adjustments (scope documented, path assumed)."""
    return Request(
        "GET",
        _read_back(firm_id, company_id, f"periods/{_segment(period_id)}/adjustments"),
        _READ_RIGHT,
        query=_page(page, READ_BACK_PER_PAGE),
    )


def open_transactions_request(firm_id: str, company_id: str, page: int) -> Request:
    """One page of the open items (scope documented, path assumed)."""
    return Request(
        "GET",
        _read_back(firm_id, company_id, "open_transactions"),
        _OPEN_ITEMS_RIGHT,
        query=_page(page, READ_BACK_PER_PAGE),
    )


# --- answers -------------------------------------------------------------------------


def read_tokens(payload: object) -> Tokens:
    """Documented. A missing life time does not lose a pair that works only once."""
    life = _whole(_object(payload).get("expires_in"))
    if life is None or life <= 0:
        life = DEFAULT_EXPIRES_IN
    return Tokens(_key(payload, "access_token"), _key(payload, "refresh_token"), life)


def read_firm(payload: object) -> Firm:
    """Documented."""
    return Firm(_id(payload), _text(payload, "name"))


def read_settings(payload: object) -> Settings:
    """Keys assumed, so what is absent falls back to the documented limits."""
    item = _object(payload)
    locales = item.get("account_name_locales") or []
    if not isinstance(locales, list) or not all(isinstance(x, str) for x in locales):
        raise Mismatch("account_name_locales is not a list of texts")
    return Settings(
        _count(item, "max_actions_per_request", DEFAULT_MAX_ACTIONS, least=1),
        _count(item, "max_analytical_dimensions", MAX_DIMENSION_TYPE, least=0),
        tuple(_clean(locale) for locale in locales),
    )


def read_companies(payload: object) -> list[Company]:
    """A bare array, all five keys always there (documented)."""
    return [
        Company(
            _id(item),
            _text(item, "name"),
            _text(item, "sync_reference"),
            _key(item, "sync_point", may_be_empty=True),
            _start(item),
        )
        for item in _list(payload)
    ]


def read_company_info(payload: object) -> CompanyInfo:
    """Documented."""
    return CompanyInfo(
        _key(payload, "sync_point", may_be_empty=True),
        _start(payload),
        _text(payload, "sync_reference"),
    )


def read_submitted(sent: str, payload: object) -> str:
    """The sync point after a submit (assumed)."""
    if payload is None and not _issued():
        return sent
    return point_after(sent, _object(payload))


def read_nothing(payload: object) -> None:
    """Any JSON, or no body at all, will do (assumed)."""


def read_webhook(payload: object) -> Webhook:
    """Keys documented; whether wrapped in ``webhook``: assumed no, both are read."""
    item = _object(payload)
    if isinstance(item.get("webhook"), dict):
        item = item["webhook"]
    events = item.get("events") or []
    if not isinstance(events, list) or not all(isinstance(x, str) for x in events):
        raise Mismatch("events is not a list of texts")
    return Webhook(
        _id(item),
        _text(item, "url"),
        tuple(_clean(x) for x in events),
        # key documented; that it is empty while the webhook lives: derived
        expired=bool(item.get("expired_at")),
    )


def read_webhooks(payload: object) -> list[Webhook]:
    """A list; whether wrapped in ``webhooks``: assumed no, both are read."""
    if isinstance(payload, dict):
        payload = payload.get("webhooks")
    return [read_webhook(item) for item in _list(payload)]


def signature(token: str, body: bytes) -> str:
    """Lower-case hex HMAC-SHA256 of the raw body under a signing token (documented)."""
    return hmac.new(token.encode(), body, hashlib.sha256).hexdigest()


def read_event(payload: object) -> Event:
    """A webhook's body (documented): no firm and no reference is in it."""
    company = _object(payload).get("company")
    return Event(
        _key(payload, "event"), _id(company) if isinstance(company, dict) else ""
    )


def read_periods(payload: object) -> list[Period]:
    """Documented, newest first."""
    return [
        Period(
            _id(item),
            _date(item, "end_date"),
            _date(_inner(item, "fiscal_year"), "start_date"),
            _date(_inner(item, "fiscal_year"), "end_date"),
        )
        for item in _list(payload)
    ]


def read_account_values(payload: object) -> list[AccountValue]:
    """Documented; only accounts with data."""
    return [
        AccountValue(
            _id(_inner(item, "account"), "number"),
            _text(_inner(item, "account"), "name"),
            _money(item, "value"),
        )
        for item in _list(payload)
    ]


def read_adjustments(payload: object) -> list[Adjustment]:
    """Shape assumed: like the accounts of a period, with an id and a description."""
    return [
        Adjustment(
            _id(item),
            _text(item, "description"),
            _id(_inner(item, "account"), "number"),
            _money(item, "value"),
        )
        for item in _list(payload)
    ]


def read_open_items(payload: object) -> list[OpenItem]:
    """Shape assumed."""
    return [
        OpenItem(
            _id(item),
            _id(_inner(item, "account"), "number"),
            _text(item, "relation"),
            None if item.get("date") is None else _date(item, "date"),
            _money(item, "value"),
            _text(item, "category"),
        )
        for item in _list(payload)
    ]


# --- refusals ------------------------------------------------------------------------


def error_code(payload: object) -> str:
    """The OAuth ``error`` code of an answer, "" where there is none (documented)."""
    code = payload.get("error") if isinstance(payload, dict) else None
    return code if isinstance(code, str) else ""


def error_text(payload: object) -> str:
    """What Silverfin says went wrong, "" where nothing can be read.

    ``error`` and ``errors`` documented; ``error_description`` RFC 6749.
    """
    if not isinstance(payload, dict):
        return ""
    said = [
        payload[key]
        for key in ("error", "error_description", "message")
        if isinstance(payload.get(key), str)
    ]
    said += [error.message for error in action_errors(payload, 0)[:3]]
    return ": ".join(dict.fromkeys(said))


def action_errors(payload: object, actions: int) -> list[ActionError]:
    """The refused actions of a 422 (assumed); an index must be below ``actions``."""
    found = payload.get("errors") if isinstance(payload, dict) else payload
    if isinstance(found, str):
        found = [found]
    if isinstance(found, dict):
        found = [f"{key}: {_said(value)}" for key, value in found.items()]
    if not isinstance(found, list):
        return []
    return [_action_error(item, actions) for item in found]


def _action_error(item: object, actions: int) -> ActionError:
    if not isinstance(item, dict):
        return ActionError(None, _said(item))
    index = _whole(item.get("index"))
    if index is not None and not 0 <= index < actions:
        index = None
    for key in ("message", "error", "detail"):
        if item.get(key):
            return ActionError(index, _said(item[key]))
    return ActionError(index, "")


def _said(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, default=str)


def missing_right(headers: Mapping[str, str], payload: object) -> str | None:
    """The scope a 403 asks for, where told (derived: Doorkeeper and RFC 6750)."""
    told = headers.get("www-authenticate", "") + " " + error_text(payload)
    found = re.search(r'scope[s]?[=:]? ?"([a-z_: ]{1,200})"', told)
    return found.group(1).strip() or None if found else None


# --- reading single values -----------------------------------------------------------


def _object(payload: object) -> dict[str, Any]:
    if not isinstance(payload, dict):
        raise Mismatch("an object is missing")
    return payload


def _list(payload: object) -> list[dict[str, Any]]:
    if not isinstance(payload, list):
        raise Mismatch("a list is missing")
    for item in payload:
        _object(item)
    return payload


def _inner(payload: object, name: str) -> dict[str, Any]:
    inner = _object(payload).get(name)
    if not isinstance(inner, dict):
        raise Mismatch(f"{name} is not an object")
    return inner


def _id(payload: object, name: str = "id") -> str:
    """An id or number, which may come as a number or a text; a text on our side."""
    value = _object(payload).get(name)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return _key(payload, name)


def _key(payload: object, name: str, *, may_be_empty: bool = False) -> str:
    """A text that must be kept to the letter, such as a token or a sync point."""
    value = _object(payload).get(name)
    if not isinstance(value, str) or not (value or may_be_empty):
        raise Mismatch(f"{name} is not a text")
    if value != _clean(value):
        raise Mismatch(f"{name} holds a character that cannot be stored")
    return value


def _text(payload: object, name: str) -> str:
    """A text for people; null and absent are the empty text."""
    value = _object(payload).get(name)
    if value is None:
        return ""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str):
        raise Mismatch(f"{name} is not a text")
    return _clean(value)


def _clean(value: str) -> str:
    """Without NUL and halves of characters: no database can store those."""
    return value.replace("\0", "").encode("utf-8", "ignore").decode()


def _count(item: Mapping[str, Any], name: str, default: int, *, least: int) -> int:
    if item.get(name) is None:
        return default
    value = _whole(item[name])
    if value is None or value < least:
        raise Mismatch(f"{name} is not a number of at least {least}")
    return value


def _whole(value: object) -> int | None:
    """A whole number that may come as a text, None for anything else."""
    if isinstance(value, str) and re.fullmatch("[0-9]{1,9}", value):
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


_NUMBER = re.compile(r"-?[0-9]{1,30}(\.[0-9]{1,30})?\Z")


def _money(payload: object, name: str) -> Decimal:
    value = _object(payload).get(name)
    if isinstance(value, Decimal):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    if isinstance(value, str) and _NUMBER.match(value):
        try:
            return Decimal(value)
        except InvalidOperation:  # traps may be set tighter by the caller's context
            raise Mismatch(f"{name} is not a number") from None
    raise Mismatch(f"{name} is not a number")


def _date(payload: object, name: str) -> datetime.date:
    value = _object(payload).get(name)
    if isinstance(value, str):
        # a time may follow the day; the day as written counts (assumed)
        day, _, _time = value.partition("T")
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", day):
            try:
                return datetime.date.fromisoformat(day)
            except ValueError:
                raise Mismatch(f"{name} is not a date") from None
    raise Mismatch(f"{name} is not a date")


def _start(payload: object) -> datetime.date | None:
    if _object(payload).get("sync_start_at") is None:
        return None
    return _date(payload, "sync_start_at")
