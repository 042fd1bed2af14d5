"""Compare with someone else's figures and years: financial reports and years of OCA.

    dev/run oca.py [PYTEST OPTION …]

Fetches OCA's ``account_financial_report`` and ``account_fiscal_year`` from PyPI into
the cache, installs them beside the module in a database of its own, and runs the tests
of ``dev/oca``: the same trial balance per year, and the same open items per account and
partner, in what the sandbox holds and in OCA's reports; financial years as OCA's
records have them. Not part of ``make test``, which needs nobody's add-ons.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from devlib import Databases, Environment, SetupError, prepare, step
from devlib.paths import ADDONS, DEV, OWN, SHARED, short_hash

MODULES = ("account_financial_report", "account_fiscal_year")
REQUIREMENTS = DEV / "requirements-oca.txt"


def addons(environment: Environment) -> Path:
    """The folder with OCA's add-ons, fetched once for each list of versions."""
    folder = SHARED / f"oca-{short_hash(REQUIREMENTS.read_text())}"
    complete = folder / ".complete"
    if not complete.exists():
        pip = [str(environment.python), "-m", "pip", "install", "-q", "--no-deps"]
        with step("fetching OCA's financial reports"):
            done = subprocess.run(
                [*pip, "--upgrade", "-t", str(folder), "-r", str(REQUIREMENTS)],
                capture_output=True,
                text=True,
                check=False,
            )
            if done.returncode:
                raise SetupError(f"pip could not fetch them: {done.stderr.strip()}")
            complete.touch()
    return folder / "odoo" / "addons"


def configuration(environment: Environment, folder: Path) -> Path:
    """Odoo's configuration of this checkout, with one folder of add-ons more."""
    usual = Path(environment.shell_variables["ODOO_RC"])
    path = OWN / "odoo-oca.conf"
    path.write_text(
        "".join(
            f"{line},{folder}\n" if line.startswith("addons_path") else f"{line}\n"
            for line in usual.read_text().splitlines()
        )
    )
    return path


def main(options: Sequence[str]) -> int:
    """Install and compare; answers pytest's exit status."""
    environment = prepare()
    folder = addons(environment)
    variables = environment.variables | {
        "ODOO_RC": str(configuration(environment, folder))
    }
    with (
        environment.postgres,
        Databases(environment).temporary("oca", "test") as database,
    ):
        with step("installing them"):
            subprocess.run(
                environment.odoo_command(
                    *("-d", database, "-i", ",".join(MODULES)),
                    *("--stop-after-init", "--no-http", "--log-level=warn"),
                ),
                env=variables,
                check=True,
            )
        command = [str(environment.python), "-m", "pytest", "-q", "-rfE"]
        command += ["-p", "no:cacheprovider", f"--odoo-database={database}"]
        # below the add-ons link, so that Odoo knows the tests as the module's
        tests = ADDONS / "account_silverfin" / "dev" / "oca"
        return subprocess.run(
            [*command, *options, str(tests)], env=variables, cwd=ADDONS, check=False
        ).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
