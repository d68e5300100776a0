"""Network: what may talk to what, what should, and what does.

All verbs read files, snapshots (`hardstand snapshot`) and, with --cluster, the running cluster.
"""

from collections.abc import Mapping

VERBS: Mapping[str, str] = {}
"""Each verb's module under hardstand.cli.net, and its line in --help."""
