"""What falls with a workload, in estates whose numbers are worked out by hand in the tests."""

from tests.analysis.blast.boarding import boarded, counted, part_of, radius_of

WEB = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      automountServiceAccountToken: false
      containers: [{name: web, image: web, ports: [{containerPort: 8080}]}]
---
"""
DB = """\
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db, namespace: shop, annotations: {hardstand.dev/data: restricted}}
spec:
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec:
      automountServiceAccountToken: false
      containers:
      - name: db
        image: db
        ports: [{containerPort: 5432}]
        env: [{name: PASSWORD, valueFrom: {secretKeyRef: {name: db-password, key: password}}}]
---
"""
SHUT = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: shut, namespace: shop}
spec: {podSelector: {}, policyTypes: [Ingress, Egress]}
---
"""


def opened(ports: str) -> str:
    """The web workload may call the database, at these ports; and nothing else is allowed."""
    return f"""{SHUT}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {{name: out, namespace: shop}}
spec:
  podSelector: {{matchLabels: {{app: web}}}}
  policyTypes: [Egress]
  egress: [{{to: [{{podSelector: {{matchLabels: {{app: db}}}}}}], ports: {ports}}}]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {{name: in, namespace: shop}}
spec:
  podSelector: {{matchLabels: {{app: db}}}}
  policyTypes: [Ingress]
  ingress: [{{from: [{{podSelector: {{matchLabels: {{app: web}}}}}}], ports: {ports}}}]
---
"""


def role(account: str, rules: str, name: str = "role") -> str:
    return f"""apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {{name: {name}, namespace: shop}}
rules: {rules}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {{name: {name}, namespace: shop}}
roleRef: {{apiGroup: rbac.authorization.k8s.io, kind: Role, name: {name}}}
subjects: [{{kind: ServiceAccount, name: {account}, namespace: shop}}]
---
"""


def test_what_is_shut_in_falls_alone() -> None:
    found = radius_of(boarded(WEB + DB + SHUT), "shop/Deployment/web")
    assert counted(found) == {"workload:shop/Deployment/web": 256, "data:shop/Deployment/web": 64}
    assert found.total == 320
    assert not found.doubts


def test_a_port_that_is_listened_at_leaves_an_eighth() -> None:
    found = radius_of(boarded(WEB + DB + opened("[{port: 5432}]")), "shop/Deployment/web")
    assert counted(found) == {
        "workload:shop/Deployment/web": 256,
        "data:shop/Deployment/web": 64,
        "workload:shop/StatefulSet/db": 32,  # 256 / 8
        "data:shop/StatefulSet/db": 256,  # restricted: 2048 / 8
        "secrets:shop/db-password": 32,  # 256 / 8
    }
    assert found.total == 256 + 64 + 32 + 256 + 32
    (hop,) = part_of(found, "workload:shop/StatefulSet/db").way
    assert hop.text == "reaches over the network (TCP 5432)"
    assert {data.word: count for data, count in found.classes.items()} == {"restricted": 1, "internal": 1}


def test_a_port_that_is_not_declared_leaves_less() -> None:
    found = radius_of(boarded(WEB + DB + opened("[{port: 9999}]")), "shop/Deployment/web")
    assert counted(found)["workload:shop/StatefulSet/db"] == 256 >> 5
    assert counted(found)["data:shop/StatefulSet/db"] == 2048 >> 5


def test_without_policies_the_outside_can_be_called() -> None:
    found = radius_of(boarded(WEB), "shop/Deployment/web")
    assert counted(found) == {
        "workload:shop/Deployment/web": 256,
        "data:shop/Deployment/web": 64,
        "outside:internet": 512,
        "outside:metadata": 1024 >> 3,
    }


def test_blocks_that_a_policy_names_are_destinations_of_their_own() -> None:
    policy = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: out, namespace: shop}
