"""A statement of agreement as a spreadsheet: one sheet for each of its parts."""

import io
from datetime import date, datetime
from decimal import Decimal

import xlsxwriter

COMMAND = "python3 recompute.py transactions.json"
AMOUNT, DAY, HEAD, TITLE = "amount", "day", "head", "title"


def workbook(name: str, facts: dict, verdict: str, labels: dict, say: dict) -> bytes:
    """The spreadsheet.

    :param name: the statement's number
    :param facts: see ``sync/statement/facts.py``
    :param labels: see ``statement_labels``
    :param say: see ``statement_sentences``
    """
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        _Statement(book, name, facts, verdict, labels, say).fill()
    return stream.getvalue()


class _Statement:
    """Writes the sheets, row by row; the kind of a value chooses its format."""

    def __init__(self, book, name, facts, verdict, labels, say) -> None:
        self.name, self.facts, self.verdict, self.labels = name, facts, verdict, labels
        self.say = say
        self.words = labels["columns"]
        self.book = book
        book.set_properties({"title": f"{self.words['title']} {name}"})
        self.formats = {
            AMOUNT: book.add_format({"num_format": "#,##0.00######"}),
            DAY: book.add_format({"num_format": "yyyy-mm-dd", "align": "left"}),
            HEAD: book.add_format({"bold": True, "bottom": 1, "text_wrap": True}),
            TITLE: book.add_format({"bold": True, "font_size": 14}),
        }

    def fill(self) -> None:
        facts = self.facts
        self._summary()
        self._sheet(
            "periods",
            ("year", "last", "balances", "differing"),
            [
                (_day(year["start"]), _day(end), accounts, differing)
                for year in facts["result"]["years"]
                for end, accounts, differing in year["ends"]
            ],
        )
        self._trial_balance()
        self._differences()
        if facts["result"]["adjustments"]:
            self._sheet(
                "adjustments",
                ("year", "id", "description", "account", "value"),
                [
                    (
                        _day(row["year"]),
                        row["id"],
                        row["description"],
                        row["account"],
                        Decimal(row["value"]),
                    )
                    for row in facts["result"]["adjustments"]
                ],
            )
        self._sheet(
            "open",
            ("account", "name", "balance", "open", "difference"),
            [
                (
                    row["account"],
                    row["name"],
                    Decimal(row["balance"]),
                    Decimal(row["open"]),
                    Decimal(row["open"]) - Decimal(row["balance"]),
                )
                for row in facts["open"]
            ],
        )
        self._journals()
        self._not_sent()
        if facts["closed_changes"]:
            self._closed_changes()

    def _summary(self) -> None:
        facts, words, result = self.facts, self.words, self.facts["result"]
        file = facts["client_file"]
        sent = facts["sent"]
        rows = [
            (words["company"], facts["company"]["name"]),
            (words["vat"], facts["company"]["vat"]),
            (words["client_file"], f"{file['name']} ({file['number']})"),
            (words["firm"], facts["firm"]),
            (words["at"], self.say["at"]),
            (words["currency"], facts["company"]["currency"]),
            (words["verdict"], self.labels["verdicts"][self.verdict]),
            (words["basis"], self.labels["bases"][result["basis"]]),
            (words["balances"], result["accounts"]),
            (words["periods"], result["periods"]),
            (words["differing"], result["differing"]),
            (words["book_items"], sent["books"]),
            (words["sent_items"], sent["items"]),
            (words["debit"], Decimal(sent["debit"])),
            (words["credit"], abs(Decimal(sent["credit"]))),
            (words["digest"], facts["digest"]),
            (words["command"], COMMAND),
        ]
        sheet = self.book.add_worksheet(self.labels["sheets"]["summary"])
        sheet.set_column(0, 0, 34)
        sheet.set_column(1, 9, 20)
        sheet.write(0, 0, f"{words['title']} {self.name}", self.formats[TITLE])
        for number, row in enumerate(rows, start=2):
            self._row(sheet, number, row)
        number += 2
        heads = ("year", "end", "last", "periods", "balances", "differing")
        heads += ("result_books", "result_there", "sum_books", "sum_there")
        self._heads(sheet, number, heads)
        for year in result["years"]:
            number += 1
            self._row(
                sheet,
                number,
                (
                    _day(year["start"]),
                    _day(year["end"]),
                    _day(year["last"]),
                    year["periods"],
                    year["accounts"],
                    year["differing"],
                    *(Decimal(year["result"][side]) for side in ("books", "there")),
                    *(Decimal(year["sum"][side]) for side in ("books", "there")),
                ),
            )
        for kind, total in (result["open_totals"] or {}).items():
            number += 1
            self._row(
                sheet,
                number,
                (
                    f"{words['open']}: {self.labels['open'][kind]}",
                    *("",) * 5,
                    Decimal(total["books"]),
                    Decimal(total["there"]),
                ),
            )
        number += 2
        self._heads(sheet, number, ("company", "lock", "date"))
        for lock in facts["locks"]:
            number += 1
            self._row(
                sheet,
                number,
                (
                    lock["company"],
                    self.labels["locks"][lock["lock"]],
                    _day(lock["date"]),
                ),
            )

    def _trial_balance(self) -> None:
        rows = [
            (
                _day(year["start"]),
                _day(year["last"]),
                row["account"],
                row["name"],
                *map(Decimal, row["books"]),
                *map(Decimal, row["there"]),
                Decimal(row["difference"]),
                self._causes(row["causes"]),
            )
            for year in self.facts["years"]
            for row in year["rows"]
        ]
        self._sheet(
            "trial_balance",
            (
                *("year", "last", "account", "name", "opening_books"),
                *("movement_books", "books", "opening_there", "movement_there"),
                *("there", "difference", "causes"),
            ),
            rows,
        )

    def _differences(self) -> None:
        self._sheet(
            "differences",
            (
                *("account", "name", "start", "end", "books", "there"),
                *("difference", "causes"),
            ),
            [
                (
                    row["account"],
                    self.facts["names"].get(row["account"], row["name"]),
                    _day(row["from"]),
                    _day(row["to"]),
                    *(Decimal(row[key]) for key in ("books", "there", "difference")),
                    self._causes(row["causes"]),
                )
                for row in self.facts["result"]["differences"]
            ],
        )

    def _journals(self) -> None:
        self._sheet(
            "journals",
            (
                *("journal", "name", "entries", "items", "debit", "first"),
                *("last_number", "missing", "gaps"),
            ),
            [
                (
                    row["code"],
                    row["name"],
                    row["entries"],
                    row["items"],
                    Decimal(row["debit"]),
                    row["first"],
                    row["last"],
                    row["missing"],
                    ", ".join(row["gaps"]),
                )
                for row in self.facts["journals"]
            ],
        )

    def _not_sent(self) -> None:
        rows = [
            (
                self.labels["not_sent"][row["why"]],
                row["entries"],
                row["items"],
                Decimal(row["debit"]),
            )
            for row in self.facts["not_sent"]
        ]
        rows += [
            (
                f"{self.words['off_balance']}: {row['account']}",
                "",
                row["items"],
                Decimal(row["balance"]),
            )
            for row in self.facts["off_balance"]
        ]
        self._sheet("not_sent", ("why", "entries", "items", "value"), rows)

    def _closed_changes(self) -> None:
        keys = ("entry", "date", "account", "before", "after", "who", "when", "reason")
        self._sheet(
            "closed",
            keys,
            [
                (
                    row["entry"],
                    _day(row["date"]),
                    row["account"],
                    Decimal(row["before"]),
                    Decimal(row["after"]),
                    row["who"],
                    self.say["when"](row),
                    row["reason"],
                )
                for row in self.facts["closed_changes"]
            ],
        )

    def _causes(self, causes: list) -> str:
        names = self.labels["causes"]
        return ", ".join(f"{names[cause]} {amount}" for cause, amount in causes)

    def _sheet(self, name: str, heads: tuple[str, ...], rows: list[tuple]) -> None:
        sheet = self.book.add_worksheet(self.labels["sheets"][name])
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(heads) - 1, 18)
        self._heads(sheet, 0, heads)
        for number, row in enumerate(rows, start=1):
            self._row(sheet, number, row)
        if rows:
            sheet.autofilter(0, 0, len(rows), len(heads) - 1)

    def _heads(self, sheet, number: int, heads: tuple[str, ...]) -> None:
        for column, head in enumerate(heads):
            sheet.write_string(number, column, self.words[head], self.formats[HEAD])

    def _row(self, sheet, number: int, row: tuple) -> None:
        for column, value in enumerate(row):
            if isinstance(value, Decimal):
                # a spreadsheet has no other numbers than these
                sheet.write_number(number, column, float(value), self.formats[AMOUNT])
            elif isinstance(value, date):
                sheet.write_datetime(number, column, value, self.formats[DAY])
            elif isinstance(value, int):
                sheet.write_number(number, column, value)
            else:
                # never a formula, whatever an account or a journal is called
                sheet.write_string(number, column, value)


def _day(text: str) -> date:
    return datetime.strptime(text, "%Y-%m-%d")
