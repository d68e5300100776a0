"""Looking into a packaged chart (.tgz) without unpacking it."""

import io
import tarfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Literal

_LOOK = 16 * 1024 * 1024
"""How much of an archive is unpacked in memory to know it: enough for any chart's files, whatever a bomb claims."""

_PART = 64 * 1024

_MAGIC = b"\x1f\x8b"
"""RFC 1952, section 2.3.1."""


UNJUDGED = (
    f"a compressed archive that is damaged, or shows no Chart.yaml in its first {_LOOK // 2**20} MiB, so that it "
    "cannot be told whether it is a packaged chart: unpack it, mend it or list it in the ignore file"
)
"""Why an archive of unknown kind is not rendered."""


def judge(location: str) -> Literal["chart", "other", "unknown"]:
    """Say whether the file is an archive with a directory that holds a Chart.yaml, which is what helm packages.

    `unknown` is compressed data of which too little can be seen. Raises OSError when the file cannot be read.
    """
    if not _begins_as_gzip(location):
        return "other"
    data, whole = _unpacked(location)
    if any(PurePosixPath(name).name == "Chart.yaml" for name, _ in _members(data, depth=2)):
        return "chart"
    return "other" if whole or (len(data) >= tarfile.BLOCKSIZE and not _is_tar(data)) else "unknown"


def is_gzip(location: str) -> bool:
    """Say whether the file begins as gzip data does. A file that cannot be opened does not."""
    try:
        return _begins_as_gzip(location)
    except OSError:
        return False


def _begins_as_gzip(location: str) -> bool:
    """Look at the first bytes. Raises OSError."""
    with Path(location).open("rb") as file:
        return file.read(len(_MAGIC)) == _MAGIC


def chart_file(location: str) -> bytes:
    """Give the archive's own Chart.yaml; empty when there is none."""
    members = _members(_seen(location), depth=2)
    return next((data for name, data in members if PurePosixPath(name).name == "Chart.yaml"), b"")


def values_files(location: str) -> Iterator[bytes]:
    """Give every values.yaml in the archive, of the chart and of its subcharts."""
    return (data for name, data in _members(_seen(location)) if PurePosixPath(name).name == "values.yaml")


def _seen(location: str) -> bytes:
    """Give what can be unpacked; nothing when the file cannot be read."""
    try:
        return _unpacked(location)[0]
    except OSError:
        return b""


def _unpacked(location: str) -> tuple[bytes, bool]:
    """Unpack as far as `_LOOK` reaches or the data is sound; say whether that is all. Raises OSError."""
    stream, seen = zlib.decompressobj(wbits=31), bytearray()
    with Path(location).open("rb") as file:
        while not stream.eof and len(seen) < _LOOK and (part := file.read(_PART)):
            try:
                seen += stream.decompress(part, _LOOK - len(seen))
            except zlib.error:
                return bytes(seen), False
        # Gzip data may go on with another stream (RFC 1952, section 2.2), which is not looked at.
        return bytes(seen), stream.eof and not (stream.unused_data + file.read(len(_MAGIC))).startswith(_MAGIC)


def _is_tar(data: bytes) -> bool:
    """Say whether `data` begins as a tar archive does."""
    try:
        with tarfile.open(fileobj=io.BytesIO(data), mode="r:"):
            return True
    except tarfile.TarError:
        return False


def _members(data: bytes, depth: int | None = None) -> Iterator[tuple[str, bytes]]:
    """Give the YAML files of an unpacked archive, at `depth` path parts when that is given."""
    try:
        with tarfile.open(fileobj=io.BytesIO(data), mode="r:") as archive:
            for member in archive:
                path = PurePosixPath(member.name)
                if member.isreg() and path.suffix == ".yaml" and depth in (None, len(path.parts)):
                    content = archive.extractfile(member)
                    yield member.name, content.read() if content else b""
    except (OSError, tarfile.TarError, EOFError):
        # Cut short by the limit or not an archive at all: what came before stands.
        return
