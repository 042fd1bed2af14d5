"""The charts that a ledger is made on: which account plays which part."""

from dataclasses import dataclass

CARRIED = {
    "belgian": ("-2875.00", "-2864.00", "-4164.00", "-4143.30"),
    "association": ("-3875.00", "-3864.00", "-5164.00", "-5143.30"),
    "french": ("-1500.00", "-2864.00", "-4164.00", "-4143.30"),
    "transfer": ("-4000.00", "-2063.63", "-3363.63", "-3342.93"),
    "undistributed": ("-2510.00", "-573.63", "-1873.63", "-1852.93"),
}
"""By manner of appropriation, what the retained-earnings account takes over into the
second to fifth year; worked out by hand in ``appropriation.py``."""


@dataclass(frozen=True)
class Chart:
    """Codes of one of Odoo's chart templates.

    ``retained``: what the client file must propose as retained-earnings account.
    ``unaffected``: where Odoo puts what does not balance in an opening.
    ``manner``: how a result is appropriated, a key of :data:`CARRIED`.
    ``cash_basis_tax``: a sales tax of the chart that is due on payment.
    ``first_month``: in which the financial year begins.
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
    insurance: str
    prepaid: str
    accrued: str
    manner: str
    foreign: str = "GBP"
    cash_basis_tax: str = ""
    first_month: int = 1


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
    insurance="614600",
    prepaid="490000",
    accrued="492000",
    manner="belgian",
)
BELGIAN_ASSOCIATION = Chart(
    template="be_asso",
    module="l10n_be",
    country="base.be",
    capital="100000",
    retained="140000",
    unaffected="149000",
    reserve="130000",
    dividend="",
    services="610000",
    insurance="614600",
    prepaid="490000",
    accrued="492000",
    manner="association",
)
FRANCE = Chart(
    template="fr",
    module="l10n_fr_account",
    country="base.fr",
    capital="101300",
    retained="110000",
    unaffected="999999",
    reserve="106100",
    dividend="457000",
    services="604000",
    insurance="616100",
    prepaid="486000",
    accrued="408100",
    manner="french",
    cash_basis_tax="tva_normale_encaissement",
)
NETHERLANDS = Chart(
    template="nl",
    module="l10n_nl",
    country="base.nl",
    capital="061000",
    retained="999990",
    unaffected="999990",
    reserve="064000",
    dividend="142000",
    services="460500",
    insurance="462000",
    prepaid="120500",
    accrued="143000",
    manner="undistributed",
)
LUXEMBOURG = Chart(
    template="lu",
    module="l10n_lu",
    country="base.lu",
    capital="101000",
    retained="141100",
    unaffected="142000",
    reserve="131000",
    dividend="471200",
    services="613200",
    insurance="614800",
    prepaid="481000",
    accrued="471800",
    manner="transfer",
)
UNITED_KINGDOM = Chart(
    template="uk",
    module="l10n_uk",
    country="base.uk",
    capital="300000",
    retained="999999",
    unaffected="999999",
    reserve="303000",
    dividend="210200",
    services="761000",
    insurance="840000",
    prepaid="110300",
    accrued="210900",
    manner="undistributed",
    foreign="EUR",
    first_month=4,
)
SKR03 = Chart(
    template="de_skr03",
    module="l10n_de",
    country="base.de",
    capital="0870",
    retained="0865",
    unaffected="999999",
    reserve="0853",
    dividend="0755",
    services="4950",
    insurance="4360",
    prepaid="0980",
    accrued="0970",
    manner="transfer",
)
SKR04 = Chart(
    template="de_skr04",
    module="l10n_de",
    country="base.de",
    # a liability by the chart's types: it carries forward all the same
    capital="2900",
    retained="2970",
    unaffected="999999",
    reserve="2930",
    dividend="3519",
    services="6825",
    insurance="6400",
    prepaid="1900",
    accrued="3070",
    manner="transfer",
)
DENMARK = Chart(
    template="dk",
    module="l10n_dk",
    country="base.dk",
    capital="6510",
    retained="6935",
    unaffected="999999",
    reserve="6910",
    # proposed dividend is equity in Denmark
    dividend="6960",
    services="2510",
    insurance="2650",
    prepaid="6390",
    accrued="8070",
    manner="transfer",
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
    services="961000",
    insurance="612000",
    prepaid="128000",
    accrued="212000",
    manner="undistributed",
    first_month=4,
)

CHARTS = {
    "Belgium, companies": BELGIUM,
    "Belgium, associations": BELGIAN_ASSOCIATION,
    "France": FRANCE,
    "Netherlands": NETHERLANDS,
    "Luxembourg": LUXEMBOURG,
    "United Kingdom": UNITED_KINGDOM,
    "Germany, SKR03": SKR03,
    "Germany, SKR04": SKR04,
    "Denmark": DENMARK,
    "Generic": GENERIC,
}
