"""Edges tell what it depends on whether a connection is allowed, where that cannot be told."""

from collections.abc import Sequence
from typing import Any

from hardstand.analysis.reach.edges import Edge
from hardstand.analysis.reach.estate import Estate
from tests.analysis.reach.plugin_cases import estate


def pod(name: str, **spec: Any) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": "shop", "labels": {"app": name}},
        "spec": {"containers": [{"name": "c"}], **spec},
    }


def cilium(name: str, **spec: Any) -> dict[str, Any]:
    metadata = {"name": name, "namespace": "shop"}
    return {"apiVersion": "cilium.io/v2", "kind": "CiliumNetworkPolicy", "metadata": metadata, "spec": spec}


def edge(made: Estate, source: str, called: str) -> Edge:
    (found,) = (one for one in made.edges if (str(one.source), str(one.destination)) == (source, called))
    return found


def asking(port: str, *requests: dict[str, str]) -> dict[str, Any]:
    return {"ports": [{"port": port, "protocol": "TCP"}], "rules": {"http": list(requests)}}


WEB, API, DB = "shop/web[Pod]", "shop/api[Pod]", "shop/db[Pod]"


def of_http(*rules: dict[str, Any]) -> Sequence[dict[str, Any]]:
    policy = cilium("p", endpointSelector={"matchLabels": {"app": "api"}}, ingress=list(rules))
    return [pod("web"), pod("api"), pod("db"), policy]


def test_an_edge_tells_the_requests_that_it_is_for() -> None:
    made = estate(
        of_http(
            {
                "fromEndpoints": [{"matchLabels": {"app": "web"}}],
                "toPorts": [asking("80", {"method": "GET", "path": "/x"})],
            }
        )
    )
    found = edge(made, WEB, API)
    assert (str(found.connections), str(found.possible)) == ("No Connections", "TCP 80")
    assert found.conditions == ("the HTTP request is GET /x",)
    assert edge(made, WEB, DB).conditions == ()
    assert (DB, API) not in ends(made)


def ends(made: Estate) -> set[tuple[str, str]]:
    return {(str(one.source), str(one.destination)) for one in made.edges}


def test_conditions_of_what_is_allowed_anyway_are_not_told() -> None:
    whom = {"fromEndpoints": [{"matchLabels": {"app": "web"}}]}
    made = estate(
        of_http(
            {**whom, "toPorts": [asking("80", {"method": "GET"}), asking("81", {"method": "PUT"})]},
            {**whom, "toPorts": [{"ports": [{"port": "80", "protocol": "TCP"}]}]},
        )
    )
    found = edge(made, WEB, API)
    assert (str(found.connections), str(found.possible)) == ("TCP 80", "TCP 80-81")
    assert found.conditions == ("the HTTP request is PUT",)


def test_names_are_ends_and_addresses_depend_on_them() -> None:
    policy = cilium(
        "p", endpointSelector={"matchLabels": {"app": "web"}}, egress=[{"toFQDNs": [{"matchName": "example.com"}]}]
    )
    made = estate([pod("web"), pod("api"), policy])
    assert str(edge(made, WEB, "example.com").connections) == "All Connections"
    assert edge(made, WEB, "example.com").conditions == ()
    everywhere = edge(made, WEB, "0.0.0.0-255.255.255.255")
    assert not everywhere.connections
    assert everywhere.conditions == ("the address is that of example.com",)
    assert (WEB, API) not in ends(made)


def test_a_pod_on_the_network_of_a_node_may_be_on_that_of_the_other() -> None:
    policy = {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": "none", "namespace": "shop"},
        "spec": {"podSelector": {"matchLabels": {"app": "api"}}, "policyTypes": ["Ingress"]},
    }
    made = estate([pod("web"), pod("api"), pod("agent", hostNetwork=True), policy])
    assert edge(made, "shop/agent[Pod]", API).conditions == ("a pod's own node always reaches it; another does not",)
    assert edge(made, "shop/agent[Pod]", WEB).conditions == ()


def test_what_cannot_be_read_is_told() -> None:
    policy = cilium("p", endpointSelector={"matchLabels": {"app": "api"}}, ingress=[{"fromEntities": ["moon"]}])
    made = estate([pod("web"), pod("api"), policy])
    (text,) = edge(made, WEB, API).conditions
    assert text.startswith(
        "CiliumNetworkPolicy shop/p says so, which cannot be read: spec.ingress[0].fromEntities[0] must be an entity"
    )


def test_without_conditions_nothing_is_told() -> None:
    made = estate([pod("web"), pod("api"), cilium("p", endpointSelector={}, ingress=[{"fromEndpoints": [{}]}])])
    assert all(one.conditions == () and one.connections == one.possible for one in made.edges)
