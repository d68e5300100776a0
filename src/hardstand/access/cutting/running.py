"""What runs as whom: the workloads of each service account, and of the groups that service accounts are in."""

from collections import defaultdict
from collections.abc import Sequence

from hardstand.analysis.rbac.who import ACCOUNTS, AUTHENTICATED, Sort, Who, account
from hardstand.inventory.neighbours import Neighbours
from hardstand.inventory.views.base import Subject
from hardstand.inventory.views.workload import Workload
from hardstand.model.finding import ObjectRef
from hardstand.model.violation import MalformedFieldError, NotApplicableError

RUNNING_READS: tuple[tuple[type[Subject], tuple[str, ...]], ...] = (
    (Workload, ("metadata.ownerReferences", "pod.spec.serviceAccountName", "pod.spec.serviceAccount")),
)
"""What must be among the neighbours."""


class Running:
    """The workloads of a picture by whom they run as. What a controller made is not counted beside it."""

    def __init__(self, neighbours: Neighbours) -> None:
        self.unreadable: list[str] = []
        """Workloads of which it cannot be told."""
        self._by_account: dict[Who, list[ObjectRef]] = defaultdict(list)
        self._by_home: dict[str, list[ObjectRef]] = defaultdict(list)
        """By the group of a namespace's accounts."""
        for one in neighbours.anywhere(Workload):
            try:
                if not one.metadata.owner_references:
                    self._by_account[account(one.namespace or "", one.service_account)].append(one.object.ref)
            except NotApplicableError:
                continue  # It makes no pods.
            except MalformedFieldError as error:
                self.unreadable.append(f"{one.object.ref} cannot be read: {error}")
        self._all: list[ObjectRef] = []
        for who, found in sorted(self._by_account.items()):
            self._by_home[f"{ACCOUNTS}:{who.namespace}"] += found
            self._all += found

    def under(self, who: Who) -> Sequence[ObjectRef]:
        """What runs as a service account, or as any that is in a group. As a user nothing runs that can be seen."""
        if who.sort is Sort.ACCOUNT:
            return self._by_account.get(who, ())
        if who.sort is Sort.USER:
            return ()
        if who.name in (ACCOUNTS, AUTHENTICATED):
            return self._all
        return self._by_home.get(who.name, ())
