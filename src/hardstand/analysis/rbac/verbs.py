"""The verbs that Kubernetes itself asks RBAC about.

Sources: https://kubernetes.io/docs/reference/access-authn-authz/authorization/#request-verbs-and-authorization-attributes
(of resources, and of paths the method in small letters); `bind`, `escalate`:
https://kubernetes.io/docs/reference/access-authn-authz/rbac/#privilege-escalation-prevention-and-bootstrapping;
`approve`, `sign`, `attest`:
https://kubernetes.io/docs/reference/access-authn-authz/certificate-signing-requests/#authorization.
Others may be asked about by what is not part of Kubernetes, so a verb that is not here is a likely mistake, no more.
"""

from collections.abc import Sequence

_READ_AND_WRITTEN = ("get", "list", "watch", "create", "update", "patch", "delete", "deletecollection")
_SPECIAL = (
    *("impersonate", "bind", "escalate", "approve", "sign", "attest", "use"),
    "request-serviceaccounts-token-audience",
)
_CONSTRAINED = ("impersonate:", "impersonate-on:")
"""How verbs of constrained impersonation begin:
https://kubernetes.io/docs/reference/access-authn-authz/user-impersonation/"""
_METHODS = ("get", "head", "post", "put", "patch", "delete", "options")
_ALL = "*"


def near_verbs(*, path: bool) -> Sequence[str]:
    """The verbs of paths, or those of resources."""
    return _METHODS if path else (*_READ_AND_WRITTEN, *_SPECIAL)


def known_verb(verb: str, *, path: bool) -> bool:
    """Tell whether Kubernetes asks about a verb, of paths or of resources."""
    return verb == _ALL or verb in near_verbs(path=path) or (not path and verb.startswith(_CONSTRAINED))
