"""`dev/run pot.py` writes i18n/account_silverfin.pot anew; `--check` only compares.

The template of all translatable texts, as Odoo exports it. Its dates and version say
when it was made, not what is in it, and are left out of the comparison.
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from devlib import Databases, prepare
from devlib.paths import REPOSITORY

TEMPLATE = REPOSITORY / "i18n" / "account_silverfin.pot"
VOLATILE = re.compile(r'^"(POT-Creation|PO-Revision|Project-Id)[^\n]*\n', re.MULTILINE)


def exported() -> str:
    """The template as Odoo makes it from the module as it is now."""
    environment = prepare()
    with environment.postgres, tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "account_silverfin.pot"
        with Databases(environment).temporary("pot", "test") as database:
            command = ["i18n", "export", "-d", database, "-o", str(file)]
            subprocess.run(
                environment.odoo_command(*command, "account_silverfin"),
                env=environment.variables,
                check=True,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        return file.read_text()


def main(arguments: list[str]) -> int:
    """Write the template, or compare it."""
    text = VOLATILE.sub("", exported())
    if "--check" in arguments:
        if TEMPLATE.exists() and TEMPLATE.read_text() == text:
            return 0
        print("i18n/account_silverfin.pot is not current: run `dev/run pot.py`")
        return 1
    TEMPLATE.parent.mkdir(exist_ok=True)
    TEMPLATE.write_text(text)
    print(f"{TEMPLATE.relative_to(REPOSITORY)}: {text.count('msgid')} texts")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
