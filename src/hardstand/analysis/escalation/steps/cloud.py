"""Rights in the cloud that a service account is trusted with.

An annotation of the account says which role or identity of the cloud its pods get; the cloud checks only that it trusts
the account. Who changes accounts and runs as them takes each role whose trust is as wide as the namespace.
"""

from collections.abc import Iterator

from hardstand.analysis.escalation.graph import Node, Step, StepKind
from hardstand.analysis.escalation.picture import Picture
from hardstand.analysis.escalation.powers import CLOUD
from hardstand.analysis.escalation.rights import Ask
from hardstand.analysis.escalation.steps.running_pods import MAKERS

SOURCE = "https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html"
CHANGE = Ask(("create", "update", "patch"), (("", "serviceaccounts"),))
RUN = Ask(("create",), (("", "pods"), ("", "serviceaccounts/token"), *MAKERS))
ANNOTATES = StepKind(
    "cloud-identity",
    "annotates a service account {where} with a role of the cloud, and runs as it",
    "have each role of the cloud trust one service account by name, not a whole namespace",
    SOURCE,
    sure=False,
)


def find(picture: Picture) -> Iterator[Step]:
    """Who annotates accounts and runs as them."""
    for joint in picture.rights.joint(CHANGE, RUN):
        yield joint.step(Node(CLOUD, joint.namespace), ANNOTATES)
