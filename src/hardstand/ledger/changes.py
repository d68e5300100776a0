"""What Hardstand changes in a cluster, kept before it is done: a file of JSON lines.

Each is on the disk when `record` returns. A line says what is about to be done, and another what became of it.
"""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

SCHEMA = "hardstand.dev/change/v1"


class ChangeRecord:
    """Appends to one file. It is made with the first line."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def record(self, time: str, event: str, cluster: str, item: Mapping[str, Any], failed: str = "") -> None:
        """Keep that an object is about to be written (`creating`), was (`created`), or was not (`not-created`).

        OSError where it cannot be kept: then nothing may be done.
        """
        said = {
            "schema": SCHEMA,
            "time": time,
            "event": event,
            "cluster": cluster,
            "failed": failed or None,
            "object": dict(item),
        }
        line = json.dumps(said, separators=(",", ":")).encode("ascii") + b"\n"
        handle = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            left = memoryview(line)
            while left:
                left = left[os.write(handle, left) :]
            os.fsync(handle)
        finally:
            os.close(handle)
