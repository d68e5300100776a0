"""Warnings of what policies name and nothing that was read is."""

from collections.abc import Sequence

from hardstand.analysis.reach.idle import Idle, idle_in
from hardstand.cli.errors import warn
from hardstand.cli.net.asking import Network

_FEW = 3
"""Policies and peers that are named."""


def warn_of_idle(network: Network, *, ports: bool) -> Idle:
    """Say what policies name that is not there, in one line, and give it. `ports`: named ports too, each by itself."""
    found = idle_in(network.found.neighbours, network.estate.peers)
    counts = (
        (found.policies, "policy selects no pod", "policies select no pod"),
        (found.peers, "peer of a rule is nobody", "peers of rules are nobody"),
    )
    parts = [f"{len(some)} {one if len(some) == 1 else many} ({_listed(some)})" for some, one, many in counts if some]
    if parts:
        warn(
            f"of what was read, {', and '.join(parts)}",
            "is a label misspelt, or was what makes the pods not read, such as a custom resource?",
        )
    for one in found.ports if ports else ():
        warn(one)
    return found


def _listed(names: Sequence[str]) -> str:
    more = [f"and {len(names) - _FEW} more"] if len(names) > _FEW else []
    return ", ".join([*names[:_FEW], *more])
