"""A stage on a real API server: somebody with a few grants, who tries what steps say that one may."""

import json
import subprocess
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from hardstand.analysis.escalation.graph import Graph, Node
from tests.analysis.escalation.picturing import graphed
from tests.analysis.objects import as_objects
from tests.cluster.handle import Cluster
from tests.cluster.waiting import eventually

RBAC = "rbac.authorization.k8s.io"
_NUMBER = count()


@dataclass(frozen=True)
class Right:
    """One grant: a role of one rule, and a binding of it, in the test's namespace or everywhere."""

    verb: str
    resource: str
    group: str = ""
    name: str = ""
    everywhere: bool = False


@dataclass
class Actor:
    """Somebody new, who was given nothing yet."""

    cluster: Cluster
    namespace: str
    user: str
    objects: list[dict[str, Any]] = field(default_factory=list)

    def give(self, right: Right) -> None:
        """Grant it, and come back when the API server knows."""
        name = f"{self.user}-{len(self.objects)}"
        kind = "ClusterRole" if right.everywhere else "Role"
        metadata = {"name": name} if right.everywhere else {"name": name, "namespace": self.namespace}
        rule = {"apiGroups": [right.group], "resources": [right.resource], "verbs": [right.verb]}
        if right.name:
            rule["resourceNames"] = [right.name]
        role = {"apiVersion": f"{RBAC}/v1", "kind": kind, "metadata": metadata, "rules": [rule]}
        self.bind(role, metadata)
        eventually(lambda: self.may(right), f"{right} to be granted")

    def bind(self, role: dict[str, Any], metadata: dict[str, str]) -> None:
        """Make a role, and bind it to the actor."""
        binding = {
            "apiVersion": f"{RBAC}/v1",
            "kind": f"{role['kind']}Binding",
            "metadata": metadata,
            "roleRef": {"apiGroup": RBAC, "kind": role["kind"], "name": role["metadata"]["name"]},
            "subjects": [{"kind": "User", "apiGroup": RBAC, "name": self.user}],
        }
        self.objects += [role, binding]
        self.cluster.apply(role, binding)

    def may(self, right: Right) -> bool:
        """Whether the API server says so."""
        return self.allowed(
            right.verb, right.resource, right.group, right.name, "" if right.everywhere else self.namespace
        )

    def allowed(self, verb: str, resource: str, group: str = "", name: str = "", namespace: str = "") -> bool:
        """Whether the API server allows the actor a request."""
        plural, _, sub = resource.partition("/")
        about = {"verb": verb, "group": group, "resource": plural, "subresource": sub, "name": name}
        review = {
            "apiVersion": "authorization.k8s.io/v1",
            "kind": "SubjectAccessReview",
            "spec": {
                "user": self.user,
                "groups": ["system:authenticated"],
                "resourceAttributes": {**about, "namespace": namespace},
            },
        }
        done = self.cluster.kubectl("create", "-f", "-", "-o", "json", input=json.dumps(review))
        return bool(json.loads(done.stdout)["status"]["allowed"])

    def tries(self, *words: str, **how: Any) -> "subprocess.CompletedProcess[str]":
        """Run kubectl as the actor, who has really logged in."""
        return self.cluster.kubectl(*words, kubeconfig=self.cluster.kubeconfig_for(self.user), check=False, **how)

    def graph(self, around: Iterable[Mapping[str, Any]] = ()) -> Graph:
        """The graph of what the actor was given, beside other objects, as of a running cluster."""
        objects = [kube for one in (*self.objects, *around) for kube in as_objects(one)]
        return graphed(objects, settled=True, also=[self.node])

    @property
    def node(self) -> Node:
        return Node("user", "", self.user)

    def leave(self) -> None:
        """Take away what lies outside of the namespace."""
        for one in self.objects:
            if "namespace" not in one["metadata"]:
                kind, name = one["kind"].lower(), one["metadata"]["name"]
                self.cluster.kubectl("delete", kind, name, "--ignore-not-found")


Attempt = Callable[[Actor], "subprocess.CompletedProcess[str]"]


@dataclass(frozen=True)
class Stage:
    """A namespace of the cluster, with those who act in it."""

    cluster: Cluster
    namespace: str
    actors: list[Actor] = field(default_factory=list)

    def actor(self) -> Actor:
        """Somebody new."""
        one = Actor(self.cluster, self.namespace, f"{self.namespace}-{next(_NUMBER)}")
        self.actors.append(one)
        return one

    def play(
        self,
        rights: Sequence[Right],
        attempt: Attempt,
        kind: str,
        end: Node | Callable[[Actor], Node],
        around: Iterable[Mapping[str, Any]] = (),
    ) -> Actor:
        """Have somebody with all rights succeed, and for each right somebody without it fail; the graph says the same.

        Gives who succeeded.
        """
        around = list(around)
        for missing in (*rights, None):
            one = self.actor()
            for right in rights:
                if right is not missing:
                    one.give(right)
            done = attempt(one)
            target = end if isinstance(end, Node) else end(one)
            leads = target in one.graph(around).reachable([one.node])
            told = f"without {missing}: {done.stdout}{done.stderr}"
            if missing is not None:
                assert done.returncode != 0, told
                assert "forbidden" in done.stderr.lower(), told
                assert not leads, told
                continue
            assert done.returncode == 0, f"with everything: {done.stderr}"
            assert leads
            assert any(step.kind.id == kind for step in one.graph(around).steps)
        return self.actors[-1]