spec:
  podSelector: {}
  policyTypes: [Egress]
  egress: [{to: [{ipBlock: {cidr: 203.0.113.0/24}}, {ipBlock: {cidr: 10.0.0.0/8}}]}]
---
"""
    found = counted(radius_of(boarded(WEB + policy), "shop/Deployment/web"))
    assert {word: points for word, points in found.items() if word.startswith("outside")} == {
        "outside:203.0.113.0/24": 64,
        "outside:10.0.0.0/8": 64,
    }


def test_rights_lead_on_from_what_was_reached() -> None:
    """The token of the database reads all Secrets: 3 halvings to be in its pods, and 1 to read them."""
    rules = "[{apiGroups: [''], resources: [secrets], verbs: [list]}]"
    other = "apiVersion: v1\nkind: Secret\nmetadata: {name: other, namespace: shop}\n---\n"
    db = DB.replace("automountServiceAccountToken: false", "serviceAccountName: db")
    found = radius_of(boarded(WEB + db + other + opened("[{port: 5432}]") + role("db", rules)), "shop/Deployment/web")
    assert counted(found)["serviceaccount:shop/db"] == 64 >> 3
    assert counted(found)["secrets:shop/other"] == 256 >> 4
    assert counted(found)["secrets:shop/db-password"] == 256 >> 3  # It is in the pod already.
    one = part_of(found, "secrets:shop/other")
    assert one.hops == 2
    assert [hop.kind for hop in one.way] == ["calls", "mounted-token", "read-secrets", "includes"]
    assert [str(need) for hop in one.way for need in hop.needs] == [
        "RoleBinding shop/role gives Role shop/role to ServiceAccount shop/db"
    ]


def test_a_cheaper_way_wins() -> None:
    """Over the network the database is three halvings away; running a command in its pod takes one."""
    rules = "[{apiGroups: [''], resources: [pods/exec], verbs: [create]}]"
    web = WEB.replace("automountServiceAccountToken: false", "serviceAccountName: web")
    found = radius_of(boarded(web + DB + opened("[{port: 5432}]") + role("web", rules)), "shop/Deployment/web")
    assert counted(found)["workload:shop/StatefulSet/db"] == 256 >> 1
    assert part_of(found, "workload:shop/StatefulSet/db").way[1].kind == "exec"


def test_in_files_other_pods_are_perhaps_on_the_same_node() -> None:
    """Root of its node: one halving. What is beside it there: two more, since nobody knows where pods run."""
    web = WEB.replace("image: web,", "image: web, securityContext: {privileged: true},")
    found = counted(radius_of(boarded(web + DB + SHUT), "shop/Deployment/web"))
    assert found["node:(some)"] == 4096 >> 1
    assert found["workload:shop/StatefulSet/db"] == 256 >> 3
    assert found["secrets:shop/db-password"] == 256 >> 3


RUNNING = """\
apiVersion: v1
kind: Pod
metadata: {{name: {name}, namespace: shop, labels: {{app: {name}}}}}
spec:
  nodeName: {node}
  automountServiceAccountToken: false
  containers: [{{name: app, image: a, securityContext: {{privileged: {privileged}}}}}]
