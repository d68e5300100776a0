"""Who held which address when, from objects of Kubernetes as they were seen: pods, Services, nodes, endpoints.

A pod has its address from its first start on, up to the last moment at which it was seen running. What was seen last
in the newest picture has it still. One that ended has it up to when its last container ended. Between the last sight of
one pod and the beginning of the next, an address is nobody's that is known.

Sources: https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#PodStatus,
https://kubernetes.io/docs/reference/kubernetes-api/service-resources/service-v1/
"""

import ipaddress
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from hardstand.analysis.reach.pods import Owner
from hardstand.analysis.selecting import subset
from hardstand.network.observed.lives import Life, Sight, lives_of
from hardstand.network.observed.resolving import Behind, Resolved, Resolver, Sort, Tenure
from hardstand.network.observed.shapes import Object, labels, listed, mapping, objects, shortest, text

API_SERVER = "kubernetes"
"""The Service in `default` behind which the API server is.

Source: https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/
"""


def resolver(sights: Iterable[Sight]) -> Resolver:
    """What answers whose address it was. Objects that are not as Kubernetes has them tell nothing."""
    lives = lives_of(sights)
    makers = _makers(one.data for one in lives)
    pods: dict[str, list[Life]] = defaultdict(list)
    hosted: dict[str, list[Life]] = defaultdict(list)
    for one in lives:
        if one.data["kind"] == "Pod":
            pods[text(mapping(one.data, "metadata"), "namespace")].append(one)
            if mapping(one.data, "spec").get("hostNetwork") is True:
                hosted[text(mapping(one.data, "spec"), "nodeName")].append(one)
    tenures: list[Tenure] = []
    behind: list[Behind] = []
    for life in lives:
        kind = life.data.get("kind")
        if kind == "Pod":
            tenures += _of_pod(life, makers)
        elif kind == "Service":
            tenures += _of_service(life)
            behind += _behind_service(life, pods, makers)
        elif kind == "Node":
            tenures += _of_node(life)
            behind += _on_node(life, hosted, makers)
        elif kind in ("EndpointSlice", "Endpoints"):
            tenures += _of_endpoints(life)
    blocks = [block for life in lives if life.data.get("kind") == "Node" for block in _blocks(life.data)]
    return Resolver(tenures, behind, blocks, makers)


def _of_pod(life: Life, makers: Mapping[Owner, Owner]) -> Iterator[Tenure]:
    """The tenures of a pod with an address of its own; one on its node's network has none."""
    if mapping(life.data, "spec").get("hostNetwork") is True or not life.is_known:
        return
    meta = mapping(life.data, "metadata")
    owner = _owner(life.data, makers)
    holder = Resolved(Sort.POD, text(meta, "name"), text(meta, "namespace"), owner, labels=labels(life.data))
    for address in life.addresses:
        yield Tenure(address, holder, life.since, life.until)


def _of_service(life: Life) -> Iterator[Tenure]:
    meta = mapping(life.data, "metadata")
    name, namespace = text(meta, "name"), text(meta, "namespace")
    sort = Sort.API_SERVER if (namespace, name) == ("default", API_SERVER) else Sort.SERVICE
    for address in life.addresses:
        yield Tenure(address, Resolved(sort, name, namespace), life.since, life.until)


def _of_node(life: Life) -> Iterator[Tenure]:
    meta = mapping(life.data, "metadata")
    holder = Resolved(Sort.NODE, text(meta, "name"), labels=labels(life.data))
    for address in life.addresses:
        yield Tenure(address, holder, life.since, life.until)


def _of_endpoints(life: Life) -> Iterator[Tenure]:
    """Where the API server itself is. It may be a node's address; then the port tells which of the two is meant."""
    meta = mapping(life.data, "metadata")
    service = labels(life.data).get("kubernetes.io/service-name", text(meta, "name"))
    if (text(meta, "namespace"), service) != ("default", API_SERVER):
        return
    parts = objects(life.data, "subsets") or [life.data]
    for part in parts:
        ports = frozenset(one["port"] for one in objects(part, "ports") if isinstance(one.get("port"), int))
        told: list[object] = [one.get("ip") for one in objects(part, "addresses")]
        told += [each for one in objects(part, "endpoints") for each in listed(one, "addresses")]
        for address in told:
            if isinstance(address, str) and (where := shortest(address)):
                holder = Resolved(Sort.API_SERVER, API_SERVER, "default")
                yield Tenure(where, holder, life.since, life.until, ports)


def _behind_service(life: Life, pods: Mapping[str, list[Life]], makers: Mapping[Owner, Owner]) -> Iterator[Behind]:
    meta, selector = mapping(life.data, "metadata"), mapping(mapping(life.data, "spec"), "selector")
    if not selector:
        return
    of = (Sort.SERVICE, text(meta, "namespace"), text(meta, "name"))
    for pod in pods.get(of[1], ()):
        if subset(selector, labels(pod.data)):
            yield from _standing(of, pod, makers)


def _on_node(life: Life, hosted: Mapping[str, list[Life]], makers: Mapping[Owner, Owner]) -> Iterator[Behind]:
    name = text(mapping(life.data, "metadata"), "name")
    for pod in hosted.get(name, ()):
        yield from _standing((Sort.NODE, "", name), pod, makers)


def _standing(of: tuple[Sort, str, str], pod: Life, makers: Mapping[Owner, Owner]) -> Iterator[Behind]:
    if pod.is_known:
        yield Behind(of, _owner(pod.data, makers), pod.since, pod.until)


def _makers(every: Iterable[Object]) -> dict[Owner, Owner]:
    """Who made whom, as references say; what controls counts before others, as `reach` has it."""
    found: dict[Owner, Owner] = {}
    for one in every:
        meta = mapping(one, "metadata")
        references = objects(meta, "ownerReferences")
        chosen = next((each for each in references if each.get("controller") is True), next(iter(references), None))
        if chosen is not None and isinstance(chosen.get("name"), str):
            namespace = text(meta, "namespace")
            maker = Owner(namespace, chosen["name"], text(chosen, "kind") or "Pod")
            found[Owner(namespace, text(meta, "name"), text(one, "kind"))] = maker
    return found


def _owner(pod: Object, makers: Mapping[Owner, Owner]) -> Owner:
    meta = mapping(pod, "metadata")
    owner = Owner(text(meta, "namespace"), text(meta, "name"), "Pod")
    seen = {owner}
    while (maker := makers.get(owner)) is not None and maker not in seen:
        seen.add(maker)
        owner = maker
    return owner


def _blocks(node: Object) -> Iterator[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    spec = mapping(node, "spec")
    for one in dict.fromkeys([spec.get("podCIDR"), *listed(spec, "podCIDRs")]):
        try:
            if isinstance(one, str):
                yield ipaddress.ip_network(one, strict=False)
        except ValueError:
            continue
