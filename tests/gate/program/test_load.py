"""Under a steady load: the gate killed, gone, its certificate changed, the API server killed.

Nothing is lost beyond what the failure policy says, and nothing that is to be blocked is ever there.
"""

import shutil
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from hardstand.gate.server import certificates
from hardstand.gate.server.certificates import OVERLAP
from tests.cluster.certificates import Authority, Pair
from tests.cluster.handle import Cluster
from tests.cluster.waiting import eventually
from tests.gate.program.asking import Became, Load, Times, pod, proven
from tests.gate.program.balancing import Balancer
from tests.gate.program.conftest import Spaces
from tests.gate.program.running import CONFIGURATION, HERE, Gate, declare, gates

FAILURES = {"critical": "fail", "high": "ignore", "medium": "ignore", "low": "ignore"}


def baseline(strict: str) -> dict[str, Any]:
    """Refuses privileged pods, and when the gate is down everything in one namespace.

    Elsewhere everything passes then, once it is known what runs there. Time-outs are long: a machine may be busy.
    """
    return {
        "modes": [{"mode": "off"}, {"mode": "block", "control": "privileged-container"}],
        "tiers": [{"tier": "critical", "data": "restricted"}],
        "classes": {"workloads": [{"match": {"namespace": strict}, "data": "restricted"}]},
        "gate": {"failure_policy": FAILURES, "timeout": "30s"},
    }


def test_killed_and_started_again_the_failure_policy_decides_and_only_meanwhile(
    gated_cluster: Cluster, space: Spaces, tmp_path: Path
) -> None:
    """One namespace has the policy to let pass, since what runs there is known; the other could be anything."""
    strict, soft = space(), space()
    gated_cluster.apply(pod("first"), namespace=soft)
    declare(tmp_path, baseline(strict))
    gate, down = Gate(tmp_path, gated_cluster.kubeconfig), Times()
    with gates(gated_cluster, gate):
        eventually(lambda: soft in ignoring(gated_cluster), "the webhook that lets pass")
        assert strict not in ignoring(gated_cluster)
        with Load(gated_cluster, [strict, soft]) as load:
            for _ in range(2):
                down.begin()
                gate.kill()
                load.more(40)
                gate.restart()
                down.end()
                load.more(40)
        assert load.count(Became.UNREACHED) > 0
        assert any(one.privileged and one.became is Became.ADMITTED for one in load.asked), "the soft one lets pass"
        proven(load, ignoring=[soft], gate=down)
        well(gate)


def test_of_two_that_go_one_after_the_other_no_request_is_lost(
    gated_cluster: Cluster, space: Spaces, tmp_path: Path
) -> None:
    """Both policies: where it is to let pass, a request that is lost would let something pass."""
    strict, soft = space(), space()
    gated_cluster.apply(pod("first"), namespace=soft)
    declare(tmp_path, baseline(strict))
    with Balancer() as balancer:
        url = f"https://{HERE}:{balancer.port}"
        both = [Gate(tmp_path, gated_cluster.kubeconfig, url=url) for _ in range(2)]
        balancer.backends = [one.port for one in both]
        with gates(gated_cluster, *both):
            eventually(lambda: soft in ignoring(gated_cluster), "the webhook that lets pass")
            with Load(gated_cluster, [strict, soft]) as load:
                for gate in both:
                    eventually(lambda: len(balancer.ready) == 2, "both to be ready")
                    load.more(40)
                    gate.terminate()
                    assert gate.gone() == 0, "".join(gate.said)
                    load.more(40)
                    gate.restart()
            proven(load)
            well(*both)


