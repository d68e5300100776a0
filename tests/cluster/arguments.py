"""The command lines of a test cluster's programs, and the files that these name."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.cluster import kubeconfigs
from tests.cluster.certificates import Authority, Pair, signing_keys
from tests.cluster.options import ImagePolicy, Options
from tests.cluster.processes import Ports

SERVER_NAMES = ("127.0.0.1", "localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc", "10.0.0.1")
ADMINS = ("system:masters",)


@dataclass(frozen=True, slots=True)
class Plan:
    """Where a cluster lies, who signs for it, and on which ports its programs listen."""

    folder: Path
    options: Options
    authority: Authority
    etcd_authority: Authority
    ports: Mapping[str, int]

    @classmethod
    def made(cls, folder: Path, options: Options, ports: Ports) -> "Plan":
        """A plan for a cluster in `folder`, with authorities and keys of its own."""
        authority = Authority.made(folder / "pki", "hardstand-test-cluster")
        etcd_authority = Authority.made(folder / "pki" / "etcd", "hardstand-test-etcd")
        signing_keys(authority.folder)
        chosen = {name: ports.free() for name in ("etcd", "etcd-peer", "api", "controllers", "scheduler")}
        ports.settle()
        return cls(folder, options, authority, etcd_authority, chosen)

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.ports['api']}"

    @property
    def audit_log(self) -> Path:
        return self.folder / "audit.log"

    def kubeconfig(self, file: str, user: str, groups: tuple[str, ...] = ()) -> Path:
        """A kubeconfig by which one is `user`, in `file`.kubeconfig."""
        pair = self.authority.client(file, user, groups)
        told = kubeconfigs.kubeconfig(self.url, self.authority.pair.certificate, kubeconfigs.by_certificate(pair))
        return kubeconfigs.write(self.folder / f"{file}.kubeconfig", told)

    def file(self, name: str, told: object) -> str:
        """A file of settings, and its path."""
        path = self.folder / name
        path.write_text(json.dumps(told, indent=1))
        return str(path)


def etcd(plan: Plan) -> dict[str, str]:
    """etcd on loopback, over TLS, for clients with certificates; it does not wait for the disk."""
    pair = plan.etcd_authority.serving("server", ("127.0.0.1", "localhost"))
    client, peer = (f"https://127.0.0.1:{plan.ports[name]}" for name in ("etcd", "etcd-peer"))
    authority = str(plan.etcd_authority.pair.certificate)
    return {
        "name": "test",
        "data-dir": str(plan.folder / "etcd"),
        "listen-client-urls": client,
        "advertise-client-urls": client,
        "listen-peer-urls": peer,
        "initial-advertise-peer-urls": peer,
        "initial-cluster": f"test={peer}",
        **{f"{prefix}cert-file": str(pair.certificate) for prefix in ("", "peer-")},
        **{f"{prefix}key-file": str(pair.key) for prefix in ("", "peer-")},
        **{f"{prefix}trusted-ca-file": authority for prefix in ("", "peer-")},
        **{f"{prefix}client-cert-auth": "true" for prefix in ("", "peer-")},
        "log-level": "warn",
        "unsafe-no-fsync": "true",
    }


def api_server(plan: Plan) -> dict[str, str]:
    """The API server: own certificates, RBAC, an audit log that is written before the answer goes out."""
    serving = plan.authority.serving("apiserver", SERVER_NAMES)
    store = plan.etcd_authority.client("apiserver", "kube-apiserver")
    keys = plan.authority.folder
    return {
        "etcd-servers": f"https://127.0.0.1:{plan.ports['etcd']}",
        "etcd-cafile": str(plan.etcd_authority.pair.certificate),
        "etcd-certfile": str(store.certificate),
        "etcd-keyfile": str(store.key),
        "bind-address": "127.0.0.1",
        "advertise-address": "127.0.0.1",
        "secure-port": str(plan.ports["api"]),
        # Its own address is no endpoint: the API refuses loopback there.
        "endpoint-reconciler-type": "none",
        "service-cluster-ip-range": "10.0.0.0/16",
        "client-ca-file": str(plan.authority.pair.certificate),
        "tls-cert-file": str(serving.certificate),
        "tls-private-key-file": str(serving.key),
        "service-account-issuer": "https://kubernetes.default.svc.cluster.local",
        "service-account-key-file": str(keys / "sa.pub"),
        "service-account-signing-key-file": str(keys / "sa.key"),
        "authorization-mode": plan.options.authorization,
        "allow-privileged": "true",
        # Without it a polite end waits up to a minute for watches, which nobody ends.
        "shutdown-watch-termination-grace-period": "1s",
        "audit-log-path": str(plan.audit_log),
        "audit-log-mode": "blocking-strict",
        "audit-policy-file": plan.file("audit-policy.json", plan.options.audit_policy),
        **_admission(plan),
        **_webhooks(plan),
        **plan.options.flags,
    }


def _admission(plan: Plan) -> dict[str, str]:
    options = plan.options
    plugins: list[dict[str, Any]] = []
    enabled = list(options.admission)
    if options.pod_security is not None:
        plugins.append({"name": "PodSecurity", "configuration": options.pod_security})
    if options.image_policy is not None:
        enabled.append("ImagePolicyWebhook")
        plugins.append({"name": "ImagePolicyWebhook", "configuration": _image_policy(plan, options.image_policy)})
    flags = {"enable-admission-plugins": ",".join(enabled)} if enabled else {}
    if plugins:
        told = {"apiVersion": "apiserver.config.k8s.io/v1", "kind": "AdmissionConfiguration", "plugins": plugins}
        flags["admission-control-config-file"] = plan.file("admission.json", told)
    return flags


def _image_policy(plan: Plan, policy: ImagePolicy) -> dict[str, Any]:
    pair: Pair = plan.authority.client("image-policy", "kube-apiserver-image-policy")
    told = kubeconfigs.kubeconfig(policy.url, Path(policy.certificate_authority), kubeconfigs.by_certificate(pair))
    return {
        "imagePolicy": {
            "kubeConfigFile": str(kubeconfigs.write(plan.folder / "image-policy.kubeconfig", told)),
            "allowTTL": policy.allow_seconds,
            "denyTTL": policy.deny_seconds,
            "retryBackoff": policy.retry_milliseconds,
            "defaultAllow": policy.default_allow,
        }
    }


def _webhooks(plan: Plan) -> dict[str, str]:
    options = plan.options
    flags = {}
    if options.audit_webhook is not None:
        trusted = Path(options.audit_webhook_ca) if options.audit_webhook_ca else None
        told = kubeconfigs.kubeconfig(options.audit_webhook, trusted, {})
        flags["audit-webhook-config-file"] = str(kubeconfigs.write(plan.folder / "audit-webhook.kubeconfig", told))
        flags["audit-webhook-batch-max-wait"] = "1s"
    if options.encryption is not None:
        flags["encryption-provider-config"] = plan.file("encryption.json", options.encryption)
    if options.authentication is not None:
        flags["authentication-config"] = plan.file("authentication.json", options.authentication)
    return flags


def controller_manager(plan: Plan) -> dict[str, str]:
    """The controller manager, each controller under its own service account, as kubeadm has it."""
    authority = plan.authority.pair
    return {
        **_component(plan, "kube-controller-manager", "controllers"),
        "root-ca-file": str(authority.certificate),
        "service-account-private-key-file": str(plan.authority.folder / "sa.key"),
        "cluster-signing-cert-file": str(authority.certificate),
        "cluster-signing-key-file": str(authority.key),
        "use-service-account-credentials": "true",
    }


def scheduler(plan: Plan) -> dict[str, str]:
    """The scheduler."""
    return _component(plan, "kube-scheduler", "scheduler")


def _component(plan: Plan, name: str, port: str) -> dict[str, str]:
    told = str(plan.kubeconfig(name, f"system:{name}"))
    return {
        "kubeconfig": told,
        "authentication-kubeconfig": told,
        "authorization-kubeconfig": told,
        "bind-address": "127.0.0.1",
        "secure-port": str(plan.ports[port]),
        "leader-elect": "false",
    }


def kwok(plan: Plan) -> dict[str, str]:
    """kwok, which plays the kubelets of all nodes: they are ready, and what is bound to them runs."""
    return {
        "kubeconfig": str(plan.kubeconfig("kwok", "kwok", ADMINS)),
        "manage-all-nodes": "true",
        "node-lease-duration-seconds": "40",
        "node-ip": "127.0.0.1",
        "cidr": "10.1.0.0/16",
    }
