"""What a cut leaves alone: what Kubernetes gives itself, what is for emergencies, and what a person says."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from hardstand.access.cutting.running import Running
from hardstand.access.cutting.weights import weight
from hardstand.analysis.escalation.graph import Element
from hardstand.analysis.rbac.grants import Grant
from hardstand.analysis.rbac.permissions import Permissions
from hardstand.analysis.rbac.who import Who
from hardstand.baseline.cadence import Persona
from hardstand.baseline.globs import Glob

_DEFAULTS = ("kubernetes.io/bootstrapping", "rbac-defaults")
"""The label of what the API server makes when it starts, and makes again.

Source: https://kubernetes.io/docs/reference/access-authn-authz/rbac/#default-roles-and-role-bindings
"""


@dataclass(frozen=True, slots=True)
class Keeping:
    """Which grants may not be taken away, and why not."""

    bindings: Collection[str] = ()
    """As people name them: `RoleBinding shop/web`, or their names alone."""
    subjects: Collection[Who] = ()
    personas: Mapping[str, Persona] | None = None
    """Those of the baseline: what is for emergencies only is kept."""
    system: bool = False
    """What is Kubernetes' own may go as well."""

    def why(self, element: Element) -> str | None:
        """Why it is kept; None where it may go."""
        if not isinstance(element, Grant):
            return "it is no grant"
        if element.who in self.subjects or _called(element) & set(self.bindings):
            return "--keep names it"
        if not self.system and _own(element):
            return "Kubernetes makes it itself (--system takes it in)"
        for name, persona in (self.personas or {}).items():
            if persona.break_glass and any(_meant(pattern, element.who) for pattern in persona.subjects):
                return f"it is for emergencies: the baseline's persona {name}"
        return None

    def weigh(self, permissions: Permissions, running: Running) -> Callable[[Element], int | None]:
        """What taking away costs; nothing is weighed that is kept."""

        def cost(element: Element) -> int | None:
            if not isinstance(element, Grant) or self.why(element) is not None:
                return None
            return weight(permissions, element, running)

        return cost


def _called(grant: Grant) -> set[str]:
    """The ways to name a grant's binding."""
    name = f"{grant.namespace}/{grant.binding.name}" if grant.namespace else grant.binding.name
    return {grant.given_by, name, f"{grant.kind.lower()}/{grant.binding.name}", f"{grant.kind.lower()}:{name}"}


def _own(grant: Grant) -> bool:
    """Tell whether the binding is one that Kubernetes makes itself.

    The label says it, of names that Kubernetes gives: anybody can write a label.
    """
    name = grant.binding.name
    metadata = grant.binding.data.get("metadata")
    labels = metadata.get("labels") if isinstance(metadata, dict) else None
    key, value = _DEFAULTS
    labelled = isinstance(labels, dict) and labels.get(key) == value
    return labelled and (name == "cluster-admin" or name.startswith("system:"))


def _meant(pattern: Glob, who: Who) -> bool:
    names = {who.name, who.word, who.user, f"{who.namespace}/{who.name}"}
    return any(pattern.fits(name) for name in names if name)
