"""Which events are of one request.

An audit ID alone does not say so: whoever asks may choose it, by the header `Audit-ID`, and the same for requests that
have nothing to do with one another. All stages of one request have the time in common at which it was received.

Source: k8s.io/apiserver 1.36, pkg/endpoints/filters/audit_init.go, pkg/audit/request.go (`LogRequestMetadata`).
"""

import hashlib
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

from hardstand.sources.audit.fields import allowed, listed, mapping, text

_REFERENCE = ("apiGroup", "resource", "subresource", "namespace", "name")
_LENGTH = 16


def identity(event: Mapping[str, Any]) -> bytes:
    """What events of one request have in common, and no others: a digest, so that nobody chooses its size either."""
    reference, acting = mapping(event, "objectRef"), mapping(event, "impersonatedUser")
    parts = (
        text(event, "auditID"),
        text(event, "requestReceivedTimestamp"),
        text(event, "verb"),
        text(event, "requestURI"),
        *(text(reference, key) for key in _REFERENCE),
        text(mapping(event, "user"), "username"),
        text(acting, "username"),
        text(acting, "uid"),
        repr(listed(acting, "groups")),
        repr(mapping(acting, "extra")),
        "allowed" if allowed(event) else "refused",
    )
    return hashlib.blake2b("\0".join(map(repr, parts)).encode(), digest_size=_LENGTH).digest()


class Once:
    """Tells the first event of each request from those behind it, without remembering all of them.

    A watch has one when it starts and one when it ends, which may be long after; all else is close together.
    """

    MOST = 1 << 16

    def __init__(self) -> None:
        self._last: OrderedDict[bytes, None] = OrderedDict()
        self._started: set[bytes] = set()

    def first(self, event: Mapping[str, Any]) -> bool:
        """Whether this is the first event of its request, of those at which it was decided."""
        key, started = identity(event), text(event, "stage") == "ResponseStarted"
        if key in self._started or key in self._last:
            if not started:
                self._started.discard(key)
                self._remember(key)
            return False
        if started:
            self._started.add(key)
        else:
            self._remember(key)
        return True

    @property
    def held(self) -> tuple[int, int]:
        """How many requests are remembered: of the last ones, and of those that have only started."""
        return len(self._last), len(self._started)

    def _remember(self, key: bytes) -> None:
        self._last[key] = None
        if len(self._last) > self.MOST:
            self._last.popitem(last=False)
