"""Which documents are Compose files, and the objects that their services are."""

import re
from collections.abc import Iterator, Mapping
from typing import cast

from hardstand.inventory.compose.interpolation import fill
from hardstand.inventory.compose.part import MisfitError, Part
from hardstand.inventory.compose.service import fold
from hardstand.inventory.objects import KubeObject, Origin, Problem
from hardstand.model.finding import ObjectRef
from hardstand.model.kind import COMPOSE_GROUP, COMPOSE_SERVICE, COMPOSE_VERSION
from hardstand.model.path import Value, called
from hardstand.model.unfit import Unfit
from hardstand.model.verdict import Why

_NAME = re.compile(r"(?:docker-)?compose(?:[.-][^/]*)?\.ya?ml")
"""`compose.yaml`, `compose.override.yaml`, `docker-compose.yml`, `docker-compose.prod.yml`, and so on."""
_TOP = frozenset({"configs", "include", "models", "name", "networks", "secrets", "services", "version", "volumes"})
_LONGEST_CHAIN = 100
"""Services that extend one another in a row; longer is a circle or nobody's intention."""


def is_compose(value: Value, name: str, *, named: bool) -> bool:
    """Tell whether a document is a Compose file: by the file's name, or, if a person named it, by its shape."""
    if not isinstance(value, dict) or "apiVersion" in value or "kind" in value:
        return False
    if _NAME.fullmatch(name.rpartition("/")[2]):
        return True
    return named and isinstance(value.get("services"), dict)


def services_in(
    value: Value,
    *,
    file: str,
    document: int,
    rendered_from: str | None,
    namespace: str,
    rendered_by: str | None = None,
    environment: str = "",
) -> Iterator[KubeObject | Problem]:
    """Give every service of a Compose file as an object; what cannot be folded comes out as a Problem.

    Takes what `objects_in` takes; `namespace` is not used, for a service has none but its project's name.
    """
    del namespace
    if not isinstance(value, dict):
        return
    services = value.get("services")
    if services is None:
        if not all(key in _TOP or key.startswith("x-") for key in value):
            yield Problem((), (), "a Compose file without `services`: nest them below it (version 1 is not read)")
        return
    if not isinstance(services, dict):
        yield Problem((), ("services",), f"services must be a mapping, found {called(services)}")
        return
    project, volumes = _project(value), Part(("volumes",), value.get("volumes"))
    awaited = frozenset(_awaited(services))
    for name, service in services.items():
        if isinstance(service, dict) and service.get("provider") is not None:
            continue  # It is no container: https://github.com/compose-spec/compose-spec, 05-services.md#provider
        origin = Origin(file, document, (), rendered_from, rendered_by, environment)
        yield _object(name, services, volumes, project, origin, ends=name in awaited)


def _object(
    name: str, services: Mapping[str, Value], volumes: Part, project: str | None, origin: Origin, *, ends: bool
) -> KubeObject | Problem:
    path = ("services", name)
    try:
        if not isinstance(services[name], dict):
            raise Part(path, services[name]).malformed("a mapping")
        part, unknown = _extended(name, services)
        data, folding = fold(name, part, None if volumes.empty else volumes, unknown, ends=ends)
    except MisfitError as error:
        return Problem((), error.unfit.place or path, error.unfit.reason)
    ref = ObjectRef(COMPOSE_VERSION, COMPOSE_SERVICE.name, project, name)
    key = f"{origin.environment}|{COMPOSE_GROUP}|{COMPOSE_SERVICE.name}|{project or ''}|{name}"
    pod = cast("Mapping[str, Value]", data)
    return KubeObject(COMPOSE_VERSION, COMPOSE_SERVICE, project, name, pod, origin, key, ref, folding.written)


def _project(value: Mapping[str, Value]) -> str | None:
    """The project's name as far as the file says it; else Compose takes the directory's, which is not in the file."""
    name = value.get("name")
    filled = fill(name) if isinstance(name, str) else None
    return filled.text if filled and filled.text and not filled.open else None


def _awaited(services: Mapping[str, Value]) -> Iterator[str]:
    """The services for whose end others wait."""
    for service in services.values():
        waits = service.get("depends_on") if isinstance(service, dict) else None
        for name, how in waits.items() if isinstance(waits, dict) else ():
            if isinstance(how, dict) and how.get("condition") == "service_completed_successfully":
                yield name


def _extended(name: str, services: Mapping[str, Value]) -> tuple[Part, Unfit | None]:
    """The service over all that it extends in this file, and what stands for the rest if there is more elsewhere.

    MisfitError for a circle, and for a name that is not there.
    """
    chain, unknown = [name], None
    while unknown is None:
        service = services[chain[-1]]
        extends = service.get("extends") if isinstance(service, dict) else None
        if extends is None:
            break
        other, file = _named(extends, ("services", chain[-1], "extends"))
        if file is not None:
            unknown = _elsewhere(name, "extends a service of another file")
        elif other not in services:
            reason = f"services.{chain[-1]} extends the service {other}, which is not in the file"
            raise MisfitError(Unfit(Why.MALFORMED_FIELD, reason, ("services", chain[-1], "extends")))
        elif other in chain or len(chain) > _LONGEST_CHAIN:
            raise MisfitError(Unfit(Why.MALFORMED_FIELD, f"services.{name} extends itself", ("services", name)))
        else:
            chain.append(other)
    part: Part | None = None
    for one in reversed(chain):
        part = Part(("services", one), services[one], part)
    whole = cast("Part", part)
    if unknown is None and whole.entry("image") is None and whole.entry("build") is None:
        unknown = _elsewhere(name, "has neither image nor build, so that another file must complete it")
    return whole, unknown


def _named(extends: Value, path: tuple[str, ...]) -> tuple[str, Value]:
    if isinstance(extends, str):
        return extends, None
    if isinstance(extends, dict) and isinstance(extends.get("service"), str):
        return cast("str", extends["service"]), extends.get("file")
    raise Part(path, extends).malformed("the name of a service or a mapping with `service`")


def _elsewhere(name: str, why: str) -> Unfit:
    reason = f"services.{name} {why}; scan what `docker compose config` gives"
    return Unfit(Why.NOT_RENDERED, reason, ("services", name), f"part:{name}")
