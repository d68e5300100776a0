"""What the gate writes to a cluster, where it was told to: its certificates, and the configuration of its webhooks."""

import base64
import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from ssl import SSLContext
from typing import Any

from hardstand.gate.server import certificates
from hardstand.gate.server.certificates import Generation, StoredError
from hardstand.gate.server.keepers import BundleTarget, CertificateError, FileKeeper
from hardstand.gate.server.stores import Stored
from hardstand.model.kind import Kind
from hardstand.sources.cluster.client import Client
from hardstand.sources.cluster.errors import ClusterError, ConflictError, ForbiddenError, NotFoundError
from hardstand.sources.cluster.resource import Resource
from hardstand.sources.cluster.writing import create, merge, replace, server_side_apply

_SECRETS = Resource(Kind("", "Secret"), "v1", "secrets", namespaced=True)
_HOOKS = Resource(
    Kind("admissionregistration.k8s.io", "ValidatingWebhookConfiguration"),
    "v1",
    "validatingwebhookconfigurations",
    namespaced=False,
)
_KEY = "certificates.json"
ROLES = "`hardstand doctor --verb gate --format role` prints the roles that it needs"
SECRET = "hardstand-gate-certificates"  # noqa: S105 - the name of one, not one


class SecretStore:
    """A CertificateStore that is a Secret: all replicas share it, and whoever writes first wins."""

    def __init__(self, client: Client, namespace: str, say: Callable[[str], None]) -> None:
        self._client = client
        self._namespace = namespace
        self._say = say

    def load(self) -> Stored | None:
        """As CertificateStore."""
        try:
            found = self._client.get(_SECRETS.path(self._namespace, SECRET))
        except NotFoundError:
            return None
        except ClusterError as error:
            raise self._failed(error) from error
        try:
            text = base64.b64decode(found["data"][_KEY], validate=True)
            version = str(found["metadata"]["resourceVersion"])
        except (KeyError, TypeError, ValueError):
            raise StoredError(f"{self._place} does not hold {_KEY}; remove it, and the gate makes it anew") from None
        return Stored(certificates.read(text), version)

    def save(self, generations: tuple[Generation, ...], previous: Stored | None) -> bool:
        """As CertificateStore. What is written is said first, without the keys."""
        data = base64.b64encode(certificates.write(generations)).decode("ascii")
        metadata: dict[str, Any] = {"name": SECRET, "namespace": self._namespace}
        secret = {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "type": "Opaque", "data": {_KEY: data}}
        self._say(f"writing {self._place}: {len(generations)} certificates, the last until {generations[-1].expires}")
        try:
            if previous is None:
                create(self._client, _SECRETS, secret)
            else:
                metadata["resourceVersion"] = previous.version
                replace(self._client, _SECRETS, secret)
        except ConflictError:
            return False
        except NotFoundError as error:
            if previous is not None:
                return False  # Somebody has removed it since.
            text = f"{error}; `kubectl create namespace {self._namespace}`, or name another as `gate.namespace`"
            raise OSError(text) from error
        except ClusterError as error:
            raise self._failed(error) from error
        return True

    def _failed(self, error: ClusterError) -> OSError:
        return _told(error, f"{ROLES}; or --certificates DIR keeps them in a folder")

    @property
    def _place(self) -> str:
        return f"Secret {self._namespace}/{SECRET}"


class HookTarget:
    """A BundleTarget that is the webhook configuration. It is written when it is not what it ought to be."""

    def __init__(self, client: Client, wanted: Callable[[], Mapping[str, Any]], say: Callable[[str], None]) -> None:
        """`wanted` gives the configuration as it ought to be, but for the bundle."""
        self._client = client
        self._wanted = wanted
        self._say = say
        self._lock = threading.Lock()
        self._was_there = False

    def put(self, bundle: bytes) -> None:
        """As BundleTarget."""
        wanted = dict(self._wanted())
        authority = base64.b64encode(bundle).decode("ascii")
        wanted["webhooks"] = [
            {**one, "clientConfig": {**one["clientConfig"], "caBundle": authority}} for one in wanted["webhooks"]
        ]
        name = str(wanted["metadata"]["name"])
        called = f"ValidatingWebhookConfiguration {name}"
        with self._lock:
            try:
                there = self._there(name)
                self._was_there |= there is not None
                if _is(there, wanted):
                    return
                self._say(f"writing {called}: {len(wanted['webhooks'])} webhooks")  # Whatever comes of it.
                server_side_apply(self._client, _HOOKS, wanted, force=True)
                self._say(f"wrote {called}")
                if there is not None and not _is(self._there(name), wanted):
                    # What somebody else has added, such as a condition that is never true, stays when it is applied.
                    merge(self._client, _HOOKS, {"metadata": {"name": name}, "webhooks": wanted["webhooks"]})
                    self._say(f"{called} was changed by somebody else; it was put right")
                if there is None and self._was_there:
                    self._say(f"{called} was gone, and nothing was gated meanwhile; it is there again")
                self._was_there = True
            except ClusterError as error:
                remedy = f"{ROLES}; or start it without --apply, and apply what `hardstand gate plan` prints yourself"
                raise _told(error, remedy) from error

    def _there(self, name: str) -> Any:
        try:
            return self._client.get(_HOOKS.path(None, name))
        except NotFoundError:
            return None


class InstallingFiles:
    """A Keeper of files that others renew, which tells API servers whom to trust: the CA beside them, as it is now."""

    def __init__(self, files: FileKeeper, target: BundleTarget, authority: Path) -> None:
        self._files = files
        self._target = target
        self._authority = authority

    @property
    def expires(self) -> datetime:
        """As Keeper."""
        return self._files.expires

    def current(self) -> SSLContext:
        """As Keeper."""
        return self._files.current()

    def refresh(self) -> None:
        """As Keeper. New files are shown, though API servers could not be told: whoever renews them decides."""
        self._files.refresh()
        try:
            bundle = self._authority.read_bytes()
        except OSError as error:
            raise CertificateError(f"--tls-ca {self._authority}: {error.strerror}") from error
        try:
            certificates.authorities(bundle)
            self._target.put(bundle)
        except ValueError as error:
            raise CertificateError(f"--tls-ca {self._authority}: {error}") from error
        except OSError as error:
            raise CertificateError(f"API servers cannot be told whom to trust: {error}") from error


def _told(error: ClusterError, remedy: str) -> OSError:
    """The error as stores and targets raise it, with what to do about it."""
    if isinstance(error, ForbiddenError):
        return OSError(f"{error}; {remedy}")
    return OSError(f"{error}; {error.hint}" if error.hint else str(error))


def _is(there: Any, wanted: Mapping[str, Any]) -> bool:
    """Tell whether the webhooks are exactly those that are wanted: one field more can keep requests from the gate."""
    found = there.get("webhooks") if isinstance(there, Mapping) else None
    return isinstance(found, list) and [_without_defaults(one) for one in found] == wanted["webhooks"]


def _without_defaults(webhook: Mapping[str, Any]) -> dict[str, Any]:
    """A webhook without what the server adds where nothing is said.

    Source: k8s.io/kubernetes 1.36, pkg/apis/admissionregistration/v1/defaults.go; all other defaults are written.
    """
    return {key: value for key, value in webhook.items() if not (key == "objectSelector" and value == {})}
