"""Objects that fill in what pods leave open, or that make other objects: limits of a namespace, makers of Secrets."""

from collections.abc import Mapping, Sequence

from hardstand.inventory.views.base import Subject, View, integer, nested, string, views
from hardstand.inventory.views.config import ScaleTarget
from hardstand.inventory.views.container import Amounts
from hardstand.model.kind import Kind


class LimitRangeItem(View):
    """Bounds and defaults for one type of thing, such as `Container`."""

    type = string("type")
    default = nested("default", Amounts)
    default_request = nested("defaultRequest", Amounts)
    max = nested("max", Amounts)
    min = nested("min", Amounts)


class LimitRangeSpec(View):
    """The items of a LimitRange."""

    limits = views("limits", LimitRangeItem)


class LimitRange(Subject):
    """Gives the containers of its namespace the requests and limits that they do not set.

    Source: https://kubernetes.io/docs/concepts/policy/limit-range/
    """

    kinds = frozenset({Kind("", "LimitRange")})
    spec = nested("spec", LimitRangeSpec)


class ScaledObjectSpec(View):
    """What KEDA scales, and down to how many."""

    target = nested("scaleTargetRef", ScaleTarget)
    min_replica_count = integer("minReplicaCount")


class ScaledObject(Subject):
    """An autoscaler of KEDA. Source: https://keda.sh/docs/latest/reference/scaledobject-spec/."""

    kinds = frozenset({Kind("keda.sh", "ScaledObject")})
    spec = nested("spec", ScaledObjectSpec)


class SecretMaker(Subject):
    """An object from which a controller makes Secrets in the same namespace.

    Sources: https://external-secrets.io/latest/api/externalsecret/, https://github.com/bitnami-labs/sealed-secrets,
    https://cert-manager.io/docs/reference/api-docs/, https://developer.hashicorp.com/vault/docs/platform/k8s/vso,
    https://secrets-store-csi-driver.sigs.k8s.io/topics/sync-as-kubernetes-secret, https://developer.1password.com/docs/k8s.
    """

    kinds = frozenset(
        {
            Kind("external-secrets.io", "ExternalSecret"),
            Kind("bitnami.com", "SealedSecret"),
            Kind("cert-manager.io", "Certificate"),
            Kind("secrets.hashicorp.com", "VaultStaticSecret"),
            Kind("secrets.hashicorp.com", "VaultDynamicSecret"),
            Kind("secrets.hashicorp.com", "VaultPKISecret"),
            Kind("secrets-store.csi.x-k8s.io", "SecretProviderClass"),
            Kind("onepassword.com", "OnePasswordItem"),
        }
    )
    KEEP = (
        "spec.target.name",
        "spec.template.metadata.name",
        "spec.secretName",
        "spec.destination.name",
        "spec.secretObjects.secretName",
    )
    """The fields that say how the Secret is called."""

    @property
    def secret_names(self) -> Sequence[str]:
        """The Secrets that it makes; a kind that does not say otherwise gives its Secret its own name."""
        named = [found for path in self.KEEP for found in _leaves(self.data, path.split("."))]
        return named or [self.name]


def _leaves(value: object, steps: Sequence[str]) -> list[str]:
    if isinstance(value, list):
        return [found for item in value for found in _leaves(item, steps)]
    if not steps:
        return [value] if isinstance(value, str) else []
    return _leaves(value.get(steps[0]), steps[1:]) if isinstance(value, Mapping) else []
