"""A control plane: five processes in one folder, brought up in order and taken down together."""

import ssl
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

from tests.cluster import arguments
from tests.cluster.arguments import ADMINS, Plan
from tests.cluster.finding import Programs
from tests.cluster.options import Options
from tests.cluster.processes import Ports, Process, stop_all
from tests.cluster.waiting import eventually

ARGUMENTS: dict[str, Callable[[Plan], dict[str, str]]] = {
    "etcd": arguments.etcd,
    "kube-apiserver": arguments.api_server,
    "kube-controller-manager": arguments.controller_manager,
    "kube-scheduler": arguments.scheduler,
    "kwok": arguments.kwok,
}


class ControlPlane:
    """The processes of one cluster. Only the process that made it may start and stop them."""

    def __init__(self, folder: Path, options: Options, programs: Programs) -> None:
        self.options = options
        self._ports = Ports()
        self.plan = Plan.made(folder, options, self._ports)
        self.kubeconfig = self.plan.kubeconfig("admin", "admin", ADMINS)
        unwanted = set() if options.controllers else {"kube-controller-manager"}
        unwanted |= set() if options.scheduler else {"kube-scheduler"}
        self.processes = {
            name: Process(name, [*programs[name], *_flags(told(self.plan))], folder)
            for name, told in ARGUMENTS.items()
            if name in programs and name not in unwanted
        }
        self._trust = ssl.create_default_context(cafile=str(self.plan.authority.pair.certificate))
        self._trust.load_cert_chain(self.plan.authority.folder / "admin.crt", self.plan.authority.folder / "admin.key")

    def start(self) -> float:
        """Bring all up, and give the seconds that it took. RuntimeError with the log of what did not come up."""
        begin = time.monotonic()
        for name in ("etcd", "kube-apiserver"):
            self.processes[name].start()
        self._await_api_server()
        for name, process in self.processes.items():
            if name not in ("etcd", "kube-apiserver"):
                process.start()
        return time.monotonic() - begin

    def stop(self) -> None:
        """Take all down."""
        stop_all(list(self.processes.values()))

    def start_one(self, name: str) -> None:
        """Start a program again. Of the API server, until it is ready. KeyError where the cluster has none such."""
        self.processes[name].start()
        if name == "kube-apiserver":
            self._await_api_server()

    def stop_one(self, name: str, kill: bool) -> None:
        """Stop a program: politely, or as a crash would."""
        self.processes[name].stop(kill)

    @property
    def memory(self) -> dict[str, int]:
        """The resident bytes of each program now."""
        return {name: process.memory for name, process in self.processes.items()}

    def _await_api_server(self) -> None:
        eventually(self._ready, "the API server to be ready")

    def _ready(self) -> bool:
        for name in ("etcd", "kube-apiserver"):
            if not self.processes[name].alive:
                raise RuntimeError(f"{name} ended while starting; its last words:\n{self.processes[name].tail()}")
        with urllib.request.urlopen(f"{self.plan.url}/readyz", context=self._trust, timeout=5) as answer:
            return bool(answer.status == 200)


def _flags(told: dict[str, str]) -> list[str]:
    return [f"--{name}={value}" for name, value in told.items()]
