"""A ledger made by code, on ten charts of accounts, against Odoo's own sums.

    dev/run ledgers.py [PYTEST OPTION …]

Installs the countries' modules beside this one in a database of its own and runs the
tests of ``dev/ledgers`` there: ``tests/ledgers`` describes the ledger and what holds of
it. Prints what was compared of each chart, without a start date and with one at the
beginning of each later closed or open year; and what the module's own comparison looked
at, which must name no cause on these clean books. ``-k Denmark`` chooses one chart,
``-k false_alarm`` the second half of that on each.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from devlib import Databases, prepare, say, step
from devlib.paths import ADDONS, OWN

MODULES = (
    *("l10n_fr_account", "l10n_nl", "l10n_lu", "l10n_uk", "l10n_de", "l10n_dk"),
    "account_silverfin",
)
"""Belgium's is in every database."""
HEADS = ("chart", "retained", "accounts", "start dates", "months", "figures", "differ")
ALARMS = ("chart", "comparisons", "periods", "balances", "causes")


def figures(rows: Sequence[dict]) -> str:
    """What was compared with Odoo's own sums."""
    texts = [
        (
            row["chart"],
            row["retained"],
            f"{row['accounts']}",
            f"{row['start_dates']}",
            f"{row['months']}",
            f"{row['figures']:,}",
            f"{len(row['differences'])}",
        )
        for row in rows
    ]
    return table([HEADS, *texts])


def alarms(rows: Sequence[dict]) -> str:
    """What the module's own comparison looked at, and how often it named a cause."""
    return table([ALARMS, *([f"{row[head]}" for head in ALARMS] for row in rows)])


def table(texts: Sequence[Sequence[str]]) -> str:
    """One line a chart, as reStructuredText."""
    widths = [max(map(len, column)) for column in zip(*texts, strict=True)]
    rule = "  ".join("=" * width for width in widths)
    lines = ["  ".join(map(str.ljust, row, widths)).rstrip() for row in texts]
    return "\n".join([rule, lines[0], rule, *lines[1:], rule])


def main(options: Sequence[str]) -> int:
    """Install, compare and print; 0 where every test passed and nothing differs."""
    environment = prepare()
    report = OWN / "reports" / "ledgers.jsonl"
    report.parent.mkdir(exist_ok=True)
    report.write_text("")
    databases = Databases(environment)
    with environment.postgres, databases.temporary("ledgers", "bare") as database:
        with step("installing the countries' modules"):
            databases.install(database, MODULES)
        status = subprocess.run(
            _command(str(environment.python), database, options),
            env=environment.variables | {"SILVERFIN_LEDGERS": str(report)},
            cwd=ADDONS,
            check=False,
        ).returncode
    rows = [json.loads(line) for line in report.read_text().splitlines()]
    against_odoo = [row for row in rows if "figures" in row]
    own = [row for row in rows if "causes" in row]
    if against_odoo:
        print(f"\n{figures(against_odoo)}")
    if own:
        print(f"\n{alarms(own)}")
    differences = [text for row in against_odoo for text in row["differences"]]
    for text in differences[:20]:
        say(text)
    return status or bool(differences) or not rows


def _command(python: str, database: str, options: Sequence[str]) -> list[str]:
    # below the add-ons link, so that Odoo knows the tests as the module's
    tests = Path(ADDONS) / "account_silverfin" / "dev" / "ledgers"
    command = [python, "-m", "pytest", "-q", "--tb=short", "-p", "no:cacheprovider"]
    return [*command, f"--odoo-database={database}", *options, str(tests)]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