status: {{phase: Running, podIP: 10.0.0.{number}}}
---
"""


def test_in_a_cluster_the_pods_of_its_node_fall_with_it() -> None:
    pods = (("web", "one", "true", 1), ("near", "one", "false", 2), ("far", "two", "false", 3))
    text = "".join(
        RUNNING.format(name=name, node=node, privileged=privileged, number=number)
        for name, node, privileged, number in pods
    )
    found = counted(radius_of(boarded(text + SHUT, settled=True), "shop/Pod/web"))
    assert found["node:one"] == 4096 >> 1
    assert found["workload:shop/Pod/near"] == 256 >> 1
    assert "workload:shop/Pod/far" not in found
    assert "node:two" not in found


def test_pods_of_one_workload_fall_together() -> None:
    """What made them has its name in the answer, however many pods of it run, and on whichever nodes."""
    deployment = WEB.replace("image: web,", "image: web, securityContext: {privileged: true},")
    owned = "ownerReferences: [{apiVersion: apps/v1, kind: Deployment, name: web, uid: x, controller: true}]"
    pods = "".join(
        RUNNING.format(name=f"web-{number}", node=node, privileged="true", number=number).replace(
            "namespace: shop,", f"namespace: shop, {owned},"
        )
        for number, node in ((1, "one"), (2, "two"))
    )
    found = radius_of(boarded(deployment + pods + SHUT, settled=True), "shop/Deployment/web")
    assert counted(found) == {
        "workload:shop/Deployment/web": 256,
        "data:shop/Deployment/web": 64,
        "node:one": 4096 >> 1,
        "node:two": 4096 >> 1,
        "serviceaccount:shop/default": 64 >> 2,  # No pod has its token; the kubelets are given it all the same.
    }


def test_whoever_may_do_everything_has_everything() -> None:
    web = WEB.replace("automountServiceAccountToken: false", "serviceAccountName: web")
    admin = """\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: admin}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
subjects: [{kind: ServiceAccount, name: web, namespace: shop}]
---
"""
    found = counted(radius_of(boarded(web + DB + SHUT + admin), "shop/Deployment/web"))
    assert found == {
        "workload:shop/Deployment/web": 256,
        "data:shop/Deployment/web": 64,
        "serviceaccount:shop/web": 64,
        "cluster-admin": 32768 >> 1,
        "node:(some)": 4096 >> 1,
        "workload:shop/StatefulSet/db": 256 >> 1,
        "data:shop/StatefulSet/db": 2048 >> 1,
        "secrets:shop/db-password": 256 >> 1,
        "serviceaccount:shop/default": 64 >> 1,
    }


def test_hops_are_bounded() -> None:
    board = boarded(WEB + DB + opened("[{port: 5432}]"))
    assert radius_of(board, "shop/Deployment/web", most_hops=1).total == 640
    rules = "[{apiGroups: [''], resources: [pods/exec], verbs: [create]}]"
    db = DB.replace("automountServiceAccountToken: false", "serviceAccountName: db")
    third = DB.replace("name: db", "name: log").replace("app: db", "app: log")
    board = boarded(WEB + db + third + opened("[{port: 5432}]") + role("db", rules))
    assert "workload:shop/StatefulSet/log" not in counted(radius_of(board, "shop/Deployment/web", most_hops=1))
    assert counted(radius_of(board, "shop/Deployment/web", most_hops=2))["workload:shop/StatefulSet/log"] == 256 >> 4


def test_what_could_not_be_read_is_told() -> None:
    broken = WEB.replace("name: web, namespace", "name: other, namespace").replace(
        "{app: web}}\n    spec", "[]}\n    spec"
    )
    found = radius_of(boarded(WEB + broken + SHUT), "shop/Deployment/web")
    assert any("other" in doubt for doubt in found.doubts)


def test_the_policies_of_a_nodes_network_are_a_doubt() -> None:
    """A pod on its node's network always reaches the pods of that node; which those are no manifest shows."""
    web = WEB.replace(
        "automountServiceAccountToken: false", "automountServiceAccountToken: false\n      hostNetwork: true"
    )
    found = radius_of(boarded(web + DB + SHUT), "shop/Deployment/web")
    assert "workload:shop/StatefulSet/db" not in counted(found)
    assert "whether Deployment shop/web may call StatefulSet shop/db cannot be told from the policies" in found.doubts


def test_names_that_no_server_takes_are_names_all_the_same() -> None:
    """In files anything may be called anything; what looks like a place on a node is a workload here."""
    found = radius_of(
        boarded(WEB.replace("name: web, namespace", "name: 'web@one', namespace") + SHUT), "shop/Deployment/web@one"
    )
    assert found.total == 256 + 64
