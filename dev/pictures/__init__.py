"""The pictures of the guide and of the Odoo Apps page."""
