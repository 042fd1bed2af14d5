"""What a check-up says: plain sentences, in the language of whoever reads them."""


def titles(env) -> dict[str, str]:
    """The subject of each check, in the order in which they are shown."""
    return {
        "years": env._("Financial years"),
        "nothing": env._("Nothing to send"),
        "retained_none": env._("Retained earnings"),
        "retained_code": env._("Retained earnings"),
        "retained_type": env._("Retained earnings"),
        "no_code": env._("Accounts without a code"),
        "silverfin_holds": env._("Balances in Silverfin already"),
        "opening_differs": env._("Opening and Silverfin's closing"),
        "opening_draft": env._("Opening entry in draft"),
        "bank_suspense": env._("Bank lines on suspense"),
        "bank_outstanding": env._("Payments on their way"),
        "bank_statement": env._("Bank statement and ledger"),
        "bank_day": env._("Last day of the bank"),
        "customers_no_partner": env._("Customer items without a name"),
        "suppliers_no_partner": env._("Supplier items without a name"),
        "customers_sign": env._("Customers in credit"),
        "suppliers_sign": env._("Suppliers in debit"),
        "open_items": env._("Open items and balance"),
        "results": env._("Results not allocated"),
        "drafts": env._("Drafts"),
        "dated_after": env._("Entries dated after today"),
        "impossible_date": env._("Impossible dates"),
        "type_at_odds": env._("Accounts of another type than their number"),
        "deferral": env._("Deferrals that stayed"),
        "carried": env._("Carry-forward accounts"),
        "off_balance": env._("Off-balance accounts"),
    }


def said(env, code: str, facts: dict) -> tuple[str, str]:
    """What was found, and what to do.

    :param facts: what the sentences name, as a person reads it
    """
    for words in (_of_years, _of_bank, _of_trade, _of_entries, _of_accounts):
        if found := words(env, code, facts):
            return found
    return code, ""


def _of_years(env, code: str, facts: dict) -> tuple[str, str] | None:
    """Years, retained earnings and results."""
    match code:
        case "years":
            return (
                facts["problem"],
                env._(
                    "Put the years right: on the client file under Financial Years, "
                    "or in Odoo."
                ),
            )
        case "nothing":
            return (
                env._("There is no posted entry yet, so there is nothing to send."),
                env._("Post the entries, or import the books, then check again."),
            )
        case "retained_none":
            return (
                env._(
                    "There are several financial years, and no account takes the "
                    "results of the years before."
                ),
                env._(
                    "Choose the retained earnings account on the client file. Without "
                    "a client file, make an account for it in the chart of accounts."
                ),
            )
        case "retained_code":
            return (
                env._("The account “%(account)s” has no code.", **facts),
                env._("Open the account and give it a code."),
            )
        case "retained_type":
            return (
                env._(
                    "The account %(account)s takes the results of the years before, "
                    "and its type is not equity.",
                    **facts,
                ),
                env._(
                    "Choose another retained earnings account on the client file, or "
                    "correct the account's type."
                ),
            )
        case "silverfin_holds":
            return (
                env._(
                    "Silverfin already has balances on accounts: %(count)s, at the end "
                    "of %(last)s, which this database did not send. Its first period "
                    "ends on %(first)s.",
                    **facts,
                ),
                env._(
                    "To begin with a later year, choose a start date in Silverfin "
                    "(Edit client > Sync > Set up sync). “Start again” on the client "
                    "file removes first what was synchronised there."
                ),
            )
        case "opening_differs":
            return (
                env._(
                    "Silverfin's balances at the end of %(last)s are not the openings "
                    "of these books after %(day)s. Accounts: %(count)s. Its first "
                    "period ends on %(first)s. %(rows)s",
                    **facts,
                ),
                env._(
                    "Book in Odoo what was adjusted in Silverfin, or correct the year "
                    "there. What is right in both may be on another account."
                ),
            )
        case "opening_draft":
            return (
                env._(
                    "The opening entry of %(amount)s is a draft: every balance lacks "
                    "its opening.",
                    **facts,
                ),
                env._("Post it; or empty it, if the openings came in otherwise."),
            )
        case "results":
            return (
                env._(
                    "Of the results up to %(day)s, %(amount)s is not allocated "
                    "(negative: a loss).",
                    **facts,
                ),
                env._(
                    "Book the allocation. Until then Silverfin adds the result to the "
                    "retained earnings account in the opening of the next year."
                ),
            )
    return None


