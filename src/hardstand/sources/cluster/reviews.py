"""Asking the server what one may do, without doing it.

Source: https://kubernetes.io/docs/reference/access-authn-authz/authorization/#checking-api-access
"""

from typing import Any

from hardstand.sources.cluster.client import Client
from hardstand.sources.cluster.errors import ApiError, NotFoundError
from hardstand.sources.cluster.resource import Resource

_REVIEWS = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
_WHO = "/apis/authentication.k8s.io/v1/selfsubjectreviews"


def may(client: Client, resource: Resource, verb: str, namespace: str | None = None) -> bool:
    """Tell whether one may do that in a namespace, or in all. ClusterError where the server does not say."""
    return allowed(client, resource.kind.group, resource.plural, verb, namespace if resource.namespaced else None)


def allowed(
    client: Client, group: str, resource: str, verb: str, namespace: str | None = None, name: str | None = None
) -> bool:
    """Tell whether one may do that to a resource, by its plural, or to the one object of that name; else as `may`."""
    asked = {"group": group, "resource": resource, "verb": verb}
    if namespace is not None:
        asked["namespace"] = namespace
    if name is not None:
        asked["name"] = name
    review = {
        "apiVersion": "authorization.k8s.io/v1",
        "kind": "SelfSubjectAccessReview",
        "spec": {"resourceAttributes": asked},
    }
    status = _status(client.send("POST", _REVIEWS, review))
    return status.get("allowed") is True


def who(client: Client) -> str | None:
    """The name that the server knows us by; None where it is too old to say, which is before 1.28."""
    review = {"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"}
    try:
        status = _status(client.send("POST", _WHO, review))
    except NotFoundError:
        return None
    user = status.get("userInfo")
    return str(user.get("username")) if isinstance(user, dict) else None


def _status(answer: Any) -> dict[str, Any]:
    status = answer.get("status") if isinstance(answer, dict) else None
    if not isinstance(status, dict):
        raise ApiError(200, "the server answered a review with something else", "is an API server there?")
    return status
