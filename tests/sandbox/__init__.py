"""A Silverfin to develop against: an independent reading of its contract.

Plain Python on werkzeug and requests, relative imports only, nothing of Odoo and
nothing of the client it is there to test. See README.md.
"""

from .core import Sandbox
from .faults import Rejection, Rule
from .ledger import Transaction
from .server import SandboxServer
from .state import Application, ClientFile, Firm, Reference, Webhook, Year
from .tokens import Token

__all__ = [
    "Application",
    "ClientFile",
    "Firm",
    "Reference",
    "Rejection",
    "Rule",
    "Sandbox",
    "SandboxServer",
    "Token",
    "Transaction",
    "Webhook",
    "Year",
]
