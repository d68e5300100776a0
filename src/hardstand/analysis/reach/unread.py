"""What stands for a policy that cannot be read or is not understood: it may isolate, and it may allow everything."""

from hardstand.analysis.reach.connections import ALL
from hardstand.analysis.reach.peers import Peers
from hardstand.analysis.reach.rule import Effect, Isolating, Origin, Rule


def unreadable(origin: Origin, about: int, reason: str, peers: Peers) -> tuple[list[Rule], list[Isolating]]:
    """The rules of such a policy; `about` is what it may be about."""
    why = f"{origin.policy} says so, which cannot be read: {reason}"
    rule = Rule(Effect.ALLOW, about, peers.all, ALL, origin, why, unsupported=True)
    return [rule], [Isolating(about, origin, why)]
