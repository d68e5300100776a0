"""Kubeconfig holds a token or a password.

Why
    Whoever has the file, or a copy, a backup or a line of it, is that user: from anywhere, with no second factor, and
    until somebody finds and replaces the token. The audit log cannot tell one holder from another.

Fix
    Sign in through the identity provider: `hardstand rbac kubeconfig` writes a file without a secret, with an exec
    plugin that gets short-lived tokens. Then take the token or password out of use where it was made.
    A program in a cluster needs no kubeconfig; one outside of it can federate, or ask for short-lived tokens with
    `kubectl create token`.

When it is fine
    For a token that ends within the hour, written for one job and thrown away after it.

References
    - https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins
    - https://kubernetes.io/docs/concepts/security/hardening-guide/authentication-mechanisms/
"""

from hardstand.analysis.kubeconfig_credentials import static
from hardstand.controls.api import HIGH, MINIMUM, WEEK_1, NotApplicableError, Violations, Why, control
from hardstand.inventory.views.kubeconfig import Kubeconfig


@control(
    severity=HIGH,
    stage=WEEK_1,
    maturity=MINIMUM,
    frameworks=(
        "production-checklist:P3.1",
        "twelve-controls:T1.2",
        "twelve-controls:T1.5",
        "nist-800-53:IA-5(7)",
        "pci-dss:8.6.2",
        "soc2:CC6.1",
        "iso-27001:A.5.17",
    ),
)
def check(kubeconfig: Kubeconfig) -> Violations:
    """No user may have a token, a password or the tokens of an auth provider in the file."""
    if not kubeconfig.users:
        raise NotApplicableError(Why.NO_SUBJECT)
    for entry in kubeconfig.users:
        for one in static(entry.user):
            if one.called != "client key":  # kubeconfig-client-certificate tells.
                message = f"holds a {one.called} of {len(one.text)} characters"
                yield entry.user.violates(message, *one.steps, caption=f"user {entry.name}")
