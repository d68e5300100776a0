"""Which Pod Security Standards hold in a cluster: those that its own API server knows."""

import re

from hardstand.controls.given import LATEST, Version

_SERVED = re.compile(r"v?1\.(\d{1,3})\b")


def pod_security_of(server: str, wanted: Version) -> Version:
    """The version to hold a cluster to, whose server says that it is `server`, such as `v1.36.2`.

    What was asked for counts. The latest of an older server is its own: it does what PodSecurity does there.
    """
    found = _SERVED.match(server)
    if wanted != LATEST or found is None:
        return wanted
    return min(LATEST, Version(1, int(found[1])))
