"""Kubernetes' own Pod Security cases: a pod, a level at a version, and whether the level admits it."""

from collections.abc import Iterator
from functools import partial

from agreement.case import Case
from agreement.judge import judge
from agreement.packs import Pack, Page
from agreement.rules import Rule
from hardstand.analysis.pod_security import Level, counted
from hardstand.engine import catalog
from hardstand.model.verdict import Verdict


def cases(pack: Pack) -> Iterator[Case]:
    """One case a pod. The whole level is asked, and a pod that fails must fail by the check it was written for."""
    for row in pack.cases:
        page = pack.page(f"psa/{row['file']}")
        yield Case(row["id"], row["check"], row["expect"], partial(_says, row["level"], row["version"], page))


def _says(level: str, version: str, page: Page, rule: Rule) -> str:
    asked = counted(Level(level), int(version.removeprefix("v1.")))
    standards = tuple(one.id for one in catalog.load() if asked.intersection(one.frameworks))
    judgement = judge(Rule(standards), [page], version)
    hits = [hit for answer in judgement.answers for hit in answer.hits]
    if judgement.unreadable or not judgement.answers:
        return "unreadable"
    failed = {hit.control.id for hit in hits if hit.verdict is Verdict.FAIL}
    if failed and failed.isdisjoint(rule.controls):
        return f"fail, but by {', '.join(sorted(failed))}"
    if failed:
        return "fail"
    return "unknown" if hits else "pass"
