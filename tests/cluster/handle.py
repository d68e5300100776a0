"""A cluster as tests use it."""

import json
import os
import re
import shutil
import socket
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.cluster import kubeconfigs
from tests.cluster.building import NotAvailableError
from tests.cluster.certificates import Authority
from tests.cluster.finding import programs
from tests.cluster.waiting import eventually


@dataclass(frozen=True, slots=True)
class Cluster:
    """A running cluster. It can be pickled: any process of the machine may use it.

    `programs` are those that it is made of; it is empty for a cluster that was there before, of which nothing can be
    restarted and whose files are not ours to read.
    """

    directory: Path
    kubeconfig: Path
    url: str
    programs: frozenset[str]
    kubectl_command: tuple[str, ...]
    audit_log: Path | None = None
    seconds: float = 0.0
    """How long it took to start."""
    shared: bool = False
    """Whether others use it at the same time: then nobody may stop what it is made of."""

    @classmethod
    def of(cls, folder: Path, shared: bool = False) -> "Cluster":
        """The cluster that a keeper keeps in a folder."""
        told = json.loads((folder / "cluster.json").read_text())
        return cls(
            folder,
            Path(told["kubeconfig"]),
            told["url"],
            frozenset(told["programs"]),
            tuple(programs()["kubectl"]),
            Path(told["audit_log"]),
            told["seconds"],
            shared,
        )

    @classmethod
    def found(cls, kubeconfig: Path, folder: Path) -> "Cluster":
        """The cluster of a kubeconfig, used as it is; `folder` is for our files. NotAvailableError without kubectl."""
        kubectl = shutil.which("kubectl")
        command = (kubectl,) if kubectl else tuple(programs()["kubectl"])
        told = _viewed(command, kubeconfig)
        return cls(folder, kubeconfig, told["clusters"][0]["cluster"]["server"], frozenset(), command)

    def kubectl(
        self,
        *arguments: str,
        input: str | bytes | None = None,  # noqa: A002 - named as subprocess names it
        check: bool = True,
        as_user: str | None = None,
        kubeconfig: Path | None = None,
    ) -> subprocess.CompletedProcess[str]:
        """Run kubectl as an admin, or as somebody else. AssertionError with its words when it fails, if `check`.

        `as_user` impersonates; `kubeconfig` (of `kubeconfig_for`) is for who really logs in.
        """
        command = [*self.kubectl_command, f"--kubeconfig={kubeconfig or self.kubeconfig}", *arguments]
        if as_user is not None:
            command.append(f"--as={as_user}")
        text = input.decode() if isinstance(input, bytes) else input
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.directory)}
        done = subprocess.run(command, input=text, capture_output=True, text=True, env=environment, check=False)
        assert not check or done.returncode == 0, f"kubectl {' '.join(arguments)}: {done.stderr or done.stdout}"
        return done

    def apply(
        self, *objects: dict[str, Any], namespace: str | None = None, **how: Any
    ) -> subprocess.CompletedProcess[str]:
        """Apply objects, in `namespace` where they name none; `how` as for `kubectl`."""
        listed = {"apiVersion": "v1", "kind": "List", "items": list(objects)}
        where = [f"--namespace={namespace}"] if namespace else []
        return self.kubectl("apply", *where, "-f", "-", input=json.dumps(listed), **how)

    def get(self, *arguments: str) -> Any:
        """What `kubectl get … -o json` prints, read."""
        return json.loads(self.kubectl("get", *arguments, "-o", "json").stdout)

    def kubeconfig_for(self, user: str, groups: Sequence[str] = ()) -> Path:
        """A kubeconfig by which one is `user`, in `groups`: by a certificate, or elsewhere by impersonation."""
        name = re.sub(r"[^\w.-]", "_", "+".join([user, *groups]))
        path = self.directory / f"user-{name}-{os.getpid()}.kubeconfig"
        if self.ours:
            authority = Authority(self.directory / "pki")
            user_by = kubeconfigs.by_certificate(authority.client(path.stem, user, groups))
            told = kubeconfigs.kubeconfig(self.url, authority.pair.certificate, user_by)
        else:
            told = kubeconfigs.acting_as(_viewed(self.kubectl_command, self.kubeconfig), user, groups)
        return kubeconfigs.write(path, told)

    @property
    def ours(self) -> bool:
        """Whether its processes and files are ours."""
        return bool(self.programs)

    def needs(self, *names: str) -> None:
        """NotAvailableError unless the cluster is made of these programs."""
        if lacking := [name for name in names if name not in self.programs]:
            raise NotAvailableError(f"this cluster gives no hold on {', '.join(lacking)}")

    def nodes(self, count: int) -> None:
        """See to it that `count` ready nodes `node-0` … are there, on which pods run (kwok plays the kubelets)."""
        self.needs("kwok")
        names = [f"node-{number}" for number in range(count)]
        # Several processes may do this at once, and `apply` of what is just being made fails.
        eventually(lambda: self.apply(*(_node(name) for name in names)).returncode == 0, "the nodes to be taken")
        wait = [f"node/{name}" for name in names]
        eventually(
            lambda: self.kubectl("wait", "--for=condition=Ready", "--timeout=20s", *wait).returncode == 0, "the nodes"
        )

    def settle(self, nodes: int) -> None:
        """Make a fresh cluster fit for tests: as many nodes as wanted, where kwok is there."""
        if "kwok" in self.programs and nodes:
            self.nodes(nodes)

    def namespace(self, name: str, labels: dict[str, str] | None = None) -> str:
        """Make a namespace, and come back when its default service account is there, without which no pod can be."""
        told = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels or {}}}
        self.apply(told)
        if self.ours and "kube-controller-manager" not in self.programs:
            account = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "default", "namespace": name}}
            self.apply(account)
        one = ("get", "serviceaccount/default", "-n", name)
        eventually(lambda: self.kubectl(*one, check=False).returncode == 0, f"the service account of {name}")
        return name

    def stop(self, program: str = "kube-apiserver", kill: bool = False) -> None:
        """Stop one of its programs, politely or as a crash would; it stays down until it is started."""
        assert not self.shared, "other tests use this cluster now: take one of your own from the fixture `own_cluster`"
        self.needs(program)
        self._ask(do="stop", program=program, kill=kill)

    def start(self, program: str = "kube-apiserver") -> None:
        """Start it again with the same arguments; of the API server, until it is ready."""
        self.needs(program)
        self._ask(do="start", program=program)

    def stop_apiserver(self, kill: bool = False) -> None:
        self.stop(kill=kill)

    def start_apiserver(self) -> None:
        self.start()

    def restart_apiserver(self, kill: bool = False) -> None:
        """Stop the API server and start it again; come back when it is ready."""
        self.stop(kill=kill)
        self.start()

    def memory(self) -> dict[str, int]:
        """The resident bytes of each program now."""
        told = self._ask(do="memory")
        assert isinstance(told, dict)
        return told

    def audited(self, **wanted: str | None) -> list[dict[str, Any]]:
        """The entries of the audit log with these values; a dot in a field's name is written as two underscores."""
        self.needs("kube-apiserver")
        assert self.audit_log is not None
        lines = self.audit_log.read_text().splitlines()
        return [entry for entry in map(json.loads, lines) if all(_at(entry, k) == v for k, v in wanted.items())]

    def _ask(self, **question: Any) -> object:
        with socket.socket(socket.AF_UNIX) as keeper:
            keeper.connect(str(self.directory / "ask"))
            keeper.sendall(json.dumps(question).encode() + b"\n")
            with keeper.makefile() as file:
                answer = json.loads(file.read())
        assert "failed" not in answer, answer["failed"]
        return answer["done"]


def _at(entry: dict[str, Any], field: str) -> object:
    value: Any = entry
    for step in field.split("__"):
        value = value.get(step) if isinstance(value, dict) else None
    return value


def _viewed(kubectl: Sequence[str], kubeconfig: Path) -> dict[str, Any]:
    command = [*kubectl, f"--kubeconfig={kubeconfig}", "config", "view", "--raw", "--minify", "--flatten", "-o", "json"]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return dict(json.loads(told))


def _node(name: str) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": name, "labels": {"kubernetes.io/hostname": name, "kubernetes.io/os": "linux"}},
        "status": {"allocatable": {"cpu": "32", "memory": "256Gi", "pods": "1000"}, "capacity": {"pods": "1000"}},
    }
