"""What runs on a host, read from /proc: from folders made like it, and from the processes of a real control plane."""

import json
import ssl
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from hardstand.cli.main import main
from hardstand.model.component import component_object
from hardstand.sources.cluster.configz import configured
from hardstand.sources.host import HostUnit, component_in
from hardstand.sources.interface import Page, Unreadable
from tests.cluster.handle import Cluster
from tests.components.judging import verdicts


class Proc:
    """A folder like /proc."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.root = folder / "files"
        self._count = 0
        (folder / "proc" / "self").mkdir(parents=True)
        (folder / "proc" / "meminfo").write_text("MemTotal: 1 kB\n")

    def run(self, *words: str, environment: Mapping[str, str] | None = None) -> None:
        self._count += 1
        process = self.folder / "proc" / str(100 + self._count)
        process.mkdir()
        (process / "cmdline").write_bytes(b"".join(word.encode("utf-8", "surrogateescape") + b"\0" for word in words))
        if environment is not None:
            (process / "environ").write_bytes(b"".join(f"{a}={b}".encode() + b"\0" for a, b in environment.items()))
        (process / "root").symlink_to(self.root)
        (process / "cwd").symlink_to(self.root)

    def write(self, path: str, text: str) -> None:
        target = self.root / path.lstrip("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")

    def read(self) -> tuple[list[dict[str, Any]], list[Page], list[Unreadable]]:
        """The components, the files they name, and what could not be read."""
        found = list(HostUnit("node-1", str(self.folder / "proc")).open())
        pages = [one for one in found if isinstance(one, Page)]
        components = [json.loads(one.data) for one in pages if one.name.endswith("/cmdline")]
        files = [one for one in pages if not one.name.endswith("/cmdline")]
        return components, files, [one for one in found if isinstance(one, Unreadable)]


@pytest.fixture
def proc(tmp_path: Path) -> Proc:
    return Proc(tmp_path)


def test_a_kubelet_with_its_file_and_what_is_laid_over_it(proc: Proc) -> None:
    proc.run("/usr/bin/kubelet", "--config=/var/lib/kubelet/config.yaml", "--config-dir", "/etc/kubelet.d", "--v=2")
    proc.write("/var/lib/kubelet/config.yaml", "authentication: {anonymous: {enabled: true}}\nreadOnlyPort: 10255\n")
    proc.write("/etc/kubelet.d/10-a.conf", "authentication: {anonymous: {enabled: false}}\n")
    proc.write("/etc/kubelet.d/README", "no settings: [")
    ((kubelet,), _, faults) = proc.read()
    assert not faults
    assert kubelet["flags"] == ["--config=/var/lib/kubelet/config.yaml", "--config-dir", "/etc/kubelet.d", "--v=2"]
    assert kubelet["config"] == {"authentication": {"anonymous": {"enabled": False}}, "readOnlyPort": 10255}
    told = verdicts(kubelet)
    assert told["kubelet-anonymous-access"] == "pass"
    assert told["kubelet-read-only-port"] == "fail"
    assert told["kubelet-always-allow"] == "pass", "the file's default, not that of a kubelet without one"


def test_a_file_that_cannot_be_read_is_told_and_leaves_it_open(proc: Proc) -> None:
    proc.run("kubelet", "--config=/none.yaml")
    proc.run("kube-scheduler", "--config=scheduler.yaml")
    proc.write("scheduler.yaml", "enableProfiling: [")
    (kubelet, scheduler), _, faults = proc.read()
    assert [(one.path, one.line) for one in faults] == [("/none.yaml", 1), ("scheduler.yaml", 1)]
    assert faults[0].reason == "no such file or directory"
    assert verdicts(kubelet)["kubelet-anonymous-access"] == "unknown:not-in-input"
    assert verdicts(scheduler)["scheduler-profiling"] == "unknown:not-in-input"


def test_the_api_servers_files_are_pages(proc: Proc) -> None:
    proc.run(
        "kube-apiserver",
        "--audit-policy-file=/etc/audit.yaml",
        "--encryption-provider-config=/etc/gone.yaml",
        "--token-auth-file=/etc/tokens.csv",
    )
    proc.write("/etc/audit.yaml", "apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: [{level: None}]\n")
    proc.write("/etc/tokens.csv", "hidden,admin,1")
    (server,), (policy,), (fault,) = proc.read()
    assert policy.name == "/etc/audit.yaml"
    assert fault.path == "/etc/gone.yaml"
    assert "hidden" not in json.dumps(server)


def test_etcd_tells_only_the_variables_that_are_asked_for(proc: Proc) -> None:
    proc.run("etcd", environment={"ETCD_CERT_FILE": "/a.crt", "ETCD_INITIAL_CLUSTER_TOKEN": "hidden", "HOME": "/root"})
    proc.run("/usr/local/bin/etcd", "-client-cert-auth")
    (first, second), _, _ = proc.read()
    assert first["environment"] == {"ETCD_CERT_FILE": "/a.crt"}
    assert "environment" not in second, "an environment that may not be read is not an empty one"
    assert verdicts(first)["etcd-clients-without-certificate"] == "fail"
    assert verdicts(second)["etcd-clients-without-certificate"] == "pass"
    assert verdicts(second)["etcd-clients-without-tls"] == "unknown:not-rendered"


def test_bytes_that_are_no_text(proc: Proc) -> None:
    proc.run("kubelet", b"--hostname-override=\xff".decode("utf-8", "surrogateescape"))
    (kubelet,), _, _ = proc.read()
    assert kubelet["flags"] == ["--hostname-override=\ufffd"]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["/usr/bin/kubelet"], "kubelet"),
        (["/opt/multi", "kube-apiserver", "--a=b"], "kube-apiserver"),
        (["hyperkube", "kubelet", "--a=b", "--c=d"], "kubelet"),
        (["grep", "kubelet"], None),
        (["grep", "kubelet", "-r", "/etc"], None),
        (["vi", "etcd"], None),
        (["journalctl", "-u", "kubelet"], None),
        (["/usr/bin/kubelet-helper"], None),
        (["/go-runner", "--log-file=/a", "/usr/local/bin/kube-apiserver", "--a=b"], None),
        ([], None),
        ([""], None),
    ],
)
def test_which_processes_are_components(words: Sequence[str], found: str | None) -> None:
    told = component_in(words)
    assert (told[0] if told else None) == found


def test_no_processes_to_read(tmp_path: Path) -> None:
    (fault,) = HostUnit("node-1", str(tmp_path / "none")).open()
    assert isinstance(fault, Unreadable)
    assert "read on Linux" in fault.reason


# What follows needs a control plane that runs on this machine.


def of_cluster(cluster: Cluster) -> Mapping[str, dict[str, Any]]:
    """The components of the test cluster, as the processes of this machine tell them."""
    found = [one for one in HostUnit("here").open() if isinstance(one, Page) and one.name.endswith("/cmdline")]
    components = [json.loads(one.data) for one in found]
    return {one["component"]: one for one in components if f"{cluster.directory}/" in " ".join(one["flags"])}


@pytest.fixture
def running(cluster: Cluster) -> Mapping[str, dict[str, Any]]:
    cluster.needs("etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler")
    return of_cluster(cluster)


def flags_of(component: Mapping[str, Any]) -> Mapping[str, str]:
    return {name.lstrip("-"): value for name, _, value in (word.partition("=") for word in component["flags"])}


def test_the_processes_of_a_control_plane(running: Mapping[str, dict[str, Any]]) -> None:
    assert {"etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler"} <= set(running)
    server, etcd = verdicts(running["kube-apiserver"]), verdicts(running["etcd"])
    flags = flags_of(running["kube-apiserver"])
    assert server["api-server-always-allow"] == ("fail" if "AlwaysAllow" in flags["authorization-mode"] else "pass")
    assert server["node-restriction-missing"] == (
        "pass" if "NodeRestriction" in flags.get("enable-admission-plugins", "") else "fail"
    )
    assert server["api-server-profiling"] == ("pass" if flags.get("profiling") == "false" else "fail")
    assert server["audit-log-missing"] == "pass"
    assert server["etcd-plain-http"] == "pass"
    assert etcd["etcd-clients-without-certificate"] == (
        "pass" if flags_of(running["etcd"]).get("client-cert-auth") == "true" else "fail"
    )
    assert not any(verdict == "unknown:crashed" for one in running.values() for verdict in verdicts(one).values())


def asked(cluster: Cluster, component: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a component answers on /configz of its secure port, to an administrator."""
    trust = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    trust.check_hostname, trust.verify_mode = False, ssl.CERT_NONE  # Its certificate is of its own making.
    pki = cluster.directory / "pki"
    trust.load_cert_chain(pki / "admin.crt", pki / "admin.key")
    port = flags_of(component)["secure-port"]
    with urllib.request.urlopen(f"https://127.0.0.1:{port}/configz", context=trust, timeout=10) as answer:
        return configured(answer.read(), component["component"])


