"""From where a workload can be reached: the table beside this file, and what must hold of any world."""

import random
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from hardstand.analysis.exposure import EXPOSURE_READS, Exposed
from hardstand.analysis.inferred import Inferred
from hardstand.inventory.views.workload import Workload
from hardstand.model.tier import Exposure
from tests.analysis.objects import as_objects, world

CASES = yaml.safe_load((Path(__file__).parent / "exposure.yaml").read_text())["cases"]
LABELS = {"app": "web", "tier": "front"}


def judged(around: list[dict[str, Any]], whole: dict[str, Any] | None = None) -> Inferred[Exposure]:
    whole = whole or deployment({"containers": [{"name": "app"}]})
    neighbours = world([one for value in around for one in as_objects(value)], EXPOSURE_READS)
    workload = Workload(as_objects(whole)[0])
    return Exposed(neighbours).of(workload.namespace, LABELS, workload)


def deployment(pod: dict[str, Any]) -> dict[str, Any]:
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web", "namespace": "shop"},
        "spec": {"template": {"metadata": {"labels": LABELS}, "spec": pod}},
    }


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_exposure(case: dict[str, Any]) -> None:
    whole = case.get("object") or (deployment(case["pod"]) if "pod" in case else None)
    found = judged(case.get("around", []), whole)
    assert (found.value.word, list(found.because)) == (case["value"], case["because"])


NAMES = st.sampled_from(["web", "api", "lb"])
SPACES = st.sampled_from(["shop", "edge"])
SELECTORS = st.dictionaries(st.sampled_from(["app", "tier", "x"]), st.sampled_from(["web", "front"]), max_size=2)
ODD = st.none() | st.booleans() | st.integers(0, 9) | st.lists(st.none(), max_size=1)


def made(kind: str, api_version: str, spec: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    metadata = st.fixed_dictionaries({"name": NAMES, "namespace": SPACES})
    fixed = {"apiVersion": st.just(api_version), "kind": st.just(kind), "metadata": metadata, "spec": spec}
    return st.fixed_dictionaries(fixed)


SERVICES = made(
    "Service",
    "v1",
    st.fixed_dictionaries(
        {"selector": SELECTORS | ODD},
        optional={
            "type": st.sampled_from(["ClusterIP", "NodePort", "LoadBalancer", "ExternalName"]) | ODD,
            "clusterIP": st.sampled_from(["None", "10.0.0.1"]),
            "externalName": st.builds("{}.{}.svc.cluster.local".format, NAMES, SPACES) | ODD,
            "externalIPs": st.lists(st.sampled_from(["10.1.1.1", "203.0.113.1"]), max_size=2) | ODD,
            "loadBalancerSourceRanges": st.lists(st.sampled_from(["10.0.0.0/8", "0.0.0.0/0"]), max_size=2) | ODD,
        },
    ),
)
BACKEND = st.fixed_dictionaries({"service": st.fixed_dictionaries({"name": NAMES | ODD})})
INGRESSES = made(
    "Ingress",
    "networking.k8s.io/v1",
    st.fixed_dictionaries(
        {},
        optional={
            "defaultBackend": BACKEND | ODD,
            "ingressClassName": st.sampled_from(["nginx", "nginx-internal"]) | ODD,
            "rules": st.lists(
                st.fixed_dictionaries(
                    {
                        "host": st.sampled_from(["a.example.com", "a.lan"]) | ODD,
                        "http": st.fixed_dictionaries(
                            {"paths": st.lists(st.fixed_dictionaries({"backend": BACKEND}) | ODD, max_size=2)}
                        ),
                    }
                )
                | ODD,
                max_size=2,
            )
            | ODD,
        },
    ),
)
ROUTES = made(
    "HTTPRoute",
    "gateway.networking.k8s.io/v1",
    st.fixed_dictionaries(
        {
            "parentRefs": st.lists(st.fixed_dictionaries({"name": NAMES | ODD, "namespace": SPACES}), max_size=2),
            "rules": st.lists(
                st.fixed_dictionaries(
                    {"backendRefs": st.lists(st.fixed_dictionaries({"name": NAMES, "namespace": SPACES}), max_size=2)}
                ),
                max_size=2,
            )
            | ODD,
        },
        optional={"hostnames": st.lists(st.sampled_from(["a.example.com", "a.lan"]), max_size=2) | ODD},
    ),
)
GATEWAYS = made(
    "Gateway",
    "gateway.networking.k8s.io/v1",
    st.fixed_dictionaries(
        {
            "gatewayClassName": st.sampled_from(["cilium", "internal"]) | ODD,
            "listeners": st.lists(
                st.fixed_dictionaries(
                    {},
                    optional={
                        "hostname": st.sampled_from(["*.example.com", "a.lan"]) | ODD,
                        "allowedRoutes": st.just({"namespaces": {"from": "All"}}) | ODD,
                    },
                )
                | ODD,
                max_size=2,
            ),
        }
    ),
)
WORLDS = st.lists(SERVICES | INGRESSES | ROUTES | GATEWAYS, max_size=12)


@given(WORLDS, st.lists(SERVICES, max_size=4))
def test_more_services_never_lower_it(around: list[dict[str, Any]], more: list[dict[str, Any]]) -> None:
    assert judged(around + more).value >= judged(around).value


@given(WORLDS, st.randoms(use_true_random=False))
def test_the_order_of_the_input_does_not_matter(around: list[dict[str, Any]], rng: random.Random) -> None:
    shuffled = list(around)
    rng.shuffle(shuffled)
    assert judged(shuffled) == judged(around)


@given(WORLDS)
def test_there_are_one_to_three_reasons_for_every_answer(around: list[dict[str, Any]]) -> None:
    found = judged(around)
    assert 1 <= len(found.because) <= 3
    assert all(found.because)
    if found.value > Exposure.CLUSTER:
        assert "nothing in the input exposes it" not in found.because


def test_it_asks_only_the_services_that_share_a_rare_label() -> None:
    """A label that all share is not what selectors are kept under, or every workload would be held against each."""
    services = [
        {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": {"name": f"s{at}", "namespace": "shop"},
            "spec": {"type": "NodePort", "selector": {"a-part-of": "shop", "name": f"s{at}"}},
        }
        for at in range(200)
    ]
    exposed = Exposed(world([one for value in services for one in as_objects(value)], EXPOSURE_READS))
    assert max(len(group) for group in exposed._under.values()) == 1
    workload = Workload(as_objects(deployment({"containers": []}))[0])
    found = exposed.of("shop", {"a-part-of": "shop", "name": "s7"}, workload)
    assert found.because == ("Service shop/s7 opens a port on every node and selects it",)
