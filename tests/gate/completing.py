"""Documents of case files say what their control is about; here they get what an API server asks for besides.

Nothing that stands there is changed, so that a document which is wrong stays wrong.
"""

import copy
from collections.abc import Callable, Mapping
from typing import Any

Object = dict[str, Any]
_BACKEND = {"service": {"name": "web", "port": {"number": 80}}}
_PATHS = [{"path": "/", "pathType": "Prefix", "backend": _BACKEND}]


def completed(given: Object) -> Object:
    """The document with what its kind needs; untouched where it is not of the shape that its kind has."""
    made = copy.deepcopy(given)
    try:
        for owner in (made.get("metadata") or {}).get("ownerReferences") or ():
            for key, value in {"apiVersion": "v1", "kind": "Node", "name": "one", "uid": "1-2-3"}.items():
                owner.setdefault(key, value)
        _BY_KIND.get(made["kind"], lambda _: None)(made)
    except (AttributeError, TypeError, KeyError):
        return given
    return made


def _spec(made: Object) -> Object:
    if made.get("spec") is None:
        made["spec"] = {}
    found: Object = made["spec"]
    return found


def _controller(made: Object) -> None:
    spec = _spec(made)
    template = spec["template"]
    asked = (spec.get("selector") or {}).get("matchLabels")
    if template.get("metadata") is None:
        template["metadata"] = {}
    labels = template["metadata"].get("labels") or asked or {"app": "subject"}
    template["metadata"]["labels"] = labels
    if spec.get("selector") is None:
        spec["selector"] = {"matchLabels": labels}
    for claim in spec.get("volumeClaimTemplates") or ():
        _claim(claim)


def _job(made: Object) -> None:
    _spec(made)["template"]["spec"].setdefault("restartPolicy", "Never")


def _cron_job(made: Object) -> None:
    _spec(made).setdefault("schedule", "0 0 * * *")
    _job(made["spec"]["jobTemplate"])


def _claim(made: Object) -> None:
    spec = _spec(made)
    spec.setdefault("accessModes", ["ReadWriteOnce"])
    spec.setdefault("resources", {"requests": {"storage": "1Gi"}})


def _volume(made: Object) -> None:
    spec = _spec(made)
    spec.setdefault("accessModes", ["ReadWriteOnce"])
    spec.setdefault("capacity", {"storage": "1Gi"})
    if spec.get("csi"):
        spec["csi"].setdefault("volumeHandle", "one")


def _autoscaler(made: Object) -> None:
    spec = _spec(made)
    spec.setdefault("maxReplicas", 100)
    spec.setdefault("scaleTargetRef", {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"})


def _service(made: Object) -> None:
    spec = _spec(made)
    if spec.get("type") != "ExternalName" and not spec.get("ports"):
        spec["ports"] = [{"port": 80}]
    several = spec.get("ports") or ()
    for at, port in enumerate(several):
        if len(several) > 1:
            port.setdefault("name", f"port-{at}")


def _ingress(made: Object) -> None:
    spec = _spec(made)
    if not spec.get("rules") and not spec.get("defaultBackend"):
        spec["rules"] = [{"host": "shop.example.com", "http": {}}]
    for rule in spec.get("rules") or ():
        if rule.get("http") is not None and not rule["http"].get("paths"):
            rule["http"]["paths"] = _PATHS
        for path in (rule.get("http") or {}).get("paths") or ():
            path.setdefault("pathType", "Prefix")
            path.setdefault("backend", _BACKEND)


def _storage_class(made: Object) -> None:
    made.setdefault("provisioner", "example.com/none")


_BY_KIND: Mapping[str, Callable[[Object], None]] = {
    "CronJob": _cron_job,
    "DaemonSet": _controller,
    "Deployment": _controller,
    "HorizontalPodAutoscaler": _autoscaler,
    "Ingress": _ingress,
    "Job": _job,
    "PersistentVolume": _volume,
    "PersistentVolumeClaim": _claim,
    "ReplicaSet": _controller,
    "Service": _service,
    "StatefulSet": _controller,
    "StorageClass": _storage_class,
}
