"""Looking into a packaged chart (.tgz) without unpacking it."""

import io
import tarfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

_LOOK = 16 * 1024 * 1024
"""How much of an archive is unpacked in memory to know it: enough for any chart's files, whatever a bomb claims."""

_MAGIC = b"\x1f\x8b"
"""RFC 1952, section 2.3.1."""


def is_chart_archive(location: str) -> bool:
    """Say whether the file is an archive with one directory that holds a Chart.yaml, which is what helm packages."""
    return any(PurePosixPath(name).name == "Chart.yaml" for name, _ in _members(location, depth=2))


def is_gzip(location: str) -> bool:
    """Say whether the file begins as gzip data does. A file that cannot be opened does not."""
    try:
        with Path(location).open("rb") as file:
            return file.read(2) == _MAGIC
    except OSError:
        return False


def chart_file(location: str) -> bytes:
    """Give the archive's own Chart.yaml; empty when there is none."""
    return next((data for name, data in _members(location, depth=2) if PurePosixPath(name).name == "Chart.yaml"), b"")


def values_files(location: str) -> Iterator[bytes]:
    """Give every values.yaml in the archive, of the chart and of its subcharts."""
    return (data for name, data in _members(location) if PurePosixPath(name).name == "values.yaml")


def _members(location: str, depth: int | None = None) -> Iterator[tuple[str, bytes]]:
    """Give the YAML files of the archive, at `depth` path parts when that is given, as far as `_LOOK` reaches."""
    try:
        with Path(location).open("rb") as file:
            unpacked = zlib.decompressobj(wbits=31).decompress(file.read(_LOOK), _LOOK)
        with tarfile.open(fileobj=io.BytesIO(unpacked)) as archive:
            for member in archive:
                path = PurePosixPath(member.name)
                if member.isreg() and path.suffix == ".yaml" and depth in (None, len(path.parts)):
                    content = archive.extractfile(member)
                    yield member.name, content.read() if content else b""
    except (OSError, zlib.error, tarfile.TarError, EOFError):
        # Cut short by the limit or not an archive at all: what came before stands.
        return
