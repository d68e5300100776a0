"""Steps of escalation performed on a real API server: with the grants that they need they work, without any one not."""

import base64
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from hardstand.analysis.escalation.graph import ADMIN, Node
from tests.analysis.escalation.staging import RBAC, Actor, Right, Stage
from tests.cluster.handle import Cluster
from tests.cluster.options import Options
from tests.cluster.waiting import eventually

CERTIFICATES = "certificates.k8s.io"
ALL = {"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}
PRIVILEGED = {"containers": [{"name": "app", "image": "a", "securityContext": {"privileged": True}}]}


@pytest.fixture
def stage(cluster: Cluster, namespace: str) -> Iterator[Stage]:
    one = Stage(cluster, namespace)
    yield one
    for actor in one.actors:
        actor.leave()


def object_of(version: str, kind: str, name: str, namespace: str | None = None, **rest: Any) -> dict[str, Any]:
    metadata = {"name": name, **({"namespace": namespace} if namespace else {})}
    return {"apiVersion": version, "kind": kind, "metadata": metadata, **rest}


def binding(one: Actor, role: str, kind: str = "ClusterRole", namespace: str | None = None) -> dict[str, Any]:
    """A binding of a role to the actor, that nobody has made yet."""
    return object_of(
        f"{RBAC}/v1",
        "RoleBinding" if namespace else "ClusterRoleBinding",
        f"{one.user}-own",
        namespace,
        roleRef={"apiGroup": RBAC, "kind": kind, "name": role},
        subjects=[{"kind": "User", "apiGroup": RBAC, "name": one.user}],
    )


def create(one: Actor, made: dict[str, Any]) -> Any:
    return one.tries("create", "-f", "-", "--validate=false", input=json.dumps(made))


def test_token_request(stage: Stage) -> None:
    stage.cluster.kubectl("create", "serviceaccount", "ops", "-n", stage.namespace)
    stage.play(
        [Right("create", "serviceaccounts/token", name="ops")],
        lambda one: one.tries("create", "token", "ops", "-n", stage.namespace),
        "token-request",
        Node("serviceaccount", stage.namespace, "ops"),
        [object_of("v1", "ServiceAccount", "ops", stage.namespace)],
    )


def test_a_pod_runs_as_any_account_and_with_any_secret(stage: Stage) -> None:
    home = stage.namespace
    stage.cluster.kubectl("create", "serviceaccount", "ops", "-n", home)
    spec = {
        "serviceAccountName": "ops",
        "containers": [{"name": "app", "image": "a"}],
        "volumes": [{"name": "all", "secret": {"secretName": "theirs"}}],
    }
    stage.play(
        [Right("create", "pods")],
        lambda one: create(one, object_of("v1", "Pod", f"{one.user}-pod", home, spec=spec)),
        "create-pods",
        Node("serviceaccount", home, "ops"),
        [object_of("v1", "ServiceAccount", "ops", home)],
    )


def test_the_command_line_tells_the_path_of_the_cluster(stage: Stage, tmp_path: Path) -> None:
    one = stage.actor()
    command = [
        sys.executable,
        "-m",
        "hardstand",
        "rbac",
        "paths",
        "--cluster",
        "--kubeconfig",
        str(stage.cluster.kubeconfig),
    ]
    command += ["--from", f"user:{one.user}"]

    def told() -> "subprocess.CompletedProcess[str]":
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=110)

    before = told()
    assert (before.stdout, before.returncode) == ("no path to cluster-admin\n", 0), before.stderr
    one.give(Right("bind", "clusterroles", RBAC, "cluster-admin", everywhere=True))
    one.give(Right("create", "clusterrolebindings", RBAC, everywhere=True))
    after = told()
    assert f"path from User {one.user} to cluster-admin: 1 step\n" in after.stdout
    assert "[bind-everywhere]" in after.stdout
    assert after.returncode == 1


