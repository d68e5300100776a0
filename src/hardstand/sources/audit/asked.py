"""What was asked of an API server and allowed, as its authorizers saw it.

An event is not quite what was authorized: its name is completed from the object that was sent, an update that makes an
object was asked for as its creation too, and whoever acted as somebody else was asked for that first.

Sources: k8s.io/apiserver 1.36, pkg/audit/request.go (`LogRequestObject` completes the reference),
pkg/endpoints/handlers/update.go and patch.go (`withAuthorization`), pkg/endpoints/filters/authorization.go (its
annotations) and impersonation.go; https://kubernetes.io/docs/reference/access-authn-authz/user-impersonation/
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import unquote

from hardstand.model.asked import Asked
from hardstand.model.request import Request
from hardstand.model.run import Unreadable
from hardstand.sources.audit.fields import (
    DECIDED,
    DECISION,
    REASON,
    allowed,
    listed,
    mapping,
    path_and_query,
    status,
    text,
)
from hardstand.sources.audit.google import NO_GROUPS
from hardstand.sources.audit.once import Once
from hardstand.sources.audit.reading import AuditEvents, Found

_ACCOUNT = "system:serviceaccount:"
_GIVEN = frozenset({"system:authenticated", "system:unauthenticated", "system:serviceaccounts"})
"""Groups that the API server adds to whom one acts as; nobody has to be allowed them."""


@dataclass(slots=True)
class AskedLog(AuditEvents):
    """What some logs tell was asked for and allowed; `open` once."""

    refused: int = 0
    """Events of requests that the authorizers refused."""
    undecided: int = 0
    """Events that were written before it was decided; they have others behind them, unless the policy omits these."""
    once: Once = field(default_factory=Once)

    def open(self) -> Iterator[Asked | Unreadable]:
        """Everything that was allowed, once, and what could not be read. Held are only digests of the last."""
        for one in self.events():
            if isinstance(one, Unreadable):
                yield one
            elif text(one.event, "stage") not in DECIDED:
                self.undecided += 1
            elif self.once.first(one.event):
                if allowed(one.event):
                    yield from asked(one)
                else:
                    self.refused += 1


def asked(found: Found) -> Iterator[Asked]:
    """Everything for which an event took a right; of one that acts as somebody, that too."""
    event = found.event
    request = _request(event)
    user, acts_as = mapping(event, "user"), mapping(event, "impersonatedUser")
    notes = mapping(event, "annotations")
    by_rbac = DECISION not in notes or text(notes, REASON).startswith("RBAC:")
    one = _asked(found, request, acts_as or user, by_rbac)
    yield one
    if status(event) == 201 and request.verb in ("update", "patch"):
        yield replace(one, request=replace(request, verb="create"))
    for acting in _acting(acts_as):
        # Which authorizer allowed it is not told.
        yield _asked(found, acting, user, by_rbac=True)


def _asked(found: Found, request: Request, user: Mapping[str, Any], by_rbac: bool) -> Asked:
    told = tuple(one for one in listed(user, "groups") if isinstance(one, str))
    silent = bool(found.event.get(NO_GROUPS))
    return Asked(request, text(user, "username"), None if silent else told, found.time, found.file, found.line, by_rbac)


def _request(event: Mapping[str, Any]) -> Request:
    """What was asked for."""
    verb, path = text(event, "verb"), unquote(path_and_query(event)[0])
    reference = event.get("objectRef")
    if reference is None:
        return Request(verb, path=path)
    resource, subresource = text(reference, "resource"), text(reference, "subresource")
    namespace, name = text(reference, "namespace"), text(reference, "name")
    if verb == "create" and not subresource:
        name = ""  # It is that of the object which was sent.
        if path.startswith("/api") and "/namespaces/" not in path:
            namespace = ""
    return Request(verb, text(reference, "apiGroup"), resource, subresource, name, namespace)


def _acting(as_whom: Mapping[str, Any]) -> Iterator[Request]:
    """What whoever acts as somebody must be allowed."""
    name = text(as_whom, "username")
    if not name:
        return
    home, colon, account = name.removeprefix(_ACCOUNT).partition(":")
    if name.startswith(_ACCOUNT) and colon:
        yield Request("impersonate", resource="serviceaccounts", name=account, namespace=home)
    else:
        yield Request("impersonate", resource="users", name=name)
    for group in listed(as_whom, "groups"):
        if isinstance(group, str) and group not in _GIVEN and group != f"system:serviceaccounts:{home}":
            yield Request("impersonate", resource="groups", name=group)
    if text(as_whom, "uid"):
        yield Request("impersonate", "authentication.k8s.io", "uids", name=text(as_whom, "uid"))
    for key, values in mapping(as_whom, "extra").items():
        for value in values if isinstance(values, list) else ():
            yield Request("impersonate", "authentication.k8s.io", "userextras", key, str(value))
