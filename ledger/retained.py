"""Which account takes the results of the years before, by country.

The codes of Odoo's own charts, without the zeros that fill them up. Where a country is
not named, or none of its codes is there, Odoo's own account for undistributed profits
is proposed.
"""

CODES = {
    # profit brought forward; profit/loss allocations
    "BE": ("140", "149"),
    # balances brought forward at the start of the year
    "DE": ("2970", "0860", "0865"),
    "DK": ("6935", "6940"),
    # report à nouveau, credit and debit
    "FR": ("110", "119"),
    "MC": ("110", "119"),
    # results brought forward in the process of assignment, and assigned
    "LU": ("1411", "1412"),
    "CH": ("2970",),
}
"""Per country code the codes to look for, the first that is found counts."""


def pick(country: str | None, numbers: list[str]) -> str | None:
    """The first of the country's codes that stands among ``numbers``.

    :param numbers: the company's account numbers, of whatever length
    """
    for code in CODES.get(country or "", ()):
        for number in sorted(numbers):
            if is_filled_up(number, code):
                return number
    return None


def is_filled_up(number: str, code: str) -> bool:
    """Whether a number is the code of a chart, with zeros to the length in use."""
    return number.startswith(code) and not number[len(code) :].strip("0")
