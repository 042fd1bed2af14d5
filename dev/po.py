"""`dev/run po.py` brings i18n/*.po up to the template; `--check` only looks.

Run it after `dev/run pot.py`. It names each text that is not translated, or whose
translation lost a placeholder, a tag or an address.
"""

import subprocess
import sys
from pathlib import Path

from devlib import prepare
from devlib.paths import REPOSITORY

CATALOGUES = Path(__file__).parent / "po" / "catalogues.py"


def main(arguments: list[str]) -> int:
    """Write the catalogues, or check them."""
    command = [str(prepare().python), str(CATALOGUES), str(REPOSITORY / "i18n")]
    return subprocess.run([*command, *arguments], check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
