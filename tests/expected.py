"""What Silverfin should hold of a company, by Odoo's ORM and Python alone.

Nothing of ``ledger/`` is used: a mistake there must not be made here too.
"""

import re
from collections import Counter, defaultdict
from decimal import Decimal
from typing import NamedTuple

DESCRIPTION_LENGTH = 250
OPEN = {"asset_receivable": "receivable", "liability_payable": "payable"}
REAL = ("asset", "liability", "income", "expense")


class Held(NamedTuple):
    """A transaction of Silverfin, in the order of what people look for first."""

    date: object
    account_number: str
    value: Decimal
    description: str
    relation: str
    open_value: Decimal | None
    open_category: str | None
    extra_fields: dict[str, str]


def held_items(client_file, transactions) -> dict[str, Held]:
    """The sandbox's transactions."""
    labels = client_file.extra_field_labels
    return {
        key: Held(
            there.date,
            there.account_number,
            there.value,
            there.description,
            there.relation,
            there.open_value,
            there.open_category,
            dict(zip(labels, there.extra_fields, strict=True)),
        )
        for key, there in transactions.items()
    }


def expected_items(company) -> dict[str, Held]:
    """The posted items of a company without branches, as they should be there."""
    lines = company.env["account.move.line"].search([("company_id", "=", company.id)])
    shared = _shared_names(lines.partner_id.commercial_partner_id)
    return {
        str(line.id): _item(line, shared)
        for line in lines
        if line.parent_state == "posted"
        and line.display_type not in ("line_section", "line_subsection", "line_note")
        and line.account_id.account_type != "off_balance"
        and not line.company_currency_id.is_zero(line.balance)
    }


def _shared_names(partners) -> set[str]:
    return {name for name, n in Counter(partners.mapped("name")).items() if n > 1}


def _item(line, shared: set[str]) -> Held:
    move = line.move_id
    category = OPEN.get(line.account_id.account_type)
    residual = _amount(line.amount_residual) if category else Decimal(0)
    is_foreign = line.currency_id != line.company_currency_id
    return Held(
        line.date,
        line.account_id.with_company(line.company_id).code,
        _amount(line.balance),
        _description(line.name, move.ref, move.payment_reference),
        _relation((line.partner_id or move.partner_id).commercial_partner_id, shared),
        residual or None,
        category if residual else None,
        {
            "Journal": move.journal_id.code,
            "Entry": move.name or "",
            "Reference": move.ref or "",
            "Document date": _day(move.invoice_date),
            "Due date": _day(line.date_maturity),
            "Currency": line.currency_id.name if is_foreign else "",
            "Amount in currency": f"{line.amount_currency:.2f}" if is_foreign else "",
        },
    )


def _amount(number: float) -> Decimal:
    return Decimal(f"{number:.2f}")


def _day(date) -> str:
    return date.isoformat() if date else ""


def _description(*texts: str | bool) -> str:
    """The first that says something, on one line, cut."""
    on_one_line = (re.sub(r"[ \t\r\n]+", " ", text or "").strip() for text in texts)
    return next(filter(None, on_one_line), "")[:DESCRIPTION_LENGTH]


def _relation(partner, shared: set[str]) -> str:
    if not partner:
        return ""
    if partner.name not in shared:
        return partner.name
    return f"{partner.name} ({(partner.ref or '').strip() or partner.id})"


def held_accounts(client_file, transactions) -> dict[str, tuple]:
    """(names, type) by number, of the accounts that transactions stand on."""
    return {
        number: (client_file.accounts[number].names, client_file.accounts[number].type)
        for number in {there.account_number for there in transactions.values()}
    }


def expected_accounts(company, locales, retained) -> dict[str, tuple]:
    """(names, type) by number, of all accounts of a company.

    :param locales: that Silverfin takes
    :param retained: the account that takes the result
    """
    languages = _languages(company, locales)
    return {
        account.code: (
            {
                locale: account.with_context(lang=language).name
                for locale, language in languages.items()
            },
            _type(account, retained),
        )
        for account in company.env["account.account"].with_company(company).search([])
    }


def _languages(company, locales) -> dict[str, str]:
    """Odoo's language by Silverfin's; of several the company's own, else the first."""
    found = defaultdict(list)
    for language, _name in company.env["res.lang"].get_installed():
        found[language.split("_")[0]].append(language)
    own = company.partner_id.lang
    return {
        locale: own if own in found[locale] else min(found[locale])
        for locale in locales
        if found[locale]
    }


def _type(account, retained) -> str:
    if account == retained:
        return "equity"
    if account.account_type == "equity_unaffected":
        return "income" if account.code.startswith("7") else "expense"
    return next(
        (word for word in REAL if account.account_type.startswith(word)), "equity"
    )
