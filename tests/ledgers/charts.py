"""The charts that a ledger is made on: which account plays which part."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Chart:
    """Codes of one of Odoo's chart templates.

    ``retained``: what the client file must propose as retained-earnings account.
    ``unaffected``: where Odoo puts what does not balance in an opening.
    ``appropriation``: ``belgian`` (69/79 against 13/14/47), or ``transfer`` (from the
    unaffected or retained account to ``reserve`` and ``dividend``).
    """

    template: str
    module: str
    country: str
    capital: str
    retained: str
    unaffected: str
    reserve: str
    dividend: str
    services: str
    foreign: str = "GBP"
    appropriation: str = "transfer"


BELGIUM = Chart(
    template="be_comp",
    module="l10n_be",
    country="base.be",
    capital="100000",
    retained="140000",
    unaffected="149000",
    reserve="130000",
    dividend="471000",
    services="610000",
    appropriation="belgian",
)
GENERIC = Chart(
    template="generic_coa",
    module="account",
    country="base.us",
    capital="301000",
    retained="999999",
    unaffected="999999",
    reserve="302000",
    dividend="230000",
    services="630000",
    foreign="GBP",
)
