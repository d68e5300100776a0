"""One rule of a role, and what it allows.

Source: https://kubernetes.io/docs/reference/access-authn-authz/rbac/#referring-to-resources, and the behaviour of
`VerbMatches`, `APIGroupMatches`, `ResourceMatches`, `ResourceNameMatches` and `NonResourceURLMatches` of Kubernetes'
pkg/apis/rbac/v1.
"""

from dataclasses import dataclass, field

from hardstand.analysis.rbac.request import Request
from hardstand.inventory.views.rbac import PolicyRule

ALL = "*"

NAMELESS = frozenset({"list", "watch", "create", "deletecollection"})
"""Verbs of requests that may carry no name, where they are not for a subresource. To a rule the empty name is a name as
any other, so one with `resourceNames: [""]` allows exactly these.

Source: `ResourceNameMatches`, and `NewRequestInfo` of k8s.io/apiserver/pkg/endpoints/request for what has a name.
"""

_NO_NAME = '"" (requests without a name)'


@dataclass(frozen=True, slots=True)
class Rule:
    """Everything that one rule names; what it names together it allows in every combination."""

    verbs: tuple[str, ...]
    groups: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    """The only objects that it is about; none is all. The empty name is that of requests without one."""
    urls: tuple[str, ...] = ()
    _names: frozenset[str] = field(init=False, repr=False, compare=False)
    """The same again to look things up in: a rule may name thousands, and be asked about as many requests."""
    _resources: frozenset[str] = field(init=False, repr=False, compare=False)
    _urls: frozenset[str] = field(init=False, repr=False, compare=False)
    _starts: tuple[str, ...] = field(init=False, repr=False, compare=False)
    """What stands before the star of paths that have one at the end."""

    def __post_init__(self) -> None:
        for name in ("names", "resources", "urls"):
            object.__setattr__(self, f"_{name}", frozenset(getattr(self, name)))
        object.__setattr__(self, "_starts", tuple(one.rstrip(ALL) for one in self.urls if one.endswith(ALL)))

    @classmethod
    def of(cls, view: PolicyRule) -> "Rule":
        """The rule that a view shows. MalformedFieldError where a field is not as Kubernetes has it."""
        return cls(
            tuple(view.verbs),
            tuple(view.api_groups),
            tuple(view.resources),
            tuple(view.resource_names),
            tuple(view.non_resource_urls),
        )

    def allows(self, asked: Request) -> bool:
        """Tell whether the rule by itself allows a request."""
        if asked.verb not in self.verbs and ALL not in self.verbs:
            return False
        if asked.path is not None:
            return self.covers_url(asked.path)
        if asked.group not in self.groups and ALL not in self.groups:
            return False
        if self.names and asked.name not in self._names:
            return False
        return self.covers_resource(asked.combined, asked.subresource)

    def covers_resource(self, combined: str, subresource: str) -> bool:
        """Tell whether the rule names a resource; `*/scale` names that subresource of all."""
        resources = self._resources
        if combined in resources or ALL in resources:
            return True
        return bool(subresource) and f"*/{subresource}" in resources

    def covers_url(self, path: str) -> bool:
        """Tell whether the rule names a path; a star at the end stands for whatever follows."""
        return path in self._urls or path.startswith(self._starts)

    def written(self) -> dict[str, list[str]]:
        """As Kubernetes writes it, without what is empty."""
        fields = {
            "apiGroups": self.groups,
            "resources": self.resources,
            "resourceNames": self.names,
            "nonResourceURLs": self.urls,
            "verbs": self.verbs,
        }
        return {name: list(words) for name, words in fields.items() if words}

    def __str__(self) -> str:
        on = list(self.urls)
        if self.resources:
            groups = [one or "core" for one in self.groups]
            on.append(f"{', '.join(self.resources)} ({', '.join(groups)})")
        return f"{', '.join(self.verbs)} {'; '.join(on)}{self.named}"

    @property
    def named(self) -> str:
        """Which objects it is about, as words that follow the resources; nothing for all."""
        if not self.names:
            return ""
        return f" named {', '.join(one or _NO_NAME for one in self.names)}"
