"""The flow table of one file and of several."""

from typing import Any

import pytest

from hardstand.baseline.network import Endpoint
from hardstand.baseline.ports import Cidr, HostName, Port
from hardstand.baseline.shape import WordError
from tests.baseline.making import baseline_of


@pytest.mark.parametrize(
    "text", ["any", "TCP", "UDP 53", "TCP 8000-8100", "SCTP 1-2", "TCP http", "UDP dns-tcp", "TCP 65535"]
)
def test_a_port_is_written_as_it_was_read(text: str) -> None:
    port = Port.parse(text)
    assert str(port) == text
    assert port == Port.parse(text)
    assert hash(port) == hash(Port.parse(text))


def test_what_comes_to_the_same_is_the_same() -> None:
    assert Port.parse("TCP 80-80") == Port.parse("TCP 80")
    assert Port.parse("TCP 1-65535") == Port.parse("TCP")


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("tcp/443", "did you mean `TCP 443`?"),
        ("443/UDP", "did you mean `UDP 443`?"),
        ("443", "did you mean `TCP 443`?"),
        ("TCP:443", "did you mean `TCP 443`?"),
        ("TCP 0", "ports are 1 to 65535, the lower one first"),
        ("TCP 9-3", "ports are 1 to 65535, the lower one first"),
        ("TCP 443 ", "did you mean `TCP 443`?"),
        ("TCP a--b", "write `TCP 443`, `UDP 8000-8100` or `TCP http`"),
        ("TCP ١", "write `TCP 443`, `UDP 8000-8100`, `TCP http`, `TCP` for all of its ports, or `any`"),
        ("", "write `TCP 443`, `UDP 8000-8100`, `TCP http`, `TCP` for all of its ports, or `any`"),
        ("  / ", "write `TCP 443`, `UDP 8000-8100`, `TCP http`, `TCP` for all of its ports, or `any`"),
    ],
)
def test_what_is_no_port_is_told_how_to_mend(text: str, hint: str) -> None:
    with pytest.raises(WordError) as caught:
        Port.parse(text)
    assert caught.value.hint == hint


@pytest.mark.parametrize(
    "text", ["10.0.0.1/8", "10.0.0.0", "10.0.0.0/33", "2001:db8::1/32", "a", "10.0.0.0/255.0.0.0", ""]
)
def test_what_is_no_range(text: str) -> None:
    with pytest.raises(WordError):
        Cidr.parse(text)


@pytest.mark.parametrize(
    "text", ["API.example.com", "example.com.", "*", "*.", "a..b.com", "a.*.com", "localhost", "1.2.3.4"]
)
def test_what_is_no_host(text: str) -> None:
    with pytest.raises(WordError):
        HostName.parse(text)


def test_an_end_is_told_as_it_was_written() -> None:
    assert str(Endpoint(zone="public")) == "public"
    made = baseline_of({"network": {"zones": {"a": {"match": {"namespace": "a"}}}, "flows": [
        {"from": {"zone": "a", "name": "x*", "labels": {"k": "v"}}, "to": ["*/b", "a"], "ports": "any", "reason": "r"}
    ]}})  # fmt: skip
    (row,) = made.network.flows
    assert str(row) == "{zone: a, name: x*, labels: {k: v}} to */b and a on any"
    assert (row.at.file, row.at.path) == ("hardstand.yaml", ("network", "flows", 0))
    assert [str(one) for one in row.to[0].matching.namespace] == ["*"]


def test_without_a_word_the_resolvers_are_those_of_the_cluster_and_there_is_no_table() -> None:
    network = baseline_of({"name": "a"}).network
    assert not network.declared
    assert [str(one) for one in network.dns.to] == ["{namespace: kube-system, labels: {k8s-app: kube-dns}}"]
    assert [str(one) for one in network.dns.ports] == ["UDP 53", "TCP 53"]
    assert (network.budget, network.cni) == (None, None)


PARENT: dict[str, Any] = {
    "network": {
        "zones": {"web": {"match": {"namespace": "web"}}},
        "flows": [{"from": "internet", "to": "web", "ports": "TCP 443", "reason": "customers"}],
        "alerts": {"budget": 5},
        "cni": "calico",
    }
}


def test_rows_of_several_files_add_up() -> None:
    child = {
        "extends": "base.yaml",
        "network": {
            "zones": {"mine": {"match": {"namespace": "mine"}}},
            "outside": {"there": {"cidrs": "192.0.2.0/24"}},
            "flows": [{"from": "mine", "to": ["mine", "there", "internet"], "ports": "TCP 443", "reason": "its own"}],
            "alerts": {"budget": 9},
            "cni": "calico",
        },
    }
    network = baseline_of(child, base=PARENT).network
    assert list(network.zones) == ["web", "mine"]
    assert [row.at.file for row in network.flows] == ["base.yaml", "hardstand.yaml"]
    assert (network.budget, network.cni) == (9, "calico")
