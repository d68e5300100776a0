"""Single pieces, packed with Zstandard."""

import io

from hardstand.sources.snapshot.reading import SnapshotError
from hardstand.sources.zstd import ZstdError, compressed, unpacked


def packed(data: bytes) -> bytes:
    """The piece, packed."""
    return b"".join(compressed([data]))


def unpacked_whole(data: bytes) -> bytes:
    """The piece back; SnapshotError where it is damaged."""
    try:
        return b"".join(unpacked(io.BytesIO(data)))
    except ZstdError as error:
        raise SnapshotError(1, f"a piece of the history cannot be unpacked ({error})") from error
