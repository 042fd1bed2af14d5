"""What customers owed and suppliers were owed on any day, by age, and as a file."""

from collections import defaultdict
from datetime import timedelta
from decimal import Decimal
from operator import attrgetter

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..ledger.aged import aged_accounts, aged_items
from ..ledger.ages import Ages

KINDS = {
    "receivable": ("asset_receivable",),
    "payable": ("liability_payable",),
    "both": ("asset_receivable", "liability_payable"),
}
MOST_ROWS = 1_048_575
"""Of a sheet, less the one of the headers."""


class SilverfinAged(models.TransientModel):
    _name = "silverfin.aged"
    _description = "Aged Lists for Silverfin"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    date = fields.Date(
        "At the End of",
        required=True,
        default=lambda self: self._end_of_last_month(),
        help="What was settled later is still open in the lists.",
    )
    kind = fields.Selection(
        [
            ("both", "Receivables and payables"),
            ("receivable", "Receivables"),
            ("payable", "Payables"),
        ],
        "List",
        required=True,
        default="both",
    )
    account_id = fields.Many2one(
        "account.account",
        domain="[('account_type', 'in', ('asset_receivable', 'liability_payable')), "
        "('company_ids', 'parent_of', company_id)]",
        help="Silverfin imports the list of one account at a time. Without a choice, "
        "each account has a sheet of its own in the file.",
    )
    age_by = fields.Selection(
        [("due", "Due date"), ("document", "Invoice date")],
        required=True,
        default="due",
    )
    ages = fields.Char(
        "Groups of Days",
        required=True,
        default="30, 60, 90",
        help="The last day of each group. What is older is in one group more.",
    )
    page = fields.Html(compute="_compute_page", sanitize=False)

    @api.model
    def _end_of_last_month(self):
        return fields.Date.context_today(self).replace(day=1) - timedelta(days=1)

    @api.depends("company_id", "date", "kind", "account_id", "age_by", "ages")
    def _compute_page(self):
        for wizard in self:
            if not (wizard.company_id and wizard.date and wizard.kind):
                wizard.page = False
                continue
            try:
                values = wizard._page_values()
            except UserError as error:
                # typed, and not finished yet
                values = {"error": str(error)}
            wizard.page = self.env["ir.qweb"]._render(
                "account_silverfin.aged_page", values
            )

    def _page_values(self):
        accounts, items, ages = self._read()
        rows = [self._account_row(account, items, ages) for account in accounts]
        return {
            "error": False,
            "currency": self.company_id.currency_id,
            "ages": self._age_names(ages),
            "rows": rows,
            "differs": any(row["difference"] for row in rows),
        }

    def action_make(self):
        """The lists as an XLSX file, for Silverfin's *Import reconciliation data*."""
        self.ensure_one()
        return self.env["silverfin.file"]._of_sheets(*self._file())._download()

    # === What was open === #

    def _check_may(self):
        """:raise AccessError: for who may not read the books of the company"""
        self.env["account.move.line"].check_access("read")
        if not self.env.su and self.company_id not in self.env.companies:
            raise AccessError(
                self.env._(
                    "Choose %(company)s in the menu of companies first.",
                    company=self.company_id.sudo().name,
                )
            )

    def _read(self):
        """The accounts, their open items by account, and the groups of age."""
        self._check_may()
        ages = self._ages()
        scope = self.env["silverfin.link"]._of_company(self.company_id)
        scope = scope._scope_of_files()
        kinds = KINDS[self.kind]
        if self.account_id:
            kinds = (self.account_id.account_type,)
        accounts = aged_accounts(self.env.cr, scope, self.date, kinds)
        if self.account_id:
            accounts = [
                account
                for account in accounts
                if account.account_id == self.account_id.id
            ]
        items = defaultdict(list)
        for item in aged_items(
            self.env.cr, scope, self.date, kinds, self.account_id.id
        ):
            items[item.account_id].append(item)
        return (
            [a for a in accounts if a.balance or items[a.account_id]],
            items,
            ages,
        )

    def _ages(self):
        """:raise UserError: these are no groups"""
        try:
            return Ages.of(self.ages or "", not_due=self.age_by == "due")
        except ValueError:
            raise UserError(
                self.env._(
                    "Write the last day of each group, smallest first, with commas "
                    "between them: 30, 60, 90."
                )
            ) from None

    def _age_names(self, ages):
        names = []
        for first, last in ages.spans:
            if first is None:
                name = (
                    self.env._("Up to %(last)s days", last=last)
                    if last
                    else self.env._("Not due")
                )
            elif last is None:
                name = self.env._("Over %(last)s days", last=first - 1)
            else:
                name = self.env._("%(first)s to %(last)s days", first=first, last=last)
            names.append(name)
        return names

    def _sums(self, items, ages):
        """What is open in each group."""
        day = attrgetter("due_date" if self.age_by == "due" else "document_date")
        sums = [Decimal(0) for _span in ages.spans]
        for item in items:
            sums[ages.place(day(item), self.date)] += item.open_value
        return sums

    def _account_row(self, account, items, ages):
        own = items[account.account_id]
        sums = self._sums(own, ages)
        record = self.env["account.account"].sudo().browse(account.account_id)
        return {
            "number": account.number,
            "name": record.name,
            "count": len(own),
            "sums": sums,
            "open": sum(sums),
            "balance": account.balance,
            "difference": account.balance - sum(sums),
        }

    # === The file === #

    def _file(self):
        """Name and sheets of the file.

        :raise UserError: nothing was open, or more than a sheet takes
        """
        self.ensure_one()
        accounts, items, ages = self._read()
        if not accounts:
            raise UserError(
                self.env._(
                    "Nothing was open on %(date)s: choose another day or list.",
                    date=self.date.isoformat(),
                )
            )
        if any(len(items[a.account_id]) > MOST_ROWS for a in accounts):
            raise UserError(
                self.env._(
                    "An account has more open items than an Excel sheet takes. Settle "
                    "what is settled, or choose another account."
                )
            )
        names = self._age_names(ages)
        # what is imported comes first, without a total: Silverfin takes every row
        sheets = [
            self._sheet_of_items(account, items[account.account_id], ages, names)
            for account in accounts
        ]
        sheets.append(self._sheet_of_partners(accounts, items, ages, names))
        sheets.append(self._sheet_of_accounts(accounts, items, ages, names))
        return self._file_name(accounts), sheets

    def _file_name(self, accounts):
        what = {
            "receivable": self.env._("receivables"),
            "payable": self.env._("payables"),
            "both": self.env._("open items"),
        }[self.kind]
        if self.account_id:
            what = accounts[0].number
        name = f"{self.company_id.name} {what} {self.date.isoformat()}"
        return f"{name.replace('/', '-')}.xlsx"

    def _sheet_of_items(self, account, items, ages, names):
        day = attrgetter("due_date" if self.age_by == "due" else "document_date")
        # no digit in a header, as in Silverfin's own files
        columns = [
            (self._partner_header(account), "text", 30),
            (self.env._("Invoice"), "text", 20),
            (self.env._("Description"), "text", 40),
            (self.env._("Date"), "date", 12),
            (self.env._("Due date"), "date", 12),
            (self.env._("Ageing"), "text", 16),
            (self.env._("Days overdue"), "count", 14),
            (self.env._("Original value"), "amount", 16),
            (self.env._("Value"), "amount", 16),
            (self.env._("Currency"), "text", 10),
            (self.env._("Value in currency"), "amount", 18),
        ]
        rows = (
            (
                item.partner,
                item.entry,
                item.description,
                item.document_date,
                item.due_date,
                names[ages.place(day(item), self.date)],
                max((self.date - item.due_date).days, 0),
                item.value,
                item.open_value,
                item.currency,
                item.open_currency,
            )
            for item in items
        )
        return self._sheet_name(account), columns, rows

    def _sheet_of_partners(self, accounts, items, ages, names):
        columns = [
            (self.env._("Account number"), "text", 16),
            (self.env._("Partner"), "text", 30),
            *((name, "amount", 16) for name in names),
            (self.env._("Total"), "amount", 16),
        ]
        rows = []
        for account in accounts:
            by_partner = defaultdict(list)
            for item in items[account.account_id]:
                by_partner[item.partner].append(item)
            for partner, own in by_partner.items():
                sums = self._sums(own, ages)
                rows.append((account.number, partner, *sums, sum(sums)))
        return self.env._("Partners"), columns, rows

    def _sheet_of_accounts(self, accounts, items, ages, names):
        columns = [
            (self.env._("Account number"), "text", 16),
            (self.env._("Account name"), "text", 40),
            (self.env._("Open items"), "count", 12),
            *((name, "amount", 16) for name in names),
            (self.env._("Total"), "amount", 16),
            (self.env._("Balance of the account"), "amount", 24),
            (self.env._("Difference"), "amount", 16),
        ]
        found = [self._account_row(account, items, ages) for account in accounts]
        rows = [
            (
                row["number"],
                row["name"],
                row["count"],
                *row["sums"],
                row["open"],
                row["balance"],
                row["difference"],
            )
            for row in found
        ]
        return self.env._("Accounts"), columns, rows

    def _sheet_name(self, account):
        return account.number or str(account.account_id)

    def _partner_header(self, account):
        if account.kind == "asset_receivable":
            return self.env._("Customer")
        return self.env._("Supplier")
