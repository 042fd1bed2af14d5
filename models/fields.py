"""Field types that Odoo does not have."""

from odoo import fields


class BigInteger(fields.Integer):
    """A 64-bit integer, for digests. Not for RPC: XML-RPC knows 32 bits only."""

    _column_type = ("int8", "int8")


class UncheckedMany2one(fields.Many2one):
    """A many2one without a foreign key in the database, for tables of millions of rows.

    PostgreSQL would look the record up for each row that is inserted, which takes a
    third of the time of the insertion. Who deletes the record deletes the rows.
    """

    def update_db_foreign_key(self, model, column):
        """Make none."""
