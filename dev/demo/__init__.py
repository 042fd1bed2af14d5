"""The demonstration: what a user does in Odoo and in Silverfin, and the proof of it.

Everything goes over HTTP to real processes; the figures that prove it are computed here
from the database and the sandbox, without the module.
"""
