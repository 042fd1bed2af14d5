"""What the sandbox keeps: plain records, no behaviour beyond looking things up.

Everything lives in memory. Ids are whole numbers, as Silverfin's are. ``State.lock``
guards every record; the ``turn`` of a client file is held for a whole write request.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from itertools import count
from typing import TYPE_CHECKING, NamedTuple

from .ledger import Ledger

if TYPE_CHECKING:
    from .tokens import Grants

ACCOUNT_TYPES = ("asset", "liability", "equity", "income", "expense")
NOMINAL_TYPES = ("income", "expense")
REPORTING = ("yearly", "quarterly", "monthly")
WEBHOOK_EVENTS = ("sync.requested", "sync.company_added", "sync.company_removed")

SYNC = "financials:transactions:sync"
TRANSACTIONS = "financials:transactions:read"
WEBHOOKS = "webhooks"
USER_FIRM = "user:firm"
ADMINISTRATION = "administration:read"
FINANCIALS = "financials:read"
SCOPES = (SYNC, WEBHOOKS, USER_FIRM, ADMINISTRATION, FINANCIALS, TRANSACTIONS)


@dataclass(eq=False, slots=True)
class Firm:
    """The accounting firm."""

    id: int
    name: str


@dataclass(eq=False, slots=True)
class User:
    """A person of one or more firms; ``firms`` says for each whether as admin."""

    id: int
    email: str
    firms: dict[int, bool] = field(default_factory=dict)


@dataclass(eq=False, slots=True)
class Application:
    """An OAuth client, as Silverfin hands them out by e-mail."""

    id: int
    name: str
    client_id: str
    client_secret: str = field(repr=False)
    redirect_uris: tuple[str, ...]
    scopes: frozenset[str]
    signing_tokens: tuple[str, str] = field(repr=False)


@dataclass(eq=False, slots=True)
class Account:
    """An account of a client file; ``names`` by locale."""

    id: int
    number: str
    names: dict[str, str]
    type: str

    @property
    def name(self) -> str:
        return self.names.get("en") or next(iter(self.names.values()))


class Year(NamedTuple):
    """A financial year as the company settings give it."""

    start: date
    end: date
    compute_opening_balances: bool
    compute_retained_earnings: bool


class Reference(NamedTuple):
    """A line of the dropdown in "Set up sync"."""

    reference: str
    name: str


@dataclass(eq=False, slots=True)
class Sync:
    """A client file's link to an application, made by "Set up sync"."""

    application: Application
    reference: str
    start: date | None
    point: str
    used: set[str] = field(default_factory=set)


class Adjustment(NamedTuple):
    """What an accountant posted in Silverfin on top of the ledger."""

    id: int
    date: date
    account_number: str
    value: Decimal
    description: str


@dataclass(eq=False)
class ClientFile:
    """One client of a firm, with its books."""

    id: int
    firm: Firm
    name: str
    reporting: str = "yearly"
    analytical: bool = True
    sync: Sync | None = None
    misconfigured: str | None = None
    years: list[Year] = field(default_factory=list)
    retained_earnings_account: str | None = None
    accounts: dict[str, Account] = field(default_factory=dict)
    extra_field_labels: tuple[str, ...] = ()
    ledger: Ledger = field(default_factory=Ledger)
    adjustments: list[Adjustment] = field(default_factory=list)
    period_ids: dict[date, int] = field(default_factory=dict)
    turn: threading.Lock = field(default_factory=threading.Lock, repr=False)


@dataclass(eq=False, slots=True)
class Webhook:
    """A subscription; its events cannot be edited."""

    id: int
    firm: Firm
    application: Application
    url: str
    events: tuple[str, ...]
    user_id: int
    expired_at: datetime | None = None


class State:
    """All records of one sandbox, by id (applications by client id)."""

    def __init__(self, grants: Grants) -> None:
        self.lock = threading.RLock()
        self.firms: dict[int, Firm] = {}
        self.users: dict[int, User] = {}
        self.applications: dict[str, Application] = {}
        self.client_files: dict[int, ClientFile] = {}
        self.webhooks: dict[int, Webhook] = {}
        # By firm and application: the reading of "replaces the list" we took.
        self.references: dict[tuple[int, int], list[Reference]] = {}
        self.tokens = grants
        self._ids = {
            "firm": count(13001),
            "user": count(501),
            "application": count(1),
            "client_file": count(100001),
            "account": count(7000001),
            "period": count(3000001),
            "webhook": count(901),
            "adjustment": count(1),
        }

    def next_id(self, kind: str) -> int:
        """The next free id of one kind of record."""
        return next(self._ids[kind])

    def user(self, email: str) -> User | None:
        """The user with this e-mail address."""
        return next((u for u in self.users.values() if u.email == email), None)

    def files_of(self, firm: Firm) -> list[ClientFile]:
        """The client files of one firm, oldest first."""
        return [f for f in self.client_files.values() if f.firm is firm]

    def references_of(self, firm: Firm) -> list[tuple[Application, Reference]]:
        """Every reference offered in a firm's dropdown, with who pushed it."""
        return [
            (application, reference)
            for application in self.applications.values()
            for reference in self.references.get((firm.id, application.id), ())
        ]
