"""Rights that lead further than they look, and the rules that give them.

Source: https://kubernetes.io/docs/concepts/security/rbac-good-practices/#privilege-escalation-risks
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from hardstand.analysis.rbac.rule import ALL, NAMELESS, Rule

RBAC = "rbac.authorization.k8s.io"


@dataclass(frozen=True, slots=True)
class Right:
    """Any of these verbs on any of these resources."""

    verbs: tuple[str, ...]
    group: str = ""
    resources: tuple[str, ...] = ()
    """Those that a Role can give as well as a ClusterRole."""
    everywhere: tuple[str, ...] = ()
    """Those that lie in no namespace: a Role that names them gives nothing."""
    names: tuple[str, ...] | None = ()
    """Of a rule that names its objects: the names that count. None where a name limits nothing.

    A rule that has the empty name among them gives all of a right to list, to watch or to create: see `NAMELESS`.
    """

    def given_by(self, rule: Rule, *, cluster: bool) -> bool:
        """Tell whether a rule gives the right. `cluster`: it is a ClusterRole's."""
        found = (
            _any(rule.verbs, self.verbs)
            and _any(rule.groups, (self.group,))
            and any(rule.covers_resource(one, one.partition("/")[2]) for one in self.of(cluster=cluster))
        )
        if not found or self.names is None or not rule.names:
            return found
        return any(name in rule.names for name in self.names) or self._given_nameless(rule, cluster=cluster)

    def _given_nameless(self, rule: Rule, *, cluster: bool) -> bool:
        """Whether a rule that names its objects gives the right to requests without a name."""
        plain = (one for one in self.of(cluster=cluster) if "/" not in one)
        return (
            "" in rule.names
            and bool(self.nameless)
            and _any(rule.verbs, self.nameless)
            and any(rule.covers_resource(one, "") for one in plain)
        )

    @property
    def nameless(self) -> tuple[str, ...]:
        """Those of its verbs that need no name."""
        return tuple(verb for verb in self.verbs if verb in NAMELESS)

    def of(self, *, cluster: bool) -> tuple[str, ...]:
        """The resources that a role of the kind can give."""
        return (*self.resources, *self.everywhere) if cluster else self.resources


def is_everything(rule: Rule) -> bool:
    """Tell whether a rule gives all there is among the API's resources.

    One that is for requests without a name alone is not: of that, each right is told by itself.
    """
    return not rule.names and ALL in rule.verbs and ALL in rule.resources and ALL in rule.groups


def _any(held: Collection[str], asked: Iterable[str]) -> bool:
    return ALL in held or any(one in held for one in asked)
