# ruff: noqa: F821 (`env` is given by the shell)
"""For `odoo shell`: more companies, which have their books from the first one's chart.

Reads `count` and `entries` (in each) as JSON from the variable SILVERFIN_GIVEN and
writes the companies' ids into the file that it names.
"""

import json
import os
from pathlib import Path

given = json.loads(os.environ["SILVERFIN_GIVEN"])
first = env["res.company"].search([], order="id", limit=1)
companies = env["res.company"].create(
    [
        # with a country, Odoo would load a chart of accounts: minutes for twenty
        {"name": f"Company {number}", "currency_id": first.currency_id.id}
        for number in range(given["count"])
    ]
)
env.ref("base.user_admin").write(
    {"company_ids": [(4, company.id) for company in companies]}
)
env.flush_all()
cr = env.cr
for company in companies.ids:
    cr.execute(
        """INSERT INTO account_account_res_company_rel
            (account_account_id, res_company_id)
        SELECT account_account_id, %s FROM account_account_res_company_rel
        WHERE res_company_id = %s ON CONFLICT DO NOTHING""",
        [company, first.id],
    )
    cr.execute(
        """UPDATE account_account SET code_store = code_store
            || jsonb_build_object(%s, code_store->>%s)
        WHERE code_store ? %s""",
        [str(company), str(first.id), str(first.id)],
    )
    cr.execute(
        """INSERT INTO account_journal SELECT (jsonb_populate_record(journal,
            jsonb_build_object('id', nextval('account_journal_id_seq'),
                'company_id', %s))).*
        FROM account_journal journal WHERE id = (SELECT journal_id FROM account_move
            WHERE company_id = %s AND state = 'posted' ORDER BY id LIMIT 1)
        RETURNING id""",
        [company, first.id],
    )
    ((journal,),) = cr.fetchall()
    for _number in range(given["entries"]):
        cr.execute(
            """INSERT INTO account_move SELECT (jsonb_populate_record(move,
                jsonb_build_object('id', entry.id, 'name', 'COPY/' || entry.id,
                    'sequence_prefix', 'COPY/', 'sequence_number', entry.id,
                    'company_id', %s, 'journal_id', %s))).*
            FROM (SELECT nextval('account_move_id_seq') AS id) entry,
                account_move move
            WHERE move.id = (SELECT min(id) FROM account_move
                WHERE company_id = %s AND state = 'posted')
            RETURNING id""",
            [company, journal, first.id],
        )
        ((entry,),) = cr.fetchall()
        cr.execute(
            """INSERT INTO account_move_line SELECT (jsonb_populate_record(line,
                jsonb_build_object('id', nextval('account_move_line_id_seq'),
                    'move_id', %s, 'move_name', 'COPY/' || %s, 'company_id', %s,
                    'journal_id', %s, 'full_reconcile_id', NULL,
                    'matching_number', NULL))).*
            FROM account_move_line line
            WHERE line.move_id = (SELECT min(id) FROM account_move
                WHERE company_id = %s AND state = 'posted')""",
            [entry, entry, company, journal, first.id],
        )
cr.commit()
Path(given["answer"]).write_text(json.dumps(companies.ids))
