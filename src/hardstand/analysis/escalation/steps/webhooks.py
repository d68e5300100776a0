"""Admission: who is asked about every request, or changes it.

A mutating webhook is sent each object before it is stored and answers with another: a pod that anybody makes runs what
it says. A validating one is sent the same and reads along: Secrets in full, and the tokens that the control plane
writes into them. A configuration may name any URL, so nothing else is needed. Policies in CEL that mutate do the same
with two objects, the policy and its binding. To delete one of another's, or a policy that validates, only takes a guard
away that is not counted on here.
"""

from collections.abc import Iterator

from hardstand.analysis.escalation.graph import SECRETS, Node, Step, StepKind
from hardstand.analysis.escalation.making import by
from hardstand.analysis.escalation.picture import Picture
from hardstand.analysis.escalation.powers import RUN_PODS
from hardstand.analysis.escalation.rights import Ask
from hardstand.inventory.views.base import Subject
from hardstand.inventory.views.extending import MutatingWebhooks, ValidatingWebhooks

SOURCE = "https://kubernetes.io/docs/concepts/security/rbac-good-practices/#control-admission-webhooks"
_POLICY = "https://kubernetes.io/docs/reference/access-authn-authz/mutating-admission-policy/"
_GROUP = "admissionregistration.k8s.io"


def _right(verbs: tuple[str, ...], resource: str) -> Ask:
    return Ask(verbs, ((_GROUP, resource),), clusterwide=True)


_CHANGE = ("update", "patch")
NEW_MUTATING = _right(("create",), "mutatingwebhookconfigurations")
CHANGE_MUTATING = _right(_CHANGE, "mutatingwebhookconfigurations")
NEW_VALIDATING = _right(("create",), "validatingwebhookconfigurations")
CHANGE_VALIDATING = _right(_CHANGE, "validatingwebhookconfigurations")
POLICY = _right(("create", *_CHANGE), "mutatingadmissionpolicies")
POLICY_BINDING = _right(("create", *_CHANGE), "mutatingadmissionpolicybindings")

_FIX = "leave webhook configurations to the pipeline that installs them"

MUTATES = StepKind(
    "mutating-webhook", "has every new pod sent to a webhook of its own, and changed there", _FIX, SOURCE
)
READS = StepKind(
    "validating-webhook",
    "has every Secret that is written sent to a webhook of its own",
    _FIX,
    SOURCE,
    sure=False,
)
POLICES = StepKind(
    "mutating-policy",
    "writes a policy that changes every new pod",
    "leave mutating admission policies to the pipeline that installs them",
    _POLICY,
)


def find(picture: Picture) -> Iterator[Step]:
    """Who puts themselves between the API server and its store."""
    for new, change, view, power, kind in (
        (NEW_MUTATING, CHANGE_MUTATING, MutatingWebhooks, RUN_PODS, MUTATES),
        (NEW_VALIDATING, CHANGE_VALIDATING, ValidatingWebhooks, SECRETS, READS),
    ):
        yield from _configured(picture, (new, change), view, Node(power), kind)
    for joint in picture.rights.joint(POLICY, POLICY_BINDING):
        yield joint.step(Node(RUN_PODS), POLICES)


def _configured(
    picture: Picture, asks: tuple[Ask, Ask], view: type[Subject], end: Node, kind: StepKind
) -> Iterator[Step]:
    new, change = asks
    for held in picture.rights.each(new):
        yield by(held, end, kind)
    for held in picture.rights.each(change):
        if picture.may_hold(view, held.name):
            yield by(held, end, kind)
