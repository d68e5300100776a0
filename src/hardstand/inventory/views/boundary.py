"""Objects by their part in the boundary between environments."""

from hardstand.inventory.views.base import Subject
from hardstand.inventory.views.config import Namespace
from hardstand.inventory.views.workload import Workload
from hardstand.model.kind import Kind

SECRET_STORES = frozenset(
    {
        Kind("external-secrets.io", "SecretStore"),
        Kind("external-secrets.io", "ClusterSecretStore"),
        Kind("secrets-store.csi.x-k8s.io", "SecretProviderClass"),
        Kind("secrets.hashicorp.com", "VaultConnection"),
    }
)
"""Objects that say where secrets are kept."""

SECRET_READERS = frozenset(
    {
        Kind("external-secrets.io", "ExternalSecret"),
        Kind("external-secrets.io", "ClusterExternalSecret"),
        Kind("external-secrets.io", "PushSecret"),
        Kind("secrets.hashicorp.com", "VaultAuth"),
        Kind("secrets.hashicorp.com", "VaultStaticSecret"),
        Kind("secrets.hashicorp.com", "VaultDynamicSecret"),
        Kind("secrets.hashicorp.com", "VaultPKISecret"),
    }
)
"""Objects that say which secrets are fetched, and from which store."""


class Resident(Subject):
    """A namespace, or a workload, which lies in one."""

    kinds = Namespace.kinds | Workload.kinds
    noun = "Namespace or workload"


class SecretUser(Subject):
    """What mounts or names secrets or their stores: a workload, or an object of an operator for secrets."""

    kinds = SECRET_STORES | SECRET_READERS | Workload.kinds
    noun = "Workload, or object of an operator for secrets"
