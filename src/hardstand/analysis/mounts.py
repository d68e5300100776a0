"""Which container mounts which volume."""

from collections.abc import Iterator

from hardstand.inventory.views.pod import Container, Volume, VolumeMount


def mounts(container: Container) -> Iterator[tuple[VolumeMount, Volume]]:
    """Each mount of a container with the volume that it names; mounts of volumes that are not there are left out."""
    volumes = {volume.name: volume for volume in container.pod.volumes}
    for mount in container.volume_mounts:
        volume = volumes.get(mount.name)
        if volume is not None:
            yield mount, volume
