"""PostgreSQL writes the same JSON as Python, whatever stands in the texts."""

import json
from dataclasses import astuple
from datetime import date
from decimal import Decimal

from odoo.tests import TransactionCase, tagged
from odoo.tools import SQL

from ..silverfin_api import Dimension, Upsert, exact_json, wire
from ..sync import items
from ..sync.written import written

TEXTS = (
    "plain",
    "",
    'quotes " and \\ and / and {"upsert":{',
    "a\nb\r\tc\x01\x1f\x7f\x0b\x0c\x08",
    "é ß ñ 日本語 😀 \u2028\u2029 \u202e \ufeff \ud7ff",
    "</script> & ' %s %(x)s %%",
    "null",
    " spaces  ",
    "x" * 5000,
)
AMOUNTS = tuple(
    map(Decimal, ("0", "0.00", "-0.01", "121.10", "-999999999999.99", "0.0000001"))
)
DAYS = (date(2026, 1, 31), date(1, 1, 1), date(9999, 12, 31))


@tagged("post_install", "-at_install")
class TestWritten(TransactionCase):
    def upserts(self):
        for number, text in enumerate(TEXTS):
            amount = AMOUNTS[number % len(AMOUNTS)]
            yield Upsert(
                id=wire.transaction_id(number + 1, number % 3),
                date=DAYS[number % len(DAYS)],
                account_number=text or "400000",
                value=amount,
                description=text,
                relation=TEXTS[-number],
                open_value=-amount,
                open_category="payable",
                dimensions=tuple(
                    Dimension(place + 1, text or "P1", TEXTS[-number])
                    for place in range(number % 5)
                ),
                extra_fields=(text, None, "", TEXTS[-number]),
            )
        yield Upsert("7", DAYS[0], "4", Decimal(1), extra_fields=())

    def by_postgres(self, upsert, has_dimensions=True):
        line_id, _slash, part = upsert.id.partition("/")
        self.env.cr.execute(
            SQL(
                """SELECT %(action)s FROM (SELECT %(line)s::int AS line_id,
                    %(part)s::int AS part, %(date)s::date AS date,
                    %(number)s AS account_number, %(value)s::numeric AS value,
                    %(description)s AS description, %(relation)s AS relation,
                    %(open_value)s::numeric AS open_value,
                    %(category)s AS open_category, %(dimensions)s::jsonb AS dimensions,
                    %(extra)s::text[] AS extra) item""",
                action=items.action(has_dimensions),
                line=line_id,
                part=part or 0,
                date=upsert.date.isoformat(),
                number=upsert.account_number,
                value=str(upsert.value),
                description=upsert.description,
                relation=upsert.relation,
                open_value=upsert.open_value and str(upsert.open_value),
                category=upsert.open_category,
                dimensions=json.dumps([astuple(one) for one in upsert.dimensions])
                if upsert.dimensions
                else None,
                extra=list(upsert.extra_fields),
            )
        )
        return self.env.cr.fetchone()[0]

    def sent(self, action, labels):
        request = wire.submit_request(
            "1",
            "2",
            sync_point="p",
            content=wire.submit_content([action], [], labels),
        )
        return exact_json.loads(request.body)

    def test_same_as_python(self):
        labels = ["a", "b", "c", "d"]
        for upsert in self.upserts():
            action = wire.Written(self.by_postgres(upsert))
            found = self.sent(action, labels)
            self.assertEqual(found, self.sent(upsert, labels))
            # a Decimal equals another with more zeros; Silverfin may not think so
            self.assertEqual(str(found), str(self.sent(upsert, labels)))
            if not upsert.dimensions:
                self.assertEqual(self.by_postgres(upsert, False), action.text)

    def test_same_in_every_session(self):
        upsert = next(self.upserts())
        before = self.by_postgres(upsert)
        self.env.cr.execute("SET LOCAL DateStyle = 'SQL, DMY'")
        self.env.cr.execute("SET LOCAL TIME ZONE 'Pacific/Auckland'")
        self.assertEqual(self.by_postgres(upsert), before)

    def test_shapes_that_silverfin_may_come_to_ask(self):
        """Other constants, lists and nested objects: the composer knows no name."""
        template = {"a": {"b%s": wire.Slot("x", "text")}, "c": [1, "%s"], "d": {}}
        self.env.cr.execute(
            SQL("SELECT %s", written(template, {"x": SQL("'y'::text")}))
        )
        self.assertEqual(
            exact_json.loads(self.env.cr.fetchone()[0].encode()),
            {"a": {"b%s": "y"}, "c": [1, "%s"], "d": {}},
        )
