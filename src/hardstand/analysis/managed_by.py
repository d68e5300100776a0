"""What keeps a live object as it is, and so where a person edits it: a Helm release, an Argo CD or Flux source.

Told by the labels and annotations that these tools leave.
"""

from collections.abc import Iterator, Mapping

from hardstand.model.path import Value

Place = tuple[str, str]
"""A name in the way of a file's, and words for it."""

_TRACKING = "argocd.argoproj.io/tracking-id"
_ARGO_LABEL = "argocd.argoproj.io/instance"
_FLUX = {
    "kustomize.toolkit.fluxcd.io": ("flux-kustomization", "Flux Kustomization"),
    "helm.toolkit.fluxcd.io": ("flux-helmrelease", "Flux HelmRelease"),
}


def managers(data: Mapping[str, Value]) -> Iterator[Place]:
    """What manages an object, the outermost first: who edits the object itself is overruled by each of them."""
    metadata = data.get("metadata")
    labels, notes = _texts(metadata, "labels"), _texts(metadata, "annotations")
    yield from _argo(labels, notes)
    for prefix, (scheme, word) in _FLUX.items():
        name, namespace = labels.get(f"{prefix}/name"), labels.get(f"{prefix}/namespace")
        if name:
            place = f"{namespace}/{name}" if namespace else name
            yield f"{scheme}:{place}", f"{word} {place}"
    release = notes.get("meta.helm.sh/release-name")
    if release:
        namespace = notes.get("meta.helm.sh/release-namespace")
        place = f"{namespace}/{release}" if namespace else release
        chart = labels.get("helm.sh/chart")
        yield f"helm:{place}", f"Helm release {place}" + (f" (chart {chart})" if chart else "")


def _argo(labels: Mapping[str, str], notes: Mapping[str, str]) -> Iterator[Place]:
    """Source: https://argo-cd.readthedocs.io/en/stable/user-guide/resource_tracking/: `APP:GROUP/KIND:NS/NAME`."""
    application = notes.get(_TRACKING, "").partition(":")[0] or labels.get(_ARGO_LABEL)
    if application:
        # An application outside of Argo CD's own namespace is written NAMESPACE_NAME.
        namespace, _, name = application.rpartition("_")
        place = f"{namespace}/{name}" if namespace else application
        yield f"argocd:{place}", f"Argo CD application {place}"


def _texts(metadata: Value, key: str) -> Mapping[str, str]:
    found = metadata.get(key) if isinstance(metadata, dict) else None
    return {name: one for name, one in found.items() if isinstance(one, str)} if isinstance(found, dict) else {}
