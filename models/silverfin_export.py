"""A file of the books for Silverfin's import: made at once, or by a job when large."""

import logging
import mmap
import tempfile

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_date, formatLang
from odoo.tools.date_utils import add, subtract

from ..export import csv_file, rows, xlsx_file
from ..ledger.accounts import number_of
from ..ledger.month_sums import MonthSums, month_sums
from ..ledger.years import financial_years

_logger = logging.getLogger(__name__)

MOST_AT_ONCE = 20_000
"""Rows; for more of them nobody waits at the screen."""
KEPT_DAYS = 7
MIMETYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    # not text/csv: Odoo would read it whole, to index its words
    "csv": "application/csv",
}
WRITERS = {"xlsx": xlsx_file.write, "csv": csv_file.write}


class SilverfinExport(models.Model):
    _name = "silverfin.export"
    _description = "File for Silverfin"
    _inherit = ["mail.thread"]
    _order = "id desc"
    _rec_name = "file_name"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    content = fields.Selection(
        [("items", "Journal items"), ("balances", "One total per account")],
        required=True,
        default="items",
        help="Silverfin takes either, never both in one file.",
    )
    file_type = fields.Selection(
        [("xlsx", "Excel (XLSX)"), ("csv", "CSV")],
        "File",
        required=True,
        default="xlsx",
    )
    date_from = fields.Date(
        "From", compute="_compute_dates", store=True, readonly=False, precompute=True
    )
    date_to = fields.Date(
        "To",
        compute="_compute_dates",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
    )
    with_opening = fields.Boolean(
        "With Opening Balances",
        default=True,
        help="What each account holds before the period, as one row on its first day. "
        "Without these, Silverfin's balances are those of the period alone.",
    )
    state = fields.Selection(
        [
            ("draft", "To be made"),
            ("queued", "Being made"),
            ("done", "Ready"),
            ("failed", "Failed"),
        ],
        required=True,
        default="draft",
        readonly=True,
    )
    # a job that died with its server is tried again, not for ever
    attempts = fields.Integer(readonly=True)
    message = fields.Char(readonly=True)
    row_count = fields.Integer("Rows", readonly=True)
    attachment_id = fields.Many2one("ir.attachment", readonly=True)
    file_name = fields.Char(compute="_compute_file_name")
    is_synchronised = fields.Boolean(compute="_compute_is_synchronised")

    @api.depends("company_id")
    def _compute_is_synchronised(self):
        for export in self:
            known = export.company_id and export._books()._origin
            export.is_synchronised = known and known.state not in ("pending", "removed")

    @api.depends("company_id")
    def _compute_dates(self):
        """The financial year of today, or the last one that has entries."""
        today = fields.Date.context_today(self)
        for export in self:
            books = export.company_id and export._books()
            years = books and [
                year for year in books._silverfin_years() if year.start <= today
            ]
            if years:
                export.date_from, export.date_to = years[-1].start, years[-1].end

    @api.depends("company_id", "content", "date_from", "date_to", "file_type")
    def _compute_file_name(self):
        for export in self:
            what = {
                "items": self.env._("journal items"),
                "balances": self.env._("balances"),
            }.get(export.content, "")
            period = [export.date_to]
            if export.content == "items":
                period.insert(0, export.date_from)
            days = " ".join(day.isoformat() for day in period if day)
            name = f"{export.company_id.name or ''} {what} {days}"
            export.file_name = f"{name.replace('/', '-')}.{export.file_type}"

    # === What the person does === #

    def action_make(self):
        """Make the file; a large one by a job, which tells when it is done."""
        self.ensure_one()
        self._check_may()
        if self.state == "queued":
            return True
        self._check_period()
        if self._count() > MOST_AT_ONCE:
            self.write({"state": "queued", "attempts": 0, "message": False})
            self.env.ref("account_silverfin.ir_cron_export").sudo()._trigger()
            return True
        self._make()
        # the page is read again: it says what the file holds, and offers it
        return True

    def action_download(self):
        """The file, once more."""
        self.ensure_one()
        if not self.attachment_id:
            raise UserError(self.env._("This file is not made yet."))
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self.attachment_id.id}?download=true",
            # "download" opens a window, which browsers block after a wait
            "target": "self",
        }

    def _check_may(self):
        """:raise AccessError: for who may not read the books of the company"""
        self.check_access("write")
        self.env["account.move.line"].check_access("read")

    def _check_period(self):
        """:raise UserError: the period cannot be meant"""
        if self.content == "items" and not self.date_from:
            raise UserError(self.env._("From which day on? Choose the first day."))
        if self.content == "items" and self.date_from > self.date_to:
            raise UserError(
                self.env._("The period ends before it begins: choose other dates.")
            )

    # === The job === #

    @api.model
    def _cron_make(self):
        """Make the files that wait, one at a time. Odoo runs this job once at a time.

        What died with its server left ``attempts`` behind: it is tried once more.
        """
        for export in self.search([("state", "=", "queued")], order="id"):
            if export.attempts > 1:
                export._failed(
                    self.env._(
                        "The server was stopped twice while it made this file: choose "
                        "a shorter period, or CSV."
                    )
                )
            else:
                export.attempts += 1
                # a server that is killed meanwhile must leave its trace
                self.env["ir.cron"]._commit_progress(remaining=1)
                export._make_and_tell()
            if not self.env["ir.cron"]._commit_progress(1):
                break
        if self.search_count([("state", "=", "queued")], limit=1):
            self.env.ref("account_silverfin.ir_cron_export")._trigger()

    def _make_and_tell(self):
        user = self.create_uid
        export = self.with_user(user).with_context(lang=user.lang)
        try:
            with self.env.cr.savepoint():
                export._check_may()
                export._make()
        except UserError as error:
            export._failed(str(error))
            return
        except Exception:
            _logger.exception("File %s could not be made", self.id)
            export._failed(
                export.env._(
                    "Something unexpected happened; the server's log has the details."
                )
            )
            return
        export._tell(export.env._("%s is ready.", export.file_name), "success")

    def _failed(self, reason):
        self.sudo().write({"state": "failed", "message": reason})
        self._tell(
            self.env._("%(file)s: %(why)s", file=self.file_name, why=reason), "danger"
        )

    def _tell(self, sentence, kind):
        """On the screen of the person, where one is open, and as a message."""
        user = self.create_uid
        user._bus_send(
            "simple_notification",
            {"type": kind, "sticky": True, "message": sentence},
        )
        self.sudo().message_notify(
            partner_ids=user.partner_id.ids,
            subject=self.file_name,
            body=sentence,
        )

    @api.autovacuum
    def _gc_exports(self):
        """Files of books do not stay about."""
        limit = subtract(fields.Datetime.now(), days=KEPT_DAYS)
        self.search([("write_date", "<", limit)]).unlink()

    def unlink(self):
        self.sudo().attachment_id.unlink()
        return super().unlink()

    # === The file === #

    def _books(self):
        self.ensure_one()
        return self.env["silverfin.link"]._of_company(self.company_id)

    def _scope(self):
        return self._books()._scope_of_files()

    def _count(self):
        if self.content == "balances":
            return 0
        return rows.sums(self.env.cr, self._scope(), self.date_from, self.date_to).count

    def _make(self):
        """Make the file and keep it; :raise UserError: it cannot be made."""
        with tempfile.TemporaryFile() as file:
            count, sentence = self._write_to(file)
            attachment = self._keep(file)
        self.sudo().attachment_id.unlink()
        self.sudo().write(
            {
                "state": "done",
                "row_count": count,
                "message": sentence,
                "attachment_id": attachment.id,
            }
        )

    def _keep(self, file):
        """Into Odoo's file store, without holding it in memory."""
        Attachment = self.env["ir.attachment"].sudo()
        file.flush()
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
            return Attachment.create(
                {
                    "name": self.file_name,
                    "mimetype": MIMETYPES[self.file_type],
                    "raw": content[:] if Attachment._storage() == "db" else content,
                    "res_model": self._name,
                    "res_id": self.id,
                }
            )

    def _write_to(self, file):
        """Write the file.

        :param file: binary, open for writing
        :return: how many rows, and a sentence that says so
        :raise UserError: it cannot be made as it is asked for
        """
        self._check_period()
        scope = self._scope()
        select, count, total = self._select(scope)
        if not count:
            raise UserError(
                self.env._(
                    "%s has nothing posted in this period: choose other dates.",
                    self.company_id.name,
                )
            )
        if self.file_type == "xlsx" and count > xlsx_file.MOST_ROWS:
            raise UserError(
                self.env._(
                    "%s rows are more than an Excel sheet takes: choose CSV, or a "
                    "shorter period.",
                    self._integer(count),
                )
            )
        WRITERS[self.file_type](
            self.env.cr, select, self._headers(), self.company_id.name, file
        )
        return count, self._sentence(scope, count, total)

    def _select(self, scope):
        """The rows, how many, and what they make together."""
        cr, language = self.env.cr, self.env.lang or "en_US"
        if self.content == "balances":
            amounts = self._amounts(scope, self.date_to)
            total = sum(amounts.values())
            select = rows.balances(scope, amounts, self.date_to, language)
            return select, len(amounts), total
        first, last = self.date_from, self.date_to
        found = rows.sums(cr, scope, first, last)
        self._check_numbers(found.numberless)
        select = rows.items(scope, first, last, language)
        openings = {}
        if self.with_opening:
            openings = self._amounts(scope, subtract(first, days=1), first)
        if openings:
            opening = rows.balances(
                scope, openings, first, language, self.env._("Opening balance")
            )
            select = SQL("%s UNION ALL %s", opening, select)
        return (
            select,
            found.count + len(openings),
            found.total + sum(openings.values()),
        )

    def _amounts(self, scope, day, year_of=None):
        """What each account holds at the end of a day.

        :param year_of: a day of the year in which income and expense begin at zero
        """
        year_of = year_of or day
        books = self._books()
        known = books._known_years(year_of, year_of)
        (year,) = financial_years(self.company_id, year_of, year_of, known)
        cuts = sorted({year.start, add(day, days=1)})
        retained = number_of(self.env.cr, scope, scope.retained_earnings_id) or ""
        sums = MonthSums(cuts, month_sums(self.env.cr, scope, cuts, retained))
        balances = sums.balances(year.start, day, retained)
        amounts = {
            number: balance.closing
            for number, balance in balances.items()
            if balance.closing
        }
        if "" in amounts:
            raise UserError(
                self.env._(
                    "%(company)s has no account for retained earnings with a code, or "
                    "another account has no code. Open Accounting > Configuration > "
                    "Chart of Accounts and give every account one.",
                    company=self.company_id.name,
                )
            )
        return amounts

    def _check_numbers(self, names):
        if names:
            raise UserError(
                self.env._(
                    "These accounts have no code for %(company)s: %(accounts)s. Give "
                    "each one in Accounting > Configuration > Chart of Accounts: "
                    "Silverfin knows accounts by their code.",
                    company=self.company_id.name,
                    accounts=", ".join(names),
                )
            )

    def _headers(self):
        """Of the columns, in order; without digits, as Silverfin asks."""
        names = {
            "day": self.env._("Date"),
            "number": self.env._("Account number"),
            "name": self.env._("Account name"),
            "nature": self.env._("Account type"),
            "value": self.env._("Amount"),
            "description": self.env._("Description"),
            "relation": self.env._("Relation"),
            "journal": self.env._("Journal"),
            "entry": self.env._("Entry"),
        }
        return [names[name] for name in rows.COLUMNS]

    def _sentence(self, scope, count, total):
        sentence = self.env._(
            "%(count)s rows; all amounts together are %(total)s.",
            count=self._integer(count),
            total=formatLang(
                self.env, float(total), currency_obj=self.company_id.currency_id
            ),
        )
        if scope.left_out_move_ids:
            moves = self.env["account.move"].sudo().browse(scope.left_out_move_ids)
            sentence += " " + self.env._(
                "Left out, as Silverfin closes years itself: the closing entries %s.",
                ", ".join(
                    f"{move.name} ({format_date(self.env, move.date)})"
                    for move in moves.sorted("date")
                ),
            )
        return sentence

    def _integer(self, number):
        return formatLang(self.env, number, digits=0)
