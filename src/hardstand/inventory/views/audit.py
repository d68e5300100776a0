"""The audit policy: which requests to the API server are recorded, and how much of each.

Sources: https://kubernetes.io/docs/reference/config-api/apiserver-audit.v1/#audit-k8s-io-v1-Policy and
https://kubernetes.io/docs/tasks/debug/debug-cluster/audit/
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from hardstand.inventory.components.documents import WORKLOADS
from hardstand.inventory.views.api_server import ApiServer
from hardstand.inventory.views.base import Field, Subject, View, string, strings, views
from hardstand.inventory.views.component import CLUSTER_CONFIGURATION
from hardstand.model.component import COMPONENT_CONFIG
from hardstand.model.kind import Kind

if TYPE_CHECKING:
    from hardstand.inventory.objects import KubeObject

POLICY = Kind("audit.k8s.io", "Policy")
LEVELS = ("None", "Metadata", "Request", "RequestResponse")
"""What is recorded, from nothing to everything."""


class GroupResources(View):
    """Resources of one API group; without any, all of the group."""

    group = string("group")
    resources = strings("resources")
    resource_names = strings("resourceNames")


class Rule(View):
    """One rule. The first that fits a request decides."""

    users = strings("users")
    user_groups = strings("userGroups")
    verbs = strings("verbs")
    resources = views("resources", GroupResources)
    namespaces = strings("namespaces")
    non_resource_urls = strings("nonResourceURLs")
    omit_stages = strings("omitStages")

    def _level(self, key: str) -> int:
        found = self.get(key)
        if found not in LEVELS:
            raise self.malformed(f"one of {', '.join(LEVELS)}", key)
        return LEVELS.index(str(found))

    level: Field[int] = Field("level", _level)  # type: ignore[arg-type]
    """How much is recorded, as an index of LEVELS."""


class PolicyFile(Subject):
    """An audit policy."""

    kinds = frozenset({POLICY})
    rules = views("rules", Rule)
    omit_stages = strings("omitStages")


class AuditPolicy(PolicyFile):
    """An audit policy, or an API server that names one, of which then `server` tells."""

    kinds = frozenset({POLICY, COMPONENT_CONFIG, CLUSTER_CONFIGURATION}) | WORKLOADS
    noun = "audit policy"

    def __init__(self, kube: "KubeObject", server: ApiServer | None = None) -> None:
        super().__init__(kube)
        self.server = server

    @classmethod
    def of(cls, kube: "KubeObject") -> Sequence[View]:
        """The file itself, or the API servers of an object."""
        if kube.kind == POLICY:
            return [cls(kube)]
        return [cls(kube, one) for one in ApiServer.of(kube) if isinstance(one, ApiServer)]