@pytest.mark.parametrize("program", ["kube-controller-manager", "kube-scheduler"])
def test_flags_and_configz_agree(cluster: Cluster, running: Mapping[str, dict[str, Any]], program: str) -> None:
    """Whatever both can tell, they tell alike; and `/configz` tells something."""
    by_flags = verdicts({**running[program], "version": "v1.36.2"})
    config = asked(cluster, running[program])
    by_answer = verdicts(component_object(program, "here", version="v1.36.2", config=config))
    both = {one for one, verdict in by_answer.items() if verdict in ("pass", "fail")}
    assert any(one.endswith("-profiling") for one in both)
    assert {one: by_answer[one] for one in both} == {one: by_flags[one] for one in both}


def test_scan_of_this_host(cluster: Cluster, running: Any, capsys: pytest.CaptureFixture[str]) -> None:
    status = main(["scan", "--host", "--format", "json", "--verdicts"])
    found = json.loads(capsys.readouterr().out)
    assert [one["source"] for one in found["inputs"]] == ["host"]
    assert found["inputs"][0]["objects"] >= len(running)
    assert status in (0, 2)
    places = {one["object"]["name"].partition(".")[0] for one in found["findings"]}
    assert {"kube-apiserver", "kube-controller-manager", "kube-scheduler"} <= places
    assert "PRIVATE KEY" not in json.dumps(found)


def test_a_host_and_a_cluster_are_two_inputs(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["scan", "--host", "--cluster"]) == 2
    assert "--cluster and --host are two inputs" in capsys.readouterr().err
