"""Where labels and annotations are looked for: on objects, on the pods that they make, and on the claims."""

from collections.abc import Collection, Iterator

from hardstand.inventory.fold import SHAPES
from hardstand.inventory.views.base import AnyObject, Metadata
from hardstand.inventory.views.workload import Workload
from hardstand.model.verdict import Why
from hardstand.model.violation import NotApplicableError


def metadata_of(subject: AnyObject, places: Collection[str], kinds: Collection[str]) -> Iterator[Metadata]:
    """The metadata of an object at `object`, `template` and `volumeClaimTemplates`, as far as asked for and there.

    A kind that makes no pods has its own metadata only. NotApplicableError for kinds that are not asked for; without
    any named, those are the ones that make no pods.
    """
    makes_pods = subject.kind in SHAPES
    if not (subject.kind.name in kinds if kinds else makes_pods):
        raise NotApplicableError(Why.NO_SUBJECT)
    template = _template(subject) if "template" in places else None
    if "object" in places or not makes_pods:
        yield subject.metadata
    if template and not ("object" in places and template.path == subject.metadata.path):
        yield template
    if "volumeClaimTemplates" in places and makes_pods:
        yield from (one.metadata for one in Workload(subject.object).spec.claim_templates)


def all_metadata_of(subject: AnyObject) -> Iterator[Metadata]:
    """The metadata of an object, and of the pods that it makes."""
    yield subject.metadata
    template = _template(subject)
    if template and template.path != subject.metadata.path:
        yield template


def _template(subject: AnyObject) -> Metadata | None:
    """The metadata of the pod template; a Pod's is its own, and where a template may be elsewhere there may be none."""
    if subject.kind not in SHAPES:
        return None
    workload = Workload(subject.object)
    if workload.shape.template_optional and workload.spec.get("template") is None:
        return None
    return workload.pod_metadata
