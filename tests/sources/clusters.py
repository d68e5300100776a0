"""A small cluster as a source gives it, for snapshots."""

import copy
from collections.abc import Iterable
from typing import Any

from hardstand.model.kind import Kind
from hardstand.sources.interface import Gap, Page, Unreadable
from hardstand.sources.snapshot.header import About, KindRead
from hardstand.sources.snapshot.spool import Spooled, spool
from tests.engine.live import page

TIME = "2026-11-01T10:00:00Z"
SERVED = (Kind("", "Namespace"), Kind("", "Pod"), Kind("apps", "Deployment"), Kind("batch", "Job"))


def namespace(name: str) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "uid": f"n-{name}"}}


def deployment(name: str = "web", home: str = "shop", replicas: int = 2, **container: Any) -> dict[str, Any]:
    spec = {"containers": [{"name": name, "image": "registry.example/web:1", **container}]}
    labels = {"app": name}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "namespace": home, "uid": f"d-{home}-{name}", "resourceVersion": "7"},
        "spec": {
            "replicas": replicas,
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": spec},
        },
        "status": {"readyReplicas": 1, "conditions": [{"type": "Available", "status": "True"}]},
    }


def pod(owner: dict[str, Any], name: str) -> dict[str, Any]:
    template = copy.deepcopy(owner["spec"]["template"])
    home = owner["metadata"]["namespace"]
    reference = {"apiVersion": "apps/v1", "kind": "Deployment", "name": owner["metadata"]["name"]}
    reference |= {"uid": owner["metadata"]["uid"], "controller": True}
    metadata = {**template["metadata"], "name": name, "namespace": home, "uid": f"p-{name}"}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {**metadata, "ownerReferences": [reference]},
        "spec": template["spec"],
    }


def estate() -> list[dict[str, Any]]:
    web, db = deployment(securityContext={"privileged": True}), deployment("db", "data")
    return [namespace("data"), namespace("shop"), db, web, pod(web, "web-1"), pod(web, "web-2")]


def about(taken_at: str = TIME, **more: Any) -> About:
    none_of = KindRead("batch", "v1", "Job", "jobs", namespaced=True, resource_version="12")
    return About(taken_at, **{"cluster": "prod", "server": "v1.36.2", "served": SERVED, "kinds": (none_of,), **more})


def spooled(
    given: Iterable[dict[str, Any] | Page | Gap | Unreadable] | None = None, taken_at: str = TIME, **more: Any
) -> Spooled:
    found = (page(one) if isinstance(one, dict) else one for one in (estate() if given is None else given))
    return spool(found, lambda: about(taken_at, **more))
