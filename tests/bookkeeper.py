"""Somebody who changes books at random, as Odoo lets them, and tells what was done."""

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

DATES = ("2025-11-30", "2025-12-31", "2026-01-15", "2026-02-28", "2026-06-30")
LOCKS = ("2025-11-30", "2025-12-31", False, False)
LABELS = (
    "Consultancy",
    "Consultancy in March",
    "on two\nlines",
    " with\t much \r\n  space ",
    "çédille “quoted” 漢字 \\ \" ' \U0001f4b6",
    "long " * 80,
    "\n",
    False,
)
REFERENCES = ("PO 7", "PO 8", "  ", False)
NAMES = ("Azure Interior", "Brandon & Cie", "Deco Addict", 'D"éco\\')
NUMBERS = ("400000", "440000", "550000", "600000", "601000", "700000", "451000")
SPARE = ("600500", "609000", "699999", "700500", "799999")
TRIES = 9
"""To find something that can be done to the books as they are."""
WEIGHTS = {
    "post": 6,
    "invoice": 2,
    "post_in_dollars": 2,
    "leave_as_draft": 2,
    "post_draft": 4,
    "back_to_draft": 4,
    "edit_draft": 4,
    "edit_posted": 4,
    "delete": 3,
    "cancel": 1,
    "reverse": 3,
    "reconcile": 5,
    "unreconcile": 3,
    "rename_account": 2,
    "recode_account": 3,
    "retype_account": 1,
    "rename_partner": 3,
    "move_contact": 1,
    "rename_journal": 1,
    "renumber": 1,
    "lock": 2,
    "label_by_sql": 2,
    "values_by_sql": 3,
    "delete_by_sql": 1,
}


class NothingToDo(Exception):
    """There is nothing in the books that could be changed in this way."""


