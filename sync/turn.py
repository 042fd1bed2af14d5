"""One worker's turn on one client file: what every step of it needs."""

import time
from dataclasses import dataclass, field

from odoo.exceptions import ValidationError
from odoo.tools import SQL

from ..ledger.scope import Scope
from ..silverfin_api import NotFound, SilverfinClient, wire
from .acknowledged import known_accounts
from .failures import NeedsAttention, firm_unknown
from .live import Teller
from .lock import Lock
from .rows import read_columns, set_columns
from .transaction import commit


class TurnOver(Exception):
    """The turn's time is up: the run goes on in the next one."""


class Cancelled(Exception):
    """A person cancelled the run."""


@dataclass
class Turn:
    """Plain values and handles; read anew at the start of each turn."""

    env: object
    run_id: int
    link: object
    client: SilverfinClient
    lock: Lock
    ends_at: float
    """``time.monotonic()`` after which no request starts, once the turn got on."""
    limits: wire.Settings
    scope: Scope
    position_id: int
    client_file: str
    """Silverfin's number of the client file: a look at the record would open a
    transaction right before a request."""
    known_accounts: dict[str, int] = field(default_factory=dict)
    """Digest by number of the accounts that Silverfin has."""
    checked_accounts: set[tuple[int, str | None]] = field(default_factory=set)
    """(id, number) of accounts that this turn found, or made, up to date there."""
    flight: object = None
    """The :class:`~.flight.Flight` that is on its way."""
    teller: Teller = field(default_factory=Teller)
    """Tells open screens how far it is."""
    got_on: bool = False
    """Something was acknowledged in this turn: the next one will not begin where this
    one did."""
    notes: list[str] = field(default_factory=list)
    """Sentences for the run's message."""
    is_aside: set[int] | None = None
    """Entries that were set aside when it was first asked, and since."""
    held_openings: set[str] | None = None
    """Accounts whose opening is held, once it was asked."""
    refused: set[int] = field(default_factory=set)
    """Entries that Silverfin refused in this turn."""
    nameless_refusals: int = 0
    """Entries in a row that Silverfin refused without naming what is wrong."""
    trials_help: bool = True
    """Trials of lines say which one is refused; False once they were all refused."""

    @classmethod
    def begin(cls, env, run, client: SilverfinClient, lock: Lock, ends_at: float):
        """Read the limits, and what of the books belongs in the client file.

        :raise NeedsAttention: the company cannot be synchronised as it is set up
        """
        link = run.link_id
        _check_company(env, link)
        lock.check()
        # the transaction ends before each request
        commit(env)
        try:
            limits = client.settings()
        except NotFound as error:
            # this belongs to the firm: it says nothing about the client file
            raise NeedsAttention(firm_unknown(env, error)) from error
        scope = link._silverfin_scope(limits.locales)
        _check_dimensions(env, scope, limits)
        turn = cls(
            env=env,
            run_id=run.id,
            link=link,
            client=client,
            lock=lock,
            ends_at=ends_at,
            limits=limits,
            scope=scope,
            position_id=link.sudo().position_id.id,
            client_file=link.client_file_number,
        )
        turn.known_accounts = known_accounts(env.cr, link.id)
        return turn

    def request(self) -> None:
        """To be called right before each request but a submit: may it be made?

        :raise TurnOver: the turn's time is up
        :raise LockLost: another worker may be at it
        :raise Cancelled: a person cancelled the run
        """
        self.may_request()
        goes_on = self.is_running()
        commit(self.env)
        if not goes_on:
            raise Cancelled

    def may_request(self, *, got_on: bool = False) -> None:
        """Is there time, and is the client file still ours?

        :param got_on: something was accepted that is not acknowledged yet
        :raise TurnOver: the turn's time is up
        :raise LockLost: another worker may be at it
        """
        if (self.got_on or got_on) and time.monotonic() >= self.ends_at:
            raise TurnOver
        self.lock.check()

    def is_running(self) -> bool:
        """Whether nobody cancelled the run, as the transaction at hand sees it."""
        self.env.cr.execute(
            SQL("SELECT state FROM silverfin_run WHERE id = %s", self.run_id)
        )
        row = self.env.cr.fetchone()
        return bool(row) and row[0] == "running"

    def progress(self, *, last_id: int | None, **counters: int) -> bool:
        """Add to the run's counters, and say how far its windows are dealt with.

        :return: whether nobody cancelled the run
        """
        assignments = [
            SQL("%(c)s = COALESCE(%(c)s, 0) + %(n)s", c=SQL.identifier(name), n=n)
            for name, n in counters.items()
            if n
        ]
        if last_id is not None:
            assignments.append(SQL("last_id = %s", last_id))
        self.env.cr.execute(
            SQL(
                "UPDATE silverfin_run SET %s WHERE id = %s RETURNING state",
                SQL(", ").join(assignments),
                self.run_id,
            )
        )
        row = self.env.cr.fetchone()
        return bool(row) and row[0] == "running"

    def position(self, *columns: str) -> tuple:
        """Columns of the client file's position, as they are now."""
        return read_columns(
            self.env.cr, "silverfin_position", self.position_id, columns
        )

    def columns(self, *columns: str) -> tuple:
        """Columns of the run, as they are now."""
        return read_columns(self.env.cr, "silverfin_run", self.run_id, columns)

    def set(self, **values) -> None:
        """Set columns of the run, in the transaction at hand."""
        set_columns(self.env.cr, "silverfin_run", self.run_id, values)

    def set_position(self, **values) -> None:
        """Set columns of the client file's position, in the transaction at hand."""
        set_columns(self.env.cr, "silverfin_position", self.position_id, values)


def _check_company(env, link) -> None:
    """:raise NeedsAttention: the company cannot be synchronised as it is set up"""
    try:
        link._check_years()
        link._check_start()
    except ValidationError as error:
        raise NeedsAttention(str(error.args[0])) from error
    company = link.company_id
    if not company.root_id.sudo()._existing_accounting() and not company.chart_template:
        raise NeedsAttention(
            env._(
                "%s has no chart of accounts and no entries: choose a chart in "
                "Accounting > Configuration > Settings, or post a first entry.",
                company.name,
            )
        )


def _check_dimensions(env, scope: Scope, limits: wire.Settings) -> None:
    """:raise NeedsAttention: more analytic plans are chosen than Silverfin takes"""
    if len(scope.analytic_plans) > limits.max_dimensions:
        raise NeedsAttention(
            env._(
                "%(count)s analytic plans are chosen, and Silverfin takes at most "
                "%(most)s: choose fewer on the page Analytics of the client file.",
                count=len(scope.analytic_plans),
                most=limits.max_dimensions,
            )
        )
