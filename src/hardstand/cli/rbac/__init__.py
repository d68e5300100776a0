"""Identity: who can do what, how they came to, and what they really need.

All verbs but grant and kubeconfig read files, snapshots (`hardstand snapshot`) and, with --cluster, the running
cluster. Grant reads none, and writes to the cluster with --apply; kubeconfig asks none: --server says where it is.
"""

from collections.abc import Mapping

VERBS: Mapping[str, str] = {
    "can": "tell whether a subject may do something, and by which binding",
    "who-can": "list everyone who may do something",
    "what-can": "list everything that a subject may do",
    "paths": "list how identities become others, a node or the cluster",
    "cut": "find the fewest grants to take away so that no path to power is left",
    "least": "write the smallest roles that cover what a subject used, from audit logs",
    "unused": "list identities that hold grants and did nothing for too long, from audit logs",
    "personas": "write the roles of the baseline's personas, or say who holds more than theirs",
    "idp": "hold the groups that bindings name against an export of the identity provider",
    "kubeconfig": "write a kubeconfig for a persona, with which people sign in and no secret in it",
    "grant": "give a role for a time, with a reason",
    "review": "have every grant reviewed: asked about, answered, signed and kept as evidence",
    "drift": "list what is other than the last review approved",
}
"""Each verb's module under hardstand.cli.rbac, and its line in --help."""
