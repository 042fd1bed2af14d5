"""The set-up assistant: from nothing to proof, a step at a time, kept between them."""

from odoo import api, fields, models
from odoo.exceptions import UserError

STEPS = (
    *("access", "connect", "companies", "silverfin"),
    *("checkup", "push", "proof"),
)
# what is written on the connection at once: a secret goes with its address
ACCESS = {
    "connection_name": "name",
    "base_url": "base_url",
    "client_id": "client_id",
    "client_secret_input": "client_secret_input",
    "webhook_token_1_input": "webhook_token_1_input",
    "webhook_token_2_input": "webhook_token_2_input",
    "firm_number": "firm_number",
    "read_back": "read_back",
    "problem_email": "problem_email",
}


class SilverfinSetup(models.Model):
    """Somebody sets up client files of one firm; a colleague may go on.

    Whether a step is done is never kept: it is seen from the connection and from the
    client files, whoever changed them, and wherever.
    """

    _name = "silverfin.setup"
    _description = "Silverfin Set-Up"
    _order = "id desc"

    step = fields.Selection("_selection_step", required=True, default="access")
    steps = fields.Json(compute="_compute_steps")
    done_at = fields.Datetime("Finished", readonly=True, copy=False)
    has_client_id = fields.Selection([("no", "Not yet"), ("yes", "Yes")])
    connection_id = fields.Many2one("silverfin.connection", ondelete="cascade")
    link_ids = fields.Many2many("silverfin.link", string="Client Files", copy=False)

    # empty until somebody gave the connection a name of its own
    connection_name = fields.Char(
        "Name of the Firm",
        compute="_compute_connection_name",
        inverse="_inverse_connection_name",
    )
    base_url = fields.Char(related="connection_id.base_url", readonly=False)
    client_id = fields.Char(related="connection_id.client_id", readonly=False)
    client_secret_input = fields.Char(
        related="connection_id.client_secret_input", readonly=False
    )
    webhook_token_1_input = fields.Char(
        related="connection_id.webhook_token_1_input", readonly=False
    )
    webhook_token_2_input = fields.Char(
        related="connection_id.webhook_token_2_input", readonly=False
    )
    client_secret_set = fields.Boolean(related="connection_id.client_secret_set")
    webhook_token_1_set = fields.Boolean(related="connection_id.webhook_token_1_set")
    webhook_token_2_set = fields.Boolean(related="connection_id.webhook_token_2_set")
    read_back = fields.Boolean(related="connection_id.read_back", readonly=False)
    firm_number = fields.Char(related="connection_id.firm_number", readonly=False)
    problem_email = fields.Char(related="connection_id.problem_email", readonly=False)
    firm_name = fields.Char(related="connection_id.firm_name")
    connection_state = fields.Selection(
        string="State of the Connection", related="connection_id.state"
    )
    state_reason = fields.Text(related="connection_id.state_reason")
    invited_until = fields.Datetime(related="connection_id.invited_until")
    redirect_uri = fields.Char(
        "Redirect Address",
        compute="_compute_redirect_uri",
        help="Silverfin must have this address registered for the client ID.",
    )

    @api.model
    def _selection_step(self):
        names = self._step_names()
        return [(step, names[step]) for step in STEPS]

    @api.model
    def _step_names(self):
        return {
            "access": self.env._("Access"),
            "connect": self.env._("Connect"),
            "companies": self.env._("Companies"),
            "silverfin": self.env._("In Silverfin"),
            "checkup": self.env._("Check-up"),
            "push": self.env._("First synchronisation"),
            "proof": self.env._("Proof"),
        }

    def _compute_display_name(self):
        for setup in self:
            setup.display_name = setup.connection_id.name or self.env._("Set Up")

    @api.depends("connection_id.name")
    def _compute_connection_name(self):
        unnamed = self.env["silverfin.connection"].default_get(["name"])["name"]
        for setup in self:
            name = setup.connection_id.name
            setup.connection_name = name != unnamed and name

    def _inverse_connection_name(self):
        for setup in self.filtered("connection_name"):
            setup.connection_id.name = setup.connection_name

    def _compute_redirect_uri(self):
        for setup in self:
            setup.redirect_uri = setup.connection_id._redirect_uri()

    @api.depends("step", "connection_id.state", "link_ids.state", "done_at")
    def _compute_steps(self):
        names = self._step_names()
        for setup in self:
            undone = [step for step in STEPS if setup._missing(step)]
            reached = STEPS.index(undone[0] if undone else STEPS[-1])
            setup.steps = [
                {
                    "step": step,
                    "name": names[step],
                    "done": step not in undone,
                    "open": place <= reached or step not in undone,
                    "current": step == setup.step,
                }
                for place, step in enumerate(STEPS)
            ]

    # === Writing === #

    @api.model_create_multi
    def create(self, vals_list):
        setups = super().create(
            [
                {name: value for name, value in vals.items() if name not in ACCESS}
                for vals in vals_list
            ]
        )
        for setup in setups:
            setup._begin()
        return setups

    def _begin(self):
        """With the firm's connection where there is one, at the first step to do."""
        if not self.connection_id:
            self.connection_id = self.env["silverfin.link"]._only_connection()
        if self.connection_id:
            self.has_client_id = "yes"
            self.step = self._first_undone()

    def _first_undone(self):
        return next(filter(self._missing, STEPS), STEPS[-1])

    def write(self, vals):
        vals = dict(vals)
        access = {ACCESS[name]: vals.pop(name) for name in ACCESS.keys() & vals.keys()}
        if not access.get("name", True):
            del access["name"]
        if access:
            self.connection_id.write(access)
        return super().write(vals)

    # === From step to step === #

    @api.model
    def _open(self):
        """The set-up that was begun, else a new one; a list where there are several."""
        begun = self.search([("done_at", "=", False)])
        return (begun or self.create({}))._shown()

    def _shown(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "account_silverfin.silverfin_setup_window"
        )
        if len(self) == 1:
            action |= {"res_id": self.id, "views": [(False, "form")]}
        return action

    def action_next(self):
        """Go on, once what this step is for is done.

        :raise UserError: what is missing, and what to do
        """
        self.ensure_one()
        self._check_manager()
        if self.step == "companies":
            self._make_links()
        if missing := self._missing(self.step):
            raise UserError(missing)
        self.step = STEPS[min(STEPS.index(self.step) + 1, len(STEPS) - 1)]
        return True

    def action_back(self):
        """The step before; nothing is undone."""
        self.ensure_one()
        self._check_manager()
        self.step = STEPS[max(STEPS.index(self.step) - 1, 0)]
        return True

    def action_finish(self):
        """Everything stands: on to the client files."""
        self.ensure_one()
        self._check_manager()
        self.done_at = fields.Datetime.now()
        return self.env["ir.actions.act_window"]._for_xml_id(
            "account_silverfin.silverfin_link_action"
        ) | {"target": "main"}

    def action_add_companies(self):
        """Another set-up, for more companies of the same firm."""
        self.ensure_one()
        self._check_manager()
        self.done_at = self.done_at or fields.Datetime.now()
        return self.create({"connection_id": self.connection_id.id})._shown()

    def _missing(self, step):
        """What is still to be done in a step, as a sentence; False: nothing."""
        match step:
            case "access":
                return self._missing_access()
            case "connect":
                return self._missing_grant()
            case "companies":
                return not self.link_ids and self.env._(
                    "Choose at least one company to go on."
                )
            case "silverfin":
                return self._missing_client_file()
            case "checkup":
                return self._missing_checkup()
            case "push":
                return self._missing_push()
            case "proof":
                return self._missing_proof()
        return False

    def _missing_access(self):
        connection = self.connection_id
        if connection.client_id and connection.client_secret_set:
            return False
        return self.env._(
            "Fill in the client ID and the client secret that Silverfin sent."
        )

    def _missing_grant(self):
        if self.connection_id.state == "connected":
            return False
        return self.env._(
            "Silverfin gave no access yet: press Connect, or send a connection link "
            "to an admin user of the firm."
        )

    def _missing_client_file(self):
        waiting = self.link_ids.filtered(
            lambda link: link.state in ("pending", "removed")
        )
        if self.link_ids - waiting:
            return False
        return self.env._(
            "No client file was set up in Silverfin yet. Follow the steps on this "
            "page there; this page notices by itself."
        )

    def _missing_push(self):
        if any(link.last_sync_at for link in self.link_ids):
            return False
        return self.env._("Nothing is in Silverfin yet: press “Send Now” first.")

    def _missing_proof(self):
        if self.link_ids and all(
            link.verify_state == "equal" for link in self.link_ids
        ):
            return False
        return self.env._("The balances are not proved equal yet.")

    def _check_manager(self):
        """As on a connection: RPC reaches public methods without any form."""
        self.env["silverfin.connection"]._check_manager()
        self.check_access("write")
