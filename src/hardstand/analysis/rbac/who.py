"""Those who may be given rights: users, groups and service accounts, and who somebody is once let in.

Source: https://kubernetes.io/docs/reference/access-authn-authz/rbac/#referring-to-subjects
"""

from dataclasses import dataclass
from enum import StrEnum

MASTERS = "system:masters"
"""Whoever is in this group may do everything, whatever RBAC says."""

AUTHENTICATED = "system:authenticated"
UNAUTHENTICATED = "system:unauthenticated"
ANONYMOUS = "system:anonymous"
ACCOUNTS = "system:serviceaccounts"
_ACCOUNT = "system:serviceaccount:"
_GROUPS = frozenset({MASTERS, AUTHENTICATED, UNAUTHENTICATED, ACCOUNTS, "system:nodes", "system:monitoring"})


class Sort(StrEnum):
    """What a subject of a binding is."""

    USER = "User"
    GROUP = "Group"
    ACCOUNT = "ServiceAccount"


@dataclass(frozen=True, slots=True, order=True)
class Who:
    """A subject of a binding."""

    sort: Sort
    name: str
    namespace: str = ""
    """Of a service account."""

    @property
    def user(self) -> str:
        """The name of the user that it is to the API server; nothing for a group."""
        if self.sort is Sort.ACCOUNT:
            return f"{_ACCOUNT}{self.namespace}:{self.name}"
        return self.name if self.sort is Sort.USER else ""

    @property
    def word(self) -> str:
        """How it is named on a command line; `parse` takes it back."""
        if self.sort is Sort.ACCOUNT:
            return f"serviceaccount:{self.namespace}/{self.name}"
        return f"{self.sort.lower()}:{self.name}"

    def written(self) -> dict[str, str]:
        """As a binding names it."""
        if self.sort is Sort.ACCOUNT:
            return {"kind": self.sort.value, "name": self.name, "namespace": self.namespace}
        return {"apiGroup": "rbac.authorization.k8s.io", "kind": self.sort.value, "name": self.name}

    def __str__(self) -> str:
        home = f"{self.namespace}/" if self.sort is Sort.ACCOUNT else ""
        return f"{self.sort} {home}{self.name}"


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody whom the API server has let in: a user and the groups that it is in."""

    user: str
    groups: frozenset[str] = frozenset()


def account(namespace: str, name: str) -> Who:
    """The service account."""
    return Who(Sort.ACCOUNT, name, namespace)


def group(name: str) -> Who:
    """The group."""
    return Who(Sort.GROUP, name)


def user(name: str) -> Who:
    """The user; the user of a service account is the service account."""
    if name.startswith(_ACCOUNT):
        namespace, colon, rest = name.removeprefix(_ACCOUNT).partition(":")
        if colon and namespace and rest:
            return account(namespace, rest)
    return Who(Sort.USER, name)


def actor(who: Who, groups: frozenset[str] = frozenset()) -> Actor:
    """Who a subject is once let in: with `groups`, and with those that the API server gives by itself.

    Of a group, it is any member of it.
    """
    if who.sort is Sort.ACCOUNT:
        own = {ACCOUNTS, f"{ACCOUNTS}:{who.namespace}", AUTHENTICATED}
    elif who.sort is Sort.GROUP:
        own = {who.name} if who.name == UNAUTHENTICATED else {who.name, AUTHENTICATED}
    else:
        own = {UNAUTHENTICATED if who.name == ANONYMOUS else AUTHENTICATED}
    return Actor(who.user, groups | own)


def parse(word: str) -> Who:
    """The subject that a person names: `user:jane`, `group:dev`, `serviceaccount:shop/web` (or `sa:`), or as the API
    server names it. ValueError, with what to write, for anything else.
    """
    sort, colon, rest = word.partition(":")
    if colon and rest and sort.lower() == "user":
        return user(rest)
    if colon and rest and sort.lower() == "group":
        return group(rest)
    if colon and sort.lower() in ("serviceaccount", "sa"):
        namespace, slash, name = rest.replace(":", "/", 1).partition("/")
        if slash and namespace and name and "/" not in name:
            return account(namespace, name)
        raise ValueError(f"{word!r} names no service account; write serviceaccount:NAMESPACE/NAME")
    if not word:
        raise ValueError("a subject is needed; write user:NAME, group:NAME or serviceaccount:NAMESPACE/NAME")
    return group(word) if word in _GROUPS or word.startswith(f"{ACCOUNTS}:") else user(word)
