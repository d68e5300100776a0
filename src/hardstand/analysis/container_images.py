"""The images of containers: which one runs, where it comes from, and whether its tag stays put."""

from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from functools import lru_cache

from hardstand.analysis.image import DOCKER_HUB, InvalidReferenceError, Reference, names_registry, parse
from hardstand.inventory.views.container import Container
from hardstand.inventory.views.workload import Workload
from hardstand.model.verdict import Why
from hardstand.model.violation import MalformedFieldError, NotApplicableError

MOVING_TAGS = (
    "latest",
    "latest-*",
    "*-latest",
    "stable",
    "edge",
    "rolling",
    "current",
    "next",
    "canary",
    "nightly",
    "nightly-*",
    "*-nightly",
    "main",
    "master",
    "trunk",
    "head",
    "dev",
    "devel",
    "develop",
    "development",
    "snapshot",
    "*-snapshot",
    "unstable",
    "test",
    "testing",
    "staging",
    "prod",
    "production",
    "live",
    "lts",
)
"""Tags that are moved to another image as a matter of course: channels, branches and environments."""


def image_if_any(container: Container) -> Reference | None:
    """The image a container runs, None when it names none itself; MalformedFieldError when it names no image."""
    text = container.image
    # `auto` in a container named istio-proxy is replaced by Istio's injector:
    # https://istio.io/latest/docs/setup/additional-setup/gateway/#deploying-a-gateway
    if text is None or text == "" or (text == "auto" and container.name == "istio-proxy"):
        return None
    try:
        return parse(text)
    except InvalidReferenceError as reason:
        raise MalformedFieldError(container.at("image"), "an image reference", str(reason)) from None


def image_of(container: Container) -> Reference:
    """The image a container runs; without one there is nothing to judge."""
    found = image_if_any(container)
    if found is None:
        raise NotApplicableError(Why.NO_SUBJECT)
    return found


def images(workload: Workload) -> Iterator[tuple[Container, Reference]]:
    """Every container that names an image, with it; a malformed one is raised after the others were given."""
    fault: MalformedFieldError | None = None
    for container in workload.containers:
        try:
            found = image_if_any(container)
        except MalformedFieldError as error:
            fault = fault or error
            continue
        if found is not None:
            yield container, found
    if fault is not None:
        raise fault


def within(name: str, places: Iterable[str]) -> bool:
    """Tell whether a repository lies in one of `places`: registries, or parts of them such as `ghcr.io/acme`.

    Places are compared part by part, so that `example.com/a` does not hold `example.com/ab`; in each part `*` stands
    for anything. A place that does not begin with a registry is a namespace on Docker Hub, as in a reference.
    """
    return closest(name, places) > 0


def closest(name: str, places: Iterable[str]) -> int:
    """How many parts the longest of `places` has that a repository lies in, as `within` tells; 0 for none."""
    return _closest(name, tuple(places))


@lru_cache(maxsize=4_096)
def _closest(name: str, places: tuple[str, ...]) -> int:
    parts = name.split("/")
    parts[0] = _host(parts[0])
    held = (_parts(place) for place in places if place.strip("/"))
    return max((len(place) for place in held if _holds(place, parts)), default=0)


def _parts(place: str) -> list[str]:
    parts = [part for part in place.strip("/").split("/") if part]
    if not names_registry(parts[0]) and "*" not in parts[0]:
        parts.insert(0, DOCKER_HUB)
    parts[0] = DOCKER_HUB if parts[0] == "index.docker.io" else _host(parts[0])
    return parts


def _host(name: str) -> str:
    """A registry as it is compared: in small letters, and without the port that is meant when none is written."""
    return name.lower().removesuffix(":443")


def _holds(place: list[str], parts: list[str]) -> bool:
    return len(place) <= len(parts) and all(fnmatchcase(part, want) for part, want in zip(parts, place, strict=False))


def moves(tag: str, patterns: Iterable[str]) -> bool:
    """Tell whether `tag` is one of those named by `patterns`, where `*` is anything and case does not matter."""
    return _moves(tag, tuple(patterns))


@lru_cache(maxsize=4_096)
def _moves(tag: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(tag.lower(), pattern.lower()) for pattern in patterns)
