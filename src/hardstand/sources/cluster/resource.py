"""A kind as an API server serves it, and the paths of its objects."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from hardstand.model.kind import Kind


@dataclass(frozen=True, slots=True)
class Resource:
    """One kind in one version."""

    kind: Kind
    version: str
    plural: str
    namespaced: bool
    verbs: frozenset[str] = frozenset({"get", "list", "watch"})

    @property
    def api_version(self) -> str:
        """As objects say it: `apps/v1`, `v1`."""
        return f"{self.kind.group}/{self.version}" if self.kind.group else self.version

    def named(self, item: dict[str, Any]) -> dict[str, Any]:
        """An object with its apiVersion and kind: items of lists say none, or that they are metadata."""
        item.pop("apiVersion", None)
        item.pop("kind", None)
        return {"apiVersion": self.api_version, "kind": self.kind.name, **item}

    def path(self, namespace: str | None = None, name: str | None = None) -> str:
        """The API path of an object, or without a name of the collection; without a namespace of all namespaces.

        Source: https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-uris
        """
        root = f"/apis/{self.kind.group}/{self.version}" if self.kind.group else f"/api/{self.version}"
        inside = f"/namespaces/{quote(namespace, safe='')}" if namespace is not None and self.namespaced else ""
        tail = "" if name is None else f"/{quote(name, safe=':')}"  # Roles may have names such as `system:node`.
        return f"{root}{inside}/{self.plural}{tail}"