def test_a_cluster_as_kubernetes_makes_it_has_no_path_but_of_its_own(
    own_cluster: Callable[[Options], Cluster], tmp_path: Path
) -> None:
    cluster = own_cluster(Options())
    command = [sys.executable, "-m", "hardstand", "rbac", "paths", "--cluster", "--kubeconfig", str(cluster.kubeconfig)]
    for target in ("cluster-admin", "node", "secrets"):
        done = subprocess.run(
            [*command, "--to", target], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=110
        )
        assert (done.stdout, done.returncode) == (f"no path to {target}\n", 0), done.stderr
    manager = subprocess.run(
        [*command, "--from", "user:system:kube-controller-manager"],
        cwd=tmp_path, capture_output=True, text=True, check=False, timeout=110,
    )  # fmt: skip
    assert manager.returncode == 1
    assert "[escalate-clusterrole]" in manager.stdout


def test_bind_everywhere(stage: Stage) -> None:
    def attempt(one: Actor) -> Any:
        made = binding(one, "cluster-admin")
        done = create(one, made)
        stage.cluster.kubectl("delete", "clusterrolebinding", made["metadata"]["name"], "--ignore-not-found")
        return done

    rights = [
        Right("bind", "clusterroles", RBAC, "cluster-admin", everywhere=True),
        Right("create", "clusterrolebindings", RBAC, everywhere=True),
    ]
    stage.play(rights, attempt, "bind-everywhere", ADMIN)


def test_bind_in_a_namespace_takes_a_right_in_that_namespace_only(stage: Stage) -> None:
    home = stage.namespace
    rights = [Right("bind", "clusterroles", RBAC, "cluster-admin"), Right("create", "rolebindings", RBAC)]
    one = stage.play(
        rights,
        lambda one: create(one, binding(one, "cluster-admin", namespace=home)),
        "bind-in-namespace",
        Node("everything", home),
    )
    eventually(lambda: one.allowed("delete", "secrets", namespace=home), "the binding to count")
    assert not one.allowed("delete", "secrets")


def test_who_may_change_a_binding_needs_bind_to_add_themselves(stage: Stage) -> None:
    home = stage.namespace
    role = object_of(f"{RBAC}/v1", "Role", "tokens", home, rules=[ALL])
    given = object_of(
        f"{RBAC}/v1", "RoleBinding", "tokens", home,
        roleRef={"apiGroup": RBAC, "kind": "Role", "name": "tokens"},
        subjects=[{"kind": "User", "apiGroup": RBAC, "name": "nobody"}],
    )  # fmt: skip
    stage.cluster.apply(role, given)

    def attempt(one: Actor) -> Any:
        subjects = [{"kind": "User", "apiGroup": RBAC, "name": one.user}]
        patch = json.dumps({"subjects": subjects})
        done = one.tries("patch", "rolebinding", "tokens", "-n", home, "--type=merge", "-p", patch)
        stage.cluster.apply(given)
        return done

    stage.play(
        # kubectl reads what it patches.
        [Right("bind", "roles", RBAC, "tokens"), Right("patch", "rolebindings", RBAC, "tokens")],
        _after_reading(attempt, "rolebindings", "tokens"),
        "join-binding",
        Node("holder", home, "Role/tokens"),
        [role, given],
    )


def _after_reading(attempt: Any, resource: str, name: str) -> Any:
    """The attempt of somebody who may read it too, which is no part of the step: kubectl reads what it patches."""

    def done(one: Actor) -> Any:
        one.give(Right("get", resource, RBAC, name, everywhere=resource.startswith("cluster")))
        return attempt(one)

    return done


