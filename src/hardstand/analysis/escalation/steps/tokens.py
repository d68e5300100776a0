"""Asking for a service account's token.

`create` on `serviceaccounts/token` gives a token for the account that the request names, whoever asks.
"""

from collections.abc import Iterator

from hardstand.analysis.escalation.graph import Node, Step, StepKind
from hardstand.analysis.escalation.making import powers
from hardstand.analysis.escalation.picture import Picture
from hardstand.analysis.escalation.powers import ANY_ACCOUNT
from hardstand.analysis.escalation.rights import Ask

SOURCE = "https://kubernetes.io/docs/concepts/security/rbac-good-practices/#token-request"
TOKEN = Ask(("create",), (("", "serviceaccounts/token"),))
REQUEST = StepKind(
    "token-request",
    "asks for a token of a service account {where}",
    "allow serviceaccounts/token only with resourceNames, for the accounts that are meant",
    SOURCE,
)
BE = StepKind("be-account", "is the account", "see the step before", SOURCE, counts=False)


def find(picture: Picture) -> Iterator[Step]:
    """Who may ask for tokens; and from being any account of a namespace to each."""
    yield from powers(picture, TOKEN, ANY_ACCOUNT, REQUEST)
    for home, names in picture.accounts.items():
        for name in names:
            yield Step(Node(ANY_ACCOUNT, home), Node("serviceaccount", home, name), BE)
