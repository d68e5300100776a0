"""Which Pod Security Standards hold in a cluster."""

import pytest

from hardstand.controls.given import LATEST, Version
from hardstand.wiring.versions import pod_security_of


@pytest.mark.parametrize(
    ("server", "wanted", "held"),
    [
        ("v1.36.2", LATEST, Version(1, 36)),
        ("v1.29.4-gke.100", LATEST, Version(1, 29)),
        ("v1.99.0", LATEST, LATEST),
        ("v1.36.2", Version(1, 25), Version(1, 25)),
        ("", LATEST, LATEST),
        ("v2.0.0", LATEST, LATEST),
    ],
)
def test_the_latest_of_an_older_server_is_its_own(server: str, wanted: Version, held: Version) -> None:
    assert pod_security_of(server, wanted) == held