def _of_bank(env, code: str, facts: dict) -> tuple[str, str] | None:
    """Bank and cash."""
    match code:
        case "bank_suspense":
            return (
                env._(
                    "On suspense stay %(amount)s, in items: %(count)s. %(accounts)s",
                    **facts,
                ),
                env._("Match these bank lines with what they paid."),
            )
        case "bank_outstanding":
            return (
                env._(
                    "Payments and transfers that no bank line confirmed yet: "
                    "%(amount)s, in items: %(count)s. %(accounts)s",
                    **facts,
                ),
                env._(
                    "Match them with the bank's lines; cancel what was never paid. "
                    "Payments of the last days are no mistake."
                ),
            )
        case "bank_statement":
            return (
                env._(
                    "%(journal)s: the statement of %(day)s ends with %(there)s, the "
                    "ledger shows %(here)s that day.",
                    **facts,
                ),
                env._(
                    "Look for a statement that is missing, an entry booked on the bank "
                    "account by hand, or an opening that was not entered."
                ),
            )
        case "bank_day":
            return (
                env._(
                    "%(journal)s is entered until %(day)s, other entries go until "
                    "%(last)s.",
                    **facts,
                ),
                env._("Import or enter the bank's later statements."),
            )
    return None


def _of_trade(env, code: str, facts: dict) -> tuple[str, str] | None:
    """Customers and suppliers."""
    match code:
        case "customers_no_partner":
            return (
                env._(
                    "Open items on customers' accounts without a customer: %(count)s, "
                    "together %(amount)s.",
                    **facts,
                ),
                env._("Say on each item whose it is."),
            )
        case "suppliers_no_partner":
            return (
                env._(
                    "Open items on suppliers' accounts without a supplier: %(count)s, "
                    "together %(amount)s.",
                    **facts,
                ),
                env._("Say on each item whose it is."),
            )
        case "customers_sign":
            return (
                env._(
                    "Customers to whom you owe: %(partner_count)s, together "
                    "%(amount)s. %(partners)s",
                    **facts,
                ),
                env._(
                    "Match payments with invoices, or look for an invoice that is "
                    "missing. An advance may be right."
                ),
            )
        case "suppliers_sign":
            return (
                env._(
                    "Suppliers who owe you: %(partner_count)s, together %(amount)s. "
                    "%(partners)s",
                    **facts,
                ),
                env._(
                    "Match payments with bills, or look for a bill that is missing. An "
                    "advance may be right."
                ),
            )
        case "open_items":
            return (
                env._(
                    "Accounts whose open items do not make their balance: %(count)s. "
                    "Balance less open items: %(accounts)s",
                    **facts,
                ),
                env._(
                    "Odoo keeps both equal, so an import or a program changed one of "
                    "them. Ask who made it; matching the items anew may help."
                ),
            )
    return None


def _of_entries(env, code: str, facts: dict) -> tuple[str, str] | None:
    """Entries."""
    match code:
        case "drafts":
            return (
                env._(
                    "Drafts dated up to today: %(count)s, together %(amount)s. They "
                    "are not sent.",
                    **facts,
                ),
                env._("Post them, or delete what is not needed."),
            )
        case "dated_after":
            return (
                env._(
                    "Posted entries dated after %(day)s: %(count)s, together "
                    "%(amount)s.",
                    **facts,
                ),
                env._("Check their dates. They are sent as they are."),
            )
        case "impossible_date":
            return (
                env._(
                    "Entries dated before %(first)s or after %(last)s: %(count)s, "
                    "together %(amount)s. They do not go.",
                    **facts,
                ),
                env._("Correct the date of each: it is a typing error."),
            )
    return None


def _of_accounts(env, code: str, facts: dict) -> tuple[str, str] | None:
    """Accounts."""
    match code:
        case "no_code":
            return (
                env._(
                    "Accounts without a code in this company: %(count)s. Entries on "
                    "them cannot go. %(accounts)s",
                    **facts,
                ),
                env._("Open the accounts and give each a code."),
            )
        case "type_at_odds":
            return (
                env._(
                    "Accounts whose type says balance sheet and whose number says "
                    "result, or the other way round: %(count)s. %(accounts)s",
                    **facts,
                ),
                env._(
                    "Correct the type of the account: by it Silverfin carries the "
                    "balance forward or starts the year at zero."
                ),
            )
        case "deferral":
            return (
                env._(
                    "Deferred before %(day)s, and still there: %(accounts)s",
                    **facts,
                ),
                env._(
                    "Take to the result what belongs to the years since, or note why "
                    "it stays."
                ),
            )
        case "carried":
            return (
                env._(
                    "Accounts for balances brought forward are not at zero, and count "
                    "as result: %(accounts)s",
                    **facts,
                ),
                env._(
                    "Enter what is missing of the opening; or have the accounts sent "
                    "as equity, on the page Accounts of the client file."
                ),
            )
        case "off_balance":
            return (
                env._(
                    "Off-balance accounts with a balance, which is not sent: "
                    "%(accounts)s",
                    **facts,
                ),
                env._(
                    "If Silverfin needs them, choose so on the page Accounts of the "
                    "client file."
                ),
            )
    return None
