"""Where a journal entry stands: in Silverfin, waiting, set aside, held, or not sent."""

from datetime import datetime, timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL, format_date

from ..ledger.lines import present
from ..ledger.sent import compared
from ..sync.schedule import PUSHES

STATUSES = [
    ("sent", "In Silverfin"),
    ("waiting", "Waiting"),
    ("aside", "Set aside"),
    ("held", "Held"),
    ("not_sent", "Not sent"),
]
# of which each is compared where somebody filters; beyond, when it was written decides
MOST_COMPARED = 5000
MOST_NAMED = 5


# one idea in a file of its own
# pylint: disable=consider-merging-classes-inherited
class AccountMove(models.Model):
    _inherit = "account.move"

    silverfin_status = fields.Selection(
        STATUSES,
        "Silverfin",
        compute="_compute_silverfin_status",
        search="_search_silverfin_status",
        groups="account_silverfin.group_user",
    )
    silverfin_status_text = fields.Char(
        "Silverfin Says",
        compute="_compute_silverfin_status",
        groups="account_silverfin.group_user",
    )

    @api.depends("state")
    @api.depends_context("lang", "tz", "uid")
    def _compute_silverfin_status(self):
        self.silverfin_status = self.silverfin_status_text = False
        moves = self.filtered(lambda move: isinstance(move.id, int))
        if not moves:
            return
        aside = moves._silverfin_rejections()
        # of several client files, the one where most is to be done
        urgency = ["aside", "held", "waiting", "not_sent", "sent"]
        for link in moves._silverfin_links():
            for move, (status, text) in moves._silverfin_standing(link, aside).items():
                known = move.silverfin_status
                if not known or urgency.index(status) < urgency.index(known):
                    move.silverfin_status = status
                    move.silverfin_status_text = text

    def _silverfin_links(self):
        """The client files that may hold these entries, in sudo."""
        return (
            self.env["silverfin.link"]
            .search([("company_id", "parent_of", self.company_id.ids)])
            .sudo()
        )

    def _silverfin_rejections(self):
        """By (client file, entry): what is set aside or held."""
        found = self.env["silverfin.rejection"].search([("move_id", "in", self.ids)])
        return {(row.link_id.id, row.move_id.id): row for row in found}

    def _silverfin_standing(self, link, aside):
        """(status, words) of those of these entries that are this client file's.

        By their digests, as the engine compares them, and by index: whoever opens a
        page does not wait for the books.
        """
        scope, left_out = self._silverfin_scope(link)
        moves = self.filtered(lambda move: move.company_id.id in scope.company_ids)
        counted = moves._silverfin_counted(link, scope)
        found = {}
        for move in moves:
            *counts, ended_at = counted.get(move.id, (0, 0, 0, None))
            row = aside.get((link.id, move.id))
            if row:
                status = "held" if row.kind == "held" else "aside"
                found[move] = status, row.reason
                continue
            status = self._silverfin_status_of(*counts)
            if status == "waiting":
                text = move._silverfin_waits()
            elif status == "sent":
                text = move._silverfin_since(ended_at)
            elif move.state == "posted":
                text = move._silverfin_why_not(scope, left_out)
            else:
                continue
            found[move] = status, text
        return found

    def _silverfin_scope(self, link):
        """What belongs in the client file, and its closing entries as last found."""
        left_out = (link.position_id.overview or {}).get("left_out") or []
        link = link.with_context(silverfin_left_out=left_out)
        return link._silverfin_scope(()), left_out

    def _silverfin_status_of(self, items, same, known):
        """Of an entry that is not set aside; see ``_silverfin_counted``."""
        if items != same or same != known:
            return "waiting"
        return "sent" if items else "not_sent"

    def _silverfin_counted(self, link, scope):
        """By entry: items, those that Silverfin has as they are, those that it has, and
        when the last of them was sent."""
        ids = tuple(self.ids) or (0,)
        rows, _ids = compared(self.env.cr, scope, SQL("line.move_id IN %s", ids))
        # LATERAL … OFFSET 0: PostgreSQL would rather read all that was acknowledged
        self.env.cr.execute(
            SQL(
                """SELECT move_id, sum(items), sum(same), sum(known), max(ended_at)
                FROM (
                    SELECT item.move_id, count(*) AS items,
                        count(*) FILTER (WHERE known.digest = item.digest) AS same,
                        0 AS known, max(run.ended_at) AS ended_at
                    FROM (%(rows)s) item
                    LEFT JOIN LATERAL (
                        SELECT digest, run_id FROM silverfin_transaction
                        WHERE link_id = %(link)s AND line_id = item.line_id
                            AND part = item.part OFFSET 0
                    ) known ON TRUE
                    LEFT JOIN silverfin_run run ON run.id = known.run_id
                    GROUP BY item.move_id
                    UNION ALL
                    SELECT move_id, 0, 0, count(*), NULL FROM silverfin_transaction
                    WHERE move_id IN %(moves)s AND link_id = %(link)s GROUP BY move_id
                ) side
                GROUP BY move_id""",
                rows=rows,
                link=link.id,
                moves=ids,
            )
        )
        return {move_id: values for move_id, *values in self.env.cr.fetchall()}

    def _silverfin_waits(self):
        if self.state == "posted":
            return self.env._("Waits for the next synchronisation.")
        return self.env._(
            "Still in Silverfin: the next synchronisation removes it there, unless it "
            "is posted again."
        )

    def _silverfin_since(self, ended_at):
        if not ended_at:
            # the run goes on, or was cleaned up since
            return self.env._("In Silverfin")
        day = fields.Datetime.context_timestamp(self, ended_at).date()
        return self.env._("In Silverfin since %s", format_date(self.env, day))

    def _silverfin_why_not(self, scope, left_out):
        if self.id in left_out:
            return self.env._("Not sent: a closing entry, which Silverfin needs not.")
        if scope.start and self.date < scope.start:
            return self.env._(
                "Not sent: it is dated before %s, and part of the opening.",
                format_date(self.env, scope.start),
            )
        return self.env._("Not sent: nothing of it has a value on the balance.")

    # === Filters === #

    def _search_silverfin_status(self, operator, value):
        if operator != "in" or not all(value):
            return NotImplemented
        mine = [("company_id", "in", self.env.companies.ids)]
        links = self.env["silverfin.link"].search(mine).sudo()
        wanted = Domain.FALSE
        for kind, kinds in (("aside", ("rejected", "invalid")), ("held", ("held",))):
            if kind in value:
                wanted |= self._silverfin_set_aside(links, kinds)
        others = {"sent", "waiting", "not_sent"} & set(value)
        if others:
            for link in links:
                wanted |= self._silverfin_with(link, others)
        return wanted

    def _silverfin_set_aside(self, links, kinds):
        rows = SQL(
            "(SELECT move_id FROM silverfin_rejection WHERE link_id = ANY(%s) "
            "AND kind IN %s AND move_id IS NOT NULL)",
            links.ids,
            kinds,
        )
        return Domain("id", "in", rows)

    def _silverfin_with(self, link, statuses):
        """Domain of a client file's entries that are not set aside.

        Those that nobody wrote since the last synchronisation are there as they are,
        or are not sent if they have no items there. The others are compared, unless
        they are very many: then they wait.
        """
        scope, _left_out = self._silverfin_scope(link)
        self.env.flush_all()
        ids = self._silverfin_ids(self._silverfin_doubtful(link, scope))
        known, unsent = self._silverfin_known(link), self._silverfin_unsent(link, scope)
        mine = Domain("company_id", "in", list(scope.company_ids))
        mine &= Domain("state", "=", "posted")
        if len(ids) > MOST_COMPARED:
            # by their numbers: one statement of all this takes PostgreSQL minutes
            found = Domain("id", "in", ids if "waiting" in statuses else [])
            settled = {
                status: set(self._silverfin_ids(query)).difference(ids)
                for status, query in (("sent", known), ("not_sent", unsent))
                if status in statuses
            }
        else:
            counted = self.sudo().browse(ids)._silverfin_counted(link, scope)
            chosen = [
                move_id
                for move_id in ids
                if self._silverfin_status_of(*counted.get(move_id, (0, 0, 0, None))[:3])
                in statuses
            ]
            found = Domain("id", "in", chosen)
            mine &= Domain("id", "not in", ids)
            settled = {"sent": SQL("(%s)", known), "not_sent": SQL("(%s)", unsent)}
        for status in settled.keys() & statuses:
            found |= mine & Domain("id", "in", settled[status])
        return found & ~self._silverfin_set_aside(link, ("rejected", "invalid", "held"))

    def _silverfin_ids(self, query):
        self.env.cr.execute(query)
        return [move_id for (move_id,) in self.env.cr.fetchall()]

    def _silverfin_known(self, link):
        """SELECT of the entries that have items in Silverfin."""
        return SQL(
            """SELECT move_id FROM silverfin_transaction
            WHERE link_id = %s AND move_id > 0""",
            link.id,
        )

    def _silverfin_unsent(self, link, scope):
        """SELECT of the posted entries that have none."""
        return SQL(
            """SELECT entry.id FROM account_move entry
            WHERE entry.company_id IN %s AND entry.state = 'posted' AND NOT EXISTS (
                SELECT FROM silverfin_transaction known
                WHERE known.move_id = entry.id AND known.link_id = %s)""",
            scope.company_ids,
            link.id,
        )

    def _silverfin_doubtful(self, link, scope):
        """SELECT of the entries that are to be compared.

        Of those that are there: what is no longer posted, and what was written since,
        itself or one of its items, unless the run that sent some of it began later. Of
        the others: what has items to be sent.
        """
        unsent = self._silverfin_unsent(link, scope)
        if scope.start:
            # what was open then went with the first synchronisation
            day_before = scope.start - timedelta(days=1)
            unsent = SQL("%s AND entry.date >= %s", unsent, day_before)
        # MATERIALIZED, and a SELECT that is no join: PostgreSQL takes the few for many
        return SQL(
            """WITH touched AS MATERIALIZED (
                SELECT id, max(at) AS at FROM (
                    SELECT id,
                        CASE WHEN state = 'posted' THEN write_date ELSE 'infinity' END
                    FROM account_move WHERE company_id IN %(companies)s
                        AND (write_date > %(since)s OR state <> 'posted')
                    UNION ALL
                    SELECT move_id, write_date FROM account_move_line
                    WHERE company_id IN %(companies)s AND write_date > %(since)s
                ) written (id, at) GROUP BY id
            ), unsent AS MATERIALIZED (%(unsent)s)
            SELECT id FROM touched
            WHERE (SELECT max(COALESCE(run.started_at, '-infinity')) <= touched.at
                FROM silverfin_transaction known
                LEFT JOIN silverfin_run run ON run.id = known.run_id
                WHERE known.move_id = touched.id AND known.link_id = %(link)s)
            UNION ALL
            SELECT id FROM unsent
            WHERE (SELECT TRUE FROM (%(items)s) present LIMIT 1)""",
            companies=scope.company_ids,
            since=self._silverfin_since_when(link),
            link=link.id,
            unsent=unsent,
            items=present(scope, SQL("line.move_id = unsent.id")),
        )

    def _silverfin_since_when(self, link):
        """When the last run that came to its end began; else the first one at all."""
        runs = self.env["silverfin.run"].sudo()
        mine = [("link_id", "=", link.id), ("kind", "in", PUSHES)]
        began = [("started_at", "!=", False)]
        ended = [("state", "in", ("done", "partial"))]
        run = runs.search(mine + began + ended, order="started_at desc", limit=1)
        run = run or runs.search(mine + began, order="started_at", limit=1)
        return run.started_at or datetime.min

    # === The action menu === #

    def action_silverfin_sync(self):
        """Synchronise the client files of these entries, and say what cannot go.

        :raise UserError: where none of them can
        """
        self.check_access("read")
        posted = self.filtered(lambda move: move.state == "posted")
        Link = self.env["silverfin.link"]
        found = Link.search([("company_id", "parent_of", posted.company_id.ids)])
        companies = {
            company: link for link in found for company in link._silverfin_companies()
        }
        going = posted.filtered(lambda move: move.company_id in companies)
        sentences = [
            self._silverfin_named(
                self - posted,
                self.env._("Not sent, as they are not posted: %(entries)s."),
            ),
            self._silverfin_named(
                posted - going,
                self.env._(
                    "Not sent, as their company has no client file: %(entries)s."
                ),
            ),
        ]
        left = " ".join(filter(None, sentences))
        if not going:
            raise UserError(left or self.env._("Choose journal entries first."))
        links = Link.union(*(companies[move.company_id] for move in going))
        # what was set aside as it is goes once more
        self.env["silverfin.rejection"].search(
            [("move_id", "in", going.ids), ("link_id", "in", links.ids)]
        ).sudo().digest = 0
        action = links.action_sync()
        action["params"]["message"] = " ".join(
            filter(
                None,
                (
                    self.env._(
                        "Started for %(companies)s: everything that changed there is "
                        "sent, these entries too.",
                        companies=", ".join(links.mapped("company_id.name")),
                    ),
                    left,
                ),
            )
        )
        if left:
            action["params"] |= {"type": "warning", "sticky": True}
        return action

    def _silverfin_named(self, moves, sentence):
        """The sentence with the names of a few entries; empty without entries."""
        if not moves:
            return ""
        names = [move.display_name for move in moves[:MOST_NAMED]]
        if len(moves) > MOST_NAMED:
            names.append(self.env._("%s more", len(moves) - MOST_NAMED))
        return sentence % {"entries": ", ".join(names)}
