"""In which namespaces a persona is at home: by the patterns and environments that the baseline declares for it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from hardstand.baseline.boundary import Boundary, Environment
from hardstand.baseline.globs import Glob
from hardstand.baseline.persona import Persona

Labels = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Home:
    """Where a persona may use the rights that it has in its own namespaces."""

    namespaces: tuple[str, ...] = ()
    everywhere: bool = False
    open: tuple[str, ...] = ()
    """Why there may be more: what could not be told."""

    def holds(self, namespace: str) -> bool:
        """Whether a namespace is among them; the empty one stands for all."""
        return self.everywhere or (bool(namespace) and namespace in self.namespaces)


@dataclass(frozen=True, slots=True)
class Places:
    """The boundary, and the namespaces that were read, by name with the labels of their objects."""

    boundary: Boundary
    known: Mapping[str, Labels | None] = field(default_factory=dict)
    """None for a namespace whose labels are not known."""
    cluster: str | None = None
    """What the cluster is called, where it is known."""
    gap: str = ""
    """Why there may be more namespaces; empty where all are known, or those of the input are meant."""

    def home(self, persona: Persona) -> Home:
        """Where a persona is at home. With patterns and environments, in the namespaces that are in both."""
        if not persona.namespaces and not persona.environments:
            return Home()
        if not persona.environments and any(one.text == "*" for one in persona.namespaces):
            return Home(everywhere=True)
        reasons: list[str] = []
        if not persona.environments:
            found = set(self._fitting(persona.namespaces, reasons.append))
        else:
            found = {name for one in persona.environments for name in self._of(one, reasons.append)}
            if persona.namespaces:
                found = {name for name in found if any(one.fits(name) for one in persona.namespaces)}
        return Home(tuple(sorted(found)), open=tuple(dict.fromkeys(reasons)))

    def outside_production(self) -> Home:
        """The namespaces that are known not to be production; without a boundary, none."""
        reasons: list[str] = []
        others = [name for name in self.boundary.environments if not self.boundary.is_production(name)]
        found = {name for one in others for name in self._of(one, reasons.append)}
        kept = sorted(name for name in found if not self._perhaps_production(name))
        return Home(tuple(kept), open=tuple(dict.fromkeys(reasons)))

    def _of(self, environment: str, say: Callable[[str], None]) -> Iterator[str]:
        """The namespaces of an environment, those that are declared by their names among them."""
        one = self.boundary.environments[environment]
        if one.clusters and self.cluster is not None and not any(each.fits(self.cluster) for each in one.clusters):
            return
        if not one.namespaces:
            say(f"the environment {environment} declares no namespaces, so that which are its cannot be told")
        for each in one.namespaces:
            if each.name is not None and each.name.literal and not each.labels:
                yield each.name.text
                continue
            if self.gap:
                say(self.gap)
            fitting = [name for name, labels in self.known.items() if labels is not None and each.fits(name, labels)]
            yield from fitting
            unlabelled = (name for name, labels in self.known.items() if labels is None)
            fits = [name for name in unlabelled if each.name is None or each.name.fits(name)]
            if each.labels and fits:
                say(f"the labels of namespace {fits[0]} are not in the input, and {environment} is told by labels")
            elif fits:
                yield from fits
            elif not fitting:
                say(f"no namespace in the input is one that {environment} declares by `{each.name or 'labels'}`")

    def _fitting(self, patterns: Iterable[Glob], say: Callable[[str], None]) -> Iterator[str]:
        for one in patterns:
            if one.literal:
                yield one.text
                continue
            found = [name for name in self.known if one.fits(name)]
            if self.gap:
                say(self.gap)
            elif not found:
                say(f"no namespace in the input fits `{one}`")
            yield from found

    def _perhaps_production(self, namespace: str) -> bool:
        labels = self.known.get(namespace)
        for name, one in self.boundary.environments.items():
            if self.boundary.is_production(name) and self._may_hold(one, namespace, labels):
                return True
        return False

    def _may_hold(self, one: Environment, namespace: str, labels: Labels | None) -> bool:
        if one.clusters and self.cluster is not None and not any(each.fits(self.cluster) for each in one.clusters):
            return False
        if not one.namespaces:
            return True  # All of its clusters, or whatever lies at its paths.
        if labels is not None:
            return any(each.fits(namespace, labels) for each in one.namespaces)
        return any(each.name is None or each.name.fits(namespace) for each in one.namespaces)
