"""Network: what may talk to what, what should, and what does.

All verbs read files, snapshots (`hardstand snapshot`) and, with --cluster, the running cluster.
"""

from collections.abc import Mapping

VERBS: Mapping[str, str] = {
    "check": "hold what policies allow against the baseline's flow table",
    "generate": "write the network policies that allow exactly the flow table",
}
"""Each verb's module under hardstand.cli.net, and its line in --help."""
