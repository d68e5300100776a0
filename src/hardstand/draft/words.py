"""Which environment a word speaks of, and which namespaces are of the platform that everything else runs on."""

import re
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from functools import lru_cache

PRODUCTION, PLATFORM, STAGING, DEVELOPMENT, TEST = "production", "platform", "staging", "development", "test"
ORDER = (PRODUCTION, PLATFORM, STAGING, TEST, DEVELOPMENT)
"""The order in which environments are written, which is also what a name with two words in it is taken for."""

_STRONG: Mapping[str, str] = {
    **dict.fromkeys(("production", "prod", "prd"), PRODUCTION),
    **dict.fromkeys(("staging", "stage", "stg", "preprod", "preproduction", "uat"), STAGING),
    **dict.fromkeys(("development", "dev", "devel", "nonprod", "nonproduction"), DEVELOPMENT),
    **dict.fromkeys(("testing", "test", "tst", "qa", "e2e"), TEST),
}
_WEAK: Mapping[str, str] = {
    "live": PRODUCTION,
    **dict.fromkeys(("acceptance", "acc", "rc"), STAGING),
    **dict.fromkeys(("sandbox", "sbx", "playground", "local", "minikube", "kind"), DEVELOPMENT),
    **dict.fromkeys(("ci", "int", "integration", "preview", "review", "perf", "loadtest"), TEST),
}
"""Words that also mean other things (`live-chat`, `review-service`): heard at the end of a name, or alone."""

_JOINED = re.compile(r"\b(pre|non)[-_.](prod)", re.ASCII)
_WORD = re.compile(r"e2e|[a-z]+")


@lru_cache(maxsize=20_000)
def environment_in(name: str) -> str | None:
    """The environment that a name speaks of: `shop-dev`, `prod_eu`, `dev1`; None when it speaks of none."""
    parts = _parts(name)
    found = {_STRONG[part] for part in parts if part in _STRONG}
    if not found and parts and parts[-1] in _WEAK:
        found = {_WEAK[parts[-1]]}
    return min(found, key=ORDER.index) if found else None


def firmly_in(name: str) -> str | None:
    """As `environment_in`, by words alone that mean nothing else."""
    found = environment_in(name)
    return found if found and any(_STRONG.get(part) == found for part in _parts(name)) else None


def _parts(name: str) -> list[str]:
    return _WORD.findall(_JOINED.sub(r"\1\2", name.lower()))


def environment_called(word: str) -> str | None:
    """The environment that a word by itself is a name of, as the value of a label or a folder called `prod`."""
    word = _JOINED.sub(r"\1\2", word.strip().lower())
    return _STRONG.get(word) or _WEAK.get(word)


LABELS: Sequence[str] = (
    "environment",
    "env",
    "app.kubernetes.io/environment",
    "stage",
    "tier",
    "toolkit.fluxcd.io/tenant",
)
"""Labels and annotations whose value may name an environment; a key may stand after the prefix of one's own."""


def environment_key(key: str) -> bool:
    """Tell whether the value under a label's key may name an environment."""
    return key in LABELS or key.rpartition("/")[2] in ("environment", "env")


_PLATFORM: Sequence[str] = (
    "*-system",
    "argo",
    "argo-rollouts",
    "argocd",
    "calico-apiserver",
    "cattle-*",
    "cert-manager",
    "cilium*",
    "crossplane*",
    "external-dns",
    "external-secrets",
    "falco",
    "flux*",
    "gatekeeper*",
    "gitlab-runner*",
    "grafana*",
    "haproxy*",
    "ingress*",
    "istio-*",
    "jenkins",
    "karpenter",
    "keda",
    "knative-*",
    "kube-*",
    "kubernetes-dashboard",
    "kyverno",
    "linkerd*",
    "local-path-storage",
    "logging",
    "loki",
    "longhorn*",
    "metallb*",
    "monitoring",
    "nginx-ingress",
    "observability",
    "olm",
    "openshift",
    "openshift-*",
    "operators",
    "prometheus*",
    "rook*",
    "tekton-*",
    "tempo",
    "tigera-operator",
    "traefik*",
    "trivy*",
    "vault",
    "velero",
)
"""Names that namespaces of common platform programs have by their own instructions for installing."""


def of_platform(namespace: str) -> bool:
    """Tell whether a namespace of this name mostly holds a part of the platform."""
    return any(fnmatchcase(namespace.lower(), one) for one in _PLATFORM)
