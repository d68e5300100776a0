"""What can be chosen about a test cluster."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

AUDIT_POLICY: Mapping[str, Any] = {
    "apiVersion": "audit.k8s.io/v1",
    "kind": "Policy",
    "omitStages": ["RequestReceived"],
    "rules": [
        {"level": "None", "nonResourceURLs": ["/healthz*", "/livez*", "/readyz*", "/openapi*", "/version"]},
        {"level": "None", "resources": [{"group": "coordination.k8s.io", "resources": ["leases"]}]},
        {"level": "None", "resources": [{"group": "", "resources": ["events"]}, {"group": "events.k8s.io"}]},
        {"level": "None", "userGroups": ["system:masters"], "verbs": ["get", "list", "watch"]},
        {"level": "Metadata", "verbs": ["get", "list", "watch"]},
        {"level": "Metadata", "resources": [{"group": "", "resources": ["secrets", "serviceaccounts/token"]}]},
        {"level": "Metadata", "resources": [{"group": "authentication.k8s.io", "resources": ["tokenreviews"]}]},
        {"level": "RequestResponse"},
    ],
}
"""Whole requests and answers of every write; of reads who asked for what; nothing of what a server asks all day."""


@dataclass(frozen=True, slots=True)
class ImagePolicy:
    """The ImagePolicyWebhook of the API server: where it asks, whom it trusts, and what goes when nobody answers.

    `certificate_authority` is the path of a PEM file. The API server shows a client certificate of the cluster's CA
    named `kube-apiserver-image-policy`. With -1 seconds no answer is remembered for the next request.
    """

    url: str
    certificate_authority: str
    default_allow: bool = False
    allow_seconds: int = -1
    deny_seconds: int = -1
    retry_milliseconds: int = 100


@dataclass(frozen=True, slots=True)
class Options:
    """A cluster as tests want it. Without any, it is what most tests share.

    `flags` are added to those of the API server, by name without dashes, and win over them.
    """

    nodes: int = 1
    controllers: bool = True
    scheduler: bool = True
    authorization: str = "Node,RBAC"
    admission: tuple[str, ...] = ("NodeRestriction",)
    """Admission plug-ins beside those that are on without asking, among them PodSecurity and the two policies."""
    audit_policy: Mapping[str, Any] = field(default_factory=lambda: AUDIT_POLICY)
    audit_webhook: str | None = None
    """URL of a server that gets batches of audit events; with https, `audit_webhook_ca` is whom to trust."""
    audit_webhook_ca: str | None = None
    encryption: Mapping[str, Any] | None = None
    """An EncryptionConfiguration: what is encrypted in etcd, with which providers in which order."""
    authentication: Mapping[str, Any] | None = None
    """An AuthenticationConfiguration (`apiserver.config.k8s.io`), for OpenID Connect."""
    pod_security: Mapping[str, Any] | None = None
    """A PodSecurityConfiguration: the defaults and exemptions of the PodSecurity plug-in."""
    image_policy: ImagePolicy | None = None
    flags: Mapping[str, str] = field(default_factory=dict)

    def write(self, path: Path) -> None:
        path.write_text(json.dumps(asdict(self)))

    @classmethod
    def read(cls, path: Path) -> "Options":
        told = json.loads(path.read_text())
        told["admission"] = tuple(told["admission"])
        if told["image_policy"]:
            told["image_policy"] = ImagePolicy(**told["image_policy"])
        return cls(**told)
