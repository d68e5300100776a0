"""`python -m hardstand` is `hardstand`."""

from hardstand.cli.main import entry

entry()
