"""Whole policies: each accepts and rejects what it says, and each expression says what Kubernetes' evaluator says."""

import json

import pytest

from hardstand.engine.custom_tests import run_tests

from .evaluator import EVALUATOR, NotAvailableError, built
from .policies import asked, policies, verdict_of
from .record import VERDICTS, policy_answers

HEAD, *ROWS = [json.loads(line) for line in VERDICTS.read_text(encoding="utf-8").splitlines()]


def test_every_policy_accepts_and_rejects_what_it_says() -> None:
    found = policies()
    assert not found.faults
    outcome = run_tests(found.customs)
    assert [(found.place(one.path), one.control, one.message) for one in outcome.failures] == []
    assert outcome.tests >= 50
    assert not outcome.untested


def test_there_are_many_expressions_and_each_decides() -> None:
    names = {one.name.partition(" ")[0] for one in asked()}
    accepted, rejected = ({row[0].partition(" ")[0] for row in ROWS if row[1] == one} for one in ("pass", "fail"))
    assert len(names) >= 75
    assert accepted == names
    assert len(rejected) >= 60


def test_each_expression_agrees_with_the_record() -> None:
    assert HEAD["evaluator"] == EVALUATOR
    every = list(asked())
    assert [one.name for one in every] == [row[0] for row in ROWS], "the policies changed: record the table anew"
    assert [[one.name, one.verdict()] for one in every] == ROWS


def test_the_record_is_what_the_evaluator_says() -> None:
    try:
        built()
    except NotAvailableError as error:
        pytest.skip(str(error))
    every = list(asked())
    assert [verdict_of(told) for told in policy_answers(every)] == [row[1] for row in ROWS]
