"""`python -m careersim`: the command line."""

import sys

from careersim.cli import main

if __name__ == "__main__":
    sys.exit(main())
