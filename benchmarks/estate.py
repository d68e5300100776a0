"""Write an estate: N applications as a team would keep them, for the benchmark to scan.

    python benchmarks/estate.py DIRECTORY APPS

One file per application with a Deployment, Service, ServiceAccount, NetworkPolicy, Role and RoleBinding, and one
Namespace file for every twenty applications. The same number always gives the same bytes: whether an application
has a trait is decided by a checksum of its name, so a larger estate contains the smaller ones unchanged.

No container has a read-only root filesystem. Every tool that is measured reports that, so a report that does not
name an application's file shows that the tool did not look at it.
"""

import hashlib
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import yaml

Object = dict[str, Any]

APPS_PER_NAMESPACE = 20
TEAMS = ("checkout", "catalog", "identity", "payments", "search", "shipping", "insight", "platform")
ROLES = ("api", "web", "worker", "gateway", "indexer", "scheduler", "notifier")

# Percent of applications with each trait: most are half hardened, a few are dangerous.
TRAITS = {
    "no-security-context": 25,
    "root-user": 8,
    "privileged": 2,
    "extra-capability": 4,
    "host-network": 2,
    "runtime-socket": 1,
    "no-resources": 20,
    "no-probes": 15,
    "mutable-tag": 15,
    "digest": 30,
    "plain-password": 5,
    "token-mounted": 30,
    "one-replica": 30,
    "load-balancer": 5,
    "node-port": 4,
    "open-ingress": 10,
    "wildcard-role": 6,
    "reads-secrets": 10,
    "binds-cluster-admin": 2,
    "migrates": 25,
    "sidecar": 35,
}


class Estate(NamedTuple):
    """What was written: the directory, the applications' files relative to it, and the number of all objects."""

    root: Path
    apps: frozenset[str]
    objects: int


class App(NamedTuple):
    """One application: its place in the estate and everything that follows from its name."""

    number: int
    name: str
    team: str
    namespace: str

    def has(self, trait: str) -> bool:
        """Whether this application has the trait, the same in every run and on every machine."""
        return zlib.crc32(f"{self.name}/{trait}".encode()) % 100 < TRAITS[trait]

    @property
    def labels(self) -> dict[str, str]:
        """The labels that the application's objects share."""
        return {
            "app.kubernetes.io/name": self.name,
            "app.kubernetes.io/part-of": self.team,
            "app.kubernetes.io/version": f"2.{self.number % 17}.{self.number % 5}",
            "app.kubernetes.io/managed-by": "kustomize",
        }

    @property
    def selector(self) -> dict[str, str]:
        """The labels by which the application's pods are found."""
        return {"app.kubernetes.io/name": self.name}


