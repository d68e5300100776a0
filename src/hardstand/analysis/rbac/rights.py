"""Rights that lead further than they look, and the rules that give them.

Source: https://kubernetes.io/docs/concepts/security/rbac-good-practices/#privilege-escalation-risks
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from hardstand.analysis.rbac.rule import ALL, Rule

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
    """Of a rule that names its objects: the names that count. None where a name limits nothing."""

    def given_by(self, rule: Rule, *, cluster: bool) -> bool:
        """Tell whether a rule gives the right. `cluster`: it is a ClusterRole's."""
        found = (
            _any(rule.verbs, self.verbs)
            and _any(rule.groups, (self.group,))
            and any(rule.covers_resource(one, one.partition("/")[2]) for one in self.of(cluster=cluster))
        )
        if not found or self.names is None or not rule.names:
            return found
        return any(name in rule.names for name in self.names)

    def of(self, *, cluster: bool) -> tuple[str, ...]:
        """The resources that a role of the kind can give."""
        return (*self.resources, *self.everywhere) if cluster else self.resources


def is_everything(rule: Rule) -> bool:
    """Tell whether a rule gives all there is among the API's resources."""
    return not rule.names and ALL in rule.verbs and ALL in rule.resources and ALL in rule.groups


def _any(held: Collection[str], asked: Iterable[str]) -> bool:
    return ALL in held or any(one in held for one in asked)
