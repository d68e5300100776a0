"""Which requests and limits a container ends up with, after the defaults that Kubernetes applies.

Sources: https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/,
https://kubernetes.io/docs/concepts/policy/limit-range/. An amount of zero is none: it reserves and bounds nothing.
"""

from collections.abc import Iterable, Sequence

from hardstand.analysis.quantities import amount
from hardstand.inventory.views.base import View
from hardstand.inventory.views.container import Container, EphemeralContainer, Resources
from hardstand.inventory.views.policies import LimitRange, LimitRangeItem
from hardstand.model.verdict import Why
from hardstand.model.violation import NotApplicableError

LIMIT_RANGE_FIELDS = ("spec.limits",)
"""What a control that asks these questions reads of a LimitRange."""


def limited(container: Container, resource: str, ranges: Sequence[LimitRange]) -> bool:
    """Tell whether something bounds how much of `resource` the container uses: its own limit, its pod's or a default.

    NotApplicableError for ephemeral containers, which cannot have one.
    """
    own = _own(container).limits  # Before the pod's: of two that are malformed, the container's is told.
    pod = container.pod.resources
    limits = (own, pod.limits) if pod.exists else (own,)
    return _sets_one_of(resource, limits) or (bool(ranges) and _sets_one_of(resource, _limit_defaults(ranges)))


def requested(container: Container, resource: str, ranges: Sequence[LimitRange]) -> bool:
    """Tell whether some of `resource` is reserved for the container; a limit without a request counts as the request.

    NotApplicableError for ephemeral containers, which cannot have one.
    """
    own, pod = _own(container), container.pod.resources
    amounts = (own.requests, own.limits, pod.requests, pod.limits) if pod.exists else (own.requests, own.limits)
    if _sets_one_of(resource, amounts):
        return True
    if not ranges:
        return False
    defaults = [item.default_request for item in _items(ranges)]
    return _sets_one_of(resource, [*defaults, *_limit_defaults(ranges), *(item.min for item in _items(ranges))])


def _own(container: Container) -> Resources:
    """The container's own resources; what its pod has counts too, but hardly any pod has some."""
    if isinstance(container, EphemeralContainer):
        raise NotApplicableError(Why.NO_SUBJECT)
    return container.resources


def _items(ranges: Iterable[LimitRange]) -> list[LimitRangeItem]:
    return [item for one in ranges for item in one.spec.limits if item.type == "Container"]


def _limit_defaults(ranges: Iterable[LimitRange]) -> list[View]:
    """A maximum is also the default where no default is given."""
    return [view for item in _items(ranges) for view in (item.default, item.max)]


def _sets_one_of(resource: str, views: Iterable[View]) -> bool:
    """Tell whether an amount is set and not zero in one of these; none after it is read."""
    for view in views:  # noqa: SIM110 - asked of each container for each resource: a generator costs more than it asks.
        if amount(view, resource):
            return True
    return False
