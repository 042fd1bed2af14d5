"""Check-up of what Silverfin holds before our first item, and the stop it may cause.

Read by the worker that starts a first push (``sync/first.py``); nothing is asked here.
"""

import json
from decimal import Decimal

from odoo import models
from odoo.tools.date_utils import subtract

from ..ledger.checkup.account_sums import ZERO
from ..ledger.checkup.opening import opening_against


# one idea in a file of its own
# pylint: disable=consider-merging-classes-inherited
class SilverfinCheckup(models.Model):
    _inherit = "silverfin.checkup"

    def _red_checks(self):
        return [*super()._red_checks(), self._check_there]

    def _check_there(self, books, look):
        """Balances there that did not come from here, or another closing than our
        opening."""
        there = books._origin.position_id.held_there
        if not there or not there["balances"]:
            return []
        balances = {n: Decimal(value) for n, value in there["balances"].items()}
        if not look.scope.start:
            return self._balances_there(books, there, balances)
        if look.problem:
            return []
        differs = opening_against(self.env.cr, look.scope, look.chart, balances)
        if not differs:
            return []
        return [
            self._finding(
                "opening_differs",
                "account.account",
                [("id", "in", [row.account_id for row in differs if row.account_id])],
                sum((max(row.here - row.there, ZERO) for row in differs), ZERO),
                # what came in once can be corrected, and stops nothing any more
                severity="orange" if books.last_sync_at else "red",
                rows=[[row.number, str(row.here), str(row.there)] for row in differs],
                day=subtract(look.scope.start, days=1).isoformat(),
                first=there["first"],
                last=there["last"],
            )
            | {"item_count": len(differs)}
        ]

    def _balances_there(self, books, there, balances):
        if books.last_sync_at:
            # somebody decided, and what is there is compared since
            return []
        accounts = self.env["account.account"].sudo()
        accounts = accounts.with_company(books.company_id.root_id)
        found = accounts.search([("code", "in", sorted(balances))])
        return [
            self._finding(
                "silverfin_holds",
                "account.account",
                [("id", "in", sorted(found.ids))],
                sum((max(value, ZERO) for value in balances.values()), ZERO),
                severity="red",
                first=there["first"],
                last=there["last"],
            )
            | {"item_count": len(balances)}
        ]

    # === The first push === #

    def _stop(self, link):
        """Why a first push must not start; empty where it may.

        Makes a check-up for the person who then looks. What an administrator accepted
        stops no more, until something else is found.

        :return: a sentence
        """
        own = self.sudo()
        books = own._books(link.company_id, link)
        look = own._look(books, for_red=True)
        found = own._found_by(own._red_checks(), books, look)
        red = {_key(row) for row in found if row["severity"] == "red"}
        accepted = own.search(
            [("link_id", "=", link.id), ("accepted_by_id", "!=", False)], limit=1
        )
        if red <= {_key(finding) for finding in accepted.finding_ids}:
            return ""
        checkup = self._check(link.company_id, link)
        findings = checkup.finding_ids.filtered(lambda f: f.severity == "red")
        return self.env._(
            "The check-up of the books stops the first synchronisation. %(findings)s "
            "The check-up on the client file shows where. Then press “Sync to "
            "Silverfin” again. An administrator of Silverfin in this database may "
            "accept it there, and send nevertheless.",
            findings=" ".join(f"{f.title}: {f.what} {f.advice}" for f in findings),
        )


def _key(finding):
    """What is meant: another account makes another finding."""
    return finding["code"], json.dumps(finding["domain"])
