"""Scan, webhook and exported policies over every case of every exportable control, on a real API server.

For developers: `python -m tests.gate.agreeing` starts a cluster, prints how they agree, and ends with 1 where they do
not. A test does the same on the cluster that all tests share.
"""

import sys
import tempfile
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hardstand.controls.cel import Cel
from hardstand.controls.control import Control
from hardstand.engine import catalog
from hardstand.engine.native import expressed
from tests.cluster.building import NotAvailableError
from tests.cluster.keeping import cluster_with
from tests.cluster.options import Options
from tests.gate.api import Api
from tests.gate.differing import Outcome, differing, referred, taken
from tests.gate.policies import Policies
from tests.gate.scanning import Scans
from tests.gate.test_cases import EXPORTED, of_the_newest
from tests.gate.webhooks import settle, webhooks

Cases = list[tuple[Control, Mapping[str, Any]]]


def agreed(api: Api, namespace: str, policies: Policies, folder: Path) -> Outcome:
    """Every exported control, with the parameters of each of its cases, against every case that the server takes.

    Where a control waits for a parameter there is no policy, and so none that refuses.
    """
    cases: Cases = [(one, case) for one in EXPORTED for case in of_the_newest(one)]
    labels = {id(case): policies.add(one, case) for one, case in cases}
    policies.settle()
    _accounts(api, namespace, cases)
    out = Outcome()
    asked = taken(api, cases, namespace, out)
    scans = Scans(asked, folder)
    with webhooks(api, namespace, EXPORTED, folder) as gates:
        numbers = {one.name: f"case-{number}" for number, one in enumerate(asked)}
        for one in asked:
            gates.add(one.control, one.case, numbers[one.name])
        settle(gates, numbers[asked[0].name], asked[0])
        judges = {
            "scan": scans,
            "webhook": lambda one: gates.refuses(one, numbers[one.name]),
            "policy": lambda one: bool(label := labels[id(one.case)]) and policies.refuses(one.sent, label),
        }
        differing(asked, judges, out, api.all)
    return out


def _accounts(api: Api, namespace: str, cases: Cases) -> None:
    """The service accounts that pods of the cases run as: without them a server takes no pod."""
    names = {name for _, case in cases for name in referred(case, "serviceAccountName")}
    for name in sorted(names - {"default"}):
        account = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": name, "namespace": namespace}}
        api.create(account, namespace, dry=False)


def not_exportable() -> str:
    """The controls that no policy can hold, by the reason; for people."""
    reasons: dict[str, list[str]] = defaultdict(list)
    for one in catalog.load():
        why = expressed(one)
        if not isinstance(why, Cel):
            reasons[str(why)].append(one.id)
    lines = [f"{sum(map(len, reasons.values()))} controls are not exportable:"]
    for reason, ids in sorted(reasons.items(), key=lambda pair: -len(pair[1])):
        lines += [f"  {len(ids)}, since {reason}:", *(f"    {one}" for one in sorted(ids))]
    return "\n".join(lines)


def main() -> int:
    """Print how they agree: 1 where they do not, 2 where there can be no cluster."""
    try:
        with cluster_with(Options()) as cluster, tempfile.TemporaryDirectory() as folder:
            namespace, api = cluster.namespace("agreeing"), Api(cluster.kubeconfig)
            try:
                with Policies(api, namespace) as policies:
                    out = agreed(api, namespace, policies, Path(folder))
            finally:
                api.close()
    except NotAvailableError as error:
        print(f"there is no test cluster: {error}", file=sys.stderr)
        return 2
    print(f"scan, webhook and policies: {out.told}\n{not_exportable()}")
    return 1 if out.differ else 0


if __name__ == "__main__":
    sys.exit(main())
