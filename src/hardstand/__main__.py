"""`python -m hardstand` is `hardstand`."""

import sys

from hardstand.cli.main import main

sys.exit(main())
