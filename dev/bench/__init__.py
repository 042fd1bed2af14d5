"""How fast the module is, on large books made by Odoo and against a sink."""
