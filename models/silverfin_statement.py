import base64
from decimal import Decimal

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..report.statement_labels import labels
from ..report.statement_sentences import sentences
from ..report.statement_workbook import workbook

SEQUENCE = "silverfin.statement"
REPORT = "account_silverfin.report_statement"


class SilverfinStatement(models.Model):
    """A statement of agreement: numbered, kept with the client file, never changed.

    A worker makes it at the end of a comparison, of ``facts`` alone (see
    ``sync/statement/facts.py``): page, PDF and spreadsheet say the same, whenever they
    are read. Nobody can change or delete one, nor the client file it belongs to.
    """

    _name = "silverfin.statement"
    _description = "Statement of Agreement"
    _order = "id desc"

    name = fields.Char("Number", required=True, readonly=True)
    link_id = fields.Many2one(
        "silverfin.link",
        "Client File",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(related="link_id.company_id", store=True, index=True)
    made_at = fields.Datetime("Made", required=True, readonly=True)
    user_id = fields.Many2one(
        "res.users", "Asked By", readonly=True, ondelete="restrict"
    )
    verdict = fields.Selection(
        [("equal", "Equal"), ("differs", "Differs")], required=True, readonly=True
    )
    basis = fields.Selection(
        [
            ("silverfin", "Read in Silverfin"),
            ("acknowledged", "Accepted by Silverfin"),
        ],
        required=True,
        readonly=True,
    )
    digest = fields.Char("SHA-256", required=True, readonly=True)
    # the comparison it was made of: one statement for each
    run_id = fields.Integer(readonly=True)
    facts = fields.Json(readonly=True)
    lang = fields.Char(readonly=True)
    page = fields.Html(compute="_compute_page", sanitize=False)
    workbook = fields.Binary("Spreadsheet", readonly=True, attachment=True)
    pdf = fields.Binary("PDF", readonly=True, attachment=True)
    # said on the form, where a PDF cannot be made yet
    pdf_missing = fields.Boolean(compute="_compute_pdf_missing")

    _company_name_uniq = models.UniqueIndex("(company_id, name)")
    _run_uniq = models.UniqueIndex("(run_id)")

    # === Kept as they are === #

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise UserError(
                self.env._(
                    "A statement of agreement is made by pressing the button on the "
                    "client file."
                )
            )
        return super().create(vals_list)

    def write(self, vals):
        # the PDF alone is made when somebody first asks for it, and once
        if vals.keys() - {"pdf"} or not self.env.su or any(self.mapped("pdf")):
            raise UserError(self.env._("A statement of agreement cannot be changed."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._("A statement of agreement is kept: it cannot be deleted.")
        )

    # === Making === #

    @api.model
    def _make(self, link, facts, verdict, run):
        """Number it and keep it.

        :param facts: see ``sync/statement/facts.py``
        :param run: the comparison; its user asked
        """
        name = self._next_number(link.company_id)
        say = sentences(self.env, facts, link.company_id.currency_id)
        content = workbook(name, facts, verdict, labels(self.env), say)
        statement = self.sudo().create(
            {
                "name": name,
                "link_id": link.id,
                "made_at": fields.Datetime.to_datetime(facts["at"]),
                "user_id": run.user_id.id,
                "verdict": verdict,
                "basis": facts["result"]["basis"],
                "digest": facts["digest"],
                "run_id": run.id,
                "facts": facts,
                "lang": self.env.lang,
                "workbook": base64.b64encode(content),
            }
        )
        link._message_log(
            body=Markup("%s: %s<br/>SHA-256 %s<br/>%s")
            % (
                statement._get_html_link(
                    title=self.env._("Statement of agreement %s", name)
                ),
                labels(self.env)["verdicts"][verdict],
                facts["digest"],
                self.env._("Asked by %s.", run.user_id.name),
            )
        )
        return statement

    @api.model
    def _next_number(self, company):
        """The next number of the company, without gaps."""
        Sequence = self.env["ir.sequence"].sudo()
        sequence = Sequence.search(
            [("code", "=", SEQUENCE), ("company_id", "=", company.id)], limit=1
        )
        if not sequence:
            sequence = Sequence.create(
                {
                    "name": f"Silverfin: statements of agreement, {company.name}",
                    "code": SEQUENCE,
                    "company_id": company.id,
                    "prefix": "SOA-%(year)s-",
                    "padding": 4,
                    "implementation": "no_gap",
                }
            )
        return sequence.next_by_id()

    # === Looking at it === #

    def _compute_page(self):
        for statement in self:
            statement.page = self.env["ir.qweb"]._render(
                "account_silverfin.statement_body", {"o": statement}
            )

    def _labels(self):
        """Words in the reader's language."""
        return labels(self.env)

    def _sentences(self):
        """What it says, in the reader's language."""
        return sentences(self.env, self.facts, self._currency())

    def _currency(self):
        return self.company_id.currency_id

    @staticmethod
    def _total(rows, side, column):
        """Of a trial balance's column: what debit exceeds credit by."""
        return float(sum(Decimal(row[side][column]) for row in rows))

    def _recompute_url(self):
        """Where this database gives the program that recomputes the hash."""
        return f"{self.get_base_url()}/account_silverfin/static/proof/recompute.py"

    @api.depends("pdf")
    def _compute_pdf_missing(self):
        is_ready = self._makes_pdf()
        for statement in self:
            statement.pdf_missing = not is_ready and not statement.pdf

    @api.model
    def _makes_pdf(self):
        """Whether this server can make a PDF."""
        state = self.env["ir.actions.report"].get_wkhtmltopdf_state()
        return state not in ("install", "broken")

    def action_pdf(self):
        """The PDF; where it cannot be made, the same as a page to print."""
        self.ensure_one()
        self.check_access("read")
        if not self.pdf:
            if not self._makes_pdf():
                return self.action_page()
            report = self.env["ir.actions.report"].sudo()
            content, _kind = report._render_qweb_pdf(REPORT, self.ids)
            self.sudo().pdf = base64.b64encode(content)
        return self._download("pdf", "pdf")

    def action_page(self):
        """A page that the browser can print."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_url",
            "url": f"/report/html/{REPORT}/{self.id}",
            "target": "new",
        }

    def action_workbook(self):
        """The spreadsheet."""
        self.ensure_one()
        self.check_access("read")
        return self._download("workbook", "xlsx")

    def _download(self, field, extension):
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/{field}/"
            f"{self.name}.{extension}?download=true",
            # "download" opens a window, which browsers block after a wait
            "target": "self",
        }
