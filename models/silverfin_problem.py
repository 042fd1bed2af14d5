"""E-mail on problems, to addresses without a login in Odoo: once for each problem."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

# what comes right by itself within it is not told, and many files go in one e-mail
WAIT = timedelta(minutes=5)


class SilverfinProblem(models.Model):
    """A problem that lasts; the row goes when it is solved.

    Written by ``silverfin.trouble`` beside its activities, which may be marked as done
    while the problem lasts: that must not send a second e-mail.
    """

    _name = "silverfin.problem"
    _description = "Silverfin Problem That Lasts"
    _order = "id"

    link_id = fields.Many2one(
        "silverfin.link", "Client File", ondelete="cascade", index=True
    )
    connection_id = fields.Many2one(
        "silverfin.connection", ondelete="cascade", index=True
    )
    kind = fields.Char(required=True)
    mailed_at = fields.Datetime()

    _link_kind_uniq = models.UniqueIndex("(link_id, kind) WHERE link_id IS NOT NULL")
    _connection_kind_uniq = models.UniqueIndex(
        "(connection_id, kind) WHERE link_id IS NULL"
    )

    @api.model
    def _begin(self, record, kind):
        """It is there; again and again, as long as it lasts."""
        if kind not in self._told_by_mail():
            return
        self.env.cr.execute(
            SQL(
                """INSERT INTO silverfin_problem
                    (link_id, connection_id, kind, create_date)
                VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING RETURNING id""",
                record.id if record._name == "silverfin.link" else None,
                record.id if record._name == "silverfin.connection" else None,
                kind,
                fields.Datetime.now(),
            )
        )
        if self.env.cr.fetchone():
            cron = self.env.ref("account_silverfin.ir_cron_problem_mail")
            cron.sudo()._trigger(fields.Datetime.now() + WAIT)

    @api.model
    def _end(self, records, kinds):
        """It is solved: when it comes back, it is told again."""
        name = "link_id" if records._name == "silverfin.link" else "connection_id"
        self.sudo().search(
            [(name, "in", records.ids), ("kind", "in", list(kinds))]
        ).unlink()

    # === The e-mails === #

    @api.model
    def _cron_mail(self):
        """One e-mail to each address, about what was not told to it yet."""
        # a copy of the database tells nobody; this transaction may not see it yet
        suspended = self.env["silverfin.connection"]._suspend_copies()
        problems = self.search(
            [
                ("mailed_at", "=", False),
                ("create_date", "<=", fields.Datetime.now() - WAIT),
            ]
        )
        problems = problems.filtered(lambda problem: not problem._is_quiet(suspended))
        told = {}
        for problem in problems:
            for address, links in problem._addresses().items():
                lang = problem._lang(links)
                told.setdefault((address, lang), []).append((problem, links))
        for (address, lang), about in told.items():
            self.with_context(lang=lang)._mail(address, about)
        mailed = self.union(
            *(problem for about in told.values() for problem, _l in about)
        )
        mailed.mailed_at = fields.Datetime.now()
        if told:
            self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger()

    def _is_quiet(self, suspended):
        """Told to administrators only, as it is about this database, not the books."""
        connection = self.connection_id or self.link_id.connection_id
        return connection in suspended or connection.state in ("suspended", "draft")

    def _addresses(self):
        """Who is told, and of which client files."""
        default = (self.connection_id or self.link_id.connection_id).problem_email
        told = {}
        for link in self.link_id or self.connection_id.link_ids:
            if address := link.problem_email or default:
                told[address] = told.get(address, link.browse()) | link
        if self.connection_id and default:
            told.setdefault(default, self.link_id.browse())
        return told

    def _lang(self, links):
        """The language of the company, else of the responsible."""
        responsible = (self.link_id or self.connection_id).user_id
        return links[:1].company_id.partner_id.lang or responsible.lang or "en_US"

    def _mail(self, address, about):
        """:param about: list of problems and the client files that each is about"""
        first, links = about[0]
        company = links[:1].company_id
        responsible = (first.link_id or first.connection_id).user_id
        body = self.env["ir.qweb"]._render(
            "account_silverfin.problem_mail",
            {
                "problems": [
                    problem.with_env(self.env)._in_words(links)
                    for problem, links in about
                ]
            },
            lang=self.env.lang,
        )
        subject = (
            self.env._("Silverfin: %(count)s problems", count=len(about))
            if len(about) > 1
            else first.with_env(self.env)._in_words(links)["title"]
        )
        self.env["mail.mail"].sudo().create(
            {
                "subject": subject,
                "body_html": body,
                "email_to": address,
                "email_from": company.email_formatted
                or responsible.email_formatted
                or self.env.user.email_formatted,
                "reply_to": responsible.email_formatted,
            }
        )

    def _in_words(self, links):
        """Nothing of the books, no amount, and of persons the responsible's name."""
        kind = self.kind
        if kind == "connection" and self.connection_id.has_grant:
            # the access was kept: it is the client ID or its secret that was refused
            kind = "secret"
        title, meaning, advice = self._told_by_mail()[kind]
        return {
            "title": title,
            "companies": ", ".join(links.company_id.mapped("name")),
            "client_files": ", ".join(
                name for name in links.mapped("client_file_name") if name
            ),
            "meaning": meaning,
            "advice": advice,
            "responsible": (self.link_id or self.connection_id).user_id.name,
        }

    @api.model
    def _told_by_mail(self):
        """Kinds of trouble: what it is, what it means, and what the reader can do."""
        return {
            "failed": (
                self.env._("Silverfin: a synchronisation failed"),
                self.env._(
                    "The last bookings could not be sent. What Silverfin shows may be "
                    "out of date."
                ),
                self.env._(
                    "Please look in Silverfin whether the synchronisation is still set "
                    "up: Edit client > Sync. Everything else is done in Odoo."
                ),
            ),
            "aside": (
                self.env._("Silverfin: some entries could not be sent"),
                self.env._(
                    "Some entries are in Odoo, but not in Silverfin, or not as they "
                    "are now. The others were sent."
                ),
                self.env._(
                    "Please wait with accounts and declarations until they are put "
                    "right in Odoo. They are then sent by themselves."
                ),
            ),
            "proof": (
                self.env._("Silverfin: the balances are not proved equal"),
                self.env._(
                    "Silverfin and the books in Odoo were compared, and some balances "
                    "differ or could not be compared."
                ),
                self.env._(
                    "Please do not finish the year before it is solved. If somebody "
                    "changed the data in Silverfin by hand, tell the person below."
                ),
            ),
            "connection": (
                self.env._("Silverfin: the access must be given again"),
                self.env._(
                    "Silverfin no longer accepts the access that the firm gave to "
                    "Odoo. Nothing is sent until it is given again."
                ),
                self.env._(
                    "An admin user of the firm is needed for a minute: the person "
                    "below presses Connect with them, or sends them a link."
                ),
            ),
            "secret": (
                self.env._("Silverfin: the client secret must be typed again"),
                self.env._(
                    "Silverfin refused the client ID or the client secret that Odoo "
                    "has. Nothing is sent until the right ones are typed in Odoo."
                ),
                self.env._(
                    "If Silverfin gave the firm new ones, please hand them to the "
                    "person below, not by e-mail."
                ),
            ),
            "run": (
                self.env._("Silverfin: the client files could not be looked up"),
                self.env._(
                    "Odoo could not read which client files are set up, or could not "
                    "offer its companies in Silverfin."
                ),
                self.env._(
                    "There is nothing to do in Silverfin. New client files may have "
                    "to wait until it is solved."
                ),
            ),
        }
