"""What is production and what is not: environments, and what lies in each."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, ClassVar

from hardstand.baseline.globs import Glob, PathGlob, labels_fit
from hardstand.baseline.shape import At, Says

Globs = tuple[Glob, ...]

_NAME_LABEL = "kubernetes.io/metadata.name"
"""The label that the API server gives every namespace, with its name.

Source: https://kubernetes.io/docs/reference/labels-annotations-taints/#kubernetes-io-metadata-name
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Namespaces:
    """Namespaces, by name and by the labels of the Namespace object; both must fit where both are given."""

    SHORT: ClassVar[str] = "name"

    name: Annotated[Glob | None, Says("Pattern for the name.")] = None
    labels: Annotated[Mapping[str, Glob], Says("Labels of the Namespace object, each with a pattern.")] = field(
        default_factory=dict
    )

    def fits(self, name: str, labels: Mapping[str, str]) -> bool:
        """Tell whether a namespace is one of these."""
        known = {**labels, _NAME_LABEL: name}
        return (self.name is None or self.name.fits(name)) and labels_fit(self.labels, known)


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """Something outside of the clusters that the environment depends on."""

    SHORT: ClassVar[str] = "host"

    host: Annotated[Glob, Says("Pattern for its host name.")]
    name: Annotated[str | None, Says("What people call it.")] = None
    reason: Annotated[str | None, Says("Why it is needed.")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """One environment. An object lies in it when its place (cluster, or path in git) and its namespace both fit, as far
    as both are declared."""

    production: Annotated[bool | None, Says("Whether it is production; by default, if it is called so.")] = None
    clusters: Annotated[Globs, Says("Clusters, by the names of their contexts.")] = ()
    namespaces: Annotated[tuple[Namespaces, ...], Says("Namespaces, by pattern or by labels.")] = ()
    paths: Annotated[tuple[PathGlob, ...], Says("Files in git, by path from the working directory.")] = ()
    registries: Annotated[Globs, Says("Registries, and parts of them, that its images come from.")] = ()
    secret_stores: Annotated[Globs, Says("Secret stores: names of SecretStores, host names, names of Secrets.")] = ()
    ci_runners: Annotated[Globs, Says("Runners that may deploy to it.")] = ()
    external_services: Annotated[tuple[Service, ...], Says("Services outside of the clusters.")] = ()
    admin_interfaces: Annotated[Globs, Says("Host names of interfaces for administrators.")] = ()
    at: At = field(default_factory=At, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Boundary:
    """All environments by name."""

    environments: Annotated[Mapping[str, Environment], Says("Environments by name.")] = field(default_factory=dict)

    def is_production(self, name: str) -> bool:
        """Tell whether the environment called `name` is production."""
        declared = self.environments[name].production
        return name.lower() in ("production", "prod") if declared is None else declared

    @property
    def mixed(self) -> bool:
        """There is something to mix: an environment that is production, and one that is not."""
        return len({self.is_production(name) for name in self.environments}) == 2
