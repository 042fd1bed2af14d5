from odoo import api, fields, models


class SilverfinApiKeyTest(models.Model):
    """One step of a test of the connection: good, or the reason and the remedy."""

    _name = "silverfin.api.key.test"
    _description = "Step of a Connection Test"
    _log_access = False
    _order = "run_id desc, id"

    run_id = fields.Many2one(
        "silverfin.run", required=True, ondelete="cascade", index=True
    )
    user_id = fields.Many2one("res.users", "As", required=True, ondelete="cascade")
    state = fields.Selection(
        [("ok", "Works"), ("warning", "Look at this"), ("failed", "Failed")],
        required=True,
    )
    sentence = fields.Char("Result", required=True)
    remedy = fields.Char("What to Do")

    @api.model
    def _keep(self, run, findings):
        """The lines of a test; those of the same user's test before are forgotten."""
        self.search([("user_id", "=", run.user_id.id)]).unlink()
        values = []
        for finding in findings:
            sentence, remedy = self._sentences(finding)
            values.append(
                {
                    "run_id": run.id,
                    "user_id": run.user_id.id,
                    "state": finding.state,
                    "sentence": sentence,
                    "remedy": remedy,
                }
            )
        return self.create(values)

    @api.model
    def _sentences(self, finding):
        """What a line says, and what to do about it.

        :param finding: a ``keys.probe.Finding``, or a problem of ``keys.address``
        """
        sentences = {
            **self._sentences_of_the_server(),
            **self._sentences_of_reading(),
        }
        sentence, remedy = sentences[finding.code]
        text = sentence % finding.details if finding.details else sentence
        return text, remedy

    @api.model
    def _sentences_of_the_server(self):
        set_url = self.env._(
            "An administrator corrects the system parameter web.base.url."
        )
        return {
            "unset": (self.env._("The address of this database is not set."), set_url),
            "invalid": (self.env._("This is not a web address."), set_url),
            "plain": (
                self.env._("The address begins with http: the key is not protected."),
                self.env._("Ask whoever runs the server for https."),
            ),
            "local": (
                self.env._("Only your own network knows this address."),
                self.env._("Silverfin needs an address that the internet knows."),
            ),
            "private": (
                self.env._("This address is inside your own network."),
                self.env._("Silverfin needs an address that the internet knows."),
            ),
            "reached": (self.env._("Odoo %(version)s answers at the address."), False),
            "unreachable": (
                self.env._("The address is not reached from this server: %(reason)s"),
                self.env._(
                    "Open the address in a browser. If that works, this server only "
                    "does not see itself, and Silverfin may."
                ),
            ),
            "redirected": (
                self.env._("The address sends the caller on to another one."),
                set_url,
            ),
            "not_odoo": (
                self.env._("Something other than Odoo answers there (%(status)s)."),
                set_url,
            ),
        }

    @api.model
    def _sentences_of_reading(self):
        rights = self.env._(
            "Give the user accounting rights, or make a user just for Silverfin."
        )
        one_each = self.env._("Make a user just for Silverfin for each company.")
        return {
            "no_answer": (
                self.env._("%(label)s: %(reason)s"),
                self.env._("Try again."),
            ),
            "refused": (
                self.env._("%(label)s: e-mail and API key are refused."),
                self.env._(
                    "Perhaps another database answers there: compare the name of the "
                    "database, and ask whoever runs the server which one the address "
                    "opens."
                ),
            ),
            "database": (
                self.env._("%(label)s: the server knows no database of that name."),
                self.env._("Ask whoever runs the server whether the address is right."),
            ),
            "no_api": (
                self.env._("%(label)s is not offered at this address."),
                self.env._(
                    "Install the module “rpc”, or ask whoever runs the server which "
                    "database this address opens."
                ),
            ),
            "unreadable": (
                self.env._("%(label)s: the answer is not one of Odoo."),
                self.env._(
                    "Ask whoever runs the server: a proxy or a filter answers in its "
                    "place."
                ),
            ),
            "not_allowed": (self.env._("%(label)s: reading was refused."), rights),
            "companies": (self.env._("%(label)s: sees %(names)s."), False),
            "many_companies": (
                self.env._("%(label)s: the user sees several companies."),
                one_each,
            ),
            "numberless": (
                self.env._("%(label)s: %(count)s of %(total)s accounts lack a number."),
                one_each,
            ),
            "accounts": (self.env._("%(label)s: %(count)s accounts."), False),
            "lines": (
                self.env._("%(label)s: %(count)s posted journal items of %(company)s."),
                False,
            ),
            "no_lines": (
                self.env._("%(label)s: no posted journal item of %(company)s."),
                self.env._(
                    "Correct for an empty company; otherwise check the user's rights."
                ),
            ),
            "plans": (self.env._("%(label)s: analytic plans can be read."), False),
            "no_plans": (
                self.env._("%(label)s: analytic plans are refused."),
                self.env._("Only needed where analytic accounting is used."),
            ),
        }
