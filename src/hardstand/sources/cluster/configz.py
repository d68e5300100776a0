"""How the components of a running cluster are configured, as they answer themselves on `/configz`.

Kubelets are asked through the API server's proxy of nodes, the controller manager and the scheduler through that of
pods. Answering takes `get` on `nodes/proxy` and `pods/proxy`, with which one can do far more than read settings, so
this is read only where a person asks for it.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import quote

from hardstand.model.component import CONTROLLER_MANAGER, KUBELET, SCHEDULER, component_object
from hardstand.model.kind import Kind
from hardstand.model.live import live_name
from hardstand.model.verdict import Why
from hardstand.sources.cluster.errors import ClusterError, ForbiddenError
from hardstand.sources.interface import Gap, Page

Get = Callable[[str], bytes]
"""Gives the bytes at a path of the API server, its query included; ClusterError where it does not."""

KUBELET_FILE = Kind("kubelet.config.k8s.io", "KubeletConfiguration")
"""Stands for the kubelets that could not be asked: whatever judges their files cannot judge them."""

_KEYS = {
    KUBELET: "kubeletconfig",
    CONTROLLER_MANAGER: "kubecontrollermanager.config.k8s.io",
    SCHEDULER: "componentconfig",
}
"""Under what each answers: `configz.New` in the components' sources."""
_PORTS = {CONTROLLER_MANAGER: 10257, SCHEDULER: 10259}
_SHOWN = 3


def components(get: Get) -> Iterator[Page | Gap]:
    """The components that answer, as pages; kubelets that do not are one gap, with their names.

    A controller manager or scheduler that does not answer is no gap: its pod is judged by its flags.
    """
    yield from kubelets(get)
    yield from control_plane(get)


def kubelets(get: Get) -> Iterator[Page | Gap]:
    """The kubelet of every node."""
    try:
        nodes = list(_items(get, "/api/v1/nodes"))
    except ClusterError as error:
        yield _gap(f"nodes could not be listed to ask their kubelets: {error}", error)
        return
    failed: list[tuple[str, ClusterError]] = []
    for node in nodes:
        name = str(node["metadata"]["name"])
        path = f"/api/v1/nodes/{quote(name)}/proxy/configz"
        version = node.get("status", {}).get("nodeInfo", {}).get("kubeletVersion")
        try:
            yield _page(path, KUBELET, name, _answer(get, path, KUBELET), version)
        except ClusterError as error:
            failed.append((name, error))
    if failed:
        names = ", ".join(name for name, _ in failed[:_SHOWN]) + (", …" if len(failed) > _SHOWN else "")
        yield _gap(f"the kubelets of {names} did not say how they are configured: {failed[0][1]}", failed[0][1])


def control_plane(get: Get) -> Iterator[Page | Gap]:
    """The controller managers and schedulers that run as pods of kube-system."""
    for program, port in _PORTS.items():
        try:
            pods = list(_items(get, f"/api/v1/namespaces/kube-system/pods?labelSelector=component%3D{program}"))
        except ClusterError:
            continue  # That pods may not be listed is told where they are read.
        for pod in pods:
            name = str(pod["metadata"]["name"])
            path = f"/api/v1/namespaces/kube-system/pods/https:{quote(name)}:{port}/proxy/configz"
            try:
                answer = _answer(get, path, program)
            except ClusterError:
                continue
            yield _page(path, program, str(pod.get("spec", {}).get("nodeName") or name), answer, None)


def configured(body: bytes, program: str) -> Mapping[str, Any]:
    """The settings in an answer of `/configz`. ClusterError where it is none."""
    settings = _decoded(body).get(_KEYS[program])
    if not isinstance(settings, dict):
        raise ClusterError(f"the answer does not hold `{_KEYS[program]}`")
    return settings


def _decoded(body: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(body)
    except ValueError:
        raise ClusterError("the answer is no JSON") from None
    if not isinstance(found, dict):
        raise ClusterError("the answer is no JSON object")
    return found


def _answer(get: Get, path: str, program: str) -> Mapping[str, Any]:
    return configured(get(path), program)


def _page(path: str, program: str, node: str, config: Mapping[str, Any], version: str | None) -> Page:
    made = component_object(program, node, version=version, config=config)
    text = json.dumps(made, separators=(",", ":"), ensure_ascii=False)
    return Page(live_name(path), text.encode("utf-8", "surrogatepass"), live=True)


def _items(get: Get, path: str) -> Iterator[Mapping[str, Any]]:
    """All items of a list, page by page."""
    token = ""
    while True:
        mark = "&" if "?" in path else "?"
        found = _decoded(get(f"{path}{mark}limit=500" + (f"&continue={quote(token)}" if token else "")))
        yield from found.get("items") or ()
        token = found.get("metadata", {}).get("continue") or ""
        if not token:
            return


def _gap(reason: str, error: ClusterError) -> Gap:
    why = Why.MAY_NOT_LIST if isinstance(error, ForbiddenError) else Why.UNREADABLE
    return Gap(KUBELET_FILE, None, why, reason)
