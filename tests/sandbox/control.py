"""``/_control``: the sandbox's helpers over JSON, for other processes.

``POST /_control/<name>`` with a JSON object of arguments, answer JSON; the README lists
them. Records are named by id, applications by client id.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from werkzeug.wrappers import Request, Response

from . import checks
from .answers import Refusal, json_answer
from .core import READINGS, Sandbox
from .requestlog import Entry
from .state import SCOPES, Application, ClientFile, Firm

SWITCHES = (
    "sync_point",
    "max_actions",
    "max_dimensions",
    "loopback_webhooks",
    "adjustments_in_value",
)


class Control:
    """Answers ``/_control/…``."""

    def __init__(self, sandbox: Sandbox, stop: Callable[[], None]) -> None:
        self.sandbox = sandbox
        self.stop = stop

    def answer(self, request: Request) -> Response:
        name = request.path.removeprefix("/_control/")
        method = getattr(self, f"do_{name}", None)
        if method is None or request.method != "POST":
            raise Refusal(404, f"There is no POST /_control/{name}")
        try:
            given = checks.json_object(request.get_data() or b"{}")
            return json_answer(method(**given))
        except (checks.Wrong, TypeError, ValueError, LookupError) as error:
            raise Refusal(422, f"{type(error).__name__}: {error}") from error

    # Looking up

    def _firm(self, id: int) -> Firm:
        return self.sandbox.state.firms[id]

    def _file(self, id: int) -> ClientFile:
        return self.sandbox.state.client_files[id]

    def _application(self, client_id: str) -> Application:
        return self.sandbox.state.applications[client_id]

    # Making

    def do_firm(self, name: str) -> Any:
        firm = self.sandbox.add_firm(name)
        return {"id": firm.id, "name": firm.name}

    def do_user(self, firm: int, email: str, admin: bool = True) -> Any:
        user = self.sandbox.add_user(self._firm(firm), email, admin)
        return {"id": user.id, "email": user.email}

    def do_application(self, redirect_uris: list[str], **fields: Any) -> Any:
        if "signing_tokens" in fields:
            fields["signing_tokens"] = tuple(fields["signing_tokens"])
        return _application(self.sandbox.add_application(redirect_uris, **fields))

    def do_redirect_uris(self, client_id: str, redirect_uris: list[str]) -> Any:
        """Change the addresses an application may be sent back to."""
        application = self._application(client_id)
        application.redirect_uris = tuple(redirect_uris)
        return _application(application)

    def do_client_file(self, firm: int, name: str, **fields: Any) -> Any:
        return _file(self.sandbox.add_client_file(self._firm(firm), name, **fields))

    def do_rename(self, client_file: int, name: str) -> Any:
        file = self._file(client_file)
        file.name = name
        return _file(file)

    def do_set_up_sync(
        self,
        client_file: int,
        reference: str,
        start: str | None = None,
        client_id: str | None = None,
    ) -> Any:
        file = self._file(client_file)
        self.sandbox.set_up_sync(
            file,
            reference,
            date.fromisoformat(start) if start else None,
            self._application(client_id) if client_id else None,
        )
        return _file(file)

    def do_remove_sync(self, client_file: int) -> Any:
        self.sandbox.remove_sync(self._file(client_file))
        return _file(self._file(client_file))

    def do_refresh(self, client_file: int) -> Any:
        """What the refresh arrows do: send ``sync.requested``."""
        self.sandbox.request_sync(self._file(client_file))
        return {}

    def do_grant(
        self, client_id: str, firm: int, scopes: str = " ".join(SCOPES)
    ) -> Any:
        token = self.sandbox.grant(
            self._application(client_id), self._firm(firm), scopes
        )
        return {
            "access_token": token.access_token,
            "refresh_token": token.refresh_token,
            "expires_in": token.expires_in,
        }

    # Looking

    def do_state(self) -> Any:
        """Firms, users, applications (without secrets), client files, references."""
        state = self.sandbox.state
        return {
            "sync_point": self.sandbox.sync_point,
            "now": self.sandbox.now().isoformat(),
            "firms": [{"id": f.id, "name": f.name} for f in state.firms.values()],
            "users": [
                {
                    "id": u.id,
                    "email": u.email,
                    "firms": {str(k): v for k, v in u.firms.items()},
                }
                for u in state.users.values()
            ],
            "applications": [
                {
                    "client_id": a.client_id,
                    "name": a.name,
                    "redirect_uris": a.redirect_uris,
                }
                for a in state.applications.values()
            ],
            "client_files": [_file(file) for file in state.client_files.values()],
            "references": [
                {"firm": firm.id, "client_id": app.client_id, **line._asdict()}
                for firm in state.firms.values()
                for app, line in state.references_of(firm)
            ],
        }

    def do_transactions(self, client_file: int) -> Any:
        lines = self.sandbox.transactions(self._file(client_file))
        return {id: line._asdict() for id, line in lines.items()}

    def do_balance(self, client_file: int, on: str) -> Any:
        return self.sandbox.balance(self._file(client_file), date.fromisoformat(on))

    def do_log(self, since: int = 0) -> Any:
        return [_entry(entry) for entry in self.sandbox.log[since:]]

    def do_deliveries(self) -> Any:
        """The webhooks that were sent; waits for those on their way."""
        self.sandbox.deliveries.wait()
        return [
            {
                "event": sent.event,
                "url": sent.webhook.url,
                "company": sent.company,
                "status": sent.status,
                "error": sent.error,
            }
            for sent in self.sandbox.deliveries
        ]

    def do_overlaps(self, client_file: int) -> Any:
        return {"overlaps": self.sandbox.overlaps(self._file(client_file))}

    # Meddling

    def do_tamper(
        self,
        client_file: int,
        account_number: str,
        on: str,
        amount: int | Decimal | str,
    ) -> Any:
        self.sandbox.tamper(
            self._file(client_file),
            account_number,
            date.fromisoformat(on),
            Decimal(amount),
        )
        return {}

    def do_adjustment(
        self,
        client_file: int,
        account_number: str,
        on: str,
        value: int | Decimal | str,
        description: str = "",
    ) -> Any:
        entry = self.sandbox.add_adjustment(
            self._file(client_file),
            account_number,
            date.fromisoformat(on),
            Decimal(value),
            description,
        )
        return entry._asdict()

    def do_upload(
        self, client_file: int, on: str, amounts: dict[str, int | Decimal | str]
    ) -> Any:
        self.sandbox.upload(
            self._file(client_file),
            date.fromisoformat(on),
            {number: Decimal(amount) for number, amount in amounts.items()},
        )
        return {}

    def do_change_settings(
        self,
        client_file: int,
        years: list[list[str]] | None = None,
        retained_earnings_account: str | None = None,
    ) -> Any:
        """Years and retained-earnings account as somebody sets them by hand."""
        self.sandbox.change_settings(
            self._file(client_file),
            years=years
            and [(date.fromisoformat(a), date.fromisoformat(b)) for a, b in years],
            retained_earnings_account=retained_earnings_account,
        )
        return {}

    def do_wipe(self, client_file: int) -> Any:
        """What a reset by somebody else leaves."""
        self.sandbox.wipe(self._file(client_file))
        return {}

    def do_misconfigure(self, client_file: int, message: str | None = None) -> Any:
        """Let every call on a client file be refused with 409; no message ends it."""
        self._file(client_file).misconfigured = message
        return {}

    def do_fault(self, **fields: Any) -> Any:
        """Put a fault in force; the fields are those of ``faults.Rule``."""
        return {"id": self.sandbox.faults.add(**fields).id}

    def do_faults(self) -> Any:
        """The faults in force, with how often they fired and how many wait."""
        return [
            {
                name: getattr(rule, name)
                for name in ("id", "method", "path", "seen", "fired", "waiting")
            }
            for rule in self.sandbox.faults.rules
        ]

    def do_release(self, id: int | None = None) -> Any:
        """Let held requests go on, those of one fault or all."""
        rules = [r for r in self.sandbox.faults.rules if id in (None, r.id)]
        if not rules:
            raise LookupError("there is no such fault")
        for rule in rules:
            self.sandbox.faults.release(rule)
        return {}

    def do_clear(self) -> Any:
        """End every fault and every rejection."""
        self.sandbox.faults.clear()
        self.sandbox.rejections.clear()
        return {}

    def do_reject(self, **fields: Any) -> Any:
        """Refuse actions with 422; the fields are those of ``faults.Rejection``."""
        self.sandbox.reject(**fields)
        return {}

    def do_revoke(self, client_id: str, firm: int) -> Any:
        application = self._application(client_id)
        return {"revoked": self.sandbox.revoke(application, self._firm(firm))}

    def do_switch(self, **switches: Any) -> Any:
        """Change how the sandbox reads the contract, or its limits."""
        for name, value in switches.items():
            if name not in SWITCHES:
                raise ValueError(f"switches are {', '.join(SWITCHES)}")
            if name == "sync_point" and value not in READINGS:
                raise ValueError(f"sync_point is one of {', '.join(READINGS)}")
            setattr(self.sandbox, name, value)
        return {name: getattr(self.sandbox, name) for name in SWITCHES}

    def do_clock(self, advance: float) -> Any:
        self.sandbox.advance(float(advance))
        return {"now": self.sandbox.now().isoformat()}

    def do_shutdown(self) -> Any:
        self.stop()
        return {}


def _application(application: Application) -> dict[str, Any]:
    return {
        "client_id": application.client_id,
        "client_secret": application.client_secret,
        "redirect_uris": application.redirect_uris,
        "webhook_tokens": application.signing_tokens,
    }


def _file(file: ClientFile) -> dict[str, Any]:
    sync = file.sync
    return {
        "id": file.id,
        "firm": file.firm.id,
        "name": file.name,
        "transactions": len(file.ledger),
        "sync_reference": sync and sync.reference,
        "sync_point": sync and sync.point,
        "sync_start_at": sync and sync.start,
    }


def _entry(entry: Entry) -> dict[str, Any]:
    return {
        name: getattr(entry, name)
        for name in (
            "started",
            "ended",
            "method",
            "path",
            "query",
            "company",
            "application",
            "status",
            "action_count",
            "bytes",
            "message",
            "fault",
        )
    }
