"""`make bench`: how fast it is on large books, and the long proofs.

`dev/run bench.py [speed|delay|quiet|memory|statement|growth|proofs|all …] [--lines=N]`;
the parts are in the package next to it. The large books (700,000 items, or N) are made
once, which takes some minutes.
"""

import sys

from bench.program import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
