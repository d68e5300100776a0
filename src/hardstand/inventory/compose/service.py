"""One service, folded to an object whose data is a pod."""

from functools import partial

from hardstand.inventory.compose.amounts import byte_count, cores, processors, quota
from hardstand.inventory.compose.folding import CONTAINER, SPEC, Fields, Folding
from hardstand.inventory.compose.mounts import mounts_of
from hardstand.inventory.compose.part import MisfitError, Part
from hardstand.inventory.compose.ports import ports_of
from hardstand.inventory.compose.programs import fold_labels, fold_program
from hardstand.inventory.compose.security import fold_rights
from hardstand.model.finding import Edit
from hardstand.model.path import Path
from hardstand.model.unfit import Unfit

_LIMITS: Path = (*CONTAINER, "resources", "limits")


def fold(
    name: str, service: Part, volumes: Part | None, unknown: Unfit | None, *, ends: bool
) -> tuple[Fields, Folding]:
    """The pod that a service is, and how it is written. MisfitError when the service is no mapping.

    `unknown` stands for what is not written when the service is only a part of one; `ends` says that others wait for
    its end, so that it is a job. One with `profiles` runs when it is asked for, and is kept running by nobody.
    """
    folding = Folding(service, unknown)
    service.entries()
    folding.written.places[()] = service.path
    fold_program(folding)
    fold_rights(folding)
    _fold_ports(folding)
    _fold_mounts(folding, volumes)
    _fold_devices(folding)
    _fold_limits(folding)
    metadata = fold_labels(folding)
    container = {"name": name, **folding.container, "securityContext": folding.context}
    spec = {**folding.spec, "securityContext": folding.shared, "containers": [container]}
    if ends or not service.entries().get("profiles", Part((), None)).empty:
        spec["ends"] = True
    return {"metadata": {"name": name, **metadata}, "spec": spec}, folding


def _fold_ports(folding: Folding) -> None:
    claims, unfit = ports_of(folding.service)
    if folding.spec.get("hostNetwork") is True:
        for claim in claims:  # The engine publishes nothing then: the program listens on the host itself.
            claim.port.pop("hostPort", None)
            claim.port.pop("anyHostPort", None)
    folding.locate((*CONTAINER, "ports"), "ports")
    for at, claim in enumerate(claims):
        folding.written.places[(*CONTAINER, "ports", at)] = claim.part.path
    folding.container["ports"] = [
        *(claim.port for claim in claims),
        *folding.rest((*CONTAINER, "ports"), len(claims), unfit),
    ]


def _fold_mounts(folding: Folding, volumes: Part | None) -> None:
    """Each mount with a volume of its own, named by its place in the container."""
    made, unfit = mounts_of(folding.service, volumes)
    places = folding.written.places
    folding.locate((*SPEC, "volumes"), "volumes")
    folding.locate((*CONTAINER, "volumeMounts"), "volumes")
    mounts: list[object] = []
    for at, mount in enumerate(made):
        places[(*SPEC, "volumes", at)] = mount.source_path
        places[(*SPEC, "volumes", at, "emptyDir", "sizeLimit")] = mount.source_path
        flag = (*CONTAINER, "volumeMounts", at, "readOnly")
        places[(*CONTAINER, "volumeMounts", at)] = mount.source_path
        places[flag] = mount.read_only_path
        if mount.bare is not None:
            folding.swap("put", flag, Edit("put", mount.read_only_path, f"{mount.bare}:ro"))
        elif mount.read_only_path[-1:] == ("read_only",):
            folding.swap("put", flag, Edit("put", mount.read_only_path, True))
        mounts.append({"name": mount.target, "mountPath": mount.target, "readOnly": mount.read_only})
    folding.container["volumeMounts"] = mounts
    folding.spec["volumes"] = [
        *({"name": mount.target, **mount.volume} for mount in made),
        *folding.rest((*SPEC, "volumes"), len(made), unfit),
    ]


def _fold_devices(folding: Folding) -> None:
    """Devices of the host, by their paths there: `HOST:CONTAINER:PERMISSIONS`, or a mapping with a `source`."""
    found = folding.read("devices", Part.items)
    folding.locate((*CONTAINER, "devices"), "devices", same=True)
    known: list[object] = []
    unfit = [found] if isinstance(found, Unfit) else []
    for item in [] if isinstance(found, Unfit) or found is None else found:
        try:
            source = item.entry("source") if isinstance(item.value, dict) else item
            if source is None:
                raise item.malformed("a device with a `source`")
            folding.written.places[(*CONTAINER, "devices", len(known))] = item.path
            if folding.owns(item):
                folding.written.same[(*CONTAINER, "devices", len(known))] = item.path
            known.append(source.text().partition(":")[0])
        except MisfitError as error:
            unfit.append(error.unfit)
    folding.container["devices"] = [*known, *folding.rest((*CONTAINER, "devices"), len(known), unfit)]


def _fold_limits(folding: Folding) -> None:
    """`deploy.resources.limits` goes before the older fields of the service itself."""
    limits: Fields = {}
    for key, name, old, read in (("memory", "memory", "mem_limit", byte_count), ("cpu", "cpus", "cpus", cores)):
        limit = folding.read("deploy", partial(_deployed, name))
        folding.locate((*_LIMITS, key), old)
        try:
            if isinstance(limit, Part):
                folding.written.places[(*_LIMITS, key)] = limit.path
                limits[key] = read(limit)
            elif (value := folding.read(old, read)) is not None:
                limits[key] = value
        except MisfitError as error:
            limits[key] = error.unfit
    if limits.get("cpu") in (None, folding.unknown):
        _fold_other_cpu_limits(folding, limits)
    folding.container["resources"] = {"limits": {key: value for key, value in limits.items() if value is not None}}


def _fold_other_cpu_limits(folding: Folding, limits: Fields) -> None:
    """`cpu_quota` bounds as `cpus` does, and `cpuset` to as many processors as it names."""
    period = folding.service.entries().get("cpu_period")
    for key, value in (
        ("cpu_quota", folding.read("cpu_quota", lambda part: quota(part, period))),
        ("cpuset", folding.read("cpuset", processors)),
    ):
        if value not in (None, folding.unknown):
            limits["cpu"] = value
            folding.locate((*_LIMITS, "cpu"), key)
            return


def _deployed(name: str, part: Part) -> Part | None:
    resources = part.entry("resources")
    limits = resources.entry("limits") if resources is not None else None
    return limits.entry(name) if limits is not None else None
