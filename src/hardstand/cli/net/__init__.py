"""Network: what may talk to what, what should, and what does.

All verbs read files, snapshots (`hardstand snapshot`) and, with --cluster, the running cluster.
"""

from collections.abc import Mapping

VERBS: Mapping[str, str] = {
    "reach": "tell who may reach whom, in text, data and pictures, and which rule decides",
    "matrix": "tell of all pairs at once whether everything, something or nothing is allowed",
    "diff": "tell what a change to policies or workloads allows, and what it takes away",
    "probe": "tell whether one connection is allowed, or each of many, and by which rule",
    "observe": "hold what flow logs tell against what is allowed and intended, and tell alerts",
    "forecast": "tell what would break of what was seen, if policies were applied",
    "check": "hold what policies allow against the baseline's flow table",
    "generate": "write the network policies that allow exactly the flow table",
}
"""Each verb's module under hardstand.cli.net, and its line in --help."""
