"""The sandbox itself: its state, its clock, and what people do in Silverfin's screens.

Tests call these helpers directly; other processes reach them over ``/_control``.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

from . import books
from .faults import Faults, Rejection
from .ledger import Transaction
from .requestlog import RequestLog
from .state import (
    SCOPES,
    Account,
    Adjustment,
    Application,
    ClientFile,
    Firm,
    State,
    Sync,
    User,
    Year,
)
from .tokens import Grants, Token
from .webhooks import Deliveries

READINGS = ("issued", "chosen")


class Sandbox:
    """A Silverfin to develop against.

    ``sync_point``: "issued" (the client sends the current one, the answer brings the
    next) or "chosen" (the client sends a new one, which becomes the current).
    ``now``: the clock for codes and tokens; ``advance`` moves it on.
    ``refresh_once``: see tokens.py. ``loopback_webhooks``: http is allowed for
    webhooks to this machine. Limits and locales are what ``GET /settings`` answers.
    """

    def __init__(
        self,
        sync_point: str = "issued",
        now: Callable[[], datetime] | None = None,
        *,
        max_actions: int = 500,
        max_dimensions: int = 4,
        locales: Iterable[str] = ("en", "nl", "fr", "de", "da"),
        refresh_once: bool = False,
        loopback_webhooks: bool = True,
    ) -> None:
        if sync_point not in READINGS:
            raise ValueError(f"sync_point must be one of {', '.join(READINGS)}")
        self.sync_point = sync_point
        self.max_actions = max_actions
        self.max_dimensions = max_dimensions
        self.locales = tuple(locales)
        self.loopback_webhooks = loopback_webhooks
        self.adjustments_in_value = False
        self._now = now or (lambda: datetime.now(timezone.utc))
        self._moved = timedelta(0)
        self.state = State(Grants(self.now, refresh_once))
        self.faults = Faults()
        self.rejections: list[Rejection] = []
        self.log = RequestLog()
        self.deliveries = Deliveries()

    # The clock

    def now(self) -> datetime:
        """The sandbox's time."""
        return self._now() + self._moved

    def advance(self, seconds: float) -> None:
        """Let time pass for codes and tokens."""
        self._moved += timedelta(seconds=seconds)

    # Firms, people, applications

    def add_firm(self, name: str) -> Firm:
        with self.state.lock:
            firm = Firm(self.state.next_id("firm"), name)
            self.state.firms[firm.id] = firm
            return firm

    def add_user(self, firm: Firm, email: str, admin: bool = True) -> User:
        """A user of a firm; the same e-mail in another firm is the same user."""
        with self.state.lock:
            user = self.state.user(email)
            if user is None:
                user = User(self.state.next_id("user"), email)
                self.state.users[user.id] = user
            user.firms[firm.id] = admin
            return user

    def add_application(
        self,
        redirect_uris: Iterable[str] = (),
        *,
        name: str = "Odoo",
        scopes: Iterable[str] = SCOPES,
        client_id: str | None = None,
        client_secret: str | None = None,
        signing_tokens: tuple[str, str] | None = None,
    ) -> Application:
        """An OAuth application; redirect addresses are compared exactly."""
        with self.state.lock:
            application = Application(
                self.state.next_id("application"),
                name,
                client_id or secrets.token_hex(16),
                client_secret or secrets.token_hex(16),
                tuple(redirect_uris),
                frozenset(scopes),
                signing_tokens or (secrets.token_hex(16), secrets.token_hex(16)),
            )
            self.state.applications[application.client_id] = application
            return application

    def grant(
        self,
        application: Application,
        firm: Firm,
        scopes: str | Iterable[str] = SCOPES,
    ) -> Token:
        """A pair of tokens without the browser, as if a firm's admin had allowed it."""
        wanted = frozenset(scopes.split() if isinstance(scopes, str) else scopes)
        if not wanted <= application.scopes:
            raise ValueError("the application may not ask for these scopes")
        with self.state.lock:
            admins = [u for u in self.state.users.values() if u.firms.get(firm.id)]
            user = admins[0] if admins else self.add_user(firm, f"admin@{firm.id}.test")
            return self.state.tokens.issue(application, firm, user, wanted)

    def revoke(self, application: Application, firm: Firm) -> int:
        """End every grant of an application in a firm; how many were alive."""
        with self.state.lock:
            return self.state.tokens.revoke(application, firm)

    # Client files

    def add_client_file(
        self,
        firm: Firm,
        name: str,
        *,
        reporting: str = "yearly",
        analytical: bool = True,
    ) -> ClientFile:
        """A client file that is not synchronised yet."""
        with self.state.lock:
            file = ClientFile(
                self.state.next_id("client_file"), firm, name, reporting, analytical
            )
            self.state.client_files[file.id] = file
            return file

    def set_up_sync(
        self,
        client_file: ClientFile,
        reference: str,
        start: date | None = None,
        application: Application | None = None,
    ) -> Sync:
        """What "Edit client > Sync > Set up sync" does; sends ``company_added``.

        Without ``application`` it is the one that pushed the reference, else the only
        one there is; ValueError when that does not tell. What the file holds stays.
        """
        with self.state.lock:
            chosen = application or self._offering(client_file.firm, reference)
            sync = Sync(chosen, reference, start, new_point())
            sync.used.add(sync.point)
            client_file.sync = sync
            client_file.misconfigured = None
        self.notify(client_file, "sync.company_added")
        return sync

    def _offering(self, firm: Firm, reference: str) -> Application:
        offered = self.state.references_of(firm)
        found = [app for app, line in offered if line.reference == reference]
        found = found or list(self.state.applications.values())
        if len(found) != 1:
            raise ValueError("say which application the reference belongs to")
        return found[0]

    def wipe(self, client_file: ClientFile) -> None:
        """What a reset by somebody else leaves: nothing, and another sync point."""
        with self.state.lock:
            client_file.ledger.wipe()
            client_file.accounts.clear()
            if client_file.sync:
                client_file.sync.point = new_point()
                client_file.sync.used.add(client_file.sync.point)

    def remove_sync(self, client_file: ClientFile) -> None:
        """Take the sync off a client file; sends ``company_removed``."""
        if client_file.sync is None:
            return
        self.notify(client_file, "sync.company_removed")
        with self.state.lock:
            client_file.sync = None

    def request_sync(self, client_file: ClientFile) -> None:
        """What the refresh arrows do; sends ``sync.requested``."""
        self.notify(client_file, "sync.requested")

    def notify(self, client_file: ClientFile, event: str) -> None:
        """Send an event to whoever subscribed to it for the file's application."""
        with self.state.lock:
            sync = client_file.sync
            targets = [
                webhook
                for webhook in self.state.webhooks.values()
                if sync is not None
                and webhook.firm is client_file.firm
                and webhook.application is sync.application
                and event in webhook.events
            ]
        for webhook in targets:
            self.deliveries.send(webhook, event, client_file)

    # Books

    def balance(self, client_file: ClientFile, on: date) -> dict[str, Decimal]:
        """The balance of every account with data at the end of a day."""
        with self.state.lock:
            return books.balances(client_file, on)

    def transactions(self, client_file: ClientFile) -> dict[str, Transaction]:
        """Every transaction of a client file by id."""
        with self.state.lock:
            return {line.id: line for line in client_file.ledger}

    def tamper(
        self, client_file: ClientFile, account_number: str, on: date, amount: Decimal
    ) -> None:
        """Alter a balance by hand from a day on, without a transaction.

        It carries forward like any amount; a reset from before that day wipes it.
        """
        with self.state.lock:
            if account_number not in client_file.accounts:
                raise ValueError(f"account {account_number} is unknown")
            client_file.ledger.alter(account_number, on, amount)

    def add_adjustment(
        self,
        client_file: ClientFile,
        account_number: str,
        on: date,
        value: Decimal,
        description: str = "",
    ) -> Adjustment:
        """What an accountant posts in Silverfin on top of the ledger."""
        with self.state.lock:
            number = self.state.next_id("adjustment")
            entry = Adjustment(number, on, account_number, value, description)
            client_file.adjustments.append(entry)
            return entry

    def upload(
        self, client_file: ClientFile, on: date, amounts: Mapping[str, Decimal]
    ) -> None:
        """What somebody adds by "Upload file": amounts per account, no transactions.

        Accounts that are unknown are made, as assets.
        """
        with self.state.lock:
            for number, amount in amounts.items():
                if number not in client_file.accounts:
                    account = Account(
                        self.state.next_id("account"),
                        number,
                        {"en": f"Uploaded {number}"},
                        "asset",
                    )
                    client_file.accounts[number] = account
                client_file.ledger.alter(number, on, amount)

    def change_settings(
        self,
        client_file: ClientFile,
        *,
        years: Iterable[tuple[date, date]] | None = None,
        retained_earnings_account: str | None = None,
    ) -> None:
        """What somebody sets by hand in the client file: years, each of which takes
        over from the one before, and the retained-earnings account."""
        with self.state.lock:
            if years is not None:
                client_file.years = [Year(*year, True, True) for year in years]
            if retained_earnings_account:
                client_file.retained_earnings_account = retained_earnings_account

    def reject(
        self,
        *,
        account_number: str = "",
        id: str = "",
        description: str = "",
        company: int | None = None,
        message: str = "This transaction cannot be processed.",
        index: bool = True,
    ) -> Rejection:
        """From now on refuse such actions with 422; without ``index`` not saying which.

        Take it back with ``sandbox.rejections.remove(rule)``.
        """
        rule = Rejection(account_number, id, description, company, message, index)
        self.rejections.append(rule)
        return rule

    def overlaps(self, client_file: ClientFile) -> int:
        """How many submits and resets of a file began while another was going on."""
        return self.log.overlaps(client_file.id)


def new_point() -> str:
    """A sync point nobody has seen."""
    return secrets.token_hex(12)
