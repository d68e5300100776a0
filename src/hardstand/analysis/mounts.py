"""Which container mounts which volume."""

from collections.abc import Iterator

from hardstand.inventory.views.container import Container, VolumeMount
from hardstand.inventory.views.volume import Volume
from hardstand.model.violation import MalformedFieldError


def mounts(container: Container) -> Iterator[tuple[VolumeMount, Volume]]:
    """Each mount of a container with the volume that it names; mounts of volumes that are not there are left out.

    MalformedFieldError after the others when there may be volumes that could not be read.
    """
    volumes: dict[str | None, Volume] = {}
    fault: MalformedFieldError | None = None
    try:
        for volume in container.pod.volumes:
            volumes[volume.name] = volume
    except MalformedFieldError as error:
        fault = error
    for mount in container.volume_mounts:
        if mount.name in volumes:
            yield mount, volumes[mount.name]
    if fault is not None:
        raise fault
