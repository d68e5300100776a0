"""Ingress controller ingress-nginx, which is retired, is deployed.

Why
    The Kubernetes project stopped maintaining ingress-nginx in March 2026: no releases and no security fixes since. It
    stands between the internet and the cluster, terminates TLS and can read the Secrets of every namespace; its last
    years brought holes that let any Ingress author or any pod run code in it (CVE-2025-1974).
    NGINX itself, and the controllers of F5 NGINX (`nginx/nginx-ingress`), are other projects and go on.

Fix
    Move to an implementation of the Gateway API, or to another maintained ingress controller; `ingress2gateway` turns
    Ingresses into routes. Until then keep its admission webhook unreachable for pods and switch snippets off.

When it is fine
    A fork that somebody keeps patching for you, as some distributions do. Leave it out of the parameter `repositories`,
    or except it by name until the support ends.

References
    - https://kubernetes.io/blog/2025/11/11/ingress-nginx-retirement/
    - https://kubernetes.io/blog/2025/03/24/ingress-nginx-cve-2025-1974/
"""

import re
from collections.abc import Sequence
from fnmatch import translate
from functools import lru_cache

from hardstand.analysis.cel_text import NO_IMAGE, image_path
from hardstand.analysis.container_images import image_of
from hardstand.controls.api import HIGH, MINIMUM, WEEKS_2_4, Cel, Given, Violations, control
from hardstand.controls.parameter import text_list
from hardstand.inventory.views.container import Container
from hardstand.text.glob_regex import glob_regex

REPOSITORIES = text_list(
    "repositories",
    "Ends of the repositories of the retired controller, in any registry; `*` stands for anything in a part.",
    ("ingress-nginx/controller", "ingress-nginx/controller-chroot", "nginx-ingress-controller*"),
)


def _endings(given: Given) -> Sequence[str]:
    ends = (
        [glob_regex(part)[1:-1].replace("(?s:.*)", "[^/]*") for part in end.strip("/").split("/")]
        for end in given[REPOSITORIES]
    )
    return [f"(^|/){'/'.join(parts)}$" for parts in ends]


@control(
    severity=HIGH,
    stage=WEEKS_2_4,
    maturity=MINIMUM,
    frameworks=(
        "production-checklist:P8.2",
        "production-checklist:P4.3",
        "nist-800-53:SA-22",
        "nist-800-53:SI-2",
        "pci-dss:12.3.4",
        "iso-27001:A.8.8",
    ),
    parameters=(REPOSITORIES,),
    cel=Cel(
        NO_IMAGE + image_path("container.image") + ".all(path, !endings.exists(ending, path.matches(ending)))",
        "image",
        {"endings": _endings},
    ),
)
def check(container: Container, given: Given) -> Violations:
    """The image's repository must not end like one of the retired controller's."""
    image = image_of(container)
    if _is_one_of(image.path, given[REPOSITORIES]):
        message = "runs ingress-nginx, which has had no fixes since March 2026"
        yield container.violates(message, "image", cause=f"image:{image}")


@lru_cache(maxsize=4_096)
def _is_one_of(path: str, ends: tuple[str, ...]) -> bool:
    """Tell whether a repository ends like one of them; a cluster runs the same few hundred again and again."""
    parts = path.split("/")
    return any(_ends_with(parts, end) for end in ends)


def _ends_with(parts: Sequence[str], end: str) -> bool:
    wanted = _backwards(end)
    return len(wanted) <= len(parts) and all(
        want.match(part) for part, want in zip(reversed(parts), wanted, strict=False)
    )


@lru_cache(maxsize=256)
def _backwards(end: str) -> Sequence[re.Pattern[str]]:
    """What each part must be, from the last on: hardly any image's last part fits."""
    return [re.compile(translate(part)) for part in reversed(end.strip("/").split("/"))]
