"""What is quoted of YAML in flow style and of JSON: the value that a finding is about and the keys around it."""

import json
from pathlib import Path

import pytest

from hardstand.cli.pages import pages
from hardstand.report import render
from hardstand.wiring import ScanRequest, scan

ONE_LINE = (
    "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n"
    '  - {name: c, image: "reg.example/app:latest", env: [{name: T, value: Fl0wS3cret}], '
    "securityContext: {privileged: true, capabilities: {add: [ALL], drop: []}}}\n"
)
FIELDS_ON_A_LINE = (
    "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n  - name: c\n    image: a:1\n"
    "    securityContext: {privileged: true, capabilities: {add: [SYS_ADMIN, NET_RAW]}} # C0mmentS3cret\n"
    "    ports: [{containerPort: 80, hostPort: 8080}]\n"
    "  volumes: [{name: v, hostPath: {path: /var/run/docker.sock}}]\n"
)
OVER_LINES = (
    "{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: [\n"
    '  {name: c, image: a:1, env: [{name: T, value: "over\n'
    '    l1nes: S3cret"}], securityContext: {privileged: true}}]}}\n'
)
JSON_POD = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "p", "annotations": {"x": "J5onS3cret"}},
    "spec": {"containers": [{"name": "c", "image": "a:1", "securityContext": {"privileged": True}}], "hostPID": True},
}
ROLE = (
    "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: r}\nrules:\n"
    '- {apiGroups: [""], resources: [pods, "nodes"], verbs: ["*"]}\n'
)
ANCHORS = (
    "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  hostPID: &Anch0rS3cret true\n  containers:\n"
    "  - {name: c, image: a:1, securityContext: &Anch0rS3cret2 {privileged: !!bool true}}\n"
    "  - {name: d, image: a:1, securityContext: *Anch0rS3cret2}\n"
)
MERGED = (
    "apiVersion: v1\nkind: Pod\nmetadata: {name: p, annotations: {x: &m {n0te: M3rgedS3cret, privileged: true}}}\n"
    "spec: {containers: [{name: c, image: a:1, securityContext: {<<: *m}}]}\n"
)
SHOWN = {
    "a container on a line, the flag": (
        ONE_LINE,
        "privileged-container",
        "  - {name: …, image: …,                        env: …"
        ",                              securityContext: {privileged: true",
    ),
    "a container on a line, the image": (
        ONE_LINE,
        "mutable-image-tag",
        '  - {name: …, image: "reg.example/app:latest"',
    ),
    "a container on a line, a field that is not there": (
        ONE_LINE,
        "memory-limit-missing",
        "  - {name: …, image: …,                        env: …"
        ",                              securityContext: …"
        "                                                       }",
    ),
    "a field on a line, the flag": (
        FIELDS_ON_A_LINE,
        "privileged-container",
        "    securityContext: {privileged: true",
    ),
    "a field on a line, an item of a list": (
        FIELDS_ON_A_LINE,
        "capability-added",
        "    securityContext: {privileged: …,    capabilities: {add: [SYS_ADMIN",
    ),
    "a field on a line, a field that is not there": (
        FIELDS_ON_A_LINE,
        "root-allowed",
        "    securityContext: {privileged: …,    capabilities: …                          }",
    ),
    "a port": (
        FIELDS_ON_A_LINE,
        "host-port",
        "    ports: [{containerPort: …,  hostPort: 8080",
    ),
    "a path": (
        FIELDS_ON_A_LINE,
        "runtime-socket-mounted",
        "  volumes: [{name: …, hostPath: {path: /var/run/docker.sock",
    ),
    "what begins in a text over two lines": (
        OVER_LINES,
        "privileged-container",
        "    …,                securityContext: {privileged: true",
    ),
    "JSON as it is mostly written": (
        json.dumps(JSON_POD, indent=2),
        "privileged-container",
        '          "privileged": true',
    ),
    "JSON as it is mostly written, a field that is not there": (
        json.dumps(JSON_POD, indent=2),
        "root-allowed",
        '        "securityContext": {',
    ),
    "JSON on one line": (
        json.dumps(JSON_POD),
        "host-pid",
        '{"apiVersion": …,    "kind": …,     "metadata": …'
        ',                                                 "spec": {"containers": …'
        ',                                                                        "hostPID": true',
    ),
    "JSON without blanks": (
        json.dumps(JSON_POD, separators=(",", ":")),
        "privileged-container",
        '{"apiVersion":…,   "kind":…,    "metadata":…'
        ',                                            "spec":{"containers":[{"name":…,  "image":…'
        ',    "securityContext":{"privileged":true',
    ),
    "the second of two JSON texts on a line": (
        '{"apiVersion": "v1", "kind": "ConfigMap", "data": {"x": "F1rstS3cret"}} ' + json.dumps(JSON_POD),
        "host-pid",
        f"…{' ' * 71}"
        '{"apiVersion": …,    "kind": …,     "metadata": …'
        ',                                                 "spec": {"containers": …'
        ',                                                                        "hostPID": true',
    ),
    "through a merge": (
        MERGED,
        "privileged-container",
        "…,                                                           privileged: true",
    ),
    "verbs": (
        ROLE,
        "wildcard-in-role",
        '- {apiGroups: …,    resources: …,               verbs: ["*"]',
    ),
    "behind an anchor": (
        ANCHORS,
        "host-pid",
        "  hostPID: ••••••••••••••true",
    ),
    "behind an anchor and a tag": (
        ANCHORS,
        "privileged-container",
        "  - …,                    securityContext: …              {privileged: •••••••true",
    ),
}


@pytest.mark.parametrize("name", SHOWN)
def test_the_value_and_the_keys_around_it_are_shown(tmp_path: Path, name: str) -> None:
    text, control, shown = SHOWN[name]
    (tmp_path / "all.yaml").write_text(text, encoding="utf-8")
    run = scan(ScanRequest([str(tmp_path / "all.yaml")], controls=[control]))
    assert [one.locations[0].excerpt.rstrip() for one in run.findings][:1] == [shown]


def test_keys_that_somebody_made_up_are_not_shown(tmp_path: Path) -> None:
    (tmp_path / "all.yaml").write_text(
        "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {nodeSelector: {K3yS3cret: a}, hostPID: true, "
        "K3yS3cret2: {}, containers: [{name: c, image: a}]}\n",
        encoding="utf-8",
    )
    run = scan(ScanRequest([str(tmp_path / "all.yaml")], controls=["host-pid", "service-account-token-mounted"]))
    assert {one.locations[0].excerpt for one in run.findings} == {
        "spec: {nodeSelector: …,              hostPID: true",
        "spec: {nodeSelector: …,              hostPID: …,                    containers: …                    }",
    }


def test_a_long_line_is_shown_where_its_value_is(tmp_path: Path) -> None:
    pod = {**JSON_POD, "metadata": {"name": "p", "annotations": {"x": "J5onS3cret" * 15}}}
    (tmp_path / "pod.json").write_text(json.dumps(pod), encoding="utf-8")
    run = scan(ScanRequest([str(tmp_path / "pod.json")], controls=["privileged-container"]))
    assert render("text", run, pages()).splitlines()[1:4] == [
        f"  --> {tmp_path}/pod.json:1:328  Pod default/p, container c",
        '  1 | …": [{"name": …,   "image": …,     "securityContext": {"privileged": true',
        f"    | {' ' * 69}^^^^",
    ]
