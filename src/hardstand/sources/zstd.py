"""Zstandard streams (RFC 8878): from the standard library where it has them (Python 3.14), else from `zstandard`."""

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from typing import IO, Protocol

MAGIC = b"\x28\xb5\x2f\xfd"
"""RFC 8878, section 3.1.1: the number 0xFD2FB528, least significant byte first."""

LEVEL = 6
_WINDOW_LOG = 27
"""128 MiB: the most memory that a stream may ask of its reader, as the zstd program allows without being told."""
_PART = 256 * 1024


class ZstdError(Exception):
    """A stream that cannot be unpacked, or that nothing here can unpack; the message says which."""


class _Reader(Protocol):
    def read(self, size: int, /) -> bytes:
        """At most `size` bytes; none at the end."""

    def close(self) -> None:
        """Give memory back; the source stays open."""


class _Compressor(Protocol):
    def compress(self, data: bytes, /) -> bytes:
        """Take some, give what is ready."""

    def flush(self) -> bytes:
        """Give the rest."""


def compressed(parts: Iterable[bytes]) -> Iterator[bytes]:
    """Pack pieces of data into one frame, as they come. Equal data in equal pieces give equal bytes."""
    packer = _library()[0]()
    for part in parts:
        if ready := packer.compress(part):
            yield ready
    yield packer.flush()


def unpacked(stream: IO[bytes]) -> Iterator[bytes]:
    """Unpack a stream in pieces of bounded size, however much it claims to hold.

    ZstdError where it is damaged. A stream that is cut short may just end: whoever reads it must know its length.
    """
    _, open_reader, errors = _library()
    with closing(open_reader(stream)) as reader:
        while True:
            try:
                part = reader.read(_PART)
            except errors as error:
                raise ZstdError(str(error) or type(error).__name__) from error
            if not part:
                return
            yield part


_Library = tuple[
    Callable[[], _Compressor],
    Callable[[IO[bytes]], _Reader],
    tuple[type[BaseException], ...],
]


def _library() -> _Library:
    """Loaded when it is needed: no scan of manifests is."""
    if sys.version_info >= (3, 14):
        from compression import zstd

        options = {zstd.DecompressionParameter.window_log_max: _WINDOW_LOG}
        return (
            lambda: zstd.ZstdCompressor(level=LEVEL),
            lambda stream: zstd.ZstdFile(stream, "rb", options=options),
            (zstd.ZstdError, EOFError),
        )
    try:
        import zstandard
    except ImportError as error:
        message = "Zstandard needs Python 3.14, or the package `zstandard`: `pip install 'hardstand[cluster]'`"
        raise ZstdError(message) from error
    unpacker = zstandard.ZstdDecompressor(max_window_size=1 << _WINDOW_LOG)
    return (
        lambda: zstandard.ZstdCompressor(level=LEVEL).compressobj(),
        lambda stream: unpacker.stream_reader(stream, read_across_frames=True, closefd=False),
        (zstandard.ZstdError,),
    )
