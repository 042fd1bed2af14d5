"""A field type that Odoo does not have."""

from odoo import fields


class BigInteger(fields.Integer):
    """A 64-bit integer, for digests. Not for RPC: XML-RPC knows 32 bits only."""

    _column_type = ("int8", "int8")
