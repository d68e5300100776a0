"""An AdmissionReview, read: what is asked for, by whom, and what is there now.

Source: k8s.io/api/admission/v1, types.go. What is not as the API server writes it is an error and no answer: the
webhook's failure policy then decides, so that nothing is let in for having been misread.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple, cast

from hardstand.model.kind import Kind, group_of
from hardstand.model.path import Value, called

Mapped = Mapping[str, Value]

API_VERSION = "admission.k8s.io/v1"
KIND = "AdmissionReview"

_NAMESPACE = Kind("", "Namespace")
_LONGEST_NAME = 253
"""Characters of any name in the API: https://kubernetes.io/docs/concepts/overview/working-with-objects/names/"""


class ReviewError(ValueError):
    """What was sent cannot be answered; the text says why, and `uid` is the request's, as far as there is one."""

    def __init__(self, message: str, uid: str = "") -> None:
        self.uid = uid
        super().__init__(message)


class Operation(StrEnum):
    """What is done to the object."""

    CREATE = "CREATE"
    UPDATE = "UPDATE"
    DELETE = "DELETE"
    CONNECT = "CONNECT"


_OPERATIONS = {one.value: one for one in Operation}
_BRINGING = frozenset({Operation.CREATE, Operation.UPDATE})


class Request(NamedTuple):
    """One request to the API server, as it tells of it. (A tuple is made in a fifth of a frozen dataclass's time.)"""

    uid: str
    operation: Operation
    api_version: str
    """Of the object; `kind` and `resource` are in the version that the webhook asked for."""
    kind: Kind
    resource: str
    """The plural, such as `deployments`."""
    subresource: str
    namespace: str | None
    """None for what lies outside of namespaces. A Namespace is not in itself."""
    name: str
    """Empty where the server is yet to make one."""
    user: str
    groups: frozenset[str]
    dry_run: bool
    object: Mapped | None
    """What would be there; None for DELETE and CONNECT."""
    old: Mapped | None
    """What is there now; None for CREATE."""

    @property
    def what(self) -> str:
        """The resource as RBAC writes it: `pods/resize`."""
        return f"{self.resource}/{self.subresource}" if self.subresource else self.resource

    @property
    def path(self) -> str:
        """The API path of the object: the name of its page in the picture."""
        group, _, version = self.api_version.rpartition("/")
        root = f"/apis/{group}/{version}" if group else f"/api/{version}"
        space = f"/namespaces/{self.namespace}" if self.namespace else ""
        return f"{root}{space}/{self.resource}/{self.name}"


def uid_of(review: Value) -> str:
    """The uid of the request, as far as there is one; for answers to what is wrong otherwise."""
    request = review.get("request") if isinstance(review, dict) else None
    uid = request.get("uid") if isinstance(request, dict) else None
    return uid if isinstance(uid, str) else ""


def request_of(review: Value) -> Request:
    """The request in a decoded AdmissionReview. ReviewError for whatever is no such thing."""
    uid = uid_of(review)
    if not isinstance(review, dict):
        raise ReviewError(f"an AdmissionReview is a mapping, found {called(review)}")
    if review.get("apiVersion") != API_VERSION or review.get("kind") != KIND:
        raise ReviewError(f"only {API_VERSION}, kind {KIND}, is answered", uid)
    fields = _Fields(review, (), uid).mapping("request")
    if not uid:
        raise ReviewError("request.uid is missing")
    made = _OPERATIONS.get(fields.text("operation"))
    if made is None:
        raise ReviewError("request.operation is none of CREATE, UPDATE, DELETE and CONNECT", uid)
    kind, resource, user = fields.mapping("kind"), fields.mapping("resource"), fields.mapping("userInfo")
    group, word = kind.text("group"), kind.text("kind", needed=True)
    version = kind.text("version", needed=True)
    api_version = f"{group}/{version}" if group else version
    data = fields.object("object", needed=made in _BRINGING)
    is_a = Kind(group, word)
    namespace = None if is_a == _NAMESPACE else fields.name("namespace") or None
    name, subresource = fields.name("name"), fields.text("subResource")
    if data is not None:
        name = _name(data, (api_version, word), namespace, name, subresource=subresource, uid=uid)
    return Request(
        uid=uid,
        operation=made,
        api_version=api_version,
        kind=is_a,
        resource=resource.name("resource", needed=True),
        subresource=subresource,
        namespace=namespace,
        name=name,
        user=user.text("username"),
        groups=user.texts("groups"),
        dry_run=fields.flag("dryRun"),
        object=data,
        old=fields.object("oldObject", needed=False),
    )