class _Dumper(yaml.CSafeDumper):
    """Writes every mapping out in full: shared parts are not to become anchors and aliases."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - the name is the base class's
        return True


def write(root: Path, apps: int) -> Estate:
    """Write an estate of `apps` applications into `root` and say what is in it."""
    files: set[str] = set()
    objects = 0
    for number in range(apps):
        app = _app(number)
        folder = root / app.namespace
        if number % APPS_PER_NAMESPACE == 0:
            folder.mkdir(parents=True, exist_ok=True)
            objects += _save(folder / "namespace.yaml", [_namespace(app)])
        objects += _save(folder / f"{app.name}.yaml", list(_objects(app)))
        files.add(f"{app.namespace}/{app.name}.yaml")
    return Estate(root, frozenset(files), objects)


def _app(number: int) -> App:
    group = number // APPS_PER_NAMESPACE
    team = TEAMS[group % len(TEAMS)]
    return App(number, f"{team}-{ROLES[number % len(ROLES)]}-{number:04d}", team, f"{team}-{group:03d}")


def _save(path: Path, documents: list[Object]) -> int:
    text = yaml.dump_all(documents, Dumper=_Dumper, sort_keys=False, explicit_start=True, width=120)
    path.write_text(text, encoding="utf-8")
    return len(documents)


def _objects(app: App) -> Iterator[Object]:
    yield _object(app, "apps/v1", "Deployment", spec=_deployment(app))
    yield _object(app, "v1", "Service", spec=_service(app))
    yield _object(app, "v1", "ServiceAccount", automountServiceAccountToken=app.has("token-mounted"))
    yield _object(app, "networking.k8s.io/v1", "NetworkPolicy", spec=_network_policy(app))
    yield _object(app, "rbac.authorization.k8s.io/v1", "Role", rules=_rules(app))
    yield _object(app, "rbac.authorization.k8s.io/v1", "RoleBinding", **_binding(app))


def _object(app: App, api_version: str, kind: str, **body: Any) -> Object:
    metadata = {
        "name": app.name,
        "namespace": app.namespace,
        "labels": app.labels,
        "annotations": {
            "example.org/owner": f"team-{app.team}",
            "example.org/runbook": f"runbooks/{app.team}/{app.name}.md",
        },
    }
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata, **body}


def _namespace(app: App) -> Object:
    enforce = ("baseline", "restricted", "privileged")[app.number // APPS_PER_NAMESPACE % 3]
    labels = {"app.kubernetes.io/part-of": app.team, "pod-security.kubernetes.io/enforce": enforce}
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": app.namespace, "labels": labels}}


def _deployment(app: App) -> Object:
    pod: Object = {"serviceAccountName": app.name, "automountServiceAccountToken": app.has("token-mounted")}
    if not app.has("no-security-context"):
        pod["securityContext"] = {
            "runAsNonRoot": not app.has("root-user"),
            "runAsUser": 0 if app.has("root-user") else 10001,
            "fsGroup": 10001,
            "seccompProfile": {"type": "RuntimeDefault"},
        }
    if app.has("host-network"):
        pod |= {"hostNetwork": True, "dnsPolicy": "ClusterFirstWithHostNet"}
    if app.has("migrates"):
        pod["initContainers"] = [_container(app, "migrate", command=["/app/migrate", "--to", "latest"])]
    pod["containers"] = [_main(app)]
    if app.has("sidecar"):
        pod["containers"].append(_container(app, "log-shipper", args=["--from", "/var/log/app", "--format", "json"]))
    pod["volumes"] = _volumes(app)
    pod["topologySpreadConstraints"] = [
        {
            "maxSkew": 1,
            "topologyKey": "topology.kubernetes.io/zone",
            "whenUnsatisfiable": "ScheduleAnyway",
            "labelSelector": {"matchLabels": app.selector},
        }
    ]
    return {
        "replicas": 1 if app.has("one-replica") else 3,
        "revisionHistoryLimit": 5,
        "selector": {"matchLabels": app.selector},
        "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}},
        "template": {
            "metadata": {"labels": app.labels, "annotations": {"prometheus.io/scrape": "true"}},
            "spec": pod,
        },
    }


def _main(app: App) -> Object:
    container = _container(app, "app", args=["serve", "--listen", ":8080", "--config", "/etc/app/config.yaml"])
    container["ports"] = [{"name": "http", "containerPort": 8080}, {"name": "metrics", "containerPort": 9090}]
    container["env"] = _environment(app)
    if not app.has("no-probes"):
        container["livenessProbe"] = {"httpGet": {"path": "/live", "port": "http"}, "periodSeconds": 10}
        container["readinessProbe"] = {"httpGet": {"path": "/ready", "port": "http"}, "periodSeconds": 5}
    if app.has("runtime-socket"):
        container["volumeMounts"].append({"name": "runtime", "mountPath": "/var/run/docker.sock"})
    return container


def _container(app: App, name: str, **body: Any) -> Object:
    container: Object = {"name": name, "image": _image(app, name), "imagePullPolicy": "IfNotPresent", **body}
    if not app.has("no-resources"):
        limits = {"cpu": "500m", "memory": "512Mi"}
        container["resources"] = {"requests": {"cpu": "100m", "memory": "256Mi"}, "limits": limits}
    if not app.has("no-security-context"):
        container["securityContext"] = _security_context(app)
    container["volumeMounts"] = [
        {"name": "config", "mountPath": "/etc/app", "readOnly": True},
        {"name": "tmp", "mountPath": "/tmp"},
        {"name": "logs", "mountPath": "/var/log/app"},
    ]
    return container


def _security_context(app: App) -> Object:
    if app.has("privileged"):
        return {"privileged": True}
    capabilities: Object = {"drop": ["ALL"]}
    if app.has("extra-capability"):
        capabilities["add"] = ["NET_ADMIN"]
    return {
        "allowPrivilegeEscalation": False,
        "capabilities": capabilities,
    }


def _image(app: App, container: str) -> str:
    image = f"registry.example.org/{app.team}/{app.name if container == 'app' else container}"
    if app.has("mutable-tag"):
        return f"{image}:latest"
    tag = f"{image}:2.{app.number % 17}.{app.number % 5}"
    if app.has("digest"):
        return f"{tag}@sha256:{hashlib.sha256(image.encode()).hexdigest()}"
    return tag


def _environment(app: App) -> list[Object]:
    plain = {
        "LOG_LEVEL": "info",
        "LISTEN": "0.0.0.0:8080",
        "DATABASE_HOST": f"postgres.{app.namespace}.svc",
        "DATABASE_NAME": app.name.replace("-", "_"),
        "CACHE_URL": f"redis://redis.{app.namespace}.svc:6379/0",
        "OTEL_SERVICE_NAME": app.name,
    }
    variables: list[Object] = [{"name": name, "value": value} for name, value in plain.items()]
    if app.has("plain-password"):
        variables.append({"name": "DATABASE_PASSWORD", "value": f"not-a-real-password-{app.number}"})
    else:
        reference = {"name": f"{app.name}-database", "key": "password"}
        variables.append({"name": "DATABASE_PASSWORD", "valueFrom": {"secretKeyRef": reference}})
    variables.append({"name": "POD_NAME", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}})
    return variables


def _volumes(app: App) -> list[Object]:
    volumes: list[Object] = [
        {"name": "config", "configMap": {"name": f"{app.name}-config"}},
        {"name": "tmp", "emptyDir": {"sizeLimit": "64Mi"}},
        {"name": "logs", "emptyDir": {"sizeLimit": "256Mi"}},
    ]
    if app.has("runtime-socket"):
        volumes.append({"name": "runtime", "hostPath": {"path": "/var/run/docker.sock", "type": "Socket"}})
    return volumes


def _service(app: App) -> Object:
    kind = "LoadBalancer" if app.has("load-balancer") else "NodePort" if app.has("node-port") else "ClusterIP"
    ports = [
        {"name": "http", "port": 80, "targetPort": "http"},
        {"name": "metrics", "port": 9090, "targetPort": "metrics"},
    ]
    return {"type": kind, "selector": app.selector, "ports": ports}


def _network_policy(app: App) -> Object:
    http = [{"protocol": "TCP", "port": 8080}]
    peers = {"podSelector": {"matchLabels": {"app.kubernetes.io/part-of": app.team}}}
    dns = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "kube-system"}}}
    return {
        "podSelector": {"matchLabels": app.selector},
        "policyTypes": ["Ingress", "Egress"],
        "ingress": [{}] if app.has("open-ingress") else [{"from": [peers], "ports": http}],
        "egress": [
            {"to": [dns], "ports": [{"protocol": "UDP", "port": 53}]},
            {"to": [{"podSelector": {}}], "ports": [{"protocol": "TCP", "port": 5432}]},
        ],
    }


def _rules(app: App) -> list[Object]:
    if app.has("wildcard-role"):
        return [{"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}]
    rules: list[Object] = [
        {"apiGroups": [""], "resources": ["configmaps"], "verbs": ["get", "list", "watch"]},
        {"apiGroups": ["coordination.k8s.io"], "resources": ["leases"], "verbs": ["get", "create", "update"]},
    ]
    if app.has("reads-secrets"):
        rules.append({"apiGroups": [""], "resources": ["secrets"], "verbs": ["get", "list"]})
    return rules


def _binding(app: App) -> Object:
    admin = app.has("binds-cluster-admin")
    role = {"kind": "ClusterRole", "name": "cluster-admin"} if admin else {"kind": "Role", "name": app.name}
    return {
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", **role},
        "subjects": [{"kind": "ServiceAccount", "name": app.name, "namespace": app.namespace}],
    }


def main(arguments: list[str]) -> int:
    """Write the estate that the command line asks for."""
    if len(arguments) != 2 or not arguments[1].isdigit():
        print("usage: estate.py DIRECTORY APPS", file=sys.stderr)
        return 2
    estate = write(Path(arguments[0]), int(arguments[1]))
    print(f"{estate.objects} objects of {len(estate.apps)} applications under {estate.root}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
