"""`python -m irloom` is the command `irloom`."""

import sys

from irloom.cli.main import main

sys.exit(main())
