"""Claims for storage, and the classes that it comes from.

Source: https://kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/
"""

from collections.abc import Sequence

from hardstand.inventory.views.base import Metadata, Subject, View, nested, string, strings, views
from hardstand.model.kind import Kind


class ClaimSpec(View):
    """What is asked for."""

    storage_class_name = string("storageClassName")
    access_modes = strings("accessModes")
    volume_name = string("volumeName")


class ClaimTemplate(View):
    """A claim that a StatefulSet makes for each of its pods."""

    metadata = nested("metadata", Metadata)
    spec = nested("spec", ClaimSpec)


class _Spec(ClaimSpec):
    templates = views("volumeClaimTemplates", ClaimTemplate)


class StorageClaims(Subject):
    """The claims in an object: a PersistentVolumeClaim is one, and a StatefulSet has one for each of its templates."""

    kinds = frozenset({Kind("", "PersistentVolumeClaim"), Kind("apps", "StatefulSet")})
    spec = nested("spec", _Spec)

    @property
    def claims(self) -> Sequence[ClaimSpec]:
        """What each of them asks for."""
        if self.kind.name == "StatefulSet":
            return [template.spec for template in self.spec.templates]
        return [self.spec]


class StorageClass(Subject):
    """A StorageClass."""

    kinds = frozenset({Kind("storage.k8s.io", "StorageClass")})
    reclaim_policy = string("reclaimPolicy")
