"""Secrets: reading those there are, and having tokens written into new ones.

`list` and `watch` give the contents as `get` does, and a rule with names allows both with a field selector for the
name. A Secret of the type service-account-token that somebody creates for any account of the namespace is filled in by
the control plane. A bootstrap token in kube-system makes whoever shows it a member of system:bootstrappers.
"""

from collections.abc import Iterator

from hardstand.analysis.escalation.graph import SECRETS, Fact, Node, Step, StepKind
from hardstand.analysis.escalation.making import by, powers
from hardstand.analysis.escalation.picture import SYSTEM, Picture
from hardstand.analysis.escalation.powers import ANY_ACCOUNT
from hardstand.analysis.escalation.rights import Ask

SOURCE = "https://kubernetes.io/docs/concepts/security/rbac-good-practices/#listing-secrets"
_TOKENS = "https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/#manual-secret-management-for-serviceaccounts"
_BOOTSTRAP = "https://kubernetes.io/docs/reference/access-authn-authz/bootstrap-tokens/"

READ = Ask(("get", "list", "watch"), (("", "secrets"),))
CREATE = Ask(("create",), (("", "secrets"),))

READS = StepKind(
    "read-secrets",
    "reads Secrets {where}",
    "allow get with resourceNames, for the Secrets that are meant, in their namespace",
    SOURCE,
)
TOKEN = StepKind(
    "token-secret",
    "takes the account's token out of a Secret",
    "delete the Secret; a pod's own token and `kubectl create token` end by themselves",
    _TOKENS,
)
MAKES = StepKind(
    "make-token-secret",
    "creates a Secret that the control plane fills with a token of any account {where}, and reads it",
    "do not allow to create and to read Secrets together",
    _TOKENS,
)
JOINS = StepKind(
    "read-bootstrap-token",
    "takes the bootstrap token out of a Secret",
    "delete the token; kubeadm makes a new one for each node that joins",
    _BOOTSTRAP,
)
WRITES = StepKind(
    "make-bootstrap-token",
    "writes a bootstrap token of its own into kube-system",
    "do not allow to create Secrets in kube-system",
    _BOOTSTRAP,
)
BOOTSTRAPPERS = Node("group", "", "system:bootstrappers")


def find(picture: Picture) -> Iterator[Step]:
    """Who reads Secrets, whose tokens they hold, and who has tokens made."""
    yield from powers(picture, READ, SECRETS, READS)
    for joint in picture.rights.joint(CREATE, READ):
        if not joint.held[1].name:
            yield joint.step(Node(ANY_ACCOUNT, joint.namespace), MAKES)
    for held in picture.rights.each(CREATE):
        if held.namespace in ("", SYSTEM):
            yield by(held, BOOTSTRAPPERS, WRITES)
    for one in picture.tokens:
        kept = Node(SECRETS, one.namespace, one.name)
        fact = Fact(f"secret {one.namespace}/{one.name}", f"Secret {one.namespace}/{one.name} holds a token")
        end = Node("serviceaccount", one.namespace, one.account) if one.account else BOOTSTRAPPERS
        yield Step(kept, end, TOKEN if one.account else JOINS, frozenset((fact,)))