def _name(data: Mapped, is_a: tuple[str, str], namespace: str | None, name: str, *, subresource: str, uid: str) -> str:
    """The name of the request, or of its object, where the request itself has none yet; ReviewError where they, their
    namespaces or what they are differ."""
    api_version, kind = is_a
    if not subresource and (data.get("apiVersion", api_version), data.get("kind", kind)) != is_a:
        raise ReviewError(f"request.object is not the {kind} that request.kind says", uid)
    metadata = _Fields(data, ("request", "object"), uid).mapping("metadata", missing=True)
    own = metadata.name("namespace") or namespace
    if own != namespace and (group_of(api_version), kind) != _NAMESPACE:
        raise ReviewError("request.object is in another namespace than the request", uid)
    called = metadata.name("name")
    if name and called and called != name:
        raise ReviewError("request.object has another name than the request", uid)
    return name or called or metadata.name("generateName")


class _Fields:
    """A mapping of the review, read field by field; ReviewError for a value of another type."""

    __slots__ = ("_data", "_uid", "_where")

    def __init__(self, data: Mapped, where: tuple[str, ...], uid: str) -> None:
        self._data = data
        self._where = where
        self._uid = uid

    def mapping(self, key: str, *, missing: bool = False) -> "_Fields":
        """A mapping that must be there, unless it may be missing."""
        found = self._data.get(key)
        if found is None and missing:
            found = {}
        if not isinstance(found, dict):
            raise self._wrong(key, "a mapping", found)
        return _Fields(found, (*self._where, key), self._uid)

    def object(self, key: str, *, needed: bool) -> Mapped | None:
        """An object, or None."""
        found = self._data.get(key)
        if found is None and not needed:
            return None
        if not isinstance(found, dict):
            raise self._wrong(key, "an object", found)
        return found

    def text(self, key: str, *, needed: bool = False) -> str:
        """A text; empty where there is none."""
        found = self._data.get(key)
        if isinstance(found, str) and (found or not needed):
            return found
        if found is None and not needed:
            return ""
        raise self._wrong(key, "a text", found)

    def name(self, key: str, *, needed: bool = False) -> str:
        """A text that can stand in an API path, as `/` cannot."""
        found = self.text(key, needed=needed)
        if "/" in found or len(found) > _LONGEST_NAME or not found.isprintable():
            raise ReviewError(f"{self._called(key)} is no name", self._uid)
        return found

    def texts(self, key: str) -> frozenset[str]:
        """A list of texts; empty where there is none."""
        found = self._data.get(key)
        if found is None:
            return frozenset()
        if not isinstance(found, list) or [one for one in found if not isinstance(one, str)]:
            raise self._wrong(key, "a list of texts", found)
        return frozenset(cast("list[str]", found))

    def flag(self, key: str) -> bool:
        """True or false; false where nothing is said."""
        found = self._data.get(key)
        if found is None or isinstance(found, bool):
            return bool(found)
        raise self._wrong(key, "true or false", found)

    def _called(self, key: str) -> str:
        return ".".join((*self._where, key))

    def _wrong(self, key: str, what: str, found: Value) -> ReviewError:
        return ReviewError(f"{self._called(key)} must be {what}, found {called(found)}", self._uid)


def group_version(request: Request) -> tuple[str, str]:
    """The API group and the version of a request."""
    return group_of(request.api_version), request.api_version.rpartition("/")[2]
