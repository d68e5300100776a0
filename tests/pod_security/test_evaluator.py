"""Agreement with Kubernetes' own evaluator itself, on random pods, where a Go toolchain is there to build it."""

import os

import pytest

from hardstand.analysis.pod_security import Level

from .evaluator import NotAvailableError, answers, built
from .judging import failed_ids, forbidding
from .pods import random_pods
from .recorded import boundaries

COUNT = int(os.environ.get("HARDSTAND_TEST_PODS", "3000"))
SEED = int(os.environ.get("HARDSTAND_TEST_SEED", "7"))
"""Another number gives other pods."""


def test_agrees_with_the_evaluator_on_random_pods() -> None:
    try:
        built()
    except NotAvailableError as reason:
        pytest.skip(f"Kubernetes' own evaluator is not asked: {reason}")
    levels, minors = tuple(Level), boundaries()
    asked = [
        (levels[at % len(levels)], minors[at // len(levels) % len(minors)], pod)
        for at, pod in enumerate(random_pods(COUNT, SEED))
    ]
    different = []
    told = answers((level.value, f"v1.{minor}", pod) for level, minor, pod in asked)
    for (level, minor, pod), theirs in zip(asked, told, strict=True):
        ours = forbidding(failed_ids(pod, minor), level, minor)
        if ours != theirs:
            different.append((level.value, minor, ours, theirs, pod))
    assert len(asked) == COUNT
    assert not different, (f"seed {SEED}", different[:3])
