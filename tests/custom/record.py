"""Record what Kubernetes' own evaluator says of every expression: `python -m custom.record` in tests/.

The table `recorded.jsonl` starts with a line that names the evaluator. Each line after it is an expression, with its
group and, wherever they change, the answers as [first minor version of Kubernetes 1.x, answer]. Of an error only the
stage is kept: its words are not ours to repeat.

To follow a newer Kubernetes: `go get k8s.io/apiserver@VERSION && go mod tidy` in oracle/, its version in evaluator.py,
the versions in expressions.py, and the table; the tests then name what moved.
"""

import json
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from .evaluator import EVALUATOR, answers
from .expressions import OBJECT, VERSIONS, expressions
from .policies import Asked, asked, verdict_of

TABLE = Path(__file__).parent / "recorded.jsonl"
VERDICTS = Path(__file__).parent / "policies.jsonl"
"""What the policies of policies.yaml come to: each expression with each object, and the verdict."""


def questions() -> list[dict[str, Any]]:
    """Every expression at every version."""
    return [{"expression": one, "minor": minor, "object": OBJECT} for _, one in expressions() for minor in VERSIONS]


def kept(answer: dict[str, Any]) -> dict[str, Any]:
    """An answer without the words of an error."""
    return answer if "value" in answer else dict.fromkeys(answer, "")


def record() -> None:
    """Write the table anew."""
    told = iter(answers(questions()))
    lines = [json.dumps({"evaluator": EVALUATOR})]
    for group, expression in expressions():
        by_minor = [(minor, kept(next(told))) for minor in VERSIONS]
        runs = [(next(run)[0], answer) for answer, run in groupby(by_minor, key=lambda item: item[1])]
        row = {"group": group, "expression": expression, "answers": runs}
        lines.append(json.dumps(row, ensure_ascii=False, separators=(",", ":")))
    TABLE.write_text("\n".join(lines) + "\n", encoding="utf-8")


def record_policies() -> None:
    """Write the table of the policies' verdicts anew."""
    every = list(asked())
    rows = [[one.name, verdict_of(told)] for one, told in zip(every, policy_answers(every), strict=True)]
    lines = [json.dumps({"evaluator": EVALUATOR}), *(json.dumps(row, ensure_ascii=False) for row in rows)]
    VERDICTS.write_text("\n".join(lines) + "\n", encoding="utf-8")


def policy_answers(every: Sequence[Asked]) -> list[dict[str, Any]]:
    """The oracle's answers for the policies."""
    return answers(one.question() for one in every)


if __name__ == "__main__":
    record()
    record_policies()
