"""Which paths of a node lie below which.

Source: https://kubernetes.io/docs/concepts/storage/volumes/#hostpath. Kubernetes refuses paths that step back (`..`).
"""

from collections.abc import Iterable


def below(path: str, folders: Iterable[str]) -> bool:
    """Tell whether `path` is one of `folders` or below one, by whole steps: `/data` holds `/data/x`, not `/database`.

    A path that steps back with `..` is below nothing, since where it leads cannot be told from its text.
    """
    steps = _steps(path)
    return ".." not in steps and any(steps[: len(folder)] == folder for folder in map(_steps, folders))


def _steps(path: str) -> list[str]:
    return [step for step in path.split("/") if step not in ("", ".")]
