"""Networks for the tests of forms and pictures."""

from pathlib import Path

import yaml

from hardstand.analysis.reach.estate import Estate, estate_of
from hardstand.network.reaching.selecting import Selection
from tests.analysis.reach import random_estates
from tests.analysis.reach.asking import neighbours

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"


def network(text: str) -> Estate:
    """The network of manifests that are all there is."""
    return estate_of(neighbours(one for one in yaml.safe_load_all(text) if one))


def random_network(seed: int) -> Estate:
    """A small network of no order, with all that policies of Kubernetes can say."""
    return estate_of(neighbours(random_estates.estate(seed).objects))


def everything(text: str) -> Selection:
    """All edges of manifests."""
    return Selection(network(text))


def fifty() -> Selection:
    """The estate of the picture in the documentation."""
    return everything((PICTURES / "fifty-workloads.yaml").read_text(encoding="utf-8"))


def workload(name: str, namespace: str = "shop", more: str = "") -> str:
    """A Deployment of which the pods have the label `app`."""
    return (
        f"---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}, namespace: {namespace}}}\n"
        f"spec: {{template: {{metadata: {{labels: {{app: {name}}}}}, spec: {{containers: [{{name: c}}]{more}}}}}}}\n"
    )


def policy(name: str, spec: str, namespace: str = "shop") -> str:
    """A network policy; `spec` in flow style."""
    return (
        "---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n"
        f"metadata: {{name: {name}, namespace: {namespace}}}\nspec: {spec}\n"
    )
