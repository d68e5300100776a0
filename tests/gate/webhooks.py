"""The gate behind a real API server, asked about one object and one control at a time.

The webhook is installed by the rules, namespaces and labels of the plan, but for where it is and for one label more: it
is asked about what a test has sent and about nothing else. Each case has a gate of its own, which holds its control and
its parameters and refuses what does not hold.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hardstand.controls.control import Control
from hardstand.engine.live import Live
from hardstand.engine.settings import Settings
from hardstand.gate.handling import Validating
from hardstand.gate.hooks import configuration, hooks
from hardstand.gate.kinds import gated
from hardstand.gate.review import EXEMPT, PASSED, Reviewer
from hardstand.model.admission import Admission
from tests.baseline.making import TODAY, baseline_of
from tests.cluster.waiting import eventually
from tests.gate.api import Api
from tests.gate.differing import Asked, created
from tests.gate.webhook import served

NOT_ASKED = "is not asked by the API server"
NOT_GATED = "is never asked about this namespace"
NOT_JUDGED = {EXEMPT: NOT_GATED, PASSED: "lets such a change pass"}


def blocking(cases: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """A baseline, as it is declared, that refuses everything, with the parameters of a case for each control."""
    declared = {one: dict(case["parameters"]) for one, case in cases.items() if case.get("parameters")}
    return {"modes": [{"mode": "block"}], "parameters": declared}


def gate_for(one: Control, case: Mapping[str, Any]) -> Validating:
    """A gate that holds a control with the parameters of a case, and nothing else."""
    settings = Settings(baseline=baseline_of(blocking({one.id: case})), cluster="test", today=TODAY)
    return Validating(Reviewer(Live([one], settings), [one]))


class Webhooks:
    """The gates of many cases behind one webhook."""

    def __init__(self, api: Api, namespace: str) -> None:
        self._api = api
        self._namespace = namespace
        self._gates: dict[str, Validating] = {}
        self._alike: dict[str, Validating] = {}
        """The gates by their controls and parameters."""
        self._said: dict[str, list[str]] = defaultdict(list)
        """What each gate has answered, in the order of asking."""

    def add(self, one: Control, case: Mapping[str, Any], label: str) -> None:
        """Hold a gate for a case; it is asked about objects with the label."""
        key = json.dumps([one.id, case.get("parameters", {})], sort_keys=True)
        if key not in self._alike:
            self._alike[key] = gate_for(one, case)
        self._gates[label] = self._alike[key]

    def answer(self, data: bytes) -> tuple[int, bytes]:
        """The answer to the body of a request, by the gate that it is meant for."""
        label = json.loads(data)["request"]["object"]["metadata"]["labels"][self.key]
        reply = self._gates[label](data)
        self._said[label].append(reply.verdict)
        return reply.status, reply.body

    @property
    def key(self) -> str:
        """The key of the label: tests that run beside this one have others."""
        return f"{self._namespace}.hardstand.dev/asked"

    def refuses(self, asked: Asked, label: str) -> bool | str:
        """What the webhook makes of an object, as the API server tells whoever creates it; or why it is not judged."""
        already = len(self._said[label])
        reply = created(self._api, asked.sent, self._namespace, {self.key: label})
        refused = reply.status == 403 and f"Hardstand refuses {asked.sent['kind']} " in reply.words
        assert reply.taken or refused, f"{asked.name}: {reply.words}"
        said = self._said[label][already:]
        if not said:
            return NOT_GATED if _home(reply.body) in baseline_of({}).gate.exempt else NOT_ASKED
        if said[-1] in NOT_JUDGED:
            return NOT_JUDGED[said[-1]]
        assert said[-1] == (Admission.DENIED if refused else Admission.ADMITTED).value, f"{asked.name}: {said}"
        return refused


def _home(one: Mapping[str, Any]) -> str:
    """The namespace of an object; a Namespace is in itself, as for the gate."""
    metadata = one["metadata"]
    return str(metadata["name"] if one["kind"] == "Namespace" else metadata.get("namespace"))


@contextmanager
def webhooks(api: Api, namespace: str, controls: list[Control], folder: Path) -> Iterator[Webhooks]:
    """A webhook on the server, by the plan for these controls."""
    made = Webhooks(api, namespace)
    with served(folder, {"/validate": made.answer}) as (url, bundle):
        written = _installed(made, url, bundle, controls)
        assert (reply := api.create(written, "", dry=False)).taken, reply.words
        try:
            yield made
        finally:
            path = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations"
            api.ask("DELETE", f"{path}/{written['metadata']['name']}")


def _installed(made: Webhooks, url: str, bundle: str, controls: list[Control]) -> dict[str, Any]:
    baseline = baseline_of(blocking({}))
    resources = gated(controls, baseline.customs).resources
    written = configuration(baseline.gate, hooks(baseline.gate, {}), resources)
    written["metadata"]["name"] = made.key.partition("/")[0]
    for one in written["webhooks"]:
        one["clientConfig"] = {"url": f"{url}/validate", "caBundle": bundle}
        one["objectSelector"] = {"matchExpressions": [{"key": made.key, "operator": "Exists"}]}
        one["timeoutSeconds"] = 30  # On a machine that does many other things nobody is to be given up.
    return written


def settle(made: Webhooks, label: str, asked: Asked) -> None:
    """Come back when the API server asks the webhook: about an object that its gate judges."""
    eventually(lambda: made.refuses(asked, label) != NOT_ASKED, "the API server to ask the webhook")
