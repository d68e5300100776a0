"""API server answers requests of people that it does not know.

Why
    A request without credentials is taken as `system:anonymous` instead of being refused. What it may do is up to
    authorization, so that one careless binding to `system:unauthenticated` opens the cluster to the network, and every
    weakness in what is public can be tried by anyone.

Fix
    Set `--anonymous-auth=false`, or let anonymous requests reach health checks alone, with conditions under
    `anonymous` in the file that `--authentication-config` names.

When it is fine
    Where a load balancer or kubeadm's join asks for public paths without credentials, and the version knows no
    conditions (before 1.31).

References
    - https://kubernetes.io/docs/reference/access-authn-authz/authentication/#anonymous-requests
    - https://kubernetes.io/docs/reference/command-line-tools-reference/kube-apiserver/
"""

from hardstand.controls.api import (
    MEDIUM,
    PRODUCTION,
    WEEKS_2_4,
    Given,
    NotApplicableError,
    Violations,
    Why,
    anywhere,
    control,
)
from hardstand.controls.cluster._files import file_of
from hardstand.inventory.views.api_server import ApiServer, AuthenticationFile


@control(
    severity=MEDIUM,
    stage=WEEKS_2_4,
    maturity=PRODUCTION,
    frameworks=(
        "production-checklist:P4.3",
        "cis-kubernetes:1.2.1",
        "nsa-cisa:access.authentication",
        "nist-800-53:AC-14",
        "nist-800-190:4.3.2",
        "pci-dss:8.3.1",
        "soc2:CC6.1",
        "iso-27001:A.8.5",
    ),
    reads=[anywhere(AuthenticationFile, "anonymous", needed=False)],
)
def check(server: ApiServer, given: Given) -> Violations:
    """Anonymous requests must be off, or for named paths alone."""
    told = server.anonymous_auth
    if told.default:
        file = file_of(server, server.named("authentication-config"), AuthenticationFile, given)
        if not server.said.process or (file is not None and file.get("anonymous") is not None):
            raise NotApplicableError(Why.NO_SUBJECT)  # A file that does not say it, or one that is judged itself.
    # With AlwaysAllow, the API server turns anonymous requests off: pkg/kubeapiserver/options/authentication.go.
    resets = server.said.process and "AlwaysAllow" in server.authorization_modes.value
    if told.value and not (resets and server.named("authorization-config") is None):
        yield server.breaks(told, f"answers anonymous requests{told.by_default}")
