"""Configuration files of components as inputs: they have no names of their own."""

import json
from pathlib import Path

import pytest

from hardstand.baseline.load import load
from hardstand.baseline.vocabulary import Vocabulary
from hardstand.cli.main import main
from hardstand.engine.settings import Settings
from tests.components.judging import made, verdicts

KUBELET = "apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n"


def scanned(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, object]:
    main(["scan", *arguments, "--format", "json"])
    found: dict[str, object] = json.loads(capsys.readouterr().out)
    return found


def test_a_file_is_called_as_its_file_is() -> None:
    value = {"apiVersion": "kubelet.config.k8s.io/v1beta1", "kind": "KubeletConfiguration"}
    assert made(value, "etc/kubelet/config.yaml").name == "config.yaml"
    assert made(value, "<stdin>").name == "KubeletConfiguration"
    assert made(value, "a.yaml").namespace is None
    assert made({**value, "metadata": {"name": "own"}}, "a.yaml").name == "own"


def test_the_folder_of_a_control_plane(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "kubernetes"
    (folder / "manifests").mkdir(parents=True)
    kubeadm = (Path(__file__).parent / "kubeadm.yaml").read_text(encoding="utf-8")
    server = kubeadm.split("---\n")[0].replace(
        "    - --secure-port=6443\n",
        "    - --encryption-provider-config=/etc/kubernetes/encryption.yaml\n"
        "    - --audit-policy-file=/etc/kubernetes/audit.yaml\n",
    )
    (folder / "manifests" / "kube-apiserver.yaml").write_text(server, encoding="utf-8")
    (folder / "kubelet.yaml").write_text(f"{KUBELET}readOnlyPort: 10255\n", encoding="utf-8")
    (folder / "encryption.yaml").write_text(
        "apiVersion: apiserver.config.k8s.io/v1\nkind: EncryptionConfiguration\nresources:\n"
        "- resources: [secrets]\n  providers:\n  - identity: {}\n  - aescbc:\n      keys:\n"
        "      - {name: k, secret: c2VjcmV0LWtleS1tYXRlcmlhbA==}\n",
        encoding="utf-8",
    )
    found = scanned(capsys, str(folder))
    findings = {one["control"]: one for one in found["findings"]}  # type: ignore[attr-defined]
    assert findings["kubelet-read-only-port"]["locations"][0]["line"] == 3
    assert findings["identity-provider-first"]["locations"][0]["line"] == 6
    assert findings["audit-policy-misses-secrets"]["verdict"] == "unknown"
    assert "/etc/kubernetes/audit.yaml, which is not in the input" in findings["audit-policy-misses-secrets"]["message"]
    assert "encryption-at-rest-missing" not in findings
    assert "c2VjcmV0LWtleS1tYXRlcmlhbA" not in json.dumps(found)
    assert found["inputs"][0]["unreadable"] == []  # type: ignore[index]


def test_a_kubeconfig_is_no_broken_manifest(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "admin.yaml").write_text("apiVersion: v1\nkind: Config\nusers: []\n", encoding="utf-8")
    assert scanned(capsys, str(tmp_path))["inputs"][0]["unreadable"] == []  # type: ignore[index]


def test_a_flag_is_shown_where_it_stands(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "component.yaml"
    page.write_text(
        "apiVersion: hardstand.dev/v1\nkind: ComponentConfig\nmetadata: {name: a}\ncomponent: kube-scheduler\n"
        "flags:\n- --leader-elect=true\n- --bind-address=0.0.0.0\n",
        encoding="utf-8",
    )
    main(["scan", str(page), "--select", "scheduler-exposed"])
    assert f"{page}:7:3" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("kept", "days", "verdict"), [("90d", 89, "fail"), ("90d", 90, "pass"), ("36h", 2, "pass"), ("36h", 1, "fail")]
)
def test_the_retention_table_decides_how_long_audit_logs_are_kept(kept: str, days: int, verdict: str) -> None:
    baseline = load(json.dumps({"retention": {"audit": kept}}).encode(), Vocabulary({}), today=Settings().today)
    server = {
        "apiVersion": "hardstand.dev/v1",
        "kind": "ComponentConfig",
        "metadata": {"name": "a"},
        "component": "kube-apiserver",
        "flags": ["--audit-log-path=/log", f"--audit-log-maxage={days}"],
    }
    assert verdicts(server, settings=Settings(baseline=baseline))["audit-log-kept-too-briefly"] == verdict


@pytest.mark.parametrize(
    "wrong",
    [
        {"component": "kube-mystery"},
        {"component": "kubelet", "flags": "--a"},
        {"component": "kubelet", "config": []},
        {},
    ],
)
def test_a_component_that_is_none_is_unknown_to_all(wrong: dict[str, object]) -> None:
    value = {"apiVersion": "hardstand.dev/v1", "kind": "ComponentConfig", "metadata": {"name": "a"}, **wrong}
    assert set(verdicts(value).values()) == {"unknown:malformed-field"}
