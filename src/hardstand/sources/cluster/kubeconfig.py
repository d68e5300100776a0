"""Which cluster is meant: kubeconfig files as kubectl reads and merges them, or the pod's own service account.

Source: https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/#merging-kubeconfig-files
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from hardstand.sources.cluster.access import Access
from hardstand.sources.cluster.errors import ConfigError
from hardstand.sources.cluster.fields import Fields
from hardstand.sources.cluster.in_cluster import in_cluster
from hardstand.sources.cluster.users import access_of
from hardstand.text.document import Document, Fault
from hardstand.text.reader import read

_LARGEST = 16 * 1024 * 1024


@dataclass(slots=True)
class Merged:
    """Several files as one. Whatever is named first counts."""

    files: list[str] = field(default_factory=list)
    current: str | None = None
    clusters: dict[str, Fields] = field(default_factory=dict)
    contexts: dict[str, Fields] = field(default_factory=dict)
    users: dict[str, Fields] = field(default_factory=dict)


def access(
    kubeconfig: str | None = None, context: str | None = None, environment: Mapping[str, str] = os.environ
) -> Access:
    """How to reach the cluster of a context, or of the current one.

    `kubeconfig` counts before $KUBECONFIG, that before ~/.kube/config; where there is none of them, the service account
    of the pod that this runs in is used. ConfigError, with the remedy, where none of it says enough.
    """
    files = _files(kubeconfig, environment)
    if not files:
        found = None if context else in_cluster(environment)
        if found is None:
            raise ConfigError(
                "no cluster is configured: there is no ~/.kube/config, $KUBECONFIG is not set, and this is not a pod",
                "name a file with --kubeconfig",
            )
        return found
    merged = _merged(files)
    return access_of(merged.clusters, merged.users, _context(merged, context), environment)


def contexts(kubeconfig: str | None = None, environment: Mapping[str, str] = os.environ) -> Sequence[str]:
    """The names of all contexts; ConfigError as for `access`."""
    return sorted(_merged(_files(kubeconfig, environment)).contexts)


def _files(kubeconfig: str | None, environment: Mapping[str, str]) -> list[str]:
    if kubeconfig is not None:
        if not Path(kubeconfig).exists():
            raise ConfigError(f"{kubeconfig}: there is no such file", "--kubeconfig names a kubeconfig file")
        return [kubeconfig]
    listed = [one for one in environment.get("KUBECONFIG", "").split(os.pathsep) if one]
    found = [one for one in listed if Path(one).exists()]
    if listed and not found:
        raise ConfigError(f"$KUBECONFIG names {', '.join(listed)}, and no such file is there", "name one that is")
    home = Path(environment.get("HOME", str(Path.home()))) / ".kube" / "config"
    return found or ([str(home)] if not listed and home.exists() else [])


def _merged(files: Sequence[str]) -> Merged:
    made = Merged()
    for name in files:
        whole = Fields(_mapping(name), name, ())
        made.files.append(name)
        made.current = made.current or whole.text("current-context")
        for key, item, into in (
            ("clusters", "cluster", made.clusters),
            ("contexts", "context", made.contexts),
            ("users", "user", made.users),
        ):
            for entry in whole.items(key):
                into.setdefault(entry.needed("name"), entry.below(item))
    return made


def _mapping(name: str) -> Mapping[str, object]:
    try:
        if Path(name).stat().st_size > _LARGEST:
            raise ConfigError(f"{name}: this is larger than any kubeconfig", "name a kubeconfig file")
        data = Path(name).read_bytes()
    except OSError as error:
        raise ConfigError(f"{name}: {error.strerror}", "name a kubeconfig file that can be read") from error
    for part in read(data):
        if isinstance(part, Fault):
            raise ConfigError(f"{name}:{part.line}:{part.column}: {part.reason}", "mend the kubeconfig")
        if isinstance(part, Document) and isinstance(part.value, dict):
            return part.value
        raise ConfigError(f"{name}: this is no kubeconfig: it holds no mapping", "name a kubeconfig file")
    return {}


def _context(merged: Merged, wanted: str | None) -> tuple[str, Fields]:
    place = ", ".join(merged.files)
    name = wanted or merged.current
    if not name:
        raise ConfigError(f"{place}: no context is current", f"name one with --context: {_known(merged)}")
    if name not in merged.contexts:
        said = "" if wanted else ", which is said to be the current one"
        raise ConfigError(f"{place}: there is no context `{name}`{said}", f"it has: {_known(merged)}")
    return name, merged.contexts[name]


def _known(merged: Merged) -> str:
    return ", ".join(sorted(merged.contexts)) or "none"
