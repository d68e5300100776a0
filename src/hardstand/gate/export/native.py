"""What a baseline comes to as native policy. Pure: controls, a baseline and a day in, policies out."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from hardstand.baseline.baseline import Baseline, Excepted
from hardstand.controls.cel import Cel
from hardstand.controls.control import Control
from hardstand.engine.native import expressed, subject_kinds, values_of
from hardstand.engine.settings import Settings
from hardstand.gate.export.building import policy
from hardstand.gate.export.excepting import Excused, excused
from hardstand.gate.export.interface import Enforced, Left, Native, WhyLeft
from hardstand.gate.export.kinds import served, without_namespace
from hardstand.gate.export.places import Estate, changes, estate, places
from hardstand.model.tier import Tier

SYSTEM = ("kube-node-lease", "kube-public", "kube-system")
"""What Kubernetes runs itself by: a policy must never keep it from being mended."""


def native(
    controls: Sequence[Control],
    baseline: Baseline,
    tiers: Mapping[str, Tier] | None,
    *,
    day: date,
    cluster: str | None = None,
    exempt: Sequence[str] = SYSTEM,
) -> Native:
    """The policies of all controls that can be exported, with where each is enforced.

    `tiers` are the highest tiers of the workloads in each namespace, from an inventory; without one, modes are those
    that the baseline has where no tier is known. ValueError for a parameter that is none.
    """
    known = estate(baseline, tiers, cluster, exempt)
    settings = Settings(baseline=baseline, today=day)
    enforced: list[Enforced] = []
    left: list[Left] = []
    undeclared: list[str] = []
    for one in controls:
        cel = expressed(one)
        if not isinstance(cel, Cel):
            continue
        values = values_of(one, cel, settings)
        if values is None:
            undeclared.append(one.id)
            continue
        namespaced = not without_namespace(served(subject_kinds(one)))
        found = places(one, baseline, known, day, namespaced=namespaced)
        if not found:
            continue
        excepting: list[Excused] = []
        for each in _exceptions(one, baseline, known, day):
            (excepting if isinstance(each, Excused) else left).append(each)  # type: ignore[arg-type]
        made = policy(one, cel, values, excepting)
        enforced.append(Enforced(made, found, changes(one, baseline, known, day, namespaced=namespaced)))
    return Native(tuple(enforced), tuple(left), tuple(undeclared), tuple(exempt))


def _exceptions(one: Control, baseline: Baseline, known: Estate, day: date) -> Iterator[Excused | Left]:
    """The exceptions from a control, as the policy has them or with the reason why it does not."""
    for each in baseline.excepting(one.id):
        exception = each.exception
        within = _within(each, baseline, known)
        if not exception.active(day):
            yield Left(exception.id, one.id, WhyLeft.ENDED)
        elif exception.while_:
            yield Left(exception.id, one.id, WhyLeft.WHILE)
        elif isinstance(within, WhyLeft):
            yield Left(exception.id, one.id, within)
        else:
            match = exception.match
            yield excused(
                exception.id,
                exception.expires,
                kind=match.kind,
                called=match.name,
                namespace=match.namespace,
                labels=match.labels,
                image=match.image,
                within=within,
            )


def _within(one: Excepted, baseline: Baseline, known: Estate) -> Sequence[str] | WhyLeft | None:
    """The only namespaces in which an exception may waive, by their tiers; None for all, or why there is none.

    What has no tier can be anything: it takes whoever may approve for the highest, and is never delegated.
    """
    if one.delegated is None and not baseline.approvers:
        return None
    fitting = [name for name in known.namespaces if _allowed(one, baseline, known.tiers[name])]
    if _allowed(one, baseline, None) and len(fitting) == len(known.namespaces):
        return None
    if fitting:
        return fitting
    return WhyLeft.DELEGATED if one.delegated is not None else WhyLeft.APPROVER


def _allowed(one: Excepted, baseline: Baseline, tier: Tier | None) -> bool:
    if one.delegated is not None and tier not in one.delegated:
        return False
    if not baseline.approvers:
        return True
    asked = tier or max(baseline.approvers)
    return one.exception.approved_by in baseline.approvers.get(asked, ())
