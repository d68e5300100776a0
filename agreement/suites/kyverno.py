"""Kyverno's policies: the command-line tests (policy, rule, resource) and the documents of its cluster tests."""

from collections.abc import Iterator, Sequence
from functools import partial

from agreement.case import Case
from agreement.judge import Answer, Judgement, judge
from agreement.packs import Pack, Page
from agreement.rules import Rule


def test_cases(pack: Pack) -> Iterator[Case]:
    """One case a policy, rule and resource. To pass and to be skipped are the same here: nothing is found."""
    for row in pack.cases:
        pages = [pack.page(path) for path in row["resource_files"]]
        yield Case(
            row["id"],
            f"{row['policy']}/{row['rule']}",
            "fault" if row["expect"] == "fail" else "clean",
            partial(_says_of_resource, row["kind"], row["resource"], pages),
        )


def chainsaw_cases(pack: Pack) -> Iterator[Case]:
    """One case a document that the policies of a folder admit or deny."""
    for row in pack.cases:
        yield Case(
            row["id"],
            row["policy_dir"],
            "fault" if row["expect"] == "deny" else "clean",
            partial(_says_of_document, row["doc"], row["kind"], row["name"], pack.page(row["file"])),
        )


def _says_of_resource(kind: str, resource: str, pages: Sequence[Page], rule: Rule) -> str:
    namespace, _, name = resource.rpartition("/")
    judgement = judge(rule, pages)
    return _said(
        judgement,
        [
            answer
            for answer in judgement.answers
            if _is(answer, kind, name) and (not namespace or answer.object.namespace == namespace)
        ],
    )


def _says_of_document(document: int, kind: str, name: str, page: Page, rule: Rule) -> str:
    judgement = judge(rule, [page])
    found = [answer for answer in judgement.answers if answer.object.origin.document == document]
    return _said(judgement, [answer for answer in found if _is(answer, kind, name)])


def _is(answer: Answer, kind: str, name: str) -> bool:
    return answer.object.kind.name == kind and answer.object.name == name


def _said(judgement: Judgement, answers: Sequence[Answer]) -> str:
    return Judgement(tuple(answers)).word if answers else "; ".join(("no such object", *judgement.unreadable))
