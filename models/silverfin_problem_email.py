"""Where e-mails on problems go: an address on the connection, or on a client file."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import email_normalize


# one idea in a file of its own
# pylint: disable=consider-merging-classes-inherited
def checked(record):
    """:raise ValidationError: what was typed is no address, or more than one"""
    for one in record:
        if one.problem_email and not email_normalize(one.problem_email):
            raise ValidationError(
                one.env._(
                    "“%(text)s” is not one e-mail address, such as name@example.com.",
                    text=one.problem_email,
                )
            )


class SilverfinConnection(models.Model):
    _inherit = "silverfin.connection"

    problem_email = fields.Char(
        "E-mail on Problems",
        tracking=True,
        help="Somebody without a login in Odoo who is told when something needs a "
        "person, such as the file manager at the firm. One e-mail for each problem.",
    )

    @api.constrains("problem_email")
    def _check_problem_email(self):
        checked(self)


class SilverfinLink(models.Model):
    _inherit = "silverfin.link"

    problem_email = fields.Char(
        "E-mail on Problems",
        tracking=True,
        help="Somebody without a login in Odoo who is told when this client file needs "
        "a person. Empty: the address on the connection.",
    )

    @api.constrains("problem_email")
    def _check_problem_email(self):
        checked(self)
