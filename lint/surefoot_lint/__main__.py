"""`python -m surefoot_lint`."""

import sys

from surefoot_lint.cli import main

sys.exit(main())
