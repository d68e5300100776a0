"""The Kubernetes version that manifests are meant for."""

import re

from hardstand.controls.given import LATEST, Version
from hardstand.controls.parameter import Parameter


def _version(value: object) -> Version:
    found = re.fullmatch(r"v?1\.(0|[1-9]\d*)", value) if isinstance(value, str) else None
    if value == "latest":
        return LATEST
    if not found:
        raise ValueError("a Kubernetes version such as v1.34, or latest")
    return Version(1, int(found[1]))


KUBERNETES_VERSION = Parameter(
    "kubernetes_version",
    "the Kubernetes version that the manifests are, or will be, applied to",
    LATEST,
    _version,
    "Kubernetes version",
)
