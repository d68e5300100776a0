"""No secret gets out through the source lines that reports show, however it is written down."""

from pathlib import Path

import pytest

from hardstand.cli.pages import pages
from hardstand.report import FORMATS, render
from hardstand.wiring import ScanRequest, scan

POD = """\
apiVersion: v1
kind: Pod
metadata: {{name: p, namespace: shop}}
spec:
  containers:
  - name: app
    image: registry.example/app:latest
    env:
    {env}
    securityContext:
      privileged: true
"""
JSON_POD = (
    '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p"},"spec":{"hostNetwork":true,'
    '"containers":[{"name":"c","image":"x"}]}}'
)
LEAKS = {
    "two JSON texts on one line": (
        '{"apiVersion":"v1","kind":"Secret","metadata":{"name":"s"},"stringData":{"x":"S3cretInLine1"}} ' + JSON_POD,
        ["S3cretInLine1"],
    ),
    "a Secret without a name beside it": (
        '{"apiVersion":"v1","kind":"List","items":[{"apiVersion":"v1","kind":"Secret","stringData":{"x":"N4melessS3cret"}},'
        + JSON_POD
        + "]}",
        ["N4melessS3cret"],
    ),
    "escapes": (
        POD.format(env='- {name: MY_PASSWORD, value: "hun\\u0074er2-S3cr\\x65t!"}'),
        ["hun\\u0074er2", "S3cr\\x65t"],
    ),
    "base64": (POD.format(env="- {name: MY_PASSWORD, value: !!binary aHVudGVyMi1TM2NyZXQ=}"), ["aHVudGVyMi1TM2NyZXQ"]),
    "over two lines": (POD.format(env='- name: MY_PASSWORD\n      value: "sp4ced\n        s3cret"'), ["sp4ced"]),
    "a number": (POD.format(env="- {name: MY_PASSWORD, value: 48151623}"), ["48151623"]),
    "a list": (POD.format(env="- {name: MY_PASSWORD, value: [L1stS3cret]}"), ["L1stS3cret"]),
    "a mapping": (POD.format(env="- {name: MY_PASSWORD, value: {a: M4pS3cret}}"), ["M4pS3cret"]),
    "a comment": (
        POD.format(env="- {name: LOG, value: info}").replace(
            "privileged: true", "privileged: true # token: C0mmentS3cret99"
        ),
        ["C0mmentS3cret99"],
    ),
    "flow style": (
        "{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {hostPID: true, containers: [{name: c, image: x, env: "
        "[{name: T, value: Fl0wS3cretValue}], securityContext: {privileged: true}}]}}",
        ["Fl0wS3cretValue"],
    ),
    "a snippet": (
        "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: i\n  annotations:\n"
        "    nginx.ingress.kubernetes.io/configuration-snippet: "
        '"proxy_set_header Authorization \\"Basic U25pcHBldA==\\";"\n'
        "    nginx.ingress.kubernetes.io/server-snippet: set $password Sn1ppetS3cret;\n"
        "spec: {rules: [{host: a.example.com}]}\n",
        ["U25pcHBldA", "Sn1ppetS3cret"],
    ),
}


@pytest.mark.parametrize("name", LEAKS)
@pytest.mark.parametrize("form", FORMATS)
def test_nothing_leaks(tmp_path: Path, name: str, form: str) -> None:
    text, secrets = LEAKS[name]
    path = tmp_path / "all.yaml"
    path.write_text(text, encoding="utf-8")
    run = scan(ScanRequest([str(path)]))
    assert run.findings
    report = render(form, run, pages())
    assert [secret for secret in secrets if secret in report] == []


def test_what_is_no_secret_is_shown(tmp_path: Path) -> None:
    path = tmp_path / "pod.yaml"
    path.write_text(POD.format(env="- {name: LOG, value: info}") + "  hostNetwork: true\n", encoding="utf-8")
    run = scan(ScanRequest([str(path)]))
    shown = {one.control: one.locations[0].excerpt for one in run.findings}
    assert shown["privileged-container"] == "      privileged: true"
    assert shown["host-network"] == "  hostNetwork: true"
    assert shown["mutable-image-tag"] == "    image: registry.example/app:latest"


def test_a_secret_shows_nothing(tmp_path: Path) -> None:
    path = tmp_path / "secret.yaml"
    path.write_text(
        "apiVersion: v1\nkind: Secret\nmetadata: {name: t}\ntype: kubernetes.io/service-account-token\n",
        encoding="utf-8",
    )
    run = scan(ScanRequest([str(path)], controls=["service-account-token-secret"]))
    assert [one.locations[0].excerpt for one in run.findings] == [""]
