"""Ingress serves over plain HTTP.

Why
    Between the client and the Ingress anybody on the way reads and changes what is sent: passwords, session cookies,
    the scripts of the page. Browsers warn of it, and most frameworks forbid it for anything confidential.

Fix
    List each host under `spec.tls` with the Secret of its certificate; cert-manager makes and renews them. Leave the
    controller's redirect to HTTPS on.

When it is fine
    Where TLS ends before the cluster, at a load balancer or CDN that alone can reach the Ingress.

References
    - https://kubernetes.io/docs/concepts/services-networking/ingress/#tls
    - https://cert-manager.io/docs/usage/ingress/
"""

from hardstand.analysis.ingress_tls import covered, has_tls_by_annotation, redirect_switched_off
from hardstand.controls.api import HIGH, MINIMUM, WEEK_1, Confidence, NotNative, Violations, control
from hardstand.inventory.views.ingress import Ingress


@control(
    severity=HIGH,
    confidence=Confidence.MEDIUM,
    stage=WEEK_1,
    maturity=MINIMUM,
    frameworks=(
        "twelve-controls:T6.2",
        "production-checklist:P4.3",
        "nsa-cisa:network.encryption",
        "nist-800-53:SC-8",
        "pci-dss:4.2.1",
        "soc2:CC6.7",
        "iso-27001:A.8.24",
    ),
    cel=NotNative.SPREAD,
)
def check(ingress: Ingress) -> Violations:
    """Every host of the rules must have a TLS entry, or an annotation must give TLS; and HTTP must be redirected."""
    spec = ingress.spec
    if not spec.rules and not ingress.default_backend.exists:
        return
    if has_tls_by_annotation(ingress):
        return
    if not spec.tls:
        yield spec.violates("serves over plain HTTP", "tls")
        return
    for rule in spec.rules:
        if not covered(rule.host or "", spec.tls):
            named = f"{rule.host} over plain HTTP: no TLS entry names it" if rule.host else "any host over plain HTTP"
            yield rule.violates(f"serves {named}", "host")
    switch = redirect_switched_off(ingress)
    if switch:
        yield ingress.metadata.violates("serves over plain HTTP beside TLS, without a redirect", "annotations", switch)
