"""Helps the door of API keys; plain Python, no Odoo, no other package of ours."""
