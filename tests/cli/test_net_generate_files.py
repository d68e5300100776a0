"""`hardstand net generate` beside what is there already: files, links and names."""

from pathlib import Path

import pytest
import yaml

from tests.cli.test_net_check import BASELINE, MANIFESTS, net

OPEN = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: legacy, namespace: shop}
spec: {podSelector: {}, policyTypes: [Ingress, Egress], ingress: [{}], egress: [{}]}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "hardstand.yaml").write_text(BASELINE)
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / "estate.yaml").write_text(MANIFESTS.rpartition("---")[0])
    return tmp_path


def test_what_stays_in_the_folder_counts_and_is_named(folder: Path) -> None:
    (folder / "d" / "legacy.yaml").write_text(OPEN)
    made = net(folder, "generate", "d", "-o", "d")
    assert made.returncode == 2  # It differs, and lets in pods that were not read.
    assert "proven:" not in made.stderr
    assert "NetworkPolicy shop/legacy of d/legacy.yaml stays in d, so what it allows counts: remove it" in made.stderr
    assert "since Egress: NetworkPolicy shop/legacy egress[0] allows it" in made.stderr
    (folder / "d" / "legacy.yaml").unlink()
    again = net(folder, "generate", "d", "-o", "d")
    assert (again.returncode, "stays" in again.stderr, "replaced" in again.stderr) == (0, False, False), again.stderr
    (folder / "d" / "shop.yaml").write_text(OPEN)
    anew = net(folder, "generate", "d", "-o", "d")
    assert (anew.returncode, "legacy" in anew.stderr) == (0, False), anew.stderr
    assert "legacy" not in (folder / "d" / "shop.yaml").read_text()


def test_a_link_is_not_followed(folder: Path) -> None:
    victim = folder / "victim.txt"
    victim.write_text("precious\n")
    (folder / "o").mkdir()
    (folder / "o" / "shop.yaml").symlink_to(victim)
    made = net(folder, "generate", "d", "-o", "o")
    assert (made.returncode, victim.read_text()) == (2, "precious\n")
    assert "o/shop.yaml is a link, and what it leads to is not overwritten" in made.stderr
    (folder / "o" / "shop.yaml").unlink()
    (folder / "o" / "shop.yaml").mkdir()
    assert "o/shop.yaml is a folder" in net(folder, "generate", "d", "-o", "o").stderr


def test_no_two_policies_share_a_name(folder: Path) -> None:
    pods = [("dns", "a"), ("dns-2", "b"), ("web", "c")]
    (folder / "d" / "estate.yaml").write_text(
        "".join(
            f"---\napiVersion: v1\nkind: Pod\nmetadata: {{name: {name}, namespace: shop, labels: {{app: {app}}}}}\n"
            "spec: {containers: [{name: c, image: registry.example/c}]}\n"
            for name, app in pods
        )
    )
    (folder / "hardstand.yaml").write_text(
        "network:\n  zones: {shop: {match: {namespace: shop}}}\n  flows:\n"
        "  - {from: shop/web, to: shop/dns, ports: TCP 80, reason: x}\n"
        "  - {from: shop/web, to: shop/dns-2, ports: TCP 81, reason: x}\n"
    )
    made = net(folder, "generate", "d")
    names = [one["metadata"]["name"] for one in yaml.safe_load_all(made.stdout) if one]
    assert (made.returncode, sorted(set(names))) == (0, sorted(names)), made.stderr
    assert {"allow-dns", "allow-dns-2", "allow-dns-2-2", "allow-web"} <= set(names)


def test_what_is_kept_and_admits_whom_nobody_read_is_not_proven(folder: Path) -> None:
    admitting = OPEN.replace(
        "policyTypes: [Ingress, Egress], ingress: [{}], egress: [{}]",
        "ingress: [{from: [{namespaceSelector: {matchLabels: {team: x}}}]}]",
    )
    (folder / "legacy.yaml").write_text(admitting)
    gone = net(folder, "generate", "d", "legacy.yaml")
    assert (gone.returncode, "proven: what they allow is exactly" in gone.stderr) == (0, True), gone.stderr
    kept = net(folder, "generate", "d", "legacy.yaml", "--keep")
    assert (kept.returncode, "exactly" in kept.stderr) == (2, False)
    assert "NetworkPolicy shop/legacy ingress[0] lets in pods of namespaces that were not read" in kept.stderr
