"""A file that extends another cannot open what the other's table keeps shut, whatever it calls a zone."""

from pathlib import Path

import pytest

from tests.cli.test_net_check import net

ESTATE = """\
apiVersion: v1
kind: Pod
metadata: {name: db, namespace: shop, labels: {app: db}}
spec: {containers: [{name: c, image: registry.example/db}]}
---
apiVersion: v1
kind: Pod
metadata: {name: leaky, namespace: %(namespace)s, labels: {app: leaky}}
spec: {containers: [{name: c, image: registry.example/leaky}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: deny, namespace: shop}
spec: {podSelector: {}, policyTypes: [Ingress, Egress]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: deny, namespace: other}
spec: {podSelector: {}, policyTypes: [Ingress, Egress]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: leak, namespace: %(namespace)s}
spec:
  podSelector: {matchLabels: {app: leaky}}
  policyTypes: [Egress]
  egress: [{to: [{ipBlock: {cidr: 203.0.113.0/24}}]}]
"""
PARENT = """\
network:
  dns: {to: []}
  zones: {data: {match: {labels: {app: db}}}}
"""
CHILD = """\
extends: parent.yaml
network:
  zones: {mine: {match: {name: leaky}}}
  outside: {c2: {cidrs: [203.0.113.0/24]}}
  flows:
  - {from: mine, to: c2, ports: any, reason: x}
"""


@pytest.mark.parametrize(("namespace", "status"), [("shop", 2), ("other", 0)])
def test_a_row_about_pods_of_the_parents_namespaces_is_an_error(tmp_path: Path, namespace: str, status: int) -> None:
    (tmp_path / "e.yaml").write_text(ESTATE % {"namespace": namespace})
    (tmp_path / "parent.yaml").write_text(PARENT)
    (tmp_path / "hardstand.yaml").write_text(CHILD)
    done = net(tmp_path, "check", "e.yaml")
    assert done.returncode == status, done
    said = (
        "network.flows[0] (mine to c2 on any) at hardstand.yaml:6 opens `mine`, which lies in shop, and what is there "
        "may do what parent.yaml says alone: ask for it in parent.yaml"
    )
    assert (said in done.stderr) is (status == 2), done.stderr
    assert net(tmp_path, "generate", "e.yaml").returncode == status


def test_the_parent_itself_may_open_it(tmp_path: Path) -> None:
    (tmp_path / "e.yaml").write_text(ESTATE % {"namespace": "shop"})
    row = "  flows:\n  - {from: mine, to: c2, ports: any, reason: x}\n"
    own = "  zones: {data: {match: {labels: {app: db}}}, mine: {match: {name: leaky}}}\n"
    outside = "  outside: {c2: {cidrs: [203.0.113.0/24]}}\n"
    (tmp_path / "parent.yaml").write_text("network:\n  dns: {to: []}\n" + own + outside + row)
    (tmp_path / "hardstand.yaml").write_text("extends: parent.yaml\n")
    assert net(tmp_path, "check", "e.yaml").returncode == 0
