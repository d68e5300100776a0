"""Page for administrators is open to the public.

Why
    Admin pages, dashboards and consoles are what scanners look for first: one guessed password, or one fault in a login
    form that was never meant for strangers, opens everything behind them.

Fix
    Take the host or path off the public Ingress and reach it through a VPN or `kubectl port-forward`, or put a gate in
    front of it: single sign-on (`auth-url`, an authenticating middleware), client certificates, or a list of addresses.

When it is fine
    Where a gate that Hardstand cannot see stands before it, such as a proxy with sign-on in front of the cluster. Where
    the words mean something else in your house, set the parameters.

References
    - https://kubernetes.github.io/ingress-nginx/examples/auth/oauth-external-auth/
    - https://owasp.org/www-project-web-security-testing-guide/latest/4-Web_Application_Security_Testing/02-Configuration_and_Deployment_Management_Testing/05-Enumerate_Infrastructure_and_Application_Admin_Interfaces
"""

from collections.abc import Sequence

from hardstand.analysis import admin_pages
from hardstand.controls.api import HIGH, MINIMUM, WEEK_1, Confidence, Given, NotNative, Violations, control
from hardstand.controls.parameter import text_list
from hardstand.inventory.views.ingress import Ingress, IngressRule

NAMES = text_list(
    "names", "patterns for the first label of a host and for the Service behind a path", default=admin_pages.NAMES
)
PATHS = text_list("paths", "paths under which pages for administrators are", default=admin_pages.PATHS)


@control(
    severity=HIGH,
    confidence=Confidence.MEDIUM,
    stage=WEEK_1,
    maturity=MINIMUM,
    frameworks=(
        "production-checklist:P4.3",
        "production-checklist:P9.1",
        "nist-800-53:SC-2",
        "nist-800-53:AC-17",
        "pci-dss:1.4.2",
        "soc2:CC6.6",
        "iso-27001:A.8.20",
    ),
    parameters=[NAMES, PATHS],
    cel=NotNative.LONG,
)
def check(ingress: Ingress, given: Given) -> Violations:
    """A public host, path or Service whose name is one of administrators' must stand behind a gate."""
    if admin_pages.is_kept_private(ingress):
        return
    for rule in ingress.spec.rules:
        if admin_pages.is_public_host(rule.host or ""):
            yield from _open(rule, given[NAMES], given[PATHS])


def _open(rule: IngressRule, names: Sequence[str], paths: Sequence[str]) -> Violations:
    """One violation for the host, or one for each path of a host that is not itself for administrators."""
    host = rule.host or ""
    if admin_pages.is_for_admins(host.partition(".")[0], names):
        yield rule.violates(f"opens {host} to the public without a gate", "host")
        return
    for path in rule.http.paths:
        shown = f"{host or 'any host'}{path.path_ or '/'}"
        if admin_pages.leads_to_admins(path.path_ or "/", paths):
            yield path.violates(f"opens {shown} to the public without a gate", "path")
        elif admin_pages.is_for_admins(path.backend.service_name or "", names):
            steps = ("service", "name") if path.backend.service.exists else ("serviceName",)
            message = f"opens Service {path.backend.service_name} to the public at {shown} without a gate"
            yield path.backend.violates(message, *steps)
