"""Proposed roles and bindings, laid over those of today or by themselves, with past requests put to them."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from hardstand.access.known import Known
from hardstand.access.replaying.replay import Replayed, means, replay, without
from hardstand.access.replaying.telling import Proposal
from hardstand.access.used import Window
from hardstand.analysis.rbac.own import own_roles
from hardstand.analysis.rbac.permissions import RBAC_READS, Permissions
from hardstand.analysis.rbac.who import Who
from hardstand.inventory.objects import KubeObject
from hardstand.inventory.views.rbac import AnyRole, Binding
from hardstand.model.run import Unreadable
from hardstand.wiring.past_use import PastUse, past_use
from hardstand.wiring.request import ScanRequest
from hardstand.wiring.surveying import Reads, Surveyed, surveyed


@dataclass(frozen=True, slots=True)
class RolesRehearsal:
    """What a proposal comes to."""

    proposal: Proposal
    past: PastUse
    window: Window | None
    replayed: Replayed
    unreadable: tuple[Unreadable, ...]
    """Of the proposal and the picture; what of the logs could not be read is in `past`."""


def rehearse_roles(
    paths: Sequence[str],
    request: ScanRequest | None,
    logs: Sequence[str],
    in_place_for: Sequence[Who] = (),
    since: datetime | None = None,
    progress: Callable[[int, int], None] | None = None,
    namespace: str = "default",
    reads: Reads = RBAC_READS,
    seen: Callable[[Known], None] | None = None,
) -> RolesRehearsal:
    """Put what logs hold to the roles and bindings in `paths`.

    With a `request`, they are laid over those that it reads: each takes the place of the one of its kind, namespace and
    name, all others stay, but for the grants that name somebody of `in_place_for`. Without, they are all that there is,
    and only those whom they name are looked at. `reads` is what is read of today; `seen` is told whom it knows before
    the logs are read, which may take long. Never raises for bad input.
    """
    blank = ScanRequest(paths)
    proposed = surveyed(replace(blank, settings=replace(blank.settings, namespace=namespace)), RBAC_READS)
    today = surveyed(request, reads) if request is not None else None
    new, now = _permissions(proposed, today, in_place_for)
    if today is not None and now is not None and seen is not None:
        seen(Known.of(today.neighbours, now))
    wanted = None if today is not None else _among(list(new.subjects()))
    past = past_use(logs, wanted, since, progress)
    proposal = Proposal(tuple(paths), today is not None, tuple(in_place_for), len(_objects(proposed)))
    told = replay(past.used, new, now, settled=today is not None and today.settled)
    faults = (*proposed.unreadable, *(today.unreadable if today is not None else ()))
    return RolesRehearsal(proposal, past, past.window, told, faults)


def _permissions(
    proposed: Surveyed, today: Surveyed | None, in_place_for: Sequence[Who]
) -> tuple[Permissions, Permissions | None]:
    """Those that the proposal leads to, and those of today."""
    if today is None:
        return Permissions.of(proposed.neighbours, settled=False, assumed=own_roles().values()), None
    now = Permissions.of(today.neighbours, settled=today.settled, assumed=own_roles().values())
    laid = today.neighbours.laid_over(_objects(proposed))
    new = Permissions.of(laid, settled=today.settled, assumed=own_roles().values(), changed=True)
    own = {(one.kind, one.namespace, one.name) for one in _objects(proposed)}
    taken = [
        grant
        for who in in_place_for
        for grant in new.given_to(who)
        if (grant.binding.kind, grant.binding.namespace, grant.binding.name) not in own
    ]
    return without(new, taken), now


def _objects(found: Surveyed) -> list[KubeObject]:
    views = (*found.neighbours.anywhere(AnyRole), *found.neighbours.anywhere(Binding))
    return [one.object for one in views]


def _among(several: Sequence[Who]) -> Callable[[str, Iterable[str]], bool]:
    return lambda name, groups: means(several, name, groups)
