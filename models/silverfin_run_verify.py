"""What a comparison was asked to do beyond the usual."""

from odoo import fields, models
from odoo.tools import SQL


# one idea in a file of its own
# pylint: disable=consider-merging-classes-inherited
class SilverfinRun(models.Model):
    _inherit = "silverfin.run"

    all_years = fields.Boolean(
        help="Every year that Silverfin has, not only the open and the last two."
    )
    with_statement = fields.Boolean(help="Make a statement of agreement of it.")

    def _extend_verify(self, **wanted):
        """Ask a comparison that has not begun for more.

        :param wanted: names of the fields to switch on
        :return: False where a worker has begun it
        """
        # a worker writes this row too: one short statement, nothing by the ORM
        self.env.cr.execute(
            SQL(
                "UPDATE silverfin_run SET %s WHERE id = %s AND state = 'queued'",
                SQL(", ").join(
                    SQL("%s = %s", SQL.identifier(name), value)
                    for name, value in wanted.items()
                ),
                self.id,
            )
        )
        self.invalidate_recordset()
        return bool(self.env.cr.rowcount)
