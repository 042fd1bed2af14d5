"""`make screenshots`: every picture of the guide and of the Odoo Apps page, anew.

    dev/run pictures.py [--only WORD]

The books are those of `make demo`, synchronised with the sandbox: what is seen was
really sent, compared and held. See the package next to it.
"""

import sys

from pictures.program import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
