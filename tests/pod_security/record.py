"""Record what Kubernetes' own evaluator says of every edge at every version: `python -m pod_security.record` in tests/.

The table `recorded.jsonl` starts with a line that names the evaluator and gives the good pod. Each line after it is an
edge: its name, its changes to the good pod, and for each level the checks that forbid it, as [first minor version,
checks] wherever they change.

To follow a newer Kubernetes: `go get k8s.io/pod-security-admission@VERSION && go mod tidy` in oracle/, its version
here, and the table; the tests then name what moved.
"""

import json
from itertools import groupby
from pathlib import Path

from hardstand.analysis.pod_security import Level

from .evaluator import answers
from .pods import changed, edges, good

TABLE = Path(__file__).parent / "recorded.jsonl"
EVALUATOR = "k8s.io/pod-security-admission v0.37.2"
NEWEST = 38
"""One above the newest version that the evaluator knows: it must act like `latest`."""


def record() -> None:
    """Write the table anew."""
    versions = [*(f"v1.{minor}" for minor in range(NEWEST + 1)), "latest"]
    named = list(edges())
    base = good()
    asked = [
        (level, version, changed(base, changes)) for _, changes in named for level in Level for version in versions
    ]
    told = iter(answers(asked))
    lines = [json.dumps({"evaluator": EVALUATOR, "good": base}, separators=(",", ":"))]
    for name, changes in named:
        row: dict[str, object] = {"name": name, "changes": changes}
        for level in Level:
            *by_minor, latest = (next(told) for _ in versions)
            assert None not in by_minor, f"{name} does not decode"
            assert by_minor[-1] == latest, name
            runs = groupby(enumerate(by_minor), key=lambda item: item[1])
            row[level] = [[next(run)[0], checks] for checks, run in runs]
        lines.append(json.dumps(row, separators=(",", ":")))
    TABLE.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    record()