def test_a_certificate_of_its_own_is_renewed_and_trusted_before_it_is_shown(
    gated_cluster: Cluster, space: Spaces, tmp_path: Path
) -> None:
    """As another replica renews it, by the store that both share, with most of the time of overlap gone."""
    namespace = space()
    declare(tmp_path, baseline(namespace))
    gate = Gate(tmp_path, gated_cluster.kubeconfig)
    store = tmp_path / "certificates" / "certificates.json"
    with gates(gated_cluster, gate), Load(gated_cluster, [namespace]) as load:
        (old,) = certificates.read(store.read_bytes())
        assert gate.certificate() == old.certificate.decode()
        made = datetime.now(UTC) - OVERLAP + timedelta(seconds=15)
        new = certificates.make([*old.names], made)
        (tmp_path / "new.json").write_bytes(certificates.write([old, new]))
        (tmp_path / "new.json").rename(store)
        both = b64encode(certificates.bundle([old, new])).decode()
        eventually(lambda: trusted(gated_cluster) == {both}, "the API server to trust both")
        load.grow(6)
        load.more(100)
        eventually(lambda: gate.certificate() == new.certificate.decode(), "the new certificate")
        load.grow(6)
        load.more(100)
    proven(load)


def test_certificate_files_are_replaced_and_their_authority_too(
    gated_cluster: Cluster, space: Spaces, tmp_path: Path
) -> None:
    """First whom to trust, then the certificate, then its key: meanwhile they do not belong together."""
    namespace = space()
    declare(tmp_path, baseline(namespace))
    old, new = (Authority.made(tmp_path / name, name) for name in ("old", "new"))
    first, second = (one.serving("gate", [HERE]) for one in (old, new))
    files = Pair(tmp_path / "tls.crt", tmp_path / "tls.key")
    shutil.copy(first.certificate, files.certificate)
    shutil.copy(first.key, files.key)
    bundle = tmp_path / "ca.crt"
    shutil.copy(old.pair.certificate, bundle)
    named = ["--tls-cert", str(files.certificate), "--tls-key", str(files.key), "--tls-ca", str(bundle)]
    gate = Gate(tmp_path, gated_cluster.kubeconfig, *named, certificates=False)
    with gates(gated_cluster, gate), Load(gated_cluster, [namespace]) as load:
        both = old.pair.certificate.read_bytes() + new.pair.certificate.read_bytes()
        bundle.write_bytes(both)
        eventually(lambda: trusted(gated_cluster) == {b64encode(both).decode()}, "the API server to trust both")
        shutil.copy(second.certificate, files.certificate)
        gate.hear("the key is not that of the certificate; the certificate that is served is valid until")
        load.grow(4)
        load.more(40)
        shutil.copy(second.key, files.key)
        eventually(lambda: gate.certificate() == second.certificate.read_text(), "the new certificate")
        load.grow(6)
        load.more(100)
    proven(load)


def test_the_api_server_is_killed_and_started_again(gated_cluster: Cluster, space: Spaces, tmp_path: Path) -> None:
    """What it has answered is so; what it could not answer may be so, but for what is to be blocked."""
    namespace = space()
    declare(tmp_path, baseline(namespace))
    gate, down = Gate(tmp_path, gated_cluster.kubeconfig), Times()
    with gates(gated_cluster, gate):
        with Load(gated_cluster, [namespace]) as load:
            load.more(40)
            down.begin()
            gated_cluster.stop(kill=True)
            gate.hear("cannot be followed at the moment")
            gated_cluster.start()
            down.end()
            load.more(100)
            gate.hear("everything is followed again")
            load.more(40)
        assert load.count(Became.LOST) > 0
        proven(load, server=down)
        assert gate.metrics()["hardstand_gate_picture_age_seconds"] == 0
        well(gate)


def trusted(cluster: Cluster) -> set[str]:
    """Whom the API server trusts, of all webhooks."""
    return {one["clientConfig"]["caBundle"] for one in cluster.get(CONFIGURATION)["webhooks"]}


def ignoring(cluster: Cluster) -> list[str]:
    """The namespaces that the webhook which lets pass is about."""
    for one in cluster.get(CONFIGURATION)["webhooks"]:
        for selected in one["namespaceSelector"]["matchExpressions"]:
            if one["failurePolicy"] == "Ignore" and selected["operator"] == "In":
                return list(selected["values"])
    return []


def well(*several: Gate) -> None:
    """That the gates have answered everything that they were asked."""
    for gate in several:
        errors = {
            name: value for name, value in gate.metrics().items() if "_refused_total{" in name or '"error"' in name
        }
        assert not errors
        assert not gate.heard(r"unexpected|nothing was decided|could not be recorded"), "".join(gate.said)
