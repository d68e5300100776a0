"""What the gate writes to a cluster, where it was told to: its certificates, and the configuration of its webhooks."""

import base64
import threading
from collections.abc import Callable, Mapping
from typing import Any

from hardstand.gate.server import certificates
from hardstand.gate.server.certificates import Generation, StoredError
from hardstand.gate.server.stores import Stored
from hardstand.model.kind import Kind
from hardstand.sources.cluster.client import Client
from hardstand.sources.cluster.errors import ClusterError, ConflictError, NotFoundError
from hardstand.sources.cluster.resource import Resource
from hardstand.sources.cluster.writing import create, replace, server_side_apply

_SECRETS = Resource(Kind("", "Secret"), "v1", "secrets", namespaced=True)
_HOOKS = Resource(
    Kind("admissionregistration.k8s.io", "ValidatingWebhookConfiguration"),
    "v1",
    "validatingwebhookconfigurations",
    namespaced=False,
)
_KEY = "certificates.json"
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
            raise OSError(str(error)) from error
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
        except (ConflictError, NotFoundError):
            return False
        except ClusterError as error:
            raise OSError(str(error)) from error
        return True

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

    def put(self, bundle: bytes) -> None:
        """As BundleTarget."""
        wanted = dict(self._wanted())
        authority = base64.b64encode(bundle).decode("ascii")
        wanted["webhooks"] = [
            {**one, "clientConfig": {**one["clientConfig"], "caBundle": authority}} for one in wanted["webhooks"]
        ]
        name = str(wanted["metadata"]["name"])
        with self._lock:
            try:
                if _covers(self._there(name), wanted):
                    return
                self._say(f"writing ValidatingWebhookConfiguration {name}: {len(wanted['webhooks'])} webhooks")
                server_side_apply(self._client, _HOOKS, wanted, force=True)
            except ClusterError as error:
                raise OSError(str(error)) from error

    def _there(self, name: str) -> Any:
        try:
            return self._client.get(_HOOKS.path(None, name))
        except NotFoundError:
            return None


def _covers(there: Any, wanted: Any) -> bool:
    """Tell whether everything wanted is there; the server adds defaults of its own."""
    if isinstance(wanted, Mapping):
        return isinstance(there, Mapping) and all(_covers(there.get(key), value) for key, value in wanted.items())
    if isinstance(wanted, list):
        return (
            isinstance(there, list)
            and len(there) == len(wanted)
            and all(_covers(one, other) for one, other in zip(there, wanted, strict=True))
        )
    return bool(there == wanted)
