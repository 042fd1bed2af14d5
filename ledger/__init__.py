"""Reads the books: SQL and Odoo's own helpers in, plain rows out.

No HTTP and no name of Silverfin lives here.
"""
