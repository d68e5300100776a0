"""Workload in production shares its identity with one of another environment.

Why
    Who takes over a pod in staging, where more people deploy and less is checked, holds its service account. When that
    account, or the role at the cloud provider that it stands for, is production's as well, so is everything it opens.

Fix
    Give each environment a service account of its own, and each account a cloud identity of its own.
    Accounts of one namespace and name are the same account where the environments declare `clusters` that overlap, or
    a cluster is read; files in different paths may be for different clusters. Cloud identities are compared everywhere.

References
    - https://kubernetes.io/docs/concepts/security/service-accounts/
    - https://docs.aws.amazon.com/eks/latest/best-practices/identity-and-access-management.html
    - https://cloud.google.com/kubernetes-engine/docs/concepts/workload-identity
"""

from collections.abc import Iterator, Sequence

from hardstand.analysis.cloud_identity import CLOUD_IDENTITY_FIELDS, cloud_identities
from hardstand.analysis.joining import by_name, of_neighbour
from hardstand.controls.api import HIGH, MINIMUM, WEEKS_2_4, Given, UnknownError, Violations, Why, anywhere, control
from hardstand.controls.boundary._production import NAMESPACES, only_in_production
from hardstand.controls.boundary._sharing import Users
from hardstand.inventory.views.config import ServiceAccount
from hardstand.inventory.views.workload import Workload

Thing = tuple[str, str, str]
"""An account by namespace and name, or an identity by provider and name; the first word tells which."""

_ACCOUNT, _IDENTITY = "account", "identity"


@control(
    severity=HIGH,
    stage=WEEKS_2_4,
    maturity=MINIMUM,
    frameworks=(
        "production-checklist:P1.1",
        "production-checklist:P3.1",
        "twelve-controls:T1.2",
        "nist-800-53:AC-6",
        "nist-800-53:IA-9",
        "pci-dss:6.5.4",
        "iso-27001:A.8.31",
    ),
    reads=[
        NAMESPACES,
        anywhere(Workload, "pod.spec.serviceAccountName", "pod.spec.serviceAccount", needed=False),
        anywhere(ServiceAccount, *CLOUD_IDENTITY_FIELDS, needed=False),
    ],
    needs_boundary=True,
)
def check(workload: Workload, given: Given) -> Violations:
    """Neither the service account nor a cloud identity that it stands for may be one of another environment's."""
    only_in_production(workload, given)
    users = given.once(_users)
    users.must_be_there()
    own = [*given.environments(workload), *given.perhaps(workload)]
    identified = False
    for thing in _things(workload, given):
        identified = identified or thing[0] == _IDENTITY
        found = users.sharing(thing, lambda name, thing=thing: _is_one(thing, own, name, given))  # type: ignore[misc]
        if found and given.in_production(workload):
            message = f"runs as {_called(thing)}, as {found[1]} of {found[0]} does"
            field = "serviceAccountName" if workload.pod.service_account_name else "serviceAccount"
            yield workload.pod.violates(message, field, cause=":".join(thing))
            return
    if identified:
        users.must_see()


def _users(given: Given) -> Users:
    return Users(given, _things)


def _things(workload: Workload, given: Given) -> Iterator[Thing]:
    """The workload's account, and what it stands for; UnknownError, after that, when the account is not in the input.

    Every namespace has a `default`, which stands for nothing unless somebody gives it annotations.
    """
    namespace, name = workload.namespace or "", workload.service_account
    yield _ACCOUNT, namespace, name
    accounts = given.beside(ServiceAccount, workload, by_name).under(name)
    if not accounts and name != "default" and not given.complete:
        message = f"the input holds no ServiceAccount {name} of namespace {namespace}, which may stand for an identity"
        raise UnknownError(Why.NOT_IN_INPUT, message, f"not-in-input:ServiceAccount:{namespace}")
    for account in accounts:
        for identity in of_neighbour(account, cloud_identities):
            yield _IDENTITY, identity.provider, identity.name


def _is_one(thing: Thing, own: Sequence[str], other: str, given: Given) -> bool:
    """Tell whether a thing is the same to two environments: an identity always is, an account within one cluster."""
    return thing[0] == _IDENTITY or any(given.placing.overlap(name, other) for name in own)


def _called(thing: Thing) -> str:
    kind, of, name = thing
    return f"the service account {of}/{name}" if kind == _ACCOUNT else f"the {of} identity {name}"
