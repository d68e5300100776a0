"""Policies of Cilium: each construct where it is about a connection and where it is not, as its vendor says."""

import pytest

from tests.analysis.reach.plugin_cases import Case, cases_in, check


@pytest.mark.parametrize("case", cases_in("cilium.yaml"))
def test_case(case: Case) -> None:
    check(case)
