"""Typed views over decoded data, or decoded structs: which is cheaper for ten and for sixty controls?

    pip install msgspec && python benchmarks/views/compare.py

Both read the same decoded Deployments, 1,000 of them with two containers each, with the reads that a container control
does (security context, resources, image, two probes). Structs are converted once by msgspec, field types included;
views check the type of what is read, when it is read.
"""

import statistics
import time
from collections.abc import Callable
from typing import Any

import msgspec

from hardstand.inventory.objects import KubeObject, objects_in
from hardstand.inventory.views.workload import Workload


class Context(msgspec.Struct, rename="camel"):
    """A container's security context."""

    privileged: bool | None = None
    allow_privilege_escalation: bool | None = None
    read_only_root_filesystem: bool | None = None
    run_as_non_root: bool | None = None
    run_as_user: int | None = None


class Resources(msgspec.Struct):
    """Requests and limits."""

    requests: dict[str, str | int | float] = {}
    limits: dict[str, str | int | float] = {}


class Container(msgspec.Struct, rename="camel"):
    """A container."""

    name: str = ""
    image: str = ""
    security_context: Context | None = None
    resources: Resources | None = None
    liveness_probe: dict[str, Any] | None = None
    readiness_probe: dict[str, Any] | None = None
    env: list[dict[str, Any]] = []
    ports: list[dict[str, Any]] = []


class PodSpec(msgspec.Struct, rename="camel"):
    """A pod's specification."""

    containers: list[Container] = []
    init_containers: list[Container] = []


class Template(msgspec.Struct):
    """A pod template."""

    spec: PodSpec


class Spec(msgspec.Struct):
    """A Deployment's specification."""

    template: Template
    replicas: int | None = None


class Deployment(msgspec.Struct, rename="camel"):
    """A Deployment."""

    api_version: str
    kind: str
    metadata: dict[str, Any]
    spec: Spec


def decoded(number: int) -> dict[str, Any]:
    """A Deployment as the YAML reader gives it."""
    container = {
        "image": f"registry.example/app:{number}",
        "env": [{"name": f"V{at}", "value": "x"} for at in range(6)],
        "ports": [{"name": "http", "containerPort": 8080}],
        "resources": {"requests": {"cpu": "100m", "memory": "64Mi"}, "limits": {"memory": "64Mi"}},
        "livenessProbe": {"httpGet": {"path": "/", "port": "http"}},
        "securityContext": {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}},
    }
    spec = {"containers": [{"name": "app", **container}, {"name": "side", **container}]}
    template = {"metadata": {"labels": {"app": f"a{number}"}}, "spec": spec}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": f"a{number}", "labels": {"app": "a"}},
        "spec": {"replicas": 2, "template": template},
    }


def with_views(kube: KubeObject, controls: int) -> int:
    """The reads of so many controls through views."""
    found = 0
    workload = Workload(kube)
    for _ in range(controls):
        for one in workload.containers:
            found += one.security_context.privileged is True
            found += one.resources.limits.memory is None
            found += one.image is None
            found += not one.liveness_probe.exists
            found += not one.readiness_probe.exists
    return found


def with_structs(data: dict[str, Any], controls: int) -> int:
    """The reads of so many controls through structs."""
    found = 0
    pod = msgspec.convert(data, Deployment).spec.template.spec
    for _ in range(controls):
        for one in (*pod.init_containers, *pod.containers):
            found += one.security_context is not None and one.security_context.privileged is True
            found += one.resources is None or "memory" not in one.resources.limits
            found += not one.image
            found += one.liveness_probe is None
            found += one.readiness_probe is None
    return found


def seconds(work: Callable[[], object]) -> float:
    """The median of seven runs."""
    times = []
    for _ in range(7):
        begun = time.perf_counter()
        work()
        times.append(time.perf_counter() - begun)
    return statistics.median(times)


def main() -> None:
    """Print the table."""
    data = [decoded(number) for number in range(1000)]
    kube = [next(iter(objects_in(one, file="f", document=0, rendered_from=None, namespace="d"))) for one in data]
    print("| controls | views, ms | structs, ms |\n|---|---|---|")
    for controls in (1, 10, 60):
        views = seconds(lambda controls=controls: [with_views(one, controls) for one in kube])  # type: ignore[misc, arg-type]
        structs = seconds(lambda controls=controls: [with_structs(one, controls) for one in data])  # type: ignore[misc]
        print(f"| {controls} | {views * 1000:.1f} | {structs * 1000:.1f} |")


if __name__ == "__main__":
    main()
