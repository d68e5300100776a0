"""Which identity at a cloud provider a service account stands for.

Sources: https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html,
https://cloud.google.com/kubernetes-engine/docs/how-to/workload-identity,
https://azure.github.io/azure-workload-identity/docs/topics/service-account-labels-and-annotations.html.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from hardstand.inventory.views.config import ServiceAccount

CLOUD_IDENTITY_FIELDS = ("metadata.annotations",)
"""What this reads of service accounts."""


@dataclass(frozen=True, slots=True)
class CloudIdentity:
    """An identity of a provider (`aws`, `google` or `azure`), and the annotation that names it.

    `home` is the account, project or tenant that it belongs to, or empty when the name does not tell.
    """

    provider: str
    name: str
    home: str
    annotation: str


_TENANT = "azure.workload.identity/tenant-id"


def cloud_identities(account: ServiceAccount) -> tuple[CloudIdentity, ...]:
    """The identities that the account's annotations name, at most one of each provider.

    A name that is filled in later, such as `${ROLE}`, names none. MalformedFieldError when the annotations cannot be
    read.
    """
    return tuple(_identities(account.metadata.annotations))


def _identities(annotations: Mapping[str, str]) -> Iterator[CloudIdentity]:
    for provider, annotation, home in _KNOWN:
        name = annotations.get(annotation, "").strip()
        if name and not _FILLED_IN.search(name):
            yield CloudIdentity(
                provider, name, home(name) or annotations.get(_TENANT_OF.get(provider, ""), ""), annotation
            )


_FILLED_IN = re.compile(r"[${}<>\s]")
_ARN = re.compile(r"arn:[a-z-]+:iam::(\d{12}):role/.+")
_EMAIL = re.compile(r"[^@]+@([a-z0-9.:-]+)\.iam\.gserviceaccount\.com")


def _first(pattern: re.Pattern[str]) -> Callable[[str], str]:
    def home(name: str) -> str:
        found = pattern.fullmatch(name)
        return found[1] if found else ""

    return home


_TENANT_OF = {"azure": _TENANT}
_KNOWN: tuple[tuple[str, str, Callable[[str], str]], ...] = (
    ("aws", "eks.amazonaws.com/role-arn", _first(_ARN)),
    ("google", "iam.gke.io/gcp-service-account", _first(_EMAIL)),
    ("azure", "azure.workload.identity/client-id", lambda _: ""),
)
