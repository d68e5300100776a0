"""What lies around each environment: where its images come from, its secret stores, the pages for administrators, and
the services outside that it depends on. Each with who says so."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from urllib.parse import urlsplit

from hardstand.analysis.addresses import is_address, is_public_name
from hardstand.analysis.admin_pages import NAMES, is_for_admins
from hardstand.analysis.hosts_named import hosts_named
from hardstand.analysis.image import InvalidReferenceError, Reference, names_registry, parse
from hardstand.analysis.traits import traits_of
from hardstand.baseline.classes import Names
from hardstand.baseline.globs import Glob
from hardstand.baseline.vocabulary import Vocabulary
from hardstand.draft.estate import Estate
from hardstand.draft.parts import Parts
from hardstand.draft.reading import below, items, listed, text, texts
from hardstand.draft.sorting import lands_in
from hardstand.draft.words import PLATFORM, PRODUCTION, environment_called, firmly_in
from hardstand.inventory.fold import SHAPES
from hardstand.inventory.objects import KubeObject
from hardstand.inventory.views.workload import Workload

Said = dict[str, list[str]]
"""Entries, each with the names of the objects that lead to it."""

_SHARED = (
    "docker.io",
    "ghcr.io",
    "quay.io",
    "gcr.io",
    "*.gcr.io",
    "*.pkg.dev",
    "public.ecr.aws",
    "registry.gitlab.com",
)
"""Registries that everybody may push to: there, the first part of the path says whose an image is."""

_MOST_OF_ONE = 6
"""A shared registry of which more parts are in use is written as a whole."""


@dataclass(slots=True)
class Around:
    """What lies around one environment."""

    registries: Said = field(default_factory=lambda: defaultdict(list))
    named: set[str] = field(default_factory=set)
    """Those of the registries that some image names; the others are what an image means that names none."""
    foreign: Said = field(default_factory=lambda: defaultdict(list))
    """Registries that speak of another environment, and should not be needed here."""
    secret_stores: Said = field(default_factory=lambda: defaultdict(list))
    admin_interfaces: Said = field(default_factory=lambda: defaultdict(list))
    services: Said = field(default_factory=lambda: defaultdict(list))


def around(estate: Estate, parts: Parts) -> Mapping[str, Around]:
    """What lies around each environment, by its name."""
    found: dict[str, Around] = defaultdict(Around)
    unplaced: list[KubeObject] = []
    namespaces = {lands_in(kube) or "" for kube in estate.objects}
    own = [
        Glob.parse(host, Vocabulary({})) for host in sorted({host for one in estate.objects for host in _hosts(one)})
    ]
    for kube in estate.objects:
        part = parts.of(kube)
        if part is None:
            unplaced.append(kube)
        else:
            _note(found[part.name], kube, part.environment)
            for host in _outside(kube, namespaces):
                if not any(one.fits(host) for one in own):
                    _add(found[part.name].services, host, kube)
    for kube in unplaced:  # What lies outside of namespaces belongs to whoever uses it, else to production.
        for store in _stores(kube):
            if not any(store in one.secret_stores for one in found.values()):
                _add(found[PRODUCTION].secret_stores, store, kube, kind=True)
    for one in found.values():
        one.registries = _few(one.registries)
    return found


def _note(one: Around, kube: KubeObject, environment: str) -> None:
    for image in traits_of(kube, Names()).images:
        place = _registry(image)
        if place:
            host, slash, rest = place.partition("/")
            # The zone of a host, such as `dev`, says nothing of what is kept there.
            speaks = firmly_in(host.rpartition(".")[0] + slash + rest)
            foreign = speaks not in (None, environment) and environment in (PRODUCTION, PLATFORM)
            _add(one.foreign if foreign and speaks != PRODUCTION else one.registries, place, kube)
            if names_registry(image.partition("/")[0]) and "/" in image:
                one.named.update((place, host))
    for store in _stores(kube):
        _add(one.secret_stores, store, kube, kind=True)
    for host in _hosts(kube):
        if is_for_admins(host.partition(".")[0], NAMES):
            _add(one.admin_interfaces, host, kube, kind=True)


def _add(said: Said, entry: str, kube: KubeObject, *, kind: bool = False) -> None:
    name = f"{kube.kind.name} {kube.name}" if kind else kube.name
    if name not in said[entry]:
        said[entry].append(name)


def _registry(image: str) -> str:
    """The registry of an image, with the first part of the path where that says whose it is."""
    try:
        found: Reference = parse(image)
    except InvalidReferenceError:
        return ""
    first, slash, _ = found.path.partition("/")
    shared = any(fnmatchcase(found.domain, one) for one in _SHARED)
    return f"{found.domain}/{first}" if slash and (shared or environment_called(first)) else found.domain


def _few(said: Said) -> Said:
    """The registries, of which none is written in too many parts."""
    parts: dict[str, list[str]] = defaultdict(list)
    for place in said:
        parts[place.partition("/")[0]].append(place)
    made: Said = defaultdict(list)
    for host, places in parts.items():
        whole = len(places) > _MOST_OF_ONE or host in places
        for place in places:
            kept = made[host if whole else place]
            kept += [one for one in said[place] if one not in kept]
    return made


def _stores(kube: KubeObject) -> Iterator[str]:
    """Secret stores that an object is or names.

    Sources: https://external-secrets.io/latest/api/spec/, https://secrets-store-csi-driver.sigs.k8s.io/,
    https://developer.hashicorp.com/vault/docs/platform/k8s/injector/annotations and .../vso/api-reference.
    """
    group, kind = kube.kind
    if group == "external-secrets.io":
        if kind in ("SecretStore", "ClusterSecretStore"):
            yield kube.name
        for spec in (below(kube.data, "spec"), below(kube.data, "spec", "externalSecretSpec")):
            if name := text(spec, "secretStoreRef", "name"):
                yield name
    elif group == "secrets-store.csi.x-k8s.io" and kind == "SecretProviderClass":
        yield kube.name
    elif group == "secrets.hashicorp.com" and kind == "VaultConnection":
        yield from _host(text(kube.data, "spec", "address"))
    for steps in (("metadata",), ("spec", "template", "metadata")):
        yield from _host(texts(kube.data, *steps, "annotations").get("vault.hashicorp.com/service", ""))


def _host(url: str) -> Iterator[str]:
    try:
        found = urlsplit(url if "://" in url else f"//{url}").hostname
    except ValueError:
        return
    if found:
        yield found


def _hosts(kube: KubeObject) -> Iterator[str]:
    """The hosts that an entrance answers for."""
    spec = below(kube.data, "spec")
    if kube.kind.name == "Ingress":
        for rule in items(spec, "rules"):
            if host := text(below(rule), "host"):
                yield host
    elif kube.kind.name.endswith("Route") and kube.kind.group in ("gateway.networking.k8s.io", "route.openshift.io"):
        yield from listed(spec, "hostnames")
        if host := text(spec, "host"):
            yield host
    elif kube.kind.name == "VirtualService" and kube.kind.group == "networking.istio.io":
        yield from (one for one in listed(spec, "hosts") if "." in one)


def _outside(kube: KubeObject, namespaces: Collection[str]) -> Iterator[str]:
    """Hosts outside of the cluster that an object makes known inside, or that a workload names."""
    spec = below(kube.data, "spec")
    if kube.kind.name == "ServiceEntry" and text(spec, "location") != "MESH_INTERNAL":
        yield from (one for one in listed(spec, "hosts") if _is_outside(one))
    elif kube.kind == ("", "Service") and _is_outside(host := text(spec, "externalName")):
        yield host.rstrip(".")
    elif kube.kind in SHAPES:
        named = hosts_named(Workload(kube), namespaces).hosts
        yield from dict.fromkeys(one.host for one in named if _is_outside(one.host))


def _is_outside(host: str) -> bool:
    return is_public_name(host) and not is_address(host)
