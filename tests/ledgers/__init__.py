"""Ledgers made by code with fixed dates, and Odoo's own sums of them."""

from .case import MadeLedgerCase
from .made import MadeLedger
from .sums import OdooSums

__all__ = ["MadeLedger", "MadeLedgerCase", "OdooSums"]
