"""Encryption at rest: the file that tells the API server how to write objects to etcd.

Source: https://kubernetes.io/docs/reference/config-api/apiserver-config.v1/#apiserver-config-k8s-io-v1-EncryptionConfiguration
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from hardstand.inventory.components.documents import WORKLOADS
from hardstand.inventory.views.api_server import ApiServer
from hardstand.inventory.views.base import Field, Subject, View, nested, string, strings, views
from hardstand.inventory.views.component import CLUSTER_CONFIGURATION
from hardstand.model.component import COMPONENT_CONFIG
from hardstand.model.kind import Kind

if TYPE_CHECKING:
    from hardstand.inventory.objects import KubeObject

ENCRYPTION = Kind("apiserver.config.k8s.io", "EncryptionConfiguration")
PROVIDERS = ("identity", "aesgcm", "aescbc", "secretbox", "kms")


class Kms(View):
    """A plugin that holds the keys elsewhere."""

    name = string("name")
    api_version = string("apiVersion")


class Provider(View):
    """One way to write and read objects; the first of a list writes, all of them read."""

    kms = nested("kms", Kms)

    def _name(self, _key: str) -> str:
        found = [name for name in PROVIDERS if name in self.data]
        if len(found) != 1:
            raise self.malformed(f"one of {', '.join(PROVIDERS)}")
        return found[0]

    name: Field[str] = Field("name", _name)  # type: ignore[arg-type]


class Encrypted(View):
    """Some resources, and how they are written."""

    resources = strings("resources")
    providers = views("providers", Provider)

    def holds(self, resource: str) -> bool:
        """Whether a resource of the core group, such as `secrets`, is among them.

        Wildcards: https://kubernetes.io/docs/tasks/administer-cluster/encrypt-data/#understanding-the-encryption-at-rest-configuration
        """
        return any(one in (resource, "*.", "*.*") for one in self.resources)


class EncryptionFile(Subject):
    """An EncryptionConfiguration. Its keys are read by nothing."""

    kinds = frozenset({ENCRYPTION})
    resources = views("resources", Encrypted)

    def of_resource(self, resource: str) -> Encrypted | None:
        """What counts for a resource: the first item that holds it."""
        return next((one for one in self.resources if one.holds(resource)), None)


class Encryption(EncryptionFile):
    """An EncryptionConfiguration, or an API server that names one, of which then `server` tells."""

    kinds = frozenset({ENCRYPTION, COMPONENT_CONFIG, CLUSTER_CONFIGURATION}) | WORKLOADS
    noun = "encryption configuration"

    def __init__(self, kube: "KubeObject", server: ApiServer | None = None) -> None:
        super().__init__(kube)
        self.server = server

    @classmethod
    def of(cls, kube: "KubeObject") -> Sequence[View]:
        """The file itself, or the API servers of an object."""
        if kube.kind == ENCRYPTION:
            return [cls(kube)]
        return [cls(kube, one) for one in ApiServer.of(kube) if isinstance(one, ApiServer)]
