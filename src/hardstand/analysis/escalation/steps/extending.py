"""Extensions of the API: who converts custom resources, or answers for a whole group of them.

A CustomResourceDefinition may name a webhook that converts its objects as they are read: it decides what every
controller reads of them. An APIService names who answers for a group and version. Neither gives an identity by itself;
controllers act on what they read with rights of their own, and what they can be made to do depends on them.
"""

from collections.abc import Iterator

from hardstand.analysis.escalation.graph import Node, Step, StepKind
from hardstand.analysis.escalation.making import by
from hardstand.analysis.escalation.picture import Picture
from hardstand.analysis.escalation.powers import STEERED
from hardstand.analysis.escalation.rights import Ask
from hardstand.analysis.rbac.rule import ALL
from hardstand.inventory.views.extending import ApiService, ResourceDefinition

_CRD = "https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definition-versioning/#webhook-conversion"
_APISERVICE = "https://kubernetes.io/docs/concepts/extend-kubernetes/api-extension/apiserver-aggregation/"

CONVERT = Ask(("update", "patch"), (("apiextensions.k8s.io", "customresourcedefinitions"),), clusterwide=True)
ANSWER = Ask(("create", "update", "patch"), (("apiregistration.k8s.io", "apiservices"),), clusterwide=True)

CONVERTS = StepKind(
    "crd-conversion",
    "has custom resources converted by a webhook of its own",
    "leave CustomResourceDefinitions to the pipeline that installs them",
    _CRD,
    sure=False,
)
ANSWERS = StepKind(
    "apiservice",
    "answers for a group of the API in the place of the server that did",
    "leave APIServices to the pipeline that installs them",
    _APISERVICE,
    sure=False,
)
ACTS = StepKind(
    "steered-controller",
    "has a controller act on custom resources that it never was given",
    "give controllers no more than their resources need",
    _CRD,
    sure=False,
    counts=False,
)


def find(picture: Picture) -> Iterator[Step]:
    """Who decides what controllers read, and the accounts of those."""
    for held in picture.rights.each(CONVERT):
        if picture.may_hold(ResourceDefinition, held.name):
            yield by(held, Node(STEERED, "", held.name), CONVERTS)
    for held in picture.rights.each(ANSWER):
        if not held.name or picture.may_hold(ApiService, held.name):
            yield by(held, Node(STEERED), ANSWERS)
    for _, name in sorted(picture.named.get(ResourceDefinition, ())):
        plural, _, group = name.partition(".")
        every = Node(STEERED, "", name)
        yield Step(Node(STEERED), every, ACTS)
        yield from (Step(every, account, ACTS) for account in _readers(picture, group, plural))


def _readers(picture: Picture, group: str, plural: str) -> Iterator[Node]:
    """The service accounts that read a custom resource by name of its group, as its controllers do."""
    for node, held in picture.rights.of(Ask(("list", "watch"), ((group, plural),))).items():
        if node.sort == "serviceaccount" and any(ALL not in one.ruled.rule.groups for one in held):
            yield node
