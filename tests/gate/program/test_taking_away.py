"""How a gate outside of the cluster is taken away, by what it prints itself."""

import shlex
import signal
from pathlib import Path

from hardstand.gate.hooks import TAKE_AWAY
from tests.cluster.handle import Cluster
from tests.cluster.waiting import eventually
from tests.gate.program.running import CONFIGURATION, Gate, declare, gates

BASELINE = {"modes": [{"mode": "off"}, {"mode": "block", "control": "privileged-container"}]}


def test_a_gate_outside_writes_again_until_it_is_stopped(gated_cluster: Cluster, tmp_path: Path) -> None:
    declare(tmp_path, BASELINE)
    take_away = shlex.split(TAKE_AWAY)[1:]

    def there() -> bool:
        return gated_cluster.kubectl("get", CONFIGURATION, check=False).returncode == 0

    gate = Gate(tmp_path, gated_cluster.kubeconfig)
    with gates(gated_cluster, gate):
        assert gate.heard("wrote ValidatingWebhookConfiguration")
        gated_cluster.kubectl(*take_away)
        eventually(there, "the gate to write its webhooks again")
        gate.process.send_signal(signal.SIGINT)
        assert gate.gone() == 0
        # What it says when it goes is true: nobody is left to stop, and the command ends it.
        (last,) = [line for line in gate.said if "gone; the webhooks stay" in line]
        assert "stop the gate first wherever else it runs, for it would write them again; then " in last
        assert f"{TAKE_AWAY} ends that" in last
        gated_cluster.kubectl(*take_away)
        assert not there()
