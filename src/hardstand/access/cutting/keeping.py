"""What a cut leaves alone: what Kubernetes gives itself, what is for emergencies, and what a person says."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from hardstand.access.cutting.cut import Weigh
from hardstand.access.cutting.running import Running
from hardstand.access.cutting.weights import weight
from hardstand.analysis.escalation.graph import Element
from hardstand.analysis.rbac.defaults import default_grant
from hardstand.analysis.rbac.grants import Grant
from hardstand.analysis.rbac.permissions import Permissions
from hardstand.analysis.rbac.who import Sort, Who
from hardstand.baseline.baseline import Baseline
from hardstand.baseline.globs import Glob
from hardstand.baseline.persona import is_break_glass


@dataclass(frozen=True, slots=True)
class Keeping:
    """Which grants may not be taken away, and why not."""

    bindings: Collection[str] = ()
    """As people name them: `web`, `shop/web`, `rolebinding/web`, `RoleBinding shop/web`."""
    subjects: Collection[Who] = ()
    baseline: Baseline | None = None
    """Its personas for emergencies keep what they have, and so does who may break the gate's glass."""
    system: bool = False
    """What is Kubernetes' own may go as well."""

    def why(self, element: Element) -> str | None:
        """Why it is kept; None where it may go."""
        if not isinstance(element, Grant):
            return "it is no grant"
        if _called(element) & set(self.bindings):
            return "--keep names it"
        if not self.system and default_grant(element):
            return "Kubernetes makes it itself (--system takes it in)"
        return self.spares(element.who)

    def spares(self, who: Who) -> str | None:
        """Why somebody keeps all that is given to it; None where it does not."""
        if who in self.subjects:
            return "--keep names it"
        return _emergency(self.baseline, who) if self.baseline else None

    def unmet(self, permissions: Permissions) -> list[str]:
        """The words of `bindings` that name nothing there, neither a binding nor one of the subjects."""
        there = {name for grant in permissions.grants for name in (*_called(grant), *_words(grant.who))}
        return [word for word in self.bindings if word not in there]

    def weigh(self, permissions: Permissions, running: Running) -> Weigh:
        """Weighs grants that are on some way; what is kept is not weighed."""

        def costs(elements: Sequence[Element]) -> list[int | None]:
            cuttable = frozenset(one for one in elements if isinstance(one, Grant) and self.why(one) is None)
            return [weight(permissions, one, running, cuttable) if one in cuttable else None for one in elements]

        return costs


def _called(grant: Grant) -> set[str]:
    """The ways to name a grant's binding."""
    name = f"{grant.namespace}/{grant.binding.name}" if grant.namespace else grant.binding.name
    return {
        grant.binding.name,
        grant.given_by,
        name,
        f"{grant.kind.lower()}/{grant.binding.name}",
        f"{grant.kind.lower()}:{name}",
    }


def _words(who: Who) -> set[str]:
    """The ways to name a subject."""
    return {who.word, who.user, who.word.replace("serviceaccount:", "sa:", 1)} - {""}


def _emergency(baseline: Baseline, who: Who) -> str | None:
    """Which word of the baseline says that somebody is for emergencies."""
    if who.user in baseline.gate.users or (who.sort is Sort.GROUP and who.name in baseline.gate.groups):
        return "it is for emergencies: the baseline's gate.break_glass"
    for name, persona in baseline.personas.items():
        groups = {baseline.signing_in.group(one) for one in persona.groups}
        is_it = (who.sort is Sort.GROUP and who.name in groups) or any(_meant(one, who) for one in persona.subjects)
        if is_it and is_break_glass(name, persona):
            return f"it is for emergencies: the baseline's persona {name}"
    return None


def _meant(pattern: Glob, who: Who) -> bool:
    names = {who.name, who.word, who.user, f"{who.namespace}/{who.name}"}
    return any(pattern.fits(name) for name in names if name)
