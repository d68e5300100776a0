"""Which kinds, and which fields of them, the controls need: what a source lists, and what it may leave out."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from hardstand.analysis.escalation.picture import ESCALATION_READS
from hardstand.analysis.exposure import EXPOSURE_READS
from hardstand.analysis.reach.estate import REACH_READS
from hardstand.analysis.reach.holders import HOLDER_READS
from hardstand.controls.control import Control
from hardstand.engine.evaluate import about as is_about
from hardstand.inventory.neighbours import Keeping, Tree
from hardstand.inventory.views.base import Subject
from hardstand.inventory.views.config import Namespace
from hardstand.inventory.views.container import Container
from hardstand.inventory.views.workload import CronJob, Workload
from hardstand.model.kind import Kind, Platform, platform_of
from hardstand.model.need import Need

_RIGHTS: tuple[tuple[type[Subject], Sequence[str]], ...] = (
    *ESCALATION_READS,
    (CronJob, ("spec.schedule", "spec.timeZone", "spec.suspend")),
)
QUESTIONS: Mapping[str, tuple[tuple[type[Subject], Sequence[str]], ...]] = {
    "rbac": _RIGHTS,
    "net": (*REACH_READS, *HOLDER_READS),
    "blast": (*_RIGHTS, *REACH_READS),
}
"""What verbs ask that hold no control against anything: a snapshot keeps it for them."""
_FOLLOWING = ("gate", "watch")
"""Verbs that judge objects as they come."""


def wanted_by(verb: str, controls: Sequence[Control]) -> Mapping[Kind, Need]:
    """What must be given for a verb of the command line that holds these controls, if it holds any."""
    if verb in QUESTIONS:
        return needed(Keeping.of(QUESTIONS[verb]))
    if verb == "snapshot":  # Whole, so that later versions of the controls find what they look at.
        asked = [read for reads in QUESTIONS.values() for read in reads]
        return dict.fromkeys(sorted({*wanted(controls), *needed(Keeping.of(asked))}), Need(whole=True))
    return wanted(followed(controls) if verb in _FOLLOWING else controls)


def followed(controls: Iterable[Control]) -> list[Control]:
    """Those that can be judged object by object, as objects come: all but those that ask about all of the network."""
    return [one for one in controls if not one.wide]


def wanted(controls: Sequence[Control]) -> Mapping[Kind, Need]:
    """What must be given of which kinds to judge by these controls, and to tell tiers and environments.

    Controls that are about every kind, such as those on API versions, ask for none of their own: they judge what is
    read for the others.
    """
    about = frozenset(kind for one in controls for kind in _subjects(one)) | Workload.kinds
    reads = [(read.view, read.keep) for one in controls for read in one.reads]
    keeping = Keeping.of([*reads, *EXPOSURE_READS, (Namespace, ("metadata.labels",))])
    return needed(keeping, about, lambda kind: _reported(controls, keeping, kind))


def needed(
    keeping: Keeping, about: frozenset[Kind] = frozenset(), reported: Callable[[Kind], bool] = lambda _: True
) -> Mapping[Kind, Need]:
    """What must be given of which kinds for what is kept of them; those of `about` whole.

    `reported` tells whether their status is looked at, too.
    """
    return {
        kind: Need(whole=True, status=reported(kind))
        if kind in about
        else Need(whole=False, fields=tuple(_dotted(keeping.fields[kind])))
        for kind in sorted({*about, *keeping.fields})
        if platform_of(kind) is Platform.KUBERNETES
    }


def _reported(controls: Sequence[Control], keeping: Keeping, kind: Kind) -> bool:
    """Whether somebody looks at the status of such objects: as their subject, or from others."""
    return "status" in keeping.fields.get(kind, ()) or any(one.reported and is_about(one, kind) for one in controls)


def _subjects(one: Control) -> frozenset[Kind]:
    if issubclass(one.subject, Container):
        return Workload.kinds
    return (one.subject.kinds or frozenset()) if issubclass(one.subject, Subject) else frozenset()


def _dotted(tree: Tree, before: str = "") -> Sequence[str]:
    """The fields of a tree as dotted paths, sorted; `*` stands for keys without their values."""
    found: list[str] = []
    for step, below in sorted(tree.items()):
        path = f"{before}.{step}" if before else step
        found += _dotted(below, path) if below else [path]
    return found