def test_escalate(stage: Stage) -> None:
    def attempt(one: Actor) -> Any:
        role = one.objects[0]["metadata"]["name"]
        patch = json.dumps({"rules": [ALL]})
        return one.tries("patch", "clusterrole", role, "--type=merge", "-p", patch)

    rights = [
        Right("escalate", "clusterroles", RBAC, everywhere=True),
        Right("patch", "clusterroles", RBAC, everywhere=True),
    ]

    def reading(one: Actor) -> Any:
        one.give(Right("get", "clusterroles", RBAC, everywhere=True))
        return attempt(one)

    one = stage.play(rights, reading, "escalate-clusterrole", ADMIN)
    eventually(lambda: one.allowed("delete", "nodes"), "the role to count")


def test_escalate_by_name_is_no_right_to_create(stage: Stage) -> None:
    one = stage.actor()
    name = f"{one.user}-own"
    one.give(Right("escalate", "clusterroles", RBAC, name, everywhere=True))
    one.give(Right("create", "clusterroles", RBAC, everywhere=True))
    refused = create(one, object_of(f"{RBAC}/v1", "ClusterRole", name, rules=[ALL]))
    assert "attempting to grant RBAC permissions not currently held" in refused.stderr


def test_aggregation_labels(stage: Stage) -> None:
    label = f"example.com/{stage.namespace}"
    made = object_of(
        f"{RBAC}/v1", "ClusterRole", f"{stage.namespace}-all", rules=[],
        aggregationRule={"clusterRoleSelectors": [{"matchLabels": {label: "true"}}]},
    )  # fmt: skip

    def attempt(one: Actor) -> Any:
        own = object_of(f"{RBAC}/v1", "ClusterRole", f"{one.user}-own", rules=[ALL])
        own["metadata"]["labels"] = {label: "true"}
        one.bind(made, {"name": f"{one.user}-held"})
        done = create(one, own)
        if done.returncode == 0:
            eventually(lambda: one.allowed("delete", "nodes"), "the rules to be taken over")
        stage.cluster.kubectl("delete", "clusterrole", f"{one.user}-own", "--ignore-not-found")
        eventually(lambda: not one.allowed("delete", "nodes"), "the rules to be gone")
        return done

    rights = [
        Right("escalate", "clusterroles", RBAC, everywhere=True),
        Right("create", "clusterroles", RBAC, everywhere=True),
    ]
    stage.play(rights, attempt, "aggregation-label", ADMIN)


def test_labels_alone_of_a_role_that_holds_more_are_refused(stage: Stage) -> None:
    one = stage.actor()
    role = object_of(f"{RBAC}/v1", "ClusterRole", f"{one.user}-strong", rules=[ALL])
    stage.cluster.apply(role)
    try:
        for verb in ("get", "patch"):
            one.give(Right(verb, "clusterroles", RBAC, role["metadata"]["name"], everywhere=True))
        refused = one.tries("label", "clusterrole", role["metadata"]["name"], "example.com/any=true")
        assert "attempting to grant RBAC permissions not currently held" in refused.stderr
        assert ADMIN not in one.graph([role]).reachable([one.node])
    finally:
        stage.cluster.kubectl("delete", "clusterrole", role["metadata"]["name"])


def test_impersonating_a_user(stage: Stage) -> None:
    other = stage.actor()
    other.give(Right("list", "nodes", everywhere=True))
    stage.play(
        [Right("impersonate", "users", name=other.user, everywhere=True)],
        lambda one: one.tries("get", "nodes", f"--as={other.user}"),
        "impersonate-user",
        Node("user", "", other.user),
    )


def test_a_group_is_impersonated_by_whoever_may_impersonate_a_user_too(stage: Stage) -> None:
    rights = [
        Right("impersonate", "groups", name="system:masters", everywhere=True),
        Right("impersonate", "users", name="nobody", everywhere=True),
    ]
    stage.play(
        rights,
        lambda one: one.tries("get", "nodes", "--as=nobody", "--as-group=system:masters"),
        "impersonate-group",
        ADMIN,
    )


