"""Entry of every command in dev/: `python3 run.py COMMAND [ARGUMENT …]`.

Needs nothing but the standard library, so it runs before anything is set up.
"""

import sys

if sys.version_info < (3, 10):  # noqa: UP036 (the very check of it)
    found = ".".join(map(str, sys.version_info[:2]))
    sys.exit(f"Python 3.10 or later is needed, this is {found}: install python3.11")

from devlib.commands import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
