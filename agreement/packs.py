"""Packs: a suite's cases and data in one compressed archive, read into memory and never written anywhere."""

import io
import json
import tarfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import zstandard

_LARGEST_WINDOW = 1 << 27
"""What `zstd --long=27` asks of a reader."""


class PackError(Exception):
    """A pack is missing or is not what it should be; the text says which and how."""


@dataclass(frozen=True, slots=True)
class Page:
    """A file of a suite: its name and what it holds."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Pack:
    """One suite: its cases, and its files by their path below `data/`."""

    name: str
    cases: tuple[Mapping[str, Any], ...]
    files: Mapping[str, bytes]

    def page(self, path: str) -> Page:
        """The file at `path`; PackError when the pack does not hold it."""
        try:
            return Page(path, self.files[path])
        except KeyError:
            raise PackError(f"{self.name}: a case names {path}, which the pack does not hold") from None

    def below(self, folder: str) -> Iterator[Page]:
        """All manifests below a folder, by name."""
        for path in sorted(self.files):
            if path.startswith(f"{folder}/") and path.endswith((".yaml", ".yml", ".json")):
                yield self.page(path)


def read_pack(suites: Path, name: str) -> Pack:
    """Read `NAME.tar.zst` in the directory of suites. PackError when it is missing, damaged or holds no cases."""
    archive = suites / f"{name}.tar.zst"
    try:
        with archive.open("rb") as packed:
            plain = zstandard.ZstdDecompressor(max_window_size=_LARGEST_WINDOW).stream_reader(packed).read()
        with tarfile.open(fileobj=io.BytesIO(plain)) as tar:
            held = dict(_files(tar))
    except FileNotFoundError:
        raise PackError(f"{archive} is missing") from None
    except (OSError, tarfile.TarError, zstandard.ZstdError) as error:
        raise PackError(f"{archive} cannot be read: {error}") from error
    cases = held.get(f"{name}/cases.jsonl")
    if not cases:
        raise PackError(f"{archive} holds no {name}/cases.jsonl")
    data = f"{name}/data/"
    return Pack(
        name,
        tuple(json.loads(line) for line in cases.splitlines() if line.strip()),
        {path.removeprefix(data): content for path, content in held.items() if path.startswith(data)},
    )


def _files(tar: tarfile.TarFile) -> Iterator[tuple[str, bytes]]:
    for member in tar:
        file = tar.extractfile(member) if member.isfile() else None
        if file is not None:
            yield member.name.removeprefix("./"), file.read()