def test_a_secret_for_a_token_is_filled(stage: Stage) -> None:
    home = stage.namespace
    stage.cluster.kubectl("create", "serviceaccount", "ops", "-n", home)

    def attempt(one: Actor) -> Any:
        made = object_of("v1", "Secret", f"{one.user}-token", home, type="kubernetes.io/service-account-token")
        made["metadata"]["annotations"] = {"kubernetes.io/service-account.name": "ops"}
        done = create(one, made)
        if done.returncode:
            return done
        read = one.tries("get", "secret", f"{one.user}-token", "-n", home)
        if read.returncode == 0:
            where = ("get", "secret", f"{one.user}-token", "-n", home, "-o", "jsonpath={.data.token}")
            token = eventually(lambda: one.tries(*where).stdout, "the token")
            assert base64.b64decode(token).count(b".") == 2
        return read

    stage.play(
        [Right("create", "secrets"), Right("get", "secrets")],
        attempt,
        "make-token-secret",
        Node("serviceaccount", home, "ops"),
        [object_of("v1", "ServiceAccount", "ops", home)],
    )


def test_relabelling_a_namespace_by_a_binding_in_it(stage: Stage) -> None:
    home, level = stage.namespace, "pod-security.kubernetes.io/enforce"
    labelled = object_of("v1", "Namespace", home)
    labelled["metadata"]["labels"] = {level: "restricted"}
    stage.cluster.apply(labelled)

    def attempt(one: Actor) -> Any:
        one.give(Right("get", "namespaces", name=home))
        taken = one.tries("label", "namespace", home, f"{level}-")
        done = create(one, object_of("v1", "Pod", f"{one.user}-pod", home, spec=PRIVILEGED))
        stage.cluster.kubectl("label", "namespace", home, f"{level}=restricted", "--overwrite")
        return taken if taken.returncode else done

    rights = [Right("patch", "namespaces", name=home), Right("create", "pods")]
    stage.play(rights, attempt, "relabel-namespace", Node("node"), [labelled])


def test_a_certificate_for_somebody_else(stage: Stage, openssl: Any) -> None:
    signer = "kubernetes.io/kube-apiserver-client"
    other = stage.actor()
    other.give(Right("list", "nodes", everywhere=True))

    def attempt(one: Actor) -> Any:
        spec = {"request": openssl(other.user), "signerName": signer, "usages": ["client auth"]}
        name = f"{one.user}-csr"
        made = create(one, object_of(f"{CERTIFICATES}/v1", "CertificateSigningRequest", name, spec=spec))
        if made.returncode:
            return made
        try:
            return _approve(one, name)
        finally:
            stage.cluster.kubectl("delete", "csr", name)

    rights = [
        Right("create", "certificatesigningrequests", CERTIFICATES, everywhere=True),
        Right("update", "certificatesigningrequests/approval", CERTIFICATES, everywhere=True),
        Right("approve", "signers", CERTIFICATES, signer, everywhere=True),
    ]
    stage.play(rights, attempt, "approve-certificate", Node("user", "", other.user), [*other.objects])


def _approve(one: Actor, name: str) -> Any:
    one.give(Right("get", "certificatesigningrequests", CERTIFICATES, everywhere=True))
    done = one.tries("certificate", "approve", name)
    if done.returncode == 0:
        where = ("get", "csr", name, "-o", "jsonpath={.status.certificate}")
        assert b"CERTIFICATE" in base64.b64decode(eventually(lambda: one.tries(*where).stdout, "the certificate"))
    return done


@pytest.fixture
def openssl() -> Any:
    """A request for a certificate of somebody, as a CertificateSigningRequest has it."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    def made(user: str) -> str:
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, user)])
        key = ec.generate_private_key(ec.SECP256R1())
        request = x509.CertificateSigningRequestBuilder().subject_name(subject).sign(key, hashes.SHA256())
        return base64.b64encode(request.public_bytes(serialization.Encoding.PEM)).decode()

    return made
