"""Access and connecting: the letter to Silverfin, and the ways to be let in."""

from urllib.parse import quote

from markupsafe import Markup

from odoo import api, fields, models

from ..silverfin_api import OUT_OF_BAND, PUSH_SCOPES, READ_SCOPES

# where Silverfin's own pages send people with questions
SUPPORT = "support@silverfin.com"


# one idea in a file of its own
# pylint: disable=consider-merging-classes-inherited
class SilverfinSetup(models.Model):
    _inherit = "silverfin.setup"

    letter_to = fields.Char("Recipient", default=SUPPORT)
    letter = fields.Text("Letter to Silverfin", compute="_compute_letter")
    letter_button = fields.Html(compute="_compute_letter", sanitize=False)
    letter_problem = fields.Char("Before It Is Sent", compute="_compute_letter")
    access_text = fields.Char("Access Given", compute="_compute_access_text")
    connect_failure = fields.Text("Why It Failed", readonly=True, copy=False)

    @api.depends("letter_to", "connection_id")
    @api.depends_context("uid", "lang")
    def _compute_letter(self):
        for setup in self:
            setup.letter = setup._letter()
            setup.letter_problem = setup._letter_problem()
            setup.letter_button = Markup(
                '<a class="btn btn-secondary" href="%s">'
                '<i class="fa fa-envelope-o me-1"></i>%s</a>'
            ) % (setup._mail_address(), self.env._("Write the e-mail"))

    def _letter(self):
        """What Silverfin must know to give access to its API."""
        connection = self.connection_id
        return self.env._(
            "Hello,\n\n"
            "we want to keep client files in Silverfin equal to our books in Odoo, "
            "with your SyncAPI. Please give us a client ID, a client secret and the "
            "signing tokens for webhooks.\n\n"
            "Redirect addresses:\n%(redirect)s\n%(out_of_band)s\n\n"
            "Webhook addresses begin with:\n%(webhook)s\n\n"
            "Scopes, and what each is for:\n"
            "%(push)s: send journal items and accounts, be told when a synchronisation "
            "is asked for, read the name of the firm\n"
            "%(read)s: read balances, to prove that they equal the books\n\n"
            "Thank you,\n%(name)s",
            redirect=connection._redirect_uri(),
            out_of_band=OUT_OF_BAND,
            webhook=connection._webhook_address(),
            push=", ".join(PUSH_SCOPES),
            read=", ".join(READ_SCOPES),
            name=self.env.user.name,
        )

    def _letter_problem(self):
        connection = self.connection_id
        addresses = (connection._redirect_uri(), connection._webhook_address())
        return any(address.startswith("http://") for address in addresses) and (
            self.env._(
                "The addresses in this letter begin with http://, but Silverfin needs "
                "https://. Do not send it yet: open Odoo at its https:// address, log "
                "in there as an administrator, and open this page again. If there is "
                "no such address, whoever runs this server must set up https first."
            )
        )

    @api.depends("connection_id.firm_name", "connection_id.firm_number")
    def _compute_access_text(self):
        for setup in self:
            firm = {"name": setup.firm_name, "number": setup.firm_number}
            if setup.firm_name:
                setup.access_text = self.env._(
                    "Silverfin gave access to the firm %(name)s (%(number)s).", **firm
                )
            else:
                setup.access_text = self.env._(
                    "Silverfin gave access to firm %(number)s.", number=firm["number"]
                )

    def _mail_address(self):
        """Opens the person's own mail program with the letter in it."""
        return "mailto:{}?subject={}&body={}".format(
            quote(self.letter_to or "", safe="@"),
            quote(self.env._("Access to the SyncAPI for our Odoo")),
            quote(self._letter().replace("\n", "\r\n")),
        )

    def action_have_client_id(self):
        """Silverfin answered: room for what it sent, on a connection."""
        self.ensure_one()
        self._check_manager()
        self.has_client_id = "yes"
        if not self.connection_id:
            self.connection_id = self.env["silverfin.connection"]._new_like_last()
        return True

    def action_have_no_client_id(self):
        """Show the letter, and what works meanwhile."""
        self.ensure_one()
        self._check_manager()
        self.has_client_id = "no"
        return True

    def action_connect(self):
        """Silverfin's page, from which the browser comes back to this step."""
        self.ensure_one()
        self._check_manager()
        self.connect_failure = False
        return self.connection_id.action_connect()

    def action_paste_code(self):
        """The way where Silverfin cannot send the browser back."""
        self.ensure_one()
        self._check_manager()
        return self.connection_id.action_paste_code()

    def action_invite(self):
        """A link for an admin of the firm, who needs no login here."""
        self.ensure_one()
        self._check_manager()
        return self.connection_id.action_invite()

    def action_withdraw_invitation(self):
        """The open connection link stops working at once."""
        self.ensure_one()
        self._check_manager()
        return self.connection_id.action_withdraw_invitation()

    def action_open_connection(self):
        """Everything else about the connection."""
        self.ensure_one()
        self._check_manager()
        return {
            "type": "ir.actions.act_window",
            "res_model": "silverfin.connection",
            "res_id": self.connection_id.id,
            "view_mode": "form",
        }

    def action_open_access(self):
        """Back to what Silverfin sent, where it was typed wrong."""
        self.ensure_one()
        self._check_manager()
        self.step = "access"
        return True

    def _of_connection(self, connection):
        """The set-up whose step "Connect" brought somebody to Silverfin, if one."""
        return self.search(
            [
                ("connection_id", "=", connection.id),
                ("step", "=", "connect"),
                ("done_at", "=", False),
            ],
            limit=1,
        )
