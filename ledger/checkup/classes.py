"""Which first digits of an account number are the balance sheet's, which the result's.

Only where a country's charts leave no doubt: a digit that is not named says nothing.
"""

BALANCE, RESULT = "balance", "result"

CLASSES = {
    # the charts of these countries have seven classes
    "be": ("12345", "67"),
    "fr": ("12345", "67"),
    "lu": ("12345", "67"),
    "mc": ("12345", "67"),
    "nl": ("0123", "478"),
    "de_skr03": ("017", "248"),
    "de_skr04": ("023", "4567"),
}
"""By the beginning of a chart's name: first digits of balance sheet and of result."""


def class_of(chart: str | None, number: str | None) -> str | None:
    """``balance`` or ``result`` as the number says it; None where it says nothing.

    :param chart: Odoo's name of the chart of accounts, ``be_comp`` for one
    """
    balance, result = _digits(chart)
    if number and number[0] in balance:
        return BALANCE
    if number and number[0] in result:
        return RESULT
    return None


def is_known(chart: str | None) -> bool:
    """Whether the first digits of this chart say anything."""
    return any(_digits(chart))


def _digits(chart: str | None) -> tuple[str, str]:
    for name, digits in CLASSES.items():
        if chart and (chart == name or chart.startswith(f"{name}_")):
            return digits
    return "", ""


def side_of(kind: str) -> str | None:
    """``balance`` or ``result`` as an account's type says it; None: it may be both."""
    if kind in ("equity_unaffected", "off_balance"):
        return None
    return RESULT if kind.startswith(("income", "expense")) else BALANCE
