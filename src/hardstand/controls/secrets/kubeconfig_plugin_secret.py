"""Kubeconfig gives its exec plugin a secret.

Why
    A plugin is there so that the file holds no secret. A client secret, password or key in its arguments or variables
    makes it one again, and arguments are read by everybody who can list processes.

Fix
    Register a public client at the identity provider (with PKCE), which has no client secret, and take the secret out
    of use. What a plugin must keep it can keep in the system's key store.

When it is fine
    The provider cannot register public clients, and its client secret opens nothing without a person who signs in.

References
    - https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins
    - https://datatracker.ietf.org/doc/html/rfc8252#section-8.5
"""

from hardstand.analysis.kubeconfig_credentials import in_plugin
from hardstand.controls.api import (
    MEDIUM,
    MINIMUM,
    WEEKS_2_4,
    Confidence,
    NotApplicableError,
    Violations,
    Why,
    control,
)
from hardstand.inventory.views.kubeconfig import Kubeconfig
from hardstand.model.path import Path


@control(
    severity=MEDIUM,
    confidence=Confidence.MEDIUM,
    stage=WEEKS_2_4,
    maturity=MINIMUM,
    frameworks=("production-checklist:P2.1", "twelve-controls:T1.5", "nist-800-53:IA-5(7)", "pci-dss:8.6.2"),
)
def check(kubeconfig: Kubeconfig) -> Violations:
    """Neither the arguments nor the variables of an exec plugin may hold a secret."""
    plugins = [entry for entry in kubeconfig.users if entry.user.exec.exists]
    if not plugins:
        raise NotApplicableError(Why.NO_SUBJECT)
    for entry in plugins:
        told: dict[Path, str] = {}
        for one in in_plugin(entry.user):
            told.setdefault(one.steps, one.called)
        for steps, called in told.items():
            yield entry.user.violates(f"gives its plugin a {called}", *steps, caption=f"user {entry.name}")
