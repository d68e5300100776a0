"""Pod lacks a resolver option that your team requires.

Why
    Resolver options decide how many queries a name costs. With the usual `ndots: 5`, each outside name is tried in
    every search domain first, which is slow and shows the names to whoever answers for those domains.

Fix
    Add the option under `dnsConfig.options`.

When it is fine
    Which options are required is for you to say: nothing is reported until the parameter `options` is declared.

References
    - https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/#pod-dns-config
    - https://man7.org/linux/man-pages/man5/resolv.conf.5.html
"""

from hardstand.controls.api import LOW, PRODUCTION, QUARTERLY, Cel, Given, Violations, control
from hardstand.controls.parameter import text_map
from hardstand.inventory.views.workload import Workload

OPTIONS = text_map("options", "The resolver options that every pod must have, with their values")


@control(
    severity=LOW,
    stage=QUARTERLY,
    maturity=PRODUCTION,
    frameworks=("production-checklist:P11",),
    parameters=[OPTIONS],
    cel=Cel(
        "options.all(name, podSpec.?dnsConfig.?options.orValue([]).exists(option,"
        " option.?name.orValue('') == name && option.?value.orValue('') == options[name]))",
        "dnsConfig.options",
    ),
)
def check(workload: Workload, given: Given) -> Violations:
    """`dnsConfig.options` must hold each declared option with its value."""
    wanted, config = given[OPTIONS], workload.pod.dns_config
    found = {option.name: option.value or "" for option in config.options}
    for name, value in wanted.items():
        if found.get(name) != value:
            yield config.violates(f"lacks the resolver option {name}:{value}", "options")
