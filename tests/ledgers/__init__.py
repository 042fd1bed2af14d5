"""Ledgers made by code with fixed dates, and Odoo's own sums of them."""

from .case import Comparison, MadeLedgerCase
from .checks import ChoiceChecks, LedgerChecks
from .made import MadeLedger
from .sums import OdooSums

__all__ = [
    "ChoiceChecks",
    "Comparison",
    "LedgerChecks",
    "MadeLedger",
    "MadeLedgerCase",
    "OdooSums",
]
