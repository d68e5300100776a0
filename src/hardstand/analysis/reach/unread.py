"""What stands for a policy that cannot be read or is not understood: it may isolate, and it may allow everything."""

from collections.abc import Iterator

from hardstand.analysis.reach.connections import ALL
from hardstand.analysis.reach.peers import Peers
from hardstand.analysis.reach.rule import Effect, Isolating, Origin, Policies, Rule

_READ = " could be read: "


def unread(policy: str, reason: str) -> str:
    """The condition of the rules that stand for a policy that cannot be read."""
    return f"{policy}{_READ}{reason}"


def unread_policies(policies: Policies) -> Iterator[str]:
    """Each policy that cannot be read, with the field and the file, for a person."""
    for stage in (*policies.ingress, *policies.egress):
        for rule in stage.rules:
            what, said, reason = rule.condition.partition(_READ)
            if rule.unsupported and said:
                where = f" ({rule.origin.file})" if rule.origin.file else ""
                yield f"{what} cannot be read: {reason}{where}"


def unreadable(origin: Origin, about: int, reason: str, peers: Peers) -> tuple[list[Rule], list[Isolating]]:
    """The rules of such a policy; `about` is what it may be about."""
    why = unread(origin.policy, reason)
    rule = Rule(Effect.ALLOW, about, peers.all, ALL, origin, why, unsupported=True)
    return [rule], [Isolating(about, origin, why)]
