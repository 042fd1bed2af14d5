"""`make demo` and `make serve`: a real Odoo, synchronised with a Silverfin sandbox.

Run it by `dev/run demo.py [--serve]`; the parts are in the package next to it.
"""

import sys

from demo.program import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
