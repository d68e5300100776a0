"""Objects that only their namespaces tell apart are told with their namespaces, wherever many are told together."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from hardstand.cli.pages import pages
from hardstand.model.finding import Finding, ObjectRef
from hardstand.model.kind import Kind
from hardstand.model.run import Run, Tightening
from hardstand.model.verdict import Action, Severity, Verdict, Why
from hardstand.report import render
from hardstand.report.naming import named, spread
from hardstand.sources.snapshot.writing import write
from hardstand.wiring import ScanRequest, scan
from tests.sources.clusters import deployment, namespace, spooled

from .runs import PAGES, finding, run_of


def ref(home: str | None, name: str = "web", kind: str = "Deployment") -> ObjectRef:
    return ObjectRef("apps/v1", kind, home, name)


SERVICE = ObjectRef("v1", "Service", "a", "x")


def of_knative(home: str) -> ObjectRef:
    return ObjectRef("serving.knative.dev/v1", "Service", home, "x")


@pytest.mark.parametrize(
    ("objects", "told"),
    [
        ([], ""),
        ([ref("a")], "Deployment a/web"),
        ([ref("a"), ref("b", "db"), ref(None)], "Deployment a/web, Deployment b/db, Deployment web"),
        ([ref("a", str(at)) for at in range(5)], "Deployment a/0, Deployment a/1, Deployment a/2 and 2 more"),
        ([ref("b"), ref("a")], "Deployment web in 2 namespaces: a, b"),
        ([ref("a"), ref("a"), ref("a")], "Deployment a/web"),
        ([ref(f"n{at}") for at in range(4)], "Deployment web in 4 namespaces: n0, n1, n2 and 1 more"),
        (
            [ref("a", "db"), ref("a"), ref("b"), ref("a", kind="Job")],
            "Deployment web in 2 namespaces: a, b; Deployment a/db; Job a/web",
        ),
        (
            [ref("a", "db"), ref("a"), ref("b"), ref("a", kind="Job"), ref("c", "x")],
            "Deployment web in 2 namespaces: a, b; Deployment a/db; Job a/web; and 1 other object",
        ),
        (
            [ref(home, str(at)) for at in range(4) for home in "ab"],
            "Deployment 0 in 2 namespaces: a, b; Deployment 1 in 2 namespaces: a, b; "
            "Deployment 2 in 2 namespaces: a, b; and 2 other objects",
        ),
        ([SERVICE, of_knative("a")], "Service a/x, Service a/x"),
        ([of_knative("a"), SERVICE, of_knative("b")], "Service x in 2 namespaces: a, b; Service a/x"),
        ([SERVICE, replace(SERVICE, api_version="v2")], "Service a/x"),
    ],
)
def test_names(objects: list[ObjectRef], told: str) -> None:
    assert named(objects, 3) == told
    assert spread(objects) == ("namespaces" in told)


def many(number: int, file: str, line: int = 7, **changes: object) -> list[Finding]:
    """One root cause that fires on the default account of so many namespaces; `{}` in `file` is the namespace."""
    return [
        finding(
            id=f"{at:016x}",
            control="quiet-control",
            severity=Severity.LOW,
            object=ObjectRef("v1", "ServiceAccount", f"team-{at:03}", "default"),
            root_cause="quiet-control@template:accounts",
            place_caption=f"ServiceAccount team-{at:03}/default",
            place_file=file.format(f"team-{at:03}"),
            place_line=line if "{" in file else line + at * 6,
            place_excerpt="",
            message="hands out its token",
            fix=None,
            **changes,
        )
        for at in range(number)
    ]


def told(*findings: Finding, **changes: object) -> list[str]:
    """The report without its two last lines, which count."""
    return render("text", run_of(*findings, **changes), PAGES).splitlines()[:-4]


def test_an_entry_of_a_cluster_tells_namespaces_instead_of_paths() -> None:
    found = many(250, "cluster:/api/v1/namespaces/{}/serviceaccounts/default", 2)
    assert told(*found) == [
        "low[quiet-control]: Quiet control, in 250 ServiceAccounts",
        "  --> cluster:/api/v1/namespaces/team-000/serviceaccounts/default:2:11 (line of `kubectl get -o json`)"
        "  ServiceAccount team-000/default",
        "  also ServiceAccount default in 249 namespaces: team-001, team-002, team-003 and 246 more",
        "  help: Mend it at the field. `hardstand explain quiet-control`",
    ]


def test_other_places_of_the_object_that_is_shown_are_still_told() -> None:
    found = many(3, "cluster:/api/v1/namespaces/{}/serviceaccounts/default", 2)
    twice = many(1, "cluster:/api/v1/namespaces/{}/serviceaccounts/default", 9)
    assert told(*found, *twice)[2] == "  also 9:11; ServiceAccount default in 2 namespaces: team-001, team-002"


def test_an_entry_of_files_tells_places_and_namespaces() -> None:
    assert told(*many(250, "accounts.yaml")) == [
        "low[quiet-control]: Quiet control, in 250 ServiceAccounts",
        "  --> accounts.yaml:7:11  ServiceAccount team-000/default",
        "  also 13:11, 19:11, 25:11 and 246 more",
        "  objects: ServiceAccount default in 250 namespaces: team-000, team-001, team-002 and 247 more",
        "  help: Mend it at the field. `hardstand explain quiet-control`",
    ]


def test_what_is_unknown_of_many_tells_their_namespaces() -> None:
    gap = {"verdict": Verdict.UNKNOWN, "why": Why.NOT_IN_INPUT}
    assert told(*many(250, "accounts.yaml", **gap)) == [
        "unknown[not-in-input]: hands out its token",
        "  250 ServiceAccounts cannot be judged by quiet-control",
        "  objects: ServiceAccount default in 250 namespaces: team-000, team-001, team-002 and 247 more",
    ]


def test_what_will_be_blocked_tells_namespaces() -> None:
    refs = tuple(one.object for one in many(250, "a.yaml"))
    soon = Tightening("quiet-control", "2026-12-01", 9, "hardstand.yaml:4", 250, refs, ("quiet-control",))
    lines = render("text", run_of(tightening=(soon,)), PAGES).splitlines()
    assert "  ServiceAccount default in 250 namespaces: team-000, team-001, team-002 and 247 more" in lines


def account(home: str) -> dict[str, object]:
    return {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "default", "namespace": home}}


def snapshot_run(folder: Path, number: int) -> Run:
    """A scan of a cluster with so many namespaces, each with the account that Kubernetes makes and one Deployment."""
    homes = [f"team-{at:03}" for at in range(number)]
    kinds = Kind("", "Namespace"), Kind("", "ServiceAccount"), Kind("apps", "Deployment"), Kind("", "Pod")
    objects = [one for home in homes for one in (namespace(home), account(home), deployment("web", home))]
    write(str(folder / "estate.json.zst"), spooled(objects, served=kinds).lines())
    controls = ["automounting-service-account", "image-without-digest"]
    return scan(ScanRequest([str(folder / "estate.json.zst")], controls=controls))


def test_a_scan_of_a_cluster_with_many_namespaces_can_be_read(tmp_path: Path) -> None:
    run = snapshot_run(tmp_path, 60)
    told = render("text", run, pages()).splitlines()
    page = "cluster:/api/v1/namespaces/team-000/serviceaccounts/default"
    assert told[0].startswith("medium[automounting-service-account]: ServiceAccount team-000/default hands its token")
    assert told[1] == f"  --> {page}:1:1 (line of `kubectl get -o json`)  ServiceAccount team-000/default"
    others = "in 59 namespaces: team-001, team-002, team-003 and 56 more"
    assert f"  and 59 more like it (59 findings): ServiceAccount default {others}" in told
    assert f"  also Deployment web {others}" in told
    found = json.loads(render("json", run, pages()))["findings"]
    assert len(found) == 120
    assert {one["object"]["namespace"] for one in found} == {f"team-{at:03}" for at in range(60)}


def test_what_is_told_in_full_of_each_namespace_does_not_read_alike(tmp_path: Path) -> None:
    lines = render("text", snapshot_run(tmp_path, 60), pages(), whole=True).splitlines()
    heads = [line for line in lines if line.startswith("medium[automounting-service-account]")]
    assert len(heads) == len(set(heads)) == 60


def test_what_blocks_does_not_read_alike() -> None:
    found = [
        finding(
            id=f"{at:016x}",
            action=Action.BLOCK,
            object=one.object,
            root_cause=f"privileged-container@directory:cluster:/{at:03}",
            place_caption=str(one.object),
        )
        for at, one in enumerate(many(50, "a.yaml"))
    ]
    heads = [line for line in told(*found) if line.startswith("critical[")]
    assert heads[7] == "critical[privileged-container]: ServiceAccount team-007/default runs privileged    blocks"
    assert len(set(heads)) == 50
