"""How much one document may ask of us. All limits are far above what a cluster accepts; each says why it is there."""

MAX_BYTES = 64 * 1024 * 1024
"""Of one document. The API server refuses requests above 3 MiB; only dumped Lists of whole clusters are larger."""

MAX_NODES = 4_000_000
"""Keys and values of one document. Small nodes cost Python far more memory than text: this keeps it below 1 GB."""

MAX_DEPTH = 10_000
"""Nesting, as in kubectl, whose YAML and JSON readers both stop there."""

MAX_NESTED_WORK = 300_000_000
"""Nodes times their depth. libyaml looks at every open flow collection for each token: this is a second or two."""

STRIDE = 4096
"""Events between two looks at the limits above; looking at each event would cost more than decoding it."""

_RATIO_FROM, _RATIO_TO = 400_000, 4_000_000


def aliases_exceed(decoded: int, by_alias: int) -> bool:
    """Whether aliases expand to too much: `by_alias` of `decoded` nodes were reached through an alias.

    kubectl's own rule, so that what it applies can be read here: up to 400,000 nodes 99 % may come from aliases, from
    4,000,000 on 10 %, and in between the share falls in a straight line (sigs.k8s.io/yaml, goyaml.v2/decode.go).
    Whoever walks the document as a tree therefore meets at most about a hundred times its own nodes.
    """
    if by_alias <= 100 or decoded <= 1000:
        return False
    if decoded <= _RATIO_FROM:
        allowed = 0.99
    elif decoded >= _RATIO_TO:
        allowed = 0.10
    else:
        allowed = 0.99 - 0.89 * ((decoded - _RATIO_FROM) / (_RATIO_TO - _RATIO_FROM))
    return by_alias / decoded > allowed
