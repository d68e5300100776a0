"""Admission reviews of real pods and Deployments, as an API server sends them.

The objects are those of the controls' case files and, with SUITES, of the realistic estates there.
"""

import itertools
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

CASES = Path(__file__).parents[1] / "tests" / "controls"
ESTATES = ("realistic-kube-prometheus", "realistic-microservices-demo")
# Objects of the API server's own limit are 3 MiB (k8s.io/apiserver, MaxRequestBodyBytes).
LARGEST = 3 * 1024 * 1024 - 2048


def small(suites: Path | None, folder: Path) -> list[bytes]:
    """A review for each pod and Deployment that is found, in an order that is the same each time."""
    return [review(each, number) for number, each in enumerate(found(suites, folder))]


def found(suites: Path | None, folder: Path) -> list[dict[str, Any]]:
    """The pods and Deployments of the cases, and of the estates where they are there."""
    return [*_of_cases(), *(_of_suites(suites, folder) if suites else ())]


def large() -> bytes:
    """A pod as large as an API server takes: an annotation fills it."""
    pod = _pod({"containers": [{"name": "app", "image": "registry.example/app:1"}]})
    pod["metadata"]["annotations"] = {"fill": "x" * LARGEST}
    return review(pod, 0)


def crowded() -> bytes:
    """A pod of 1,000 containers."""
    one = {
        "image": "registry.example/app:1",
        "resources": {"limits": {"memory": "64Mi"}},
        "ports": [{"containerPort": 1}],
    }
    return review(_pod({"containers": [{"name": f"c{number}", **one} for number in range(1000)]}), 0)


def review(obj: dict[str, Any], number: int, user: str = "jane") -> bytes:
    """The AdmissionReview for creating `obj`, which a user asks for."""
    group, _, version = str(obj["apiVersion"]).rpartition("/")
    kind = {"group": group, "version": version, "kind": obj["kind"]}
    resource = {"group": group, "version": version, "resource": f"{obj['kind'].lower()}s"}
    metadata = {**_made_by_the_server(obj, number), **(obj.get("metadata") or {})}
    obj = {**obj, "metadata": metadata}
    request = {
        "uid": f"00000000-0000-4000-8000-{number:012d}",
        "kind": kind,
        "resource": resource,
        "requestKind": kind,
        "requestResource": resource,
        "name": metadata.get("name", "app"),
        "namespace": metadata.get("namespace", "shop"),
        "operation": "CREATE",
        "userInfo": {"username": user, "uid": "1", "groups": ["developers", "system:authenticated"]},
        "object": obj,
        "oldObject": None,
        "dryRun": False,
        "options": {
            "kind": "CreateOptions",
            "apiVersion": "meta.k8s.io/v1",
            "fieldManager": "kubectl-client-side-apply",
        },
    }
    whole = {"kind": "AdmissionReview", "apiVersion": "admission.k8s.io/v1", "request": request}
    return json.dumps(whole, separators=(",", ":"), default=str).encode()


def _made_by_the_server(obj: dict[str, Any], number: int) -> dict[str, Any]:
    """The metadata that an object has when webhooks get to see it; of the size, `managedFields` is the greater part."""
    manager = {
        "manager": "kubectl-client-side-apply",
        "operation": "Update",
        "apiVersion": obj["apiVersion"],
        "time": "2026-01-01T00:00:00Z",
        "fieldsType": "FieldsV1",
        "fieldsV1": _fields({key: value for key, value in obj.items() if key not in ("apiVersion", "kind")}),
    }
    return {
        "uid": f"00000000-0000-4000-9000-{number:012d}",
        "creationTimestamp": "2026-01-01T00:00:00Z",
        "managedFields": [manager],
    }


def _fields(value: Any) -> dict[str, Any]:
    """Which fields somebody manages, as FieldsV1 writes it (k8s.io/apimachinery, pkg/apis/meta/v1/types.go)."""
    if isinstance(value, dict):
        return {f"f:{key}": _fields(inner) for key, inner in value.items()}
    if isinstance(value, list):
        named = [each for each in value if isinstance(each, dict) and "name" in each]
        return {f'k:{{"name":{json.dumps(each["name"])}}}': {".": {}, **_fields(each)} for each in named}
    return {}


def _of_cases() -> Iterator[dict[str, Any]]:
    for path in sorted(CASES.rglob("*.yaml")):
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
        for case in document["cases"]:
            if "container" in case:
                yield _pod(
                    {"containers": [{"name": "app", "image": "registry.example/app:1.2.3", **case["container"]}]}
                )
            elif "pod" in case:
                yield _pod(case["pod"])
            elif "object" in case and isinstance(case["object"], dict):
                yield from _judged(case["object"])


def _of_suites(suites: Path, folder: Path) -> Iterator[dict[str, Any]]:
    for name in ESTATES:
        packed = subprocess.run(
            ["zstd", "-dcq", "--long=27", str(suites / f"{name}.tar.zst")], check=True, capture_output=True
        )
        subprocess.run(["tar", "-x", "-C", str(folder)], input=packed.stdout, check=True)
        for path in sorted((folder / name).rglob("*.y*ml")):
            try:
                documents = list(yaml.safe_load_all(path.read_text(encoding="utf-8")))
            except yaml.YAMLError:  # Templates of charts are among them.
                continue
            yield from itertools.chain.from_iterable(_judged(each) for each in documents if isinstance(each, dict))


def _judged(obj: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if obj.get("kind") in ("Pod", "Deployment") and isinstance(obj.get("apiVersion"), str):
        yield obj


def _pod(spec: dict[str, Any]) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "app", "namespace": "shop"}, "spec": spec}