class Bookkeeper:
    """Works on the books of a ``SilverfinBooksCase``.

    What is chosen depends on the chance given and on the order in the books, never on
    an id: those are others in each run.
    """

    def __init__(self, case):
        self.case = case
        self.env = case.env
        self.company = case.company
        self.chance = None
        self.did = ""
        self._add_to_books()

    def _add_to_books(self):
        case, env = self.case, self.env
        self.partners = env["res.partner"].create(
            [{"name": name, "ref": f"R{n}"} for n, name in enumerate(NAMES[:3])]
        )
        self.partners[1].ref = False
        self.contacts = env["res.partner"].create(
            [
                {"name": f"Contact {n}", "parent_id": partner.id}
                for n, partner in enumerate(self.partners[:2])
            ]
        )
        self.partners.write(
            {
                "property_account_receivable_id": case.account("400000").id,
                "property_account_payable_id": case.account("440000").id,
            }
        )
        self.sales = env["account.journal"].create(
            {
                "name": "Sales",
                "code": "SAL",
                "type": "sale",
                "default_account_id": case.account("700000").id,
            }
        )
        exchange = env["account.journal"].create(
            {"name": "Exchange", "code": "EXCH", "type": "general"}
        )
        self.company.sudo().write(
            {
                "currency_exchange_journal_id": exchange.id,
                "income_currency_exchange_account_id": case.account("700000").id,
                "expense_currency_exchange_account_id": case.account("601000").id,
            }
        )
        self.dollar = env.ref("base.USD")
        self.dollar.sudo().active = True

    def begin(self, chance):
        """Something that later changes can be made to."""
        self.chance = chance
        for kind in ("post", "post", "post", "invoice", "invoice", "post_in_dollars"):
            getattr(self, f"_{kind}")()

    def work(self, chance) -> tuple[str, bool]:
        """Do one thing, or try to.

        :return: what, in words, and whether the books may have changed
        """
        self.chance = chance
        for _try in range(TRIES):
            kind = chance.choices([*WEIGHTS], [*WEIGHTS.values()])[0]
            self.did = ""
            try:
                with self.env.cr.savepoint():
                    getattr(self, f"_{kind}")()
                    self.env.flush_all()
                return f"{kind}: {self.did}", True
            except NothingToDo:
                continue
            except (UserError, ValidationError) as refusal:
                reason = str(refusal.args[0]).splitlines()[0]
                return f"{kind}: {self.did}: refused: {reason}", False
            finally:
                self.env.invalidate_all()
        return "nothing to do", False

    def withdraw(self, chance, line_ids) -> tuple[str, bool]:
        """Take one of these items' entries back, whatever becomes of the others.

        :return: as of :meth:`work`
        """
        self.chance = chance
        lines = self.env["account.move.line"].browse(line_ids).exists()
        moves = lines.move_id.filtered(lambda move: move.state == "posted")
        if not moves:
            return "withdraw: nothing to do", False
        move = self._one(moves.sorted("id"))
        self._say(move)
        try:
            with self.env.cr.savepoint():
                move.button_draft()
                self.env.flush_all()
            return f"withdraw: {self.did}", True
        except (UserError, ValidationError) as refusal:
            reason = str(refusal.args[0]).splitlines()[0]
            return f"withdraw: {self.did}: refused: {reason}", False
        finally:
            self.env.invalidate_all()

    # === What there is === #

    def _entries(self, *states):
        return self.env["account.move"].search(
            [("company_id", "=", self.company.id), ("state", "in", states)], order="id"
        )

    def _one(self, records):
        if not records:
            raise NothingToDo
        return records[self.chance.randrange(len(records))]

    def _posted(self):
        return self._one(self._entries("posted"))

    def _trade_lines(self, number):
        return self.env["account.move.line"].search(
            [
                ("account_id", "=", self.case.account(number).id),
                ("parent_state", "=", "posted"),
            ],
            order="id",
        )

    def _partner(self):
        partner = self.chance.choice([*self.partners, *self.contacts, None])
        return partner and partner.id or False

    def _say(self, *what):
        self.did = " ".join(
            (word.name or "/")
            if isinstance(word, type(self.env["account.move"]))
            else str(word)
            for word in what
        )

    # === Entries === #

    def _amounts(self):
        """Two to four items, once in a while one of zero; they balance."""
        numbers = self.chance.sample(NUMBERS, self.chance.randint(2, 4))
        cents = [self.chance.randint(-50000, 50000) for _number in numbers[1:]]
        if self.chance.random() < 0.2:
            cents[-1] = 0
        cents.insert(0, -sum(cents))
        return dict(zip(numbers, cents, strict=True))

    def _commands(self, amounts, dollars=None):
        """Of new items: ``{number: cents}``, and what that is in dollars."""
        commands = []
        for number, cents in amounts.items():
            values = {
                "account_id": self.case.account(number).id,
                "balance": cents / 100,
                "name": self.chance.choice(LABELS),
                "partner_id": self._partner(),
            }
            if dollars:
                values["currency_id"] = self.dollar.id
                values["amount_currency"] = dollars[number]
            commands.append(Command.create(values))
        return commands

    def _new(self, amounts, dollars=None):
        date = self.chance.choice(DATES)
        self._say(date, amounts, dollars or "")
        return self.env["account.move"].create(
            {
                "journal_id": self.case.journal.id,
                "date": date,
                "ref": self.chance.choice(REFERENCES),
                "partner_id": self._partner(),
                "line_ids": self._commands(amounts, dollars),
            }
        )

    def _post(self):
        self._new(self._amounts()).action_post()

    def _leave_as_draft(self):
        self._new(self._amounts())

    def _post_in_dollars(self):
        """Two items at a rate of their own: matched, they make exchange differences."""
        number = self.chance.choice(("400000", "440000"))
        dollars = 100 * self.chance.choice((-2, -1, 1, 2))
        cents = dollars * self.chance.randint(70, 99)
        self._new(
            {number: cents, "550000": -cents}, {number: dollars, "550000": -dollars}
        ).action_post()

    def _invoice(self):
        kind = self.chance.choice(("out_invoice", "out_refund"))
        date = self.chance.choice(DATES)
        price = self.chance.randint(1, 99999) / 100
        self._say(kind, date, price)
        self.env["account.move"].create(
            {
                "move_type": kind,
                "journal_id": self.sales.id,
                "partner_id": self.chance.choice(self.partners).id,
                "invoice_date": date,
                "invoice_line_ids": [
                    Command.create({"display_type": "line_section", "name": "Work"}),
                    Command.create(
                        {
                            "name": self.chance.choice(LABELS),
                            "price_unit": price,
                            "account_id": self.case.account("700000").id,
                            "tax_ids": [],
                        }
                    ),
                    Command.create({"display_type": "line_note", "name": "Thanks"}),
                ],
            }
        ).action_post()

    def _post_draft(self):
        move = self._one(self._entries("draft"))
        self._say(move)
        move.action_post()

    def _back_to_draft(self):
        move = self._one(self._entries("posted", "cancel"))
        self._say(move)
        move.button_draft()

    def _cancel(self):
        move = self._one(self._entries("posted", "draft"))
        self._say(move)
        if move.state == "posted":
            move.button_draft()
        move.button_cancel()

    def _edit_draft(self):
        """Draft or posted, as most people do: back to draft, edit, post."""
        move = self._one(
            self._entries("draft", "posted").filtered(lambda m: m.move_type == "entry")
        )
        was_posted = move.state == "posted"
        self._say(move)
        if was_posted:
            move.button_draft()
        kind = self.chance.choice(("amounts", "items", "date"))
        if kind == "date":
            move.date = self.chance.choice(DATES)
        elif kind == "items":
            move.line_ids.unlink()
            move.line_ids = self._commands(self._amounts())
        else:
            lines = move.line_ids.sorted("id")[:2]
            cents = self.chance.randint(-3000, 3000)
            if self.chance.random() < 0.3:
                # the first becomes an item of zero
                cents = -round(lines[:1].balance * 100)
            move.line_ids = [
                Command.update(line.id, {"balance": line.balance + sign * cents / 100})
                for line, sign in zip(lines, (1, -1), strict=False)
            ]
        self._say(move, kind, move.date)
        if was_posted or self.chance.random() < 0.5:
            move.action_post()

    def _edit_posted(self):
        move = self._posted()
        line = self._one(move.line_ids.filtered("account_id").sorted("id"))
        what, record, values = self.chance.choice(
            [
                ("label", line, {"name": self.chance.choice(LABELS)}),
                ("reference", move, {"ref": self.chance.choice(REFERENCES)}),
                ("item's partner", line, {"partner_id": self._partner()}),
                ("due date", line, {"date_maturity": self.chance.choice(DATES)}),
                (
                    "account",
                    line,
                    {"account_id": self.case.account(self.chance.choice(NUMBERS)).id},
                ),
            ]
        )
        self._say(move, what, [*values.values()])
        record.write(values)

    def _delete(self):
        move = self._one(self._entries("posted", "draft", "cancel"))
        self._say(move)
        if move.state == "posted":
            move.button_draft()
        move.unlink()

    def _reverse(self):
        move = self._posted()
        date = self.chance.choice(DATES)
        cancel = self.chance.random() < 0.6
        self._say(move, date, "and reconcile" if cancel else "")
        reverse = move._reverse_moves([{"date": date}], cancel=cancel)
        if not cancel and self.chance.random() < 0.5:
            reverse.action_post()

    def _renumber(self):
        move = self._posted()
        self._say(move)
        move.name = f"{move.name[:-4]}{self.chance.randint(5000, 9999)}"

    # === Open items === #

    def _reconcile(self):
        lines = self._trade_lines(self.chance.choice(("400000", "440000")))
        lines = lines.filtered(lambda line: not line.reconciled)
        plus = lines.filtered(lambda line: line.balance > 0)
        minus = lines.filtered(lambda line: line.balance < 0)
        some = self._one(plus) + self._one(minus)
        if self.chance.random() < 0.3:
            some |= self._one(lines)
        self._say([(line.move_id.name, line.balance) for line in some])
        some.reconcile()

    def _unreconcile(self):
        lines = self._trade_lines(self.chance.choice(("400000", "440000")))
        line = self._one(lines.filtered("matching_number"))
        self._say(line.move_id, line.balance)
        line.remove_move_reconcile()

    # === What entries point to === #

    def _rename_account(self):
        number = self.chance.choice([*self.case.accounts])
        name = f"Name {self.chance.randint(1, 4)}"
        self._say(number, name)
        self.case.account(number).name = name

    def _recode_account(self):
        """Also to a number that another account had, or has."""
        number = self.chance.choice(NUMBERS)
        code = self.chance.choice([*SPARE, *SPARE, *NUMBERS])
        self._say(number, self.case.account(number).code, "to", code)
        self.case.account(number).code = code

    def _retype_account(self):
        number, kinds = self.chance.choice(
            [
                ("451000", ("liability_current", "asset_current", "equity")),
                ("601000", ("expense", "expense_direct_cost", "asset_prepayments")),
                ("550000", ("asset_cash", "asset_current", "off_balance")),
            ]
        )
        kind = self.chance.choice(kinds)
        self._say(number, kind)
        self.case.account(number).account_type = kind

    def _rename_partner(self):
        """Often to a name that another has."""
        partner = self.chance.choice([*self.partners, *self.contacts])
        name = self.chance.choice(NAMES)
        self._say(partner.name, "to", name)
        partner.name = name

    def _move_contact(self):
        contact = self.chance.choice(self.contacts)
        parent = self.chance.choice(self.partners)
        self._say(contact.name, "to", parent.name)
        contact.parent_id = parent

    def _rename_journal(self):
        code = self.chance.choice(("MISC", "DIV"))
        self._say(code)
        self.case.journal.code = code

    def _lock(self):
        date = self.chance.choice(LOCKS)
        self._say(date)
        self.company.sudo().fiscalyear_lock_date = date

    # === Past the ORM === #

    def _by_sql(self, query):
        self.env.flush_all()
        self.env.cr.execute(query)

    def _label_by_sql(self):
        line = self._one(self._posted().line_ids.sorted("id"))
        label = self.chance.choice(LABELS) or None
        self._say(line.move_id, repr(label))
        self._by_sql(
            SQL("UPDATE account_move_line SET name = %s WHERE id = %s", label, line.id)
        )

    def _values_by_sql(self):
        move = self._posted()
        lines = move.line_ids.filtered("account_id").sorted("id")[:2]
        if len(lines) < 2:
            raise NothingToDo
        cents = self.chance.choice((1, -1, 700))
        self._say(move, cents)
        for line, sign in zip(lines, (1, -1), strict=True):
            self._by_sql(
                SQL(
                    """UPDATE account_move_line SET balance = balance + %(change)s,
                        debit = GREATEST(balance + %(change)s, 0),
                        credit = GREATEST(-balance - %(change)s, 0),
                        amount_residual = CASE WHEN amount_residual = 0 THEN 0
                            ELSE amount_residual + %(change)s END
                    WHERE id = %(line)s""",
                    change=sign * cents / 100,
                    line=line.id,
                )
            )

    def _delete_by_sql(self):
        """Without a trace, of an entry that nothing points to."""
        move = self._one(
            self._entries("posted").filtered(
                lambda m: m.move_type == "entry"
                and not any(m.line_ids.mapped("matching_number"))
                and not m.reversed_entry_id
                and not m.reversal_move_ids
            )
        )
        self._say(move)
        self._by_sql(SQL("DELETE FROM account_move WHERE id = %s", move.id))
